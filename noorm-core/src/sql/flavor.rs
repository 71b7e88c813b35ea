//! What dialects do differently when they write SQL.

use std::mem::Discriminant;
use std::sync::Arc;

use super::{Capabilities, CheckSyntax, JsonCell, Quoting, Refusal, TextEquality, Write, Writer};
use crate::error::{Error, Result};
use crate::executor::Rows;
use crate::schema::{Column, Routine, Table};
use crate::statement::{
    Aggregate, ArrayTest, Conflict, JsonAs, Lock, LockStrength, LockWait, Match, Node, Select,
};
use crate::value::Value;

/// How a dialect writes SQL, where it differs from the standard.
///
/// ```
/// use noorm_core::sql::{Capabilities, SqlFlavor, Writer};
/// use noorm_core::statement::{Match, Node};
///
/// struct Duck;
///
/// impl SqlFlavor for Duck {
///     fn name(&self) -> &'static str {
///         "duck"
///     }
///     fn capabilities(&self) -> Capabilities {
///         Capabilities::minimal(999)
///     }
///     fn placeholder(&self, out: &mut String, _number: usize) {
///         out.push('?');
///     }
///     fn in_list(&self, writer: &mut Writer<'_>, operand: &Node) {
///         writer.operand(operand);
///         writer.push(" = ANY(");
///         writer.bind();
///         writer.push(")");
///     }
/// }
///
/// let mut sql = String::new();
/// Duck.identifier(&mut sql, r#"the "album""#);
/// assert_eq!(sql, r#""the ""album""""#);
/// assert_eq!(Duck.pattern(Match::Contains, "100%"), r"%100\%%");
/// ```
pub trait SqlFlavor: Send + Sync {
    /// The flavor's name; SQL rendered by one is never taken for another's.
    fn name(&self) -> &'static str;

    /// The server's kind as OpenTelemetry calls it (`db.system.name`); by default the flavor's name.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use noorm_core::sql::SqlFlavor as _;
    ///
    /// // PostgreSQL's is called `postgres`, and says `postgresql` here.
    /// assert_eq!(flavor.system(), flavor.name());
    /// ```
    fn system(&self) -> &'static str {
        self.name()
    }

    /// What the dialect can do.
    fn capabilities(&self) -> Capabilities;

    /// Writes an identifier with its quotes, doubling those inside.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use noorm_core::sql::SqlFlavor as _;
    ///
    /// // `flavor` follows the standard here.
    /// let mut sql = String::from("SELECT ");
    /// flavor.identifier(&mut sql, "order");
    /// assert_eq!(sql, r#"SELECT "order""#);
    /// ```
    fn identifier(&self, out: &mut String, name: &str) {
        out.push('"');
        for c in name.chars() {
            if c == '"' {
                out.push('"');
            }
            out.push(c);
        }
        out.push('"');
    }

    /// Writes the placeholder of the bind of this number, counted from 1.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use noorm_core::sql::SqlFlavor as _;
    ///
    /// // `flavor` numbers its placeholders as PostgreSQL does.
    /// let mut sql = String::from("LIMIT ");
    /// flavor.placeholder(&mut sql, 3);
    /// assert_eq!(sql, "LIMIT $3");
    /// ```
    fn placeholder(&self, out: &mut String, number: usize);

    /// How the dialect quotes and comments, where it differs from the standard.
    fn quoting(&self) -> Quoting {
        Quoting::STANDARD
    }

    /// Writes the placeholder of a bind that is written to `column`, or compared with it: with a cast
    /// where the column wouldn't take the bind as it stands.
    ///
    /// ```
    /// use noorm_core::schema::{Column, ColumnType};
    ///
    /// /// For a server that takes text for bytes.
    /// fn bound(out: &mut String, column: &Column, number: usize) {
    ///     match column.column_type {
    ///         ColumnType::Bytes { .. } => out.push_str(&format!("CAST(${number} AS bytea)")),
    ///         _ => out.push_str(&format!("${number}")),
    ///     }
    /// }
    ///
    /// let mut sql = String::new();
    /// let cover = ColumnType::Bytes { max_length: None };
    /// bound(&mut sql, &Column::new("cover", 1, "bytea", cover), 2);
    /// assert_eq!(sql, "CAST($2 AS bytea)");
    /// ```
    fn bound(&self, out: &mut String, column: &Column, number: usize) {
        let _ = column;
        self.placeholder(out, number);
    }

    /// Writes the placeholder of a bind that `column` is added to, or multiplied by: with a cast where the
    /// server would take it for a number of another kind. It may have more digits than the column.
    ///
    /// ```
    /// use noorm_core::schema::{Column, ColumnType};
    ///
    /// /// For a server that takes text for a double.
    /// fn calculated(out: &mut String, column: &Column, number: usize) {
    ///     match column.column_type {
    ///         ColumnType::Decimal { .. } => out.push_str(&format!("CAST(${number} AS numeric)")),
    ///         _ => out.push_str(&format!("${number}")),
    ///     }
    /// }
    ///
    /// let mut sql = String::new();
    /// calculated(&mut sql, &Column::new("stock", 1, "int", ColumnType::int(32)), 2);
    /// assert_eq!(sql, "$2");
    /// ```
    fn calculated(&self, out: &mut String, column: &Column, number: usize) {
        let _ = column;
        self.placeholder(out, number);
    }

    /// Writes what stands behind `INSERT INTO table` where every column takes its default.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use noorm_core::sql::SqlFlavor as _;
    ///
    /// // `flavor` follows the standard here; MySQL's writes ` () VALUES ()`.
    /// let mut sql = String::from("INSERT INTO visit");
    /// flavor.row_of_defaults(&mut sql);
    /// assert_eq!(sql, "INSERT INTO visit DEFAULT VALUES");
    /// ```
    fn row_of_defaults(&self, out: &mut String) {
        out.push_str(" DEFAULT VALUES");
    }

    /// Writes what selects a column so that its value arrives in a form the driver reads; `quoted` is
    /// the column's name with its quotes.
    ///
    /// ```
    /// use noorm_core::schema::{Column, ColumnType};
    ///
    /// /// Has the database print what the driver couldn't read.
    /// fn selected(out: &mut String, column: &Column, quoted: &str) {
    ///     out.push_str(quoted);
    ///     if column.column_type.is_other() {
    ///         out.push_str("::text");
    ///     }
    /// }
    ///
    /// let box_type = ColumnType::Other { native: "box".into() };
    /// let mut sql = String::new();
    /// selected(&mut sql, &Column::new("frame", 1, "box", box_type), r#""frame""#);
    /// assert_eq!(sql, r#""frame"::text"#);
    /// ```
    fn selected(&self, out: &mut String, column: &Column, quoted: &str) {
        let _ = column;
        out.push_str(quoted);
    }

    /// Writes a column where it stands in a condition or an order; `quoted` is its name with its quotes.
    fn compared(&self, out: &mut String, column: &Column, quoted: &str) {
        let _ = column;
        out.push_str(quoted);
    }

    /// Writes the test whether `operand` is in the list that the next bind is.
    ///
    /// ```
    /// use noorm_core::{sql::Writer, statement::Node};
    ///
    /// fn in_list(writer: &mut Writer<'_>, operand: &Node) {
    ///     writer.operand(operand);
    ///     writer.push(" IN (SELECT value FROM json_each(");
    ///     writer.bind();
    ///     writer.push("))");
    /// }
    /// ```
    fn in_list(&self, writer: &mut Writer<'_>, operand: &Node);

    /// Gives the pattern that matches `text` the way `how` says.
    ///
    /// By default a `LIKE` pattern with `\` before wildcards; [`Match::Like`] is a pattern already.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use noorm_core::{sql::SqlFlavor as _, statement::Match};
    ///
    /// assert_eq!(flavor.pattern(Match::StartsWith, "100%"), r"100\%%");
    /// assert_eq!(flavor.pattern(Match::Like, "100%"), "100%");
    /// ```
    fn pattern(&self, how: Match, text: &str) -> String {
        like_pattern(how, text)
    }

    /// Writes the test whether `operand` matches the pattern that the next bind is.
    ///
    /// ```
    /// use noorm_core::sql::Writer;
    /// use noorm_core::statement::{Match, Node};
    ///
    /// /// Where `LIKE` doesn't tell letter cases apart, and `GLOB` does.
    /// fn matches(writer: &mut Writer<'_>, how: Match, operand: &Node) {
    ///     writer.operand_as_text(operand);
    ///     writer.push(if how == Match::Like { " LIKE " } else { " GLOB " });
    ///     writer.bind();
    /// }
    /// ```
    fn matches(&self, writer: &mut Writer<'_>, how: Match, operand: &Node) {
        let _ = how;
        writer.operand_as_text(operand);
        writer.push(" LIKE ");
        writer.bind();
        writer.push(" ESCAPE '\\'");
    }

    /// Gives the pattern that matches `text` the way `how` says, for [`matches_any_case`](Self::matches_any_case).
    fn pattern_any_case(&self, how: Match, text: &str) -> String {
        self.pattern(how, text)
    }

    /// Writes the test whether `operand` matches the pattern that the next bind is, whatever the letter case.
    ///
    /// ```
    /// use noorm_core::{sql::Writer, statement::{Match, Node}};
    ///
    /// /// Where there is a word for it.
    /// fn matches_any_case(writer: &mut Writer<'_>, _: Match, operand: &Node) {
    ///     writer.operand_as_text(operand);
    ///     writer.push(" ILIKE ");
    ///     writer.bind();
    /// }
    /// ```
    fn matches_any_case(&self, writer: &mut Writer<'_>, how: Match, operand: &Node) {
        let _ = how;
        writer.push("LOWER(");
        writer.operand_as_text(operand);
        writer.push(") LIKE LOWER(");
        writer.bind();
        writer.push(") ESCAPE '\\'");
    }

    /// Writes what the values of `operand` come to. A sum of integers has room for it, and the mean of
    /// integers is a float.
    fn aggregate(&self, writer: &mut Writer<'_>, how: Aggregate, operand: &Node) {
        writer.aggregate(how, operand, None);
    }

    /// Gives what counts the rows of a group.
    fn count_rows(&self) -> &'static str {
        "COUNT(*)"
    }

    /// Gives what begins a call that counts the characters of a text.
    fn length(&self) -> &'static str {
        "CHAR_LENGTH("
    }

    /// Gives the type that numbers are cast to of which a mean is taken.
    fn float_type(&self) -> &'static str {
        "double precision"
    }

    /// Gives what the path of a value in a JSON document is bound as; it has keys, as text, and places in
    /// arrays, as integers from 0. By default as SQL writes it: `$."tags"[0]`.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use noorm_core::{Value, sql::SqlFlavor as _};
    ///
    /// let path = flavor.json_path(&["a \"b\"".into(), 0.into()]);
    /// assert_eq!(path, Value::from(r#"$."a \"b\""[0]"#));
    /// ```
    fn json_path(&self, path: &[Value]) -> Value {
        let mut text = String::from("$");
        for part in path {
            match part {
                Value::Text(key) => {
                    text.push('.');
                    text.push_str(&serde_json::Value::from(key.as_str()).to_string());
                }
                place => {
                    text.push('[');
                    text.push_str(&place.to_text().unwrap_or_default());
                    text.push(']');
                }
            }
        }
        text.into()
    }

    /// What stands before a common table expression that refers to itself.
    fn recursive(&self) -> &'static str {
        "WITH RECURSIVE "
    }

    /// What stands at the end of a statement with one.
    fn recursive_end(&self) -> &'static str {
        ""
    }

    /// Writes the rows of a subquery as one JSON array of arrays, with [`Writer::json_rows`]; the capability
    /// [`json_rows`](Capabilities::json_rows).
    fn json_rows(&self, writer: &mut Writer<'_>, select: &Select) {
        let _ = select;
        let what = "give the rows of a subquery as a document";
        writer.refuse(Error::unsupported(self.name(), "json_rows", what));
    }

    /// Writes a column as it travels in a JSON document, so that nothing of its values is lost: a number that a float
    /// would round as text. Gives `false`, as by default, and writes nothing, where its type can't travel so.
    fn json_value(&self, out: &mut String, column: &Column, quoted: &str) -> bool {
        let _ = (out, column, quoted);
        false
    }

    /// Reads what [`json_value`](SqlFlavor::json_value) wrote, as the driver would have read the column.
    fn json_read(&self, column: &Column, cell: JsonCell<'_>) -> Value {
        cell.fitted(&column.column_type)
    }

    /// Writes what the JSON document `operand` has at the path that the next bind is.
    fn json(&self, writer: &mut Writer<'_>, how: JsonAs, operand: &Node) {
        let _ = (how, operand);
        let what = "look into JSON documents";
        writer.refuse(Error::unsupported(self.name(), "json_paths", what));
    }

    /// Writes the test of the array `operand` against the next bind: an element, or an array.
    fn array(&self, writer: &mut Writer<'_>, test: ArrayTest, operand: &Node) {
        let _ = (test, operand);
        writer.refuse(Error::unsupported(
            self.name(),
            "arrays",
            "look into arrays",
        ));
    }

    /// Writes the test whether `operand` has the words that the next bind asks for.
    fn search(&self, writer: &mut Writer<'_>, operand: &Node) {
        let _ = operand;
        let what = "search text for words";
        writer.refuse(Error::unsupported(self.name(), "full_text", what));
    }

    /// Gives the text that is sent to be [searched](SqlFlavor::search) for, in which no sign means more than itself; by default
    /// the text as it is.
    ///
    /// ```
    /// /// Of a language in which only quotes mean something.
    /// fn words(text: &str) -> String {
    ///     text.replace('"', " ")
    /// }
    /// ```
    fn words(&self, text: &str) -> String {
        text.to_owned()
    }

    /// Writes what locks rows where it stands behind the table's name; by default nothing does.
    fn lock_hint(&self, writer: &mut Writer<'_>, lock: Lock) {
        let _ = (writer, lock);
    }

    /// Writes what locks rows at the end of a query: those of the table `of`, where there are several.
    fn lock(&self, writer: &mut Writer<'_>, lock: Lock, of: Option<&str>) {
        if !self.capabilities().row_locks {
            let what = "lock the rows of a query";
            return writer.refuse(Error::unsupported(self.name(), "row_locks", what));
        }
        writer.push(match lock.strength {
            LockStrength::Update => " FOR UPDATE",
            LockStrength::Share => " FOR SHARE",
        });
        if let Some(of) = of {
            writer.push(" OF ");
            writer.identifier(of);
        }
        writer.push(match lock.wait {
            LockWait::Wait => "",
            LockWait::NoWait => " NOWAIT",
            LockWait::SkipLocked => " SKIP LOCKED",
        });
    }

    /// Says why texts can't be searched for this one, or matched with this pattern; `None` if they can.
    ///
    /// ```
    /// /// For a server whose patterns end at a NUL.
    /// fn cannot_match(text: &str) -> Option<&'static str> {
    ///     text.contains('\0').then_some("holds a NUL, at which a pattern ends")
    /// }
    ///
    /// assert!(cannot_match("a\0b").is_some());
    /// ```
    fn cannot_match(&self, text: &str) -> Option<&'static str> {
        let _ = text;
        None
    }

    /// Says why a value that fits the column's type would be changed in silence when it is written, or
    /// is out of the column's range (and names the range); `None` if neither is so.
    ///
    /// ```
    /// use noorm_core::{Value, schema::{Column, ColumnType}, sql::Refusal};
    ///
    /// /// For a server that pads what is too short.
    /// fn would_change(column: &Column, value: &Value) -> Option<Refusal> {
    ///     let pads = column.native_type.starts_with("char(");
    ///     (pads && value.as_str() == Some("")).then(|| "it would be filled up with blanks".into())
    /// }
    ///
    /// let code = Column::new("code", 1, "char(2)", ColumnType::text());
    /// assert!(would_change(&code, &"".into()).is_some());
    /// ```
    fn would_change(&self, column: &Column, value: &Value) -> Option<Refusal> {
        let _ = (column, value);
        None
    }

    /// Gives the kind of value of which the column keeps every one as it is: those aren't looked at one by one, by
    /// [`would_change`](SqlFlavor::would_change) and [`too_long`](SqlFlavor::too_long). `None`, the default, if there is
    /// none, or if that isn't known.
    ///
    /// ```
    /// use std::mem::{Discriminant, discriminant};
    /// use noorm_core::{Value, schema::{Column, ColumnType}};
    ///
    /// fn keeps_every(column: &Column) -> Option<Discriminant<Value>> {
    ///     let is_large = column.column_type == ColumnType::int(64);
    ///     is_large.then(|| discriminant(&Value::I64(0)))
    /// }
    ///
    /// let count = Column::new("count", 1, "bigint", ColumnType::int(64));
    /// assert_eq!(keeps_every(&count), Some(discriminant(&Value::from(7))));
    /// ```
    fn keeps_every(&self, column: &Column) -> Option<Discriminant<Value>> {
        let _ = column;
        None
    }

    /// Says why a value that fits the column's type can't be compared with the column; `None` if it can.
    /// By default what would be changed in a write would be changed in a comparison, too.
    fn would_change_compared(&self, column: &Column, value: &Value) -> Option<Refusal> {
        self.would_change(column, value)
    }

    /// Says why the column has no room for a text or bytes that fit its type, counted as it counts them; `None`,
    /// the default, if it has, or if only the database knows. What it would cut off in silence counts as room.
    fn too_long(&self, column: &Column, value: &Value) -> Option<Refusal> {
        let _ = (column, value);
        None
    }

    /// Says how the conditions of check constraints are written, so that values are held against them before
    /// they are sent; `None`, the default, leaves all of them to the database.
    fn check_syntax(&self) -> Option<CheckSyntax> {
        None
    }

    /// Says which texts of a column are equal; `None`, the default, if that isn't known, or if the column may
    /// keep another text than it is given.
    fn text_equality(&self, column: &Column) -> Option<TextEquality> {
        let _ = column;
        None
    }

    /// Tells whether the column fills texts up to its length with blanks, which count for nothing where it is compared;
    /// no, by default.
    fn pads(&self, column: &Column) -> bool {
        let _ = column;
        false
    }

    /// Writes the type that text is cast to.
    fn text_type(&self) -> &'static str {
        "text"
    }

    /// Gives how many rows of `columns` one `INSERT` into `table` may add, so that it can give them back
    /// in their order.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use std::sync::Arc;
    /// use noorm_core::schema::Table;
    ///
    /// /// Where a server numbers the rows of one `INSERT` in no certain order.
    /// fn rows_per_insert(table: &Table, columns: &[Arc<str>]) -> usize {
    ///     let is_numbered = |name: &String| !columns.iter().any(|column| **column == **name);
    ///     if table.key_columns().iter().any(is_numbered) { 1 } else { usize::MAX }
    /// }
    ///
    /// assert_eq!(rows_per_insert(schema.table("album")?, &["title".into()]), 1);
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    fn rows_per_insert(&self, table: &Table, columns: &[Arc<str>]) -> usize {
        let _ = (table, columns);
        self.capabilities().max_rows
    }

    /// Writes what comes before a write.
    ///
    /// ```
    /// use noorm_core::{Error, Result};
    /// use noorm_core::sql::{Write, WriteKind, Writer};
    ///
    /// /// For a server that can't give back what it deletes.
    /// fn before_write(_writer: &mut Writer<'_>, write: &Write<'_>) -> Result<()> {
    ///     match (write.kind, &write.returning) {
    ///         (WriteKind::Delete, Some(_)) => {
    ///             Err(Error::unsupported("plain", "returning.delete", "give deleted rows back"))
    ///         }
    ///         _ => Ok(()),
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) where the write can't be done.
    fn before_write(&self, writer: &mut Writer<'_>, write: &Write<'_>) -> Result<()> {
        let _ = (writer, write);
        Ok(())
    }

    /// Writes what gives rows back where it stands in the middle of a write: before `VALUES`, or before
    /// `WHERE` (T-SQL's `OUTPUT`).
    ///
    /// ```
    /// use noorm_core::Result;
    /// use noorm_core::sql::{Write, WriteKind, Writer};
    ///
    /// fn inside_write(writer: &mut Writer<'_>, write: &Write<'_>) -> Result<()> {
    ///     if let Some(columns) = &write.returning {
    ///         writer.push(" OUTPUT ");
    ///         let prefix = if write.kind == WriteKind::Delete { "deleted." } else { "inserted." };
    ///         writer.selected(columns, prefix);
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`before_write`](SqlFlavor::before_write).
    fn inside_write(&self, writer: &mut Writer<'_>, write: &Write<'_>) -> Result<()> {
        let _ = (writer, write);
        Ok(())
    }

    /// Writes the rows of an `INSERT`: `VALUES`, or `DEFAULT VALUES` where it names no columns.
    ///
    /// ```
    /// use noorm_core::Result;
    /// use noorm_core::sql::{Write, Writer};
    ///
    /// /// Gives the new rows a name, for what comes after the write.
    /// fn rows(writer: &mut Writer<'_>, write: &Write<'_>) -> Result<()> {
    ///     writer.values(write);
    ///     if !write.columns.is_empty() {
    ///         writer.push(" AS new");
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`before_write`](SqlFlavor::before_write).
    fn rows(&self, writer: &mut Writer<'_>, write: &Write<'_>) -> Result<()> {
        writer.values(write);
        Ok(())
    }

    /// Writes what makes an upsert of an `INSERT`, behind its rows; by default
    /// [`ON CONFLICT`](Writer::on_conflict).
    ///
    /// ```
    /// use noorm_core::Result;
    /// use noorm_core::sql::{Write, Writer};
    /// use noorm_core::statement::Conflict;
    ///
    /// /// MariaDB's.
    /// fn on_conflict(writer: &mut Writer<'_>, write: &Write<'_>, conflict: &Conflict) -> Result<()> {
    ///     writer.push(" ON DUPLICATE KEY UPDATE");
    ///     writer.assigned(write.table, conflict, |writer, column| {
    ///         writer.push("VALUES(");
    ///         writer.identifier(column);
    ///         writer.push(")");
    ///     });
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`before_write`](SqlFlavor::before_write).
    fn on_conflict(
        &self,
        writer: &mut Writer<'_>,
        write: &Write<'_>,
        conflict: &Conflict,
    ) -> Result<()> {
        writer.on_conflict(write.table, conflict);
        Ok(())
    }

    /// Writes what comes after a write, by default the `RETURNING` of what it gives back.
    ///
    /// ```
    /// use noorm_core::Result;
    /// use noorm_core::sql::{Write, Writer};
    ///
    /// fn after_write(writer: &mut Writer<'_>, write: &Write<'_>) -> Result<()> {
    ///     if let Some(columns) = &write.returning {
    ///         writer.push(" RETURNING ");
    ///         writer.selected(columns, "new.");
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`before_write`](SqlFlavor::before_write).
    fn after_write(&self, writer: &mut Writer<'_>, write: &Write<'_>) -> Result<()> {
        if let Some(columns) = &write.returning {
            writer.push(" RETURNING ");
            writer.selected(columns, "");
        }
        Ok(())
    }

    /// Tells whether the values of `column` are sorted in the order in which `<` and `>` compare them.
    ///
    /// ```
    /// use noorm_core::schema::{Column, ColumnType};
    ///
    /// /// For a server that sorts enums by their place in the type, and compares them as text.
    /// fn sorted_as_compared(column: &Column) -> bool {
    ///     !matches!(column.column_type, ColumnType::Enum { .. })
    /// }
    ///
    /// assert!(sorted_as_compared(&Column::new("title", 1, "text", ColumnType::text())));
    /// ```
    fn sorted_as_compared(&self, column: &Column) -> bool {
        let _ = column;
        true
    }

    /// Tells whether `value` is compared with `column` as rows are sorted by it: whole, not its beginning
    /// alone, and by the same rules.
    ///
    /// ```
    /// use noorm_core::{Value, schema::Column};
    ///
    /// /// For a server that sorts by the first 1,024 bytes.
    /// fn sorted_whole(_: &Column, value: &Value) -> bool {
    ///     value.as_str().is_none_or(|text| text.len() <= 1_024)
    /// }
    ///
    /// let title = Column::new("title", 1, "text", noorm_core::schema::ColumnType::text());
    /// assert!(sorted_whole(&title, &"Blue".into()));
    /// ```
    fn sorted_whole(&self, column: &Column, value: &Value) -> bool {
        let _ = (column, value);
        true
    }

    /// Gives the cheapest query that only a database in working order answers.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use noorm_core::sql::SqlFlavor as _;
    ///
    /// assert_eq!(flavor.ping(), "SELECT 1");
    /// ```
    fn ping(&self) -> &'static str {
        "SELECT 1"
    }

    /// Gives what is written before a select to be given its plan, where the capability
    /// [`explain`](Capabilities::explain) is there.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use noorm_core::sql::SqlFlavor as _;
    ///
    /// // `flavor` writes the usual word; SQLite's writes `EXPLAIN QUERY PLAN `.
    /// assert_eq!(flavor.explain(), "EXPLAIN ");
    /// ```
    fn explain(&self) -> &'static str {
        "EXPLAIN "
    }

    /// Gives the plan that the server answered as text: by default a line for each row, with the names of
    /// columns where there are several.
    ///
    /// ```
    #[doc = include_str!("../../doc/shop.txt")]
    /// use noorm_core::executor::{Header, Rows};
    /// use noorm_core::sql::SqlFlavor as _;
    ///
    /// let header = Header::new(["table", "type", "key"]);
    /// let rows = Rows::new(header.into(), vec!["album".into(), "ALL".into(), None::<&str>.into()]);
    /// assert_eq!(flavor.plan(&rows), "table: album, type: ALL");
    /// ```
    fn plan(&self, rows: &Rows) -> String {
        let width = rows.header().len().max(1);
        let line = |values: &[Value]| {
            let named = rows.header().names().iter().zip(values);
            let texts = named.filter_map(|(name, value)| Some((name, value.to_text()?)));
            let cells = texts.map(|(name, text)| match width {
                1 => text.trim_end().to_owned(),
                _ => format!("{name}: {text}"),
            });
            cells.collect::<Vec<_>>().join(", ")
        };
        let lines: Vec<_> = rows.values().chunks(width).map(line).collect();
        lines.join("\n")
    }

    /// Writes what cuts a page out of a select, behind its order; by default
    /// [`limit`](SqlFlavor::limit) does.
    ///
    /// ```
    /// use noorm_core::{sql::Writer, statement::Select};
    ///
    /// /// T-SQL's: a limit alone stands in front, and a page needs an order.
    /// fn page(writer: &mut Writer<'_>, select: &Select) {
    ///     let limit = select.limit.then(|| writer.take_bind(None));
    ///     if let (Some(number), false) = (limit, select.offset) {
    ///         return writer.behind_select(&format!(" TOP (@P{number})"));
    ///     }
    ///     if select.offset {
    ///         writer.push(if select.order.is_empty() { " ORDER BY (SELECT NULL)" } else { "" });
    ///         writer.push(" OFFSET ");
    ///         writer.bind();
    ///         writer.push(" ROWS");
    ///     }
    ///     if let Some(number) = limit {
    ///         writer.push(" FETCH NEXT ");
    ///         writer.placeholder(number);
    ///         writer.push(" ROWS ONLY");
    ///     }
    /// }
    /// ```
    fn page(&self, writer: &mut Writer<'_>, select: &Select) {
        self.limit(writer, select.limit, select.offset);
    }

    /// Writes the limit and offset, each of which is the next bind where it is wanted.
    ///
    /// ```
    /// use noorm_core::sql::Writer;
    ///
    /// /// The standard's way.
    /// fn limit(writer: &mut Writer<'_>, limit: bool, offset: bool) {
    ///     if offset {
    ///         writer.push(" OFFSET ");
    ///         writer.bind();
    ///         writer.push(" ROWS");
    ///     }
    ///     if limit {
    ///         writer.push(" FETCH NEXT ");
    ///         writer.bind();
    ///         writer.push(" ROWS ONLY");
    ///     }
    /// }
    /// ```
    fn limit(&self, writer: &mut Writer<'_>, limit: bool, offset: bool) {
        if limit {
            writer.push(" LIMIT ");
            writer.bind();
        }
        if offset {
            writer.push(" OFFSET ");
            writer.bind();
        }
    }

    /// Writes the call of a function or procedure. `arguments` has for each of its parameters the number of the
    /// bind, which are counted in their order; `None` where there is no argument.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) where it can't be called, or what it gives can't be
    /// had.
    fn call(&self, out: &mut String, routine: &Routine, arguments: &[Option<usize>]) -> Result<()> {
        let _ = (out, routine, arguments);
        let what = "call functions and procedures";
        Err(Error::unsupported(self.name(), "routines", what))
    }
}

/// Gives the `LIKE` pattern that matches `text` the way `how` says, with `\` before wildcards.
///
/// ```
/// use noorm_core::{sql::like_pattern, statement::Match};
///
/// assert_eq!(like_pattern(Match::Contains, "100%"), r"%100\%%");
/// ```
#[must_use]
pub fn like_pattern(how: Match, text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 2);
    if matches!(how, Match::Contains | Match::EndsWith) {
        escaped.push('%');
    }
    for c in text.chars() {
        if how != Match::Like && matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    if matches!(how, Match::Contains | Match::StartsWith) {
        escaped.push('%');
    }
    escaped
}

#[cfg(test)]
mod tests;
