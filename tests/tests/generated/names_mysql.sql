-- Words of enums and sets that make no names, or the same ones.
CREATE TABLE words (
    id integer AUTO_INCREMENT PRIMARY KEY,
    odd enum(
        'two words', '2d', '2 d', '42', 'self', 'Self', 'type', 'Option', 'None', 'Some', 'Ok', '', 'größe', 'Größe', '日本', 'ß',
        'a-b', 'a b', 'a_b', 'AB', 'ab2', 'A b 2', '-', '%', '+', '_', '__', 'it''s', '"q"', '\\', '\\n', '{}', 'a/b', '*/', 'Word24', '$x', '1e3', 'é'
    ),
    sure enum('yes', 'no', '') NOT NULL DEFAULT 'no',
    `empty` enum('') NULL,
    tags set('two words', '2d', 'x-y', 'x y', 'größe', 'type', '%', 'it''s', '"q"', '\\'),
    `2nd` enum('a', 'b') NULL
);
CREATE TABLE word_odd (id integer PRIMARY KEY, odd enum('a') NULL);
CREATE TABLE code (code enum('a b', 'c-d') PRIMARY KEY);
CREATE TABLE coded (id enum('x', 'y') PRIMARY KEY, code enum('a b', 'c-d') NULL, FOREIGN KEY (code) REFERENCES code (code));
-- Columns that a table's module of Diesel's has for itself, or names.
CREATE TABLE primitive (id integer PRIMARY KEY, bool text, str text, usize text, diesel text);
-- Columns that a trigger fills, and those that it looks at.
CREATE TABLE filled (id char(36) PRIMARY KEY, slug varchar(40) NOT NULL, title varchar(40) NOT NULL);
CREATE TRIGGER fill BEFORE INSERT ON filled FOR EACH ROW SET NEW.id = coalesce(NEW.id, concat('', uuid())), NEW.`slug` = lower(coalesce(NEW.slug, NEW.title));
-- Names of which lints say something.
CREATE TABLE a_b_c (id integer PRIMARY KEY, region enum('U.S.A.', 'E.U.') NOT NULL, foo text NOT NULL, baz text NOT NULL, quux text NOT NULL);
