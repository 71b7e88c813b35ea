CREATE TABLE expressions (
    a varchar(10),
    b int DEFAULT (length('abc'))
);
CREATE UNIQUE INDEX by_expression ON expressions ((lower(a)), b DESC);
