CREATE TABLE author (
    author_id $key,
    name varchar(40) NOT NULL,
    email varchar(80) CONSTRAINT author_email UNIQUE,
    mentor_id $int REFERENCES author (author_id)
);

CREATE TABLE book (
    book_id $key,
    author_id $int NOT NULL CONSTRAINT book_author_id_fkey REFERENCES author (author_id) ON DELETE CASCADE,
    title varchar(60) NOT NULL,
    price decimal(8, 2) NOT NULL DEFAULT 9.50,
    rating $int CONSTRAINT book_rating CHECK (rating BETWEEN 1 AND 5),
    published date,
    added_at $moment,
    double_rating $int GENERATED ALWAYS AS (rating * 2) $stored
);

CREATE TABLE shelf (
    room varchar(10) NOT NULL,
    number $int NOT NULL,
    label varchar(20),
    CONSTRAINT shelf_pkey PRIMARY KEY (room, number)
);

CREATE TABLE placed (
    book_id $int NOT NULL REFERENCES book (book_id),
    room varchar(10) NOT NULL,
    number $int NOT NULL,
    CONSTRAINT placed_pkey PRIMARY KEY (book_id),
    CONSTRAINT placed_shelf FOREIGN KEY (room, number) REFERENCES shelf (room, number)
);

CREATE TABLE "Odd ""name"" of grün.select" (
    "order" $key,
    "two words" varchar(40),
    "ünïcode 'q'" varchar(20)
);

CREATE TABLE log (
    message varchar(100)
);

CREATE VIEW dear_book AS SELECT book_id, title, price FROM book WHERE price > 20;
