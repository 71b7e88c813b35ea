-- Types: those that columns have, those that they are made of, and the enums and domains of the
-- schemas. One row per distinct pair of type and modifier.
-- Binds: $1 and $2 the oids and modifiers of the columns' types, $3 the schemas' oids.
-- OFFSET 0 keeps the planner, which expects many types, from reading all of pg_type for a few.
-- Manual: "pg_type"; "pg_enum"; "pg_description"; "System Catalog Information Functions" (format_type).
WITH RECURSIVE needed (oid, modifier) AS (
    (SELECT u.oid, u.modifier
       FROM unnest($1::text[]::oid[], $2::text[]::int4[]) AS u (oid, modifier)
      UNION
     SELECT t.oid, -1
       FROM pg_catalog.pg_type AS t
      WHERE t.typtype IN ('e', 'd')
        AND t.typnamespace = ANY ($3::text[]::oid[]))
     UNION
    -- A domain brings its base type, an array its element type (whose modifier it carries).
    SELECT t.oid, t.modifier
      FROM needed AS w
     CROSS JOIN LATERAL (
            SELECT CASE WHEN typtype = 'd' THEN typbasetype ELSE typelem END AS oid,
                   CASE WHEN typtype = 'd' THEN typtypmod ELSE w.modifier END AS modifier
              FROM pg_catalog.pg_type
             WHERE pg_type.oid = w.oid
               AND (typtype = 'd' OR (typtype = 'b' AND typelem <> 0 AND typlen = -1))
            OFFSET 0
           ) AS t
)
SELECT t.oid::int8 AS oid,
       w.modifier::int8 AS modifier,
       n.nspname::text AS schema,
       t.typname::text AS name,
       pg_catalog.format_type(t.oid, w.modifier) AS native,
       t.typtype::text AS kind,
       -- int2vector and its kind have elements, too, but are no array of them.
       (SELECT e.oid FROM pg_catalog.pg_type AS e
         WHERE e.oid = t.typelem AND e.typarray = t.oid)::int8 AS element,
       CASE WHEN t.typtype = 'd' THEN t.typbasetype::int8 END AS base,
       t.typtypmod::int8 AS base_modifier,
       t.typnotnull AS not_null,
       CASE WHEN t.typtype = 'd' THEN t.typdefault END AS expression,
       t.typcollation::int8 AS collation_oid,
       CASE WHEN t.typtype = 'e'
            THEN ARRAY(SELECT v.enumlabel::text
                         FROM pg_catalog.pg_enum AS v
                        WHERE v.enumtypid = t.oid
                        ORDER BY v.enumsortorder) END AS labels,
       (t.typtype IN ('e', 'd')
        AND t.typnamespace = ANY ($3::text[]::oid[])
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS m
                         WHERE m.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
                           AND m.objid = t.oid
                           AND m.deptype = 'e')) AS is_listed,
       -- What obj_description does, without the cost of an SQL function.
       (SELECT d.description
          FROM pg_catalog.pg_description AS d
         WHERE d.classoid = 'pg_catalog.pg_type'::pg_catalog.regclass
           AND d.objoid = t.oid
           AND d.objsubid = 0) AS comment
  FROM needed AS w
 CROSS JOIN LATERAL (SELECT * FROM pg_catalog.pg_type WHERE pg_type.oid = w.oid OFFSET 0) AS t
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
