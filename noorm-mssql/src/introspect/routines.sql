-- Functions and procedures of the schemas in @P1: a row a parameter; number 0 is what is returned.
-- https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-parameters-transact-sql
SELECT o.object_id,
       s.name AS [schema],
       o.name,
       RTRIM(o.type) AS type,
       CAST(e.value AS nvarchar(4000)) AS comment,
       CAST(p.parameter_id AS int) AS parameter_id,
       p.name AS parameter,
       t.name AS type_name,
       p.max_length,
       p.precision,
       p.scale,
       p.is_output,
       p.has_default_value
FROM sys.objects AS o
INNER JOIN sys.schemas AS s ON s.schema_id = o.schema_id
LEFT JOIN sys.all_parameters AS p ON p.object_id = o.object_id
LEFT JOIN sys.types AS t ON t.user_type_id = p.user_type_id
LEFT JOIN sys.extended_properties AS e
       ON e.class = 1 AND e.major_id = o.object_id AND e.minor_id = 0 AND e.name = 'MS_Description'
WHERE o.type IN ('P', 'PC', 'FN', 'FS', 'IF', 'TF', 'FT', 'AF')
  AND o.is_ms_shipped = 0
  AND CHARINDEX(',' + CAST(o.schema_id AS varchar(11)) + ',', @P1) > 0
ORDER BY s.name, o.name, o.object_id, p.parameter_id
