use std::sync::Arc;

use expect_test::{Expect, expect};
use noorm_core::schema::{
    Column, ColumnType, Identity, PrimaryKey, Schema, Sequence, Table, TableKind, TableName,
    Trigger, TriggerEvent, TriggerTiming,
};
use noorm_core::sql::{SqlFlavor as _, render};
use noorm_core::statement::{
    Compare, Conflict, Delete, Function, Insert, Match, Node, OrderBy, Projection, Select, Tree,
    Update,
};

use super::MssqlFlavor;

/// `plain` has an identity, `keyed` a key of two, `loud` a trigger, `costly` a column that is cast, `bare`
/// no key, `spelt` a key with a collation of its own.
fn schema() -> Schema {
    let mut schema = Schema::new("mssql");
    let table = |name: &str, key: &[&str], columns: &[(&str, &str)]| {
        let mut table = Table::new(Some("dbo"), name, TableKind::Table);
        for (at, (name, native)) in (1..).zip(columns) {
            let logical = match *native {
                "int" => ColumnType::int(32),
                "money" => ColumnType::Decimal {
                    precision: Some(19),
                    scale: Some(4),
                },
                "text" | "varchar(20)" | "nvarchar(20)" => ColumnType::text(),
                other => ColumnType::Other {
                    native: other.to_owned(),
                },
            };
            table.columns.push(Column::new(*name, at, *native, logical));
        }
        if !key.is_empty() {
            let key = key.iter().map(|c| (*c).to_owned()).collect();
            table.primary_key = Some(PrimaryKey::new(None, key));
        }
        table
    };
    let numbered = |mut table: Table| {
        table.columns[0].identity = Some(Identity::Always);
        table
    };
    let fires = |mut table: Table, timing| {
        let events = vec![
            TriggerEvent::Insert,
            TriggerEvent::Update,
            TriggerEvent::Delete,
        ];
        table.triggers.push(Trigger::new("tr", timing, events));
        table
    };
    let collated = |mut table: Table| {
        table.columns[0].collation = Some("Latin1_General_CS_AS".to_owned());
        table
    };
    let columns = [("id", "int"), ("na]me", "nvarchar(20)")];
    let spelt = [("code", "nvarchar(20)"), ("v", "int")];
    for table in [
        collated(table("spelt", &["code"], &spelt)),
        numbered(table("plain", &["id"], &columns)),
        table(
            "keyed",
            &["b", "a"],
            &[("a", "int"), ("b", "int"), ("v", "varchar(20)")],
        ),
        fires(
            numbered(table("loud", &["id"], &columns)),
            TriggerTiming::After,
        ),
        fires(
            numbered(table("instead", &["id"], &columns)),
            TriggerTiming::InsteadOf,
        ),
        fires(table("heap", &[], &columns), TriggerTiming::After),
        numbered(table(
            "costly",
            &["id"],
            &[
                ("id", "int"),
                ("price", "money"),
                ("x", "xml"),
                ("h", "hierarchyid"),
                ("old", "text"),
            ],
        )),
        table("bare", &[], &columns),
        numbered(table("down", &["id"], &columns)),
    ] {
        schema.tables.push(Arc::new(table));
    }
    let mut sequence = Sequence::new(Some("dbo".into()), "down.id", "int");
    sequence.increment = -1;
    sequence.owned_by = Some("dbo.down.id".into());
    schema.sequences.push(sequence);
    schema
}

fn name(table: &str) -> TableName {
    TableName::new(Some("dbo"), table)
}

fn column(name: &str) -> Node {
    Node::Column(name.into())
}

fn equals(name: &str) -> Node {
    Node::Compare(Compare::Eq, Box::new(column(name)), Box::new(Node::Bind))
}

#[track_caller]
fn check(tree: &Tree, expected: Expect) {
    let text = match render(tree, &schema(), &MssqlFlavor) {
        Ok(rendered) => rendered.sql.to_string(),
        Err(error) => format!("{:?}: {error}", error.kind()),
    };
    expected.assert_eq(&text);
}

fn insert(table: &str, columns: &[&str], rows: usize) -> Tree {
    let mut insert = Insert::new(name(table), columns.iter().copied(), rows);
    insert.returning = Some(Projection::All);
    Tree::Insert(insert)
}

#[test]
fn inserts_give_their_rows_back() {
    check(
        &insert("plain", &["na]me"], 1),
        expect![[
            r#"INSERT INTO [dbo].[plain] ("na]me") OUTPUT inserted.[id], inserted."na]me" VALUES (@P1)"#
        ]],
    );
    check(
        &insert("plain", &["id", "na]me"], 1),
        expect![[
            r#"SET IDENTITY_INSERT [dbo].[plain] ON; INSERT INTO [dbo].[plain] ([id], "na]me") VALUES (@P1, @P2); SET IDENTITY_INSERT [dbo].[plain] OFF; SELECT t.[id], t."na]me" FROM [dbo].[plain] AS t INNER JOIN (VALUES (0, @P1)) AS w ([noorm number], [id]) ON t.[id] = w.[id]"#
        ]],
    );
    check(
        &insert("plain", &["na]me"], 2),
        expect![[
            r#"DECLARE @noorm TABLE ([id] int); INSERT INTO [dbo].[plain] ("na]me") OUTPUT inserted.[id] INTO @noorm ([id]) SELECT "na]me" FROM (VALUES (0, @P1), (1, @P2)) AS v ([noorm number], "na]me") ORDER BY [noorm number]; SELECT t.[id], t."na]me" FROM [dbo].[plain] AS t INNER JOIN @noorm AS w ON t.[id] = w.[id] ORDER BY w.[id]"#
        ]],
    );
    check(
        &insert("down", &["na]me"], 2),
        expect![[
            r#"DECLARE @noorm TABLE ([id] int); INSERT INTO [dbo].[down] ("na]me") OUTPUT inserted.[id] INTO @noorm ([id]) SELECT "na]me" FROM (VALUES (0, @P1), (1, @P2)) AS v ([noorm number], "na]me") ORDER BY [noorm number]; SELECT t.[id], t."na]me" FROM [dbo].[down] AS t INNER JOIN @noorm AS w ON t.[id] = w.[id] ORDER BY w.[id] DESC"#
        ]],
    );
    check(
        &insert("plain", &[], 1),
        expect![[
            r#"INSERT INTO [dbo].[plain] DEFAULT VALUES; SELECT t.[id], t."na]me" FROM [dbo].[plain] AS t WHERE t.[id] = CAST(SCOPE_IDENTITY() AS int)"#
        ]],
    );
    check(
        &insert("keyed", &["a", "b", "v"], 1),
        expect![
            "INSERT INTO [dbo].[keyed] ([a], [b], [v]) OUTPUT inserted.[a], inserted.[b], inserted.[v] VALUES (@P1, @P2, @P3)"
        ],
    );
    check(
        &insert("keyed", &["a", "b", "v"], 2),
        expect![
            "INSERT INTO [dbo].[keyed] ([a], [b], [v]) VALUES (@P1, @P2, @P3), (@P4, @P5, @P6); SELECT t.[a], t.[b], t.[v] FROM [dbo].[keyed] AS t INNER JOIN (VALUES (0, @P2, @P1), (1, @P5, @P4)) AS w ([noorm number], [b], [a]) ON t.[b] = w.[b] AND t.[a] = w.[a] ORDER BY w.[noorm number]"
        ],
    );
    check(
        &insert("loud", &["na]me"], 1),
        expect![[
            r#"DECLARE @noorm TABLE ([id] int); INSERT INTO [dbo].[loud] ("na]me") OUTPUT inserted.[id] INTO @noorm ([id]) VALUES (@P1); SELECT t.[id], t."na]me" FROM [dbo].[loud] AS t INNER JOIN @noorm AS w ON t.[id] = w.[id]"#
        ]],
    );
    check(
        &insert("loud", &["id", "na]me"], 1),
        expect![[
            r#"SET IDENTITY_INSERT [dbo].[loud] ON; INSERT INTO [dbo].[loud] ([id], "na]me") VALUES (@P1, @P2); SET IDENTITY_INSERT [dbo].[loud] OFF; SELECT t.[id], t."na]me" FROM [dbo].[loud] AS t INNER JOIN (VALUES (0, @P1)) AS w ([noorm number], [id]) ON t.[id] = w.[id]"#
        ]],
    );
    check(
        &insert("instead", &["na]me"], 1),
        expect![
            "Unsupported: a trigger of `dbo.instead` may change what is written, and the rows can't be found again: name the values of the primary key, or write with SQL of your own"
        ],
    );
    check(
        &insert("heap", &["na]me"], 1),
        expect![
            "Unsupported: a trigger of `dbo.heap` may change what is written, and the rows can't be found again: name the values of the primary key, or write with SQL of your own"
        ],
    );
    check(
        &insert("costly", &["price"], 1),
        expect![
            "DECLARE @noorm TABLE ([id] int); INSERT INTO [dbo].[costly] ([price]) OUTPUT inserted.[id] INTO @noorm ([id]) VALUES (@P1); SELECT t.[id], CAST(t.[price] AS decimal(19,4)), CAST(t.[x] AS nvarchar(max)), t.[h].ToString(), t.[old] FROM [dbo].[costly] AS t INNER JOIN @noorm AS w ON t.[id] = w.[id]"
        ],
    );
    check(
        &insert("bare", &["na]me"], 1),
        expect![[
            r#"INSERT INTO [dbo].[bare] ("na]me") OUTPUT inserted.[id], inserted."na]me" VALUES (@P1)"#
        ]],
    );
}

#[test]
fn updates_and_deletes_give_their_rows_back() {
    let update = |table: &str| {
        let mut update = Update::new(name(table), [("na]me", Node::Bind)]);
        update.filter = Some(equals("id"));
        update.returning = Some(Projection::All);
        Tree::Update(update)
    };
    check(
        &update("plain"),
        expect![[
            r#"UPDATE [dbo].[plain] SET "na]me" = @P1 OUTPUT inserted.[id], inserted."na]me" WHERE [id] = @P2"#
        ]],
    );
    check(
        &update("loud"),
        expect![[
            r#"DECLARE @noorm TABLE ([id] int); UPDATE [dbo].[loud] SET "na]me" = @P1 OUTPUT inserted.[id] INTO @noorm ([id]) WHERE [id] = @P2; SELECT t.[id], t."na]me" FROM [dbo].[loud] AS t INNER JOIN @noorm AS w ON t.[id] = w.[id]"#
        ]],
    );
    check(
        &update("heap"),
        expect![
            "Unsupported: a trigger of `dbo.heap` may change what is written, and the rows can't be found again: name the values of the primary key, or write with SQL of your own"
        ],
    );
    let delete = |table: &str, returning| {
        let mut delete = Delete::new(name(table));
        delete.filter = Some(equals("id"));
        delete.returning = returning;
        Tree::Delete(delete)
    };
    check(
        &delete("plain", Some(Projection::All)),
        expect![[
            r#"DELETE FROM [dbo].[plain] OUTPUT deleted.[id], deleted."na]me" WHERE [id] = @P1"#
        ]],
    );
    check(
        &delete("loud", Some(Projection::All)),
        expect![[
            r#"DECLARE @noorm TABLE ([id] int, "na]me" nvarchar(20)); DELETE FROM [dbo].[loud] OUTPUT deleted.[id], deleted."na]me" INTO @noorm ([id], "na]me") WHERE [id] = @P1; SELECT t.[id], t."na]me" FROM @noorm AS t"#
        ]],
    );
    check(
        &delete("costly", Some(Projection::All)),
        expect![
            "DECLARE @noorm TABLE ([id] int, [price] money, [x] xml, [h] hierarchyid, [old] varchar(max)); DELETE FROM [dbo].[costly] OUTPUT deleted.[id], deleted.[price], deleted.[x], deleted.[h], deleted.[old] INTO @noorm ([id], [price], [x], [h], [old]) WHERE [id] = @P1; SELECT t.[id], CAST(t.[price] AS decimal(19,4)), CAST(t.[x] AS nvarchar(max)), t.[h].ToString(), t.[old] FROM @noorm AS t"
        ],
    );
    check(
        &delete("loud", None),
        expect!["DELETE FROM [dbo].[loud] WHERE [id] = @P1; SELECT @@ROWCOUNT AS [affected]"],
    );
}

#[test]
fn pages() {
    let page = |limit, offset, order: &[&str]| {
        let mut select = Select::all(name("plain"));
        (select.limit, select.offset) = (limit, offset);
        select.filter = Some(equals("id"));
        let by = |name: &&str| OrderBy {
            by: column(name),
            descending: true,
            nulls: None,
        };
        select.order = order.iter().map(by).collect();
        select
    };
    check(
        &Tree::Select(page(true, false, &[])),
        expect![[r#"SELECT TOP (@P2) [id], "na]me" FROM [dbo].[plain] WHERE [id] = @P1"#]],
    );
    check(
        &Tree::Select(page(true, false, &["na]me"])),
        expect![[
            r#"SELECT TOP (@P2) [id], "na]me" FROM [dbo].[plain] WHERE [id] = @P1 ORDER BY "na]me" DESC"#
        ]],
    );
    check(
        &Tree::Select(page(false, true, &[])),
        expect![[
            r#"SELECT [id], "na]me" FROM [dbo].[plain] WHERE [id] = @P1 ORDER BY [id] OFFSET @P2 ROWS"#
        ]],
    );
    check(
        &Tree::Select(page(true, true, &["na]me"])),
        expect![[
            r#"SELECT [id], "na]me" FROM [dbo].[plain] WHERE [id] = @P1 ORDER BY "na]me" DESC OFFSET (CASE @P2 WHEN 0 THEN CAST(9223372036854775807 AS bigint) ELSE @P3 END) ROWS FETCH NEXT (CASE @P2 WHEN 0 THEN 1 ELSE @P2 END) ROWS ONLY"#
        ]],
    );
    let counted = |mut select: Select, projection| {
        select.projection = projection;
        Tree::Select(select)
    };
    check(
        &counted(page(true, false, &["id"]), Projection::Count),
        expect![
            "SELECT COUNT(*) AS [count] FROM (SELECT TOP (@P2) 1 AS [one] FROM [dbo].[plain] WHERE [id] = @P1 ORDER BY [id] DESC) AS [counted]"
        ],
    );
    check(
        &counted(page(true, true, &[]), Projection::Count),
        expect![
            "SELECT COUNT(*) AS [count] FROM (SELECT 1 AS [one] FROM [dbo].[plain] WHERE [id] = @P1 ORDER BY [id] OFFSET (CASE @P2 WHEN 0 THEN CAST(9223372036854775807 AS bigint) ELSE @P3 END) ROWS FETCH NEXT (CASE @P2 WHEN 0 THEN 1 ELSE @P2 END) ROWS ONLY) AS [counted]"
        ],
    );
    check(
        &counted(page(false, false, &[]), Projection::Count),
        expect!["SELECT COUNT(*) AS [count] FROM [dbo].[plain] WHERE [id] = @P1"],
    );
    check(
        &counted(page(false, false, &[]), Projection::Exists),
        expect![
            "SELECT CASE WHEN EXISTS (SELECT 1 FROM [dbo].[plain] WHERE [id] = @P1) THEN 1 ELSE 0 END AS [exists]"
        ],
    );
    let mut within = page(true, false, &[]);
    let inner = |limit| {
        let order: &[&str] = if limit { &["id"] } else { &[] };
        let mut inner = page(limit, false, order);
        inner.projection = Projection::Columns(vec!["id".into()]);
        Node::InSelect(Box::new(column("id")), Box::new(inner))
    };
    within.filter = Some(inner(true));
    check(
        &Tree::Select(within.clone()),
        expect![[
            r#"SELECT TOP (@P3) [id], "na]me" FROM [dbo].[plain] WHERE [id] IN (SELECT TOP (@P2) [id] FROM [dbo].[plain] AS [plain_2] WHERE [id] = @P1 ORDER BY [id] DESC)"#
        ]],
    );
    within.filter = Some(inner(false));
    check(
        &Tree::Select(within),
        expect![[
            r#"SELECT TOP (@P2) [id], "na]me" FROM [dbo].[plain] WHERE [id] IN (SELECT [id] FROM [dbo].[plain] AS [plain_2] WHERE [id] = @P1)"#
        ]],
    );
}

#[test]
fn conditions() {
    let filtered = |table: &str, filter| {
        let mut select = Select::all(name(table));
        select.projection = Projection::Columns(vec!["id".into()]);
        if table == "keyed" {
            select.projection = Projection::Columns(vec!["a".into()]);
        }
        select.filter = Some(filter);
        Tree::Select(select)
    };
    let of = |name: &str| Box::new(column(name));
    check(
        &filtered("plain", Node::In(of("id"))),
        expect![[
            r#"SELECT [id] FROM [dbo].[plain] WHERE [id] IN (SELECT [v] FROM OPENJSON(@P1) WITH ([v] int '$'))"#
        ]],
    );
    check(
        &filtered("plain", Node::In(of("na]me"))),
        expect![[
            r#"SELECT [id] FROM [dbo].[plain] WHERE "na]me" IN (SELECT CASE [type] WHEN 3 THEN [key] COLLATE DATABASE_DEFAULT ELSE [value] COLLATE DATABASE_DEFAULT END FROM OPENJSON(@P1))"#
        ]],
    );
    check(
        &filtered("plain", Node::Match(Match::Like, of("na]me"))),
        expect![[r#"SELECT [id] FROM [dbo].[plain] WHERE "na]me" LIKE @P1"#]],
    );
    check(
        &filtered("plain", Node::Match(Match::Contains, of("na]me"))),
        expect![[
            r#"SELECT [id] FROM [dbo].[plain] WHERE "na]me" COLLATE Latin1_General_100_BIN2 LIKE @P1"#
        ]],
    );
    check(
        &filtered("keyed", Node::Match(Match::StartsWith, of("v"))),
        expect![
            "SELECT [a] FROM [dbo].[keyed] WHERE CAST([v] AS nvarchar(max)) COLLATE Latin1_General_100_BIN2 LIKE @P1"
        ],
    );
    check(
        &filtered("plain", Node::Match(Match::Like, of("id"))),
        expect!["SELECT [id] FROM [dbo].[plain] WHERE CAST([id] AS nvarchar(max)) LIKE @P1"],
    );
    check(
        &filtered("costly", equals("old")),
        expect!["SELECT [id] FROM [dbo].[costly] WHERE CAST([old] AS varchar(max)) = @P1"],
    );
    check(
        &filtered("costly", equals("h")),
        expect!["SELECT [id] FROM [dbo].[costly] WHERE [h].ToString() = @P1"],
    );
    check(
        &filtered("costly", Node::Constant(false)),
        expect!["SELECT [id] FROM [dbo].[costly] WHERE 1 = 0"],
    );
}

#[test]
fn everything_is_selected_in_a_form_that_loses_nothing() {
    check(
        &Tree::Select(Select::all(name("costly"))),
        expect![
            "SELECT [id], CAST([price] AS decimal(19,4)), CAST([x] AS nvarchar(max)), [h].ToString(), [old] FROM [dbo].[costly]"
        ],
    );
}

#[test]
fn patterns_put_wildcards_in_brackets() {
    let check = |how, text, expected| assert_eq!(MssqlFlavor.pattern(how, text), expected);
    check(Match::Contains, "50%_[a]\\", "%50[%][_][[]a]\\%");
    check(Match::StartsWith, "a", "a%");
    check(Match::EndsWith, "a", "%a");
    check(Match::Like, "a%_[b]", "a%_[[]b]");
    check(Match::Like, "50\\%\\\\\\_", "50[%]\\[_]");
    check(Match::Like, "end\\", "end");
}

#[test]
fn binds_know_their_columns() {
    let rendered = render(&insert("keyed", &["b", "v"], 2), &schema(), &MssqlFlavor).unwrap();
    let names: Vec<_> = (0..4)
        .map(|at| rendered.bound_column(at).unwrap().name.as_str())
        .collect();
    assert_eq!(names, ["b", "v", "b", "v"]);
}

#[test]
fn an_upsert_looks_for_its_row_under_a_lock() {
    let upsert = |table: &str, columns: &[&str], update: &[&str], rows: usize| {
        let mut insert = Insert::new(name(table), columns.iter().copied(), rows);
        let target = columns.iter().copied().filter(|c| !update.contains(c));
        insert.on_conflict = Some(Conflict::new(target, update.iter().copied()));
        insert.returning = (!update.is_empty()).then_some(Projection::All);
        Tree::Insert(insert)
    };
    check(
        &upsert("keyed", &["a", "b", "v"], &["v"], 1),
        expect![
            "UPDATE [dbo].[keyed] WITH (UPDLOCK, SERIALIZABLE) SET [v] = @P3 WHERE [a] = @P1 AND [b] = @P2; IF @@ROWCOUNT = 0 BEGIN INSERT INTO [dbo].[keyed] ([a], [b], [v]) VALUES (@P1, @P2, @P3) END; SELECT t.[a], t.[b], t.[v] FROM [dbo].[keyed] AS t INNER JOIN (VALUES (0, @P1, @P2)) AS w ([noorm number], [a], [b]) ON t.[a] = w.[a] AND t.[b] = w.[b]"
        ],
    );
    check(
        &upsert("plain", &["na]me", "id"], &["na]me"], 1),
        expect![[
            r#"UPDATE [dbo].[plain] WITH (UPDLOCK, SERIALIZABLE) SET "na]me" = @P1 WHERE [id] = @P2; IF @@ROWCOUNT = 0 BEGIN SET IDENTITY_INSERT [dbo].[plain] ON; INSERT INTO [dbo].[plain] ("na]me", [id]) VALUES (@P1, @P2); SET IDENTITY_INSERT [dbo].[plain] OFF END; SELECT t.[id], t."na]me" FROM [dbo].[plain] AS t INNER JOIN (VALUES (0, @P2)) AS w ([noorm number], [id]) ON t.[id] = w.[id]"#
        ]],
    );
    let mut counting = upsert("keyed", &["a", "b"], &["b"], 1);
    if let Tree::Insert(insert) = &mut counting {
        insert.returning = None;
        insert.on_conflict.as_mut().unwrap().counts = Some("v".into());
    }
    check(
        &counting,
        expect![
            "UPDATE [dbo].[keyed] WITH (UPDLOCK, SERIALIZABLE) SET [b] = @P2, [v] = COALESCE([v], 0) + 1 WHERE [a] = @P1; IF @@ROWCOUNT = 0 BEGIN INSERT INTO [dbo].[keyed] ([a], [b]) VALUES (@P1, @P2) END"
        ],
    );
    check(
        &upsert("keyed", &["b", "a"], &[], 1),
        expect![
            "IF NOT EXISTS (SELECT 1 FROM [dbo].[keyed] WITH (UPDLOCK, SERIALIZABLE) WHERE [b] = @P1 AND [a] = @P2) BEGIN INSERT INTO [dbo].[keyed] ([b], [a]) VALUES (@P1, @P2) END"
        ],
    );
    check(
        &upsert("keyed", &["b", "a"], &[], 2),
        expect![
            "INSERT INTO [dbo].[keyed] ([b], [a]) SELECT [b], [a] FROM ( VALUES (@P1, @P2), (@P3, @P4)) AS v ([b], [a]) WHERE NOT EXISTS (SELECT 1 FROM [dbo].[keyed] AS t WITH (UPDLOCK, SERIALIZABLE) WHERE t.[b] = v.[b] AND t.[a] = v.[a])"
        ],
    );
    check(
        &upsert("spelt", &["code", "v"], &["v"], 1),
        expect![
            "UPDATE [dbo].[spelt] WITH (UPDLOCK, SERIALIZABLE) SET [v] = @P2 WHERE [code] = @P1; IF @@ROWCOUNT = 0 BEGIN INSERT INTO [dbo].[spelt] ([code], [v]) VALUES (@P1, @P2) END; SELECT t.[code], t.[v] FROM [dbo].[spelt] AS t INNER JOIN (VALUES (0, @P1)) AS w ([noorm number], [code]) ON t.[code] = w.[code] COLLATE Latin1_General_CS_AS"
        ],
    );
    let mut missing = upsert("spelt", &["code", "v"], &[], 2);
    if let Tree::Insert(insert) = &mut missing {
        insert.on_conflict.as_mut().unwrap().target.truncate(1);
    }
    check(
        &missing,
        expect![
            "INSERT INTO [dbo].[spelt] ([code], [v]) SELECT [code], [v] FROM ( VALUES (@P1, @P2), (@P3, @P4)) AS v ([code], [v]) WHERE NOT EXISTS (SELECT 1 FROM [dbo].[spelt] AS t WITH (UPDLOCK, SERIALIZABLE) WHERE t.[code] = v.[code] COLLATE Latin1_General_CS_AS)"
        ],
    );
    check(
        &upsert("keyed", &["b", "a", "v"], &["v"], 2),
        expect![
            "Unsupported: mssql can't insert or update several rows in one statement: it lacks the capability `upsert`"
        ],
    );
}

#[test]
fn words_are_searched_for_in_columns() {
    let search = |operand: Node| {
        let mut select = Select::all(name("plain"));
        select.projection = Projection::Columns(vec!["id".into()]);
        select.filter = Some(Node::Search(Box::new(operand)));
        Tree::Select(select)
    };
    check(
        &search(column("na]me")),
        expect![[r#"SELECT [id] FROM [dbo].[plain] WHERE FREETEXT("na]me", @P1)"#]],
    );
    check(
        &search(Node::Call(Function::Lower, vec![column("na]me")])),
        expect![
            "Unsupported: mssql can't search what is no column for words: it lacks the capability `full_text`"
        ],
    );
    assert_eq!(MssqlFlavor.words("\"rust\" or"), " rust  or");
}

#[test]
fn letters_that_are_sorted_by_other_rules_begin_no_page() {
    let mut column = Column::new("name", 1, "varchar(20)", ColumnType::text());
    column.collation = Some("SQL_Latin1_General_CP1_CI_AS".into());
    assert!(MssqlFlavor.sorted_whole(&column, &"coop".into()));
    assert!(!MssqlFlavor.sorted_whole(&column, &"co-öp".into()));
    column.native_type = "nvarchar(20)".into();
    assert!(MssqlFlavor.sorted_whole(&column, &"co-öp".into()));
    column.native_type = "varchar(20)".into();
    column.collation = Some("Latin1_General_100_CI_AS".into());
    assert!(MssqlFlavor.sorted_whole(&column, &"co-öp".into()));
}
