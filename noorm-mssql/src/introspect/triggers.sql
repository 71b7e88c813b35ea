-- Triggers on the tables and views of the schemas in @P1.
-- https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-trigger-events-transact-sql
SELECT g.parent_id,
       g.name,
       g.is_disabled,
       g.is_instead_of_trigger,
       CASE WHEN EXISTS (SELECT 1 FROM sys.trigger_events AS e
                         WHERE e.object_id = g.object_id AND e.type_desc = 'INSERT')
            THEN 1 ELSE 0 END AS on_insert,
       CASE WHEN EXISTS (SELECT 1 FROM sys.trigger_events AS e
                         WHERE e.object_id = g.object_id AND e.type_desc = 'UPDATE')
            THEN 1 ELSE 0 END AS on_update,
       CASE WHEN EXISTS (SELECT 1 FROM sys.trigger_events AS e
                         WHERE e.object_id = g.object_id AND e.type_desc = 'DELETE')
            THEN 1 ELSE 0 END AS on_delete,
       m.definition
FROM sys.triggers AS g
INNER JOIN sys.objects AS o ON o.object_id = g.parent_id
LEFT JOIN sys.sql_modules AS m ON m.object_id = g.object_id
WHERE CHARINDEX(',' + CAST(o.schema_id AS varchar(11)) + ',', @P1) > 0
ORDER BY g.parent_id, g.name
