//! What server answers, and where MySQL and MariaDB differ.
//!
//! | | MySQL 8.4, 9 | MariaDB 10.11, 11 |
//! |---|---|---|
//! | `RETURNING` | none | of `INSERT` and `DELETE` |
//! | JSON | a type of its own; compared as JSON | `LONGTEXT` with a check; compared as text |
//! | a default in the catalog | bare, and a mark where it is an expression | as SQL |
//! | a check's name | one of the database | one of its table, or of its column |
//! | vectors as text | `VECTOR_TO_STRING` | `VEC_ToText` |
//! | the last second of a `TIMESTAMP` | in 2038 | in 2038; from 11.5 on in 2106 |
//! | rows as a document | in any order | in an order, as text |
//! | sequences, UUID, INET6, system versions | none | has them |

use noorm_core::sql::{JsonRows, JsonSyntax, Returning};

/// Which of the two a server is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Product {
    #[default]
    Mysql,
    Mariadb,
}

/// What a server told of itself when it was connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Server {
    pub(crate) product: Product,
    /// The largest packet that it takes, in bytes.
    pub(crate) max_allowed_packet: usize,
    /// The step between two numbers that it makes for new rows.
    pub(crate) increment: u64,
    /// The last second since 1970 that a `TIMESTAMP` keeps.
    pub(crate) last_second: u32,
}

impl Default for Server {
    /// What a server of the newest version takes by default.
    fn default() -> Self {
        Self {
            product: Product::default(),
            max_allowed_packet: 64 << 20,
            increment: 1,
            last_second: SIGNED_SECONDS,
        }
    }
}

impl Server {
    /// What follows from the version that a server gives.
    pub(crate) fn of(version: &str) -> Self {
        let product = Product::of(version);
        let wide = product == Product::Mariadb && at_least(version, (11, 5));
        Self {
            product,
            last_second: if wide { u32::MAX } else { SIGNED_SECONDS },
            ..Self::default()
        }
    }
}

/// A `TIMESTAMP` counts seconds in 32 bits; one of them was long left to a sign.
const SIGNED_SECONDS: u32 = i32::MAX.cast_unsigned();

/// Compares the first two numbers of a version: `11.8.9-MariaDB`. MariaDB may put `5.5.5-` before its own,
/// for clients that know of nothing newer.
fn at_least(version: &str, least: (u32, u32)) -> bool {
    let own = version.strip_prefix("5.5.5-").unwrap_or(version);
    let mut numbers = own
        .split(|c: char| !c.is_ascii_digit())
        .map(|digits| digits.parse().unwrap_or(0));
    let own = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    own >= least
}

impl Product {
    /// Tells by the version that a server gives.
    pub(crate) fn of(version: &str) -> Self {
        if version.to_ascii_lowercase().contains("mariadb") {
            Self::Mariadb
        } else {
            Self::Mysql
        }
    }

    /// The name of its way to write SQL.
    pub(crate) fn flavor(self) -> &'static str {
        match self {
            Self::Mysql => "mysql",
            Self::Mariadb => "mariadb",
        }
    }

    /// Which writes can give their rows back.
    pub(crate) fn returning(self) -> Returning {
        match self {
            Self::Mysql => Returning::NONE,
            Self::Mariadb => Returning::of(true, false, true),
        }
    }

    /// Whether rows keep an order in a document.
    pub(crate) fn json_rows(self) -> JsonRows {
        match self {
            Self::Mysql => JsonRows::Unordered,
            Self::Mariadb => JsonRows::Ordered,
        }
    }

    /// How rows are made a document. MySQL's aggregate has no order; MariaDB's has, and gives text.
    pub(crate) fn json_syntax(self) -> JsonSyntax {
        let syntax = JsonSyntax {
            before: "COALESCE(JSON_ARRAYAGG(JSON_ARRAY(",
            after_row: ")",
            after: "), JSON_ARRAY())",
            behind: "",
            orders_inside: true,
            names_values: false,
        };
        match self {
            Self::Mysql => syntax,
            Self::Mariadb => JsonSyntax {
                after: "), '[]')",
                ..syntax
            },
        }
    }

    /// The functions that read a vector as text and make one of text.
    pub(crate) fn vector_functions(self) -> (&'static str, &'static str) {
        match self {
            Self::Mysql => ("VECTOR_TO_STRING", "STRING_TO_VECTOR"),
            Self::Mariadb => ("VEC_ToText", "VEC_FromText"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn told_by_its_version() {
        assert_eq!(Product::of("9.7.4-2"), Product::Mysql);
        assert_eq!(Product::of("8.4.3"), Product::Mysql);
        assert_eq!(Product::of("10.11.19-MariaDB-0+deb12u1"), Product::Mariadb);
        assert_eq!(Product::of("5.5.5-10.6.1-MariaDB"), Product::Mariadb);
    }

    #[test]
    fn the_last_moment_follows_from_the_version() {
        let last = |version| Server::of(version).last_second;
        assert_eq!(last("9.7.4-2"), 2_147_483_647);
        assert_eq!(last("12.0.1"), 2_147_483_647);
        assert_eq!(last("10.11.19-MariaDB-0+deb12u1"), 2_147_483_647);
        assert_eq!(last("11.4.2-MariaDB"), 2_147_483_647);
        assert_eq!(last("11.5.1-MariaDB"), 4_294_967_295);
        assert_eq!(last("5.5.5-11.8.9-MariaDB-4 from Debian"), 4_294_967_295);
        assert_eq!(last("12.0.1-MariaDB"), 4_294_967_295);
        assert_eq!(last(""), 2_147_483_647);
    }
}
