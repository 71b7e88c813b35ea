-- Each key part of each index of the tables whose names are in the JSON list ?1.
-- origin is c for CREATE INDEX, u for a UNIQUE and pk for a PRIMARY KEY constraint; cid is -2 for an
-- expression, which has no name; the parts that are no key are what SQLite appends to find the row.
-- https://sqlite.org/pragma.html#pragma_index_list
-- https://sqlite.org/pragma.html#pragma_index_xinfo
SELECT
    n.value AS table_name,
    i.name,
    i."unique" AS is_unique,
    i.origin,
    i.partial,
    p.seqno AS position,
    p.name AS column_name,
    p."desc" AS descending,
    p.coll AS collation
FROM json_each(?1) AS n
JOIN pragma_index_list(n.value, 'main') AS i
JOIN pragma_index_xinfo(i.name, 'main') AS p
WHERE p."key" = 1
