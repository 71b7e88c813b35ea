-- Triggers on the tables and views of the schemas in @P1.
-- https://learn.microsoft.com/sql/t-sql/functions/objectproperty-transact-sql
SELECT g.parent_id,
       g.name,
       g.is_disabled,
       g.is_instead_of_trigger,
       OBJECTPROPERTY(g.object_id, 'ExecIsInsertTrigger') AS on_insert,
       OBJECTPROPERTY(g.object_id, 'ExecIsUpdateTrigger') AS on_update,
       OBJECTPROPERTY(g.object_id, 'ExecIsDeleteTrigger') AS on_delete,
       m.definition
FROM sys.triggers AS g
INNER JOIN sys.objects AS o ON o.object_id = g.parent_id
LEFT JOIN sys.sql_modules AS m ON m.object_id = g.object_id
WHERE CHARINDEX(',' + CAST(o.schema_id AS varchar(11)) + ',', @P1) > 0
ORDER BY g.parent_id, g.name
