-- Each column of the tables and views whose names are in the JSON list ?1.
-- pk counts from 1 in the key's order; hidden is 1 for a virtual table's hidden column, 2 for a
-- virtual and 3 for a stored generated column.
-- Fails as a whole when one of them is a view on a dropped table, or lacks its module.
-- https://sqlite.org/pragma.html#pragma_table_xinfo
SELECT
    n.value AS table_name,
    c.cid,
    c.name,
    c.type,
    c."notnull" AS not_null,
    c.dflt_value AS default_value,
    c.pk,
    c.hidden
FROM json_each(?1) AS n
JOIN pragma_table_xinfo(n.value, 'main') AS c
