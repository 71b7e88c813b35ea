//! Walks over trees: every table that a statement touches, every bind, every column.

use super::{Delete, Derived, Insert, Node, Projection, Select, Tree, Update, Walk};
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
        visit(&self.from, Access::Read);
        for join in &self.joins {
            visit(&join.table, Access::Read);
        }
        match &self.derived {
            None => {}
            Some(Derived::Rows(rows)) => rows.visit_tables(visit),
            Some(Derived::Set(_, a, b)) => {
                a.visit_tables(visit);
                b.visit_tables(visit);
            }
        }
        self.for_each_node(&mut |node| node.visit_tables(visit));
    }

    /// Calls `visit` for every expression of its own, in the order of their binds.
    fn for_each_node<'a>(&'a self, visit: &mut dyn FnMut(&'a Node)) {
        let Self {
            from: _,
            derived: _,
            joins,
            projection,
            distinct: _,
            filter,
            group,
            having,
            order,
            position: _,
            limit_by,
            repeats,
            walk: _,
            limit: _,
            offset: _,
            lock: _,
        } = self;
        match projection {
            Projection::All | Projection::Columns(_) | Projection::Count | Projection::Exists => {}
            Projection::Values(values) => values.iter().for_each(|(node, _)| visit(node)),
        }
        joins
            .iter()
            .filter_map(|join| join.on.as_ref())
            .for_each(&mut *visit);
        let rest = filter.iter().chain(group).chain(having);
        rest.chain(order.iter().map(|order| &order.by))
            .chain(limit_by)
            .chain(repeats)
            .for_each(visit);
    }
}

/// Calls `$visit` for the operands of a node, in the order of their binds.
macro_rules! children {
    ($node:expr, $visit:expr, $iter:ident) => {
        match $node {
            Node::Column(_)
            | Node::Of(..)
            | Node::Bind
            | Node::Stored
            | Node::Constant(_)
            | Node::CountRows
            | Node::Place(_)
            | Node::Raw(_)
            | Node::Exists(_)
            | Node::Scalar(_)
            | Node::Nested(_)
            | Node::Related(_) => {}
            Node::IsNull(a)
            | Node::In(a)
            | Node::InSelect(a, _)
            | Node::Match(_, a)
            | Node::MatchAnyCase(_, a)
            | Node::Json(_, a)
            | Node::Array(_, a)
            | Node::Search(a)
            | Node::Outer(a)
            | Node::Aggregate(_, a)
            | Node::Not(a) => $visit(a),
            Node::Arithmetic(_, a, b) | Node::Compare(_, a, b) => {
                $visit(a);
                $visit(b);
            }
            Node::Between(a, low, high) => {
                $visit(a);
                $visit(low);
                $visit(high);
            }
            Node::And(all) | Node::Or(all) | Node::Row(all) | Node::Call(_, all) => {
                all.$iter().for_each($visit)
            }
        }
    };
}

impl Node {
    pub(crate) fn visit_tables<'a>(&'a self, visit: &mut dyn FnMut(&'a TableName, Access)) {
        if let Some(select) = self.subquery() {
            select.visit_tables(visit);
        }
        self.for_each_child(&mut |child| child.visit_tables(visit));
    }

    /// Calls `visit` for the operands, in the order of their binds; what is in a subquery is none.
    pub(crate) fn for_each_child<'a>(&'a self, visit: &mut dyn FnMut(&'a Node)) {
        children!(self, visit, iter);
    }

    /// The same, to change them.
    pub(crate) fn for_each_child_mut(&mut self, visit: &mut dyn FnMut(&mut Node)) {
        children!(self, visit, iter_mut);
    }

    /// The query that stands in it.
    fn subquery(&self) -> Option<&Select> {
        match self {
            Self::InSelect(_, select)
            | Self::Exists(select)
            | Self::Scalar(select)
            | Self::Nested(select) => Some(select),
            Self::Column(_)
            | Self::Of(..)
            | Self::Outer(_)
            | Self::Bind
            | Self::Stored
            | Self::Row(_)
            | Self::Constant(_)
            | Self::Arithmetic(..)
            | Self::Place(_)
            | Self::CountRows
            | Self::Aggregate(..)
            | Self::Call(..)
            | Self::Json(..)
            | Self::Raw(_)
            | Self::Compare(..)
            | Self::IsNull(_)
            | Self::Between(..)
            | Self::In(_)
            | Self::Related(_)
            | Self::Match(..)
            | Self::MatchAnyCase(..)
            | Self::Array(..)
            | Self::Search(_)
            | Self::And(_)
            | Self::Or(_)
            | Self::Not(_) => None,
        }
    }

    /// The number of binds in it.
    pub(crate) fn binds(&self) -> usize {
        let mut binds = self.own_binds();
        self.for_each_child(&mut |child| binds += child.binds());
        binds
    }

    /// The number of binds that come behind those of its operands.
    pub(crate) fn own_binds(&self) -> usize {
        match self {
            Self::Bind
            | Self::Stored
            | Self::In(_)
            | Self::Match(..)
            | Self::MatchAnyCase(..)
            | Self::Json(..)
            | Self::Array(..)
            | Self::Search(_) => 1,
            Self::Raw(pieces) => pieces.len().saturating_sub(1),
            Self::InSelect(_, select)
            | Self::Exists(select)
            | Self::Scalar(select)
            | Self::Nested(select) => select.binds(),
            Self::Related(related) => related.binds(),
            Self::Column(_)
            | Self::Of(..)
            | Self::Constant(_)
            | Self::CountRows
            | Self::Place(_)
            | Self::IsNull(_)
            | Self::Outer(_)
            | Self::Aggregate(..)
            | Self::Not(_)
            | Self::Arithmetic(..)
            | Self::Compare(..)
            | Self::Between(..)
            | Self::And(_)
            | Self::Or(_)
            | Self::Row(_)
            | Self::Call(..) => 0,
        }
    }

    /// Whether it may read a column of the row that it is worked out for. What a subquery names may be its own.
    pub(crate) fn may_read(&self, column: &str) -> bool {
        let mut found = match self {
            Self::Column(name) => {
                let behind_the_table = name.rsplit('.').next();
                **name == *column || behind_the_table == Some(column)
            }
            Self::Of(_, name) => **name == *column,
            Self::Raw(pieces) => {
                let column = column.to_lowercase();
                let mut pieces = pieces.iter();
                pieces.any(|piece| piece.to_lowercase().contains(&column))
            }
            node => node
                .subquery()
                .is_some_and(|select| select.may_read(column)),
        };
        self.for_each_child(&mut |child| found |= child.may_read(column));
        found
    }

    /// Whether SQL of a caller's is in it, or in a subquery of it.
    fn has_raw(&self) -> bool {
        let mut found = match self {
            Self::Raw(_) => true,
            node => node.subquery().is_some_and(Select::has_raw),
        };
        self.for_each_child(&mut |child| found |= child.has_raw());
        found
    }
}

impl Select {
    fn binds(&self) -> usize {
        let mut binds = usize::from(self.limit) + usize::from(self.offset);
        binds += self.walk.as_ref().map_or(0, Walk::binds);
        binds += match &self.derived {
            None => 0,
            Some(Derived::Rows(rows)) => rows.binds(),
            Some(Derived::Set(_, a, b)) => a.binds() + b.binds(),
        };
        self.for_each_node(&mut |node| binds += node.binds());
        binds
    }

    fn may_read(&self, column: &str) -> bool {
        let mut found = match &self.derived {
            None => false,
            Some(Derived::Rows(rows)) => rows.may_read(column),
            Some(Derived::Set(_, a, b)) => a.may_read(column) || b.may_read(column),
        };
        self.for_each_node(&mut |node| found |= node.may_read(column));
        found
    }

    fn has_raw(&self) -> bool {
        let mut found = match &self.derived {
            None => false,
            Some(Derived::Rows(rows)) => rows.has_raw(),
            Some(Derived::Set(_, a, b)) => a.has_raw() || b.has_raw(),
        };
        self.for_each_node(&mut |node| found |= node.has_raw());
        found
    }
}

impl Tree {
    /// Whether SQL of a caller's is in it: nobody knows which tables that reads.
    pub(crate) fn has_raw(&self) -> bool {
        match self {
            Self::Select(select) | Self::Explain(select) => select.has_raw(),
            Self::Insert(_) => false,
            Self::Update(update) => {
                let mut assigned = update.assignments.iter().map(|(_, node)| node);
                assigned.any(Node::has_raw) || update.filter.as_ref().is_some_and(Node::has_raw)
            }
            Self::Delete(delete) => delete.filter.as_ref().is_some_and(Node::has_raw),
            Self::Raw(_) => true,
        }
    }
}

#[cfg(test)]
mod tests;
