-- The parts of indexes, of primary and unique keys, too. MySQL.
-- Manual: "The INFORMATION_SCHEMA STATISTICS Table".
SELECT TABLE_SCHEMA AS `schema`,
       TABLE_NAME AS `table`,
       INDEX_NAME AS name,
       NON_UNIQUE = 0 AS is_unique,
       SEQ_IN_INDEX AS position,
       COLUMN_NAME AS `column`,
       EXPRESSION AS expression,
       COLLATION = 'D' AS descending,
       SUB_PART AS length,
       INDEX_TYPE AS method,
       IS_VISIBLE = 'NO' AS is_unused
FROM information_schema.STATISTICS
WHERE TABLE_SCHEMA = DATABASE()
