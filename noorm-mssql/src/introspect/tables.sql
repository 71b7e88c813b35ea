-- Tables and views of the schemas in @P1 (',1,5,'), with comments and the queries of views.
-- https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-objects-transact-sql
SELECT o.object_id,
       s.name AS [schema],
       o.name,
       RTRIM(o.type) AS type,
       CAST(p.value AS nvarchar(4000)) AS comment,
       m.definition
FROM sys.objects AS o
INNER JOIN sys.schemas AS s ON s.schema_id = o.schema_id
LEFT JOIN sys.sql_modules AS m ON m.object_id = o.object_id
LEFT JOIN sys.extended_properties AS p
       ON p.class = 1 AND p.major_id = o.object_id AND p.minor_id = 0 AND p.name = 'MS_Description'
WHERE o.type IN ('U', 'V')
  AND o.is_ms_shipped = 0
  AND CHARINDEX(',' + CAST(o.schema_id AS varchar(11)) + ',', @P1) > 0
