-- The columns of foreign keys (`part` counts from 1), and, as part 0, what each does when the row that
-- it points at changes (`column`) or goes (`target_column`).
-- A join would be the same, but MariaDB opens every table for each row of it.
-- Manual: "The INFORMATION_SCHEMA KEY_COLUMN_USAGE Table", "… REFERENTIAL_CONSTRAINTS Table".
SELECT CONVERT(TABLE_SCHEMA USING utf8mb4) AS `schema`,
       CONVERT(TABLE_NAME USING utf8mb4) AS `table`,
       CONVERT(CONSTRAINT_NAME USING utf8mb4) AS name,
       ORDINAL_POSITION AS part,
       CONVERT(COLUMN_NAME USING utf8mb4) AS `column`,
       CONVERT(REFERENCED_TABLE_SCHEMA USING utf8mb4) AS target_schema,
       CONVERT(REFERENCED_TABLE_NAME USING utf8mb4) AS target_table,
       CONVERT(REFERENCED_COLUMN_NAME USING utf8mb4) AS target_column
FROM information_schema.KEY_COLUMN_USAGE
WHERE TABLE_SCHEMA = DATABASE()
  AND REFERENCED_TABLE_NAME IS NOT NULL
UNION ALL
SELECT CONVERT(CONSTRAINT_SCHEMA USING utf8mb4),
       CONVERT(TABLE_NAME USING utf8mb4),
       CONVERT(CONSTRAINT_NAME USING utf8mb4),
       0,
       CONVERT(UPDATE_RULE USING utf8mb4),
       NULL,
       NULL,
       CONVERT(DELETE_RULE USING utf8mb4)
FROM information_schema.REFERENTIAL_CONSTRAINTS
WHERE CONSTRAINT_SCHEMA = DATABASE()
