CREATE TABLE special (
    id int unsigned AUTO_INCREMENT PRIMARY KEY,
    mood enum('sad', 'it''s ok') DEFAULT 'sad' NOT NULL,
    tags set('a', 'b') COMMENT 'what''s "tagged"',
    title varchar(40) CHARACTER SET latin1 COLLATE latin1_general_cs,
    tiny tinyint unsigned,
    spot point,
    closed date,
    story text,
    changed timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    secret int INVISIBLE,
    upper_title varchar(40) GENERATED ALWAYS AS (upper(title)) VIRTUAL,
    INDEX special_prefix (title(5), id DESC),
    FULLTEXT INDEX special_story (story)
) COMMENT 'What''s "special"';
CREATE TRIGGER special_seen BEFORE UPDATE ON special FOR EACH ROW SET NEW.tiny = 1;
CREATE TABLE measured (at date NOT NULL, n int) PARTITION BY RANGE COLUMNS (at) (
    PARTITION old VALUES LESS THAN ('2000-01-01'),
    PARTITION rest VALUES LESS THAN (MAXVALUE)
);
