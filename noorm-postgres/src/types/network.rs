//! `inet` and `cidr`, as PostgreSQL prints them.
//!
//! They are read in binary because the cast to text prints another text than the type's own output:
//! `'::1'::inet::text` is `::1/128`.

use std::net::{Ipv4Addr, Ipv6Addr};

use noorm_core::Value;

use super::decode::take;

/// As `inet_recv` in `network.c` has it: the family, the prefix's bits, whether it is a `cidr`, the
/// address behind its length.
pub(super) fn decode(mut raw: &[u8]) -> Option<Value> {
    let raw = &mut raw;
    let [family, bits, is_cidr, length] = take(raw)?;
    let (address, all) = match (family, length) {
        (2, 4) => (Ipv4Addr::from(take::<4>(raw)?).to_string(), 32),
        (3, 16) => (v6_text(Ipv6Addr::from(take::<16>(raw)?)), 128),
        _ => return None,
    };
    if !raw.is_empty() || bits > all {
        return None;
    }
    Some(Value::Text(match is_cidr == 0 && bits == all {
        true => address,
        false => format!("{address}/{bits}"),
    }))
}

/// PostgreSQL shows the IPv4 address that ends a deprecated "compatible" one; Rust doesn't.
fn v6_text(address: Ipv6Addr) -> String {
    match address.octets() {
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d] if (a, b) != (0, 0) => {
            format!("::{}", Ipv4Addr::new(a, b, c, d))
        }
        _ => address.to_string(),
    }
}
