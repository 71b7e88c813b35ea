//! Named instances, which the SQL Server Browser knows the ports of. These tests are its stand-in: it listens at a port
//! that can't be chosen, so that each has an address of its own, as Linux gives them.
#![cfg(target_os = "linux")]

use std::net::Ipv4Addr;

use noorm_core::ErrorKind;
use noorm_core::database::Database;
use noorm_mssql as _;
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, UdpSocket};

/// Answers one request with what `answer` makes of the instance's name.
async fn browser(at: Ipv4Addr, answer: impl FnOnce(&str) -> String) {
    let socket = UdpSocket::bind((at, 1434)).await.unwrap();
    let mut request = [0; 64];
    let (length, from) = socket.recv_from(&mut request).await.unwrap();
    // One instance is asked for, in code 4 (MC-SQLR, section 2.2.3).
    assert_eq!(request[0], 4);
    let answer = answer(std::str::from_utf8(&request[1..length]).unwrap());
    let size = u16::try_from(answer.len()).unwrap().to_le_bytes();
    let reply = [&[5], &size[..], answer.as_bytes()].concat();
    socket.send_to(&reply, from).await.unwrap();
}

#[tokio::test]
async fn the_browser_tells_the_port() {
    let at = Ipv4Addr::new(127, 43, 1, 1);
    let listener = TcpListener::bind((at, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = browser(at, |name| {
        assert_eq!(name, "SQLEXPRESS");
        format!("ServerName;H;InstanceName;{name};IsClustered;No;Version;16.0.1000.6;tcp;{port};;")
    });
    let greeted = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        // The type of a packet that begins a connection.
        assert_eq!(stream.read_u8().await.unwrap(), 0x12);
    };
    let url = format!("mssql://sa:s3cret@{at}/shop?instance=SQLEXPRESS&encrypt=off");
    let (error, (), ()) = tokio::join!(Database::connect(url), asked, greeted);
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{error}");
    assert!(error.to_string().contains("\\SQLEXPRESS"), "{error}");
    assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
}

#[tokio::test]
async fn an_instance_that_the_browser_does_not_know_is_told() {
    let at = Ipv4Addr::new(127, 43, 1, 2);
    let url = format!("mssql:Server={at}\\NOWHERE;User Id=sa;Password=s3cret;Encrypt=no");
    let asked = browser(at, |name| format!("ServerName;H;InstanceName;{name};;"));
    let (error, ()) = tokio::join!(Database::connect(url), asked);
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::HostNotFound, "{error}");
    assert!(error.to_string().contains("NOWHERE"), "{error}");
    assert!(error.help().unwrap().contains("Browser"), "{error:?}");
}
