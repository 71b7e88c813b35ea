//! Whether a SQL Server takes logins, by the first packets of its protocol (MS-TDS, 2.2.6.5: PRELOGIN).

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A PRELOGIN packet with a version (of no meaning) and nothing else.
const PRELOGIN: [u8; 20] = [
    0x12, 0x01, 0x00, 0x14, 0x00, 0x00, 0x00, 0x00, // the header: type, last packet, length
    0x00, 0x00, 0x06, 0x00, 0x06, 0xff, // VERSION at 6, 6 bytes; the end
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
];
/// The type of an answer: TABULAR RESULT.
const RESULT: u8 = 0x04;

/// Tells whether a server answers there, which it does once it takes logins.
pub fn answers(address: SocketAddr) -> bool {
    ask(address).is_ok_and(|kind| kind == RESULT)
}

fn ask(address: SocketAddr) -> io::Result<u8> {
    let limit = Duration::from_secs(2);
    let mut stream = TcpStream::connect_timeout(&address, limit)?;
    stream.set_read_timeout(Some(limit))?;
    stream.set_write_timeout(Some(limit))?;
    stream.write_all(&PRELOGIN)?;
    let mut kind = [0; 1];
    stream.read_exact(&mut kind)?;
    Ok(kind[0])
}
