//! What whoever listens to `tracing` hears of statements and transactions.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use noorm::prelude::*;
use noorm::relation::LazyLoading;
use noorm_tests::engines::{POSTGRES, SQLITE};
use noorm_tests::library::library;
use noorm_tests::probe::reading;
use noorm_tests::{Engine, TestDatabase, current_thread, run_on};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record as Recorded};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, Registry};

/// A span, or an event in one.
#[derive(Debug, Clone, Default)]
struct Heard {
    id: Option<Id>,
    name: &'static str,
    parent: Option<&'static str>,
    fields: BTreeMap<&'static str, String>,
    closed: bool,
}

impl Heard {
    fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }
}

impl Visit for Heard {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name(), value.to_owned());
    }
}

/// Keeps what noorm says.
#[derive(Clone, Default)]
struct Ear(Arc<Mutex<Vec<Heard>>>);

impl Ear {
    fn take(&self) -> Vec<Heard> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    fn change(&self, id: &Id, change: impl FnOnce(&mut Heard)) {
        let mut all = self.0.lock().unwrap();
        if let Some(heard) = all.iter_mut().find(|heard| heard.id.as_ref() == Some(id)) {
            change(heard);
        }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Ear {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if !["noorm", "tests"].contains(&attributes.metadata().target()) {
            return;
        }
        let span = context.span(id).unwrap();
        let mut heard = Heard {
            id: Some(id.clone()),
            name: attributes.metadata().name(),
            parent: span.parent().map(|parent| parent.name()),
            ..Heard::default()
        };
        attributes.record(&mut heard);
        self.0.lock().unwrap().push(heard);
    }

    fn on_record(&self, id: &Id, values: &Recorded<'_>, _: Context<'_, S>) {
        self.change(id, |heard| values.record(heard));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if event.metadata().target() == "noorm" {
            let parent = context.event_span(event).map(|span| span.name());
            let mut heard = Heard {
                name: "event",
                parent,
                ..Heard::default()
            };
            event.record(&mut heard);
            self.0.lock().unwrap().push(heard);
        }
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        self.change(&id, |heard| (heard.id, heard.closed) = (None, true));
    }
}

fn listen<F: Future<Output = Result<()>>>(
    engine: &'static Engine,
    test: impl FnOnce(TestDatabase, Ear) -> F,
) {
    run_on(&current_thread(), engine, library, async |db| {
        let ear = Ear::default();
        let _listening = tracing::subscriber::set_default(Registry::default().with(ear.clone()));
        test(db, ear).await
    });
}

async fn statements_are_spans(db: TestDatabase, ear: Ear) -> Result<()> {
    let system = if db.dialect() == "sqlite" {
        "sqlite"
    } else {
        "postgresql"
    };
    let authors = db.repository("author")?;
    let ann = authors.create(record! { "name" => "Ann" }).await?;
    let id = ann.get::<i64>("author_id")?;
    let [insert] = <[Heard; 1]>::try_from(ear.take()).unwrap();
    let table = insert.field("db.collection.name").unwrap().to_owned();
    assert!(table.ends_with("author"), "{table}");
    assert_eq!(
        (insert.name, insert.closed, insert.parent),
        ("query", true, None)
    );
    assert_eq!(insert.field("otel.kind"), Some("client"));
    assert_eq!(insert.field("db.system.name"), Some(system));
    assert_eq!(insert.field("db.operation.name"), Some("INSERT"));
    let summary = format!("INSERT {table}");
    assert_eq!(insert.field("db.query.summary"), Some(&*summary));
    assert_eq!(insert.field("otel.name"), Some(&*summary));
    let text = insert.field("db.query.text").unwrap();
    assert!(
        text.starts_with("INSERT INTO") && !text.contains("Ann"),
        "{text}"
    );
    if system == "postgresql" {
        let database = db.url().rsplit('/').next().unwrap().split('?').next();
        assert_eq!(insert.field("db.namespace"), database);
        assert!(insert.field("server.address").is_some());
    } else {
        assert_eq!(insert.field("server.address"), None);
    }
    authors.get(id).await?;
    let [select] = <[Heard; 1]>::try_from(ear.take()).unwrap();
    assert_eq!(select.field("db.operation.name"), Some("SELECT"));
    assert_eq!(select.field("db.response.returned_rows"), Some("1"));
    assert_eq!(select.field("error.type"), None);
    let _ = authors
        .create(record! { "author_id" => id, "name" => "Bob" })
        .await
        .unwrap_err();
    let [failed] = <[Heard; 1]>::try_from(ear.take()).unwrap();
    assert_eq!(failed.field("error.type"), Some("UniqueViolation"));
    assert_eq!(failed.field("otel.status_code"), Some("ERROR"));
    assert!(failed.field("db.response.status_code").is_some());
    // A value may stand in SQL without binds.
    db.run(reading(&db, "SELECT 'secret'")?).await?;
    let [raw] = <[Heard; 1]>::try_from(ear.take()).unwrap();
    assert_eq!(
        (raw.field("db.query.summary"), raw.field("db.query.text")),
        (Some("SELECT"), None)
    );
    db.run(reading(&db, &(db.engine().sql.numbers)(7))?).await?;
    assert_eq!(ear.take()[0].field("db.response.returned_rows"), Some("7"));
    Ok(())
}

async fn whatever_is_done_to_rows_has_a_name(db: TestDatabase, ear: Ear) -> Result<()> {
    let authors = db.repository("author")?;
    let ann = authors.create(record! { "name" => "Ann" }).await?;
    let id = ann.get::<i64>("author_id")?;
    let _ = ear.take();
    let named = || {
        let heard = ear.take();
        let named = heard
            .iter()
            .map(|heard| heard.field("db.operation.name").map(str::to_owned));
        named.collect::<Vec<_>>()
    };
    authors.update(id, record! { "name" => "Bob" }).await?;
    assert_eq!(named(), [Some("UPDATE".to_owned())]);
    authors.query().explain().await?;
    assert_eq!(named(), [Some("EXPLAIN".to_owned())]);
    authors.delete(id).await?;
    assert_eq!(named(), [Some("DELETE".to_owned())]);
    // Of SQL that a caller wrote, nobody knows.
    db.run(reading(&db, "SELECT 1")?).await?;
    assert_eq!(named(), [None]);
    Ok(())
}

async fn what_fails_half_way_says_so(db: TestDatabase, ear: Ear) -> Result<()> {
    let wrong = reading(&db, "SELECT missing FROM author")?;
    let failed = |heard: &Heard| {
        let status = heard.field("otel.status_code") == Some("ERROR");
        (status, heard.field("error.type").map(str::to_owned))
    };
    let error = db.stream(wrong.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownColumn);
    let expected = (true, Some("UnknownColumn".to_owned()));
    assert_eq!(failed(&ear.take()[0]), expected);

    let tx = db.begin().await?;
    assert!(tx.stream(wrong.clone()).await.is_err());
    let inner = tx.begin().await;
    tx.rollback().await?;
    let heard = ear.take();
    assert_eq!(heard[0].field("noorm.outcome"), Some("rolled_back"));
    assert_eq!(
        (heard[1].parent, failed(&heard[1])),
        (Some("transaction"), expected)
    );
    // PostgreSQL makes none in a transaction in which something has failed.
    let is_refused = db.dialect() == "postgres";
    assert_eq!(inner.is_err(), is_refused);
    assert_eq!(failed(&heard[2]).0, is_refused, "{heard:?}");
    assert_eq!(heard[2].field("otel.name"), Some("savepoint"));
    Ok(())
}

async fn streams_and_transactions_are_spans(db: TestDatabase, ear: Ear) -> Result<()> {
    use futures_util::TryStreamExt as _;
    let many = reading(&db, &(db.engine().sql.numbers)(3000))?;
    let mut stream = db.stream(many).await?;
    let mut rows = 0;
    while let Some(batch) = stream.try_next().await? {
        rows += batch.len();
    }
    assert!(!ear.0.lock().unwrap()[0].closed);
    drop(stream);
    let streamed = &ear.take()[0];
    assert_eq!(
        (rows, streamed.field("db.response.returned_rows")),
        (3000, Some("3000"))
    );
    assert!(streamed.closed);

    let tx = db.begin().await?;
    tx.repository("author")?
        .create(record! { "name" => "Ann" })
        .await?;
    let inner = tx.begin().await?;
    inner.repository("author")?.count().await?;
    {
        use tracing::Instrument as _;
        let own = tracing::info_span!(target: "tests", "own");
        let work = async { inner.repository("author")?.count().await };
        work.instrument(own).await?;
    }
    inner.rollback().await?;
    let kept = Transaction::clone(&tx);
    tx.commit().await?;
    let all: Vec<_> = ear.take();
    let seen: Vec<_> = all.iter().map(|heard| (heard.name, heard.parent)).collect();
    let expected = [
        ("transaction", None),
        ("query", Some("transaction")),
        ("transaction", Some("transaction")),
        ("query", Some("transaction")),
        ("own", None),
        ("query", Some("own")),
    ];
    assert_eq!(seen, expected);
    assert_eq!(all[0].field("noorm.outcome"), Some("committed"));
    assert_eq!(all[2].field("noorm.outcome"), Some("rolled_back"));
    assert_eq!(all[2].field("otel.name"), Some("savepoint"));
    assert!(all.iter().all(|heard| heard.closed), "{all:?}");
    drop(kept);
    drop(db.begin().await?);
    assert_eq!(ear.take()[0].field("noorm.outcome"), Some("rolled_back"));
    Ok(())
}

async fn values_are_shown_where_that_was_asked_for(db: TestDatabase, ear: Ear) -> Result<()> {
    let showing = db.again(|builder| builder.trace_binds(true)).await;
    let _ = ear.take();
    showing
        .repository("author")?
        .create(record! { "name" => "Ann" })
        .await?;
    let heard = ear.take();
    assert_eq!((heard[1].name, heard[1].parent), ("event", Some("query")));
    assert!(
        heard[1].field("binds").unwrap().contains("Ann"),
        "{heard:?}"
    );
    showing.run(reading(&showing, "SELECT 'open'")?).await?;
    assert_eq!(ear.take()[0].field("db.query.text"), Some("SELECT 'open'"));
    db.repository("author")?
        .create(record! { "name" => "Bob" })
        .await?;
    let heard = ear.take();
    assert!(
        heard.len() == 1 && !format!("{heard:?}").contains("Bob"),
        "{heard:?}"
    );
    Ok(())
}

async fn values_of_marked_columns_are_never_shown(db: TestDatabase, ear: Ear) -> Result<()> {
    let marked = |builder: noorm::database::Builder| {
        let builder = builder.trace_binds(true);
        builder.sensitive("author", ["email"])
    };
    let db = db.again(marked).await;
    let _ = ear.take();
    let binds = || {
        let heard = ear.take();
        let told = format!("{heard:?}");
        assert!(!told.contains("hunter2"), "{told}");
        let of = |heard: &Heard| heard.field("binds").map(str::to_owned);
        heard.iter().find_map(of)
    };
    let authors = db.repository("author")?;
    let ann = record! { "name" => "Ann", "email" => "hunter2" };
    authors.create(ann.clone()).await?;
    assert_eq!(binds().as_deref(), Some(r#"[Text("Ann"), …]"#));
    let error = authors.create(ann).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert!(!format!("{error:?} {error}").contains("hunter2"));
    assert!(std::error::Error::source(&error).is_none(), "{error:?}");
    binds().expect("those of the other column");
    let by_email = authors
        .query()
        .filter(col("email").in_list(["hunter2", "x"]));
    assert_eq!(by_email.count().await?, 1);
    assert_eq!(binds().as_deref(), Some("[…]"));
    let by_name = authors.query().filter(col("name").eq("Ann"));
    assert_eq!(by_name.count().await?, 1);
    assert_eq!(binds().as_deref(), Some(r#"[Text("Ann")]"#));
    let raw = "SELECT name FROM author WHERE email = :email";
    let found = db.raw(raw).bind("email", "hunter2").all().await?;
    assert_eq!(found.len(), 1);
    assert_eq!(binds().as_deref(), Some("[…]"));
    db.raw("SELECT 'hunter2'").await?;
    assert_eq!(binds().as_deref(), Some("[]"));
    // What has nothing to do with it is shown as ever.
    db.repository("log")?
        .create(record! { "message" => "open" })
        .await?;
    assert_eq!(binds().as_deref(), Some(r#"[Text("open")]"#));
    Ok(())
}

async fn whoever_loads_lazily_is_named(db: TestDatabase, ear: Ear) -> Result<()> {
    let lazy = |builder: noorm::database::Builder| builder.lazy_loading(LazyLoading::Reported);
    let db = db.again(lazy).await;
    let author = db.repository("author")?;
    let author = author.create(record! { "name" => "Ann" }).await?;
    let author = db
        .repository("author")?
        .get(author.get::<i64>("author_id")?)
        .await?;
    let _ = ear.take();
    let (asked, line) = (author.related("books"), line!());
    asked.load(&db).await?;
    let heard = ear.take();
    let told = heard
        .iter()
        .find(|heard| heard.field("relation") == Some("books"));
    let at = told.and_then(|told| told.field("at")).expect("a place");
    assert!(at.starts_with(&format!("{}:{line}:", file!())), "{at}");
    Ok(())
}

async fn marks_are_looked_up(db: TestDatabase, _: Ear) -> Result<()> {
    let builder = Database::builder(db.url()).sensitive("author", ["e_mail"]);
    let error = builder.connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownColumn);
    Ok(())
}

#[test]
fn sqlite() {
    listen(&SQLITE, values_of_marked_columns_are_never_shown);
    listen(&SQLITE, marks_are_looked_up);
    listen(&SQLITE, whoever_loads_lazily_is_named);
    listen(&SQLITE, statements_are_spans);
    listen(&SQLITE, whatever_is_done_to_rows_has_a_name);
    listen(&SQLITE, what_fails_half_way_says_so);
    listen(&SQLITE, streams_and_transactions_are_spans);
    listen(&SQLITE, values_are_shown_where_that_was_asked_for);
}

#[test]
fn postgres() {
    listen(&POSTGRES, values_of_marked_columns_are_never_shown);
    listen(&POSTGRES, statements_are_spans);
    listen(&POSTGRES, whatever_is_done_to_rows_has_a_name);
    listen(&POSTGRES, what_fails_half_way_says_so);
    listen(&POSTGRES, streams_and_transactions_are_spans);
    listen(&POSTGRES, values_are_shown_where_that_was_asked_for);
}
