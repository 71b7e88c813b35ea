//! A schema as a diagram for Graphviz: tables are HTML-like labels, foreign keys lead from column to
//! column.

use std::fmt::Write as _;

use noorm::schema::{Column, ForeignKey, Schema, Table};

use super::{names, tree};
use crate::text::visible;

/// Draws `schema`.
pub fn draw(schema: &Schema) -> String {
    let mut out = String::from("digraph schema {\n");
    // Writing to a string can't fail.
    for note in &schema.notes {
        let note = visible(&format!("{}: {}", note.object, note.message));
        let _ = writeln!(out, "  // {note}");
    }
    out.push_str("  graph [rankdir=LR];\n");
    out.push_str("  node [shape=plain, fontname=\"Helvetica\", fontsize=11];\n");
    out.push_str("  edge [dir=both, fontname=\"Helvetica\", fontsize=9];\n");
    for table in &schema.tables {
        node(&mut out, schema, table);
    }
    let keys = || {
        schema
            .tables
            .iter()
            .flat_map(|t| t.foreign_keys.iter().map(move |k| (t, k)))
    };
    let mut outside: Vec<String> = keys()
        .filter(|(_, key)| target(schema, key).is_none())
        .map(|(_, key)| quoted(&names::target(schema, key)))
        .collect();
    outside.sort_unstable();
    outside.dedup();
    for name in outside {
        let _ = writeln!(out, "  {name} [shape=box, style=dashed];");
    }
    for (table, key) in keys() {
        edge(&mut out, schema, table, key);
    }
    out.push_str("}\n");
    out
}

fn node(out: &mut String, schema: &Schema, table: &Table) {
    let name = names::table(schema, table);
    let _ = writeln!(out, "  {} [label=<", quoted(&name));
    out.push_str("    <TABLE BORDER=\"0\" CELLBORDER=\"1\" CELLSPACING=\"0\" CELLPADDING=\"4\">\n");
    let kind = match tree::kind(table.kind) {
        "table" => String::new(),
        kind => format!(" ({kind})"),
    };
    let name = html(&name);
    let _ = writeln!(
        out,
        "      <TR><TD COLSPAN=\"3\" BGCOLOR=\"#dde7f0\"><B>{name}</B>{kind}</TD></TR>"
    );
    for (port, column) in table.columns.iter().enumerate() {
        let name = html(&column.name);
        let of = html(&column.column_type.to_string());
        let marks = marks(table, column);
        let _ = writeln!(
            out,
            "      <TR><TD ALIGN=\"LEFT\" PORT=\"c{port}\">{name}</TD>\
             <TD ALIGN=\"LEFT\">{of}</TD><TD ALIGN=\"LEFT\">{marks}</TD></TR>"
        );
    }
    out.push_str("    </TABLE>>];\n");
}

fn marks(table: &Table, column: &Column) -> String {
    let primary = table.key_columns().contains(&column.name).then_some("PK");
    let points = table
        .foreign_keys
        .iter()
        .any(|key| key.columns.contains(&column.name));
    let unique = table
        .unique
        .iter()
        .any(|unique| unique.columns == [column.name.as_str()]);
    let required = !column.nullable && primary.is_none();
    let marks = [
        primary,
        points.then_some("FK"),
        unique.then_some("unique"),
        required.then_some("not null"),
    ];
    let marks: Vec<&str> = marks.into_iter().flatten().collect();
    marks.join(", ")
}

/// From the first column of the key to the first that it points at; the label has all.
fn edge(out: &mut String, schema: &Schema, table: &Table, key: &ForeignKey) {
    let from = quoted(&names::table(schema, table)) + &port(table, key.columns.first());
    let target_port = target(schema, key)
        .map(|target| port(target, key.references.columns.first()))
        .unwrap_or_default();
    let to = quoted(&names::target(schema, key)) + &target_port;
    let tail = if names::is_unique(table, &key.columns) {
        "teeodot"
    } else {
        "crowodot"
    };
    let head = if names::is_optional(table, key) {
        "teeodot"
    } else {
        "teetee"
    };
    let label = match key.columns.as_slice() {
        [_] => String::new(),
        columns => format!(", label={}", quoted(&columns.join(", "))),
    };
    let _ = writeln!(
        out,
        "  {from} -> {to} [arrowtail={tail}, arrowhead={head}{label}];"
    );
}

fn target<'a>(schema: &'a Schema, key: &ForeignKey) -> Option<&'a Table> {
    schema
        .table_named(&key.references.table_name())
        .ok()
        .map(|table| &**table)
}

fn port(table: &Table, column: Option<&String>) -> String {
    match column.and_then(|name| table.column_index(name)) {
        Some(index) => format!(":c{index}"),
        None => String::new(),
    }
}

/// A quoted ID. A backslash is doubled: one before the closing quote would escape it.
fn quoted(text: &str) -> String {
    let text = visible(text).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{text}\"")
}

fn html(text: &str) -> String {
    if text.is_empty() {
        // Graphviz takes no empty `<B></B>`.
        return " ".to_owned();
    }
    let mut out = String::new();
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::inspect::sample;

    #[test]
    fn tables_are_nodes_and_foreign_keys_edges() {
        expect![[r##"
            digraph schema {
              // column odd.shape: the type polygon␊is read as text
              graph [rankdir=LR];
              node [shape=plain, fontname="Helvetica", fontsize=11];
              edge [dir=both, fontname="Helvetica", fontsize=9];
              "artist" [label=<
                <TABLE BORDER="0" CELLBORDER="1" CELLSPACING="0" CELLPADDING="4">
                  <TR><TD COLSPAN="3" BGCOLOR="#dde7f0"><B>artist</B></TD></TR>
                  <TR><TD ALIGN="LEFT" PORT="c0">id</TD><TD ALIGN="LEFT">int32</TD><TD ALIGN="LEFT">PK</TD></TR>
                  <TR><TD ALIGN="LEFT" PORT="c1">name</TD><TD ALIGN="LEFT">text(120)</TD><TD ALIGN="LEFT">unique, not null</TD></TR>
                  <TR><TD ALIGN="LEFT" PORT="c2">slug</TD><TD ALIGN="LEFT">text</TD><TD ALIGN="LEFT"></TD></TR>
                  <TR><TD ALIGN="LEFT" PORT="c3">leader_id</TD><TD ALIGN="LEFT">int32</TD><TD ALIGN="LEFT">FK</TD></TR>
                </TABLE>>];
              "od\"d <b>&amp; %% #35;\\ ␛[2J␊日本" [label=<
                <TABLE BORDER="0" CELLBORDER="1" CELLSPACING="0" CELLPADDING="4">
                  <TR><TD COLSPAN="3" BGCOLOR="#dde7f0"><B>od&quot;d &lt;b&gt;&amp;amp; %% #35;\ ␛[2J␊日本</B></TD></TR>
                  <TR><TD ALIGN="LEFT" PORT="c0">pk</TD><TD ALIGN="LEFT">int16</TD><TD ALIGN="LEFT"></TD></TR>
                  <TR><TD ALIGN="LEFT" PORT="c1">1 &quot;col&quot;␊&lt;td&gt;</TD><TD ALIGN="LEFT">other(polygon &quot;&lt;&amp;&gt;&quot;)</TD><TD ALIGN="LEFT"></TD></TR>
                  <TR><TD ALIGN="LEFT" PORT="c2">größe</TD><TD ALIGN="LEFT">float64</TD><TD ALIGN="LEFT"></TD></TR>
                </TABLE>>];
              "sales.order" [label=<
                <TABLE BORDER="0" CELLBORDER="1" CELLSPACING="0" CELLPADDING="4">
                  <TR><TD COLSPAN="3" BGCOLOR="#dde7f0"><B>sales.order</B> (partitioned table)</TD></TR>
                  <TR><TD ALIGN="LEFT" PORT="c0">id</TD><TD ALIGN="LEFT">int64</TD><TD ALIGN="LEFT">PK, FK</TD></TR>
                  <TR><TD ALIGN="LEFT" PORT="c1">region</TD><TD ALIGN="LEFT">text</TD><TD ALIGN="LEFT">PK, FK</TD></TR>
                  <TR><TD ALIGN="LEFT" PORT="c2">total</TD><TD ALIGN="LEFT">decimal(10, 2)</TD><TD ALIGN="LEFT">not null</TD></TR>
                  <TR><TD ALIGN="LEFT" PORT="c3">moods</TD><TD ALIGN="LEFT">enum public.mood[]</TD><TD ALIGN="LEFT"></TD></TR>
                  <TR><TD ALIGN="LEFT" PORT="c4">artist_id</TD><TD ALIGN="LEFT">int32</TD><TD ALIGN="LEFT">FK, not null</TD></TR>
                </TABLE>>];
              "sales.recent" [label=<
                <TABLE BORDER="0" CELLBORDER="1" CELLSPACING="0" CELLPADDING="4">
                  <TR><TD COLSPAN="3" BGCOLOR="#dde7f0"><B>sales.recent</B> (materialized view)</TD></TR>
                  <TR><TD ALIGN="LEFT" PORT="c0">at</TD><TD ALIGN="LEFT">timestamptz</TD><TD ALIGN="LEFT"></TD></TR>
                </TABLE>>];
              "crm.region \"x\"" [shape=box, style=dashed];
              "artist":c3 -> "artist":c0 [arrowtail=crowodot, arrowhead=teeodot];
              "sales.order":c4 -> "artist":c0 [arrowtail=teeodot, arrowhead=teetee];
              "sales.order":c1 -> "crm.region \"x\"" [arrowtail=teeodot, arrowhead=teetee, label="region, id"];
            }
        "##]].assert_eq(&super::draw(&sample::shop()));
    }
}
