-- Check constraints: each once with its table, once with its condition. MySQL, where a database has
-- each name once; a join would be the same, but takes seconds where there are a thousand.
-- Manual: "The INFORMATION_SCHEMA TABLE_CONSTRAINTS Table", "… CHECK_CONSTRAINTS Table".
SELECT CONVERT(TABLE_SCHEMA USING utf8mb4) AS `schema`,
       CONVERT(TABLE_NAME USING utf8mb4) AS `table`,
       CONVERT(CONSTRAINT_NAME USING utf8mb4) AS name,
       NULL AS clause,
       ENFORCED = 'NO' AS is_unused
FROM information_schema.TABLE_CONSTRAINTS
WHERE TABLE_SCHEMA = DATABASE()
  AND CONSTRAINT_TYPE = 'CHECK'
UNION ALL
SELECT CONVERT(CONSTRAINT_SCHEMA USING utf8mb4),
       NULL,
       CONVERT(CONSTRAINT_NAME USING utf8mb4),
       CONVERT(CHECK_CLAUSE USING utf8mb4),
       FALSE
FROM information_schema.CHECK_CONSTRAINTS
WHERE CONSTRAINT_SCHEMA = DATABASE()
