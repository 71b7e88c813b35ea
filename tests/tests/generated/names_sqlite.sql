-- Names that stand in the way of what is generated, and keys that are generated otherwise than most.
CREATE TABLE "table" (
    id integer PRIMARY KEY, "table" text, table_ text, star text, dsl text, columns text, all_columns text,
    "type" text, type_ text, "new" text NOT NULL, "self" text, "TABLE1" text, fingerprint text
);
CREATE TABLE star (star integer PRIMARY KEY);
CREATE TABLE "schema" (id integer PRIMARY KEY);
CREATE TABLE noorm (id integer PRIMARY KEY);
CREATE TABLE diesel (id integer PRIMARY KEY);
CREATE TABLE serde (id integer PRIMARY KEY);
CREATE TABLE std (id integer PRIMARY KEY);
CREATE TABLE core (id integer PRIMARY KEY);
CREATE TABLE sql_types (id integer PRIMARY KEY);
CREATE TABLE street (id integer PRIMARY KEY, "straße" text, strasse text);
CREATE TABLE seven (a int NOT NULL, b int NOT NULL, c int NOT NULL, d int NOT NULL, e int NOT NULL, f int NOT NULL, g int NOT NULL, PRIMARY KEY (a, b, c, d, e, f, g));
CREATE TABLE seventeen (
    a int NOT NULL, b int NOT NULL, c int NOT NULL, d int NOT NULL, e int NOT NULL, f int NOT NULL, g int NOT NULL,
    h int NOT NULL, i int NOT NULL, j int NOT NULL, k int NOT NULL, l int NOT NULL, m int NOT NULL, n int NOT NULL,
    o int NOT NULL, p int NOT NULL, q int NOT NULL,
    PRIMARY KEY (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q)
);
CREATE TABLE post (id integer PRIMARY KEY, title text NOT NULL);
CREATE TABLE tag (id integer PRIMARY KEY, word text NOT NULL);
CREATE TABLE post_tag (
    post_id integer NOT NULL REFERENCES post (id),
    tag_id integer NOT NULL REFERENCES tag (id),
    PRIMARY KEY (post_id, tag_id)
);
CREATE TABLE cover (id integer PRIMARY KEY, image blob NOT NULL, back blob);
CREATE TABLE by_text (id text PRIMARY KEY, untyped, said "any");
CREATE TABLE by_int (id int PRIMARY KEY);
CREATE TABLE by_both (a text, b int, PRIMARY KEY (a, b));
CREATE TABLE pointing (id integer PRIMARY KEY, by_int_id text REFERENCES by_int (id), post_id text REFERENCES post (id));
CREATE VIEW worked_out AS SELECT id, untyped, id || '!' AS loud, 1 + 1 AS two FROM by_text;
CREATE TABLE anything (id integer PRIMARY KEY, held any, must any NOT NULL) STRICT;
CREATE TABLE keyed_by_anything (id any PRIMARY KEY NOT NULL, note text) STRICT;
CREATE VIEW beginning AS SELECT id, held, must, substr(must, 1, 2) AS two FROM anything;
CREATE VIEW beginning_again AS SELECT held AS still FROM Beginning;
CREATE VIEW all_covers AS SELECT id, image, back FROM cover;
CREATE VIEW both_word AS SELECT word FROM tag UNION ALL SELECT upper(title) FROM post;
-- Columns that a table's module of Diesel's has for itself, or names.
CREATE TABLE primitive (
    id integer PRIMARY KEY, bool text, str text, usize text, diesel text, i32 text, u64 text, char text, std text, core text,
    alloc text, option text, string text
);
-- A column that Diesel would take for the key.
CREATE TABLE coded (code text PRIMARY KEY, id integer, name text);
CREATE TABLE coded_alone (code text PRIMARY KEY, id integer);
-- Keys that Rust doesn't hash.
CREATE TABLE reading (at REAL PRIMARY KEY, v INT);
CREATE TABLE priced (price DECIMAL(10, 2) PRIMARY KEY, note text);
-- Letters that are others in another form, and one without a capital.
CREATE TABLE letters (id integer PRIMARY KEY, "nº" text NOT NULL, "1ª_via" text, "size_µm" real, "no" text, "ĸ" text);
-- Names of which lints say something.
CREATE TABLE placeholder (id integer PRIMARY KEY, foo text NOT NULL, baz text NOT NULL, quux text NOT NULL);
CREATE TABLE a_b_c (id integer PRIMARY KEY);
