//! The thinnest slice: a URL in, records out.

use crate::{Engine, conformance};
use noorm::prelude::*;

fn albums(engine: &Engine) -> String {
    engine.ddl("CREATE TABLE album (id $key, title $varchar(50) NOT NULL, stock int DEFAULT 3);")
}

conformance! {
    async fn records_come_and_go(db) on albums {
        let albums = db.repository("album")?;
        let blue = albums.create(record! { "title" => "Blue" }).await?;
        assert_eq!(blue, record! { "id" => 1, "title" => "Blue", "stock" => 3 });
        let red = albums.update(1, record! { "title" => "Red" }).await?;
        assert_eq!(red.get::<String>("title")?, "Red");
        assert_eq!(albums.find(1).await?, Some(red));
        assert_eq!(albums.count().await?, 1);
        assert!(albums.delete(1).await?);
        assert!(!albums.delete(1).await?);
    }
}
