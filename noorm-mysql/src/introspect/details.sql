-- What only few tables have: a view's query (no `part`), and partitions with what they hold.
-- Manual: "The INFORMATION_SCHEMA VIEWS Table", "… PARTITIONS Table".
SELECT CONVERT(TABLE_SCHEMA USING utf8mb4) AS `schema`,
       CONVERT(TABLE_NAME USING utf8mb4) AS `table`,
       NULL AS part,
       NULL AS subpart,
       0 AS position,
       NULL AS method,
       NULL AS submethod,
       NULL AS expression,
       NULL AS subexpression,
       CONVERT(VIEW_DEFINITION USING utf8mb4) AS text
FROM information_schema.VIEWS
WHERE TABLE_SCHEMA = DATABASE()
UNION ALL
SELECT CONVERT(TABLE_SCHEMA USING utf8mb4),
       CONVERT(TABLE_NAME USING utf8mb4),
       CONVERT(PARTITION_NAME USING utf8mb4),
       CONVERT(SUBPARTITION_NAME USING utf8mb4),
       PARTITION_ORDINAL_POSITION,
       CONVERT(PARTITION_METHOD USING utf8mb4),
       CONVERT(SUBPARTITION_METHOD USING utf8mb4),
       CONVERT(PARTITION_EXPRESSION USING utf8mb4),
       CONVERT(SUBPARTITION_EXPRESSION USING utf8mb4),
       CONVERT(PARTITION_DESCRIPTION USING utf8mb4)
FROM information_schema.PARTITIONS
WHERE TABLE_SCHEMA = DATABASE()
  AND PARTITION_NAME IS NOT NULL
