use std::sync::Arc;

use noorm_core::schema::{Column, ColumnType, EnumType, Table, TableKind};

use super::*;

fn schema() -> Schema {
    let mut schema = Schema::new("postgres");
    schema.default_schema = Some("sales".into());
    for name in ["orders", "customer"] {
        let mut table = Table::new(Some("sales"), name, TableKind::Table);
        let total = Column::new("total", 1, "numeric(10,2)", ColumnType::Bool);
        table.columns.push(total);
        schema.tables.push(table.into());
    }
    schema
}

fn refused(text: &str) -> String {
    let error = match Config::parse(text, "noorm.toml") {
        Err(error) => error,
        Ok(config) => match config
            .check(&schema())
            .and_then(|()| config.chosen(&schema()))
        {
            Err(error) => error,
            Ok(_) => return "accepted".into(),
        },
    };
    assert_eq!(error.kind(), ErrorKind::InvalidConfig);
    format!("{} ({})", error.message(), error.help().unwrap_or_default())
}

#[test]
fn what_is_named_must_be_there() {
    let unknown = |text: &str| refused(&format!("\n{text}"));
    assert_eq!(
        unknown("[rust.columns]\n'orders.totl' = 'crate::Money'"),
        "noorm.toml:3: there is no column `orders.totl` (did you mean `orders.total`?)"
    );
    assert_eq!(
        unknown("[rust.columns]\n'*_cents' = 'crate::Cents'"),
        "noorm.toml:3: no column fits `*_cents` ()"
    );
    assert_eq!(
        unknown("[rust.types]\n'numerc' = 'crate::Money'"),
        "noorm.toml:3: no column is of the type `numerc` (did you mean `numeric(10,2)`?)"
    );
    assert_eq!(
        unknown("[rust.tables.ordrs]\nderives = ['Eq']"),
        "noorm.toml:2: no table or view is named `ordrs` (did you mean `orders`?)"
    );
    assert_eq!(
        unknown("[generate]\ntables = ['orders',\n'custmer']"),
        "noorm.toml:4: no table or view is named `custmer` (did you mean `customer`?)"
    );
}

#[test]
fn what_is_no_rust_is_refused_at_its_line() {
    for (text, why) in [
        (
            "[rust.types]\nnumeric = 'a b'",
            "noorm.toml:2: `a b` is no Rust type ()",
        ),
        (
            "[rust]\nderives = ['#']",
            "noorm.toml:2: `#` is no derive ()",
        ),
        (
            "[rust]\nattributes = ['non_exhaustive']",
            "noorm.toml:2: `non_exhaustive` is no attribute (write it as in Rust: `#[non_exhaustive]`)",
        ),
        (
            "[rust.names]\norders = '2'",
            "noorm.toml:2: `2` is no name in Rust ()",
        ),
    ] {
        assert_eq!(refused(text), why);
    }
}

#[test]
fn what_fits_is_accepted() {
    let text = "[rust.columns]\n'sales.orders.total' = 'crate::Money'\n'tot*' = 'crate::Money'\n\
                [rust.types]\nnumeric = 'crate::Money'\n[rust.names]\norders = 'Purchase'\n\
                [relations]\nwhatever = 1";
    assert_eq!(refused(text), "accepted");
}

#[test]
fn names_that_would_clash_and_mistyped_ones_are_refused() {
    for (text, why) in [
        (
            "[rust.names]\nordrs = 'Purchase'",
            "noorm.toml:2: no table or view is named `ordrs` (did you mean `orders`?)",
        ),
        (
            "[rust.names]\norders = 'Entities'",
            "noorm.toml:2: `Entities` means something else in Rust ()",
        ),
        (
            "[rust.names]\ncustomer = 'A'\norders = 'A'",
            "noorm.toml:3: `A` is what `customer` is called, too ()",
        ),
        (
            "[typscript]\nkysely = true",
            "noorm.toml:1: there is no section `typscript` (did you mean `typescript`?)",
        ),
    ] {
        assert_eq!(refused(text), why);
    }
    assert_eq!(refused("[kotlin]\npackage = 'a'"), "accepted");
}

#[test]
fn what_was_asked_for_is_known_again() {
    let config = Config::parse("", "other dir/noorm.toml").unwrap();
    let config = config.tables(["orders", "a b"]).schemas(["sales"]);
    assert_eq!(
        config.asked(),
        " --tables 'a b,orders' --config 'other dir/noorm.toml' --schema sales"
    );
    let twice = Config::default().tables(["b", "a", "b"]);
    assert_eq!(
        twice.schemas(["y", "x", "y"]).asked(),
        " --tables a,b --schema x --schema y"
    );
    assert_eq!(Config::parse("", "noorm.toml").unwrap().asked(), "");
    let chosen = Config::default()
        .schemas(["sales"])
        .chosen(&schema())
        .unwrap();
    assert_eq!(chosen.tables.len(), 2);
    let error = Config::default()
        .schemas(["sale"])
        .chosen(&schema())
        .unwrap_err();
    assert_eq!(error.help(), Some("there are sales"));
}

#[test]
fn enums_of_other_schemas_that_columns_are_of_are_chosen_too() {
    let mut schema = schema();
    let mood = ColumnType::Enum {
        name: Some("public.mood".into()),
        values: vec!["calm".into()],
    };
    let moods = ColumnType::Array {
        element: Box::new(ColumnType::Enum {
            name: Some("other.size".into()),
            values: vec!["s".into(), "m".into()],
        }),
    };
    let orders = schema.tables.first_mut().map(Arc::make_mut).unwrap();
    orders.columns.push(Column::new("mood", 2, "mood", mood));
    orders
        .columns
        .push(Column::new("sizes", 3, "size[]", moods));
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let mut listed = EnumType::new(Some("public".into()), "mood", words(&["calm"]));
    listed.comment = Some("How it is.".into());
    schema.enums.push(listed.clone());
    let unused = EnumType::new(Some("public".into()), "unused", words(&["x"]));
    schema.enums.push(unused.clone());
    let chosen = Config::default()
        .schemas(["sales"])
        .chosen(&schema)
        .unwrap();
    let size = EnumType::new(Some("other".into()), "size", words(&["s", "m"]));
    assert_eq!(chosen.enums, [size.clone(), listed.clone()]);
    let all = Config::default().chosen(&schema).unwrap();
    assert_eq!(all.enums, [size, listed, unused]);
}
