-- Indexes of the schemas in @P1, primary keys and unique constraints among them: a row a column.
-- https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-indexes-transact-sql
-- Tables and views are named instead of sys.objects: Babelfish looks at every kind of object there is for each of those.
SELECT i.object_id,
       CAST(i.index_id AS int) AS index_id,
       i.name,
       CAST(i.type AS int) AS type,
       i.is_unique,
       i.is_primary_key,
       i.is_unique_constraint,
       i.is_disabled,
       i.filter_definition,
       CAST(x.key_ordinal AS int) AS place,
       CAST(x.column_id AS int) AS column_id,
       x.is_descending_key,
       x.is_included_column
FROM sys.indexes AS i
INNER JOIN (SELECT object_id, schema_id, is_ms_shipped FROM sys.tables
            UNION ALL
            SELECT object_id, schema_id, is_ms_shipped FROM sys.views) AS o ON o.object_id = i.object_id
LEFT JOIN sys.index_columns AS x ON x.object_id = i.object_id AND x.index_id = i.index_id
WHERE o.is_ms_shipped = 0
  AND i.type > 0
  AND i.is_hypothetical = 0
  AND CHARINDEX(',' + CAST(o.schema_id AS varchar(11)) + ',', @P1) > 0
ORDER BY i.object_id, i.index_id, x.is_included_column, x.key_ordinal, x.index_column_id
