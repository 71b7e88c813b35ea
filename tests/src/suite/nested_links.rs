//! Links between rows that are there.

use noorm::executor::{Slot, TransactionStep};
use noorm::prelude::*;
use noorm::repository::{Conventions, Hook};
use noorm::{BoxFuture, Problem};

use super::nested_writes::music;
use crate::probe::Probe;
use crate::{Engine, TestDatabase, conformance};

fn lists(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE person (person_id $key, code $varchar(10) NOT NULL, CONSTRAINT person_code UNIQUE (code));
         CREATE TABLE club (club_id $key, name $varchar(10) NOT NULL, CONSTRAINT club_name UNIQUE (name));
         CREATE TABLE club_member (club_member_id $key, club_name $varchar(10) NOT NULL, person_code $varchar(10) NOT NULL,
             role $varchar(10), gone_at $moment, CONSTRAINT club_member_once UNIQUE (club_name, person_code),
             FOREIGN KEY (club_name) REFERENCES club (name),
             FOREIGN KEY (person_code) REFERENCES person (code));",
    )
}

/// An artist's album with that many tags; gives the keys.
async fn tagged(db: &TestDatabase, tags: i64) -> Result<(i64, Vec<i64>)> {
    let joni = db
        .repository("artist")?
        .create(record! { "name" => "Joni" })
        .await?;
    let album = record! { "title" => "Blue", "artist_id" => joni.get::<i64>("artist_id")? };
    let album = db.repository("album")?.create(album).await?;
    let tags = (1..=tags).map(|n| record! { "name" => format!("tag {n}") });
    let tags = db.repository("tag")?.create_many(tags).await?;
    let tags = tags
        .iter()
        .map(|tag| tag.get("tag_id"))
        .collect::<Result<_>>()?;
    Ok((album.get("album_id")?, tags))
}

/// The tags of an album and what they weigh.
async fn weights(db: &Database, album: i64) -> Result<Vec<(i64, i64)>> {
    let links = db.repository("album_tag")?.query().order_by(["tag_id"]);
    let links = links.filter(col("album_id").eq(album)).all().await?;
    links
        .iter()
        .map(|link| Ok((link.get("tag_id")?, link.get("weight")?)))
        .collect()
}

conformance! {
    async fn many_to_many_links_come_and_go(db) on music {
        let (album, t) = tagged(&db, 4).await?;
        let tags = db.repository("album")?.links(album, "tags")?;
        assert_eq!(tags.link([t[0], t[1]]).await?, 2);
        assert_eq!(tags.link([t[1], t[2], t[2]]).await?, 1, "what is linked stays so");
        assert_eq!(tags.link_with([(t[3], record! { "weight" => 7 })]).await?, 1);
        assert_eq!(tags.link_with([(t[3], record! { "weight" => 8 })]).await?, 0);
        assert_eq!(weights(&db, album).await?, [(t[0], 1), (t[1], 1), (t[2], 1), (t[3], 7)]);
        assert_eq!(tags.unlink([t[0], t[2]]).await?, 2);
        assert_eq!(tags.unlink([t[0]]).await?, 0);
        assert_eq!(weights(&db, album).await?, [(t[1], 1), (t[3], 7)]);

        let change = tags.set([t[0], t[3]]).await?;
        assert_eq!((change.added, change.removed, change.changed), (1, 1, 0));
        assert_eq!(weights(&db, album).await?, [(t[0], 1), (t[3], 7)]);
        let wanted = [(t[3], record! { "weight" => 9 }), (t[0], record! { "weight" => 1 }), (t[1], record! { "weight" => 3 })];
        let change = tags.set_with(wanted).await?;
        assert_eq!((change.added, change.removed, change.changed), (1, 0, 1));
        assert_eq!(weights(&db, album).await?, [(t[0], 1), (t[1], 3), (t[3], 9)]);
        let none: [i64; 0] = [];
        assert_eq!(tags.set(none).await?.removed, 3);
        assert_eq!(tags.link(none).await? + tags.unlink(none).await?, 0);
        assert_eq!(weights(&db, album).await?, []);
        assert_eq!(db.repository("tag")?.count().await?, 4);
    }

    async fn links_take_few_statements(db) on music {
        let (album, t) = tagged(&db, 300).await?;
        let probe = Probe::new(Slot::Trace);
        let db = db.again(|b| b.layer(probe.clone())).await;
        let tags = db.repository("album")?.links(album, "tags")?;
        assert_eq!(tags.link(t[..200].to_vec()).await?, 200);
        assert_eq!(probe.requests().len(), 1);
        // What is there is read, some are removed, and others added.
        let _ = probe.events();
        let change = tags.set(t[100..].to_vec()).await?;
        assert_eq!((change.added, change.removed), (100, 100));
        assert_eq!(probe.requests().len(), 3);
        let outermost = probe.events().into_iter().filter(|(depth, _)| *depth == 1);
        let expected = [(1, TransactionStep::Begun), (1, TransactionStep::Committed)];
        assert_eq!(outermost.collect::<Vec<_>>(), expected);
        assert_eq!(weights(&db, album).await?.len(), 200);
    }

    async fn a_link_that_fails_changes_nothing(db) on music {
        let (album, t) = tagged(&db, 2).await?;
        let tags = db.repository("album")?.links(album, "tags")?;
        tags.link([t[0]]).await?;
        let error = tags.set([t[1], -1]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
        assert_eq!(weights(&db, album).await?, [(t[0], 1)]);
        let error = tags.link_with([(t[1], record! { "weight" => "much" })]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        let error = db.repository("album")?.links(album, "tgas").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownRelation);
        let error = db.repository("album")?.links(album, "artist").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert!(error.help().is_some_and(|help| help.contains("artist_id")), "{error}");
    }

    async fn children_are_linked_by_their_foreign_keys(db) on music {
        let (album, _) = tagged(&db, 0).await?;
        let genres = ["Folk", "Pop"].map(|name| record! { "name" => name });
        let genres = db.repository("genre")?.create_many(genres).await?;
        let folk: i64 = genres[0].get("genre_id")?;
        let names = ["a", "b", "c"].map(|name| record! { "name" => name, "album_id" => album });
        let tracks = db.repository("track")?.create_many(names).await?;
        let t: Vec<i64> = tracks.iter().map(|track| track.get("track_id")).collect::<Result<_>>()?;
        let of_folk = async || {
            let tracks = db.repository("track")?.query().order_by(["track_id"]);
            let tracks = tracks.filter(col("genre_id").eq(folk)).all().await?;
            tracks.iter().map(|track| track.get("track_id")).collect::<Result<Vec<i64>>>()
        };

        let links = db.repository("genre")?.links(folk, "tracks")?;
        assert_eq!(links.link([t[0], t[1]]).await?, 2);
        assert_eq!(links.link([t[1], t[2]]).await?, 1);
        assert_eq!(links.unlink([t[0]]).await?, 1);
        assert_eq!(of_folk().await?, [t[1], t[2]]);
        let change = links.set([t[0], t[1]]).await?;
        assert_eq!((change.added, change.removed), (1, 1));
        assert_eq!(of_folk().await?, [t[0], t[1]]);
        assert_eq!(links.link([-1]).await.unwrap_err().kind(), ErrorKind::NotFound);
        let error = links.link_with([(t[2], record! { "weight" => 1 })]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);

        let required = db.repository("album")?.links(album, "tracks")?;
        let error = required.unlink([t[0]]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert!(error.message().contains("(album_id) takes no NULL"), "{error}");
        assert_eq!(required.set([t[0], t[1], t[2]]).await?.removed, 0);
        assert_eq!(required.set([t[0]]).await.unwrap_err().kind(), ErrorKind::InvalidStatement);
    }

    async fn junctions_with_keys_marks_and_hooks_of_their_own(db) on lists {
        let clubs = db.repository("club")?;
        let club = clubs.create(record! { "name" => "chess" }).await?.get::<i64>("club_id")?;
        let people = ["ann", "bob", "cid"].map(|code| record! { "code" => code });
        let people = db.repository("person")?.create_many(people).await?;
        let p: Vec<i64> = people.iter().map(|person| person.get("person_id")).collect::<Result<_>>()?;
        let marking = db.again(|b| b.conventions(Conventions::new().soft_delete("gone_at"))).await;
        let members = marking.repository("club")?.links(club, "people")?;
        assert_eq!(members.link_with([(p[0], record! { "role" => "head" })]).await?, 1);
        assert_eq!(members.link([p[0], p[1]]).await?, 1);
        assert_eq!(members.unlink([p[0]]).await?, 1);
        // It was marked, and comes back as it was.
        assert_eq!(db.repository("club_member")?.count().await?, 2);
        assert_eq!(marking.repository("club_member")?.count().await?, 1);
        assert_eq!(members.set([p[0]]).await?.added, 1);
        let seen = marking.repository("club_member")?.all().await?;
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].get::<String>("role")?, "head");
        // With values of its own, it takes them.
        for (round, role) in ["guest", "host"].into_iter().enumerate() {
            assert_eq!(members.unlink([p[0]]).await?, 1);
            let given = [(p[0], record! { "role" => role })];
            match round {
                0 => assert_eq!(members.set_with(given).await?.added, 1),
                _ => assert_eq!(members.link_with(given).await?, 1),
            }
            let seen = marking.repository("club_member")?.find_by("person_code", "ann").await?.expect("a member");
            assert_eq!(seen.get::<String>("role")?, role);
        }
        assert_eq!(members.link([-1]).await.unwrap_err().kind(), ErrorKind::NotFound);

        let hooked = db.again(|b| b.hook("club_member", Members)).await;
        let members = hooked.repository("club")?.links(club, "people")?;
        assert_eq!(members.link([p[0], p[2]]).await?, 1);
        let third = db.repository("club_member")?.find_by("person_code", "cid").await?.unwrap();
        assert_eq!(third.get::<String>("role")?, "guest");
    }
}

/// Who has no role is a guest.
struct Members;

impl Hook for Members {
    fn validate(&self, _: noorm::repository::Event, _: &Record, _: &mut Vec<Problem>) {}

    fn before_create<'a>(
        &'a self,
        _: &'a Database,
        record: &'a mut Record,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            if record.value("role").is_none() {
                record.set("role", "guest");
            }
            Ok(())
        })
    }
}
