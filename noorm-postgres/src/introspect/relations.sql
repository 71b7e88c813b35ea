-- Tables, partitioned tables, partitions, views, materialized views and foreign tables.
-- One row per relation. Binds: $1 the schemas' oids.
-- Partitions come from every schema, because a partition need not stand in the schema of its parent.
-- Manual: "pg_class"; "pg_inherits"; "pg_description"; "System Catalog Information Functions" (pg_get_viewdef,
-- pg_get_partkeydef, pg_get_expr); "Access Privilege Inquiry Functions".
SELECT c.oid::int8 AS oid,
       n.nspname::text AS schema,
       c.relname::text AS name,
       c.relkind::text AS kind,
       c.relispartition AS is_partition,
       -- The first parent: a partition has no other, and a child table is only noted.
       h.inhparent::int8 AS parent,
       CASE WHEN c.relispartition
            THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END AS bound,
       CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS partition_key,
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END AS definition,
       CASE WHEN pg_catalog.has_table_privilege(c.oid, 'SELECT') THEN 'all'
            WHEN pg_catalog.has_any_column_privilege(c.oid, 'SELECT') THEN 'some'
            ELSE 'none' END AS readable,
       x.extname::text AS extension,
       d.numbers AS comment_columns,
       d.comments
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_inherits AS h ON h.inhrelid = c.oid AND h.inhseqno = 1
  -- Comments of the relation (number 0) and of its columns.
  LEFT JOIN (SELECT objoid,
                    array_agg(objsubid::text) AS numbers,
                    array_agg(description) AS comments
               FROM pg_catalog.pg_description
              WHERE classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
              GROUP BY objoid) AS d
    ON d.objoid = c.oid
  LEFT JOIN (SELECT m.objid, e.extname
               FROM pg_catalog.pg_extension AS e
               JOIN pg_catalog.pg_depend AS m
                 ON m.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                AND m.refobjid = e.oid
                AND m.deptype = 'e'
              WHERE m.classid = 'pg_catalog.pg_class'::pg_catalog.regclass) AS x
    ON x.objid = c.oid
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND (c.relnamespace = ANY ($1::text[]::oid[]) OR c.relispartition)
