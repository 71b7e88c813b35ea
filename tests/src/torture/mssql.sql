CREATE TABLE special (
    id int IDENTITY(5, 2) CONSTRAINT special_pkey PRIMARY KEY,
    mood nvarchar(10) CONSTRAINT special_mood DEFAULT 'sad' NOT NULL CONSTRAINT special_moods CHECK (mood IN ('sad', 'it''s ok')),
    title varchar(40),
    tiny tinyint,
    cost money,
    stamp rowversion NOT NULL,
    closed date,
    size AS (len(title))
);
CREATE INDEX special_open ON special (title) INCLUDE (tiny) WHERE closed IS NULL;
CREATE TRIGGER special_seen ON special AFTER UPDATE AS BEGIN SET NOCOUNT ON; END;
EXEC sp_addextendedproperty 'MS_Description', 'the title', 'SCHEMA', 'dbo', 'TABLE', 'special', 'COLUMN', 'title';
