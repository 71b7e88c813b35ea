//! The database engines that tests run against, and how this machine offers them.

mod find;
mod mssql;
mod mysql;
mod postgres;
mod start;

pub use find::{CONTAINERS, Engines, REQUIRE, Servers, find};
pub use start::{Container, Started};

use crate::images::{Image, StandIn};

/// The engines, one row each. Everything else in this program reads this table.
pub const ENGINES: &[Engine] = &[
    Engine {
        name: "sqlite",
        package: "noorm-sqlite",
        source: Source::Bundled,
    },
    Engine {
        name: "postgres",
        package: "noorm-postgres",
        source: Source::Server {
            look: postgres::look,
            image: Image {
                official: "postgres:17",
                stand_in: Some(stand_in("postgres", "15", "bookworm")),
            },
            versions: &[
                Image {
                    official: "postgres:18",
                    stand_in: Some(stand_in("postgres", "18", "sid")),
                },
                Image {
                    official: "postgres:17",
                    stand_in: Some(stand_in("postgres", "17", "trixie")),
                },
                Image {
                    official: "postgres:15",
                    stand_in: Some(stand_in("postgres", "15", "bookworm")),
                },
            ],
            container: Container {
                port: 5432,
                environment: &[("POSTGRES_PASSWORD", "secret")],
                url: ("postgres://postgres:secret@", "/postgres"),
                ready: postgres::answers,
                program: "postgres",
            },
        },
    },
    Engine {
        name: "mysql",
        package: "noorm-mysql",
        source: Source::Server {
            look: mysql::look_for_mysql,
            image: Image {
                official: "mysql:9",
                stand_in: Some(stand_in("mysql", "9.7", "sid")),
            },
            versions: &[
                Image {
                    official: "mysql:9",
                    stand_in: Some(stand_in("mysql", "9.7", "sid")),
                },
                Image {
                    official: "mysql:8.4",
                    stand_in: None,
                },
            ],
            container: Container {
                port: 3306,
                environment: &[("MYSQL_ROOT_PASSWORD", "secret")],
                url: ("mysql://root:secret@", "/"),
                ready: mysql::answers,
                program: "mysqld",
            },
        },
    },
    Engine {
        name: "mariadb",
        package: "noorm-mysql",
        source: Source::Server {
            look: mysql::look_for_mariadb,
            image: Image {
                official: "mariadb:11.8",
                stand_in: Some(stand_in("mariadb", "10.11", "bookworm")),
            },
            versions: &[
                Image {
                    official: "mariadb:11.8",
                    stand_in: Some(stand_in("mariadb", "11.8", "sid")),
                },
                Image {
                    official: "mariadb:10.11",
                    stand_in: Some(stand_in("mariadb", "10.11", "bookworm")),
                },
            ],
            container: Container {
                port: 3306,
                environment: &[("MARIADB_ROOT_PASSWORD", "secret")],
                url: ("mariadb://root:secret@", "/"),
                ready: mysql::answers,
                program: "mariadbd",
            },
        },
    },
    Engine {
        name: "mssql",
        package: "noorm-mssql",
        source: Source::Server {
            look: || Err("NOORM_TEST_MSSQL_URL is not set".to_owned()),
            image: Image {
                official: "mcr.microsoft.com/mssql/server:2022-latest",
                stand_in: None,
            },
            versions: &[],
            container: Container {
                port: 1433,
                environment: &[("ACCEPT_EULA", "Y"), ("MSSQL_SA_PASSWORD", "Sec-ret-1")],
                url: (
                    "mssql://sa:Sec-ret-1@",
                    "/master?trust_server_certificate=true",
                ),
                ready: mssql::answers,
                program: "/opt/mssql/bin/sqlservr",
            },
        },
    },
];

/// What stands in for an image: that folder's, with the version that a Debian release has.
const fn stand_in(folder: &'static str, version: &'static str, release: &'static str) -> StandIn {
    StandIn {
        folder,
        version,
        release,
    }
}

/// A database engine.
pub struct Engine {
    /// The name in commands, in test paths (`postgres::…`) and, in capitals, in variables.
    pub name: &'static str,
    /// The crate of its dialect.
    pub package: &'static str,
    /// Where it comes from.
    pub source: Source,
}

/// Where an engine comes from.
pub enum Source {
    /// It is compiled in, so it is always there.
    Bundled,
    /// It is a server: one that a variable names, one that runs on this machine, or a container.
    Server {
        /// Looks for a server on this machine that takes a login without a password.
        look: fn() -> Result<Server, String>,
        /// The image to start containers of.
        image: Image,
        /// The images of all versions that the suite is run on when it is asked to.
        versions: &'static [Image],
        /// How a container of it is run.
        container: Container,
    },
}

/// A server that runs on this machine and let us in.
#[derive(Debug, PartialEq, Eq)]
pub struct Server {
    /// The URL for the tests.
    pub url: String,
    /// What and where it is, for people.
    pub description: String,
}

impl Engine {
    /// The name of one of this engine's variables, say `NOORM_TEST_POSTGRES_URL`.
    pub fn variable(&self, what: &str) -> String {
        format!("NOORM_TEST_{}_{what}", self.name.to_uppercase())
    }
}

/// The engine of this name, for the command line.
///
/// # Errors
/// There is none; the message lists those that there are.
pub fn named(name: &str) -> Result<&'static Engine, String> {
    ENGINES
        .iter()
        .find(|engine| engine.name == name)
        .ok_or_else(|| {
            let known: Vec<_> = ENGINES.iter().map(|engine| engine.name).collect();
            format!("no such engine; it is one of {}", known.join(", "))
        })
}
