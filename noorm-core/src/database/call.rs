//! Functions and procedures of the database, called by their names.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;

use futures_util::future::BoxFuture;

use super::{Database, RawQuery};
use crate::error::{Error, ErrorKind, Result, called_by_hand};
use crate::executor::Outcome;
use crate::repository::{FromRow, Record};
use crate::schema::{Parameter, ParameterMode, Routine, RoutineKind, Schema, similar};
use crate::sql::Capabilities;
use crate::value::{FromValue, Value};

/// A call of a function or procedure, which is sent when it is asked; [`Database::call`] makes one.
///
/// To await it is to [`run`](Call::run) it.
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// let total: i64 = db.call("sales.total").arg("year", 2026).value().await?;
/// db.call("add_line").arg("order_id", 7).arg("quantity", 3).await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent before it is asked: await it, or call `value`, `all`, …"]
pub struct Call<T = Record> {
    database: Database,
    name: String,
    named: Vec<(String, Value)>,
    placed: Vec<Value>,
    of: PhantomData<fn() -> T>,
}

impl<T> fmt::Debug for Call<T> {
    /// Shows no argument: they may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call({})", self.name)
    }
}

impl Database {
    /// Starts a call of a function or procedure that was discovered. Its arguments are held against the parameters
    /// before anything is sent; of several that share the name, the one is called whose parameters they fit.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::ErrorKind;
    ///
    /// let total: i64 = db.call("sales.total").arg("year", 2026).value().await?;
    /// for line in db.call("lines_of").arg("order_id", 7).all().await? {
    ///     println!("{}", line.get::<String>("title")?);
    /// }
    /// let error = db.call("sales.totl").arg("year", 2026).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::UnknownRoutine);
    /// # Ok(())
    /// # }
    /// ```
    pub fn call(&self, name: impl Into<String>) -> Call {
        Call {
            database: self.clone(),
            name: name.into(),
            named: Vec::new(),
            placed: Vec::new(),
            of: PhantomData,
        }
    }
}

impl<T: FromRow> Call<T> {
    /// Gives the argument of a parameter; the last one counts. A parameter with a default may be left out.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// db.call("add_line").arg("order_id", 7).arg("quantity", 3).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn arg(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.named.retain(|(known, _)| known != name);
        self.named.push((name.to_owned(), value.into()));
        self
    }

    /// Gives the arguments of the first parameters, in their order.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let area: f64 = db.call("area").args([2.5, 4.0]).value().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn args(mut self, values: impl IntoIterator<Item = impl Into<Value>>) -> Self {
        self.placed = values.into_iter().map(Into::into).collect();
        self
    }

    /// Has the rows become `U`s, as [`RawQuery::of`] does.
    ///
    /// ```no_run
    /// # use noorm_core::{Database, Result, repository::FromRow};
    /// async fn lines<Line: FromRow>(db: &Database) -> Result<Vec<Line>> {
    ///     db.call("lines_of").arg("order_id", 7).of::<Line>().all().await
    /// }
    /// ```
    pub fn of<U: FromRow>(self) -> Call<U> {
        Call {
            database: self.database,
            name: self.name,
            named: self.named,
            placed: self.placed,
            of: PhantomData,
        }
    }

    /// Gives all rows: those of a function that returns a set, those that a procedure selects first.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let lines = db.call("lines_of").arg("order_id", 7).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::UnknownRoutine`] lists similar names; [`ErrorKind::InvalidStatement`] where the arguments fit no
    /// parameters, or those of several routines; [`ErrorKind::Unsupported`] where the database has none, or can't
    /// give what it returns; whatever the layers refuse and the database answers.
    pub async fn all(self) -> Result<Vec<T>> {
        self.prepared()?.all().await
    }

    /// Gives the first row.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let line = db.call("lines_of").arg("order_id", 7).first().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`all`](Call::all).
    pub async fn first(self) -> Result<Option<T>> {
        self.prepared()?.first().await
    }

    /// Gives the row, where there must be exactly one.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let totals = db.call("totals").arg("year", 2026).one().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`all`](Call::all) and [`RawQuery::one`].
    pub async fn one(self) -> Result<T> {
        self.prepared()?.one().await
    }

    /// Gives the value that a function returns, or the first column of the one row.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let total: Option<i64> = db.call("total").arg("year", 2026).value().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`all`](Call::all) and [`RawQuery::value`].
    pub async fn value<V: FromValue>(self) -> Result<V> {
        self.prepared()?.value().await
    }

    /// Gives everything that the database answers. So does awaiting it.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let outcome = db.call("add_line").arg("order_id", 7).arg("quantity", 3).run().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`all`](Call::all).
    pub async fn run(self) -> Result<Outcome> {
        self.prepared()?.run().await
    }

    fn prepared(self) -> Result<RawQuery<T>> {
        let query = self.query().map_err(called_by_hand("call"))?;
        Ok(query.called("call"))
    }

    fn query(self) -> Result<RawQuery<T>> {
        let flavor = self.database.flavor();
        let capabilities = flavor.capabilities();
        if !capabilities.routines {
            let what = "call functions and procedures";
            return Err(Error::unsupported(flavor.name(), "routines", what));
        }
        let schema = self.database.schema();
        let mut fitting = Vec::new();
        let mut reason = None;
        for routine in candidates(&schema, &self.name)? {
            match fit(routine, &self.named, &self.placed, capabilities) {
                Ok(arguments) => fitting.push((routine, arguments)),
                Err(why) => reason = reason.or(Some(why)),
            }
        }
        let (routine, arguments) = match (fitting.len(), fitting.pop()) {
            (1, Some(one)) => one,
            (_, Some(last)) => {
                let all = fitting
                    .iter()
                    .chain([&last])
                    .map(|(routine, _)| signature(routine));
                let message = format!(
                    "several routines are named so, and the arguments fit them: {}",
                    all.collect::<Vec<_>>().join(", ")
                );
                return Err(Error::new(ErrorKind::InvalidStatement, message).with_help(
                    "name the schema or the arguments, or call it in SQL: `db.raw(…)`",
                ));
            }
            (_, None) => {
                let message = format!("no routine is named `{}`", self.name);
                return Err(
                    reason.unwrap_or_else(|| Error::new(ErrorKind::UnknownRoutine, message))
                );
            }
        };
        let mut binds = Vec::new();
        let mut places = Vec::with_capacity(arguments.len());
        for argument in arguments {
            places.push(argument.is_some().then_some(binds.len() + 1));
            binds.extend(argument);
        }
        let mut sql = String::new();
        flavor.call(&mut sql, routine, &places)?;
        Ok(self.database.raw(sql).binds(binds).of())
    }
}

impl<T: FromRow> IntoFuture for Call<T> {
    type Output = Result<Outcome>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// The functions and procedures that a name means: those of the default schema, if there are any.
fn candidates<'a>(schema: &'a Schema, name: &str) -> Result<Vec<&'a Routine>> {
    let callable =
        |routine: &&Routine| matches!(routine.kind, RoutineKind::Function | RoutineKind::Procedure);
    let written = |routine: &Routine| match &routine.schema {
        Some(schema) => format!("{schema}.{}", routine.name),
        None => routine.name.clone(),
    };
    let routines = || schema.routines.iter().filter(callable);
    let found = |same: fn(&str, &str) -> bool| -> Vec<&Routine> {
        let is_meant = |r: &&Routine| same(&r.name, name) || same(&written(r), name);
        routines().filter(is_meant).collect()
    };
    let mut named = found(|a, b| a == b);
    if named.is_empty() {
        named = found(|a, b| a.to_lowercase() == b.to_lowercase());
    }
    let in_default = |routine: &Routine| routine.schema == schema.default_schema;
    if named.iter().any(|routine| in_default(routine)) {
        named.retain(|routine| in_default(routine));
    }
    if !named.is_empty() {
        return Ok(named);
    }
    let alike = similar(name, routines().flat_map(|r| [r.name.clone(), written(r)]));
    let help = match alike.is_empty() {
        false => format!("did you mean {alike}?"),
        true => format!("{} were discovered", routines().count()),
    };
    let message = format!("no function or procedure is named `{name}`");
    Err(Error::new(ErrorKind::UnknownRoutine, message).with_help(help))
}

/// Gives each parameter its argument.
fn fit(
    routine: &Routine,
    named: &[(String, Value)],
    placed: &[Value],
    capabilities: Capabilities,
) -> Result<Vec<Option<Value>>> {
    let misfit = |what: String| {
        let message = format!("`{}` {what}", routine.name);
        Error::new(ErrorKind::InvalidStatement, message)
            .with_help(format!("it is {}", signature(routine)))
    };
    let inputs = || {
        routine
            .parameters
            .iter()
            .enumerate()
            .filter(|(_, p)| is_input(p))
    };
    let mut arguments: Vec<Option<Value>> = vec![None; routine.parameters.len()];
    if placed.len() > inputs().count() {
        let (given, wanted) = (placed.len(), inputs().count());
        return Err(misfit(format!("takes {wanted} arguments, not {given}")));
    }
    for ((place, _), value) in inputs().zip(placed) {
        if let Some(argument) = arguments.get_mut(place) {
            *argument = Some(value.clone());
        }
    }
    for (name, value) in named {
        let found =
            inputs().find(|(_, parameter)| plain(parameter) == name.trim_start_matches('@'));
        let Some((place, _)) = found else {
            let alike = similar(
                name,
                inputs().map(|(_, parameter)| plain(parameter).to_owned()),
            );
            let hint = match alike.is_empty() {
                true => String::new(),
                false => format!(": did you mean {alike}?"),
            };
            return Err(misfit(format!("takes no argument `{name}`{hint}")));
        };
        match arguments.get_mut(place) {
            Some(Some(_)) => return Err(misfit(format!("was given `{name}` twice"))),
            Some(argument) => *argument = Some(value.clone()),
            None => {}
        }
    }
    let given = |place: usize| arguments.get(place).is_some_and(Option::is_some);
    let needed = |parameter: &Parameter| {
        capabilities.routine_defaults
            && !parameter.has_default
            && parameter.mode != ParameterMode::Variadic
    };
    let mut missing = inputs().filter(|(place, parameter)| !given(*place) && needed(parameter));
    if let Some((place, parameter)) = missing.next() {
        let name = match plain(parameter) {
            "" => format!("number {}", place + 1),
            name => format!("`{name}`"),
        };
        return Err(misfit(format!("needs the argument {name}")));
    }
    Ok(arguments)
}

fn is_input(parameter: &Parameter) -> bool {
    matches!(
        parameter.mode,
        ParameterMode::In | ParameterMode::InOut | ParameterMode::Variadic
    )
}

/// A parameter's name, without SQL Server's sign.
fn plain(parameter: &Parameter) -> &str {
    let name = parameter.name.as_deref().unwrap_or_default();
    name.trim_start_matches('@')
}

/// `total(year integer, month integer = …)`
fn signature(routine: &Routine) -> String {
    let parameters = routine
        .parameters
        .iter()
        .filter(|p| p.mode != ParameterMode::Table);
    let parameters = parameters.map(|parameter| {
        let default = if parameter.has_default { " = …" } else { "" };
        let text = format!("{} {}{default}", plain(parameter), parameter.native_type);
        text.trim_start().to_owned()
    });
    let parameters = parameters.collect::<Vec<_>>().join(", ");
    format!("{}({parameters})", routine.name)
}
