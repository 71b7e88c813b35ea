//! Trees into SQL text.

use std::sync::Arc;

use super::SqlFlavor;
use super::bounded::is_bounded;
use crate::error::{Error, ErrorKind, Result};
use crate::executor::Header;
use crate::schema::{Column, ColumnType, Schema, Table, TableName};
use crate::statement::{Compare, Delete, Insert, Node, Projection, Raw, Select, Tree, Update};

/// How many conditions are written in one row.
const WIDE: usize = 256;

/// A column of a statement's result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultColumn {
    /// Its name.
    pub name: Arc<str>,
    /// What it holds, where the schema tells.
    pub column_type: Option<ColumnType>,
}

/// A statement's SQL, and what is known of its result before it runs.
///
/// ```
#[doc = include_str!("../../doc/shop.txt")]
/// use noorm_core::schema::TableName;
/// use noorm_core::statement::{Projection, Select, Statement, Tree};
///
/// let mut select = Select::all(TableName::new(None, "album"));
/// select.projection = Projection::Columns(vec!["title".into()]);
/// let rendered = Statement::new(Tree::Select(select), vec![], &schema, flavor)?.rendered(flavor)?;
/// assert_eq!(&*rendered.sql, r#"SELECT "title" FROM "album""#);
/// assert_eq!(rendered.header.position("title"), Some(0));
/// assert!(rendered.returns_rows && rendered.cacheable);
/// # Ok::<(), noorm_core::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Rendered {
    /// The name of the flavor that it was rendered by.
    pub flavor: &'static str,
    /// The SQL.
    pub sql: Arc<str>,
    /// The columns of the result; `None` for raw SQL, where the server tells.
    pub columns: Option<Arc<[ResultColumn]>>,
    /// The names of the columns.
    pub header: Arc<Header>,
    /// Whether it gives rows.
    pub returns_rows: bool,
    /// Whether it only reads.
    pub read_only: bool,
    /// Whether it writes one row at most, found by its whole primary key, and sets nothing else off:
    /// its cost doesn't grow with the tables.
    pub bounded: bool,
    /// Whether it should be kept prepared: one-off SQL should not.
    pub cacheable: bool,
}

/// Renders `tree`, whose names have been checked against `schema`.
///
/// ```
#[doc = include_str!("../../doc/shop.txt")]
/// use noorm_core::schema::TableName;
/// use noorm_core::sql::render;
/// use noorm_core::statement::{Select, Tree};
///
/// let mut select = Select::all(TableName::new(None, "album"));
/// select.limit = true;
/// let rendered = render(&Tree::Select(select), &schema, flavor)?;
/// assert_eq!(
///     &*rendered.sql,
///     r#"SELECT "album_id", "title", "artist_id" FROM "album" LIMIT $1"#
/// );
/// assert!(rendered.read_only);
/// # Ok::<(), noorm_core::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::UnknownTable`] or [`ErrorKind::UnknownColumn`] where they haven't;
/// [`ErrorKind::TooManyBinds`] beyond the server's limit; [`ErrorKind::Unsupported`] where the dialect
/// lacks a capability.
pub fn render(tree: &Tree, schema: &Schema, flavor: &dyn SqlFlavor) -> Result<Rendered> {
    let mut writer = Writer {
        flavor,
        schema,
        table: None,
        sql: String::new(),
        binds: 0,
        error: None,
    };
    let columns = match tree {
        Tree::Select(select) => Some(writer.select(select)?),
        Tree::Insert(insert) => Some(writer.insert(insert)?),
        Tree::Update(update) => Some(writer.update(update)?),
        Tree::Delete(delete) => Some(writer.delete(delete)?),
        Tree::Raw(Raw { sql, .. }) => {
            writer.push(sql);
            None
        }
    };
    if let Some(error) = writer.error {
        return Err(error);
    }
    let max = flavor.capabilities().max_binds;
    if writer.binds > max {
        return Err(Error::new(
            ErrorKind::TooManyBinds,
            format!(
                "the statement needs {} binds; {} takes {max}",
                writer.binds,
                flavor.name()
            ),
        )
        .with_help("split it, or pass values as one list"));
    }
    let names = columns.iter().flatten().map(|c| Arc::clone(&c.name));
    Ok(Rendered {
        flavor: flavor.name(),
        sql: writer.sql.into(),
        header: Arc::new(Header::new(names)),
        returns_rows: columns.as_ref().is_none_or(|columns| !columns.is_empty()),
        read_only: matches!(tree, Tree::Select(_)),
        bounded: is_bounded(tree, schema),
        cacheable: !matches!(tree, Tree::Raw(_)),
        columns: columns.map(Into::into),
    })
}

/// Writes SQL for one table at a time, counting binds.
///
/// ```
/// use noorm_core::sql::Writer;
/// use noorm_core::statement::Node;
///
/// /// What a `SqlFlavor` whose lists travel as JSON writes for `operand IN (…)`.
/// fn in_list(writer: &mut Writer<'_>, operand: &Node) {
///     writer.operand(operand);
///     writer.push(" IN (SELECT ");
///     writer.identifier("value");
///     writer.push(" FROM json_each(");
///     writer.bind();
///     writer.push("))");
/// }
/// ```
pub struct Writer<'a> {
    flavor: &'a dyn SqlFlavor,
    schema: &'a Schema,
    table: Option<Arc<Table>>,
    sql: String,
    binds: usize,
    error: Option<Error>,
}

impl Writer<'_> {
    /// Writes SQL as it stands.
    pub fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Writes the next bind's placeholder.
    pub fn bind(&mut self) {
        self.binds += 1;
        self.flavor.placeholder(&mut self.sql, self.binds);
    }

    /// Writes an identifier with its quotes.
    pub fn identifier(&mut self, name: &str) {
        self.flavor.identifier(&mut self.sql, name);
    }

    /// Gives the column that `node` is, if it is one.
    ///
    /// ```
    /// use noorm_core::{schema::ColumnType, sql::Writer, statement::Node};
    ///
    /// fn is_json(writer: &Writer<'_>, node: &Node) -> bool {
    ///     writer.column_of(node).is_some_and(|column| column.column_type == ColumnType::Json)
    /// }
    /// ```
    #[must_use]
    pub fn column_of(&self, node: &Node) -> Option<&Column> {
        match node {
            Node::Column(name) => self.table.as_ref()?.column(name),
            _ => None,
        }
    }

    /// Writes `node`, cast to text unless it is a text column.
    ///
    /// ```
    /// use noorm_core::{sql::Writer, statement::Node};
    ///
    /// fn glob(writer: &mut Writer<'_>, operand: &Node) {
    ///     writer.operand_as_text(operand);
    ///     writer.push(" GLOB ");
    ///     writer.bind();
    /// }
    /// ```
    pub fn operand_as_text(&mut self, node: &Node) {
        let text = matches!(
            self.column_of(node).map(|c| &c.column_type),
            Some(ColumnType::Text { .. })
        );
        if text {
            return self.node(node);
        }
        self.push("CAST(");
        self.node(node);
        self.push(" AS ");
        self.push(self.flavor.text_type());
        self.push(")");
    }

    /// Writes an expression so that whatever stands beside it can't tear it apart.
    ///
    /// ```
    /// use noorm_core::{sql::Writer, statement::Node};
    ///
    /// fn is_true(writer: &mut Writer<'_>, condition: &Node) {
    ///     writer.operand(condition); // `"paid"`, but `("total" > $1)`
    ///     writer.push(" IS TRUE");
    /// }
    /// ```
    pub fn operand(&mut self, node: &Node) {
        if matches!(node, Node::Column(_) | Node::Bind) {
            return self.node(node);
        }
        self.push("(");
        self.node(node);
        self.push(")");
    }

    /// Writes an expression.
    ///
    /// ```
    /// use noorm_core::{sql::Writer, statement::Node};
    ///
    /// fn lower(writer: &mut Writer<'_>, text: &Node) {
    ///     writer.push("lower(");
    ///     writer.node(text);
    ///     writer.push(")");
    /// }
    /// ```
    pub fn node(&mut self, node: &Node) {
        match node {
            Node::Column(name) => {
                if self.column_of(node).is_none() {
                    let table = self.table.as_ref();
                    if let Some(table) = table
                        && self.error.is_none()
                    {
                        self.error = Some(table.unknown_column(name));
                    }
                }
                self.identifier(name);
            }
            Node::Bind => self.bind(),
            Node::Constant(true) => self.push("1 = 1"),
            Node::Constant(false) => self.push("1 = 0"),
            Node::Compare(op, a, b) => {
                self.operand(a);
                self.push(operator(*op));
                self.operand(b);
            }
            Node::IsNull(a) => {
                self.operand(a);
                self.push(" IS NULL");
            }
            Node::Between(a, low, high) => {
                self.operand(a);
                self.push(" BETWEEN ");
                self.operand(low);
                self.push(" AND ");
                self.operand(high);
            }
            Node::In(a) => self.flavor.in_list(self, a),
            Node::InSelect(a, select) => {
                self.operand(a);
                self.push(" IN (");
                let outer = self.table.take();
                if let Err(error) = self.select_plain(select) {
                    self.error.get_or_insert(error);
                }
                self.table = outer;
                self.push(")");
            }
            Node::Match(how, a) => self.flavor.matches(self, *how, a),
            Node::And(all) => self.junction(all, " AND ", "1 = 1"),
            Node::Or(all) => self.junction(all, " OR ", "1 = 0"),
            Node::Not(a) => {
                self.push("NOT (");
                self.node(a);
                self.push(")");
            }
        }
    }

    fn junction(&mut self, all: &[Node], between: &str, empty: &str) {
        match all {
            [] => self.push(empty),
            [one] => self.node(one),
            // A chain is a deep tree to SQLite, which takes 1,000 levels; halves are a shallow one.
            many if many.len() > WIDE => {
                let (left, right) = many.split_at(many.len() / 2);
                self.push("(");
                self.junction(left, between, empty);
                self.push(between);
                self.junction(right, between, empty);
                self.push(")");
            }
            several => {
                for (i, node) in several.iter().enumerate() {
                    self.push(if i == 0 { "(" } else { between });
                    self.node(node);
                }
                self.push(")");
            }
        }
    }

    fn select(&mut self, select: &Select) -> Result<Vec<ResultColumn>> {
        match &select.projection {
            Projection::Count if select.limit || select.offset => {
                self.push("SELECT COUNT(*) AS ");
                self.identifier("count");
                self.push(" FROM (SELECT 1 AS ");
                self.identifier("one");
                self.rest_of_select(select)?;
                self.push(") AS ");
                self.identifier("counted");
                Ok(vec![computed("count", ColumnType::int(64))])
            }
            Projection::Count => {
                self.push("SELECT COUNT(*) AS ");
                self.identifier("count");
                // An order would be refused beside an aggregate, and means nothing.
                let unordered = Select {
                    order: Vec::new(),
                    ..select.clone()
                };
                self.rest_of_select(&unordered)?;
                Ok(vec![computed("count", ColumnType::int(64))])
            }
            Projection::Exists => {
                self.push("SELECT CASE WHEN EXISTS (SELECT 1");
                self.rest_of_select(select)?;
                self.push(") THEN 1 ELSE 0 END AS ");
                self.identifier("exists");
                Ok(vec![computed("exists", ColumnType::int(64))])
            }
            projection => {
                self.table = Some(Arc::clone(self.schema.table_named(&select.from)?));
                self.push("SELECT ");
                let columns = self.projected(projection)?;
                self.rest_of_select(select)?;
                Ok(columns)
            }
        }
    }

    /// A subquery's columns are compared, not read: they are selected as they stand.
    fn select_plain(&mut self, select: &Select) -> Result<()> {
        self.push("SELECT ");
        if let Projection::Columns(names) = &select.projection {
            self.names(names);
        }
        self.rest_of_select(select)
    }

    fn rest_of_select(&mut self, select: &Select) -> Result<()> {
        self.table = Some(Arc::clone(self.schema.table_named(&select.from)?));
        self.push(" FROM ");
        self.table_name(&select.from);
        self.filter(select.filter.as_ref());
        for (i, order) in select.order.iter().enumerate() {
            self.push(if i == 0 { " ORDER BY " } else { ", " });
            self.node(&order.by);
            self.push(if order.descending { " DESC" } else { "" });
        }
        if select.limit || select.offset {
            self.flavor.limit(self, select.limit, select.offset);
        }
        Ok(())
    }

    fn insert(&mut self, insert: &Insert) -> Result<Vec<ResultColumn>> {
        self.table = Some(Arc::clone(self.schema.table_named(&insert.table)?));
        self.push("INSERT INTO ");
        self.table_name(&insert.table);
        if insert.columns.is_empty() {
            self.push(" DEFAULT VALUES");
        } else {
            self.push(" (");
            self.names(&insert.columns);
            self.push(") VALUES ");
            for row in 0..insert.rows {
                self.push(if row == 0 { "(" } else { ", (" });
                for cell in 0..insert.columns.len() {
                    self.push(if cell == 0 { "" } else { ", " });
                    self.bind();
                }
                self.push(")");
            }
        }
        self.returning(insert.returning.as_ref())
    }

    fn update(&mut self, update: &Update) -> Result<Vec<ResultColumn>> {
        self.table = Some(Arc::clone(self.schema.table_named(&update.table)?));
        self.push("UPDATE ");
        self.table_name(&update.table);
        for (i, (name, node)) in update.assignments.iter().enumerate() {
            self.push(if i == 0 { " SET " } else { ", " });
            self.identifier(name);
            self.push(" = ");
            self.node(node);
        }
        self.filter(update.filter.as_ref());
        self.returning(update.returning.as_ref())
    }

    fn delete(&mut self, delete: &Delete) -> Result<Vec<ResultColumn>> {
        self.table = Some(Arc::clone(self.schema.table_named(&delete.table)?));
        self.push("DELETE FROM ");
        self.table_name(&delete.table);
        self.filter(delete.filter.as_ref());
        self.returning(delete.returning.as_ref())
    }

    fn returning(&mut self, projection: Option<&Projection>) -> Result<Vec<ResultColumn>> {
        let Some(projection) = projection else {
            return Ok(Vec::new());
        };
        if !self.flavor.capabilities().returning {
            let name = self.flavor.name();
            return Err(Error::unsupported(
                name,
                "returning",
                "give back the rows of a write",
            ));
        }
        self.push(" RETURNING ");
        self.projected(projection)
    }

    fn projected(&mut self, projection: &Projection) -> Result<Vec<ResultColumn>> {
        let Some(table) = self.table.clone() else {
            return Ok(Vec::new());
        };
        let columns: Vec<&Column> = match projection {
            Projection::All => table.visible_columns().collect(),
            Projection::Columns(names) => names
                .iter()
                .map(|name| table.column(name).ok_or_else(|| table.unknown_column(name)))
                .collect::<Result<_>>()?,
            Projection::Count | Projection::Exists => {
                return Err(Error::new(
                    ErrorKind::InvalidStatement,
                    "a write gives back columns, not a count",
                ));
            }
        };
        for (i, column) in columns.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            let mut quoted = String::new();
            self.flavor.identifier(&mut quoted, &column.name);
            self.flavor.selected(&mut self.sql, column, &quoted);
        }
        if columns.is_empty() {
            self.push("NULL");
        }
        let result = columns.iter().map(|column| ResultColumn {
            name: column.name.as_str().into(),
            column_type: Some(column.column_type.clone()),
        });
        Ok(result.collect())
    }

    fn filter(&mut self, filter: Option<&Node>) {
        if let Some(node) = filter {
            self.push(" WHERE ");
            self.node(node);
        }
    }

    fn names(&mut self, names: &[Arc<str>]) {
        for (i, name) in names.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            self.identifier(name);
        }
    }

    fn table_name(&mut self, table: &TableName) {
        if let Some(schema) = &table.schema {
            self.identifier(schema);
            self.push(".");
        }
        self.identifier(&table.name);
    }
}

fn computed(name: &str, column_type: ColumnType) -> ResultColumn {
    ResultColumn {
        name: name.into(),
        column_type: Some(column_type),
    }
}

fn operator(op: Compare) -> &'static str {
    match op {
        Compare::Eq => " = ",
        Compare::Ne => " <> ",
        Compare::Lt => " < ",
        Compare::Le => " <= ",
        Compare::Gt => " > ",
        Compare::Ge => " >= ",
    }
}
