//! Connections on loan to Diesel; what it does with them is tested for each dialect by itself.

use crate::conformance;
use crate::library::library;
use noorm::executor::Lendable as _;
use noorm::prelude::*;
use noorm::sqlite::Connection;

conformance! {
    async fn a_connection_is_lent_as_what_it_is(db) on library needs "diesel" {
        let asked = db.diesel(async |_: &mut Connection| Ok::<_, Error>(7)).await;
        match (db.flavor().name(), asked) {
            ("sqlite", asked) => assert_eq!(asked?, 7),
            (_, Err(error)) if error.kind() == ErrorKind::TypeMismatch => {
                assert!(error.message().contains(Connection::NAME), "{error}");
            }
            (_, asked) => {
                asked?;
                panic!("a connection was lent as another one");
            }
        }
        assert_eq!(db.repository("author")?.count().await?, 0);
    }
}
