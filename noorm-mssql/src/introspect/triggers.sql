-- Triggers on tables and views: a row an event. Those of schemas that aren't asked for are left out later.
-- https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-triggers-transact-sql
-- https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-trigger-events-transact-sql
SELECT g.parent_id,
       g.name,
       g.is_disabled,
       g.is_instead_of_trigger,
       e.type_desc AS event,
       OBJECT_DEFINITION(g.object_id) AS definition
FROM sys.triggers AS g
INNER JOIN sys.trigger_events AS e ON e.object_id = g.object_id
WHERE g.parent_class = 1
ORDER BY g.parent_id, g.name
