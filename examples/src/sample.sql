-- A lending library: composite keys, a junction table, a self-reference, an enum-like check.
CREATE TABLE category (
    category_id INTEGER PRIMARY KEY,
    parent_id INTEGER REFERENCES category (category_id) ON DELETE SET NULL,
    name TEXT NOT NULL UNIQUE
);

CREATE TABLE author (
    author_id INTEGER PRIMARY KEY,
    name VARCHAR(80) NOT NULL,
    born INTEGER CHECK (born BETWEEN 1000 AND 2100)
);

CREATE TABLE book (
    book_id INTEGER PRIMARY KEY,
    category_id INTEGER NOT NULL REFERENCES category (category_id),
    isbn CHAR(13) NOT NULL UNIQUE,
    title TEXT NOT NULL,
    price DECIMAL(8, 2) NOT NULL,
    published DATE,
    shelf_label TEXT GENERATED ALWAYS AS (upper(substr(title, 1, 3)) || '-' || book_id) VIRTUAL
);

CREATE TABLE book_author (
    book_id INTEGER NOT NULL REFERENCES book (book_id) ON DELETE CASCADE,
    author_id INTEGER NOT NULL REFERENCES author (author_id),
    role TEXT NOT NULL DEFAULT 'author' CHECK (role IN ('author', 'editor', 'translator')),
    PRIMARY KEY (book_id, author_id)
) WITHOUT ROWID;

CREATE TABLE copy (
    book_id INTEGER NOT NULL REFERENCES book (book_id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    acquired DATE NOT NULL,
    PRIMARY KEY (book_id, number)
);

CREATE TABLE member (
    member_id INTEGER PRIMARY KEY,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    name TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused', 'left')),
    invited_by INTEGER REFERENCES member (member_id)
);

CREATE TABLE loan (
    loan_id INTEGER PRIMARY KEY,
    book_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    member_id INTEGER NOT NULL REFERENCES member (member_id),
    lent_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    returned_at TIMESTAMP,
    CONSTRAINT loan_copy FOREIGN KEY (book_id, number) REFERENCES copy (book_id, number),
    CONSTRAINT loan_order CHECK (returned_at IS NULL OR returned_at >= lent_at)
);

CREATE INDEX loan_open ON loan (member_id) WHERE returned_at IS NULL;

CREATE VIEW overdue AS
SELECT loan.loan_id, member.email, book.title, loan.lent_at
FROM loan
JOIN member ON member.member_id = loan.member_id
JOIN book ON book.book_id = loan.book_id
WHERE loan.returned_at IS NULL AND loan.lent_at < '2026-01-01';
