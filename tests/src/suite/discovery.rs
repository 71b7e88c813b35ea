//! What is discovered of a schema of everything that is hard.

use std::fmt::Write as _;

use noorm::prelude::*;
use noorm::schema::{Action, Column, GeneratedStorage, Schema, Table};

use crate::{Engine, conformance};

/// Everything that is hard to discover.
#[must_use]
pub fn torture(engine: &Engine) -> String {
    let common = include_str!("../torture/common.sql");
    engine.ddl(&(common.to_owned() + &engine.torture.ddl.concat()))
}

/// A view that names a column which it doesn't group by, as MariaDB lets one by default, and one that has become invalid.
fn grouped(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE t (a $int NOT NULL PRIMARY KEY, b $int);
         CREATE TABLE gone (a $int NOT NULL PRIMARY KEY);
         CREATE VIEW g AS SELECT b, a FROM t GROUP BY b;
         CREATE VIEW lost AS SELECT a FROM gone;
         DROP TABLE gone;",
    )
}

conformance! {
    async fn views_are_read_as_their_server_reads_them(db) on grouped where (|engine| engine.name == "mariadb") {
        let names: Vec<_> = db.schema().table("g")?.columns.iter().map(|column| column.name.clone()).collect();
        assert_eq!(names, ["b", "a"]);
        db.repository("t")?.insert_many([record! { "a" => 1, "b" => 2 }, record! { "a" => 3, "b" => 2 }]).await?;
        assert_eq!(db.repository("g")?.all().await?.len(), 1);
        assert!(db.schema().table("lost")?.columns.is_empty());
        assert!(db.schema().notes.iter().any(|note| note.object.ends_with(".lost")), "{:?}", db.schema().notes);
    }

    async fn everything_hard_is_told(db) on torture {
        let engine = db.engine();
        let own = engine.torture.found.concat();
        let mut expected = include_str!("../torture/common.txt").to_owned();
        for (line, here) in engine.torture.differs {
            assert!(expected.contains(line), "no such line: {line}");
            expected = expected.replace(line, here);
        }
        same(&blocks(&(expected + "\n" + &own)), &blocks(&describe(&db.schema())));
    }

    async fn it_is_the_same_again(db) on torture {
        let again = db.again(|builder| builder).await;
        assert_eq!(describe(&again.schema()), describe(&db.schema()));
        assert_eq!(*again.schema(), *db.schema());
    }

    async fn everything_that_is_told_can_be_read(db) on torture {
        for table in &db.schema().tables {
            if table.name == "broken" {
                continue;
            }
            let rows = db.repository(&table.name)?.all().await;
            assert_eq!(rows.unwrap_or_else(|e| panic!("{}: {e}", table.name)).len(), 0);
        }
    }
}

/// Tells the logical facts of a schema, a block for each table.
fn describe(schema: &Schema) -> String {
    let mut out = String::new();
    let mut tables: Vec<_> = schema.tables.iter().collect();
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    // MySQL tells the default one, too, as a comparison has to name it.
    let country = tables.iter().find(|t| t.name == "country");
    let collation = country.and_then(|t| t.column("name")?.collation.clone());
    for table in tables {
        let mut table = Table::clone(table);
        for column in &mut table.columns {
            column
                .collation
                .take_if(|c| Some(&*c) == collation.as_ref());
        }
        describe_table(&mut out, &table);
    }
    let mut rest: Vec<String> = Vec::new();
    let enums = schema.enums.iter();
    rest.extend(enums.map(|e| format!("enum {}: {}", e.name, e.values.join(", "))));
    let domains = schema.domains.iter();
    rest.extend(domains.map(|d| {
        format!(
            "domain {}: {}, {} checks",
            d.name,
            d.column_type,
            d.checks.len()
        )
    }));
    let sequences = schema.sequences.iter().filter(|s| s.owned_by.is_none());
    rest.extend(sequences.map(|s| format!("sequence {}: {} by {}", s.name, s.start, s.increment)));
    rest.extend(
        schema
            .routines
            .iter()
            .map(|r| format!("{:?} {}", r.kind, r.name)),
    );
    let default = format!("{}.", schema.default_schema.as_deref().unwrap_or_default());
    let short = |text: &str| {
        if default.len() > 1 {
            text.replace(&default, "")
        } else {
            text.to_owned()
        }
    };
    rest.extend(
        schema
            .notes
            .iter()
            .map(|n| format!("note {}: {}", short(&n.object), short(&n.message))),
    );
    rest.sort();
    out + &rest.join("\n\n") + "\n"
}

fn describe_table(out: &mut String, table: &Table) {
    let mut line = |text: String| {
        let _ = writeln!(out, "{text}");
    };
    line(format!(
        "{:?} {}{}",
        table.kind,
        table.name,
        said(table.comment.as_deref())
    ));
    for column in &table.columns {
        line(format!(
            "  {}",
            describe_column(column, table.kind.is_view())
        ));
    }
    if let Some(key) = &table.primary_key {
        line(format!("  key {}", key.columns.join(", ")));
    }
    for unique in sorted(&table.unique, |u| u.name.clone()) {
        let nulls = if unique.nulls_not_distinct {
            " nulls too"
        } else {
            ""
        };
        line(format!(
            "  unique {}: {}{nulls}",
            named(unique.name.as_deref()),
            unique.columns.join(", ")
        ));
    }
    for key in sorted(&table.foreign_keys, |k| k.name.clone()) {
        let to = &key.references;
        line(format!(
            "  foreign key {}: {} -> {} ({}){}{}",
            named(key.name.as_deref()),
            key.columns.join(", "),
            to.table,
            to.columns.join(", "),
            action(" on delete", key.on_delete),
            action(" on update", key.on_update),
        ));
    }
    for index in sorted(&table.indexes, |i| Some(i.name.clone())) {
        if index.from_constraint {
            continue;
        }
        let parts = index.parts.iter().map(|part| {
            let length = part.length.map(|n| format!("({n})")).unwrap_or_default();
            format!(
                "{}{length}{}",
                part.text(),
                if part.descending { " desc" } else { "" }
            )
        });
        let parts: Vec<_> = parts.collect();
        let method = index
            .method
            .as_deref()
            .filter(|m| !["btree", "nonclustered"].contains(m));
        let method = method.map(|m| format!(" by {m}")).unwrap_or_default();
        let unique = if index.unique {
            "unique index"
        } else {
            "index"
        };
        let predicate = index
            .predicate
            .as_ref()
            .map(|p| format!(" where {p}"))
            .unwrap_or_default();
        let include = match index.include.is_empty() {
            true => String::new(),
            false => format!(" include {}", index.include.join(", ")),
        };
        line(format!(
            "  {unique} {}: {}{include}{predicate}{method}",
            index.name,
            parts.join(", ")
        ));
    }
    for check in sorted(&table.checks, |c| c.name.clone()) {
        line(format!("  check {}", named(check.name.as_deref())));
    }
    for trigger in &table.triggers {
        line(format!(
            "  trigger {}: {:?} {:?}",
            trigger.name, trigger.timing, trigger.events
        ));
    }
    if let Some(key) = &table.partition_key {
        let names: Vec<_> = table.partitions.iter().map(|p| p.name.as_str()).collect();
        line(format!("  partitions {key}: {}", names.join(", ")));
    }
    line(String::new());
}

/// Tells a column in one line; whether a view's may be NULL, engines guess.
fn describe_column(column: &Column, in_view: bool) -> String {
    let mut out = format!("{}: {}", column.name, column.column_type);
    let mut mark = |holds: bool, word: &str| {
        if holds {
            out.push(' ');
            out.push_str(word);
        }
    };
    mark(!column.nullable && !in_view, "not null");
    mark(column.auto_increment, "numbered");
    mark(column.default.is_some(), "default");
    mark(column.on_update.is_some(), "changes itself");
    mark(column.hidden, "hidden");
    mark(column.is_read_only(), "read-only");
    match column.generated.as_ref().map(|g| g.storage) {
        Some(GeneratedStorage::Stored) => mark(true, "stored"),
        Some(GeneratedStorage::Virtual) => mark(true, "virtual"),
        None => {}
    }
    let of = |what: &Option<String>, word: &str| {
        what.as_ref()
            .map(|w| format!(" {word} {w}"))
            .unwrap_or_default()
    };
    let domain = column
        .domain
        .as_ref()
        .map(|d| d.rsplit('.').next().unwrap_or_default().to_owned());
    let more =
        of(&column.collation, "collated") + &of(&domain, "of") + &said(column.comment.as_deref());
    out + &more
}

fn said(comment: Option<&str>) -> String {
    comment.map(|c| format!(" -- {c}")).unwrap_or_default()
}

fn named(name: Option<&str>) -> &str {
    name.unwrap_or("(no name)")
}

/// Tells an action. To restrict and to do nothing are the same where no key is deferred, and InnoDB tells
/// one for the other.
fn action(when: &str, action: Action) -> String {
    match action {
        Action::NoAction | Action::Restrict => String::new(),
        Action::Cascade => format!("{when} cascade"),
        Action::SetNull => format!("{when} set null"),
        Action::SetDefault => format!("{when} set default"),
    }
}

fn sorted<T, K: Ord>(all: &[T], by: impl Fn(&T) -> K) -> Vec<&T> {
    let mut all: Vec<_> = all.iter().collect();
    all.sort_by_key(|each| by(each));
    all
}

/// The blocks between blank lines, in order.
fn blocks(text: &str) -> Vec<String> {
    let blocks = text.split("\n\n").map(|block| block.trim().to_owned());
    let mut blocks: Vec<_> = blocks.filter(|block| !block.is_empty()).collect();
    blocks.sort();
    blocks
}

#[track_caller]
fn same(expected: &[String], found: &[String]) {
    let only = |these: &[String], those: &[String]| {
        let only: Vec<_> = these
            .iter()
            .filter(|b| !those.contains(b))
            .cloned()
            .collect();
        only.join("\n\n")
    };
    assert!(
        expected == found,
        "expected:\n\n{}\n\nfound instead:\n\n{}\n",
        only(expected, found),
        only(found, expected)
    );
}
