-- Check constraints. MySQL, where a database has each name once.
-- Manual: "The INFORMATION_SCHEMA CHECK_CONSTRAINTS Table".
SELECT t.TABLE_SCHEMA AS `schema`,
       t.TABLE_NAME AS `table`,
       t.CONSTRAINT_NAME AS name,
       c.CHECK_CLAUSE AS clause,
       t.ENFORCED = 'NO' AS is_unused
FROM information_schema.TABLE_CONSTRAINTS AS t
JOIN information_schema.CHECK_CONSTRAINTS AS c
  ON c.CONSTRAINT_SCHEMA = t.CONSTRAINT_SCHEMA
 AND c.CONSTRAINT_NAME = t.CONSTRAINT_NAME
WHERE t.TABLE_SCHEMA = DATABASE()
  AND t.CONSTRAINT_TYPE = 'CHECK'
