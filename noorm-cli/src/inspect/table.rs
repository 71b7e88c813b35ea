//! A schema as a table: a row for each column of each table.

use comfy_table::Cell;
use noorm::schema::{Column, Schema, Table};

use super::{names, tree};
use crate::text::{self, visible};

/// Draws `schema`, no wider than `width` where there is one; notes stand under the table.
pub fn draw(schema: &Schema, width: Option<u16>) -> String {
    let mut drawn = text::table(width);
    drawn.set_header([
        "table", "column", "type", "null", "key", "default", "comment",
    ]);
    for table in &schema.tables {
        let name = names::table(schema, table);
        let kind = match tree::kind(table.kind) {
            "table" => String::new(),
            kind => format!(" ({kind})"),
        };
        let first = visible(&format!("{name}{kind}"));
        if table.columns.is_empty() {
            drawn.add_row([first.clone()]);
        }
        for column in &table.columns {
            let cells = [
                column.name.clone(),
                column.column_type.to_string(),
                if column.nullable { "null" } else { "" }.to_owned(),
                keys(schema, table, column),
                filled(column),
                column.comment.clone().unwrap_or_default(),
            ];
            let cells = cells.map(|cell| Cell::new(visible(&cell)));
            drawn.add_row([Cell::new(&first)].into_iter().chain(cells));
        }
    }
    let mut out = format!("{drawn}\n");
    for note in &schema.notes {
        let note = format!("note: {}: {}", note.object, note.message);
        out += &format!("{}\n", visible(&note));
    }
    out
}

fn keys(schema: &Schema, table: &Table, column: &Column) -> String {
    let mut keys = Vec::new();
    if table.key_columns().contains(&column.name) {
        keys.push("PK".to_owned());
    }
    for key in &table.foreign_keys {
        for (own, theirs) in key.columns.iter().zip(&key.references.columns) {
            if *own == column.name {
                keys.push(format!("FK {}.{theirs}", names::target(schema, key)));
            }
        }
    }
    if table
        .unique
        .iter()
        .any(|unique| unique.columns == [column.name.as_str()])
    {
        keys.push("unique".to_owned());
    }
    keys.join(", ")
}

/// What the database puts into the column by itself.
fn filled(column: &Column) -> String {
    match (&column.generated, &column.default) {
        (Some(generated), _) => format!("= {}", generated.expression),
        (None, Some(default)) => default.clone(),
        _ if column.auto_increment || column.identity.is_some() => "auto increment".to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::inspect::sample;

    #[test]
    fn each_column_has_a_row() {
        expect![[r#"
            ╭──────────────────────────────────┬──────────────┬──────────────────────┬──────┬────────────────────────────┬────────────────┬─────────────────╮
            │ table                            ┆ column       ┆ type                 ┆ null ┆ key                        ┆ default        ┆ comment         │
            ╞══════════════════════════════════╪══════════════╪══════════════════════╪══════╪════════════════════════════╪════════════════╪═════════════════╡
            │ artist                           ┆ id           ┆ int32                ┆      ┆ PK                         ┆ auto increment ┆                 │
            │ artist                           ┆ name         ┆ text(120)            ┆      ┆ unique                     ┆                ┆ As on the cover │
            │ artist                           ┆ slug         ┆ text                 ┆ null ┆                            ┆ = lower(name)  ┆                 │
            │ artist                           ┆ leader_id    ┆ int32                ┆ null ┆ FK artist.id               ┆                ┆                 │
            │ od"d <b>&amp; %% #35;\ ␛[2J␊日本 ┆ pk           ┆ int16                ┆ null ┆                            ┆                ┆                 │
            │ od"d <b>&amp; %% #35;\ ␛[2J␊日本 ┆ 1 "col"␊<td> ┆ other(polygon "<&>") ┆ null ┆                            ┆                ┆                 │
            │ od"d <b>&amp; %% #35;\ ␛[2J␊日本 ┆ größe        ┆ float64              ┆ null ┆                            ┆                ┆                 │
            │ sales.order (partitioned table)  ┆ id           ┆ int64                ┆      ┆ PK, FK crm.region "x".id   ┆ auto increment ┆                 │
            │ sales.order (partitioned table)  ┆ region       ┆ text                 ┆      ┆ PK, FK crm.region "x".code ┆                ┆                 │
            │ sales.order (partitioned table)  ┆ total        ┆ decimal(10, 2)       ┆      ┆                            ┆ 0              ┆                 │
            │ sales.order (partitioned table)  ┆ moods        ┆ enum public.mood[]   ┆ null ┆                            ┆                ┆                 │
            │ sales.order (partitioned table)  ┆ artist_id    ┆ int32                ┆      ┆ FK artist.id               ┆                ┆                 │
            │ sales.recent (materialized view) ┆ at           ┆ timestamptz          ┆ null ┆                            ┆                ┆                 │
            ╰──────────────────────────────────┴──────────────┴──────────────────────┴──────┴────────────────────────────┴────────────────┴─────────────────╯
            note: column odd.shape: the type polygon␊is read as text
        "#]].assert_eq(&super::draw(&sample::shop(), None));
    }

    #[test]
    fn a_narrow_terminal_wraps_cells() {
        let drawn = super::draw(&sample::shop(), Some(80));
        let table = drawn.lines().take_while(|line| !line.starts_with("note"));
        for line in table {
            assert!(crate::text::width(line) <= 80, "{line}");
        }
    }
}
