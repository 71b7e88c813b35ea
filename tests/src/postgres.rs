//! PostgreSQL servers, and databases in them.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use testcontainers::core::IntoContainerPort as _;
use testcontainers::runners::AsyncRunner as _;
use testcontainers::{ContainerAsync, GenericImage, ImageExt as _};
use tokio_postgres::NoTls;

/// Drops a database when it is dropped itself.
pub struct Dropper {
    server: String,
    name: String,
    _container: Option<Box<ContainerAsync<GenericImage>>>,
}

/// Makes an empty database; `None` if there is no server and nobody requires one.
pub(crate) async fn create() -> Option<(String, Dropper)> {
    let (server, container) = server().await?;
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| d.as_nanos());
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("noorm_test_{}_{now}_{count}", std::process::id());
    execute(&server, &format!("CREATE DATABASE {name}"))
        .await
        .expect("create a database");
    let base = server
        .rsplit_once('/')
        .map_or(server.as_str(), |(base, _)| base);
    let url = format!("{base}/{name}");
    Some((
        url,
        Dropper {
            server,
            name,
            _container: container.map(Box::new),
        },
    ))
}

/// Runs SQL on a connection of its own; options of ours in the URL are left out.
///
/// # Errors
/// What the driver says.
pub async fn execute(url: &str, sql: &str) -> Result<(), tokio_postgres::Error> {
    let url = url.split_once('?').map_or(url, |(url, _)| url);
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let background = tokio::spawn(connection);
    let done = client.batch_execute(sql).await;
    drop(client);
    let _ = background.await;
    done
}

async fn server() -> Option<(String, Option<ContainerAsync<GenericImage>>)> {
    if let Ok(url) = std::env::var("NOORM_TEST_POSTGRES_URL") {
        return Some((url, None));
    }
    if std::env::var("NOORM_TEST_CONTAINERS").is_ok_and(|v| v == "1") {
        let (url, container) = container(&[]).await;
        return Some((url, Some(container)));
    }
    let local = "postgres://postgres@127.0.0.1:5432/postgres";
    if execute(local, "SELECT 1").await.is_ok() {
        return Some((local.to_owned(), None));
    }
    let required = std::env::var("NOORM_TEST_REQUIRE").unwrap_or_default();
    assert!(
        !required
            .split(',')
            .any(|engine| engine.trim() == "postgres"),
        "PostgreSQL is required, but no server was found: set NOORM_TEST_POSTGRES_URL"
    );
    eprintln!("skipped: no PostgreSQL server (set NOORM_TEST_POSTGRES_URL)");
    None
}

/// Starts a container with a server of its own; gives its URL. `arguments` are the server's.
pub async fn container(arguments: &[&str]) -> (String, ContainerAsync<GenericImage>) {
    container_at(None, arguments).await
}

/// Starts a container whose server listens at this port of the machine, also when it starts again.
pub async fn container_at(
    port: Option<u16>,
    arguments: &[&str],
) -> (String, ContainerAsync<GenericImage>) {
    let image = std::env::var("NOORM_TEST_POSTGRES_IMAGE").unwrap_or("postgres:17".to_owned());
    let (name, tag) = image.rsplit_once(':').unwrap_or((&image, "latest"));
    let request = GenericImage::new(name, tag)
        .with_exposed_port(5432.tcp())
        .with_env_var("POSTGRES_PASSWORD", "secret")
        .with_cmd(arguments.iter().copied());
    let request = match port {
        Some(port) => request.with_mapped_port(port, 5432.tcp()),
        None => request,
    };
    let container = request.start().await.expect("start a container");
    let host = container.get_host().await.expect("the container's host");
    let port = container
        .get_host_port_ipv4(5432.tcp())
        .await
        .expect("the container's port");
    let url = format!("postgres://postgres:secret@{host}:{port}/postgres");
    for _ in 0..600 {
        if execute(&url, "SELECT 1").await.is_ok() {
            return (url, container);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the container's server did not come up");
}

impl Drop for Dropper {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // The test's own runtime may be on its way out.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            let _ = runtime.block_on(execute(&server, &sql));
            std::io::Result::Ok(())
        });
        let _ = dropped.join();
    }
}
