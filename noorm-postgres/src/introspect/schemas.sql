-- All schemas of the database, and what the session says about itself.
-- One row per schema. Which of them to look at is decided by the caller: it must be able to tell
-- which ones exist when a wrong name was asked for.
-- Manual: "pg_namespace"; "Session Information Functions" (current_schema);
-- "Access Privilege Inquiry Functions".
SELECT n.oid::int8 AS oid,
       n.nspname::text AS name,
       -- The prefix `pg_` is reserved for the system: pg_catalog, pg_toast, pg_temp_3, …
       (n.nspname = 'information_schema' OR starts_with(n.nspname::text, 'pg_')) AS is_system,
       coalesce(n.nspname = pg_catalog.current_schema(), false) AS is_current,
       pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS is_usable,
       pg_catalog.current_setting('server_version') AS server_version
  FROM pg_catalog.pg_namespace AS n
