//! PostgreSQL servers, and databases in them.

use std::time::Duration;

use testcontainers::core::IntoContainerPort as _;
use testcontainers::runners::AsyncRunner as _;
use testcontainers::{ContainerAsync, GenericImage, ImageExt as _};
use tokio_postgres::NoTls;

use super::{Dropper, may_start_containers, missing, named, unique_name, with_database};

/// Makes an empty database; `None` if there is no server and nobody requires one.
pub(crate) async fn create() -> Option<(String, Dropper)> {
    let (server, container) = server().await?;
    let name = unique_name();
    execute(&server, &format!("CREATE DATABASE {name}"))
        .await
        .expect("create a database");
    let url = with_database(&server, &name);
    let drop = async move || {
        let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        let _ = execute(&server, &sql).await;
    };
    Some((url, Dropper::new(drop, container)))
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
    if let Some(url) = named("postgres") {
        return Some((url, None));
    }
    if may_start_containers() {
        let (url, container) = container(&[]).await;
        return Some((url, Some(container)));
    }
    let local = "postgres://postgres@127.0.0.1:5432/postgres";
    if execute(local, "SELECT 1").await.is_ok() {
        return Some((local.to_owned(), None));
    }
    missing("postgres");
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
