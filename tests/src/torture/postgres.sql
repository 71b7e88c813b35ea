CREATE TYPE $<Mood> AS ENUM ('sad', 'it''s ok');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE special (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mood $<Mood> NOT NULL DEFAULT 'sad',
    size positive,
    title text COLLATE "C",
    $<Title> text,
    words text[],
    spot point,
    closed date,
    during tstzrange,
    region_number bigint,
    region_country varchar(2),
    CONSTRAINT special_region FOREIGN KEY (region_number, region_country) REFERENCES region (number, country) ON DELETE SET DEFAULT DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT special_words UNIQUE NULLS NOT DISTINCT (words),
    CONSTRAINT special_during EXCLUDE USING gist (during WITH &&)
);
COMMENT ON TABLE special IS 'What''s "special"';
COMMENT ON COLUMN special.title IS 'the title';
CREATE INDEX special_open ON special (title) INCLUDE (size) WHERE closed IS NULL;
CREATE UNIQUE INDEX special_lower ON special (lower(title), id DESC);
CREATE FUNCTION seen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER special_seen AFTER UPDATE ON special FOR EACH ROW EXECUTE FUNCTION seen();
CREATE MATERIALIZED VIEW kept AS SELECT id, title FROM special;
CREATE UNIQUE INDEX kept_id ON kept (id);
CREATE TABLE measured (at date NOT NULL, n int) PARTITION BY RANGE (at);
CREATE TABLE measured_old PARTITION OF measured FOR VALUES FROM (MINVALUE) TO ('2000-01-01');
