//! Discovery.

use noorm_core::schema::{Action, GeneratedStorage, TableKind};
use noorm_core::{ErrorKind, database::Database};

use crate::support::with_database;

const TORTURE: &str = "
CREATE SCHEMA [sales dept]
GO
CREATE TYPE dbo.phone FROM varchar(20) NOT NULL
GO
CREATE TABLE artist (id int IDENTITY(10, 5) PRIMARY KEY, name nvarchar(120) NOT NULL, phone dbo.phone,
    code varchar(8) NULL, CONSTRAINT uq_name UNIQUE (name))
GO
CREATE TABLE [sales dept].[or der] (a int NOT NULL, b bigint NOT NULL, artist_id int NULL,
    price money DEFAULT ((1.5)), at datetime DEFAULT (getdate()), total AS (a * 2) PERSISTED,
    note varchar(max), n decimal(12, 3), [wörld] nvarchar(max),
    CONSTRAINT fk_artist FOREIGN KEY (artist_id) REFERENCES dbo.artist (id) ON DELETE SET NULL,
    CONSTRAINT ck CHECK (a > 0), CONSTRAINT pk_order PRIMARY KEY (b, a))
GO
CREATE INDEX ix_price ON [sales dept].[or der] (price DESC, at) INCLUDE (note)
GO
CREATE VIEW happy AS SELECT id, name FROM artist
";

#[tokio::test]
async fn tables_are_told_whole() {
    with_database(TORTURE, async |db, url| {
        let schema = db.schema();
        assert_eq!(schema.default_schema.as_deref(), Some("dbo"));
        assert_eq!(schema.schemas, ["dbo", "sales dept"]);
        let names: Vec<_> = schema
            .tables
            .iter()
            .map(|t| t.table_name().to_string())
            .collect();
        assert_eq!(names, ["dbo.artist", "dbo.happy", "sales dept.or der"]);
        let artist = schema.table("artist").unwrap();
        let id = artist.column("id").unwrap();
        assert!(id.auto_increment && id.is_read_only());
        let numbers = &schema.sequences[0];
        assert_eq!(numbers.owned_by.as_deref(), Some("dbo.artist.id"));
        assert_eq!((numbers.start, numbers.increment), (10, 5));
        assert_eq!(artist.column("name").unwrap().native_type, "nvarchar(120)");
        assert_eq!(
            artist.column("phone").unwrap().domain.as_deref(),
            Some("dbo.phone")
        );
        assert_eq!(artist.column("phone").unwrap().native_type, "varchar(20)");
        assert_eq!(artist.unique[0].columns, ["name"]);
        let happy = schema.table("happy").unwrap();
        assert_eq!(happy.kind, TableKind::View);
        assert_eq!(
            happy.definition.as_deref(),
            Some("SELECT id, name FROM artist")
        );
        let order = schema.table("or der").unwrap();
        assert_eq!(order.key_columns(), ["b", "a"]);
        let total = order.column("total").unwrap().generated.clone().unwrap();
        assert_eq!(total.storage, GeneratedStorage::Stored);
        assert_eq!(
            order.column("n").unwrap().column_type.to_string(),
            "decimal(12, 3)"
        );
        assert!(order.column("at").unwrap().default.is_some());
        let key = &order.foreign_keys[0];
        assert_eq!(key.references.table_name().to_string(), "dbo.artist");
        assert_eq!(
            (&key.columns, &key.references.columns),
            (&vec!["artist_id".into()], &vec!["id".into()])
        );
        assert_eq!(key.on_delete, Action::SetNull);
        assert_eq!(order.checks.len(), 1);
        let index = order
            .indexes
            .iter()
            .find(|i| i.name.starts_with("ix_price"))
            .unwrap();
        assert_eq!(index.columns, ["price", "at"]);
        assert!(index.parts[0].descending && !index.parts[1].descending);
        assert_eq!(index.include, ["note"]);
        // The same again is the same.
        assert_eq!(*db.refresh().await.unwrap(), *schema);
        let one = Database::builder(url.clone())
            .schema("sales dept")
            .connect()
            .await
            .unwrap();
        assert_eq!(one.schema().tables.len(), 1);
        let none = Database::builder(url)
            .schema("nope")
            .connect()
            .await
            .unwrap_err();
        assert_eq!(none.kind(), ErrorKind::UnknownSchema);
        assert!(none.to_string().contains("`sales dept`"), "{none}");
    })
    .await;
}
