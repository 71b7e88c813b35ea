-- Columns of tables and views, mostly those of a table in one run.
-- Manual: "The INFORMATION_SCHEMA COLUMNS Table".
SELECT TABLE_SCHEMA AS `schema`,
       TABLE_NAME AS `table`,
       ORDINAL_POSITION AS position,
       COLUMN_NAME AS name,
       COLUMN_TYPE AS type,
       IS_NULLABLE = 'YES' AS nullable,
       COLUMN_DEFAULT AS `default`,
       EXTRA AS extra,
       GENERATION_EXPRESSION AS expression,
       COLLATION_NAME AS collation,
       COLUMN_COMMENT AS comment
FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA = DATABASE()
