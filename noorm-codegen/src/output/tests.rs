use super::*;
use crate::generator::Comment;

fn folder(files: &[(&str, &str)]) -> Folder {
    let file = |(name, content): &(&str, &str)| File::new(*name, Comment::Line("//"), *content);
    Folder::new("rust", files.iter().map(file).collect(), "").unwrap()
}

#[test]
fn only_what_changed_is_written_and_what_is_stale_goes() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("a/b");
    let first = folder(&[
        ("album.rs", "struct Album;\n"),
        ("artist.rs", "struct Artist;\n"),
    ]);
    assert_eq!(
        first.write(&path).unwrap().written,
        ["album.rs", "artist.rs"]
    );
    let second = folder(&[
        ("album.rs", "struct Album;\n"),
        ("track.rs", "struct Track;\n"),
    ]);
    let diff = second.diff(&path).unwrap().unwrap();
    assert!(diff.contains("--- a/artist.rs\n+++ /dev/null"), "{diff}");
    assert!(diff.contains("+struct Track;"), "{diff}");
    let done = second.write(&path).unwrap();
    assert_eq!(
        (done.written, done.removed),
        (vec!["track.rs".into()], vec!["artist.rs".into()])
    );
    assert_eq!(second.write(&path).unwrap(), Written::default());
    assert_eq!(second.diff(&path).unwrap(), None);
}

#[test]
fn foreign_files_are_left_alone() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("mine.rs"), "struct Mine;\n").unwrap();
    fs::write(place.path().join(".gitignore"), "").unwrap();
    let folder = folder(&[("album.rs", "struct Album;\n")]);
    let error = folder.write(place.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::File);
    assert!(
        error.message().ends_with("didn't write: mine.rs"),
        "{error}"
    );
    assert!(!place.path().join("album.rs").exists());
    // What can't be written doesn't pass a check either.
    let checked = folder.diff(place.path()).unwrap_err();
    assert_eq!(checked.message(), error.message());
}

#[test]
fn files_of_one_name_and_hidden_ones_are_refused() {
    let refused = |names: &[&str]| {
        let file = |name: &&str| File::new(*name, Comment::Line("//"), "");
        let error = Folder::new("mine", names.iter().map(file).collect(), "").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Plugin);
        error.message().to_owned()
    };
    assert_eq!(
        refused(&["a.rs", "a.rs"]),
        "the generator `mine` writes a file `a.rs`, twice"
    );
    for name in ["", ".env", "../a.rs", "a\\b"] {
        assert!(
            refused(&[name]).ends_with("no name in the folder"),
            "{name}"
        );
    }
}

#[test]
fn what_cant_be_read_as_a_folder_is_told() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("file");
    fs::write(&path, "").unwrap();
    let folder = folder(&[("album.rs", "")]);
    for error in [
        folder.write(&path).unwrap_err(),
        folder.diff(&path).unwrap_err(),
    ] {
        assert!(error.message().contains("can't be read"), "{error}");
    }
    let many: Vec<_> = (0..12).map(|n| format!("{n:02}.txt")).collect();
    let place = tempfile::tempdir().unwrap();
    for name in &many {
        fs::write(place.path().join(name), "").unwrap();
    }
    fs::create_dir(place.path().join("sub")).unwrap();
    let error = folder.write(place.path()).unwrap_err();
    assert!(error.message().ends_with("09.txt and 3 more"), "{error}");
}

#[test]
fn a_file_that_somebody_edited_is_left_alone_and_differs() {
    let place = tempfile::tempdir().unwrap();
    let folder = folder(&[("album.rs", "struct Album;\n")]);
    folder.write(place.path()).unwrap();
    let path = place.path().join("album.rs");
    let edited = fs::read_to_string(&path).unwrap() + "struct Mine;\n";
    fs::write(&path, &edited).unwrap();
    let error = folder.write(place.path()).unwrap_err();
    assert!(
        error.message().ends_with("were changed since: album.rs"),
        "{error}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), edited);
    assert!(
        folder
            .diff(place.path())
            .unwrap()
            .unwrap()
            .contains("-struct Mine;")
    );
}

#[test]
fn other_line_ends_and_another_spelling_of_the_command_are_no_difference() {
    let place = tempfile::tempdir().unwrap();
    let made = |asked: &str| {
        let file = File::new("album.rs", Comment::Line("//"), "struct Album;\n");
        Folder::new("rust", vec![file], asked).unwrap()
    };
    made(" --tables album").write(place.path()).unwrap();
    let path = place.path().join("album.rs");
    let with_returns = fs::read_to_string(&path).unwrap().replace('\n', "\r\n");
    fs::write(&path, &with_returns).unwrap();
    let same = made(" --tables album");
    assert_eq!(same.diff(place.path()).unwrap(), None);
    assert_eq!(same.write(place.path()).unwrap(), Written::default());
    assert_eq!(fs::read_to_string(&path).unwrap(), with_returns);
    let other = made(" --tables album --config ../noorm.toml");
    assert_eq!(other.diff(place.path()).unwrap(), None);
    assert_eq!(other.write(place.path()).unwrap().written, ["album.rs"]);
    // What differs beside is told without the line ends.
    fs::write(&path, with_returns.replace("Album", "Record")).unwrap();
    let diff = same.diff(place.path()).unwrap().unwrap();
    let told: Vec<_> = diff
        .lines()
        .filter(|line| line.starts_with(['+', '-']))
        .collect();
    assert_eq!(
        told,
        [
            "--- a/album.rs",
            "+++ b/album.rs",
            "-struct Record;",
            "+struct Album;"
        ]
    );
}

#[test]
fn the_files_of_another_language_are_foreign() {
    let place = tempfile::tempdir().unwrap();
    folder(&[("album.rs", "struct Album;\n")])
        .write(place.path())
        .unwrap();
    let file = File::new("album.ts", Comment::Line("//"), "interface Album {}\n");
    let error = Folder::new("typescript", vec![file], "")
        .unwrap()
        .write(place.path())
        .unwrap_err();
    assert!(error.message().contains("album.rs"), "{error}");
}
