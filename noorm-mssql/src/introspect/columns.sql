-- Columns of the tables and views of the schemas in @P1, with types, defaults, identity, what computes
-- them, and comments.
-- https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-columns-transact-sql
-- Types are named by functions, and what few columns have is asked for one by one: Babelfish joins every column with
-- all of sys.types, sys.computed_columns and sys.extended_properties, and gives each identity as often as there are any.
-- Tables and views are named instead of sys.objects, of which it looks at every kind that there is.
SELECT c.object_id,
       c.column_id,
       c.name,
       TYPE_NAME(CASE WHEN c.user_type_id IN (SELECT t.user_type_id FROM sys.types AS t
                                              WHERE t.is_user_defined = 1 AND t.is_assembly_type = 0)
                      THEN c.system_type_id ELSE c.user_type_id END) AS base,
       c.max_length,
       c.precision,
       c.scale,
       c.is_nullable,
       c.collation_name,
       CAST(DATABASEPROPERTYEX(DB_NAME(), 'Collation') AS nvarchar(128)) AS default_collation,
       CASE WHEN c.user_type_id IN (SELECT t.user_type_id FROM sys.types AS t WHERE t.is_user_defined = 1)
            THEN (SELECT SCHEMA_NAME(t.schema_id) + '.' + t.name FROM sys.types AS t
                  WHERE t.user_type_id = c.user_type_id) END AS alias,
       d.definition AS default_definition,
       CASE WHEN c.is_computed = 1
            THEN (SELECT k.definition FROM sys.computed_columns AS k
                  WHERE k.object_id = c.object_id AND k.column_id = c.column_id) END AS computed,
       CASE WHEN c.is_computed = 1
            THEN (SELECT k.is_persisted FROM sys.computed_columns AS k
                  WHERE k.object_id = c.object_id AND k.column_id = c.column_id) END AS is_persisted,
       c.is_identity,
       CASE WHEN c.is_identity = 1
            THEN TRY_CAST(IDENT_SEED(QUOTENAME(SCHEMA_NAME(o.schema_id)) + '.' + QUOTENAME(o.name)) AS bigint) END AS seed,
       CASE WHEN c.is_identity = 1
            THEN TRY_CAST(IDENT_INCR(QUOTENAME(SCHEMA_NAME(o.schema_id)) + '.' + QUOTENAME(o.name)) AS bigint) END AS increment,
       c.is_hidden,
       CAST(c.generated_always_type AS int) AS generated_always,
       CASE WHEN c.object_id IN (SELECT p.major_id FROM sys.extended_properties AS p
                                 WHERE p.class = 1 AND p.minor_id > 0 AND p.name = 'MS_Description')
            THEN (SELECT CAST(p.value AS nvarchar(4000)) FROM sys.extended_properties AS p
                  WHERE p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id
                    AND p.name = 'MS_Description') END AS comment
FROM sys.columns AS c
INNER JOIN (SELECT object_id, schema_id, name, is_ms_shipped FROM sys.tables
            UNION ALL
            SELECT object_id, schema_id, name, is_ms_shipped FROM sys.views) AS o ON o.object_id = c.object_id
LEFT JOIN sys.default_constraints AS d
       ON d.parent_object_id = c.object_id AND d.parent_column_id = c.column_id
WHERE o.is_ms_shipped = 0
  AND CHARINDEX(',' + CAST(o.schema_id AS varchar(11)) + ',', @P1) > 0
ORDER BY c.object_id, c.column_id
