-- Foreign keys of the schemas in @P1, wherever they point: a row a column.
-- https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-foreign-keys-transact-sql
-- What is pointed at is named by functions: Babelfish joins every key with all columns.
SELECT f.parent_object_id,
       f.object_id,
       f.name,
       CAST(c.parent_column_id AS int) AS column_id,
       OBJECT_SCHEMA_NAME(f.referenced_object_id) AS to_schema,
       OBJECT_NAME(f.referenced_object_id) AS to_table,
       COL_NAME(c.referenced_object_id, c.referenced_column_id) AS to_column,
       CAST(f.delete_referential_action AS int) AS on_delete,
       CAST(f.update_referential_action AS int) AS on_update,
       f.is_disabled,
       f.is_not_trusted
FROM sys.foreign_keys AS f
INNER JOIN sys.foreign_key_columns AS c ON c.constraint_object_id = f.object_id
WHERE CHARINDEX(',' + CAST(f.schema_id AS varchar(11)) + ',', @P1) > 0
ORDER BY f.parent_object_id, f.name, c.constraint_column_id
