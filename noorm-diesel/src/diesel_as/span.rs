//! Spans of time, which PostgreSQL alone has.

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::data_types::PgInterval;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Interval as Sql;
use noorm_core::types::Interval;

use super::Null;

/// A span of time of PostgreSQL's.
///
/// ```
/// use noorm_core::types::Interval;
/// use noorm_diesel::diesel_as::Span;
///
/// let day = Interval { months: 0, days: 1, micros: 0 };
/// assert_eq!(Interval::from(Span::from(day)), day);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Sql)]
pub struct Span(pub PgInterval);

impl ToSql<Sql, Pg> for Span {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Sql, Pg>::to_sql(&self.0, out)
    }
}

impl FromSql<Sql, Pg> for Span {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        PgInterval::from_sql(value).map(Self)
    }
}

impl From<Interval> for Span {
    fn from(span: Interval) -> Self {
        Self(PgInterval::new(span.micros, span.days, span.months))
    }
}

impl From<Span> for Interval {
    fn from(held: Span) -> Self {
        Self {
            months: held.0.months,
            days: held.0.days,
            micros: held.0.microseconds,
        }
    }
}

impl From<Null<Span>> for Option<Interval> {
    fn from(held: Null<Span>) -> Self {
        held.0.map(Interval::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_parts_are_kept() {
        let span = Interval {
            months: -3,
            days: 2,
            micros: 1_500_000,
        };
        let held = Span::from(span);
        assert_eq!(held, Span(PgInterval::new(1_500_000, 2, -3)));
        assert_eq!(Interval::from(held), span);
        assert_eq!(Option::<Interval>::from(Null(Some(held))), Some(span));
        assert_eq!(Option::<Interval>::from(Null(None)), None);
    }
}
