-- Foreign keys of the schemas in @P1, wherever they point: a row a column.
-- https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-foreign-keys-transact-sql
SELECT f.parent_object_id,
       f.object_id,
       f.name,
       CAST(c.parent_column_id AS int) AS column_id,
       SCHEMA_NAME(r.schema_id) AS to_schema,
       r.name AS to_table,
       rc.name AS to_column,
       CAST(f.delete_referential_action AS int) AS on_delete,
       CAST(f.update_referential_action AS int) AS on_update,
       f.is_disabled,
       f.is_not_trusted
FROM sys.foreign_keys AS f
INNER JOIN sys.foreign_key_columns AS c ON c.constraint_object_id = f.object_id
INNER JOIN sys.objects AS r ON r.object_id = f.referenced_object_id
INNER JOIN sys.columns AS rc
        ON rc.object_id = c.referenced_object_id AND rc.column_id = c.referenced_column_id
WHERE CHARINDEX(',' + CAST(f.schema_id AS varchar(11)) + ',', @P1) > 0
ORDER BY f.parent_object_id, f.name, c.constraint_column_id
