-- What each table of the main database is: table, view, virtual, or shadow (a table in which a virtual
-- table keeps its rows), and whether it is WITHOUT ROWID.
-- An object that is broken does not make this one fail.
-- https://sqlite.org/pragma.html#pragma_table_list
SELECT
    name,
    type,
    wr AS without_rowid
FROM pragma_table_list
WHERE schema = 'main'
