-- The columns of tables and views, without those of partitions (which are their parent's).
-- One row per column. Binds: $1 the schemas' oids.
-- A type is only named here by its oid and modifier; `types.sql` tells each distinct pair once.
-- Comments are in `relations.sql`: most tables have none, and a join costs each column.
-- Manual: "pg_attribute"; "pg_attrdef"; "pg_collation"; "System Catalog Information Functions"
-- (pg_get_expr: an expression without columns, as a plain default is, needs no relation, and is
-- then printed in a fraction of the time).
SELECT a.attrelid::int8 AS relation,
       a.attnum::int8 AS position,
       a.attname::text AS name,
       a.atttypid::int8 AS type,
       CASE WHEN a.atttypmod <> -1 THEN a.atttypmod::int8 END AS modifier,
       a.attnotnull AS not_null,
       -- Rarely anything, and then one letter: identity (a, d) or generated (s, v).
       CASE WHEN a.attidentity <> '' OR a.attgenerated <> ''
            THEN a.attidentity::text || a.attgenerated::text END AS kind,
       pg_catalog.pg_get_expr(f.adbin, CASE WHEN a.attgenerated = '' THEN 0 ELSE f.adrelid END)
           AS expression,
       CASE WHEN a.attcollation NOT IN (0, 100) THEN a.attcollation::int8 END AS collation_oid,
       -- The system's own collations go by their bare name. 100 is the database's own.
       CASE WHEN a.attcollation NOT IN (0, 100)
            THEN (SELECT concat_ws('.', nullif(n.nspname, 'pg_catalog'), l.collname)
                    FROM pg_catalog.pg_collation AS l
                    JOIN pg_catalog.pg_namespace AS n ON n.oid = l.collnamespace
                   WHERE l.oid = a.attcollation) END AS collation
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid
  LEFT JOIN pg_catalog.pg_attrdef AS f
    ON a.atthasdef AND f.adrelid = a.attrelid AND f.adnum = a.attnum
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND c.relnamespace = ANY ($1::text[]::oid[])
   -- A partition is no table of its own, unless a foreign key points at it.
   AND (NOT c.relispartition
        OR c.oid IN (SELECT f.confrelid FROM pg_catalog.pg_constraint AS f
                     WHERE f.contype = 'f' AND f.conparentid = 0
                       AND f.connamespace = ANY ($1::text[]::oid[])
                       AND NOT (SELECT o.relispartition FROM pg_catalog.pg_class AS o WHERE o.oid = f.conrelid)))
   AND a.attnum > 0
   AND NOT a.attisdropped
