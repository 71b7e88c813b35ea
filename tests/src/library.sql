CREATE TABLE author (
    author_id $key,
    name $varchar(40) NOT NULL,
    email $varchar(80),
    mentor_id $int,
    CONSTRAINT author_email UNIQUE (email),
    FOREIGN KEY (mentor_id) REFERENCES author (author_id)
);

CREATE TABLE book (
    book_id $key,
    author_id $int NOT NULL,
    title $varchar(60) NOT NULL,
    price decimal(8, 2) NOT NULL DEFAULT 9.50,
    rating $int,
    published date,
    added_at $moment,
    double_rating $double_rating,
    CONSTRAINT book_author_id_fkey FOREIGN KEY (author_id) REFERENCES author (author_id) ON DELETE CASCADE,
    CONSTRAINT book_rating CHECK (rating BETWEEN 1 AND 5)
);

CREATE TABLE shelf (
    room $varchar(10) NOT NULL,
    number $int NOT NULL,
    label $varchar(20),
    CONSTRAINT shelf_pkey PRIMARY KEY (room, number)
);

CREATE TABLE placed (
    book_id $int NOT NULL,
    room $varchar(10) NOT NULL,
    number $int NOT NULL,
    CONSTRAINT placed_pkey PRIMARY KEY (book_id),
    FOREIGN KEY (book_id) REFERENCES book (book_id),
    CONSTRAINT placed_shelf FOREIGN KEY (room, number) REFERENCES shelf (room, number)
);

CREATE TABLE $<Odd "name" of grün.select> (
    $<order> $key,
    $<two words> $varchar(40),
    $<ünïcode 'q'> $varchar(20)
);

CREATE TABLE log (
    message $varchar(100)
);

CREATE VIEW dear_book AS SELECT book_id, title, price FROM book WHERE price > 20;
