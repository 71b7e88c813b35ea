//! The server that the crate's tests talk to.

use crate::config::Config;
use crate::tls;

/// Connects to `NOORM_TEST_POSTGRES_URL`, else to a server on this machine, else says that it skips.
///
/// # Panics
/// If there is none and `NOORM_TEST_REQUIRE` names postgres.
pub(crate) async fn client() -> Option<tokio_postgres::Client> {
    let (client, background) = connect(&config("").await?).await;
    tokio::spawn(background);
    Some(client)
}

/// Gives the server's address, with more options.
pub(crate) async fn config(options: &str) -> Option<Config> {
    let url = url().await?;
    let and = if url.contains('?') { '&' } else { '?' };
    Some(Config::parse(&format!("{url}{and}{options}")).unwrap())
}

/// Gives the server's URL, if there is one.
pub(crate) async fn url() -> Option<String> {
    let named = std::env::var("NOORM_TEST_POSTGRES_URL").unwrap_or_default();
    if !named.is_empty() {
        return Some(named);
    }
    let url = "postgres://postgres@127.0.0.1:5432/test";
    let config = Config::parse(url).unwrap();
    let connector = tls::connector(&config).unwrap();
    match tls::connect(&config, &connector).await {
        Ok(_) => Some(url.to_owned()),
        Err(error) => {
            let required = std::env::var("NOORM_TEST_REQUIRE").unwrap_or_default();
            assert!(!required.contains("postgres"), "{error}");
            println!("skipped: no PostgreSQL server ({error})");
            None
        }
    }
}

async fn connect(config: &Config) -> (tokio_postgres::Client, tls::Background) {
    let connector = tls::connector(config).unwrap();
    tls::connect(config, &connector).await.unwrap()
}
