//! Functions and procedures, called by their names.

use noorm_core::schema::{ParameterMode, RoutineKind};
use noorm_core::{ErrorKind, Value};

use crate::support::with_database;

const ROUTINES: &str = "
CREATE SCHEMA shop
GO
CREATE TABLE shop.line (order_id int NOT NULL, price decimal(10, 2) NOT NULL, note nvarchar(20))
GO
INSERT INTO shop.line VALUES (7, 1.25, N'ä'), (7, 2.50, NULL), (8, 4, N'x')
GO
CREATE PROCEDURE shop.totals @order_id int, @lines int OUTPUT, @total decimal(10, 2) OUTPUT,
    @last nvarchar(20) OUTPUT
AS
    SELECT @lines = COUNT(*), @total = SUM(price), @last = COALESCE(MAX(note), @last)
    FROM shop.line WHERE order_id = @order_id
GO
CREATE PROCEDURE shop.listed @order_id int, @found int OUTPUT
AS
    SELECT price FROM shop.line WHERE order_id = @order_id ORDER BY price;
    SET @found = @@ROWCOUNT
GO
CREATE PROCEDURE shop.priced @least decimal(10, 2) = 2, @order_id int = 7
AS
    SELECT COUNT(*) AS lines FROM shop.line WHERE order_id = @order_id AND price >= @least
GO
CREATE PROCEDURE shop.fails @n int OUTPUT AS SET @n = 1 / @n
GO
CREATE FUNCTION shop.lines_of(@order_id int, @least decimal(10, 2) = 0) RETURNS TABLE AS RETURN
    (SELECT price, note FROM shop.line WHERE order_id = @order_id AND price >= @least)
GO
CREATE FUNCTION shop.doubled(@order_id int)
    RETURNS @rows TABLE (place int IDENTITY, price decimal(10, 2))
AS BEGIN
    INSERT INTO @rows (price) SELECT 2 * price FROM shop.line WHERE order_id = @order_id ORDER BY price;
    RETURN
END
GO
CREATE FUNCTION shop.loud(@text nvarchar(20)) RETURNS nvarchar(20) AS BEGIN RETURN UPPER(@text) END
";

#[tokio::test]
async fn parameters_give_values() {
    with_database(ROUTINES, async |db, _| {
        let call = db.call("shop.totals").arg("order_id", 7);
        let totals = call.one().await.unwrap();
        assert_eq!(totals.get::<i64>("lines").unwrap(), 2);
        assert_eq!(totals.get::<f64>("total").unwrap(), 3.75);
        assert_eq!(totals.get::<String>("last").unwrap(), "ä");
        // No row is found, so that what comes out is what went in.
        let call = db.call("totals").arg("order_id", 9).arg("last", "before");
        let totals = call.one().await.unwrap();
        assert_eq!(totals.get::<i64>("lines").unwrap(), 0);
        assert_eq!(totals.get::<Option<f64>>("total").unwrap(), None);
        assert_eq!(totals.get::<String>("last").unwrap(), "before");
        let lines = db.call("totals").args([8]).value::<i64>().await;
        assert_eq!(lines.unwrap(), 1);
        // What a procedure selects comes first, and is what the call gives.
        let prices = db.call("listed").arg("order_id", 7).all().await.unwrap();
        let prices = prices.iter().map(|row| row.get::<f64>("price").unwrap());
        assert_eq!(prices.collect::<Vec<_>>(), [1.25, 2.5]);
        assert_eq!(db.call("fails").args([1]).value::<i64>().await.unwrap(), 1);
        assert!(db.call("fails").args([0]).value::<i64>().await.is_err());
    })
    .await;
}

#[tokio::test]
async fn what_has_a_default_may_be_left_out() {
    with_database(ROUTINES, async |db, _| {
        let lines = |call: noorm_core::database::Call| call.value::<i64>();
        assert_eq!(lines(db.call("priced")).await.unwrap(), 1);
        assert_eq!(lines(db.call("priced").arg("least", 1)).await.unwrap(), 2);
        let other = db.call("priced").arg("order_id", 8);
        assert_eq!(lines(other).await.unwrap(), 1);
        let missing = db.call("totals").await.unwrap_err();
        assert!(missing.to_string().contains("order_id"), "{missing}");
    })
    .await;
}

#[tokio::test]
async fn functions_give_tables_and_values() {
    with_database(ROUTINES, async |db, _| {
        let lines = db.call("shop.lines_of").arg("order_id", 7);
        let mut prices: Vec<f64> = (lines.all().await.unwrap().iter())
            .map(|row| row.get("price").unwrap())
            .collect();
        prices.sort_by(f64::total_cmp);
        assert_eq!(prices, [1.25, 2.5]);
        let dear = db.call("lines_of").arg("order_id", 7).arg("least", 2);
        let dear = dear.one().await.unwrap();
        assert_eq!(dear.get::<Option<String>>("note").unwrap(), None);
        let doubled = db.call("doubled").args([7]).all().await.unwrap();
        let doubled = doubled.iter().map(|row| {
            let place: i64 = row.get("place").unwrap();
            (place, row.get::<f64>("price").unwrap())
        });
        assert_eq!(doubled.collect::<Vec<_>>(), [(1, 2.5), (2, 5.0)]);
        assert!(
            db.call("doubled")
                .args([9])
                .first()
                .await
                .unwrap()
                .is_none()
        );
        let loud = db.call("loud").arg("text", "käse").value::<String>();
        assert_eq!(loud.await.unwrap(), "KÄSE");
        let null = db.call("loud").arg("text", Value::Null);
        assert_eq!(null.value::<Option<String>>().await.unwrap(), None);
        let error = db.call("lines_off").args([7]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownRoutine);
        assert!(error.help().unwrap().contains("lines_of"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn routines_are_told_with_their_parameters() {
    with_database(ROUTINES, async |db, _| {
        let schema = db.schema();
        let found = |name: &str| {
            let mut routines = schema.routines.iter();
            routines.find(|routine| routine.name == name).unwrap()
        };
        let totals = found("totals");
        assert_eq!(totals.kind, RoutineKind::Procedure);
        let parameters = totals.parameters.iter();
        let parameters: Vec<_> = parameters
            .map(|p| (p.name.as_deref().unwrap(), p.mode, &*p.native_type))
            .collect();
        assert_eq!(
            parameters,
            [
                ("@order_id", ParameterMode::In, "int"),
                ("@lines", ParameterMode::InOut, "int"),
                ("@total", ParameterMode::InOut, "decimal(10,2)"),
                ("@last", ParameterMode::InOut, "nvarchar(20)"),
            ]
        );
        for name in ["lines_of", "doubled"] {
            assert_eq!(found(name).kind, RoutineKind::Function);
            assert_eq!(found(name).returns.as_deref(), Some("table"));
        }
        assert_eq!(found("loud").returns.as_deref(), Some("nvarchar(20)"));
    })
    .await;
}
