//! The suite: what every dialect must do, written once against the public API.
//!
//! Each behaviour is declared with [`conformance!`](crate::conformance) and found through `inventory`;
//! [`run`] makes a test of each of them for each engine. The author of a dialect runs it over theirs with
//! [`suite!`](crate::suite!), which is the whole of a test without the usual harness (`harness = false` in
//! Cargo.toml):
//!
//! ```no_run
//! use my_dialect as _; // A crate that nobody names is not linked.
//! # mod my_dialect {}
//! use noorm_tests::{Engine, engines};
//!
//! static MINE: Engine = Engine { name: "mine", ..engines::SQLITE };
//!
//! noorm_tests::suite!(MINE);
//! ```

mod broken;
mod cache_layers;
mod calls;
mod cancellation;
mod cancellation_anywhere;
mod changes;
mod conventions;
mod diesel;
mod discovery;
mod error_kinds;
mod error_methods;
mod expressions;
mod extremes;
mod faults_cut;
mod faults_restart;
mod faults_stalled;
mod finders;
mod groups;
mod hooks;
mod identity;
mod inside;
mod joins;
mod locks;
mod many;
mod many_writers;
mod names;
mod natives;
mod nested_deletes;
mod nested_keys;
mod nested_links;
mod nested_writes;
mod operation;
mod pages;
mod pages_numbered;
mod pool;
mod raw;
mod refusals;
mod relation_names;
mod relations;
mod relations_asked;
mod relations_at_once;
mod relations_deleted;
mod relations_keys;
mod relations_model;
mod relations_polymorphic;
mod relations_random;
mod relations_schemas;
mod relations_typed;
mod relations_types;
mod repository;
mod save;
mod schema_change;
mod shown;
mod smoke;
mod soak;
mod transactions;
mod transactions_again;
mod transactions_by_hand;
mod transactions_half_way;
mod transactions_late;
mod transactions_open;
mod triggers;
mod typed;
mod types;
mod upsert;
mod validation;
mod verbs;

use std::process::ExitCode;

pub use discovery::torture;
pub use natives::natives;

use futures_util::future::LocalBoxFuture;
use libtest_mimic::{Arguments, Failed, Trial};
use noorm::{ErrorKind, Result};

use crate::{Engine, TestDatabase, current_thread, runtime};

/// Something that every dialect must do.
pub struct Behaviour {
    /// The module that it is written in.
    pub module: &'static str,
    /// What it is, in words.
    pub name: &'static str,
    /// The tables that it needs.
    pub schema: fn(&Engine) -> String,
    /// What is done and found.
    pub test: fn(TestDatabase) -> LocalBoxFuture<'static, Result<()>>,
    /// Whether it runs on a runtime of a single thread.
    pub one_thread: bool,
    /// Whether an engine has at all what it is about.
    pub suits: fn(&Engine) -> bool,
    /// The capability without which it must end in a clear error.
    pub needs: Option<&'static str>,
}

inventory::collect!(Behaviour);

/// Runs the suite on these engines; the command line is that of any test program.
///
/// A test is called `<engine>::<module>::<behaviour>`; where the engine lacks the capability that the
/// behaviour needs, `<engine>::unsupported::…`, and it passes if that is what the error says.
#[must_use]
pub fn run(engines: &[&'static Engine]) -> ExitCode {
    let arguments = Arguments::from_args();
    let behaviours = || inventory::iter::<Behaviour>.into_iter();
    let mut trials: Vec<_> = engines
        .iter()
        .flat_map(|engine| behaviours().map(|behaviour| behaviour.trial(engine)))
        .collect();
    trials.sort_by(|a, b| a.name().cmp(b.name()));
    libtest_mimic::run(&arguments, trials).exit_code()
}

impl Behaviour {
    fn trial(&'static self, engine: &'static Engine) -> Trial {
        let module = self.module.rsplit("::").next().unwrap_or_default();
        let unsupported = self.lacked_by(engine).map_or("", |_| "unsupported::");
        let threads = if self.one_thread { "one_thread::" } else { "" };
        let name = format!(
            "{}::{unsupported}{module}::{threads}{}",
            engine.name, self.name
        );
        let trial = Trial::test(name, move || self.check(engine));
        trial.with_ignored_flag(!(self.suits)(engine))
    }

    fn lacked_by(&self, engine: &Engine) -> Option<&'static str> {
        self.needs.filter(|need| engine.lacks.contains(need))
    }

    fn check(&self, engine: &'static Engine) -> Result<(), Failed> {
        let runtime = if self.one_thread {
            current_thread()
        } else {
            runtime()
        };
        let ended = runtime.block_on(async {
            let db = engine.database(&(self.schema)(engine)).await?;
            Some((self.test)(db).await)
        });
        match (ended, self.lacked_by(engine)) {
            (None | Some(Ok(())), None) => Ok(()),
            (None, Some(_)) => Ok(()),
            (Some(Err(error)), None) => Err(format!("{error:?}").into()),
            (Some(Ok(())), Some(need)) => {
                Err(format!("{} does what needs `{need}`", engine.name).into())
            }
            (Some(Err(error)), Some(need)) => {
                let clear =
                    error.kind() == ErrorKind::Unsupported && error.message().contains(need);
                clear
                    .then_some(())
                    .ok_or_else(|| format!("not a clear error: {error:?}").into())
            }
        }
    }
}

/// Makes the `main` of a test program that runs the suite on these engines, which are statics.
///
/// ```no_run
/// use noorm_tests::{Engine, engines};
///
/// static MINE: Engine = Engine { name: "mine", ..engines::SQLITE };
///
/// noorm_tests::suite!(MINE);
/// ```
#[macro_export]
macro_rules! suite {
    ($($engine:expr),+ $(,)?) => {
        fn main() -> ::std::process::ExitCode {
            $crate::suite::run(&[$(&$engine),+])
        }
    };
}

/// Declares behaviours, each a test on every engine.
///
/// ```
/// use noorm::prelude::*;
/// use noorm_tests::{Engine, conformance};
///
/// fn albums(engine: &Engine) -> String {
///     engine.ddl("CREATE TABLE album (id $key, title $varchar(50));")
/// }
///
/// conformance! {
///     async fn counts_rows(db) on albums {
///         assert_eq!(db.repository("album")?.count().await?, 0);
///     }
///
///     async fn removed_rows_come_back(db) on albums needs "returning" {
///         # let _ = db;
///         // Must be `Unsupported`, with that word, where the engine lacks it.
///     }
///
///     async fn types_bind(db) on albums where (|engine| engine.ways.typed_columns) {
///         # let _ = db;
///         // Is left out where it makes no sense.
///     }
/// }
/// ```
#[macro_export]
macro_rules! conformance {
    ($(
        async fn $name:ident($db:ident) on $schema:ident
        $(where ($suits:expr))? $(needs $need:literal)? $body:block
    )*) => {
        $(
            $crate::behaviour! { $name on $schema $(where ($suits))? $(needs $need)? }

            async fn $name($db: $crate::TestDatabase) -> ::noorm::Result<()> {
                $body
                Ok(())
            }
        )*
    };
}

/// Makes a behaviour of an async function.
#[doc(hidden)]
#[macro_export]
macro_rules! behaviour {
    ($name:ident on $schema:ident $(where ($suits:expr))? $(needs $need:literal)? $(, $one_thread:literal)?) => {
        $crate::inventory::submit! {
            $crate::suite::Behaviour {
                module: ::core::module_path!(),
                name: ::core::stringify!($name),
                schema: $schema,
                test: |db| ::std::boxed::Box::pin($name(db)),
                one_thread: false $(|| $one_thread)?,
                suits: {
                    let suits: fn(&$crate::Engine) -> bool = |_| true;
                    $(let suits: fn(&$crate::Engine) -> bool = { let _ = suits; $suits };)?
                    suits
                },
                needs: {
                    let needs: ::core::option::Option<&'static str> = ::core::option::Option::None;
                    $(let needs = { let _ = needs; ::core::option::Option::Some($need) };)?
                    needs
                },
            }
        }
    };
}

/// Makes two behaviours of each async function: on a runtime of several threads, and of a single one.
macro_rules! on_every_runtime {
    ($schema:ident: $($name:ident)*) => {
        $(
            $crate::behaviour! { $name on $schema, false }
            $crate::behaviour! { $name on $schema, true }
        )*
    };
}
pub(crate) use on_every_runtime;
