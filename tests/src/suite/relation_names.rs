//! The relations that are discovered, and what is said about them.

use crate::conformance;
use crate::library::library;
use crate::music::music;
use noorm::prelude::*;
use noorm::relation::{Declaration, RelationConfig, WarningKind};

/// The relations of the store's and the library's tables, a word each, whatever the engine calls their schema.
fn told(db: &Database) -> Vec<String> {
    let graph = db.relations();
    let told = graph.relations().map(|relation| {
        let through: Vec<&str> = relation.through().map(|table| &*table.name).collect();
        let through = through.iter().map(|table| format!(" through {table}"));
        format!(
            "{}.{}: {} {}{}",
            relation.table.name,
            relation.name,
            relation.kind,
            relation.target().name,
            through.collect::<String>()
        )
    });
    told.collect()
}

conformance! {
    async fn every_kind_is_discovered(db) on music {
        assert_eq!(told(&db), [
            "album.artist: belongs_to artist",
            "album.copies: has_many copy",
            "album.cover: has_one cover",
            "album.tracks: has_many track",
            "artist.albums: has_many album",
            "copy.album: belongs_to album",
            "copy.shelf: belongs_to shelf",
            "cover.album: belongs_to album",
            "employee.manager: belongs_to employee",
            "employee.employees: has_many employee",
            "genre.tracks: has_many track",
            "playlist.tracks: many_to_many track through playlist_track",
            "playlist.playlist_tracks: has_many playlist_track",
            "playlist_track.playlist: belongs_to playlist",
            "playlist_track.track: belongs_to track",
            "shelf.copies: has_many copy",
            "track.album: belongs_to album",
            "track.genre: belongs_to genre",
            "track.playlists: many_to_many playlist through playlist_track",
            "track.playlist_tracks: has_many playlist_track",
        ]);
        let graph = db.relations();
        let copy = db.repository("copy")?.table().table_name();
        let (album, shelf) = (graph.relation(&copy, "album")?, graph.relation(&copy, "Shelf")?);
        assert!(album.required && !shelf.required);
        assert_eq!((shelf.columns(), shelf.target_columns()), (&["room".to_owned(), "number".to_owned()][..], shelf.columns()));
    }

    async fn a_library_has_relations(db) on library {
        assert_eq!(told(&db), [
            "author.mentor: belongs_to author",
            "author.authors: has_many author",
            "author.books: has_many book",
            "book.author: belongs_to author",
            "book.placed: has_one placed",
            "placed.book: belongs_to book",
            "placed.shelf: belongs_to shelf",
            "shelf.placed: has_many placed",
        ]);
        let warnings = db.relations().warnings(&db.schema());
        assert!(warnings.iter().all(|warning| warning.kind == WarningKind::MissingIndex), "{warnings:?}");
    }

    async fn relations_are_known_again_when_the_schema_has_changed(db) on music {
        let before = db.relations();
        assert!(std::sync::Arc::ptr_eq(&before, &db.relations()));
        let review = "CREATE TABLE review (review_id $int NOT NULL PRIMARY KEY, album_id $int NOT NULL,
            FOREIGN KEY (album_id) REFERENCES album (album_id))";
        db.raw(db.engine().ddl(review)).await?;
        db.refresh().await?;
        let album = db.repository("album")?.table().table_name();
        assert!(before.relation(&album, "reviews").is_err());
        assert_eq!(db.relations().relation(&album, "reviews")?.target().name.as_ref(), "review");
    }

    async fn views_have_the_relations_that_are_declared(db) on library {
        crate::library::books(&db, 3).await?;
        db.raw("UPDATE book SET price = 30 WHERE book_id = 2").await?;
        let config = RelationConfig::new()
            .declare(Declaration::new("dear_book", "book").columns(["book_id"]).belongs_to("book"))
            .declare(Declaration::new("author", "dear_books").has_many("book", ["author_id"]));
        let db = db.again(|builder| builder.relations(config)).await;
        let dear = db.repository("dear_book")?.query().with("book").all().await?;
        let titles: Vec<String> = dear.iter().map(|row| row.one("book")?.unwrap().get("title")).collect::<Result<_>>()?;
        assert_eq!(titles, ["Book 2"]);
        assert_eq!(told(&db).iter().filter(|line| line.contains("dear_book")).count(), 2);
    }

    async fn what_does_not_fit_is_refused_at_connect(db) on library {
        let config = RelationConfig::from_toml(
            "[relations]\nignore = [\"book.autor\"]\n\n[[relation]]\ntable = \"log\"\nname = \"book\"\ncolumns = [\"massage\"]\ntarget = \"book\"\n\n\
             [[relation]]\ntable = \"log\"\nname = \"book\"\ncolumns = [\"message\"]\ntarget = \"book\"\n",
            "noorm.toml",
        )?;
        let refused = noorm::Database::builder(db.url()).relations(config).connect().await;
        let error = refused.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::InvalidConfig);
        let message = error.message();
        let starts: Vec<&str> = message.lines().filter_map(|line| line.split_once(": ")).map(|(place, _)| place).collect();
        assert_eq!(starts, ["noorm.toml:2", "noorm.toml:4", "noorm.toml:10"]);
        assert!(message.contains("did you mean `author`?") && message.contains("did you mean `message`?"), "{message}");
        assert!(message.contains("log.message`, text(100), can't equal `"), "{message}");
    }
}
