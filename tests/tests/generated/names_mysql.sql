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
