use std::time::Duration;

use expect_test::{Expect, expect};

use noorm_core::ErrorKind;

use super::*;

fn parse(url: &str) -> Result<Config> {
    Config::parse_with(url, |name| match name {
        "PGUSER" => Some(String::new()),
        "USER" => Some("ann".to_owned()),
        "PGPASSWORD" => Some("from-env".to_owned()),
        _ => None,
    })
}

#[track_caller]
fn check(url: &str, expected: Expect) {
    let config = parse(url).unwrap();
    let driver = &config.driver;
    expected.assert_eq(&format!(
        "{}:{} @ {} / {} ({})",
        driver.get_user().unwrap(),
        String::from_utf8_lossy(driver.get_password().unwrap_or_default()),
        config.target(),
        driver.get_dbname().unwrap(),
        driver.get_application_name().unwrap(),
    ));
    let debug = format!("{config:?}");
    for password in ["from-env", "s3cr3t"] {
        assert!(!debug.contains(password), "{debug}");
    }
}

#[track_caller]
fn refused(url: &str, expected: Expect) {
    let error = parse(url).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidUrl);
    assert!(!format!("{error} {error:?}").contains("s3cr3t"), "{error}");
    expected.assert_eq(error.message());
}

#[test]
fn parts() {
    check(
        "postgres://",
        expect!["ann:from-env @ localhost:5432 / ann (noorm)"],
    );
    check(
        "PostgreSQL://bob:s3cr3t@db/shop",
        expect!["bob:s3cr3t @ db:5432 / shop (noorm)"],
    );
    check(
        "postgres://b%40b:s3cr3t%2F%3F@h%C3%B6st:1/my%20shop?application_name=a+b%26c",
        expect!["b@b:s3cr3t/? @ höst:1 / my shop (a+b&c)"],
    );
    check(
        "postgres://bob:s3cr3t@x#@db/shop",
        expect!["bob:s3cr3t@x# @ db:5432 / shop (noorm)"],
    );
    check(
        "postgres://a,b:6000,[::1]:7000,[fe80::1]/x",
        expect!["ann:from-env @ a:5432, b:6000, [::1]:7000, [fe80::1]:5432 / x (noorm)"],
    );
    check(
        "postgres://a/?user=u&password=s3cr3t&dbname=d&port=1&host=b,c",
        expect!["u:s3cr3t @ b:1, c:1 / d (noorm)"],
    );
}

#[cfg(unix)]
#[test]
fn sockets() {
    check(
        "postgres://%2Fvar%2Frun/x",
        expect!["ann:from-env @ /var/run/.s.PGSQL.5432 / x (noorm)"],
    );
    check(
        "postgres:///x?host=/var/run&port=6000",
        expect!["ann:from-env @ /var/run/.s.PGSQL.6000 / x (noorm)"],
    );
}

#[test]
fn options_reach_their_place() {
    let config = parse(
        "postgres://h/d?sslmode=verify-ca&sslrootcert=/ca.pem&options=-c%20geqo%3Doff\
         &connect_timeout=3&statement_timeout=250&prepared_statements=off&keepalives=0\
         &keepalives_idle=1min&keepalives_interval=2s&keepalives_count=4&tcp_user_timeout=500\
         &target_session_attrs=read-write&channel_binding=disable&load_balance_hosts=random",
    )
    .unwrap();
    let driver = &config.driver;
    assert_eq!(config.ssl_mode, SslMode::VerifyCa);
    assert_eq!(
        config.root_certificates,
        RootCertificates::File("/ca.pem".into())
    );
    assert_eq!(
        driver.get_ssl_mode(),
        tokio_postgres::config::SslMode::Require
    );
    assert_eq!(driver.get_options(), Some("-c geqo=off"));
    assert_eq!(config.connect_timeout, Some(Duration::from_secs(3)));
    assert_eq!(driver.get_connect_timeout(), Some(&Duration::from_secs(3)));
    assert_eq!(config.statement_timeout, Some(Duration::from_millis(250)));
    assert!(!config.prepared_statements);
    assert!(!driver.get_keepalives());
    assert_eq!(driver.get_keepalives_idle(), Duration::from_secs(60));
    assert_eq!(
        driver.get_keepalives_interval(),
        Some(Duration::from_secs(2))
    );
    assert_eq!(driver.get_keepalives_retries(), Some(4));
    assert_eq!(
        driver.get_tcp_user_timeout(),
        Some(&Duration::from_millis(500))
    );
    assert_eq!(
        driver.get_target_session_attrs(),
        tokio_postgres::config::TargetSessionAttrs::ReadWrite
    );
}

#[test]
fn defaults() {
    let config = parse("postgres://h/d").unwrap();
    assert_eq!(config.ssl_mode, SslMode::Prefer);
    assert!(config.prepared_statements);
    assert_eq!(
        (config.connect_timeout, config.statement_timeout),
        (None, None)
    );
    let mode = |query: &str| parse(&format!("postgres://h/d?{query}")).unwrap().ssl_mode;
    assert_eq!(mode("sslmode=allow"), SslMode::Allow);
    let local = |host: &str| parse(&format!("postgres://{host}/d")).unwrap().ssl_mode;
    for host in ["localhost", "127.0.0.1", "[::1]", "%2Frun%2Fpostgresql", ""] {
        assert_eq!(local(host), SslMode::Allow, "{host}");
    }
    assert_eq!(local("localhost,db.example"), SslMode::Prefer);
    assert_eq!(mode("sslrootcert=system"), SslMode::VerifyFull);
    assert_eq!(mode("sslmode=require&sslrootcert=system"), SslMode::Require);
    let limit = |text: &str| {
        let url = format!("postgres://h/d?statement_timeout={text}");
        parse(&url).unwrap().statement_timeout
    };
    assert_eq!(limit("5s"), Some(Duration::from_secs(5)));
    assert_eq!(limit("1h"), Some(Duration::from_secs(3600)));
    assert_eq!(limit("0"), None);
}

#[test]
fn mistakes_are_named() {
    refused(
        "mysql://u:s3cr3t@h/d",
        expect!["the URL does not start with `postgres://` or `postgresql://`"],
    );
    refused(
        "postgres://h/d?sslmod=require",
        expect!["the URL holds an unknown option `sslmod`"],
    );
    let unknown = parse("postgres://h/d?schema=x").unwrap_err();
    assert!(unknown.help().unwrap().contains("prepared_statements"));
    refused(
        "postgres://h/d?sslmode=no",
        expect![
            "the URL's option `sslmode` is none of disable, allow, prefer, require, verify-ca, verify-full"
        ],
    );
    refused(
        "postgres://h/d?statement_timeout=5x",
        expect![
            "the URL's option `statement_timeout` is no span of time, such as 500ms, 5s or 2min"
        ],
    );
    for (query, reason) in [
        ("keepalives=x", "neither on nor off"),
        ("keepalives_count=x", "no number"),
        ("hostaddr=x", "no IP address"),
        ("target_session_attrs=x", "none of any"),
        ("channel_binding=x", "none of disable, prefer"),
        ("load_balance_hosts=x", "none of disable, random"),
        ("connect_timeout=99999999999999999999", "no span of time"),
        ("application_name=%FF", "no UTF-8"),
        ("application_name=%00", "NUL"),
        ("options", "has no value"),
        ("host=a,b&hostaddr=1.2.3.4", "as many"),
        ("host=a,b,c&port=1,2", "for each host"),
        ("host=a,,b", "empty host"),
    ] {
        let error = parse(&format!("postgres://h/d?{query}")).unwrap_err();
        assert!(error.message().contains(reason), "{query}: {error}");
    }
    let nobody = Config::parse_with("postgres://h/d", |_| None).unwrap_err();
    assert_eq!(nobody.message(), "the URL names no user");
}

/// A password that isn't percent-encoded is cut at the wrong place: no part of it is shown.
#[test]
fn misread_passwords_stay_secret() {
    for url in [
        "postgres://u:s3cr3t/x@h/d",
        "postgres://u:1/s3cr3t@h/d",
        "postgres://u:x?s3cr3t@h/d",
        "postgres://u:1?s3cr3t=1@h/d",
        "postgres://u:1?x=s3cr3t@h/d",
        "postgres://u:s3cr3t:x:y",
        "postgres://[u:s3cr3t",
        "postgres://[u]s3cr3t",
        "postgres://u:s3cr3t%FF@h/d",
        "postgres://h:0/d",
    ] {
        let error = parse(url).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidUrl, "{url}");
        assert!(
            !format!("{error} {error:?}").contains("s3cr3t"),
            "{url}: {error}"
        );
    }
}
