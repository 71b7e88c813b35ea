//! Conditions of what the catalog prints: `((price)::numeric >= (0)::numeric)`, ``(`status` in (_utf8mb4'a'))``.

use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use sqlparser::ast::{
    BinaryOperator, CastKind, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
    Ident, InTarget, UnaryOperator, Value as Literal,
};
use sqlparser::dialect::dialect_from_str;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use super::condition::{self, Comparison, Condition, Operand};
use super::number::Number;
use crate::schema::{Column, ColumnType, Table};
use crate::sql::{CheckSyntax, SqlFlavor};

/// Reads the conditions of one table.
pub(super) struct Reader<'a> {
    table: &'a Table,
    flavor: &'a dyn SqlFlavor,
    syntax: CheckSyntax,
    /// What `VALUE` means: in a domain's check, the column.
    pub(super) value: Option<&'a Column>,
}

/// One side of a comparison, or what it is made of.
enum Term<'a> {
    Column(&'a Column),
    Length(&'a Column),
    Number(Number),
    Text(String),
    Date(NaiveDate),
}

impl<'a> Reader<'a> {
    pub(super) fn new(table: &'a Table, flavor: &'a dyn SqlFlavor, syntax: CheckSyntax) -> Self {
        Self {
            table,
            flavor,
            syntax,
            value: None,
        }
    }

    /// Reads a condition; `None` if nothing of it is understood.
    pub(super) fn read(&self, expression: &str) -> Option<Condition> {
        let dialect = dialect_from_str(self.syntax.grammar)?;
        let mut parser = Parser::new(&*dialect).try_with_sql(expression).ok()?;
        let expr = parser.parse_expr().ok()?;
        let whole = parser.peek_token_ref().token == Token::EOF;
        let condition = whole.then(|| self.condition(&expr))?;
        condition.is_known().then_some(condition)
    }

    fn condition(&self, expr: &Expr) -> Condition {
        let negated = |negated: bool, condition: Condition| match negated {
            true => condition.not(),
            false => condition,
        };
        let is_one_of = |subject: &Expr, list: &mut dyn Iterator<Item = &Expr>| {
            let each = list.map(|item| self.compare(subject, &BinaryOperator::Eq, item));
            Condition::Any(each.collect())
        };
        match expr {
            Expr::Nested(inner) => self.condition(inner),
            Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr,
            } => self.condition(expr).not(),
            Expr::BinaryOp { left, op, right } => match op {
                BinaryOperator::And => {
                    Condition::All(vec![self.condition(left), self.condition(right)])
                }
                BinaryOperator::Or => {
                    Condition::Any(vec![self.condition(left), self.condition(right)])
                }
                op => self.compare(left, op, right),
            },
            Expr::Between {
                expr,
                negated: not,
                low,
                high,
            } => {
                let above = self.compare(expr, &BinaryOperator::GtEq, low);
                let below = self.compare(expr, &BinaryOperator::LtEq, high);
                negated(*not, Condition::All(vec![above, below]))
            }
            Expr::In {
                expr,
                target: InTarget::List(list),
                negated: not,
                ..
            } => negated(*not, is_one_of(expr, &mut list.iter())),
            Expr::AnyOp {
                left,
                compare_op: BinaryOperator::Eq,
                right,
                ..
            } => match elements(right) {
                Some(list) => is_one_of(left, &mut list.iter()),
                None => Condition::Unknown,
            },
            Expr::AllOp {
                left,
                compare_op: BinaryOperator::NotEq,
                right,
            } => match elements(right) {
                Some(list) => is_one_of(left, &mut list.iter()).not(),
                None => Condition::Unknown,
            },
            Expr::IsNull(inner) => self.null(inner),
            Expr::IsNotNull(inner) => self.null(inner).not(),
            _ => Condition::Unknown,
        }
    }

    fn null(&self, expr: &Expr) -> Condition {
        match self.term(expr) {
            Some(Term::Column(column)) => Condition::Null(known(column)),
            _ => Condition::Unknown,
        }
    }

    fn compare(&self, left: &Expr, op: &BinaryOperator, right: &Expr) -> Condition {
        let (Some(left), Some(right)) = (self.term(left), self.term(right)) else {
            return Condition::Unknown;
        };
        let (how, turned, not) = match op {
            BinaryOperator::Eq => (Comparison::Equal, false, false),
            BinaryOperator::NotEq => (Comparison::Equal, false, true),
            BinaryOperator::Lt => (Comparison::Less, false, false),
            BinaryOperator::LtEq => (Comparison::AtMost, false, false),
            BinaryOperator::Gt => (Comparison::Less, true, false),
            BinaryOperator::GtEq => (Comparison::AtMost, true, false),
            _ => return Condition::Unknown,
        };
        let (left, right) = match turned {
            true => (right, left),
            false => (left, right),
        };
        let condition = self.compared(left, how, right);
        match not {
            true => condition.not(),
            false => condition,
        }
    }

    fn compared(&self, left: Term<'_>, how: Comparison, right: Term<'_>) -> Condition {
        match (left, right) {
            (Term::Column(column), Term::Text(text)) | (Term::Text(text), Term::Column(column))
                if is_text(column) && how == Comparison::Equal =>
            {
                match self.flavor.text_equality(column) {
                    Some(equality) => Condition::Is(known(column), text, equality),
                    None => Condition::Unknown,
                }
            }
            (left, right) => {
                let dates = is_date(&left) || is_date(&right);
                match (self.operand(left, dates), self.operand(right, dates)) {
                    (Some(left), Some(right))
                        if (left.column().is_some() || right.column().is_some())
                            && !left.is_rounded_for(&right)
                            && !right.is_rounded_for(&left) =>
                    {
                        Condition::Compare(left, how, right)
                    }
                    _ => Condition::Unknown,
                }
            }
        }
    }

    fn operand(&self, term: Term<'_>, dates: bool) -> Option<Operand> {
        Some(match term {
            Term::Column(column) if is_number(column) && !dates => Operand::Column(known(column)),
            Term::Column(column) if column.column_type == ColumnType::Date && dates => {
                Operand::Column(known(column))
            }
            Term::Length(column) if is_text(column) && !dates => {
                self.flavor.text_equality(column)?;
                Operand::Length(known(column))
            }
            Term::Number(number) if !dates => Operand::Number(number),
            Term::Date(date) if dates => Operand::Date(date),
            Term::Text(text) if dates => Operand::Date(date(&text)?),
            _ => return None,
        })
    }

    fn term(&self, expr: &Expr) -> Option<Term<'a>> {
        match expr {
            Expr::Nested(inner) => self.term(inner),
            Expr::Identifier(name) => self.column(name).map(Term::Column),
            Expr::CompoundIdentifier(names) => match names.as_slice() {
                [table, column] if table.value.eq_ignore_ascii_case(&self.table.name) => {
                    self.column(column).map(Term::Column)
                }
                _ => None,
            },
            Expr::Value(value) => literal(&value.value),
            // MySQL's name of a character set.
            Expr::Prefixed { prefix, value } if prefix.value.starts_with('_') => self.term(value),
            Expr::UnaryOp { op, expr } => match (op, self.term(expr)?) {
                (UnaryOperator::Minus, Term::Number(n)) => n.negated().map(Term::Number),
                (UnaryOperator::Plus, Term::Number(n)) => Some(Term::Number(n)),
                _ => None,
            },
            // Written so by PostgreSQL alone; what others' casts round isn't known.
            Expr::Cast {
                kind: CastKind::DoubleColon,
                expr,
                data_type,
                ..
            } => cast(
                self.term(expr)?,
                &data_type.to_string().to_ascii_uppercase(),
            ),
            Expr::TypedString(typed) if typed.data_type.to_string() == "DATE" => {
                match literal(&typed.value.value)? {
                    Term::Text(text) => date(&text).map(Term::Date),
                    _ => None,
                }
            }
            Expr::Function(function) => self.length(function).map(Term::Length),
            _ => None,
        }
    }

    fn column(&self, name: &Ident) -> Option<&'a Column> {
        if let Some(column) = self.value {
            return name.value.eq_ignore_ascii_case("value").then_some(column);
        }
        let table = self.table;
        let alike = |column: &&Column| column.name.eq_ignore_ascii_case(&name.value);
        table.column(&name.value).or_else(|| {
            let mut alike = table.columns.iter().filter(alike);
            alike.next().filter(|_| alike.next().is_none())
        })
    }

    /// The column whose characters a function counts.
    fn length(&self, function: &Function) -> Option<&'a Column> {
        let name = function.name.to_string().to_ascii_uppercase();
        let FunctionArguments::List(list) = &function.args else {
            return None;
        };
        match list.args.as_slice() {
            [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))]
                if self.syntax.lengths.contains(&name.as_str()) =>
            {
                match self.term(argument)? {
                    Term::Column(column) => Some(column),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// The elements of `(ARRAY['a'::text, …])::text[]`.
fn elements(expr: &Expr) -> Option<&[Expr]> {
    match expr {
        Expr::Nested(inner) => elements(inner),
        Expr::Cast {
            kind: CastKind::DoubleColon,
            expr,
            data_type,
            ..
        } => {
            let array = data_type.to_string().to_ascii_uppercase();
            let element = array.strip_suffix("[]")?;
            (is_text_type(element) || is_number_type(element)).then(|| elements(expr))?
        }
        Expr::Array(array) => Some(&array.elem),
        _ => None,
    }
}

fn literal<'a>(value: &Literal) -> Option<Term<'a>> {
    match value {
        Literal::Number(digits, _) => {
            let number = digits.parse::<BigDecimal>().ok()?;
            Number::exactly(number).map(Term::Number)
        }
        Literal::SingleQuotedString(text)
        | Literal::NationalStringLiteral(text)
        | Literal::EscapedStringLiteral(text) => Some(Term::Text(text.clone())),
        _ => None,
    }
}

/// What PostgreSQL makes of a term, if it is the same.
fn cast<'a>(term: Term<'a>, to: &str) -> Option<Term<'a>> {
    let is_integer = matches!(to, "SMALLINT" | "INTEGER" | "BIGINT");
    let same = match &term {
        Term::Column(column) => match &column.column_type {
            ColumnType::Integer { .. } => is_number_type(to),
            ColumnType::Decimal { .. } => is_number_type(to) && !is_integer,
            ColumnType::Float { .. } => to == "DOUBLE PRECISION",
            ColumnType::Text { .. } => is_text_type(to) && to != "BPCHAR",
            _ => false,
        },
        Term::Length(_) => is_number_type(to),
        Term::Number(number) => is_number_type(to) && (!is_integer || number.is_integer()),
        Term::Text(text) if to == "DATE" => return date(text).map(Term::Date),
        Term::Text(text) if is_number_type(to) => {
            let number = Number::exactly(text.parse().ok()?).map(Term::Number)?;
            return cast(number, to);
        }
        Term::Text(_) => is_text_type(to),
        Term::Date(_) => to == "DATE",
    };
    same.then_some(term)
}

fn is_text_type(name: &str) -> bool {
    matches!(name, "TEXT" | "VARCHAR" | "CHARACTER VARYING" | "BPCHAR")
}

fn is_number_type(name: &str) -> bool {
    let exact = matches!(name, "SMALLINT" | "INTEGER" | "BIGINT" | "NUMERIC");
    exact || name == "DOUBLE PRECISION"
}

fn is_number(column: &Column) -> bool {
    use ColumnType::{Decimal, Float, Integer};
    matches!(
        column.column_type,
        Integer { .. } | Decimal { .. } | Float { .. }
    )
}

fn is_text(column: &Column) -> bool {
    matches!(column.column_type, ColumnType::Text { .. })
}

fn is_date(term: &Term<'_>) -> bool {
    match term {
        Term::Date(_) => true,
        Term::Column(column) => column.column_type == ColumnType::Date,
        _ => false,
    }
}

/// A date that all databases and languages read alike.
fn date(text: &str) -> Option<NaiveDate> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    (date.to_string() == text).then_some(date)
}

fn known(column: &Column) -> condition::Column {
    condition::Column {
        name: column.name.as_str().into(),
        nullable: column.nullable,
        single: column.column_type == ColumnType::Float { bits: 32 },
        scale: match column.column_type {
            ColumnType::Decimal {
                precision: Some(_),
                scale,
            } => Some(scale.unwrap_or(0)),
            _ => None,
        },
    }
}
