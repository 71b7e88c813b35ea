use noorm_core::ErrorKind;

use super::*;

fn parse(url: &str) -> Result<Config> {
    Config::parse_with(url, |name| (name == "USER").then(|| "ann".to_owned()))
}

#[track_caller]
fn refused(url: &str, message: &str) {
    let error = parse(url).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidUrl);
    assert_eq!(error.message(), message);
    assert!(
        !format!("{error:?} {error}").contains("secret"),
        "{error:?}"
    );
}

#[test]
fn a_url_in_full() {
    let config = parse(
        "MySQL://b%40b:s%2Fecret@db.example:3307/sh%C3%B6p?ssl_mode=VERIFY_CA&ssl-ca=/ca.pem\
         &connect-timeout=5&statement_timeout=200ms&charset=utf8mb4",
    )
    .unwrap();
    assert_eq!(config.target(), "db.example:3307");
    assert_eq!(config.user, "b@b");
    assert_eq!(config.password.as_deref(), Some("s/ecret"));
    assert_eq!(config.database.as_deref(), Some("shöp"));
    assert_eq!(config.ssl_mode, SslMode::VerifyCa);
    assert_eq!(config.ssl_ca, Some(PathBuf::from("/ca.pem")));
    assert_eq!(config.connect_timeout, Some(Duration::from_secs(5)));
    assert_eq!(config.statement_timeout, Some(Duration::from_millis(200)));
    assert!(!format!("{config:?}").contains("ecret"));
}

#[test]
fn what_a_url_leaves_out() {
    let config = parse("mariadb://").unwrap();
    assert_eq!(config.target(), "localhost:3306");
    assert_eq!(config.user, "ann");
    assert_eq!((config.database, config.password), (None, None));
    assert_eq!(config.ssl_mode, SslMode::Disabled);
    let ssl_mode = |url| parse(url).unwrap().ssl_mode;
    assert_eq!(ssl_mode("mysql://db.example/d"), SslMode::Preferred);
    assert_eq!(ssl_mode("mysql://[::1]:3306/d"), SslMode::Disabled);
    assert_eq!(ssl_mode("mysql://db.example/?ssl-ca=x"), SslMode::VerifyCa);
    let socket = parse("mysql://root@/test?socket=/run/mysqld/mysqld.sock").unwrap();
    assert_eq!(socket.target(), "/run/mysqld/mysqld.sock");
    assert_eq!(socket.ssl_mode, SslMode::Disabled);
}

#[test]
fn what_is_wrong_is_named_and_no_password_shown() {
    refused(
        "http://host",
        "the URL does not start with `mysql://` or `mariadb://`",
    );
    refused(
        "mysql://u:secret@h:port/d",
        "a port in the URL is no number from 1 to 65535",
    );
    refused(
        "mysql://u:secret@h/d?compress=1",
        "the URL holds an unknown option `compress`",
    );
    refused(
        "mysql://u@h/d?sec=secret@h/d",
        "the URL holds an unknown option; a `?` in the password must be written %3F",
    );
    refused(
        "mysql://u@h/d?ssl-mode=maybe",
        "the URL's option `ssl-mode` is none of disabled, preferred, required, verify_ca, \
         verify_identity",
    );
    refused(
        "mysql://u@h/d?charset=latin1",
        "the URL's option `charset` is not utf8mb4, in which all text travels",
    );
    refused(
        "mysql://u@a,b/d",
        "the URL names several hosts, and MySQL takes one",
    );
    let help = parse("mysql://h/?x=1").unwrap_err();
    assert_eq!(
        help.help(),
        Some(
            "known are charset, connect-timeout, password, socket, ssl-ca, ssl-mode, \
             statement-timeout, user"
        )
    );
}
