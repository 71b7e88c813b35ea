//! What only PostgreSQL has: its arrays, its deferred constraints, its catalog, its functions.

use std::time::{Duration, Instant};

use noorm::executor::{Slot, TransactionStep};
use noorm::prelude::*;
use noorm::relation::rel;
use noorm_tests::engines::POSTGRES;
use noorm_tests::library::library;
use noorm_tests::probe::{Probe, eventually};
use noorm_tests::servers::postgres::execute;
use noorm_tests::{Engine, run};

fn arrays(_: &Engine) -> String {
    "CREATE TABLE t (id int PRIMARY KEY, tags text[]);".to_owned()
}

#[test]
fn lists_of_arrays_are_refused_in_words() {
    run(&POSTGRES, arrays, async |db| {
        let filter = col("tags").in_list([vec!["a"], vec!["b"]]);
        let error = db.repository("t")?.query().filter(filter).count().await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.message().contains("holds arrays"), "{error}");
        Ok(())
    });
}

fn deferred(_: &Engine) -> String {
    "CREATE TABLE t (id int PRIMARY KEY, r int CONSTRAINT t_r REFERENCES t DEFERRABLE INITIALLY DEFERRED,
         u int CONSTRAINT t_u UNIQUE DEFERRABLE INITIALLY DEFERRED);"
        .to_owned()
}

#[test]
fn what_a_commit_violates_has_columns() {
    run(&POSTGRES, deferred, async |db| {
        for (column, value, kind) in [
            ("r", 99, ErrorKind::ForeignKeyViolation),
            ("u", 7, ErrorKind::UniqueViolation),
        ] {
            let work = async |tx: Transaction| {
                let t = tx.repository("t")?;
                t.create(record! { "id" => 1, column => value }).await?;
                t.create(record! { "id" => 2, column => value }).await
            };
            let error = db.transaction(work).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{error}");
            let violation = error.violation().cloned().unwrap_or_default();
            assert_eq!(violation.table.as_deref(), Some("public.t"));
            assert_eq!(violation.columns, [column]);
        }
        // Where values are nobody's business, the server's own words aren't passed on.
        let careful = db.again(|builder| builder.sensitive("t", ["u"])).await;
        let work = async |tx: Transaction| {
            let t = tx.repository("t")?;
            t.create(record! { "id" => 1, "u" => 4711 }).await?;
            t.create(record! { "id" => 2, "u" => 4711 }).await
        };
        let error = careful.transaction(work).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        assert!(std::error::Error::source(&error).is_none());
        assert!(!format!("{error:?}").contains("4711"), "{error:?}");
        let raw = "INSERT INTO t (id) VALUES (1), (1)";
        let error = db.raw(raw).await.unwrap_err();
        assert_eq!(
            error.violation().cloned().unwrap_or_default().columns,
            ["id"]
        );
        Ok(())
    });
}

#[test]
fn a_catalog_that_changes_meanwhile_is_read_again() {
    run(&POSTGRES, arrays, async |db| {
        let ddl = [
            "DROP TABLE IF EXISTS x CASCADE",
            "DROP TYPE IF EXISTS mood",
            "CREATE TYPE mood AS ENUM ('sad')",
            "CREATE TABLE x (id int PRIMARY KEY, m mood DEFAULT 'sad', n int CHECK (n > 0))",
            "CREATE INDEX ON x ((n + 1)) WHERE n > 3",
            "CREATE VIEW y AS SELECT * FROM x",
        ];
        let other = db.again(|builder| builder).await;
        let changes = tokio::spawn(async move {
            for command in ddl.iter().cycle().take(15 * ddl.len()) {
                other.raw(*command).await?;
            }
            Ok::<_, Error>(())
        });
        while !changes.is_finished() {
            db.refresh().await?;
        }
        changes.await.expect("no panic")
    });
}

#[test]
fn read_only_holds_behind_a_pooler_too() {
    run(&POSTGRES, arrays, async |db| {
        let url = format!("{}?prepared_statements=off", db.url());
        let db = Database::builder(url).read_only().connect().await?;
        let error = db.repository("t")?.create(record! { "id" => 1 }).await;
        assert_eq!(error.unwrap_err().kind(), ErrorKind::ReadOnly);
        Ok(())
    });
}

#[test]
fn a_function_that_lacks_something_is_no_stale_plan() {
    run(
        &POSTGRES,
        |_| {
            "
        CREATE TABLE t (id bigserial PRIMARY KEY, n int);
        CREATE SEQUENCE runs;
        CREATE FUNCTION bad() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          PERFORM nextval('runs'); PERFORM no_such_function(NEW.n); RETURN NEW; END $$;
        CREATE TRIGGER bad BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION bad();"
                .to_owned()
        },
        async |db| {
            for run in 1..=3 {
                let error = db
                    .repository("t")?
                    .create(record! { "n" => 1 })
                    .await
                    .unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidStatement, "{error:?}");
                assert!(error.to_string().contains("no_such_function"), "{error}");
                // Sequences aren't rolled back: they tell how often it ran.
                let runs = db.raw("SELECT last_value FROM runs").await?;
                assert_eq!(runs.rows.value(0, 0), Some(&Value::I64(run)));
            }
            Ok(())
        },
    );
}

#[test]
fn a_commit_that_takes_too_long_is_unknown() {
    run(&POSTGRES, library, async |db| {
        let ddl = "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS \
                   'BEGIN PERFORM pg_sleep(60); RETURN NULL; END'; \
                   CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON author \
                   DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dawdle()";
        execute(db.url(), ddl).await.unwrap();
        let probe = Probe::new(Slot::Trace);
        let limit = Duration::from_secs(1);
        let quick = db
            .again(|b| b.statement_timeout(limit).layer(probe.clone()))
            .await;
        let began = Instant::now();
        let ended = quick
            .transaction(async |tx| {
                tx.repository("author")?
                    .create(record! { "name" => "Ann" })
                    .await
            })
            .await;
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::CommitUnknown);
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "{:?}",
            began.elapsed()
        );
        let told = probe.events();
        assert_eq!(told.last(), Some(&(1, TransactionStep::Unknown)));
        assert_eq!(db.repository("author")?.count().await?, 0);
        Ok(())
    });
}

#[test]
fn a_closed_database_leaves_no_session_behind() {
    run(&POSTGRES, library, async |db| {
        let application = format!("{}?application_name=closing", db.url());
        let two = Database::connect(application).await?;
        let (tx, other) = (two.begin().await?, two.begin().await?);
        let sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'closing' AND datname = current_database()";
        let count = async || db.raw(sessions).await.unwrap().rows.value(0, 0).cloned();
        assert_eq!(count().await, Some(Value::I64(2)));
        drop(other);
        let (closed, committed) = tokio::join!(two.close(), tx.commit());
        closed?;
        committed?;
        eventually("they are gone", async || {
            count().await == Some(Value::I64(0))
        })
        .await;
        Ok(())
    });
}

/// Partitions as large databases have them: one that keys point at, and one with a key of its own.
fn partitioned(_: &Engine) -> String {
    "CREATE TABLE runner (id bigint NOT NULL, kind int NOT NULL, PRIMARY KEY (id, kind)) PARTITION BY LIST (kind);
     CREATE TABLE group_runner PARTITION OF runner FOR VALUES IN (1);
     CREATE TABLE project_runner PARTITION OF runner FOR VALUES IN (2);
     ALTER TABLE project_runner ADD CONSTRAINT project_runner_id UNIQUE (id);
     CREATE TABLE owner (id bigint PRIMARY KEY);
     ALTER TABLE group_runner ADD CONSTRAINT group_runner_owner FOREIGN KEY (id) REFERENCES owner;
     CREATE TABLE project (id bigint PRIMARY KEY, runner_id bigint NOT NULL, owner_id bigint NOT NULL,
         CONSTRAINT project_runner_id FOREIGN KEY (runner_id) REFERENCES project_runner (id));"
        .to_owned()
}

#[test]
fn a_partition_that_a_key_points_at_is_a_table() {
    run(&POSTGRES, partitioned, async |db| {
        let schema = db.schema();
        let runner = schema.table("runner")?;
        assert_eq!(runner.partitions.len(), 2);
        let partition = schema.table("project_runner")?;
        assert_eq!(partition.key_columns(), ["id", "kind"]);
        assert_eq!(partition.unique.len(), 1);
        assert!(schema.table("group_runner").is_err());
        let told = |object: &str, part: &str| {
            let mut notes = schema.notes.iter();
            notes.any(|note| note.object.ends_with(object) && note.message.contains(part))
        };
        let notes = &schema.notes;
        let own = "the partition group_runner has it, and not all";
        assert!(told("runner.group_runner_owner", own), "{notes:?}");
        let partition = "it is a partition of public.runner";
        assert!(told(".project_runner", partition), "{notes:?}");

        let runners = db.repository("runner")?;
        runners.create(record! { "id" => 7, "kind" => 2 }).await?;
        let projects = db.repository("project")?;
        let project = record! { "id" => 1, "runner_id" => 7, "owner_id" => 1 };
        projects.create(project).await?;
        let found = projects.with("runner").find(1).await?.expect("a project");
        assert_eq!(
            found
                .one("runner")?
                .expect("its runner")
                .get::<i64>("kind")?,
            2
        );
        let back = db
            .repository("project_runner")?
            .with("projects")
            .find((7, 2))
            .await?;
        assert_eq!(back.expect("a runner").many("projects")?.len(), 1);
        Ok(())
    });
}

/// Partitions with keys of their own, as before PostgreSQL 11: one has its columns in another order.
fn keyed_partitions(_: &Engine) -> String {
    "CREATE TABLE customer (id bigint PRIMARY KEY);
     CREATE TABLE staff (id bigint PRIMARY KEY);
     CREATE TABLE payment (id bigint NOT NULL, customer_id bigint NOT NULL, staff_id bigint, year int NOT NULL,
         PRIMARY KEY (id, year)) PARTITION BY RANGE (year);
     CREATE TABLE payment_1 PARTITION OF payment FOR VALUES FROM (1) TO (2);
     CREATE TABLE payment_2 (year int NOT NULL, dropped int, staff_id bigint, customer_id bigint NOT NULL, id bigint NOT NULL);
     ALTER TABLE payment_2 DROP COLUMN dropped;
     ALTER TABLE payment ATTACH PARTITION payment_2 FOR VALUES FROM (2) TO (3);
     CREATE TABLE payment_3 PARTITION OF payment FOR VALUES FROM (3) TO (9) PARTITION BY RANGE (year);
     CREATE TABLE payment_3_4 PARTITION OF payment_3 FOR VALUES FROM (3) TO (5);
     ALTER TABLE payment_1 ADD FOREIGN KEY (customer_id) REFERENCES customer;
     ALTER TABLE payment_2 ADD FOREIGN KEY (customer_id) REFERENCES customer;
     ALTER TABLE payment_3 ADD FOREIGN KEY (customer_id) REFERENCES customer;
     ALTER TABLE payment_2 ADD FOREIGN KEY (staff_id) REFERENCES staff ON DELETE SET NULL;
     ALTER TABLE payment_3 ADD FOREIGN KEY (staff_id) REFERENCES staff ON DELETE SET NULL;
     ALTER TABLE payment_1 ADD CONSTRAINT only_here FOREIGN KEY (staff_id) REFERENCES staff;
     INSERT INTO customer VALUES (1), (2);
     INSERT INTO payment (id, customer_id, year) VALUES (1, 1, 1), (2, 2, 2), (3, 1, 2), (4, 1, 4);"
        .to_owned()
}

#[test]
fn a_key_that_all_partitions_have_is_the_tables() {
    run(&POSTGRES, keyed_partitions, async |db| {
        let schema = db.schema();
        let payment = schema.table("payment")?;
        let [key] = payment.foreign_keys.as_slice() else {
            panic!("{:?}", payment.foreign_keys);
        };
        assert_eq!(
            (&*key.columns, &key.name),
            (&["customer_id".to_owned()][..], &None)
        );
        assert_eq!(key.references.table, "customer");
        let warnings = db.relations().warnings(&schema);
        assert!(warnings.is_empty(), "{warnings:?}");
        let customers = db.repository("customer")?.query().order_by(["id"]);
        let customers = customers
            .with(rel("payments").order_by(["id"]))
            .all()
            .await?;
        let mut found = Vec::new();
        for customer in &customers {
            let payments = customer.many("payments")?.iter();
            found.push(
                payments
                    .map(|payment| payment.get("id"))
                    .collect::<Result<Vec<i64>>>()?,
            );
        }
        assert_eq!(found, [vec![1, 3, 4], vec![2]]);
        let notes: Vec<_> = schema
            .notes
            .iter()
            .map(|note| format!("{}: {}", note.object, note.message))
            .collect();
        let left_out = |name: &str, partition: &str| {
            format!(
                "constraint public.payment.{name}: the partition {partition} has it, and not all have it alike: left out"
            )
        };
        assert_eq!(
            notes,
            [
                left_out("only_here", "payment_1"),
                left_out("payment_2_staff_id_fkey", "payment_2"),
                left_out("payment_3_staff_id_fkey", "payment_3"),
                "foreign key public.payment.customer_id: each of its partitions has it: told as its own".to_owned(),
            ]
        );
        // A new partition lacks it.
        db.raw("CREATE TABLE payment_9 PARTITION OF payment FOR VALUES FROM (9) TO (10)")
            .await?;
        db.refresh().await?;
        assert!(db.schema().table("payment")?.foreign_keys.is_empty());
        Ok(())
    });
}

/// A partition with a key that it has of its table, and one that points at it.
fn pointed_partition(_: &Engine) -> String {
    "CREATE TABLE owner (id bigint PRIMARY KEY);
     CREATE TABLE runner (id bigint PRIMARY KEY, owner_id bigint REFERENCES owner) PARTITION BY RANGE (id);
     CREATE TABLE first_runner PARTITION OF runner FOR VALUES FROM (0) TO (10);
     CREATE TABLE run (id bigint PRIMARY KEY, runner_id bigint REFERENCES first_runner);
     CREATE TABLE own (id bigint NOT NULL, parent_id bigint) PARTITION BY RANGE (id);
     CREATE TABLE own_1 PARTITION OF own FOR VALUES FROM (0) TO (10);
     ALTER TABLE own_1 ADD UNIQUE (id);
     ALTER TABLE own_1 ADD FOREIGN KEY (parent_id) REFERENCES own_1 (id);"
        .to_owned()
}

#[test]
fn the_rows_of_a_partition_are_found_once() {
    run(&POSTGRES, pointed_partition, async |db| {
        let relations = db.relations();
        let told = relations
            .relations()
            .map(|relation| relation.to_string().replace("public.", ""));
        let told: Vec<String> = told.collect();
        assert_eq!(
            told,
            [
                "first_runner.owner: belongs_to owner",
                "first_runner.runs: has_many run",
                "owner.runners: has_many runner",
                "run.runner: belongs_to first_runner",
                "runner.owner: belongs_to owner",
            ]
        );
        let owner = db
            .repository("owner")?
            .create(record! { "id" => 1 })
            .await?;
        db.repository("runner")?
            .create(record! { "id" => 7, "owner_id" => 1 })
            .await?;
        let holders = db.repository("owner")?.holders(1).await?;
        assert_eq!(holders.len(), 1, "{holders:?}");
        drop(owner);
        // A key between rows of a partition that isn't shown.
        assert!(db.schema().table("own")?.foreign_keys.is_empty());
        Ok(())
    });
}

fn unchecked(_: &Engine) -> String {
    "CREATE TABLE owner (id bigint PRIMARY KEY);
     CREATE SEQUENCE numbers;
     CREATE TABLE thing (id bigint PRIMARY KEY DEFAULT nextval('numbers'), owner_id bigint NOT NULL, keeper_id bigint);
     INSERT INTO thing (owner_id) VALUES (99);
     ALTER TABLE thing ADD CONSTRAINT thing_owner FOREIGN KEY (owner_id) REFERENCES owner NOT VALID;
     ALTER TABLE thing ADD CONSTRAINT thing_keeper FOREIGN KEY (keeper_id) REFERENCES owner;
     CREATE INDEX thing_by_owner ON thing (owner_id) WHERE owner_id > 5;
     CREATE INDEX thing_by_keeper ON thing (keeper_id) WHERE keeper_id IS NOT NULL;"
        .to_owned()
}

#[test]
fn a_key_that_was_never_checked_promises_nothing() {
    run(&POSTGRES, unchecked, async |db| {
        let (schema, relations) = (db.schema(), db.relations());
        let thing = schema.table("thing")?;
        assert!(!relations.relation(&thing.table_name(), "owner")?.required);
        let thing = db
            .repository("thing")?
            .with("owner")
            .find(1)
            .await?
            .expect("a thing");
        assert!(thing.one("owner")?.is_none());
        // Numbered by a sequence that belongs to nobody.
        let thing = schema.table("thing")?;
        assert!(thing.column("id").is_some_and(|id| id.auto_increment));
        // One index has all rows that are looked for, the other hasn't.
        let warned: Vec<_> = relations
            .warnings(&schema)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert!(
            warned.iter().any(|warning| warning.contains("(owner_id)")),
            "{warned:?}"
        );
        assert!(
            !warned.iter().any(|warning| warning.contains("(keeper_id)")),
            "{warned:?}"
        );
        Ok(())
    });
}
