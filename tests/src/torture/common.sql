CREATE TABLE country (
    code $varchar(2) NOT NULL,
    name $varchar(40) NOT NULL,
    calling_code $int NOT NULL,
    CONSTRAINT country_pkey PRIMARY KEY (code),
    CONSTRAINT country_calling UNIQUE (calling_code)
);

CREATE TABLE region (
    name $varchar(40) DEFAULT 'it''s; new' NOT NULL,
    number $int NOT NULL,
    area decimal(12, 3),
    country $varchar(2) NOT NULL,
    CONSTRAINT region_pkey PRIMARY KEY (country, number),
    CONSTRAINT region_name UNIQUE (name, country),
    CONSTRAINT region_area CHECK (area > 0),
    CONSTRAINT region_country FOREIGN KEY (country) REFERENCES country (code) ON UPDATE CASCADE
);

CREATE TABLE town (
    town_id $key,
    region_number $int,
    region_country $varchar(2),
    twin_id $int,
    calling_code $int,
    rating $int,
    double_rating $double_rating,
    CONSTRAINT town_region FOREIGN KEY (region_country, region_number) REFERENCES region (country, number) ON DELETE SET NULL,
    CONSTRAINT town_twin FOREIGN KEY (twin_id) REFERENCES town (town_id),
    CONSTRAINT town_calling FOREIGN KEY (calling_code) REFERENCES country (calling_code)
);
CREATE INDEX town_region_idx ON town (region_country, region_number DESC);
CREATE INDEX town_twin_idx ON town (twin_id);
CREATE INDEX town_calling_idx ON town (calling_code, rating);

CREATE TABLE road (
    to_id $int NOT NULL,
    from_id $int NOT NULL,
    toll decimal(10, 2) DEFAULT 0 NOT NULL,
    opened date,
    CONSTRAINT road_pkey PRIMARY KEY (from_id, to_id),
    CONSTRAINT road_from FOREIGN KEY (from_id) REFERENCES town (town_id) ON DELETE CASCADE,
    CONSTRAINT road_to FOREIGN KEY (to_id) REFERENCES town (town_id),
    CONSTRAINT road_toll CHECK (toll >= 0)
);
CREATE INDEX road_to_idx ON road (to_id);
CREATE UNIQUE INDEX road_once ON road (opened DESC, from_id, to_id);

CREATE TABLE stop (
    name $varchar(40) NOT NULL,
    road_to $int NOT NULL,
    road_from $int NOT NULL,
    CONSTRAINT stop_road FOREIGN KEY (road_from, road_to) REFERENCES road (from_id, to_id) ON DELETE CASCADE
);
CREATE INDEX stop_road_idx ON stop (road_from, road_to);

CREATE TABLE $<order> (
    $<select> $key,
    $<MixedCase> $varchar(10) NOT NULL,
    $<with space> $int,
    $<quo"te> $int,
    $<back`tick> $int,
    $<it's; a -- name> $int,
    $<br]ack[et> $int,
    $<a.b> $int,
    $<grün 名前> $int,
    CONSTRAINT $<Odd "unique"> UNIQUE ($<MixedCase>, $<with space>),
    CONSTRAINT $<odd.check> CHECK ($<quo"te> > 0)
);
CREATE INDEX $<odd idx> ON $<order> ($<grün 名前> DESC, $<a.b>);

CREATE TABLE $<Line "of" grün.order> (
    $<group> $int NOT NULL,
    $<Where> $varchar(10) NOT NULL,
    $<from> $int,
    CONSTRAINT $<line key> PRIMARY KEY ($<Where>, $<group>),
    CONSTRAINT $<Line's order> FOREIGN KEY ($<group>) REFERENCES $<order> ($<select>),
    CONSTRAINT $<line unique> FOREIGN KEY ($<Where>, $<from>) REFERENCES $<order> ($<MixedCase>, $<with space>)
);
CREATE INDEX $<line idx> ON $<Line "of" grün.order> ($<group>);
CREATE INDEX $<line idx 2> ON $<Line "of" grün.order> ($<Where>, $<from>);

CREATE VIEW $<Big "towns"> AS SELECT town_id, rating AS $<The Rating> FROM town WHERE rating > 3;

CREATE TABLE kinds (
    id $key,
    yes $bool,
    small smallint,
    normal int,
    large bigint,
    single $real,
    wide $float,
    amount decimal(38, 10),
    short $varchar(20),
    note $text,
    raw $bytes,
    u $uuid,
    d date,
    t $time,
    at $datetime,
    moment $moment,
    doc $json
);
