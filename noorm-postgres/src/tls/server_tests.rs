use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_postgres::config::Host;

use super::*;
use crate::test_server;

/// Connects with `options`, and tells whether the server sees encryption; `None` without a server.
async fn encrypted(options: &str) -> Option<Result<bool>> {
    let config = test_server::config(options).await?;
    let connector = match connector(&config) {
        Ok(connector) => connector,
        Err(error) => return Some(Err(error)),
    };
    let (client, background) = match connect(&config, &connector).await {
        Ok(connected) => connected,
        Err(error) => return Some(Err(error)),
    };
    tokio::spawn(background);
    let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    Some(Ok(client.query_one(sql, &[]).await.unwrap().get(0)))
}

/// Tells whether the server has encryption at all; one that was asked for by URL may not.
async fn has_tls() -> bool {
    let has = matches!(encrypted("sslmode=require").await, Some(Ok(true)));
    if !has {
        println!("skipped: no PostgreSQL server with TLS");
    }
    has
}

#[tokio::test]
async fn modes_that_verify_nothing() {
    if let Some(plain) = encrypted("sslmode=disable").await {
        assert!(!plain.unwrap());
    }
    if !has_tls().await {
        return;
    }
    assert!(encrypted("sslmode=prefer").await.unwrap().unwrap());
    assert!(!encrypted("sslmode=allow").await.unwrap().unwrap());
    assert!(!encrypted("").await.unwrap().unwrap());
}

/// A way to the server that only encrypted connections get through, as where pg_hba.conf has
/// `hostssl` lines only.
async fn insisting(config: &Config) -> Option<Config> {
    let [Host::Tcp(host)] = config.driver.get_hosts() else {
        println!("skipped: the server is not on one TCP address");
        return None;
    };
    let port = config.driver.get_ports().first().copied().unwrap_or(5432);
    let (gate, target) = (
        tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap(),
        (host.clone(), port),
    );
    let mut through = config.clone();
    through.driver = tokio_postgres::Config::new();
    through
        .driver
        .user(config.driver.get_user().unwrap_or("postgres"))
        .dbname(config.driver.get_dbname().unwrap_or("postgres"))
        .password(config.driver.get_password().unwrap_or_default())
        .ssl_mode(config.driver.get_ssl_mode())
        .host("127.0.0.1")
        .port(gate.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = gate.accept().await {
            let mut hello = [0; 8];
            socket.read_exact(&mut hello).await.unwrap();
            if hello[4..] == SSL_REQUEST {
                let mut server = tokio::net::TcpStream::connect(&target).await.unwrap();
                server.write_all(&hello).await.unwrap();
                tokio::spawn(async move {
                    let _ = tokio::io::copy_bidirectional(&mut socket, &mut server).await;
                });
            } else {
                let _ = socket.read(&mut [0; 1024]).await.unwrap();
                let refused = b"E\0\0\0\x1cSFATAL\0C28000\0Mno line\0\0";
                socket.write_all(refused).await.unwrap();
                let _ = socket.read(&mut [0; 1024]).await;
            }
        }
    });
    Some(through)
}

const SSL_REQUEST: [u8; 4] = 80_877_103_u32.to_be_bytes();

#[tokio::test]
async fn where_the_server_insists() {
    if !has_tls().await {
        return;
    }
    // What the URL doesn't say is `allow` on loopback.
    for (options, gets_in) in [
        ("", true),
        ("sslmode=allow", true),
        ("sslmode=require", true),
        ("sslmode=disable", false),
    ] {
        let config = test_server::config(options).await.unwrap();
        let Some(config) = insisting(&config).await else {
            return;
        };
        let connector = connector(&config).unwrap();
        match connect(&config, &connector).await {
            Ok((client, background)) => {
                assert!(gets_in, "{options}");
                tokio::spawn(background);
                let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
                let encrypted: bool = client.query_one(sql, &[]).await.unwrap().get(0);
                assert!(encrypted, "{options}");
            }
            Err(error) => {
                assert!(!gets_in, "{options}: {error:?}");
                assert_eq!(error.kind(), ErrorKind::AuthenticationFailed);
            }
        }
    }
}

/// `stranger.pem` is a certificate whose key was thrown away.
#[tokio::test]
async fn unknown_authorities_are_refused() {
    if !has_tls().await {
        return;
    }
    let stranger = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tls/stranger.pem");
    for mode in ["require", "verify-ca", "verify-full"] {
        let options = format!("sslmode={mode}&sslrootcert={stranger}");
        let error = encrypted(&options).await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Tls, "{error:?}");
        assert!(error.help().unwrap().contains("sslrootcert"), "{error}");
    }
    // Whether the system knows the server's authority is the system's affair (Debian puts the
    // certificate that it makes for servers among its own); that it is asked is ours.
    if let Err(error) = encrypted("sslrootcert=system").await.unwrap() {
        assert_eq!(error.kind(), ErrorKind::Tls, "{error:?}");
    }
}

/// Debian's packages make this certificate, and their servers use it.
#[tokio::test]
async fn the_servers_own_certificate_as_root() {
    let path = "/etc/ssl/certs/ssl-cert-snakeoil.pem";
    if !has_tls().await || !std::path::Path::new(path).exists() {
        println!("skipped: no {path}");
        return;
    }
    let outcome = encrypted(&format!("sslmode=verify-ca&sslrootcert={path}"))
        .await
        .unwrap();
    if let Err(error) = &outcome
        && error.to_string().contains("UnknownIssuer")
    {
        println!("skipped: the server has another certificate than {path}");
        return;
    }
    assert!(outcome.unwrap());
    // As in libpq, a root makes `require` verify.
    assert!(
        encrypted(&format!("sslmode=require&sslrootcert={path}"))
            .await
            .unwrap()
            .unwrap()
    );
    // It is for the machine's name, not for this address.
    let full = encrypted(&format!("sslmode=verify-full&sslrootcert={path}"))
        .await
        .unwrap();
    assert_eq!(full.unwrap_err().kind(), ErrorKind::Tls);
}

#[test]
fn root_files_that_are_none() {
    let read = |path: std::path::PathBuf| {
        let url = format!(
            "postgres://u@h/d?sslmode=verify-ca&sslrootcert={}",
            path.display()
        );
        connector(&Config::parse(&url).unwrap()).err().unwrap()
    };
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let error = read(here.join("no-such.pem"));
    assert_eq!(error.kind(), ErrorKind::Tls);
    assert!(error.message().contains("can't be read"), "{error}");
    let error = read(here.join("Cargo.toml"));
    assert!(error.message().contains("holds no certificate"), "{error}");
}

/// A server that answers the request for encryption with `answer`, then says that it is full to whom
/// speaks plainly.
async fn server(answer: &'static [u8]) -> String {
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = server.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = server.accept().await {
            let mut hello = [0; 8];
            socket.read_exact(&mut hello).await.unwrap();
            if hello[4..] == SSL_REQUEST {
                socket.write_all(answer).await.unwrap();
                if answer != b"N" {
                    continue;
                }
            }
            let _ = socket.read(&mut [0; 1024]).await.unwrap();
            let full = b"E\0\0\0\x19SFATAL\0C53300\0Mfull\0\0";
            socket.write_all(full).await.unwrap();
            let _ = socket.read(&mut [0; 1024]).await;
        }
    });
    format!("postgres://u@{at}/d")
}

async fn failure(url: &str) -> ErrorKind {
    let config = Config::parse(url).unwrap();
    let connector = connector(&config).unwrap();
    connect(&config, &connector).await.err().unwrap().kind()
}

#[tokio::test]
async fn servers_without_tls() {
    for answer in [&b"N"[..], &b"Snonsense"[..]] {
        let url = server(answer).await;
        let plain = failure(&format!("{url}?sslmode=prefer")).await;
        assert_eq!(plain, ErrorKind::TooManyConnections);
        let required = failure(&format!("{url}?sslmode=require")).await;
        assert_eq!(required, ErrorKind::Tls);
    }
}
