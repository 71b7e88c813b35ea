//! Inferring the relations of [`TABLES`] tables with [`KEYS`] foreign keys, out of a schema in memory.

use noorm::schema::{
    Column, ColumnType, ForeignKey, Index, IndexPart, PrimaryKey, References, Schema, Table,
    TableKind,
};

/// How many tables there are. A tenth of them are junction tables.
pub const TABLES: usize = 1000;

/// How many foreign keys there are: on average, three for each table.
pub const KEYS: usize = 3000;

/// What the tables are called, and the columns that point.
const NOUNS: [&str; 20] = [
    "person", "address", "order", "invoice", "category", "status", "product", "shipment",
    "company", "city", "branch", "process", "review", "child", "series", "payment", "device",
    "policy", "batch", "analysis",
];
const ROLES: [&str; 6] = ["", "owner", "parent", "billing", "created_by", "from"];

/// Makes the schema.
#[must_use]
pub fn schema() -> Schema {
    let mut schema = Schema::new("postgres");
    schema.default_schema = Some("public".into());
    schema.tables = (0..TABLES).map(|at| table(at).into()).collect();
    schema
}

/// What the table at a place is called: `order_17`, as words go before their kind.
fn name(at: usize) -> String {
    let noun = NOUNS.iter().cycle().nth(at).copied().unwrap_or_default();
    format!("area{}_{noun}", at / NOUNS.len())
}

fn table(at: usize) -> Table {
    let mut table = Table::new(Some("public"), name(at), TableKind::Table);
    let mut columns = vec!["id".to_owned()];
    for n in 0..KEYS / TABLES {
        let target = (at * 7 + n * 131 + 1) % TABLES;
        let role = ROLES
            .iter()
            .cycle()
            .nth(at + n)
            .copied()
            .unwrap_or_default();
        let column = match role {
            "" => format!("{}_id", name(target)),
            "created_by" => "created_by".to_owned(),
            role => format!("{role}_id"),
        };
        let references = References::new(Some("public".into()), name(target), vec!["id".into()]);
        let key = ForeignKey::new(
            Some(format!("key_{at}_{n}")),
            vec![column.clone()],
            references,
        );
        table.foreign_keys.push(key);
        table.indexes.push(Index::new(
            format!("index_{at}_{n}"),
            false,
            vec![IndexPart::column(&column)],
        ));
        columns.push(column);
    }
    let pair = columns.get(1..3).unwrap_or_default().to_vec();
    columns.extend((0..8).map(|n| format!("value_{n}")));
    table.columns = (1..)
        .zip(columns)
        .map(|(at, name)| column(at, name))
        .collect();
    let key = if at % 10 == 0 {
        pair
    } else {
        vec!["id".to_owned()]
    };
    table.primary_key = Some(PrimaryKey::new(None, key));
    table
}

fn column(position: u32, name: String) -> Column {
    let mut column = Column::new(name, position, "bigint", ColumnType::int(64));
    column.nullable = false;
    column
}
