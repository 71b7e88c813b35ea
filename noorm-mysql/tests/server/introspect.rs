//! Discovering a torture schema.

use noorm_core::ErrorKind;
use noorm_core::schema::{Action, GeneratedStorage, IndexKey, Table, TableKind, TriggerEvent};

use crate::on_both;
use crate::support::raw;

fn column<'a>(table: &'a Table, name: &str) -> &'a noorm_core::schema::Column {
    table.column(name).unwrap()
}

on_both! {
    async fn columns_and_their_defaults(test) {
        let db = test.with(&["CREATE TABLE `odd ``name``` (
            id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
            `sélect` VARCHAR(20) NOT NULL DEFAULT 'it''s' COMMENT 'a comment',
            nil VARCHAR(20) DEFAULT '',
            n INT UNSIGNED DEFAULT 5,
            b BIT(1) DEFAULT b'1',
            d DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
            u CHAR(36) DEFAULT (UUID()),
            nothing INT DEFAULT NULL,
            total INT GENERATED ALWAYS AS (n * 2) VIRTUAL,
            label VARCHAR(60) GENERATED ALWAYS AS (CONCAT(nil, ')')) STORED,
            secret INT INVISIBLE,
            doc JSON,
            latin VARCHAR(5) CHARACTER SET latin1,
            shape GEOMETRY,
            PRIMARY KEY (`sélect`, id), KEY (id)) COMMENT 'what''s this'"]).await;
        let schema = db.schema();
        assert_eq!(schema.dialect, "mysql");
        assert_eq!(schema.default_schema.as_deref(), Some(test.name.as_str()));
        assert_eq!(schema.schemas, [test.name.as_str()]);
        let table = schema.table("odd `name`").unwrap();
        assert_eq!(table.comment.as_deref(), Some("what's this"));
        assert_eq!(table.key_columns(), ["sélect", "id"]);
        let id = column(table, "id");
        assert!(id.auto_increment && !id.nullable);
        assert_eq!(id.column_type.to_string(), "uint64");
        let text = column(table, "sélect");
        assert_eq!(text.default.as_deref(), Some("'it''s'"));
        assert_eq!(text.comment.as_deref(), Some("a comment"));
        assert_eq!(column(table, "nil").default.as_deref(), Some("''"));
        assert_eq!(column(table, "n").default.as_deref(), Some("5"));
        assert_eq!(column(table, "b").default.as_deref(), Some("b'1'"));
        assert_eq!(column(table, "b").column_type.to_string(), "bool");
        let changed = column(table, "d");
        assert_eq!(changed.default.as_deref().unwrap().to_lowercase(), "current_timestamp(6)");
        assert_eq!(changed.on_update.as_deref().unwrap().to_lowercase(), "current_timestamp(6)");
        assert_eq!(column(table, "u").default.as_deref(), Some("uuid()"));
        assert_eq!(column(table, "nothing").default, None);
        let total = column(table, "total").generated.as_ref().unwrap();
        assert_eq!(total.storage, GeneratedStorage::Virtual);
        assert_eq!(total.expression, "`n` * 2");
        let label = column(table, "label").generated.as_ref().unwrap();
        assert_eq!(label.storage, GeneratedStorage::Stored);
        assert!(column(table, "secret").hidden);
        assert_eq!(column(table, "doc").column_type.to_string(), "json");
        assert!(column(table, "latin").collation.as_deref().unwrap().starts_with("latin1"));
        assert!(column(table, "shape").column_type.is_other());
        assert_eq!(table.checks, []);
        assert_eq!(schema.notes.len(), 1);
        assert!(schema.notes[0].object.ends_with(".shape"));
    }

    async fn keys_indexes_and_checks(test) {
        let db = test.with(&[
            "CREATE TABLE parent (a INT NOT NULL, b INT NOT NULL, c VARCHAR(50), d TEXT, p POINT NOT NULL, PRIMARY KEY (b, a), \
             UNIQUE KEY pair (a, c), KEY prefixed (c(10) , d(20)), KEY down (a DESC, b), FULLTEXT KEY words (d), \
             SPATIAL KEY place (p), UNIQUE KEY c_prefix (c(5)))",
            "CREATE TABLE child (id INT PRIMARY KEY, a INT, b INT, self INT, w VARCHAR(9), n INT CHECK (n > 0), \
             CONSTRAINT up FOREIGN KEY (b, a) REFERENCES parent (b, a) ON DELETE CASCADE ON UPDATE SET NULL, \
             CONSTRAINT me FOREIGN KEY (self) REFERENCES child (id), CONSTRAINT sane CHECK (n < 100 AND w <> 'x)'))",
        ]).await;
        let schema = db.schema();
        let parent = schema.table("parent").unwrap();
        assert_eq!(parent.key_columns(), ["b", "a"]);
        assert_eq!(parent.unique.len(), 1);
        assert_eq!(parent.unique[0].columns, ["a", "c"]);
        let index = |name: &str| parent.indexes.iter().find(|i| i.name == name).unwrap();
        let lengths: Vec<_> = index("prefixed").parts.iter().map(|p| p.length).collect();
        assert_eq!(lengths, [Some(10), Some(20)]);
        let down: Vec<_> = index("down").parts.iter().map(|p| p.descending).collect();
        assert_eq!(down, [true, false]);
        assert_eq!(index("words").method.as_deref(), Some("fulltext"));
        assert_eq!(index("place").method.as_deref(), Some("spatial"));
        assert_eq!(index("place").parts[0].length, None);
        assert!(index("c_prefix").unique && !index("c_prefix").from_constraint);
        assert!(index("PRIMARY").from_constraint);
        let child = schema.table("child").unwrap();
        let key = |name: &str| child.foreign_keys.iter().find(|k| k.name.as_deref() == Some(name)).unwrap();
        assert_eq!(key("up").columns, ["b", "a"]);
        assert_eq!(key("up").references.columns, ["b", "a"]);
        assert_eq!(key("up").references.schema.as_deref(), Some(test.name.as_str()));
        assert_eq!((key("up").on_delete, key("up").on_update), (Action::Cascade, Action::SetNull));
        assert_eq!((key("me").on_delete, key("me").on_update), (Action::NoAction, Action::NoAction));
        assert_eq!(key("me").references.table, "child");
        assert_eq!(child.checks.len(), 2);
        let sane = child.checks.iter().find(|c| c.name.as_deref() == Some("sane")).unwrap();
        assert!(sane.expression.contains("'x)'"), "{}", sane.expression);
        assert!(!sane.expression.contains('\\'), "{}", sane.expression);
    }

    async fn views_triggers_routines_and_partitions(test) {
        let db = test.with(&[
            "CREATE TABLE t (id INT PRIMARY KEY, y INT NOT NULL)",
            "CREATE VIEW v AS SELECT id, y FROM t WHERE y > 0",
            "CREATE TRIGGER before_t BEFORE INSERT ON t FOR EACH ROW SET NEW.y = NEW.y + 1",
            "CREATE FUNCTION plus(a INT, b DECIMAL(5,2)) RETURNS INT DETERMINISTIC COMMENT 'adds' RETURN a + b",
            "CREATE PROCEDURE swap(INOUT a INT, OUT b VARCHAR(9)) SELECT 1",
            "CREATE TABLE parts (id INT, y INT) PARTITION BY RANGE (y) (PARTITION old VALUES LESS THAN (2000), \
             PARTITION new VALUES LESS THAN MAXVALUE)",
        ]).await;
        let schema = db.schema();
        let view = schema.table("v").unwrap();
        assert_eq!(view.kind, TableKind::View);
        assert!(view.definition.as_deref().unwrap().to_lowercase().contains("where"));
        assert_eq!(view.comment, None);
        let trigger = &schema.table("t").unwrap().triggers[0];
        assert_eq!(trigger.events, [TriggerEvent::Insert]);
        assert!(trigger.definition.as_deref().unwrap().starts_with("CREATE TRIGGER `before_t` BEFORE INSERT ON `t`"));
        let parts = schema.table("parts").unwrap();
        assert_eq!(parts.kind, TableKind::PartitionedTable);
        assert_eq!(parts.partition_key.as_deref(), Some("RANGE (`y`)"));
        let bounds: Vec<_> = parts.partitions.iter().map(|p| p.bound.as_deref().unwrap()).collect();
        assert_eq!(bounds, ["VALUES LESS THAN (2000)", "VALUES LESS THAN MAXVALUE"]);
        assert_eq!(schema.routines.len(), 2);
        let plus = &schema.routines[0];
        assert_eq!((plus.name.as_str(), plus.comment.as_deref()), ("plus", Some("adds")));
        assert_eq!(plus.parameters.len(), 2);
        assert_eq!(plus.parameters[1].native_type, "decimal(5,2)");
        assert!(plus.returns.as_deref().unwrap().starts_with("int"));
        assert_eq!(schema.routines[1].returns, None);
    }

    async fn several_databases(test) {
        let other = format!("{}_b", test.name);
        let db = test.with(&["CREATE TABLE t (id INT PRIMARY KEY)"]).await;
        raw(&db, &format!("CREATE DATABASE {other}")).await;
        raw(&db, &format!("CREATE TABLE {other}.u (id INT PRIMARY KEY, t INT, CONSTRAINT far FOREIGN KEY (t) REFERENCES {}.t (id))", test.name)).await;
        let both = test.connect(|b| b.schema(test.name.as_str()).schema(other.as_str())).await;
        let missing = noorm_core::Database::builder(test.url.as_str()).schema("noorm_h1_nowhere").connect().await;
        let schema = both.schema();
        let far = schema.table(&format!("{other}.u")).unwrap().foreign_keys[0].clone();
        let made = both.repository(format!("{other}.u").as_str()).unwrap().create(noorm_core::record! { "id" => 1 }).await;
        raw(&db, &format!("DROP DATABASE {other}")).await;
        assert_eq!(schema.tables.len(), 2);
        assert_eq!(far.references.schema.as_deref(), Some(test.name.as_str()));
        assert_eq!(missing.unwrap_err().kind(), ErrorKind::UnknownSchema);
        assert_eq!(made.unwrap().get::<i64>("id").unwrap(), 1);
    }

    async fn what_one_server_alone_has(test) {
        if test.is_mariadb {
            let db = test.with(&[
                "CREATE SEQUENCE numbers START WITH 5 INCREMENT BY 3 MAXVALUE 100 CYCLE",
                "CREATE TABLE kept (id INT PRIMARY KEY) WITH SYSTEM VERSIONING",
                "CREATE TABLE numbered (id INT PRIMARY KEY DEFAULT (NEXT VALUE FOR numbers))",
            ]).await;
            let schema = db.schema();
            let numbers = &schema.sequences[0];
            assert_eq!((numbers.start, numbers.increment, numbers.max, numbers.cycle), (5, 3, 100, true));
            assert_eq!(numbers.native_type, "bigint");
            assert!(schema.notes.iter().any(|n| n.message.contains("SYSTEM VERSIONING")));
            let made = db.repository("numbered").unwrap().create(noorm_core::record! {}).await.unwrap();
            assert_eq!(made.get::<i64>("id").unwrap(), 5);
        } else {
            let db = test.with(&[
                "CREATE TABLE t (id INT PRIMARY KEY, n VARCHAR(20), KEY lower_n ((LOWER(n))), KEY unseen (n) INVISIBLE, \
                 CONSTRAINT off CHECK (id > 5) NOT ENFORCED)",
            ]).await;
            let schema = db.schema();
            let table = schema.table("t").unwrap();
            let lower = table.indexes.iter().find(|i| i.name == "lower_n").unwrap();
            assert_eq!(lower.parts[0].key, IndexKey::Expression("lower(`n`)".to_owned()));
            let notes: Vec<_> = schema.notes.iter().map(|n| n.message.as_str()).collect();
            assert_eq!(notes.len(), 2, "{notes:?}");
        }
    }
}
