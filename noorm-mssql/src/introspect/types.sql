-- Alias types and sequences of the schemas in @P1.
-- https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-types-transact-sql
-- https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-sequences-transact-sql
SELECT 'type' AS kind,
       SCHEMA_NAME(t.schema_id) AS [schema],
       t.name,
       TYPE_NAME(t.system_type_id) AS base,
       t.max_length,
       t.precision,
       t.scale,
       t.is_nullable,
       CAST(NULL AS bigint) AS start,
       CAST(NULL AS bigint) AS increment,
       CAST(NULL AS bigint) AS least,
       CAST(NULL AS bigint) AS greatest,
       CAST(0 AS bit) AS is_cycling
FROM sys.types AS t
WHERE t.is_user_defined = 1
  AND t.is_assembly_type = 0
  AND t.is_table_type = 0
  AND CHARINDEX(',' + CAST(t.schema_id AS varchar(11)) + ',', @P1) > 0
UNION ALL
SELECT 'sequence',
       SCHEMA_NAME(q.schema_id),
       q.name,
       TYPE_NAME(q.system_type_id),
       CAST(0 AS smallint),
       q.precision,
       q.scale,
       CAST(0 AS bit),
       TRY_CAST(q.start_value AS bigint),
       TRY_CAST(q.increment AS bigint),
       TRY_CAST(q.minimum_value AS bigint),
       TRY_CAST(q.maximum_value AS bigint),
       q.is_cycling
FROM sys.sequences AS q
WHERE CHARINDEX(',' + CAST(q.schema_id AS varchar(11)) + ',', @P1) > 0
