-- Functions, procedures, aggregates and window functions; not those of extensions.
-- One row per routine. Binds: $1 the schemas' oids.
-- `types` are all parameters in order; `names` and `modes` are NULL where none has a name, and where
-- all are plain inputs. The last `default_count` of the inputs have a default.
-- Manual: "pg_proc"; "pg_description"; "System Catalog Information Functions" (pg_get_function_result).
SELECT n.nspname::text AS schema,
       p.proname::text AS name,
       p.prokind::text AS kind,
       l.lanname::text AS language,
       pg_catalog.pg_get_function_result(p.oid) AS returns,
       ARRAY(SELECT pg_catalog.format_type(u.type, NULL)
               FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]))
                    WITH ORDINALITY AS u (type, place)
              ORDER BY u.place) AS types,
       p.proargnames AS names,
       p.proargmodes::text[] AS modes,
       p.pronargdefaults::int8 AS default_count,
       -- What obj_description does, without the cost of an SQL function.
       (SELECT d.description
          FROM pg_catalog.pg_description AS d
         WHERE d.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass
           AND d.objoid = p.oid
           AND d.objsubid = 0) AS comment
  FROM pg_catalog.pg_proc AS p
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
  JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
 WHERE p.pronamespace = ANY ($1::text[]::oid[])
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS m
                    WHERE m.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                      AND m.objid = p.oid
                      AND m.deptype = 'e')
