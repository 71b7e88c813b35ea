//! What dialects can do.

/// What a dialect can do: plain facts, to be asked before, not found out by failing.
///
/// ```
/// use noorm_core::{Database, Result};
///
/// /// What an insert gives back, where the database can.
/// async fn add(db: &Database) -> Result<u64> {
///     let sql = match db.capabilities().returning.insert {
///         true => "INSERT INTO visit DEFAULT VALUES RETURNING *",
///         false => "INSERT INTO visit DEFAULT VALUES",
///     };
///     Ok(db.raw(sql).await?.affected)
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// Whether tables stand in schemas.
    pub schemas: bool,
    /// Which writes can give their rows back (`RETURNING`, `OUTPUT`).
    pub returning: Returning,
    /// Whether what a write gives back is a row as it is before triggers behind the write have changed it.
    pub returns_before_triggers: bool,
    /// Whether columns can hold arrays.
    pub arrays: bool,
    /// Whether DDL takes part in transactions.
    pub transactional_ddl: bool,
    /// Whether two connections can write at the same time.
    pub concurrent_writers: bool,
    /// The most binds that one statement takes.
    pub max_binds: usize,
    /// The most rows that one `INSERT` takes.
    pub max_rows: usize,
    /// How many rows one `INSERT` adds best if none is read back: more are made while these are added.
    pub rows_at_once: usize,
    /// From how many keys of a relation on, whole numbers that leave none out between them, a range finds their rows sooner
    /// than a list, where nothing else is asked of the rows.
    pub keys_as_range: usize,
    /// Whether an `UPDATE` goes through its columns in turn, so that a later one reads what an earlier one
    /// has become.
    pub assigns_in_turn: bool,
    /// How an `INSERT` becomes an update of the row that is there.
    pub upsert: Upsert,
    /// Whether an order ranks NULLs above every value, so that they stand last from low to high.
    pub nulls_highest: bool,
    /// Whether an order can say `NULLS FIRST` and `NULLS LAST`; elsewhere that is emulated.
    pub orders_nulls: bool,
    /// Whether groups can be told by the place of what is selected (`GROUP BY 1`); elsewhere placeholders have numbers, and
    /// the expression is written again with the same ones.
    pub groups_by_place: bool,
    /// Whether an index serves the comparison of rows, `(a, b) > (1, 2)`.
    pub compares_rows: bool,
    /// Whether `IN` takes a subquery that has a limit; elsewhere that stands in a derived table.
    pub limits_lists: bool,
    /// Whether the condition of a write may ask other rows of the table that is written; elsewhere the rows are found by
    /// a derived table first.
    pub reads_what_it_writes: bool,
    /// Whether a column may hold values of other types than its own.
    pub dynamic_types: bool,
    /// Whether a statement can ask for the plan of a query.
    pub explain: bool,
    /// Whether a query can lock the rows that it gives.
    pub row_locks: bool,
    /// Whether what stands at a place of a JSON document can be asked for.
    pub json_paths: bool,
    /// Whether the rows of a subquery can be had as one JSON document, and whether they keep an order in it.
    pub json_rows: JsonRows,
    /// Whether they can be limited there: a subquery that counts their places may ask for rows of the query around it.
    pub json_limits: bool,
    /// The most values that a row has there, its keys and the documents within it among them.
    pub max_json_values: usize,
    /// Whether text can be searched for words (full-text search); on SQLite, that of FTS5's tables.
    pub full_text: bool,
    /// Whether a transaction can wait until no other disturbs it (`DEFERRABLE`).
    pub deferrable: bool,
    /// Whether Diesel's query builder can use its connections.
    pub diesel: bool,
    /// Whether the database has functions and procedures that can be called by their names.
    pub routines: bool,
    /// Whether its catalog tells which of their parameters may be left out.
    pub routine_defaults: bool,
}

impl Capabilities {
    /// The least that a dialect can do; `max_binds` is the most binds of one statement.
    ///
    /// ```
    /// use noorm_core::sql::{Capabilities, Returning};
    ///
    /// let mut capabilities = Capabilities::minimal(999);
    /// capabilities.returning = Returning::ALL;
    /// assert!(!capabilities.schemas);
    /// assert_eq!(capabilities.max_binds, 999);
    /// ```
    #[must_use]
    pub const fn minimal(max_binds: usize) -> Self {
        Self {
            schemas: false,
            returning: Returning::NONE,
            returns_before_triggers: false,
            arrays: false,
            transactional_ddl: false,
            concurrent_writers: false,
            max_binds,
            max_rows: usize::MAX,
            rows_at_once: usize::MAX,
            keys_as_range: usize::MAX,
            assigns_in_turn: false,
            upsert: Upsert::None,
            nulls_highest: false,
            orders_nulls: false,
            groups_by_place: true,
            compares_rows: false,
            limits_lists: true,
            reads_what_it_writes: true,
            dynamic_types: false,
            explain: false,
            row_locks: false,
            json_paths: false,
            json_rows: JsonRows::None,
            json_limits: false,
            max_json_values: usize::MAX,
            full_text: false,
            deferrable: false,
            diesel: false,
            routines: false,
            routine_defaults: false,
        }
    }
}

/// How the rows of a subquery come as one JSON document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonRows {
    /// Not at all.
    #[default]
    None,
    /// In any order.
    Unordered,
    /// In the order that was asked for.
    Ordered,
}

/// How a dialect does an upsert: an `INSERT` that becomes an update where the row is there already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Upsert {
    /// Not at all.
    #[default]
    None,
    /// Of the row that has the same key, which is named (`ON CONFLICT (…)`).
    Targeted,
    /// Of a row that has any unique key in common (`ON DUPLICATE KEY`). Where that could be another key
    /// than the one that is named, it is refused.
    AnyKey,
    /// In several steps, row by row, which must stand in a transaction; rows that are only added where they are missing may
    /// be several.
    Stepwise,
}

/// Which writes can give their rows back by themselves.
///
/// New and changed rows that a write can't give back are read again by their key
/// ([`ReadBack`](super::ReadBack)).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Returning {
    /// Whether an `INSERT` can.
    pub insert: bool,
    /// Whether an `UPDATE` can.
    pub update: bool,
    /// Whether a `DELETE` can.
    pub delete: bool,
}

impl Returning {
    /// Every write can.
    pub const ALL: Self = Self::of(true, true, true);

    /// No write can.
    pub const NONE: Self = Self::of(false, false, false);

    /// An `INSERT`, an `UPDATE`, a `DELETE` can, or can't.
    ///
    /// ```
    /// use noorm_core::sql::Returning;
    ///
    /// assert_eq!(Returning::of(true, true, true), Returning::ALL);
    /// // MariaDB has `RETURNING`, but not for an `UPDATE`.
    /// assert!(!Returning::of(true, false, true).update);
    /// ```
    #[must_use]
    pub const fn of(insert: bool, update: bool, delete: bool) -> Self {
        Self {
            insert,
            update,
            delete,
        }
    }
}
