//! What stands in a database beside tables: enums, domains, sequences, triggers, routines.

use serde::{Deserialize, Serialize};

use super::ColumnType;

/// A named enum type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumType {
    /// Its schema.
    pub schema: Option<String>,
    /// Its name.
    pub name: String,
    /// Its words, in order.
    pub values: Vec<String>,
    /// Its comment.
    pub comment: Option<String>,
}

/// A named type over another one, with constraints of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Domain {
    /// Its schema.
    pub schema: Option<String>,
    /// Its name.
    pub name: String,
    /// What the database calls the type beneath it.
    pub native_type: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub column_type: ColumnType,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// The default's SQL expression.
    pub default: Option<String>,
    /// Its constraints.
    pub checks: Vec<super::Check>,
    /// Its comment.
    pub comment: Option<String>,
}

/// A sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequence {
    /// Its schema.
    pub schema: Option<String>,
    /// Its name.
    pub name: String,
    /// What the database calls the type of its numbers.
    pub native_type: String,
    /// Its first number.
    pub start: i64,
    /// The step between two numbers.
    pub increment: i64,
    /// The least number.
    pub min: i64,
    /// The greatest number.
    pub max: i64,
    /// Whether it starts over at the end.
    pub cycle: bool,
    /// The column it belongs to, as `table.column` qualified with its schema.
    pub owned_by: Option<String>,
}

/// A trigger of a table or view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// Its name.
    pub name: String,
    /// When it fires.
    pub timing: TriggerTiming,
    /// What it fires on.
    pub events: Vec<TriggerEvent>,
    /// Whether it fires once a row, or once a statement.
    pub for_each_row: bool,
    /// Whether it fires at all.
    pub enabled: bool,
    /// Its SQL, as the database tells it.
    pub definition: Option<String>,
}

/// When a trigger fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerTiming {
    /// Before the change.
    Before,
    /// After the change.
    After,
    /// In place of the change.
    InsteadOf,
}

/// What a trigger fires on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerEvent {
    /// A new row.
    Insert,
    /// A changed row.
    Update,
    /// A row that goes.
    Delete,
    /// A table that is emptied.
    Truncate,
}

/// A function or procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routine {
    /// Its schema.
    pub schema: Option<String>,
    /// Its name. Overloads share one.
    pub name: String,
    /// What it is.
    pub kind: RoutineKind,
    /// Its parameters, in order.
    pub parameters: Vec<Parameter>,
    /// What the database calls the type it returns; `None` for a procedure.
    pub returns: Option<String>,
    /// The language it is written in.
    pub language: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
}

/// What a routine is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoutineKind {
    /// A function.
    Function,
    /// A procedure.
    Procedure,
    /// An aggregate.
    Aggregate,
    /// A window function.
    Window,
}

/// A parameter of a routine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Which way it goes.
    pub mode: ParameterMode,
    /// What the database calls its type.
    pub native_type: String,
    /// Whether it may be left out.
    pub has_default: bool,
}

/// Which way a parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterMode {
    /// In.
    In,
    /// Out.
    Out,
    /// In and out.
    InOut,
    /// The rest of the arguments, as an array.
    Variadic,
    /// A column of the table that the routine returns.
    Table,
}
