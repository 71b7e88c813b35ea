//! Looking for a PostgreSQL server, by the first messages of its protocol (manual, chapter
//! "Frontend/Backend Protocol": StartupMessage, AuthenticationOk, ErrorResponse, ParameterStatus).

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use super::Server;

const ADDRESS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 5432);
const USER: &str = "postgres";
const PROTOCOL_3_0: i32 = 196_608;
const UNKNOWN_DATABASE: &str = "3D000";
/// cannot_connect_now
const STARTING_UP: &str = "57P03";

/// What a server says to somebody who wants in.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Welcome { version: String },
    Password,
    Refused { code: String, message: String },
}

/// Looks for a server that lets the superuser in without a password, for its database `test` or, where
/// there is none, `postgres`.
///
/// # Errors
/// There is none: in words why.
pub fn look() -> Result<Server, String> {
    for database in ["test", "postgres"] {
        match ask(ADDRESS, database) {
            Ok(Answer::Welcome { version }) => {
                return Ok(Server {
                    url: format!("postgres://{USER}@{ADDRESS}/{database}"),
                    description: format!("PostgreSQL {version} on {ADDRESS}"),
                });
            }
            Ok(Answer::Password) => {
                return Err(format!("the server on {ADDRESS} wants a password"));
            }
            Ok(Answer::Refused { code, .. }) if code == UNKNOWN_DATABASE => {}
            Ok(Answer::Refused { message, .. }) => {
                return Err(format!("the server on {ADDRESS} says: {message}"));
            }
            Err(cause) if cause.kind() == io::ErrorKind::InvalidData => {
                return Err(format!("what answers on {ADDRESS} is no PostgreSQL"));
            }
            Err(_) => return Err(format!("nothing answers on {ADDRESS}")),
        }
    }
    Err(format!("the server on {ADDRESS} has no database"))
}

/// Tells whether the server at an address takes logins yet.
pub fn answers(address: SocketAddr) -> bool {
    match ask(address, "postgres") {
        Ok(Answer::Refused { code, .. }) => code != STARTING_UP,
        answer => answer.is_ok(),
    }
}

fn ask(address: SocketAddr, database: &str) -> io::Result<Answer> {
    let limit = Duration::from_secs(2);
    let mut stream = TcpStream::connect_timeout(&address, limit)?;
    stream.set_read_timeout(Some(limit))?;
    stream.set_write_timeout(Some(limit))?;
    stream.write_all(&startup(database))?;
    let answer = read_answer(&mut stream)?;
    // Terminate; a server that has hung up already doesn't mind.
    let _ = stream.write_all(b"X\0\0\0\x04");
    Ok(answer)
}

/// The message that opens a connection.
fn startup(database: &str) -> Vec<u8> {
    let mut body = PROTOCOL_3_0.to_be_bytes().to_vec();
    for text in ["user", USER, "database", database, ""] {
        body.extend_from_slice(text.as_bytes());
        body.push(0);
    }
    let length = i32::try_from(body.len() + 4).unwrap_or(i32::MAX);
    [length.to_be_bytes().as_slice(), &body].concat()
}

/// Reads messages until it is clear whether the server lets us in.
fn read_answer(stream: &mut impl Read) -> io::Result<Answer> {
    let mut version = String::from("of unknown version");
    loop {
        let mut head = [0; 5];
        stream.read_exact(&mut head)?;
        let [kind, length @ ..] = head;
        let length = usize::try_from(i32::from_be_bytes(length)).unwrap_or(0);
        if !(4..=65_536).contains(&length) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut body = vec![0; length - 4];
        stream.read_exact(&mut body)?;
        match (kind, body.as_slice()) {
            (b'R', [0, 0, 0, 0]) => {}
            (b'R', _) => return Ok(Answer::Password),
            (b'E', fields) => {
                return Ok(Answer::Refused {
                    code: field(fields, b'C'),
                    message: field(fields, b'M'),
                });
            }
            (b'S', body) => {
                let mut texts = body.split(|byte| *byte == 0).map(String::from_utf8_lossy);
                if texts.next().is_some_and(|name| name == "server_version")
                    && let Some(value) = texts.next()
                {
                    // Packagers add a name of their own: "15.20 (Debian 15.20-0+deb12u1)".
                    version = value.split(' ').next().unwrap_or_default().to_owned();
                }
            }
            (b'Z', _) => return Ok(Answer::Welcome { version }),
            (b'K' | b'N' | b'v', _) => {}
            _ => return Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

/// The field of an error message that starts with this letter.
fn field(fields: &[u8], letter: u8) -> String {
    fields
        .split(|byte| *byte == 0)
        .find_map(|text| text.strip_prefix(&[letter]))
        .map(|text| String::from_utf8_lossy(text).into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = i32::try_from(body.len() + 4).unwrap().to_be_bytes();
        [&[kind], length.as_slice(), body].concat()
    }

    fn check(messages: &[Vec<u8>], expected: Result<Answer, io::ErrorKind>) {
        let bytes = messages.concat();
        let answer = read_answer(&mut bytes.as_slice()).map_err(|error| error.kind());
        assert_eq!(answer, expected);
    }

    #[test]
    fn a_startup_message_counts_itself() {
        assert_eq!(
            startup("test"),
            b"\0\0\0\x25\0\x03\0\0user\0postgres\0database\0test\0\0"
        );
    }

    #[test]
    fn a_server_that_trusts_tells_its_version() {
        check(
            &[
                message(b'R', &[0, 0, 0, 0]),
                message(b'S', b"application_name\0\0"),
                message(b'S', b"server_version\x0015.20 (Debian 15.20-0+deb12u1)\0"),
                message(b'K', &[0; 8]),
                message(b'Z', b"I"),
            ],
            Ok(Answer::Welcome {
                version: "15.20".to_owned(),
            }),
        );
    }

    #[test]
    fn a_server_may_want_a_password() {
        check(
            &[message(b'R', b"\0\0\0\x0aSCRAM-SHA-256\0\0")],
            Ok(Answer::Password),
        );
    }

    #[test]
    fn a_server_may_refuse() {
        check(
            &[message(
                b'E',
                b"SFATAL\0C3D000\0Mdatabase \"test\" does not exist\0\0",
            )],
            Ok(Answer::Refused {
                code: UNKNOWN_DATABASE.to_owned(),
                message: "database \"test\" does not exist".to_owned(),
            }),
        );
    }

    #[test]
    fn something_else_may_answer() {
        check(
            &[b"HTTP/1.1 400 Bad Request\r\n".to_vec()],
            Err(io::ErrorKind::InvalidData),
        );
        check(&[], Err(io::ErrorKind::UnexpectedEof));
        check(&[message(b'R', &[])], Ok(Answer::Password));
    }
}
