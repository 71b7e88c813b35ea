//! MariaDB and MySQL servers, and databases in them.

use std::time::Duration;

use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Opts, OptsBuilder};
use testcontainers::core::IntoContainerPort as _;
use testcontainers::runners::AsyncRunner as _;
use testcontainers::{ContainerAsync, GenericImage, ImageExt as _};

use super::{Dropper, may_start_containers, missing, named, unique_name, with_database};

/// Makes an empty database on a server of this engine, `mariadb` or `mysql`; `None` if there is none and
/// nobody requires one.
pub(crate) async fn create(engine: &'static str) -> Option<(String, Dropper)> {
    let (server, container) = server(engine).await?;
    let name = unique_name();
    // Texts are equal if they are the same, as on the other engines.
    let collation = match engine {
        "mariadb" => "utf8mb4_nopad_bin",
        _ => "utf8mb4_0900_bin",
    };
    let sql = format!("CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE {collation}");
    execute(&server, &sql).await.expect("create a database");
    let url = with_database(&server, &name);
    let drop = async move || {
        let _ = execute(&server, &format!("DROP DATABASE IF EXISTS {name}")).await;
    };
    Some((url, Dropper::new(drop, container)))
}

/// Runs SQL on a connection of its own.
///
/// # Errors
/// What the driver says.
pub async fn execute(url: &str, sql: &str) -> mysql_async::Result<()> {
    let mut conn = connect(url).await?;
    conn.query_drop(sql).await?;
    conn.disconnect().await
}

async fn connect(url: &str) -> mysql_async::Result<Conn> {
    let url = url.split_once('?').map_or(url, |(url, _)| url);
    let url = url.replacen("mariadb://", "mysql://", 1);
    // A container's server would name a socket that is another one's here.
    let options = OptsBuilder::from_opts(Opts::from_url(&url)?).prefer_socket(false);
    Conn::new(options).await
}

/// Tells which of the two a server is.
async fn is_mariadb(url: &str) -> mysql_async::Result<bool> {
    let mut conn = connect(url).await?;
    let version: Option<String> = conn.query_first("SELECT version()").await?;
    conn.disconnect().await?;
    Ok(version.is_some_and(|version| version.contains("MariaDB")))
}

async fn server(engine: &str) -> Option<(String, Option<ContainerAsync<GenericImage>>)> {
    if let Some(url) = named(engine) {
        return Some((url, None));
    }
    if may_start_containers() {
        let (url, container) = container(engine).await;
        return Some((url, Some(container)));
    }
    let local = format!("{engine}://root@127.0.0.1:3306/");
    if is_mariadb(&local).await.ok() == Some(engine == "mariadb") {
        return Some((local, None));
    }
    missing(engine);
    None
}

/// Starts a container with a server of its own; gives its URL.
pub async fn container(engine: &str) -> (String, ContainerAsync<GenericImage>) {
    container_at(engine, None, &[]).await
}

/// Starts a container whose server listens at this port of the machine, also when it starts again.
/// `arguments` are the server's.
pub async fn container_at(
    engine: &str,
    port: Option<u16>,
    arguments: &[&str],
) -> (String, ContainerAsync<GenericImage>) {
    let variable = format!("NOORM_TEST_{}_IMAGE", engine.to_uppercase());
    let official = match engine {
        "mariadb" => "mariadb:11.8",
        _ => "mysql:9",
    };
    let image = std::env::var(variable).unwrap_or(official.to_owned());
    let (name, tag) = image.rsplit_once(':').unwrap_or((&image, "latest"));
    let request = GenericImage::new(name, tag)
        .with_exposed_port(3306.tcp())
        .with_env_var("MYSQL_ROOT_PASSWORD", "secret")
        .with_env_var("MARIADB_ROOT_PASSWORD", "secret")
        .with_cmd(arguments.iter().copied());
    let request = match port {
        Some(port) => request.with_mapped_port(port, 3306.tcp()),
        None => request,
    };
    let container = request.start().await.expect("start a container");
    let host = container.get_host().await.expect("the container's host");
    let port = container
        .get_host_port_ipv4(3306.tcp())
        .await
        .expect("the container's port");
    let url = format!("{engine}://root:secret@{host}:{port}/");
    for _ in 0..600 {
        if execute(&url, "SELECT 1").await.is_ok() {
            return (url, container);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the container's server did not come up");
}
