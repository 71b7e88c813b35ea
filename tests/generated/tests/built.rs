//! What a build script has made of a snapshot works as what the command line writes.

use noorm::repository::Entity;
use noorm_generated::built::{Milliseconds, music, torture};
use noorm_tests::engines::SQLITE;
use noorm_tests::run;

#[test]
fn entities_of_a_snapshot_are_included() {
    let ddl = |_: &noorm_tests::Engine| {
        "CREATE TABLE Artist (ArtistId INTEGER PRIMARY KEY NOT NULL, Name NVARCHAR(120));"
            .to_owned()
    };
    run(&SQLITE, ddl, async |db| {
        let artists = db.of::<music::Artist>()?;
        let new = music::NewArtist {
            artist_id: None,
            name: Some("Ann".to_owned()),
        };
        let ann = artists.create(new).await?;
        assert_eq!(ann.name.as_deref(), Some("Ann"));
        assert_eq!(artists.find(music::ArtistId(1)).await?, Some(ann));
        Ok(())
    });
}

#[test]
fn the_configuration_is_followed() {
    let new = music::NewTrack::new(
        "Skies",
        music::MediaTypeId(1),
        Milliseconds(7),
        "0.99".parse().expect("a price"),
    );
    assert_eq!(new.milliseconds, Milliseconds(7));
    assert!(music::ArtistId(1) < music::ArtistId(2));
}

#[test]
fn a_module_of_any_name_is_within() {
    assert_eq!(
        <torture::LineOfGrünOrder as Entity>::TABLE,
        "Line \"of\" grün.order"
    );
}
