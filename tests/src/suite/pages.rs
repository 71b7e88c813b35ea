//! Pages by a cursor: together they are the whole, in every order, whatever happens in between.

use noorm::executor::Row;
use noorm::prelude::*;
use noorm::repository::{CursorPage, Seek};
use noorm::statement::{Column, Order};

use crate::{Engine, conformance};

fn items(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE item (id $key, kind $int NOT NULL, stars $int, name $varchar(20), score $float,
             at $datetime, ready $bool, price decimal(10, 2));",
    )
}

fn keyless(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE loose (a $int, b $int);
         CREATE TABLE coded (a $int, code $varchar(20) NOT NULL, CONSTRAINT coded_code UNIQUE (code));
         CREATE TABLE paired (a $int NOT NULL, b $int NOT NULL, c $int, PRIMARY KEY (b, a));
         CREATE VIEW seen AS SELECT a, b FROM loose;",
    )
}

/// Numbers that look random, and are the same in every run (Knuth's generator of 64 bits).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    /// A number below `sides`.
    pub(super) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// A row of which every value but the key comes several times, and may be NULL but for `kind`.
fn item(dice: &mut Dice) -> Record {
    let mut some = |value: fn(u64) -> Value| match dice.roll(4) {
        0 => Value::Null,
        n => value(n + dice.roll(2)),
    };
    let moment = |n: u64| Value::from(format!("2026-02-0{}T03:04:05.00000{}", n % 2 + 1, n));
    record! {
        "stars" => some(Value::from),
        "name" => some(|n| ["a", "B", "b", "ä", "z "][usize::try_from(n).unwrap()].into()),
        "score" => some(|n| [0.0, -0.0, 0.1, -1.5e300, 1e-300][usize::try_from(n).unwrap()].into()),
        "at" => some(moment),
        "ready" => some(|n| Value::Bool(n > 2)),
        "price" => some(|n| format!("{n}.1").into()),
        "kind" => dice.roll(3),
    }
}

async fn fill(db: &Database, dice: &mut Dice, count: usize) -> Result<()> {
    let items: Vec<_> = (0..count).map(|_| item(dice)).collect();
    db.repository("item")?.create_many(items).await?;
    Ok(())
}

/// An order over some of the columns, and the key that breaks its ties; how NULLs stand is left to the
/// database, or is said.
fn order(dice: &mut Dice) -> (Vec<Order<Record>>, Order<Record>) {
    let mut columns = vec!["kind", "stars", "name", "score", "at", "ready", "price"];
    let mut down = false;
    let count = 1 + dice.roll(3);
    let parts = (0..count).map(|_| {
        let len = u64::try_from(columns.len()).unwrap();
        let column = col(columns.remove(usize::try_from(dice.roll(len)).unwrap()));
        down = dice.roll(2) == 0;
        let order = if down { column.desc() } else { column.asc() };
        match dice.roll(3) {
            0 => order.nulls_first(),
            1 => order.nulls_last(),
            _ => order,
        }
    });
    let parts = parts.collect();
    (
        parts,
        if down {
            col("id").desc()
        } else {
            col("id").asc()
        },
    )
}

fn ids(items: &[Record]) -> Vec<i64> {
    items.iter().map(|item| item.get("id").unwrap()).collect()
}

/// Every page from the first to the last; the way back gives the same ones.
async fn pages(query: &Query<Record>, size: u64) -> Result<Vec<CursorPage<Record>>> {
    let mut pages = vec![query.clone().cursor_page(size, Seek::Start).await?];
    while let Some(next) = pages.last().and_then(|page| page.next.clone()) {
        pages.push(query.clone().cursor_page(size, Seek::After(&next)).await?);
    }
    for pair in pages.windows(2) {
        let back = pair[1].previous.as_deref().unwrap();
        let before = query.clone().cursor_page(size, Seek::Before(back)).await?;
        assert_eq!(before, pair[0]);
    }
    Ok(pages)
}

/// Every row, page by page from the last one.
async fn from_behind(query: &Query<Record>, size: u64) -> Result<Vec<i64>> {
    let mut page = query.clone().cursor_page(size, Seek::End).await?;
    assert_eq!(page.next, None);
    let mut all = ids(&page.items);
    while let Some(previous) = page.previous {
        page = query
            .clone()
            .cursor_page(size, Seek::Before(&previous))
            .await?;
        assert!(page.next.is_some());
        all.splice(0..0, ids(&page.items));
    }
    Ok(all)
}

struct Name(String);

impl FromRow for Name {
    fn columns() -> Option<&'static [&'static str]> {
        Some(&["name"])
    }

    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self(row.take(0)?))
    }
}

impl Entity for Name {
    const TABLE: &'static str = "item";
}

impl Name {
    const STARS: Column<Self, Option<i64>> = Column::new("stars");
}

conformance! {
    async fn they_add_up_to_the_whole_in_any_order(db) on items {
        let mut dice = Dice(4);
        fill(&db, &mut dice, 60).await?;
        let items = db.repository("item")?.query();
        for _ in 0..30 {
            let (parts, key) = order(&mut dice);
            let whole = items.clone().order_by(parts.clone()).order_by([key]);
            let whole = ids(&whole.all().await?);
            let query = items.clone().order_by(parts.clone());
            let size = 1 + dice.roll(17);
            let pages = pages(&query, size).await?;
            let all: Vec<_> = pages.iter().flat_map(|page| ids(&page.items)).collect();
            assert_eq!(all, whole, "{parts:?} by {size}");
            let size = 1 + dice.roll(17);
            assert_eq!(from_behind(&query, size).await?, whole, "{parts:?} by {size} from behind");
        }
    }

    async fn a_column_may_be_named_twice(db) on items {
        fill(&db, &mut Dice(7), 10).await?;
        let items = db.repository("item")?.query();
        let twice = items.clone().order_by(["-id", "kind", "id"]);
        assert_eq!(from_behind(&twice, 4).await?, ids(&items.order_by(["-id"]).all().await?));
    }

    async fn filters_hold_on_every_page(db) on items {
        fill(&db, &mut Dice(5), 40).await?;
        let some = db.repository("item")?.query().filter(col("kind").eq(1) | col("stars").is_null());
        let whole = ids(&some.clone().order_by(["id"]).all().await?);
        let pages = pages(&some, 3).await?;
        assert!(pages.len() > 3);
        assert_eq!(pages.iter().flat_map(|page| ids(&page.items)).collect::<Vec<_>>(), whole);
    }

    async fn the_ends_are_known(db) on items {
        let items = db.repository("item")?.query().order_by(["kind"]);
        for seek in [Seek::Start, Seek::End] {
            let none = items.clone().cursor_page(3, seek).await?;
            assert_eq!((none.items.len(), none.next, none.previous), (0, None, None));
        }
        for kind in 0..6 {
            db.repository("item")?.create(record! { "kind" => kind }).await?;
        }
        let kinds = |page: &CursorPage<Record>| -> Vec<i64> {
            page.items.iter().map(|item| item.get("kind").unwrap()).collect()
        };
        let first = items.clone().cursor_page(3, None).await?;
        assert_eq!((kinds(&first), first.previous), (vec![0, 1, 2], None));
        // Full, and the last one nevertheless.
        let second = items.clone().cursor_page(3, first.next.as_deref()).await?;
        assert_eq!((kinds(&second), &second.next), (vec![3, 4, 5], &None));
        let last = items.clone().cursor_page(4, Seek::End).await?;
        assert_eq!(kinds(&last), [2, 3, 4, 5]);
        let all = items.clone().cursor_page(6, Seek::Start).await?;
        assert_eq!((all.items.len(), all.next, all.previous), (6, None, None));
        // As many as there can be.
        let all = items.cursor_page(u64::try_from(i64::MAX).unwrap() - 1, Seek::Start).await?;
        assert_eq!(all.items.len(), 6);
    }

    async fn rows_that_come_and_go_shift_nothing(db) on items {
        let table = db.repository("item")?;
        for kind in (0..20).step_by(2) {
            table.create(record! { "kind" => kind }).await?;
        }
        let items = table.query().order_by(["-kind"]);
        let first = items.clone().cursor_page(3, Seek::Start).await?;
        let kinds = |page: &CursorPage<Record>| -> Vec<i64> {
            page.items.iter().map(|item| item.get("kind").unwrap()).collect()
        };
        assert_eq!(kinds(&first), [18, 16, 14]);
        // Before the cursor, behind it, and the row that it stands at.
        table.create_many([19, 17, 11].map(|kind| record! { "kind" => kind })).await?;
        table.delete(first.items[2].get::<i64>("id")?).await?;
        let second = items.clone().cursor_page(3, first.next.as_deref()).await?;
        assert_eq!(kinds(&second), [12, 11, 10]);
        let back = second.previous.as_deref().unwrap();
        let before = items.clone().cursor_page(10, Seek::Before(back)).await?;
        assert_eq!(kinds(&before), [19, 18, 17, 16]);
        // Nothing is left behind it.
        for row in items.clone().filter(col("kind").lt(10)).all().await? {
            table.delete(row.get::<i64>("id")?).await?;
        }
        let none = items.cursor_page(3, second.next.as_deref()).await?;
        assert_eq!((none.items.len(), none.next, none.previous), (0, None, None));
    }

    async fn values_of_other_types_than_the_columns_are_paged(db) on items where (|engine| !engine.ways.typed_columns) {
        let stored = [
            ("stars", ["'many'", "2.5", "x'00ff'", "'10'", "-3"]),
            ("at", ["'2026-02-01T00:00:00'", "'2026-02-01 00:00:00'", "1700000000", "'now'", "'2026-02-01 00:00:00.000'"]),
            ("price", ["0.1 + 0.2", "'dear'", "7", "'1e400'", "-0.0"]),
            ("ready", ["2", "'t'", "1", "0", "1.5"]),
            ("name", ["'a'", "x'61'", "12", "'B'", "char(0)"]),
        ];
        let items = db.repository("item")?.query();
        for (column, values) in stored {
            for value in values.into_iter().chain(["NULL"]).cycle().take(11) {
                db.raw(format!("INSERT INTO item (kind, {column}) VALUES (0, {value})")).await?;
            }
            for order in [format!("-{column}"), column.to_owned()] {
                let key = if order.starts_with('-') { "-id" } else { "id" };
                let query = items.clone().order_by([order]).select(["id"]);
                let whole = query.clone().order_by([key]).all().await?;
                let pages = pages(&query, 2).await?;
                let all: Vec<_> = pages.into_iter().flat_map(|page| page.items).collect();
                assert_eq!(all, whole, "{query:?}");
            }
        }
    }

    async fn what_is_no_cursor_of_the_order_is_refused(db) on items {
        fill(&db, &mut Dice(6), 5).await?;
        let items = db.repository("item")?.query();
        let by_kind = items.clone().order_by(["kind"]);
        let cursor = by_kind.clone().cursor_page(2, Seek::Start).await?.next.unwrap();
        let refused = async |query: &Query<Record>, cursor: &str, part: &str| {
            for seek in [Seek::After(cursor), Seek::Before(cursor)] {
                let error = query.clone().cursor_page(2, seek).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidCursor, "{error:?}");
                assert!(error.message().contains(part) && error.help().is_some(), "{error:?}");
            }
        };
        for wrong in ["", "x", "AAAAAAAAAAAAAAAAAAAAAAAA", "'; DROP TABLE item", &cursor[1..], &cursor[..9]] {
            refused(&by_kind, wrong, "cut or changed").await;
        }
        for at in 0..cursor.len() {
            let mut other = cursor.clone();
            other.replace_range(at..=at, if &cursor[at..=at] == "x" { "y" } else { "x" });
            refused(&by_kind, &other, "cut or changed").await;
        }
        for other in [vec!["-kind"], vec!["stars"], vec!["kind", "stars"], vec!["id"], vec![]] {
            refused(&items.clone().order_by(other), &cursor, "another table or order").await;
        }
        let nulls_first = items.clone().order_by([col("kind").asc().nulls_first()]);
        refused(&nulls_first, &cursor, "another table or order").await;
        // Other filters, and another size, are the reader's choice.
        let some = by_kind.filter(col("kind").ge(0));
        assert!(some.cursor_page(1, Seek::After(&cursor)).await?.items.len() == 1);
    }

    async fn a_cursor_of_another_table_is_refused(db) on keyless {
        db.repository("coded")?.create_many(["x", "y"].map(|code| record! { "code" => code })).await?;
        let coded = db.repository("coded")?.query().order_by(["a"]);
        let cursor = coded.cursor_page(1, Seek::Start).await?.next.unwrap();
        let paired = db.repository("paired")?.query().order_by(["a"]);
        let error = paired.cursor_page(1, Seek::After(&cursor)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidCursor);
    }

    async fn any_key_without_nulls_tells_rows_apart(db) on keyless {
        let coded = db.repository("coded")?;
        coded.create_many(["x", "z", "y"].map(|code| record! { "a" => 1, "code" => code })).await?;
        let pages = pages(&coded.query().order_by(["-a"]), 1).await?;
        let codes = pages.iter().map(|page| page.items[0].get::<String>("code"));
        assert_eq!(codes.collect::<Result<Vec<_>>>()?, ["z", "y", "x"]);
        let paired = db.repository("paired")?;
        let rows = [(1, 1), (2, 1), (1, 2), (2, 2)];
        paired.insert_many(rows.map(|(a, b)| record! { "a" => a, "b" => b })).await?;
        let by_c = paired.query().order_by(["c"]);
        let mut page = by_c.clone().cursor_page(1, Seek::Start).await?;
        let mut found = vec![(page.items[0].get::<i64>("a")?, page.items[0].get::<i64>("b")?)];
        while let Some(next) = &page.next {
            page = by_c.clone().cursor_page(1, Seek::After(next)).await?;
            found.push((page.items[0].get("a")?, page.items[0].get("b")?));
        }
        assert_eq!(found, rows);
    }

    async fn without_a_key_there_are_none(db) on keyless {
        for table in ["loose", "seen"] {
            for query in [db.repository(table)?.query(), db.repository(table)?.query().order_by(["a", "b"])] {
                let error = query.clone().cursor_page(3, Seek::Start).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidStatement);
                assert!(error.message().contains(table) && error.help().is_some(), "{error:?}");
                let error = query.in_batches(3).map(|_| ()).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidStatement);
            }
        }
    }

    async fn what_makes_no_sense_is_refused(db) on items {
        let items = db.repository("item")?.query();
        let wrong = [
            items.clone().cursor_page(0, Seek::Start).await,
            items.clone().cursor_page(u64::MAX, Seek::Start).await,
            items.clone().cursor_page(u64::try_from(i64::MAX).unwrap(), Seek::Start).await,
            items.clone().limit(3).cursor_page(2, Seek::Start).await,
            items.clone().offset(3).cursor_page(2, Seek::Start).await,
        ];
        for page in wrong {
            let error = page.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidStatement);
            assert!(error.help().is_some(), "{error:?}");
        }
        let unknown = items.order_by(["knid"]).cursor_page(2, Seek::Start).await.unwrap_err();
        assert_eq!(unknown.kind(), ErrorKind::UnknownColumn);
    }

    async fn an_entity_need_not_read_what_it_is_ordered_by(db) on items {
        let table = db.repository("item")?;
        for (stars, name) in [(Some(2), "b"), (None, "n"), (Some(1), "a"), (Some(2), "c")] {
            table.create(record! { "kind" => 0, "stars" => stars, "name" => name }).await?;
        }
        let names = db.of::<Name>()?.query().order_by([Name::STARS.asc().nulls_last()]);
        let mut page = names.clone().cursor_page(1, Seek::Start).await?;
        let mut found = vec![page.items[0].0.clone()];
        while let Some(next) = &page.next {
            page = names.clone().cursor_page(1, Seek::After(next)).await?;
            found.push(page.items[0].0.clone());
        }
        assert_eq!(found, ["a", "b", "c", "n"]);
        // Nor does a record that has a few of the columns; it is given no others.
        let some = table.query().select(["name"]).order_by(["-stars"]);
        let page = some.cursor_page(2, Seek::End).await?;
        assert_eq!(page.items[0].columns().collect::<Vec<_>>(), ["name"]);
        assert!(page.previous.is_some());
    }
}
