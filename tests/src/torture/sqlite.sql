CREATE TABLE special (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mood varchar(10) DEFAULT 'sad' NOT NULL CHECK (mood IN ('sad', 'it''s ok')),
    title text COLLATE NOCASE,
    untyped,
    odd POLYGON,
    closed date,
    region_number INTEGER,
    region_country varchar(2),
    upper_title text GENERATED ALWAYS AS (upper(title)) VIRTUAL,
    CONSTRAINT special_region FOREIGN KEY (region_number, region_country) REFERENCES region (number, country) ON DELETE SET DEFAULT DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX special_open ON special (title) WHERE closed IS NULL;
CREATE UNIQUE INDEX special_lower ON special (lower(title), id DESC);
CREATE TRIGGER special_seen AFTER UPDATE ON special BEGIN
    SELECT 1;
END;
CREATE TABLE pairs (a text, b text, PRIMARY KEY (b, a)) WITHOUT ROWID, STRICT;
CREATE TABLE missing (id INTEGER PRIMARY KEY, gone INTEGER REFERENCES nowhere (id));
CREATE VIRTUAL TABLE words USING fts5 (word);
CREATE VIEW broken AS SELECT * FROM nowhere;
