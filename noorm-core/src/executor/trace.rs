//! Spans of what reaches the database, for `tracing`.
//!
//! ```text
//! layers ──► Traced ──► driver                      a span `query` for each statement
//!              └ begin ──► TracedTransaction        a span `transaction`, with its statements in it
//! ```
//!
//! They stand behind all layers: what a cache answers has no span, and what is run again has two. Where
//! nobody listens, a statement costs the question whether somebody does, and a transaction nothing more.
//!
//! Names and attributes are those of OpenTelemetry's semantic conventions for database client spans.
//! `otel.name` and `otel.kind` are what the bridge from `tracing` to OpenTelemetry reads.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as Task, Poll};

use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, Stream, StreamExt as _};
use tracing::field::Empty;
use tracing::span::Id;
use tracing::{Instrument as _, Level, Span};

use super::{
    Begin, Executor, Loan, Outcome, Request, RowStream, Rows, Sensitive, TransactionExecutor,
};
use crate::error::{Error, ErrorKind, Result};
use crate::plugin::{DatabaseUrl, parts};
use crate::schema::TableName;
use crate::sql::SqlFlavor;
use crate::statement::Tree;

const TARGET: &str = "noorm";

fn is_enabled() -> bool {
    tracing::span_enabled!(target: TARGET, Level::INFO)
}

/// What every span of a database says.
pub(crate) struct Place {
    system: &'static str,
    namespace: Option<String>,
    address: Option<String>,
    port: Option<u16>,
    /// Whether values may be shown.
    binds: bool,
    sensitive: Arc<Sensitive>,
}

impl Place {
    pub(crate) fn new(
        url: &DatabaseUrl,
        flavor: &dyn SqlFlavor,
        binds: bool,
        sensitive: Arc<Sensitive>,
    ) -> Self {
        let mut place = Self {
            system: flavor.system(),
            namespace: None,
            address: None,
            port: None,
            binds,
            sensitive,
        };
        // As it is shown: without the password.
        let shown = url.to_string();
        let Some((_, rest)) = shown.split_once("://") else {
            return place;
        };
        let rest = rest.split('?').next().unwrap_or_default();
        let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
        let (hosts, name) = rest.split_once('/').unwrap_or((rest, ""));
        let first = hosts.split(',').next().unwrap_or_default();
        if let Ok((host, port)) = parts::host_and_port(first) {
            place.address = Some(host.to_owned()).filter(|host| !host.is_empty());
            place.port = port.and_then(|port| port.parse().ok());
        }
        let name = parts::decode(name, "database").ok().map(String::from);
        place.namespace = name.filter(|name| !name.is_empty());
        place
    }

    fn statement(&self, request: &Request, flavor: &dyn SqlFlavor) -> Span {
        let statement = &request.statement;
        let (operation, table) = subject(statement.shape().tree());
        let table = table.map(TableName::to_string);
        let summary = match (operation, &table, statement.shape().tree()) {
            (Some(operation), Some(table), _) => Some(format!("{operation} {table}")),
            (_, _, Tree::Raw(raw)) => first_word(&raw.sql),
            _ => None,
        };
        // Whoever writes SQL without binds may have written values into it.
        let has_values = operation.is_none() && statement.binds().is_empty();
        let is_hidden = has_values && (!self.binds || self.sensitive.touches(statement));
        let rendered = statement.rendered(flavor).ok();
        let shown = rendered.as_ref().filter(|_| !is_hidden);
        let span = tracing::info_span!(
            target: TARGET,
            "query",
            otel.name = summary.as_deref().unwrap_or(self.system),
            otel.kind = "client",
            otel.status_code = Empty,
            db.system.name = self.system,
            db.namespace = self.namespace.as_deref(),
            db.operation.name = operation,
            db.collection.name = table.as_deref(),
            db.query.summary = summary.as_deref(),
            db.query.text = shown.map(|rendered| &*rendered.sql),
            db.response.status_code = Empty,
            db.response.returned_rows = Empty,
            server.address = self.address.as_deref(),
            server.port = self.port,
            "error.type" = Empty,
        );
        if self.binds {
            let binds = || self.sensitive.shown(statement, rendered.as_deref());
            tracing::trace!(target: TARGET, parent: &span, binds = ?binds());
        }
        span
    }

    fn transaction(&self, begin: &Begin) -> Span {
        tracing::info_span!(
            target: TARGET,
            "transaction",
            otel.name = if begin.depth == 1 { "transaction" } else { "savepoint" },
            otel.kind = "client",
            otel.status_code = Empty,
            db.system.name = self.system,
            db.namespace = self.namespace.as_deref(),
            server.address = self.address.as_deref(),
            server.port = self.port,
            noorm.outcome = Empty,
            db.response.status_code = Empty,
            "error.type" = Empty,
        )
    }
}

/// What a statement does, to which table; nobody knows of raw SQL.
fn subject(tree: &Tree) -> (Option<&'static str>, Option<&TableName>) {
    match tree {
        Tree::Select(select) => (Some("SELECT"), Some(&select.from)),
        Tree::Explain(select) => (Some("EXPLAIN"), Some(&select.from)),
        Tree::Insert(insert) => (Some("INSERT"), Some(&insert.table)),
        Tree::Update(update) => (Some("UPDATE"), Some(&update.table)),
        Tree::Delete(delete) => (Some("DELETE"), Some(&delete.table)),
        Tree::Raw(_) => (None, None),
    }
}

fn first_word(sql: &str) -> Option<String> {
    let word = sql.split_whitespace().next()?;
    let is_word = word.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_word.then(|| word.to_ascii_uppercase())
}

fn note_error(span: &Span, error: &Error) {
    span.record("otel.status_code", "ERROR");
    span.record("error.type", tracing::field::debug(error.kind()));
    if let Some(code) = error.code() {
        span.record("db.response.status_code", code);
    }
}

async fn run(span: Span, work: BoxFuture<'_, Result<Outcome>>) -> Result<Outcome> {
    let outcome = work.instrument(span.clone()).await;
    match &outcome {
        Ok(outcome) => drop(span.record("db.response.returned_rows", outcome.rows.len())),
        Err(error) => note_error(&span, error),
    }
    outcome
}

async fn stream(span: Span, work: BoxFuture<'_, Result<RowStream>>) -> Result<RowStream> {
    let stream = work.instrument(span.clone()).await;
    let stream = stream.inspect_err(|error| note_error(&span, error))?;
    let header = Arc::clone(stream.header());
    let rows = 0;
    Ok(RowStream::new(header, TracedStream { stream, span, rows }))
}

/// A stream whose span lasts until it is dropped.
struct TracedStream {
    stream: RowStream,
    span: Span,
    rows: usize,
}

impl Stream for TracedStream {
    type Item = Result<Rows>;

    fn poll_next(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Result<Rows>>> {
        let this = self.get_mut();
        let polled = this.span.in_scope(|| this.stream.poll_next_unpin(task));
        match &polled {
            Poll::Ready(Some(Ok(rows))) => this.rows += rows.len(),
            Poll::Ready(Some(Err(error))) => note_error(&this.span, error),
            _ => {}
        }
        polled
    }
}

impl Drop for TracedStream {
    fn drop(&mut self) {
        self.span.record("db.response.returned_rows", self.rows);
    }
}

/// An executor whose statements and transactions have spans where somebody listens.
pub(crate) struct Traced {
    place: Arc<Place>,
    flavor: Arc<dyn SqlFlavor>,
    target: Arc<dyn Executor>,
}

impl Traced {
    pub(crate) fn new(place: Place, flavor: Arc<dyn SqlFlavor>, target: Arc<dyn Executor>) -> Self {
        Self {
            place: Arc::new(place),
            flavor,
            target,
        }
    }
}

impl Executor for Traced {
    fn run(&self, request: Request) -> BoxFuture<'_, Result<Outcome>> {
        if !is_enabled() {
            return self.target.run(request);
        }
        let span = self.place.statement(&request, &*self.flavor);
        // The rows are counted.
        run(span, self.target.run(request.with_sink(None))).boxed()
    }

    fn stream(&self, request: Request) -> BoxFuture<'_, Result<RowStream>> {
        if !is_enabled() {
            return self.target.stream(request);
        }
        let span = self.place.statement(&request, &*self.flavor);
        stream(span, self.target.stream(request)).boxed()
    }

    fn begin(&self, begin: Begin) -> BoxFuture<'_, Result<Arc<dyn TransactionExecutor>>> {
        if !is_enabled() {
            return self.target.begin(begin);
        }
        let (place, flavor) = (Arc::clone(&self.place), Arc::clone(&self.flavor));
        begin_in(place, flavor, &*self.target, begin, Span::current().id()).boxed()
    }

    fn lend(&self, request: Request) -> BoxFuture<'_, Result<Loan<'_>>> {
        self.target.lend(request)
    }
}

/// Begins a transaction or savepoint that has a span.
async fn begin_in(
    place: Arc<Place>,
    flavor: Arc<dyn SqlFlavor>,
    target: &dyn Executor,
    begin: Begin,
    begun_in: Option<Id>,
) -> Result<Arc<dyn TransactionExecutor>> {
    let span = place.transaction(&begin);
    let begun = target.begin(begin).instrument(span.clone()).await;
    let target = begun.inspect_err(|error| note_error(&span, error))?;
    Ok(Arc::new(TracedTransaction {
        place,
        flavor,
        target,
        span: Mutex::new(Some(span)),
        begun_in,
    }))
}

/// A transaction or savepoint that has a span.
struct TracedTransaction {
    place: Arc<Place>,
    flavor: Arc<dyn SqlFlavor>,
    target: Arc<dyn TransactionExecutor>,
    /// Until it ends, however long handles are kept.
    span: Mutex<Option<Span>>,
    begun_in: Option<Id>,
}

impl TracedTransaction {
    fn span(&self) -> MutexGuard<'_, Option<Span>> {
        self.span.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a span in the caller's own, or in the transaction's where the caller has made none since.
    fn within<T>(&self, make: impl FnOnce() -> T) -> T {
        let span = self.span().clone();
        match span.filter(|_| Span::current().id() == self.begun_in) {
            Some(span) => span.in_scope(make),
            None => make(),
        }
    }

    fn statement(&self, request: &Request) -> Span {
        self.within(|| self.place.statement(request, &*self.flavor))
    }

    fn end(&self, ended: &Result<()>, outcome: &'static str) {
        let Some(span) = self.span().take() else {
            return;
        };
        let outcome = match ended {
            Err(error) if error.kind() == ErrorKind::CommitUnknown => "unknown",
            Err(_) => "rolled_back",
            Ok(()) => outcome,
        };
        span.record("noorm.outcome", outcome);
        if let Err(error) = ended {
            note_error(&span, error);
        }
    }

    fn own(&self) -> Span {
        self.span().clone().unwrap_or_else(Span::none)
    }
}

impl Executor for TracedTransaction {
    fn run(&self, request: Request) -> BoxFuture<'_, Result<Outcome>> {
        let span = self.statement(&request);
        run(span, self.target.run(request.with_sink(None))).boxed()
    }

    fn stream(&self, request: Request) -> BoxFuture<'_, Result<RowStream>> {
        stream(self.statement(&request), self.target.stream(request)).boxed()
    }

    fn begin(&self, begin: Begin) -> BoxFuture<'_, Result<Arc<dyn TransactionExecutor>>> {
        let (place, flavor) = (Arc::clone(&self.place), Arc::clone(&self.flavor));
        let (outer, begun_in) = (self.within(Span::current), Span::current().id());
        let begun = begin_in(place, flavor, &*self.target, begin, begun_in);
        begun.instrument(outer).boxed()
    }

    fn lend(&self, request: Request) -> BoxFuture<'_, Result<Loan<'_>>> {
        self.target.lend(request)
    }
}

impl TransactionExecutor for TracedTransaction {
    fn commit(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let committed = self.target.commit().instrument(self.own()).await;
            self.end(&committed, "committed");
            committed
        })
    }

    fn rollback(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let rolled_back = self.target.rollback().instrument(self.own()).await;
            self.end(&rolled_back, "rolled_back");
            rolled_back
        })
    }

    fn abandon(&self) {
        self.target.abandon();
        self.end(&Ok(()), "rolled_back");
    }
}

#[cfg(test)]
mod tests {
    use super::{DatabaseUrl, Place, first_word};
    use crate::sql::bare::Bare;

    #[track_caller]
    fn check(url: &str, address: Option<&str>, port: Option<u16>, namespace: Option<&str>) {
        let place = Place::new(
            &DatabaseUrl::parse(url).unwrap(),
            &Bare::default(),
            false,
            std::sync::Arc::default(),
        );
        let found = (
            place.address.as_deref(),
            place.port,
            place.namespace.as_deref(),
        );
        assert_eq!(found, (address, port, namespace), "{url}");
    }

    #[test]
    fn a_place_is_read_off_the_url() {
        check(
            "postgres://a:p%40x@db.example:5433/shop?x=y",
            Some("db.example"),
            Some(5433),
            Some("shop"),
        );
        check("mysql://a:b@[::1]/s%20p", Some("::1"), None, Some("s p"));
        check(
            "postgres://one:1,two:2/shop",
            Some("one"),
            Some(1),
            Some("shop"),
        );
        check("postgres:///shop?host=/run", None, None, Some("shop"));
        check("postgres://h?password=p@h/d", None, None, None);
        check("mssql:Server=h;Password=p", None, None, None);
        check("sqlite:shop.db", None, None, None);
    }

    #[test]
    fn raw_sql_is_named_after_its_first_word() {
        assert_eq!(first_word(" select 1").as_deref(), Some("SELECT"));
        assert_eq!(first_word("/* x */ SELECT 1"), None);
        assert_eq!(first_word(""), None);
    }
}
