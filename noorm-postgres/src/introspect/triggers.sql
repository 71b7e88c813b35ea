-- Triggers that somebody wrote; not those that the server makes for constraints.
-- One row per trigger. Binds: $1 the schemas' oids.
-- `type` is a set of bits: 1 each row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate,
-- 64 instead of. `enabled` is O (unless replicating), A (always), R (only when replicating), D (never).
-- Manual: "pg_trigger"; the bits are in the server's source, catalog/pg_trigger.h.
SELECT g.tgrelid::int8 AS relation,
       g.tgname::text AS name,
       g.tgtype::int8 AS type,
       g.tgenabled::text AS enabled,
       pg_catalog.pg_get_triggerdef(g.oid) AS definition
  FROM pg_catalog.pg_trigger AS g
 WHERE NOT g.tgisinternal
   -- A subquery, so that no row of pg_class is read where nobody wrote a trigger.
   AND (SELECT c.relnamespace = ANY ($1::text[]::oid[]) AND (NOT c.relispartition
                      OR c.oid IN (SELECT f.confrelid FROM pg_catalog.pg_constraint AS f
                                    WHERE f.contype = 'f' AND f.conparentid = 0
                                      AND f.connamespace = ANY ($1::text[]::oid[])
                                      AND NOT (SELECT o.relispartition FROM pg_catalog.pg_class AS o WHERE o.oid = f.conrelid)))
          FROM pg_catalog.pg_class AS c
         WHERE c.oid = g.tgrelid)
