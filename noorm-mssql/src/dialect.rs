//! The dialect: its name, its schemes, and how it connects.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use noorm_core::Result;
use noorm_core::executor::{Driver, PooledDriver};
use noorm_core::plugin::{ConnectOptions, Dialect, Introspector};
use noorm_core::sql::SqlFlavor;

use crate::config::Config;
use crate::connection::MssqlConnector;
use crate::flavor::MssqlFlavor;
use crate::introspect::MssqlIntrospector;

/// SQL Server: `mssql://user:password@host:1433/database?encrypt=required`.
///
/// ADO strings stand behind the scheme: `mssql:Server=tcp:host,1433;Database=shop;User Id=ann;…`.
///
/// | option | what it says |
/// |---|---|
/// | `encrypt` | `off`, `login`, `required` (default beyond this machine), `strict` (TDS 8) |
/// | `trust_server_certificate` | `true`: any certificate will do |
/// | `server_certificate_ca` | a PEM file with an authority to believe |
/// | `host_name_in_certificate` | the name to expect, where it isn't the host's |
/// | `instance` | a named instance, looked up with the SQL Server Browser |
/// | `access_token` | an Azure AD token instead of user and password; or `MSSQL_ACCESS_TOKEN` |
/// | `application_name`, `workstation_id` | how the server lists the connection |
/// | `application_intent` | `ReadOnly` asks a listener for a readable secondary |
/// | `multi_subnet_failover` | `true`: all addresses of the host are tried at once (with an instance) |
/// | `connect_timeout`, `statement_timeout`, `lock_timeout` | spans of time: `500ms`, `5s`, `2min` |
/// | `packet_size` | bytes, from 512 to 32767 |
///
/// User and password that the URL leaves out are `SQLCMDUSER` and `SQLCMDPASSWORD`.
///
/// ```
/// use noorm_core::plugin::Dialect as _;
///
/// assert_eq!(noorm_mssql::MssqlDialect::default().schemes(), ["mssql", "sqlserver"]);
/// ```
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct MssqlDialect;

impl Dialect for MssqlDialect {
    fn name(&self) -> &'static str {
        "mssql"
    }

    fn schemes(&self) -> &'static [&'static str] {
        &["mssql", "sqlserver"]
    }

    fn flavor(&self) -> Arc<dyn SqlFlavor> {
        Arc::new(MssqlFlavor)
    }

    fn introspector(&self) -> Arc<dyn Introspector> {
        Arc::new(MssqlIntrospector::default())
    }

    fn connect<'a>(
        &'a self,
        options: &'a ConnectOptions,
    ) -> BoxFuture<'a, Result<Arc<dyn Driver>>> {
        Box::pin(async move {
            let config = Config::parse(options.url.secret())?;
            let timeouts = [options.statement_timeout, config.statement_timeout];
            let statement_timeout = timeouts.into_iter().flatten().min();
            let mut pool = options.pool.clone();
            if let Some(timeout) = config.connect_timeout {
                pool.connect_timeout = timeout;
            }
            let connector = MssqlConnector::new(config, options.read_only);
            let flavor = self.flavor();
            let driver = PooledDriver::connect(connector, flavor, pool, statement_timeout).await?;
            Ok(Arc::new(driver) as Arc<dyn Driver>)
        })
    }
}
