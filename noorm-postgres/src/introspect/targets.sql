-- Tables that foreign keys point at, but that are not looked at: they stand in another schema, or
-- are partitions; and partitions that have foreign keys of their own. One row per table. Binds: $1 the tables' oids.
-- Sent only where there are such tables.
-- Manual: "pg_class"; "pg_attribute".
SELECT c.oid::int8 AS oid,
       n.nspname::text AS schema,
       c.relname::text AS name,
       a.numbers,
       a.names
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL (
        SELECT array_agg(attnum::text) AS numbers,
               array_agg(attname::text) AS names
          FROM pg_catalog.pg_attribute
         WHERE attrelid = c.oid AND attnum > 0
       ) AS a
 WHERE c.oid = ANY ($1::text[]::oid[])
