-- Tables and views of the schemas in @P1 (',1,5,'), with comments and the queries of views.
-- https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-objects-transact-sql
-- Schemas and queries are asked for by functions: Babelfish joins every table with all of them.
SELECT o.object_id,
       SCHEMA_NAME(o.schema_id) AS [schema],
       o.name,
       RTRIM(o.type) AS type,
       CAST(p.value AS nvarchar(4000)) AS comment,
       CASE WHEN o.type = 'V' THEN OBJECT_DEFINITION(o.object_id) END AS definition
FROM sys.objects AS o
LEFT JOIN sys.extended_properties AS p
       ON p.class = 1 AND p.major_id = o.object_id AND p.minor_id = 0 AND p.name = 'MS_Description'
WHERE o.type IN ('U', 'V')
  AND o.is_ms_shipped = 0
  AND CHARINDEX(',' + CAST(o.schema_id AS varchar(11)) + ',', @P1) > 0
