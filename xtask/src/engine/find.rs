//! Finding the engines that this machine offers.
//!
//! In this order: what a variable names, a server that runs here, containers. A server's address and an
//! image's name are handed to the tests in variables, so that they don't have to look again:
//!
//! | variable | what a test does with it |
//! |---|---|
//! | `NOORM_TEST_<ENGINE>_URL` | connects there, and makes databases of its own there |
//! | `NOORM_TEST_CONTAINERS` | `1`: may start containers; `0`: may not |
//! | `NOORM_TEST_<ENGINE>_IMAGE` | the image to start, which is on this machine |
//! | `NOORM_TEST_REQUIRE` | a comma-separated list of engines whose tests must fail rather than skip |

use std::env;

use anyhow::{Result, bail};

use super::{Engine, Server, Source, Started};
use crate::container::Docker;
use crate::table;

pub const CONTAINERS: &str = "NOORM_TEST_CONTAINERS";
pub const REQUIRE: &str = "NOORM_TEST_REQUIRE";

/// What the tests are told.
#[derive(Debug)]
pub struct Engines {
    /// The variables to set for them.
    pub variables: Vec<(String, String)>,
    /// The engines that aren't there, and why.
    missing: Vec<(&'static str, String)>,
    /// The servers that run for as long as this is held.
    _started: Vec<Started>,
}

impl Engines {
    /// Tells why an engine isn't there; `None` if it is.
    pub fn missing(&self, engine: &str) -> Option<&str> {
        let mut missing = self.missing.iter();
        missing
            .find(|(name, _)| *name == engine)
            .map(|(_, why)| &**why)
    }

    /// All engines but one.
    #[cfg(test)]
    pub fn without(engine: &'static str, why: &str) -> Self {
        Self {
            variables: Vec::new(),
            missing: vec![(engine, why.to_owned())],
            _started: Vec::new(),
        }
    }
}

/// Whether servers are started in containers where none is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Servers {
    /// They are, for as long as the tests run.
    Start,
    /// They aren't: somebody only wants to know.
    Look,
}

/// An engine, and how it was found.
struct Seen<'a> {
    engine: &'a Engine,
    finding: Finding,
    /// An image on this machine to start containers of, however else the engine was found.
    image: Option<String>,
}

/// How an engine was found, or why not.
enum Finding {
    Bundled,
    Variable,
    Server(Server),
    Container,
    Missing(String),
}

/// Looks for the engines and prints what it finds.
///
/// # Errors
/// A required engine isn't there.
pub fn find(engines: &'static [Engine], required: &[&Engine], servers: Servers) -> Result<Engines> {
    let forbidden = env::var(CONTAINERS).is_ok_and(|value| value == "0");
    let docker = if forbidden { None } else { Docker::find() };
    let seen = engines
        .iter()
        .map(|engine| see(engine, docker.as_ref()))
        .collect::<Result<Vec<_>>>()?;
    let containers = match &docker {
        _ if forbidden => format!("none: {CONTAINERS} is 0"),
        None => "none: no container engine answers".to_owned(),
        Some(docker) if seen.iter().all(|seen| seen.image.is_none()) => {
            format!(
                "engine {}, but no image (`cargo xtask images`)",
                docker.version
            )
        }
        Some(docker) => format!("engine {}", docker.version),
    };
    eprint!("{}", report(&seen, containers));
    check(&seen, required)?;
    let mut variables = variables(&seen, required);
    let mut started = Vec::new();
    if let (Servers::Start, Some(docker)) = (servers, &docker) {
        for Seen {
            engine,
            finding,
            image,
        } in &seen
        {
            if let (Finding::Container, Source::Server { container, .. }, Some(image)) =
                (finding, &engine.source, image)
            {
                let server = container.start(docker, engine, image)?;
                eprintln!("started {} ({image})", engine.name);
                variables.push((engine.variable("URL"), server.url.clone()));
                started.push(server);
            }
        }
    }
    let missing = seen.iter().filter_map(|seen| match &seen.finding {
        Finding::Missing(reason) => Some((seen.engine.name, reason.clone())),
        _ => None,
    });
    Ok(Engines {
        variables,
        missing: missing.collect(),
        _started: started,
    })
}

fn see<'a>(engine: &'a Engine, docker: Option<&Docker>) -> Result<Seen<'a>> {
    let Source::Server {
        look,
        image: images,
        ..
    } = &engine.source
    else {
        return Ok(Seen {
            engine,
            finding: Finding::Bundled,
            image: None,
        });
    };
    let mut image = match docker {
        Some(docker) => images.present(docker, engine)?,
        None => None,
    };
    let named = env::var_os(engine.variable("URL")).is_some_and(|url| !url.is_empty());
    let finding = if named {
        Finding::Variable
    } else {
        match look() {
            Ok(server) => Finding::Server(server),
            Err(reason) => {
                // Now an image is needed; a container engine is there to fetch it.
                if let (Some(docker), None, true) = (docker, &image, images.stand_in.is_some()) {
                    let wanted = images.wanted(engine);
                    image = docker.pull(&wanted).is_ok().then_some(wanted);
                }
                match (docker, &image) {
                    (_, Some(_)) => Finding::Container,
                    (None, None) => Finding::Missing(format!("{reason}; no containers")),
                    (Some(_), None) => Finding::Missing(format!(
                        "{reason}; no image for a container (`cargo xtask images`)"
                    )),
                }
            }
        }
    };
    Ok(Seen {
        engine,
        finding,
        image,
    })
}

fn variables(seen: &[Seen<'_>], required: &[&Engine]) -> Vec<(String, String)> {
    let mut variables = Vec::new();
    for Seen {
        engine,
        finding,
        image,
    } in seen
    {
        if let Finding::Server(server) = finding {
            variables.push((engine.variable("URL"), server.url.clone()));
        }
        if let Some(image) = image {
            variables.push((engine.variable("IMAGE"), image.clone()));
        }
    }
    let startable = seen.iter().any(|seen| seen.image.is_some());
    variables.push((CONTAINERS.to_owned(), u8::from(startable).to_string()));
    if !required.is_empty() {
        let names: Vec<_> = required.iter().map(|engine| engine.name).collect();
        variables.push((REQUIRE.to_owned(), names.join(",")));
    }
    variables
}

/// The table for people; `containers` is what there is to say of them in general.
fn report(seen: &[Seen<'_>], mut containers: String) -> String {
    let mut rows = vec![["engine", "", "how"].map(str::to_owned)];
    for seen in seen {
        let (state, how) = match &seen.finding {
            Finding::Bundled => ("found", "bundled".to_owned()),
            Finding::Variable => ("found", seen.engine.variable("URL")),
            Finding::Server(server) => ("found", server.description.clone()),
            Finding::Container => ("found", "a container".to_owned()),
            Finding::Missing(reason) => ("skipped", reason.clone()),
        };
        rows.push([seen.engine.name.to_owned(), state.to_owned(), how]);
        if let Some(image) = &seen.image {
            containers.push_str(&format!(", {image}"));
        }
    }
    rows.push(["containers".to_owned(), String::new(), containers]);
    table::lines(&rows)
}

fn check(seen: &[Seen<'_>], required: &[&Engine]) -> Result<()> {
    let missing: Vec<_> = seen
        .iter()
        .filter(|seen| {
            required
                .iter()
                .any(|engine| engine.name == seen.engine.name)
        })
        .filter_map(|seen| match &seen.finding {
            Finding::Missing(reason) => Some(format!("{} ({reason})", seen.engine.name)),
            _ => None,
        })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    bail!("required, but not there: {}", missing.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::named;
    use expect_test::{Expect, expect};

    fn seen(name: &str, finding: Finding, image: Option<&str>) -> Seen<'static> {
        Seen {
            engine: named(name).unwrap(),
            finding,
            image: image.map(str::to_owned),
        }
    }

    fn server() -> Finding {
        Finding::Server(Server {
            url: "postgres://postgres@127.0.0.1:5432/test".to_owned(),
            description: "PostgreSQL 15.20 on 127.0.0.1:5432".to_owned(),
        })
    }

    fn missing() -> Finding {
        Finding::Missing("nothing answers on 127.0.0.1:5432; no containers".to_owned())
    }

    fn check_report(postgres: Finding, image: Option<&str>, expected: Expect) {
        let seen = [
            seen("sqlite", Finding::Bundled, None),
            seen("postgres", postgres, image),
        ];
        expected.assert_eq(&report(&seen, "engine 28".to_owned()));
    }

    fn check_variables(
        postgres: Finding,
        image: Option<&str>,
        required: &[&str],
        expected: Expect,
    ) {
        let required: Vec<_> = required.iter().map(|name| named(name).unwrap()).collect();
        let variables = variables(&[seen("postgres", postgres, image)], &required);
        let lines: Vec<_> = variables
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        expected.assert_eq(&lines.join("\n"));
    }

    #[test]
    fn the_report_says_how_and_why() {
        check_report(
            server(),
            Some("postgres:17"),
            expect![[r#"
            engine             how
            sqlite      found  bundled
            postgres    found  PostgreSQL 15.20 on 127.0.0.1:5432
            containers         engine 28, postgres:17
        "#]],
        );
        check_report(
            Finding::Variable,
            None,
            expect![[r#"
            engine             how
            sqlite      found  bundled
            postgres    found  NOORM_TEST_POSTGRES_URL
            containers         engine 28
        "#]],
        );
        check_report(
            missing(),
            None,
            expect![[r#"
            engine               how
            sqlite      found    bundled
            postgres    skipped  nothing answers on 127.0.0.1:5432; no containers
            containers           engine 28
        "#]],
        );
    }

    #[test]
    fn the_tests_are_told_where_and_with_what() {
        check_variables(
            server(),
            None,
            &[],
            expect![[r#"
            NOORM_TEST_POSTGRES_URL=postgres://postgres@127.0.0.1:5432/test
            NOORM_TEST_CONTAINERS=0"#]],
        );
        check_variables(
            Finding::Variable,
            None,
            &["sqlite", "postgres"],
            expect![[r#"
            NOORM_TEST_CONTAINERS=0
            NOORM_TEST_REQUIRE=sqlite,postgres"#]],
        );
        check_variables(
            Finding::Container,
            Some("postgres:17"),
            &[],
            expect![[r#"
            NOORM_TEST_POSTGRES_IMAGE=postgres:17
            NOORM_TEST_CONTAINERS=1"#]],
        );
    }

    #[test]
    fn a_skipped_engine_is_fine_unless_required() {
        let seen = [
            seen("sqlite", Finding::Bundled, None),
            seen("postgres", missing(), None),
        ];
        let sqlite = named("sqlite").unwrap();
        let postgres = named("postgres").unwrap();
        assert!(check(&seen, &[]).is_ok());
        assert!(check(&seen, &[sqlite]).is_ok());
        let error = check(&seen, &[sqlite, postgres]).unwrap_err();
        expect![
            "required, but not there: postgres (nothing answers on 127.0.0.1:5432; no containers)"
        ]
        .assert_eq(&error.to_string());
    }
}
