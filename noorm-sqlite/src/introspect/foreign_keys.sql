-- Each column of each foreign key of the tables whose names are in the JSON list ?1.
-- id counts from the last foreign key in the table's SQL to the first; to_column is NULL where the
-- SQL names no column, which means the primary key of the other table.
-- https://sqlite.org/pragma.html#pragma_foreign_key_list
SELECT
    n.value AS table_name,
    f.id,
    f.seq,
    f."table" AS target,
    f."from" AS from_column,
    f."to" AS to_column,
    f.on_update,
    f.on_delete
FROM json_each(?1) AS n
JOIN pragma_foreign_key_list(n.value, 'main') AS f
