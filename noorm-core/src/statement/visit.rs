//! Walks over trees: every table that a statement touches, every bind, every column.

use super::{Delete, Insert, Node, Projection, Select, Tree, Update};
use crate::schema::TableName;

/// How a statement touches a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// It reads the table's rows.
    Read,
    /// It adds, changes or removes rows.
    Write,
}

impl Tree {
    /// Calls `visit` for every table reference, subqueries included. Tables that raw SQL touches
    /// are visited as far as the caller declared them.
    ///
    /// ```
    /// use noorm_core::schema::TableName;
    /// use noorm_core::statement::{Access, Raw, Tree};
    ///
    /// let mut raw = Raw::new("INSERT INTO archive SELECT * FROM album");
    /// raw.reads = Some(vec![TableName::new(None, "album")]);
    /// raw.writes = Some(vec![TableName::new(None, "archive")]);
    /// let mut tables = Vec::new();
    /// Tree::Raw(raw).visit_tables(&mut |table, access| tables.push((table.to_string(), access)));
    /// assert_eq!(tables, [("album".into(), Access::Read), ("archive".into(), Access::Write)]);
    /// ```
    pub fn visit_tables<'a>(&'a self, visit: &mut dyn FnMut(&'a TableName, Access)) {
        match self {
            Self::Select(select) | Self::Explain(select) => select.visit_tables(visit),
            Self::Insert(Insert {
                table,
                columns: _,
                rows: _,
                on_conflict: _,
                returning: _,
            }) => {
                visit(table, Access::Write);
            }
            Self::Update(Update {
                table,
                assignments,
                filter,
                returning: _,
            }) => {
                visit(table, Access::Write);
                for (_, node) in assignments {
                    node.visit_tables(visit);
                }
                if let Some(filter) = filter {
                    filter.visit_tables(visit);
                }
            }
            Self::Delete(Delete {
                table,
                filter,
                returning: _,
            }) => {
                visit(table, Access::Write);
                if let Some(filter) = filter {
                    filter.visit_tables(visit);
                }
            }
            Self::Raw(raw) => {
                for table in raw.reads.iter().flatten() {
                    visit(table, Access::Read);
                }
                for table in raw.writes.iter().flatten() {
                    visit(table, Access::Write);
                }
            }
        }
    }
}

impl Select {
    fn visit_tables<'a>(&'a self, visit: &mut dyn FnMut(&'a TableName, Access)) {
        let Self {
            from,
            projection,
            filter,
            order,
            position: _,
            limit: _,
            offset: _,
        } = self;
        match projection {
            Projection::All | Projection::Columns(_) | Projection::Count | Projection::Exists => {}
        }
        visit(from, Access::Read);
        for node in filter.iter().chain(order.iter().map(|o| &o.by)) {
            node.visit_tables(visit);
        }
    }
}

impl Node {
    fn visit_tables<'a>(&'a self, visit: &mut dyn FnMut(&'a TableName, Access)) {
        if let Self::InSelect(_, select) = self {
            select.visit_tables(visit);
        }
        self.for_each_child(&mut |child| child.visit_tables(visit));
    }

    /// Calls `visit` for each operand, in the order of the binds. A subquery isn't one.
    pub(crate) fn for_each_child<'a>(&'a self, visit: &mut dyn FnMut(&'a Node)) {
        match self {
            Self::Column(_) | Self::Bind | Self::Stored | Self::Constant(_) => {}
            Self::IsNull(a)
            | Self::In(a)
            | Self::InSelect(a, _)
            | Self::Match(_, a)
            | Self::Not(a) => visit(a),
            Self::Arithmetic(_, a, b) | Self::Compare(_, a, b) => {
                visit(a);
                visit(b);
            }
            Self::Between(a, low, high) => {
                visit(a);
                visit(low);
                visit(high);
            }
            Self::And(all) | Self::Or(all) | Self::Row(all) => all.iter().for_each(visit),
        }
    }
}
