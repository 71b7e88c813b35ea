//! Looking for a MySQL or MariaDB server, by the first packets of their protocol (MySQL's internals
//! manual, "Connection Phase": HandshakeV10, HandshakeResponse41, AuthSwitchRequest).

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use super::Server;

const ADDRESS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 3306);
const USER: &str = "root";
/// CLIENT_LONG_PASSWORD, CLIENT_PROTOCOL_41, CLIENT_SECURE_CONNECTION, CLIENT_PLUGIN_AUTH.
const CAPABILITIES: u32 = 0x0008_8201;
/// utf8mb4_general_ci
const COLLATION: u8 = 45;

/// What a server says to somebody who wants in.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Welcome { version: String },
    Refused { message: String },
}

/// Looks for a MySQL that lets root in without a password.
///
/// # Errors
/// There is none: in words why.
pub fn look_for_mysql() -> Result<Server, String> {
    look("MySQL", "mysql")
}

/// Looks for a MariaDB that lets root in without a password.
///
/// # Errors
/// There is none: in words why.
pub fn look_for_mariadb() -> Result<Server, String> {
    look("MariaDB", "mariadb")
}

fn look(product: &str, scheme: &str) -> Result<Server, String> {
    match ask(ADDRESS) {
        Ok(Answer::Welcome { version }) if product_of(&version) == product => Ok(Server {
            url: format!("{scheme}://{USER}@{ADDRESS}/"),
            description: format!("{product} {} on {ADDRESS}", number(&version)),
        }),
        Ok(Answer::Welcome { version }) => Err(format!(
            "the server on {ADDRESS} is a {}",
            product_of(&version)
        )),
        Ok(Answer::Refused { message }) => Err(format!("the server on {ADDRESS} says: {message}")),
        Err(cause) if cause.kind() == io::ErrorKind::InvalidData => {
            Err(format!("what answers on {ADDRESS} is no {product}"))
        }
        Err(_) => Err(format!("nothing answers on {ADDRESS}")),
    }
}

fn product_of(version: &str) -> &'static str {
    match version.contains("MariaDB") {
        true => "MariaDB",
        false => "MySQL",
    }
}

/// The number alone: `5.5.5-10.11.19-MariaDB-0+deb12u1` is 10.11.19; MariaDB once had to look like a MySQL.
fn number(version: &str) -> &str {
    let version = version.strip_prefix("5.5.5-").unwrap_or(version);
    version.split('-').next().unwrap_or(version)
}

/// Tells whether the server at an address takes logins yet.
pub fn answers(address: SocketAddr) -> bool {
    ask(address).is_ok()
}

fn ask(address: SocketAddr) -> io::Result<Answer> {
    let limit = Duration::from_secs(2);
    let mut stream = TcpStream::connect_timeout(&address, limit)?;
    stream.set_read_timeout(Some(limit))?;
    stream.set_write_timeout(Some(limit))?;
    converse(&mut stream)
}

/// Logs in with an empty password.
fn converse(stream: &mut (impl Read + Write)) -> io::Result<Answer> {
    let (_, greeting) = read_packet(stream)?;
    let version = match greeting.as_slice() {
        [10, rest @ ..] => {
            let end = rest.iter().position(|byte| *byte == 0);
            let version = end.and_then(|end| rest.get(..end));
            String::from_utf8_lossy(version.ok_or(io::ErrorKind::InvalidData)?).into_owned()
        }
        [0xff, rest @ ..] => return Ok(refused(rest)),
        _ => return Err(io::ErrorKind::InvalidData.into()),
    };
    write_packet(stream, 1, &login())?;
    loop {
        let (sequence, packet) = read_packet(stream)?;
        match packet.as_slice() {
            [0x00, ..] => {
                // COM_QUIT; a server that has hung up already doesn't mind.
                let _ = write_packet(stream, 0, &[1]);
                return Ok(Answer::Welcome { version });
            }
            [0xff, rest @ ..] => return Ok(refused(rest)),
            // Another way to log in: an empty password is the same in all of them.
            [0xfe, ..] => write_packet(stream, sequence.wrapping_add(1), &[])?,
            _ => return Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

fn login() -> Vec<u8> {
    let mut body = CAPABILITIES.to_le_bytes().to_vec();
    body.extend_from_slice(&(1_u32 << 24).to_le_bytes());
    body.push(COLLATION);
    body.extend_from_slice(&[0; 23]);
    body.extend_from_slice(USER.as_bytes());
    // The user ends with a NUL, the password is of length 0.
    body.extend_from_slice(&[0, 0]);
    body.extend_from_slice(b"mysql_native_password\0");
    body
}

/// An error: its number, perhaps `#` and an SQLSTATE, its message.
fn refused(rest: &[u8]) -> Answer {
    let text = rest.get(2..).unwrap_or_default();
    let text = match text {
        [b'#', state_and_text @ ..] => state_and_text.get(5..).unwrap_or_default(),
        text => text,
    };
    Answer::Refused {
        message: String::from_utf8_lossy(text).into_owned(),
    }
}

fn read_packet(stream: &mut impl Read) -> io::Result<(u8, Vec<u8>)> {
    let mut head = [0; 4];
    stream.read_exact(&mut head)?;
    let [a, b, c, sequence] = head;
    let length = usize::from(a) | usize::from(b) << 8 | usize::from(c) << 16;
    if length > 65_536 {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok((sequence, body))
}

fn write_packet(stream: &mut impl Write, sequence: u8, body: &[u8]) -> io::Result<()> {
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes();
    let [a, b, c, _] = length;
    stream.write_all(&[&[a, b, c, sequence], body].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that has said everything already, and listens.
    struct Scripted<'a>(&'a [u8], Vec<u8>);

    impl Read for Scripted<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(buffer)
        }
    }

    impl Write for Scripted<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.1.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn packet(sequence: u8, body: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_packet(&mut bytes, sequence, body).unwrap();
        bytes
    }

    fn check(packets: &[Vec<u8>], expected: Result<Answer, io::ErrorKind>) {
        let bytes = packets.concat();
        let mut stream = Scripted(&bytes, Vec::new());
        assert_eq!(converse(&mut stream).map_err(|e| e.kind()), expected);
    }

    #[test]
    fn a_server_that_lets_us_in_tells_its_version() {
        let welcome = Answer::Welcome {
            version: "9.7.4".to_owned(),
        };
        check(
            &[
                packet(0, b"\x0a9.7.4\0rest"),
                packet(2, b"\xfecaching_sha2_password\0salt"),
                packet(4, &[0, 0, 0]),
            ],
            Ok(welcome),
        );
    }

    #[test]
    fn a_server_may_refuse() {
        let refused = Answer::Refused {
            message: "Access denied".to_owned(),
        };
        check(
            &[
                packet(0, b"\x0a9.7.4\0rest"),
                packet(2, b"\xff\x15\x04#28000Access denied"),
            ],
            Ok(refused),
        );
    }

    #[test]
    fn something_else_may_answer() {
        check(&[b"HTTP/1.1".to_vec()], Err(io::ErrorKind::InvalidData));
        check(&[], Err(io::ErrorKind::UnexpectedEof));
    }

    #[test]
    fn versions_and_products() {
        let old = "5.5.5-10.6.1-MariaDB-log";
        assert_eq!((product_of(old), number(old)), ("MariaDB", "10.6.1"));
        assert_eq!(
            (product_of("9.7.4-2"), number("9.7.4-2")),
            ("MySQL", "9.7.4")
        );
    }
}
