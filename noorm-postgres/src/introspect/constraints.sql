-- Constraints of tables and of domains; not the copies that partitions inherit.
-- One row per constraint. Binds: $1 the schemas' oids.
-- Keys are arrays of column numbers: `{2,1}`. `traits` is what few constraints have, a letter each:
-- y deferrable, d deferred, v not valid, e not enforced, t temporal, f match full, s sets some columns.
-- Manual: "pg_constraint".
SELECT k.conrelid::int8 AS relation,
       k.contypid::int8 AS domain,
       k.conname::text AS name,
       k.contype::text AS kind,
       k.conkey::text AS columns,
       k.conindid::int8 AS index,
       k.confrelid::int8 AS target,
       k.confkey::text AS target_columns,
       CASE WHEN k.contype = 'f' THEN k.confdeltype::text || k.confupdtype::text END AS actions,
       nullif(concat(CASE WHEN k.condeferrable THEN 'y' END,
                     CASE WHEN k.condeferred THEN 'd' END,
                     CASE WHEN NOT k.convalidated THEN 'v' END,
                     CASE WHEN NOT k.is_enforced THEN 'e' END,
                     CASE WHEN k.is_temporal THEN 't' END,
                     CASE WHEN k.confmatchtype = 'f' THEN 'f' END,
                     CASE WHEN k.sets_some THEN 's' END), '') AS traits,
       CASE WHEN k.contype = 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END AS expression
  -- Columns that older servers lack: a name that pg_constraint does not have means this one.
  FROM (SELECT true AS conenforced,              -- 18
               false AS conperiod,               -- 18
               NULL::int2[] AS confdelsetcols    -- 15
       ) AS missing
 CROSS JOIN LATERAL (
        SELECT oid, conrelid, contypid, conname, contype, conkey, conindid, confrelid, confkey,
               confdeltype, confupdtype, confmatchtype, condeferrable, condeferred, convalidated,
               conbin,
               conenforced AS is_enforced,
               conperiod AS is_temporal,
               confdelsetcols IS NOT NULL AS sets_some
          FROM pg_catalog.pg_constraint
         WHERE connamespace = ANY ($1::text[]::oid[])
           AND (conparentid = 0
                -- What partitions inherit that are tables of their own, because a foreign key points at them.
                OR (conrelid IN (SELECT f.confrelid FROM pg_catalog.pg_constraint AS f
                                  WHERE f.contype = 'f' AND f.conparentid = 0
                                    AND f.connamespace = ANY ($1::text[]::oid[])
                                    AND NOT (SELECT o.relispartition FROM pg_catalog.pg_class AS o WHERE o.oid = f.conrelid))
                    -- Not the copies that a foreign key has for each partition that it points at.
                    AND conrelid <> (SELECT p.conrelid FROM pg_catalog.pg_constraint AS p
                                      WHERE p.oid = pg_constraint.conparentid)
                    AND conrelid IN (SELECT oid FROM pg_catalog.pg_class WHERE relispartition)))
           -- From 18 on, NOT NULL is a constraint ('n'); pg_attribute tells it, unless it is not valid.
           AND (contype IN ('p', 'u', 'f', 'c', 'x') OR (contype = 'n' AND NOT convalidated))
       ) AS k
