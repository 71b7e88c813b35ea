-- Indexes, those of constraints included; not those that are attached to a partitioned index.
-- One row per index. Binds: $1 the schemas' oids.
-- Keys are column numbers, 0 for an expression: `2 0 5`; the first `key_count` are ordered by, the
-- rest are only carried. Of `options`, bit 1 is DESC and bit 2 NULLS FIRST; NULL where all are 0.
-- `traits`: u unique, i invalid, n NULLS NOT DISTINCT. What is mostly the same is left NULL then,
-- because fields cost more than rows here: the method btree, a count that is that of all columns.
-- Manual: "pg_index"; "System Catalog Information Functions" (pg_get_indexdef, pg_get_expr).
SELECT i.indexrelid::int8 AS oid,
       i.indrelid::int8 AS relation,
       c.relname::text AS name,
       CASE WHEN m.amname <> 'btree' THEN m.amname::text END AS method,
       CASE WHEN i.indisunique OR NOT i.indisvalid
            THEN concat(CASE WHEN i.indisunique THEN 'u' END,
                        CASE WHEN NOT i.indisvalid THEN 'i' END,
                        CASE WHEN i.nulls_not_distinct THEN 'n' END) END AS traits,
       CASE WHEN i.indnkeyatts < i.indnatts THEN i.indnkeyatts::int8 END AS key_count,
       i.indkey::text AS columns,
       CASE WHEN 0 <> ANY (i.indoption::int2[]) THEN i.indoption::text END AS options,
       CASE WHEN i.indexprs IS NOT NULL
            THEN ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, n, false)
                         FROM generate_series(1, i.indnatts::int4) AS n
                        WHERE i.indkey[n - 1] = 0
                        ORDER BY n) END AS expressions,
       pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate
  -- Columns that older servers lack: a name that pg_index does not have means this one.
  FROM (SELECT false AS indnullsnotdistinct      -- 15
       ) AS missing
 CROSS JOIN LATERAL (
        SELECT indexrelid, indrelid, indisunique, indisvalid, indnatts, indnkeyatts, indkey,
               indoption, indexprs, indpred,
               indnullsnotdistinct AS nulls_not_distinct
          FROM pg_catalog.pg_index
       ) AS i
  JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
  JOIN pg_catalog.pg_am AS m ON m.oid = c.relam
 WHERE c.relnamespace = ANY ($1::text[]::oid[])
   AND (NOT c.relispartition
        OR i.indrelid IN (SELECT f.confrelid FROM pg_catalog.pg_constraint AS f
                           WHERE f.contype = 'f' AND f.conparentid = 0
                             AND f.connamespace = ANY ($1::text[]::oid[])
                             AND NOT (SELECT o.relispartition FROM pg_catalog.pg_class AS o WHERE o.oid = f.conrelid)))
