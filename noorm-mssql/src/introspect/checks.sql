-- Check constraints of the schemas in @P1.
-- https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-check-constraints-transact-sql
SELECT k.parent_object_id, k.name, k.definition, k.is_disabled, k.is_not_trusted
FROM sys.check_constraints AS k
WHERE CHARINDEX(',' + CAST(k.schema_id AS varchar(11)) + ',', @P1) > 0
ORDER BY k.parent_object_id, k.name
