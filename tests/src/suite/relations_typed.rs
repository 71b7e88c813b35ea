//! Relations of entities, named by constants.

use noorm::executor::Slot;
use noorm::prelude::*;
use noorm::relation::{Loaded, ToMany, ToOne, ToOptional, TotalOf};

use crate::conformance;
use crate::music::{fill, music};
use crate::probe::Probe;

#[derive(Debug, Clone, PartialEq, Entity)]
#[noorm(table = "album", key(album_id))]
struct Album {
    album_id: i64,
    artist_id: i64,
    title: String,
}

impl Album {
    const ARTIST: ToOne<Album, Artist> = ToOne::new("artist");
    const COVER: ToOptional<Album, Cover> = ToOptional::new("cover");
    const TRACKS: ToMany<Album, Track> = ToMany::new("tracks");
    const LONGEST: TotalOf<Album, Option<i64>> = TotalOf::new("longest");
}

#[derive(Debug, PartialEq, Entity)]
#[noorm(table = "artist", key(artist_id))]
struct Artist {
    artist_id: i64,
    name: String,
}

#[derive(Debug, PartialEq, Entity)]
#[noorm(table = "cover")]
struct Cover {
    image: String,
}

#[derive(Debug, PartialEq, Entity)]
#[noorm(table = "track", key(track_id))]
struct Track {
    track_id: i64,
    name: String,
    milliseconds: i64,
}

/// An album without the columns by which relations find its rows.
#[derive(Debug, Entity)]
#[noorm(table = "album")]
struct Title {
    title: String,
}

impl Title {
    const TRACKS: ToMany<Title, Track> = ToMany::new("tracks");
}

fn names(tracks: &[Loaded<Track>]) -> Vec<&str> {
    tracks.iter().map(|track| track.name.as_str()).collect()
}

conformance! {
    async fn constants_name_counts_and_totals(db) on music {
        fill(&db).await?;
        let albums = db.of::<Album>()?.query().order_by([Album::ALBUM_ID.asc()]);
        let longest = Album::TRACKS.rel().max(Track::MILLISECONDS);
        let albums = albums.with_count(Album::TRACKS).with_count(Album::COVER).with_total(Album::LONGEST, longest);
        let albums = albums.all().await?;
        let counts = albums.iter().map(|album| Ok((album.count_of(Album::TRACKS)?, album.count_of(Album::COVER)?)));
        assert_eq!(counts.collect::<Result<Vec<_>>>()?[..3], [(3, 1), (2, 0), (0, 1)]);
        let longest: Vec<Option<i64>> = albums.iter().map(|album| album.total(Album::LONGEST)).collect::<Result<_>>()?;
        assert_eq!((longest[0].is_some(), longest[2]), (true, None));
        let error = albums[0].count_of(Album::ARTIST).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotLoaded);
    }

    async fn entities_that_are_there_are_given_their_relations(db) on music {
        fill(&db).await?;
        let probe = Probe::new(Slot::Trace);
        let db = db.again(|builder| builder.layer(probe.clone())).await;
        let albums = db.of::<Album>()?.query().order_by([Album::ALBUM_ID.asc()]).all().await?;
        let mut albums: Vec<Loaded<Album>> = albums.into_iter().map(Loaded::from).collect();
        let _ = probe.requests();
        let tracks = Album::TRACKS.order_by([Track::TRACK_ID.asc()]);
        db.load_relationships(&mut albums, [tracks]).await?;
        db.load_relationships(&mut albums, [Album::ARTIST]).await?;
        assert_eq!(probe.requests().len(), 2, "whatever the number of rows");
        assert_eq!(names(albums[0].get(Album::TRACKS)?), ["One", "Two", "Three"]);
        assert_eq!(names(albums[1].get(Album::TRACKS)?), ["Four", "Five"]);
        assert!(albums[2].get(Album::TRACKS)?.is_empty());
        assert_eq!(albums[2].get(Album::ARTIST)?.name, "Bob");
        assert_eq!(albums[0].relations().collect::<Vec<_>>(), ["artist", "tracks"]);
        let shown = format!("{:?}", albums[2]);
        assert!(shown.contains("Empty") && shown.contains(r#"relations: ["artist", "tracks"]"#), "{shown}");
        assert_eq!(albums[0].get(Album::COVER).unwrap_err().kind(), ErrorKind::NotLoaded);
        let alone = albums[0].clone().into_row();
        assert_eq!(Loaded::from(alone), albums[0], "what was loaded isn't compared");
        let titles = db.of::<Title>()?.all().await?;
        assert!(titles.iter().any(|title| title.title == "Blue"));
        let mut titles: Vec<_> = titles.into_iter().map(Loaded::from).collect();
        let error = db.load_relationships(&mut titles, [Title::TRACKS]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownColumn);
        assert!(error.message().contains("tells no column `album_id`, which a relation needs"), "{error}");
    }

    async fn constants_narrow_order_and_ask(db) on music {
        fill(&db).await?;
        let albums = || db.of::<Album>().map(|albums| albums.query().order_by([Album::ALBUM_ID.asc()]));
        let longest = Album::TRACKS.order_by([Track::MILLISECONDS.desc(), Track::TRACK_ID.asc()]).limit(1);
        let found = albums()?.with(longest).with(Album::COVER.by("batch")).all().await?;
        assert_eq!(names(found[0].get(Album::TRACKS)?), ["Two"]);
        let covers: Vec<_> = found.iter().map(|album| album.get(Album::COVER)).collect::<Result<_>>()?;
        assert_eq!(covers[0].map(|cover| &*cover.image), Some("blue.png"));
        assert_eq!(covers[1], None);
        let blue = albums()?.filter(Album::TRACKS.filter(Track::NAME.eq("Two")).exists()).all().await?;
        assert_eq!(blue.iter().map(|album| &*album.title).collect::<Vec<_>>(), ["Blue"]);
        let most = albums()?.order_by([Album::TRACKS.count().desc()]).filter(Album::TRACKS.exists());
        assert_eq!(most.count().await?, 2);
        let by_ann = albums()?.filter(Album::ARTIST.value(Artist::NAME).eq("Ann")).count().await?;
        assert_eq!(by_ann, 2);
        // Filtered out: the row that is sure to be there isn't.
        let none = albums()?.with(Album::ARTIST.filter(Artist::NAME.eq("Nobody"))).first().await?.expect("an album");
        let error = none.get(Album::ARTIST).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(error.message(), "no row is at the other end of `artist`");
        assert_eq!(format!("{:?} {}", Album::TRACKS, Album::TRACKS.name()), r#"ToMany("tracks") tracks"#);
        let artist_id = none.artist_id;
        assert_eq!(db.of::<Artist>()?.get(artist_id).await?.artist_id, artist_id);
    }
}
