-- SQLite's own version, as one row of one text.
-- https://sqlite.org/lang_corefunc.html#sqlite_version
SELECT sqlite_version() AS version
