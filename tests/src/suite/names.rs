//! Any text as a value, any text as a name: it comes back as it was, and never changes what a statement
//! means.

use noorm::prelude::*;
use noorm::repository::Changes;
use noorm::schema::TableName;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::{Engine, TestDatabase, conformance};

fn tables(engine: &Engine) -> String {
    engine.ddl("CREATE TABLE item (id $key, v $text, w $varchar(200));")
}

/// Characters that mean something to somebody, and any others.
fn text(max: usize) -> impl Strategy<Value = String> {
    let special: Vec<char> = "'\"`\\%_;-/*[](){}$?:@#!|&<>=~^, \t\n\r\0nNtTx01."
        .chars()
        .collect();
    let far = vec![
        'ä',
        'ß',
        'İ',
        '日',
        '\u{200b}',
        '\u{feff}',
        '\u{1f600}',
        '\u{10ffff}',
        'e',
        '\u{301}',
    ];
    let character = prop_oneof![4 => select(special), 1 => select(far), 1 => any::<char>()];
    proptest::collection::vec(character, 0..max).prop_map(|all| all.into_iter().collect())
}

/// Runs an async check of many cases, from within a runtime; a case that fails is made smaller.
pub(super) fn check<S: Strategy>(
    cases: u32,
    strategy: S,
    check: impl AsyncFn(S::Value) -> Result<()>,
) {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    let runtime = tokio::runtime::Handle::current();
    let ran = TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    )
    .run(&strategy, |case| {
        let checked = tokio::task::block_in_place(|| runtime.block_on(check(case)));
        checked.map_err(|error| TestCaseError::fail(format!("{error:?}")))
    });
    ran.unwrap_or_else(|failed| panic!("{failed}"));
}

fn case(holds: bool, what: &str) -> Result<()> {
    match holds {
        true => Ok(()),
        false => Err(Error::new(ErrorKind::Internal, what)),
    }
}

/// A row that no statement of these tests is about.
const INNOCENT: &str = "innocent";

async fn value_comes_back(db: &TestDatabase, value: &str) -> Result<()> {
    let items = db.repository("item")?;
    // A case that failed before has left its row.
    let others = items.query().filter(col("w").ne(INNOCENT));
    others.delete().await?;
    if value.contains('\0') {
        let written = items.create(record! { "v" => value, "w" => value }).await;
        let refused = written.as_ref().err().map(Error::kind);
        return match (db.engine().ways.nul_in_text, refused) {
            (
                false,
                Some(ErrorKind::Invalid | ErrorKind::InvalidValue | ErrorKind::TypeMismatch),
            ) => Ok(()),
            // Other servers of the same language may take none.
            (true, Some(ErrorKind::Database)) => Ok(()),
            (true, None) => nul_is_a_character(db, written?, value).await,
            other => case(false, &format!("NUL in a text: {other:?}")),
        };
    }
    let made = items.create(record! { "v" => value, "w" => value }).await?;
    let id = made.get::<i64>("id")?;
    case(made.get::<String>("v")? == value, "given back")?;
    let found = items.get(id).await?;
    case(
        found.get::<String>("v")? == value && found.get::<String>("w")? == value,
        "read",
    )?;
    let only = |filter: Expr<Record>| items.query().filter(filter).pluck::<i64>("id");
    for (what, filter) in [
        ("equal", col("w").eq(value)),
        ("in a list", col("w").in_list([value])),
        ("contained", col("w").contains(value) & col("id").eq(id)),
        (
            "at the start",
            col("w").starts_with(value) & col("id").eq(id),
        ),
        ("at the end", col("w").ends_with(value) & col("id").eq(id)),
        ("not other", !col("w").ne(value)),
    ] {
        let found = only(filter).await.map_err(|error| error.context(what))?;
        case(found == [id], &format!("{what}: {found:?}"))?;
    }
    let update = items.query().filter(col("w").eq(value));
    case(
        update.update(Changes::new().set(col("v"), value)).await? == 1,
        "updated",
    )?;
    case(
        items.query().filter(col("w").eq(value)).delete().await? == 1,
        "deleted",
    )?;
    let rest = items.all().await?;
    case(
        rest.len() == 1 && rest[0].get::<String>("v")? == INNOCENT,
        "the other row is as it was",
    )
}

/// It is looked for as any other, or not at all.
async fn nul_is_a_character(db: &TestDatabase, made: Record, value: &str) -> Result<()> {
    let items = db.repository("item")?;
    let id = made.get::<i64>("id")?;
    case(items.get(id).await?.get::<String>("v")? == value, "read")?;
    for (what, filter) in [
        ("equal", col("w").eq(value)),
        ("in a list", col("w").in_list([value])),
        ("contained", col("w").contains(value)),
        ("not another", col("w").ne(INNOCENT)),
        ("at the start", col("w").starts_with(value)),
        ("at the end", col("w").ends_with(value)),
        ("like", col("v").like(value.replace(['\\', '%', '_'], ""))),
    ] {
        match items.query().filter(filter).pluck::<i64>("id").await {
            Ok(found) if what == "like" => case(found.iter().all(|n| *n == id), what)?,
            Ok(found) => case(found == [id], &format!("{what}: {found:?}"))?,
            Err(error) => case(
                error.kind() == ErrorKind::InvalidValue,
                &format!("{what}: {error:?}"),
            )?,
        }
    }
    Ok(())
}

/// Makes a table of a strange name, with columns of strange names, if the server takes them; uses it.
async fn name_is_a_name(db: &TestDatabase, names: &[String; 3], taken: &mut u32) -> Result<()> {
    let engine = db.engine();
    let [table, one, two] = names;
    let quoted = |name: &str| (engine.quote)(name);
    let [key, varchar, int] = ["$key", "$varchar", "$int"].map(|word| engine.ddl(word));
    let ddl = format!(
        "CREATE TABLE {} (id {key}, {} {varchar}(60), {} {int})",
        quoted(table),
        quoted(one),
        quoted(two)
    );
    if db.raw(ddl).await.is_err() {
        return Ok(());
    }
    let schema = db.refresh().await?;
    let found = schema.tables.iter().find(|t| t.name == *table);
    let Some(found) = found.filter(|t| t.column(one).is_some() && t.column(two).is_some()) else {
        // Some servers fold a name, or cut it; then it's not what was asked for.
        let _ = db.raw(format!("DROP TABLE {}", quoted(table))).await;
        return Ok(());
    };
    *taken += 1;
    let name: TableName = found.table_name();
    let rows = db.repository(name)?;
    let record = |text: &str, n: i64| {
        let mut record = Record::default();
        record.set(one.as_str(), text);
        record.set(two.as_str(), n);
        record
    };
    rows.create_many([record("a", 1), record("b", 2), record("c", 3)])
        .await?;
    let two = two.as_str();
    let query = || {
        rows.query()
            .filter(col(two).ge(2) & col(one.as_str()).ne("c"))
    };
    let all = query().all().await?;
    case(
        all.len() == 1 && all[0].get::<String>(one)? == "b",
        "read by its names",
    )?;
    case(
        query()
            .update(Changes::new().set(col(two), col(two).plus(5)))
            .await?
            == 1,
        "updated",
    )?;
    let sorted = rows
        .query()
        .order_by([col(two).desc()])
        .pluck::<i64>(col(two))
        .await?;
    case(sorted == [7, 3, 1], "sorted by its name")?;
    case(
        query().delete().await? == 1 && rows.count().await? == 2,
        "deleted",
    )?;
    let drop = format!("DROP TABLE {}", quoted(table));
    db.raw(drop).await.map(drop_outcome)
}

fn drop_outcome<T>(_: T) {}

conformance! {
    async fn any_text_comes_back_as_a_value(db) on tables {
        db.repository("item")?.create(record! { "v" => INNOCENT, "w" => INNOCENT }).await?;
        check(60, text(40), async |value: String| value_comes_back(&db, &value).await);
    }

    async fn any_text_is_a_name(db) on tables {
        let item = db.repository("item")?;
        item.create(record! { "v" => INNOCENT }).await?;
        let taken = std::sync::Mutex::new(0);
        // Most servers have some characters that they take in no name.
        let usual = |c: &char| ('\u{1}'..='\u{ffff}').contains(c);
        let usual = move || text(14).prop_map(move |name| name.chars().filter(usual).collect::<String>());
        let common = select(vec!["a b", "it's", "select", "a`b", "ünï", "100%", "a.b", "--", "a;b", "?"]);
        let name = |end: &'static str| {
            let name = prop_oneof![6 => common.clone().prop_map(str::to_owned), 3 => usual(), 1 => text(14)];
            name.prop_map(move |name| format!("{name}{end}"))
        };
        check(24, [name("x"), name("y"), name("z")], async |names: [String; 3]| {
            let mut count = 0;
            let used = name_is_a_name(&db, &names, &mut count).await;
            *taken.lock().unwrap() += count;
            used
        });
        let taken = *taken.lock().unwrap();
        assert!(taken >= 4, "only {taken} names were taken");
        assert_eq!(item.count().await?, 1);
    }
}
