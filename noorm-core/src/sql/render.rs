//! Trees into SQL text.

use std::sync::Arc;

use super::bounded::is_bounded;
use super::read_back::{self, Lookup, ReadBack};
use super::{SqlFlavor, Write, WriteKind};
use crate::error::{Error, ErrorKind, Result};
use crate::executor::Header;
use crate::schema::{Column, ColumnType, Schema, Table, TableName};
use crate::statement::{
    Compare, Delete, Insert, Node, OrderBy, Projection, Raw, Select, Tree, Update,
};

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
#[derive(Debug, Clone)]
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
    /// The columns that the binds are for, in the binds' order; `None` where a bind is for none.
    pub bound: Arc<[Option<BoundColumn>]>,
    /// How the rows that a write should give back are read, where the write itself can't give them.
    pub read_back: Option<ReadBack>,
}

impl Rendered {
    /// Gives the column that a bind (counted from 0) is for: what it is compared with, or written to.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use noorm_core::schema::TableName;
    /// use noorm_core::statement::{Insert, Statement, Tree};
    ///
    /// let insert = Insert::new(TableName::new(None, "album"), ["title"], 1);
    /// let statement = Statement::new(Tree::Insert(insert), vec!["Blue".into()], &schema, flavor)?;
    /// let rendered = statement.rendered(flavor)?;
    /// assert_eq!(rendered.bound_column(0).map(|column| column.name.as_str()), Some("title"));
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    #[must_use]
    pub fn bound_column(&self, bind: usize) -> Option<&Column> {
        self.bound.get(bind)?.as_ref()?.column()
    }
}

/// A column that a bind is for.
#[derive(Debug, Clone)]
pub struct BoundColumn {
    table: Arc<Table>,
    column: usize,
}

impl BoundColumn {
    fn column(&self) -> Option<&Column> {
        self.table.columns.get(self.column)
    }
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
        bound: Vec::new(),
        select: 0,
        error: None,
        read_back: None,
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
    if writer.bound.len() > max {
        return Err(Error::new(
            ErrorKind::TooManyBinds,
            format!(
                "the statement needs {} binds; {} takes {max}",
                writer.bound.len(),
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
        bound: writer.bound.into(),
        read_back: writer.read_back,
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
    /// The columns of the binds that were written.
    bound: Vec<Option<BoundColumn>>,
    /// Where the text behind the innermost `SELECT` begins.
    select: usize,
    error: Option<Error>,
    read_back: Option<ReadBack>,
}

impl Writer<'_> {
    /// Writes SQL as it stands.
    pub fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Writes the next bind's placeholder.
    pub fn bind(&mut self) {
        self.bind_for(None);
    }

    /// Writes the next bind's placeholder; the bind is for what the column `node` holds, if it is one.
    ///
    /// ```
    /// use noorm_core::{sql::Writer, statement::Node};
    ///
    /// fn is_distinct(writer: &mut Writer<'_>, column: &Node) {
    ///     writer.operand(column);
    ///     writer.push(" IS DISTINCT FROM ");
    ///     writer.bind_like(column);
    /// }
    /// ```
    pub fn bind_like(&mut self, node: &Node) {
        let name = match node {
            Node::Column(name) => Some(&**name),
            _ => None,
        };
        self.bind_for(name);
    }

    /// Writes the placeholder of a bind that is for a column of the table.
    fn bind_for(&mut self, column: Option<&str>) {
        let number = self.take_bind(column);
        let bound = self.bound.last().and_then(Option::as_ref);
        match bound.and_then(BoundColumn::column) {
            Some(column) => self.flavor.bound(&mut self.sql, column, number),
            None => self.flavor.placeholder(&mut self.sql, number),
        }
    }

    /// Counts the next bind without writing it, and gives its number. It is for a column of the table, if
    /// one is named.
    ///
    /// ```
    /// use noorm_core::sql::Writer;
    ///
    /// /// Two binds whose SQL stands the other way round.
    /// fn limit(writer: &mut Writer<'_>) {
    ///     let (limit, offset) = (writer.take_bind(None), writer.take_bind(None));
    ///     writer.push(" OFFSET ");
    ///     writer.placeholder(offset);
    ///     writer.push(" LIMIT ");
    ///     writer.placeholder(limit);
    /// }
    /// ```
    pub fn take_bind(&mut self, column: Option<&str>) -> usize {
        let table = self.table.as_ref();
        let bound = table.zip(column).and_then(|(table, name)| {
            Some(BoundColumn {
                column: table.column_index(name)?,
                table: Arc::clone(table),
            })
        });
        self.bound.push(bound);
        self.bound.len()
    }

    /// Writes the placeholder of a bind that was counted already.
    ///
    /// ```
    /// use noorm_core::sql::Writer;
    ///
    /// fn twice(writer: &mut Writer<'_>) {
    ///     let number = writer.take_bind(None);
    ///     writer.placeholder(number);
    ///     writer.push(" + ");
    ///     writer.placeholder(number);
    /// }
    /// ```
    pub fn placeholder(&mut self, number: usize) {
        self.flavor.placeholder(&mut self.sql, number);
    }

    /// Inserts SQL right behind the `SELECT` that is being written.
    ///
    /// ```
    /// use noorm_core::sql::Writer;
    ///
    /// /// T-SQL's limit.
    /// fn top(writer: &mut Writer<'_>) {
    ///     let number = writer.take_bind(None);
    ///     writer.behind_select(&format!(" TOP (@P{number})"));
    /// }
    /// ```
    pub fn behind_select(&mut self, sql: &str) {
        if self.sql.is_char_boundary(self.select) {
            self.sql.insert_str(self.select, sql);
        }
    }

    /// Gives the table that is written about.
    #[must_use]
    pub fn table(&self) -> Option<&Arc<Table>> {
        self.table.as_ref()
    }

    /// Gives the schema that the names were checked against.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        self.schema
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

    /// Writes what `other` is compared with: where that is a column, a bind is for it.
    fn operand_like(&mut self, node: &Node, other: &Node) {
        match node {
            Node::Bind => self.bind_like(other),
            node => self.operand(node),
        }
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
            Node::Column(name) => match self.table.clone() {
                Some(table) => match table.column(name) {
                    Some(column) => {
                        let mut quoted = String::new();
                        self.flavor.identifier(&mut quoted, name);
                        self.flavor.compared(&mut self.sql, column, &quoted);
                    }
                    None => {
                        self.error.get_or_insert_with(|| table.unknown_column(name));
                    }
                },
                None => self.identifier(name),
            },
            Node::Bind => self.bind(),
            Node::Constant(true) => self.push("1 = 1"),
            Node::Constant(false) => self.push("1 = 0"),
            Node::Compare(op, a, b) => {
                self.operand_like(a, b);
                self.push(operator(*op));
                self.operand_like(b, a);
            }
            Node::IsNull(a) => {
                self.operand(a);
                self.push(" IS NULL");
            }
            Node::Between(a, low, high) => {
                self.operand(a);
                self.push(" BETWEEN ");
                self.operand_like(low, a);
                self.push(" AND ");
                self.operand_like(high, a);
            }
            Node::In(a) => self.flavor.in_list(self, a),
            Node::InSelect(a, select) => {
                self.operand(a);
                self.push(" IN (");
                let (outer, behind) = (self.table.take(), self.select);
                if let Err(error) = self.select_plain(select) {
                    self.error.get_or_insert(error);
                }
                (self.table, self.select) = (outer, behind);
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
                self.push(" FROM (");
                self.begin_select();
                self.push("1 AS ");
                self.identifier("one");
                self.rest_of_select(select)?;
                self.push(") AS ");
                self.identifier("counted");
                Ok(vec![computed("count", ColumnType::int(64))])
            }
            Projection::Count => {
                self.begin_select();
                self.push("COUNT(*) AS ");
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
                self.push("SELECT CASE WHEN EXISTS (");
                self.begin_select();
                self.push("1");
                self.rest_of_subquery(select)?;
                self.push(") THEN 1 ELSE 0 END AS ");
                self.identifier("exists");
                Ok(vec![computed("exists", ColumnType::int(64))])
            }
            projection => {
                let table = self.written(&select.from)?;
                let columns = columns_of(&table, projection)?;
                self.begin_select();
                self.selected(&columns, "");
                self.rest_of_select(select)?;
                Ok(result_columns(&columns))
            }
        }
    }

    /// A subquery's columns are compared, not read: they are selected as they stand.
    fn select_plain(&mut self, select: &Select) -> Result<()> {
        self.begin_select();
        if let Projection::Columns(names) = &select.projection {
            self.names(names);
        }
        self.rest_of_subquery(select)
    }

    fn begin_select(&mut self) {
        self.push("SELECT ");
        self.select = self.sql.len();
    }

    /// Without a limit, the order of a subquery means nothing, and some databases refuse it.
    fn rest_of_subquery(&mut self, select: &Select) -> Result<()> {
        let plain = |order: &OrderBy| matches!(order.by, Node::Column(_));
        if select.limit || select.offset || !select.order.iter().all(plain) {
            return self.rest_of_select(select);
        }
        self.rest_of_select(&Select {
            order: Vec::new(),
            ..select.clone()
        })
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
            self.flavor.page(self, select);
        }
        Ok(())
    }

    fn insert(&mut self, insert: &Insert) -> Result<Vec<ResultColumn>> {
        let table = self.written(&insert.table)?;
        let can = self.flavor.capabilities().returning;
        let lookup = match insert.returning {
            Some(_) if !can.insert => Some(read_back::of_insert(&table, insert, self.flavor)?),
            _ => None,
        };
        let added = lookup.iter().flat_map(|lookup| &lookup.defaults);
        let columns: Vec<_> = insert.columns.iter().chain(added).cloned().collect();
        let write = Write {
            kind: WriteKind::Insert,
            table: &table,
            columns: &columns,
            rows: insert.rows,
            returning: self.returning(&table, insert.returning.as_ref(), can.insert)?,
        };
        self.flavor.before_write(self, &write)?;
        self.push("INSERT INTO ");
        self.table_name(&insert.table);
        if !columns.is_empty() {
            self.push(" (");
            self.names(&columns);
            self.push(")");
        }
        self.flavor.inside_write(self, &write)?;
        self.flavor.rows(self, &write)?;
        self.flavor.after_write(self, &write)?;
        self.read_again(lookup, insert.returning.as_ref())?;
        Ok(self.result(&write))
    }

    /// Writes `VALUES` and the rows of an `INSERT`, each cell a bind; a row of defaults where it names
    /// no columns.
    ///
    /// ```
    /// use noorm_core::sql::{Write, Writer};
    ///
    /// fn rows(writer: &mut Writer<'_>, write: &Write<'_>) {
    ///     writer.push(" OVERRIDING SYSTEM VALUE");
    ///     writer.values(write);
    /// }
    /// ```
    pub fn values(&mut self, write: &Write<'_>) {
        if write.columns.is_empty() {
            return self.flavor.row_of_defaults(&mut self.sql);
        }
        self.push(" VALUES ");
        for row in 0..write.rows {
            self.push(if row == 0 { "(" } else { ", (" });
            for (at, name) in write.columns.iter().enumerate() {
                self.push(if at == 0 { "" } else { ", " });
                self.bind_for(Some(name));
            }
            self.push(")");
        }
    }

    fn update(&mut self, update: &Update) -> Result<Vec<ResultColumn>> {
        let table = self.written(&update.table)?;
        let can = self.flavor.capabilities().returning.update;
        let lookup = match update.returning {
            Some(_) if !can => Some(read_back::of_update(&table, update, self.flavor)?),
            _ => None,
        };
        let returning = self.returning(&table, update.returning.as_ref(), can)?;
        let columns: Vec<_> = update.assignments.iter().map(|(c, _)| c.clone()).collect();
        let write = Write {
            kind: WriteKind::Update,
            table: &table,
            columns: &columns,
            rows: 0,
            returning,
        };
        self.flavor.before_write(self, &write)?;
        self.push("UPDATE ");
        self.table_name(&update.table);
        for (i, (name, node)) in update.assignments.iter().enumerate() {
            self.push(if i == 0 { " SET " } else { ", " });
            self.identifier(name);
            self.push(" = ");
            match node {
                Node::Bind => self.bind_for(Some(name)),
                node => self.node(node),
            }
        }
        self.flavor.inside_write(self, &write)?;
        self.filter(update.filter.as_ref());
        self.flavor.after_write(self, &write)?;
        self.read_again(lookup, update.returning.as_ref())?;
        Ok(self.result(&write))
    }

    fn delete(&mut self, delete: &Delete) -> Result<Vec<ResultColumn>> {
        let table = self.written(&delete.table)?;
        let can = self.flavor.capabilities().returning.delete;
        if delete.returning.is_some() && !can {
            let name = self.flavor.name();
            let what = "give back the rows that it removes";
            return Err(Error::unsupported(name, "returning", what));
        }
        let returning = self.returning(&table, delete.returning.as_ref(), can)?;
        let write = Write {
            kind: WriteKind::Delete,
            table: &table,
            columns: &[],
            rows: 0,
            returning,
        };
        self.flavor.before_write(self, &write)?;
        self.push("DELETE FROM ");
        self.table_name(&delete.table);
        self.flavor.inside_write(self, &write)?;
        self.filter(delete.filter.as_ref());
        self.flavor.after_write(self, &write)?;
        Ok(write.result())
    }

    fn written(&mut self, name: &TableName) -> Result<Arc<Table>> {
        let table = Arc::clone(self.schema.table_named(name)?);
        self.table = Some(Arc::clone(&table));
        Ok(table)
    }

    /// The columns that the write itself gives back, if it `can`.
    fn returning<'t>(
        &self,
        table: &'t Table,
        projection: Option<&Projection>,
        can: bool,
    ) -> Result<Option<Vec<&'t Column>>> {
        let projection = projection.filter(|_| can);
        projection
            .map(|wanted| columns_of(table, wanted))
            .transpose()
    }

    /// Has the rows that the write can't give back read by their key.
    fn read_again(&mut self, lookup: Option<Lookup>, wanted: Option<&Projection>) -> Result<()> {
        if let (Some(lookup), Some(projection)) = (lookup, wanted) {
            self.read_back = Some(lookup.finish(projection, self.schema, self.flavor)?);
        }
        Ok(())
    }

    /// The columns of what a write gives, itself or read back.
    fn result(&self, write: &Write<'_>) -> Vec<ResultColumn> {
        match &self.read_back {
            Some(read_back) => read_back
                .select
                .columns
                .as_deref()
                .unwrap_or_default()
                .to_vec(),
            None => write.result(),
        }
    }

    /// Writes columns as they are selected, each behind `prefix`: `inserted.`.
    ///
    /// ```
    /// use noorm_core::sql::{Write, Writer};
    ///
    /// fn output(writer: &mut Writer<'_>, write: &Write<'_>) {
    ///     if let Some(columns) = &write.returning {
    ///         writer.push(" OUTPUT ");
    ///         writer.selected(columns, "inserted.");
    ///     }
    /// }
    /// ```
    pub fn selected(&mut self, columns: &[&Column], prefix: &str) {
        for (i, column) in columns.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            let mut quoted = prefix.to_owned();
            self.flavor.identifier(&mut quoted, &column.name);
            self.flavor.selected(&mut self.sql, column, &quoted);
        }
        if columns.is_empty() {
            self.push("NULL");
        }
    }

    fn filter(&mut self, filter: Option<&Node>) {
        if let Some(node) = filter {
            self.push(" WHERE ");
            self.node(node);
        }
    }

    /// Writes names with their quotes, with commas between them.
    ///
    /// ```
    /// use noorm_core::sql::{Write, Writer};
    ///
    /// fn target(writer: &mut Writer<'_>, write: &Write<'_>) {
    ///     writer.table_name(&write.table.table_name());
    ///     writer.push(" (");
    ///     writer.names(write.columns);
    ///     writer.push(")");
    /// }
    /// ```
    pub fn names(&mut self, names: &[Arc<str>]) {
        for (i, name) in names.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            self.identifier(name);
        }
    }

    /// Writes a table's name with its quotes, behind its schema's where it has one.
    pub fn table_name(&mut self, table: &TableName) {
        if let Some(schema) = &table.schema {
            self.identifier(schema);
            self.push(".");
        }
        self.identifier(&table.name);
    }
}

fn columns_of<'t>(table: &'t Table, projection: &Projection) -> Result<Vec<&'t Column>> {
    match projection {
        Projection::All => Ok(table.visible_columns().collect()),
        Projection::Columns(names) => names
            .iter()
            .map(|name| table.column(name).ok_or_else(|| table.unknown_column(name)))
            .collect(),
        Projection::Count | Projection::Exists => Err(Error::new(
            ErrorKind::InvalidStatement,
            "a write gives back columns, not a count",
        )),
    }
}

pub(super) fn result_columns(columns: &[&Column]) -> Vec<ResultColumn> {
    let result = columns.iter().map(|column| ResultColumn {
        name: column.name.as_str().into(),
        column_type: Some(column.column_type.clone()),
    });
    result.collect()
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
