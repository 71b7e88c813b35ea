-- Triggers, in the order in which they fire.
-- Manual: "The INFORMATION_SCHEMA TRIGGERS Table".
SELECT EVENT_OBJECT_SCHEMA AS `schema`,
       EVENT_OBJECT_TABLE AS `table`,
       TRIGGER_NAME AS name,
       ACTION_TIMING AS timing,
       EVENT_MANIPULATION AS events,
       ACTION_STATEMENT AS body
FROM information_schema.TRIGGERS
WHERE TRIGGER_SCHEMA = DATABASE()
