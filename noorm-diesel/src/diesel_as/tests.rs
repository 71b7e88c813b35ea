use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;

use super::*;

diesel::table! {
    held (id) {
        id -> Integer,
        total -> Nullable<Double>,
        token -> Nullable<Text>,
        at -> Nullable<Timestamp>,
        extras -> Nullable<Text>,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Extra {
    Lyrics,
    Poster,
}

impl Word for Extra {
    const WORDS: &'static [&'static str] = &["lyrics", "poster"];

    fn word(&self) -> &'static str {
        Self::WORDS[*self as usize]
    }

    fn of_word(word: &str) -> Option<Self> {
        match word {
            "lyrics" => Some(Self::Lyrics),
            "poster" => Some(Self::Poster),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = held)]
struct Held {
    #[diesel(deserialize_as = Null<Decimal>)]
    total: Option<BigDecimal>,
    #[diesel(deserialize_as = Null<UuidText>)]
    token: Option<Uuid>,
    #[diesel(deserialize_as = Null<UtcTimestamp>)]
    at: Option<DateTime<Utc>>,
    #[diesel(deserialize_as = Null<WordsText>)]
    extras: Option<Words<Extra>>,
}

#[derive(Insertable)]
#[diesel(table_name = held)]
struct NewHeld {
    id: i32,
    #[diesel(serialize_as = Decimal)]
    total: BigDecimal,
    #[diesel(serialize_as = UuidText)]
    token: Uuid,
    #[diesel(serialize_as = UtcTimestamp)]
    at: DateTime<Utc>,
    #[diesel(serialize_as = WordsText)]
    extras: Words<Extra>,
}

fn connection() -> SqliteConnection {
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    let table =
        "CREATE TABLE held (id INTEGER PRIMARY KEY, total REAL, token TEXT, at TEXT, extras TEXT)";
    connection.batch_execute(table).unwrap();
    connection
}

fn read(connection: &mut SqliteConnection) -> QueryResult<Held> {
    held::table.select(Held::as_select()).first(connection)
}

#[test]
fn what_diesel_writes_it_reads_again() {
    let connection = &mut connection();
    let total: BigDecimal = "12.50".parse().unwrap();
    let token = Uuid::from_u128(7);
    let at: DateTime<Utc> = "2026-01-02T03:04:05.678Z".parse().unwrap();
    let extras = Words::from_iter([Extra::Poster, Extra::Lyrics]);
    let new = NewHeld {
        id: 1,
        total: total.clone(),
        token,
        at,
        extras: extras.clone(),
    };
    let inserted = diesel::insert_into(held::table)
        .values(new)
        .execute(connection);
    assert_eq!(inserted, Ok(1));

    let row = read(connection).unwrap();
    assert_eq!(row.total, Some(total.normalized()));
    assert_eq!(
        (row.token, row.at, row.extras),
        (Some(token), Some(at), Some(extras))
    );
    let (token, extras): (Option<String>, Option<String>) = held::table
        .select((held::token, held::extras))
        .first(connection)
        .unwrap();
    assert_eq!(token.unwrap(), "00000000-0000-0000-0000-000000000007");
    assert_eq!(extras.unwrap(), "lyrics,poster");
}

#[test]
fn null_is_none() {
    let connection = &mut connection();
    connection
        .batch_execute("INSERT INTO held (id) VALUES (1)")
        .unwrap();
    let nothing = Held {
        total: None,
        token: None,
        at: None,
        extras: None,
    };
    assert_eq!(read(connection), Ok(nothing));
}

#[test]
fn what_cannot_be_read_is_told() {
    let connection = &mut connection();
    let mut told = |column: &str, value: &str| {
        let statement = format!("REPLACE INTO held (id, {column}) VALUES (1, {value})");
        connection.batch_execute(&statement).unwrap();
        read(connection).unwrap_err().to_string()
    };
    assert_eq!(told("token", "'seven'"), "`seven` is no UUID");
    assert_eq!(
        told("extras", "'lyrics,cover'"),
        "`lyrics,cover` has other words than the set"
    );
    assert_eq!(told("total", "9e999"), "`inf` is no decimal");
}
