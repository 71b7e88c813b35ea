//! The integration suite on every version of the engines that this machine has an image of.
//!
//! Each version gets a server of its own, and the tests of its dialect's crate run on it, too: they are the
//! ones that know what newer versions have.

use std::env;

use anyhow::{Result, bail};

use crate::command::cargo_has;
use crate::container::Docker;
use crate::engine::{CONTAINERS, ENGINES, Engine, REQUIRE, Source};
use crate::images::Image;
use crate::matrix::{self, Row};
use crate::test::{SUITE, runner};

/// Runs the suite version by version, for some engines only if any are named, and prints a matrix with the
/// versions that the servers gave.
///
/// # Errors
/// No container engine answers, a test fails, or a version of a required engine isn't there.
pub fn run(only: &[&Engine], required: &[&Engine], arguments: &[String]) -> Result<()> {
    if env::var(CONTAINERS).is_ok_and(|value| value == "0") {
        bail!("{CONTAINERS} is 0, but each version is run in a container");
    }
    let Some(docker) = Docker::find() else {
        bail!("no container engine answers (`docker info`); install and start one");
    };
    if !cargo_has("nextest") {
        bail!("cargo-nextest is not installed, and nothing else tells what became of each test");
    }
    let (mut rows, mut failed) = (Vec::new(), Vec::new());
    for (engine, image) in versions(only) {
        match run_on(&docker, engine, image, arguments) {
            Ok(Outcome::Run(found, passed)) => {
                if !passed {
                    failed.push(format!("{} of {}", engine.name, image.official));
                }
                rows.extend(found);
            }
            Ok(Outcome::NoImage) => {
                let why = "no image (`cargo xtask images --versions`)";
                rows.push(Row::missing(image.official, why));
                if required.iter().any(|required| required.name == engine.name) {
                    failed.push(format!("{}: {why}", image.official));
                }
            }
            // The other versions can still be run.
            Err(cause) => {
                rows.push(Row::missing(image.official, "it did not start"));
                failed.push(format!("{}: {cause:#}", image.official));
            }
        }
    }
    eprint!("\n{}", matrix::report(&rows));
    if !failed.is_empty() {
        bail!("failed: {}", failed.join("; "));
    }
    Ok(())
}

/// What became of one version.
enum Outcome {
    /// The rows of its tests, and whether all have passed.
    Run(Vec<Row>, bool),
    NoImage,
}

/// The versions of these engines, of all if none is named.
fn versions(only: &[&Engine]) -> impl Iterator<Item = (&'static Engine, &'static Image)> {
    let is_wanted =
        |engine: &Engine| only.is_empty() || only.iter().any(|wanted| wanted.name == engine.name);
    let engines = ENGINES.iter().filter(move |engine| is_wanted(engine));
    engines.flat_map(|engine| {
        let versions = match &engine.source {
            Source::Server { versions, .. } => *versions,
            Source::Bundled => &[],
        };
        versions.iter().map(move |image| (engine, image))
    })
}

fn run_on(
    docker: &Docker,
    engine: &Engine,
    image: &Image,
    arguments: &[String],
) -> Result<Outcome> {
    let (Source::Server { container, .. }, Some(image)) = (&engine.source, image.here(docker)?)
    else {
        return Ok(Outcome::NoImage);
    };
    let server = container.start(docker, engine, &image)?;
    let version = server.version(container)?;
    eprintln!("started {} {version} ({image})", engine.name);
    let mut command = runner(&[SUITE, engine.package], &[engine.name]);
    command
        .args(arguments)
        .env(engine.variable("URL"), &server.url)
        .env(engine.variable("IMAGE"), &image)
        .env(CONTAINERS, "1")
        .env(REQUIRE, engine.name);
    let (counts, passed) = matrix::follow(&mut command, |_| ())?;
    let rows = counts
        .into_iter()
        // Tests of the suite's own and of an engine beside this one have done nothing here.
        .filter(|(name, _)| name.starts_with(engine.name))
        .map(|(name, counts)| Row::of(format!("{name} {version}"), counts));
    Ok(Outcome::Run(rows.collect(), passed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::named;

    #[test]
    fn versions_of_all_engines_or_of_some() {
        let names = |only: &[&Engine]| {
            let versions = versions(only).map(|(_, image)| image.official);
            versions.collect::<Vec<_>>()
        };
        let mariadb = named("mariadb").unwrap();
        assert_eq!(names(&[mariadb]), ["mariadb:11.8", "mariadb:10.11"]);
        assert!(names(&[named("sqlite").unwrap()]).is_empty());
        let all = names(&[]);
        assert!(all.contains(&"postgres:18") && all.contains(&"mysql:9"));
    }
}
