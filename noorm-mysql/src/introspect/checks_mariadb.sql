-- Check constraints of tables, and of columns, which have their column's name. MariaDB.
-- Manual: "Information Schema CHECK_CONSTRAINTS Table".
SELECT CONSTRAINT_SCHEMA AS `schema`,
       TABLE_NAME AS `table`,
       CONSTRAINT_NAME AS name,
       CHECK_CLAUSE AS clause,
       FALSE AS is_unused
FROM information_schema.CHECK_CONSTRAINTS
WHERE CONSTRAINT_SCHEMA = DATABASE()
