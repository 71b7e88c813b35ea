-- Sequences, those of serial and identity columns included.
-- One row per sequence. Binds: $1 the schemas' oids.
-- Manual: "pg_sequence"; "pg_depend" ('a' ties a serial's sequence to its column, 'i' an identity's).
SELECT n.nspname::text AS schema,
       c.relname::text AS name,
       pg_catalog.format_type(s.seqtypid, NULL) AS native,
       s.seqstart AS start,
       s.seqincrement AS increment,
       s.seqmin AS min,
       s.seqmax AS max,
       s.seqcycle AS is_cycle,
       o.refobjid::int8 AS owner,
       o.refobjsubid::int8 AS owner_column
  FROM pg_catalog.pg_sequence AS s
  JOIN pg_catalog.pg_class AS c ON c.oid = s.seqrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_depend AS o
    ON o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
   AND o.objid = s.seqrelid
   AND o.objsubid = 0
   AND o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
   AND o.refobjsubid > 0
   AND o.deptype IN ('a', 'i')
 WHERE c.relkind = 'S'
   AND c.relnamespace = ANY ($1::text[]::oid[])
   AND c.oid NOT IN (SELECT m.objid
                       FROM pg_catalog.pg_extension AS e
                       JOIN pg_catalog.pg_depend AS m
                         ON m.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                        AND m.refobjid = e.oid
                        AND m.deptype = 'e'
                      WHERE m.classid = 'pg_catalog.pg_class'::pg_catalog.regclass)
