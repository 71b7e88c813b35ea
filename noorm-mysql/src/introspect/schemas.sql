-- The server, the database that names without one mean (NULL where the URL names none), and every
-- database of the server that isn't its own: one row each, and a row without a name where there is none.
-- Manual: "The INFORMATION_SCHEMA SCHEMATA Table".
SELECT VERSION() AS version,
       DATABASE() AS current_one,
       s.SCHEMA_NAME AS name
FROM (SELECT 1 AS one) AS here
LEFT JOIN information_schema.SCHEMATA AS s
       ON s.SCHEMA_NAME NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
