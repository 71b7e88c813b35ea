-- What tables of the schemas in @P1 are besides: temporal, in memory, of a graph, of a ledger.
-- A column that an older server lacks is NULL: its name is then found in the outer select.
-- https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-tables-transact-sql
SELECT x.object_id, x.temporal, x.in_memory, x.node, x.edge, x.ledger, x.[external]
FROM (SELECT CAST(NULL AS int) AS temporal_type,
             CAST(NULL AS int) AS is_memory_optimized,
             CAST(NULL AS int) AS is_node,
             CAST(NULL AS int) AS is_edge,
             CAST(NULL AS int) AS ledger_type,
             CAST(NULL AS int) AS is_external) AS older
CROSS APPLY (
    SELECT t.object_id,
           CAST(temporal_type AS int) AS temporal,
           CAST(is_memory_optimized AS int) AS in_memory,
           CAST(is_node AS int) AS node,
           CAST(is_edge AS int) AS edge,
           CAST(ledger_type AS int) AS ledger,
           CAST(is_external AS int) AS [external]
    FROM sys.tables AS t
    WHERE CHARINDEX(',' + CAST(t.schema_id AS varchar(11)) + ',', @P1) > 0
) AS x
WHERE x.temporal > 0 OR x.in_memory > 0 OR x.node > 0 OR x.edge > 0 OR x.ledger > 0 OR x.[external] > 0
