//! What server answers, and where MySQL and MariaDB differ.
//!
//! | | MySQL 8.4, 9 | MariaDB 10.11, 11 |
//! |---|---|---|
//! | `RETURNING` | none | of `INSERT` and `DELETE` |
//! | JSON | a type of its own; compared as JSON | `LONGTEXT` with a check; compared as text |
//! | a default in the catalog | bare, and a mark where it is an expression | as SQL |
//! | a check's name | one of the database | one of its table, or of its column |
//! | vectors as text | `VECTOR_TO_STRING` | `VEC_ToText` |
//! | sequences, UUID, INET6, system versions | none | has them |

use noorm_core::sql::Returning;

/// Which of the two a server is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Product {
    #[default]
    Mysql,
    Mariadb,
}

/// What a server told of itself when it was connected to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Server {
    pub(crate) product: Product,
    /// The largest packet that it takes, in bytes.
    pub(crate) max_allowed_packet: usize,
    /// The step between two numbers that it makes for new rows.
    pub(crate) increment: u64,
}

impl Default for Server {
    /// What a server of the newest version takes by default.
    fn default() -> Self {
        Self {
            product: Product::default(),
            max_allowed_packet: 64 << 20,
            increment: 1,
        }
    }
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
}
