-- One of everything that SQLite has, under names that make trouble.
CREATE TABLE "order" (
    id INTEGER CONSTRAINT order_pk PRIMARY KEY AUTOINCREMENT,
    "select" VARCHAR(40) NOT NULL DEFAULT 'a ''(,'' b' COLLATE NOCASE, -- a comment, (unbalanced
    [Größe] DECIMAL(10, 2) DEFAULT ((1 + 2)) CONSTRAINT big CHECK ("Größe" < 100),
    status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
    `made` DATETIME DEFAULT CURRENT_TIMESTAMP UNIQUE,
    total NUMERIC GENERATED ALWAYS AS ("Größe" * (2)),
    label TEXT AS ("select" || ')') STORED NOT NULL,
    CONSTRAINT uq UNIQUE (Größe, "SELECT") ON CONFLICT IGNORE
    CONSTRAINT "a)" CHECK (/* why */ length("select") > 0 AND "select" <> ')')
);
CREATE UNIQUE INDEX "by expression" ON "order" (
    lower("select") || ',' DESC, "größe" COLLATE NOCASE, id + 1 COLLATE NOCASE ASC
) WHERE status = 'open' AND (made > 0);
CREATE INDEX by_status ON "ORDER" (status DESC, "select");

CREATE TABLE pair (a INTEGER, b INT, note TEXT, CONSTRAINT [pair key] PRIMARY KEY (b, a)) WITHOUT ROWID;
CREATE TABLE loose (code TEXT PRIMARY KEY, n, shape POINT);
CREATE TABLE strict_one (code TEXT PRIMARY KEY, "any" ANY) STRICT;

CREATE TABLE child (
    id INTEGER PRIMARY KEY,
    order_id INTEGER REFERENCES "ORDER" ON DELETE CASCADE ON UPDATE SET NULL,
    parent INT CONSTRAINT up REFERENCES Child(ID) DEFERRABLE INITIALLY DEFERRED,
    ghost INT REFERENCES ghost(id),
    x INT, y INT, made DATETIME,
    CONSTRAINT 'named, really' FOREIGN KEY (X, y) REFERENCES pair
        ON DELETE RESTRICT ON UPDATE SET DEFAULT DEFERRABLE INITIALLY IMMEDIATE,
    FOREIGN KEY (made) REFERENCES "order" (Made) NOT DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE "Größe ""1""" ("a ""b""" TEXT, "c'd" TEXT, [e`f] TEXT);

CREATE VIEW totals (id, "double size", semi) AS
    SELECT id, "Größe" * 2, ';' FROM "order"; -- the end
CREATE TRIGGER set_total INSTEAD OF UPDATE OF "double size" ON totals BEGIN SELECT 1; END;
CREATE TRIGGER logged AFTER INSERT ON "Order" WHEN new.id > 1 BEGIN
    DELETE FROM loose; UPDATE loose SET n = 1;
END;
CREATE TRIGGER 'BEFORE' DELETE ON "order" BEGIN SELECT 1; END;

CREATE VIRTUAL TABLE docs USING fts5(title, body);
CREATE TABLE docs_note (id INTEGER PRIMARY KEY);
CREATE VIRTUAL TABLE boxes USING rtree(id, min_x, max_x);

INSERT INTO "order" DEFAULT VALUES;
ANALYZE;
CREATE TEMP TABLE child (shadows TEXT);
CREATE TEMP TABLE not_main (a);
