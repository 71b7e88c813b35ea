//! What stands in a database beside tables: enums, domains, sequences, triggers, routines.

use serde::{Deserialize, Serialize};

use super::ColumnType;

/// A named enum type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
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

impl EnumType {
    /// Makes an enum type of `values`, in their order.
    ///
    /// ```
    /// use noorm_core::schema::EnumType;
    ///
    /// let mood = EnumType::new(None, "mood", vec!["calm".into(), "wild".into()]);
    /// assert_eq!(mood.values, ["calm", "wild"]);
    /// ```
    #[must_use]
    pub fn new(schema: Option<String>, name: impl Into<String>, values: Vec<String>) -> Self {
        Self {
            schema,
            name: name.into(),
            values,
            comment: None,
        }
    }
}

/// A named type over another one, with constraints of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
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

impl Domain {
    /// Makes a domain that may be NULL and checks nothing; the public fields take the rest.
    ///
    /// ```
    /// use noorm_core::schema::{Check, ColumnType, Domain};
    ///
    /// let mut price = Domain::new(None, "price", "integer", ColumnType::int(32));
    /// price.checks.push(Check::new(None, "VALUE > 0"));
    /// assert!(price.nullable);
    /// ```
    #[must_use]
    pub fn new(
        schema: Option<String>,
        name: impl Into<String>,
        native_type: impl Into<String>,
        column_type: ColumnType,
    ) -> Self {
        Self {
            schema,
            name: name.into(),
            native_type: native_type.into(),
            column_type,
            nullable: true,
            default: None,
            checks: Vec::new(),
            comment: None,
        }
    }
}

/// A sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
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

impl Sequence {
    /// Makes a sequence that counts from 1 by 1, to the end of [`i64`]; the public fields take the rest.
    ///
    /// ```
    /// use noorm_core::schema::Sequence;
    ///
    /// let mut numbers = Sequence::new(None, "invoice_number", "bigint");
    /// numbers.start = 1000;
    /// assert_eq!((numbers.increment, numbers.max), (1, i64::MAX));
    /// ```
    #[must_use]
    pub fn new(
        schema: Option<String>,
        name: impl Into<String>,
        native_type: impl Into<String>,
    ) -> Self {
        Self {
            schema,
            name: name.into(),
            native_type: native_type.into(),
            start: 1,
            increment: 1,
            min: 1,
            max: i64::MAX,
            cycle: false,
            owned_by: None,
        }
    }
}

/// A trigger of a table or view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
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

impl Trigger {
    /// Makes a trigger that is enabled and fires once a row; the public fields take the rest.
    ///
    /// ```
    /// use noorm_core::schema::{Trigger, TriggerEvent, TriggerTiming};
    ///
    /// let events = vec![TriggerEvent::Insert, TriggerEvent::Update];
    /// let audit = Trigger::new("album_audit", TriggerTiming::After, events);
    /// assert!(audit.enabled && audit.for_each_row);
    /// ```
    #[must_use]
    pub fn new(name: impl Into<String>, timing: TriggerTiming, events: Vec<TriggerEvent>) -> Self {
        Self {
            name: name.into(),
            timing,
            events,
            for_each_row: true,
            enabled: true,
            definition: None,
        }
    }
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
#[non_exhaustive]
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

impl Routine {
    /// Makes a routine without parameters; the public fields take the rest.
    ///
    /// ```
    /// use noorm_core::schema::{Parameter, ParameterMode, Routine, RoutineKind};
    ///
    /// let mut total = Routine::new(None, "total", RoutineKind::Function);
    /// total.parameters.push(Parameter::new(Some("year".into()), ParameterMode::In, "integer"));
    /// total.returns = Some("numeric".into());
    /// assert_eq!(total.parameters.len(), 1);
    /// ```
    #[must_use]
    pub fn new(schema: Option<String>, name: impl Into<String>, kind: RoutineKind) -> Self {
        Self {
            schema,
            name: name.into(),
            kind,
            parameters: Vec::new(),
            returns: None,
            language: None,
            comment: None,
        }
    }
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
#[non_exhaustive]
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

impl Parameter {
    /// Makes a parameter that must be given.
    ///
    /// ```
    /// use noorm_core::schema::{Parameter, ParameterMode};
    ///
    /// let year = Parameter::new(Some("year".into()), ParameterMode::In, "integer");
    /// assert!(!year.has_default);
    /// ```
    #[must_use]
    pub fn new(name: Option<String>, mode: ParameterMode, native_type: impl Into<String>) -> Self {
        Self {
            name,
            mode,
            native_type: native_type.into(),
            has_default: false,
        }
    }
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
