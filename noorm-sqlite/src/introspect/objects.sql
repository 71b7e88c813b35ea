-- Each table, view, index and trigger of the main database, with the SQL that made it.
-- Left out: what SQLite keeps for itself (sqlite_sequence, sqlite_stat1), and indexes without SQL,
-- which belong to constraints and are told by indexes.sql.
-- https://sqlite.org/schematab.html
SELECT
    type,
    name,
    tbl_name AS table_name,
    sql
FROM main.sqlite_schema
WHERE lower(substr(name, 1, 7)) <> 'sqlite_'
