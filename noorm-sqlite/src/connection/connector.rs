//! Making connections.

use std::sync::Arc;

use noorm_core::executor::Connector;
use noorm_core::plugin::ConnectOptions;
use noorm_core::{BoxFuture, Error, ErrorKind, Result};
use tokio::runtime::Handle as Runtime;

use super::open::{self, Anchor};
use super::pace::Pace;
use super::{SqliteConnection, lost};
use crate::config::{Config, Mode, Place};

/// Makes connections to one SQLite database.
///
/// ```
/// use noorm_core::plugin::{ConnectOptions, DatabaseUrl};
/// use noorm_sqlite::SqliteConnector;
///
/// let url = DatabaseUrl::parse("sqlite::memory:")?;
/// let connector = SqliteConnector::new(&ConnectOptions::new(url))?;
/// # Ok::<(), noorm_core::Error>(())
/// ```
pub struct SqliteConnector {
    database: Arc<Database>,
}

/// What all connections of a connector share.
struct Database {
    config: Config,
    memory: Option<Anchor>,
    pace: Arc<Pace>,
}

impl SqliteConnector {
    /// Understands the URL, and makes the database if it is one in memory.
    ///
    /// ```
    /// use noorm_core::ErrorKind;
    /// use noorm_core::plugin::{ConnectOptions, DatabaseUrl};
    /// use noorm_sqlite::SqliteConnector;
    ///
    /// let options = ConnectOptions::new(DatabaseUrl::parse("sqlite:shop.db?mode=quick")?);
    /// let error = SqliteConnector::new(&options).map(|_| ()).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::InvalidUrl);
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidUrl`] says what is wrong with the URL.
    pub fn new(options: &ConnectOptions) -> Result<Self> {
        let mut config = Config::parse(&options.url)?;
        if options.read_only {
            config.mode = Mode::ReadOnly;
        }
        let memory = match config.place {
            Place::Memory => Some(Anchor::new()?),
            Place::File(_) => None,
        };
        Ok(Self {
            database: Arc::new(Database {
                config,
                memory,
                pace: Arc::default(),
            }),
        })
    }
}

impl Connector for SqliteConnector {
    type Connection = SqliteConnection;

    /// There is nothing between the program and its file that could break.
    fn is_remote(&self) -> bool {
        false
    }

    fn connect(&self) -> BoxFuture<'_, Result<SqliteConnection>> {
        let database = Arc::clone(&self.database);
        Box::pin(async move {
            let runtime = Runtime::try_current().map_err(|error| {
                Error::new(ErrorKind::Internal, "noorm needs a Tokio runtime").with_source(error)
            })?;
            let opening = runtime.spawn_blocking(move || {
                open::open(&database.config, database.memory.as_ref(), &database.pace)
            });
            let session = opening.await.map_err(|error| lost().with_source(error))??;
            Ok(SqliteConnection::over(session, runtime))
        })
    }
}
