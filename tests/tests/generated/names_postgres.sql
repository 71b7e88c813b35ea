-- Names that stand in the way of what is generated, and keys that are generated otherwise than most.
CREATE TABLE "table" (
    id integer PRIMARY KEY, "table" text, table_ text, star text, dsl text, columns text, all_columns text,
    "type" text, type_ text, "new" text NOT NULL, "self" text, "Self" text, "TABLE1" text, fingerprint text
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
CREATE TABLE cover (id integer PRIMARY KEY, image bytea NOT NULL, back bytea, pages bytea[]);
CREATE SCHEMA "my-schema";
CREATE TABLE "my-schema".post (id integer PRIMARY KEY, post_id integer REFERENCES post (id));
CREATE TYPE "Date" AS ENUM ('x', '"q"', '\');
CREATE TYPE patch AS ENUM ('x');
CREATE TYPE "a
b" AS ENUM ('{}', '*/');
CREATE TABLE words (id integer PRIMARY KEY, d "Date" NOT NULL, day date, p patch, ps patch[], odd "a
b");
COMMENT ON TABLE words IS E'*/ """ `tick\n```\nlet x = ;\n```\n#[derive] <b> [link] \rbare \u202e turned \u202c';
COMMENT ON COLUMN words.d IS E'evil \r cr ```rust\nfn main() { compile_error!() }\n```';
COMMENT ON TYPE patch IS E'bad */ \n``` \nx\r\npub struct Injected;';
-- Columns that a table's module of Diesel's has for itself, or names.
CREATE TABLE primitive (
    id integer PRIMARY KEY, bool text, str text, usize text, diesel text, i32 text, u64 text, "char" text, std text, core text,
    alloc text, option text, string text
);
-- Keys that Rust doesn't hash.
CREATE TABLE reading (at real, place double precision, v integer, PRIMARY KEY (at, place));
CREATE TABLE lasting (took interval PRIMARY KEY, note text);
-- A document is one under each name.
CREATE DOMAIN doc AS jsonb;
CREATE DOMAIN "Odd doc" AS doc;
CREATE DOMAIN docs AS jsonb[];
CREATE TABLE document (id integer PRIMARY KEY, doc doc, odd "Odd doc", list doc[], odd_list "Odd doc"[], docs docs, plain json);
-- Letters that are others in another form, and one without a capital.
CREATE TABLE letters (id integer PRIMARY KEY, "nº" text NOT NULL, "1ª_via" text, "size_µm" real, "no" text, "ĸ" text);
-- Names and comments of which lints say something.
CREATE TYPE region AS ENUM ('U.S.A.', 'E.U.');
CREATE TABLE a_b_c (id integer PRIMARY KEY, region region, foo text NOT NULL, baz text NOT NULL, quux text NOT NULL);
COMMENT ON TABLE a_b_c IS E'- one\ntwo';
