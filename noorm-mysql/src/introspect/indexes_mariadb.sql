-- The parts of indexes, of primary and unique keys, too. MariaDB, which has none over expressions.
-- Manual: "Information Schema STATISTICS Table".
SELECT TABLE_SCHEMA AS `schema`,
       TABLE_NAME AS `table`,
       INDEX_NAME AS name,
       NON_UNIQUE = 0 AS is_unique,
       SEQ_IN_INDEX AS position,
       COLUMN_NAME AS `column`,
       NULL AS expression,
       COLLATION = 'D' AS descending,
       SUB_PART AS length,
       INDEX_TYPE AS method,
       IGNORED = 'YES' AS is_unused
FROM information_schema.STATISTICS
WHERE TABLE_SCHEMA = DATABASE()
