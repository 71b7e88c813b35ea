use std::time::Duration;

use noorm_core::ErrorKind;

use super::{Config, Encrypt, Login};

fn parse(url: &str) -> noorm_core::Result<Config> {
    Config::parse_with(url, |_| None)
}

#[track_caller]
fn refused(url: &str, message: &str) {
    let error = parse(url).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidUrl);
    assert!(error.to_string().contains(message), "{error}");
    assert!(!error.to_string().contains("s3cret"), "{error}");
}

fn sql(user: &str, password: &str) -> Login {
    Login::Sql {
        user: user.into(),
        password: password.into(),
    }
}

#[test]
fn a_url_says_everything() {
    let config = parse(
        "mssql://ann:p%40ss@db.example:1444/shop?encrypt=strict&application_name=till&instance=X\
         &statement_timeout=1500ms&lock_timeout=2&trust_server_certificate=true&packet_size=8000",
    )
    .unwrap();
    assert_eq!(config.host, "db.example");
    assert_eq!(config.port, Some(1444));
    assert_eq!(config.instance.as_deref(), Some("X"));
    assert_eq!(config.database.as_deref(), Some("shop"));
    assert!(config.login == sql("ann", "p@ss"));
    assert_eq!(config.encrypt, Encrypt::Strict);
    assert_eq!(config.application_name, "till");
    assert_eq!(config.statement_timeout, Some(Duration::from_millis(1500)));
    assert_eq!(config.lock_timeout, Some(Duration::from_secs(2)));
    assert!(config.trust);
    assert_eq!(config.packet_size, Some(8000));
    assert_eq!(config.target(), "db.example:1444");
}

#[test]
fn an_ado_string_says_the_same() {
    let config = parse(
        "sqlserver:Server=tcp:db.example\\SQL1,1444; Initial Catalog=shop;User ID=ann;\
         Password=\"a;\"\"b\";Encrypt=False;TrustServerCertificate=yes;Connect Timeout=7;\
         MultipleActiveResultSets=False;",
    )
    .unwrap();
    assert_eq!(config.host, "db.example");
    assert_eq!(config.instance.as_deref(), Some("SQL1"));
    assert_eq!(config.port, Some(1444));
    assert_eq!(config.database.as_deref(), Some("shop"));
    assert!(config.login == sql("ann", "a;\"b"));
    assert_eq!(config.encrypt, Encrypt::Login);
    assert!(config.trust);
    assert_eq!(config.connect_timeout, Some(Duration::from_secs(7)));
    let braces = parse("mssql:Data Source=h;UID=u;PWD={a}}b;c}").unwrap();
    assert!(braces.login == sql("u", "a}b;c"));
}

#[test]
fn what_is_left_out() {
    let config = parse("mssql://sa@127.0.0.1").unwrap();
    assert_eq!(config.encrypt, Encrypt::Insisted);
    assert!(config.trust);
    assert_eq!(config.port, None);
    assert_eq!(config.database, None);
    assert!(config.login == sql("sa", ""));
    let config = parse("mssql://sa:x@db.example").unwrap();
    assert_eq!(config.encrypt, Encrypt::Required);
    assert!(!config.trust);
    let config = parse("mssql://sa:x@[::1]:1500/").unwrap();
    assert_eq!(config.target(), "[::1]:1500");
    // A token is never sent in the open, not even to this machine.
    let config = parse("mssql://127.0.0.1/d?access_token=t").unwrap();
    assert_eq!(config.encrypt, Encrypt::Required);
    assert!(config.login == Login::Token("t".into()));
    let named = parse("mssql://sa:x@db.example%5CSQLEXPRESS").unwrap();
    assert_eq!(named.target(), "db.example\\SQLEXPRESS");
}

#[test]
fn the_environment_fills_in() {
    let set = |name: &str| Some(format!("{name}!"));
    let config = Config::parse_with("mssql://h/d", |name| {
        set(name).filter(|_| name != "MSSQL_ACCESS_TOKEN")
    });
    assert!(config.unwrap().login == sql("SQLCMDUSER!", "SQLCMDPASSWORD!"));
    let config = Config::parse_with("mssql://h/d", set).unwrap();
    assert!(config.login == Login::Token("MSSQL_ACCESS_TOKEN!".into()));
    let config = Config::parse_with("mssql://ann:x@h/d", set).unwrap();
    assert!(config.login == sql("ann", "x"));
}

#[test]
fn bad_ones_are_refused_without_the_password() {
    refused("mssql://h", "names no user");
    refused("mssql://u:s3cret@h?colour=red", "known are access_token");
    refused(
        "mssql://u:s3cret@h?encrypt=maybe",
        "off, login, required, strict",
    );
    refused("mssql://u:s3cret?x@h/d", "%3F");
    refused("mssql://u:s3cret/x@h/d", "%2F");
    refused("mssql://u:s3cret@h:port", "1 to 65535");
    refused("mssql://u:s3cret@::1", "brackets");
    refused("mssql:", "mssql://user:password@host");
    refused("mssql:Server=h;User Id=u;Password=a;s3cret", "no `=`");
    refused("mssql:Server=h;User Id=u;Password='s3cret", "no end");
    refused("mssql:Server=h;Integrated Security=SSPI", "Windows logins");
    refused("mssql:Server=np:h;User Id=u", "pipe");
    refused("mssql://h?access_token=s3cret&user=u", "a token and a user");
    refused(
        "mssql://u:s3cret@h?trust_server_certificate=true&server_certificate_ca=/ca.pem",
        "exclude each other",
    );
    refused(
        "mssql://u:s3cret@h?application_intent=maybe",
        "neither ReadOnly nor ReadWrite",
    );
    refused("mssql://u:s3cret@h?packet_size=100", "512 to 32767");
    refused(
        "mssql://u:s3cret@h?multi_subnet_failover=maybe",
        "neither true nor false",
    );
    refused(
        "mssql://u:s3cret@h?authentication=ActiveDirectoryMsi",
        "access_token",
    );
    refused(
        "mssql://u:s3cret@h?trust_server_certificate",
        "has no value",
    );
    refused("mssql://u:s3cret@[::1", "closing bracket");
    refused("mssql://u:s3cret@[::1]x", "other than a port");
    refused("postgres://u:s3cret@h", "`mssql:` or `sqlserver:`");
    refused(
        "mssql:Server=h;User Id=u;Password='a's3cret",
        "behind its quotes",
    );
}

#[test]
fn what_is_rarely_asked_for() {
    let config = parse(
        "mssql://u:p@[::1]:1444?application_intent=ReadOnly&multi_subnet_failover=yes&workstation_id=till\
         &host_name_in_certificate=db&encrypt=login&lock_timeout=0&integrated_security=false&authentication=Sql%20Password",
    )
    .unwrap();
    assert_eq!(config.target(), "[::1]:1444");
    assert!(config.read_only_intent && config.multi_subnet_failover);
    assert_eq!(config.workstation_id.as_deref(), Some("till"));
    assert_eq!(config.name_in_certificate.as_deref(), Some("db"));
    assert_eq!(config.encrypt, Encrypt::Login);
    let ado = parse(
        "mssql:Server=h;User Id=u;Password=\"a\"\"b\";Application Intent=ReadWrite;Encrypt=false",
    )
    .unwrap();
    assert!(ado.login == sql("u", "a\"b") && !ado.read_only_intent);
}

#[test]
fn secrets_are_not_shown() {
    let shown = format!("{:?}", parse("mssql://u:s3cret@h/d").unwrap());
    assert!(!shown.contains("s3cret"), "{shown}");
    let shown = format!("{:?}", parse("mssql://h/d?access_token=s3cret").unwrap());
    assert!(!shown.contains("s3cret"), "{shown}");
}
