-- Functions and procedures, each followed by its parameters (`place` counts from 1; what a function
-- returns would be place 0, and is the routine's own `type`).
-- Manual: "The INFORMATION_SCHEMA ROUTINES Table", "… PARAMETERS Table".
SELECT CONVERT(ROUTINE_SCHEMA USING utf8mb4) AS `schema`,
       CONVERT(ROUTINE_NAME USING utf8mb4) AS routine,
       CONVERT(ROUTINE_TYPE USING utf8mb4) AS kind,
       0 AS place,
       NULL AS name,
       NULL AS mode,
       CONVERT(DTD_IDENTIFIER USING utf8mb4) AS type,
       CONVERT(COALESCE(EXTERNAL_LANGUAGE, ROUTINE_BODY) USING utf8mb4) AS language,
       CONVERT(ROUTINE_COMMENT USING utf8mb4) AS comment
FROM information_schema.ROUTINES
WHERE ROUTINE_SCHEMA = DATABASE()
UNION ALL
SELECT CONVERT(SPECIFIC_SCHEMA USING utf8mb4),
       CONVERT(SPECIFIC_NAME USING utf8mb4),
       CONVERT(ROUTINE_TYPE USING utf8mb4),
       ORDINAL_POSITION,
       CONVERT(PARAMETER_NAME USING utf8mb4),
       CONVERT(PARAMETER_MODE USING utf8mb4),
       CONVERT(DTD_IDENTIFIER USING utf8mb4),
       NULL,
       NULL
FROM information_schema.PARAMETERS
WHERE SPECIFIC_SCHEMA = DATABASE()
  AND ORDINAL_POSITION > 0
