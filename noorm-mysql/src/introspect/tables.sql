-- Tables, views and (MariaDB) sequences.
-- Manual: "The INFORMATION_SCHEMA TABLES Table". No column is asked for that needs a table's statistics.
SELECT TABLE_SCHEMA AS `schema`,
       TABLE_NAME AS name,
       TABLE_TYPE AS kind,
       TABLE_COMMENT AS comment
FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE()
