//! What `noorm generate rust` and `noorm generate diesel` write for the schemas of the tests, of each engine.
//!
//! Nobody edits this: `tests/tests/generated.rs` holds it against what is generated, and with
//! `NOORM_BLESS=1` writes it anew. That it is here proves that it compiles without warnings.

pub mod built;

pub mod mariadb {
    //! MariaDB's.

    pub mod chinook;
    pub mod library;
    pub mod names;
    pub mod natives;
    pub mod torture;
}

pub mod mssql {
    //! SQL Server's.

    pub mod torture;
}

pub mod mysql {
    //! MySQL's.

    pub mod chinook;
    pub mod library;
    pub mod names;
    pub mod natives;
    pub mod torture;
}

pub mod postgres {
    //! PostgreSQL's.

    pub mod chinook;
    pub mod library;
    pub mod names;
    pub mod natives;
    pub mod torture;
}

pub mod sqlite {
    //! SQLite's.

    pub mod chinook;
    pub mod library;
    pub mod names;
    pub mod natives;
    pub mod torture;
}

pub mod both {
    //! Entities of noorm's that are Diesel's, too.

    pub mod mariadb {
        //! MariaDB's.

        pub mod chinook;
        pub mod library;
        pub mod names;
        pub mod natives;
        pub mod torture;
    }

    pub mod mysql {
        //! MySQL's.

        pub mod chinook;
        pub mod library;
        pub mod names;
        pub mod natives;
        pub mod torture;
    }

    pub mod postgres {
        //! PostgreSQL's.

        pub mod chinook;
        pub mod library;
        pub mod names;
        pub mod natives;
        pub mod torture;
    }

    pub mod sqlite {
        //! SQLite's.

        pub mod chinook;
        pub mod library;
        pub mod names;
        pub mod natives;
        pub mod torture;
    }
}

pub mod with_diesel {
    //! The same for Diesel.

    pub mod mariadb {
        //! MariaDB's.

        pub mod chinook;
        pub mod library;
        pub mod names;
        pub mod natives;
        pub mod torture;
    }

    pub mod mysql {
        //! MySQL's.

        pub mod chinook;
        pub mod library;
        pub mod names;
        pub mod natives;
        pub mod torture;
    }

    pub mod postgres {
        //! PostgreSQL's.

        pub mod chinook;
        pub mod library;
        pub mod names;
        pub mod natives;
        pub mod torture;
    }

    pub mod sqlite {
        //! SQLite's.

        pub mod chinook;
        pub mod library;
        pub mod names;
        pub mod natives;
        pub mod torture;
    }
}
