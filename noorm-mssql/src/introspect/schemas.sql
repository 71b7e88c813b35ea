-- The schemas that are no system's, the default one, and the server's version.
-- https://learn.microsoft.com/sql/relational-databases/system-catalog-views/schemas-catalog-views-sys-schemas
SELECT s.schema_id,
       s.name,
       CASE WHEN s.name = SCHEMA_NAME() THEN 1 ELSE 0 END AS is_default,
       CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)) AS version
FROM sys.schemas AS s
WHERE s.name NOT IN ('sys', 'INFORMATION_SCHEMA', 'information_schema_tsql', 'guest', 'db_owner',
                     'db_accessadmin', 'db_securityadmin', 'db_ddladmin', 'db_backupoperator',
                     'db_datareader', 'db_datawriter', 'db_denydatareader', 'db_denydatawriter')
ORDER BY s.name
