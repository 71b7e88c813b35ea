//! Making subqueries of what expressions ask about relations.

use std::slice::Iter;
use std::sync::Arc;

use super::{Relation, RelationGraph, Step, along};
use crate::database::Database;
use crate::error::{Error, ErrorKind, Result};
use crate::repository::alive;
use crate::schema::{Schema, Table};
use crate::statement::{Asked, Node, Problem, Projection, Related, Select};
use crate::value::Value;

/// Knows the relations of a database, and which rows count.
pub(crate) struct Resolver<'a> {
    database: &'a Database,
    schema: Arc<Schema>,
    graph: Option<Arc<RelationGraph>>,
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(database: &'a Database, schema: &Arc<Schema>) -> Self {
        Self {
            database,
            schema: Arc::clone(schema),
            graph: None,
        }
    }

    /// Resolves an expression about rows of `table`, which a query joins with tables of those names. What can't be
    /// resolved stays, and says why when the statement is checked.
    pub(crate) fn resolve(
        &mut self,
        table: &Table,
        joined: &[Arc<str>],
        node: &mut Node,
        binds: Vec<Value>,
    ) -> Vec<Value> {
        if !asks(node, table) {
            return binds;
        }
        let mut resolving = Resolving {
            resolver: self,
            table,
            joined,
            binds: binds.iter(),
            out: Vec::with_capacity(binds.len()),
        };
        resolving.node(node);
        let Resolving { binds, mut out, .. } = resolving;
        out.extend(binds.cloned());
        out
    }

    fn graph(&mut self) -> Arc<RelationGraph> {
        let database = self.database;
        Arc::clone(self.graph.get_or_insert_with(|| database.relations()))
    }

    /// The relations that a path names, one behind the other.
    fn path(&mut self, table: &Table, path: &str) -> Result<Vec<Arc<Relation>>> {
        let graph = self.graph();
        let mut at = table.table_name();
        let mut relations = Vec::new();
        for name in path.split('.') {
            let relation = Arc::clone(graph.relation(&at, name)?);
            at = relation.target().clone();
            relations.push(relation);
        }
        Ok(relations)
    }

    /// Adds that rows marked as deleted are as good as gone.
    fn living(
        &self,
        select: &mut Select,
        joins: &mut [(crate::statement::Joined, Vec<Value>)],
    ) -> Vec<Value> {
        for (joined, binds) in joins.iter_mut() {
            alive(self.database, &self.schema, joined, binds);
        }
        let plan = self.database.plans().get(&self.schema, &select.from);
        let visible = plan.ok().and_then(|plan| plan.visible());
        let Some((node, binds)) = visible else {
            return Vec::new();
        };
        add(&mut select.filter, node);
        binds
    }
}

/// Whether an expression asks about relations at all.
fn asks(node: &Node, table: &Table) -> bool {
    match node {
        Node::Related(_) => true,
        Node::Column(name) => name.contains('.') && table.column(name).is_none(),
        node => {
            let mut found = false;
            node.for_each_child(&mut |child| found = found || asks(child, table));
            found
        }
    }
}

struct Resolving<'r, 'd, 'v> {
    resolver: &'r mut Resolver<'d>,
    table: &'v Table,
    joined: &'v [Arc<str>],
    binds: Iter<'v, Value>,
    out: Vec<Value>,
}

impl Resolving<'_, '_, '_> {
    fn node(&mut self, node: &mut Node) {
        match node {
            Node::Related(related) if related.problem.is_some() => {
                self.keep(related.binds());
            }
            Node::Related(related) => {
                let own: Vec<Value> = self.binds.by_ref().take(related.binds()).cloned().collect();
                match self.related(related, own.clone()) {
                    Ok((resolved, binds)) => {
                        *node = resolved;
                        self.out.extend(binds);
                    }
                    Err(error) => {
                        related.problem = Some(Problem::Unknown(told(&error).into()));
                        self.out.extend(own);
                    }
                }
            }
            Node::Column(name) => {
                let Some((source, column)) = name.rsplit_once('.') else {
                    return;
                };
                let is_joined = self.joined.iter().any(|known| **known == *source);
                if is_joined || self.table.column(name).is_some() {
                    return;
                }
                let value = Asked::Value(Node::Column(column.into()));
                let mut related = Related::new(source, value, None);
                match self.related(&related, Vec::new()) {
                    Ok((resolved, binds)) => {
                        *node = resolved;
                        self.out.extend(binds);
                    }
                    // A column of a table that isn't joined: whoever checks the statement tells so.
                    Err(error)
                        if error.kind() == ErrorKind::UnknownRelation && !source.contains('.') => {}
                    Err(error) => {
                        related.problem = Some(Problem::Unknown(told(&error).into()));
                        *node = Node::Related(Box::new(related));
                    }
                }
            }
            // Queries of their own, which were resolved when they were made.
            Node::Exists(_) | Node::Scalar(_) | Node::Nested(_) => self.keep(node.own_binds()),
            node => {
                node.for_each_child_mut(&mut |child| self.node(child));
                self.keep(node.own_binds());
            }
        }
    }

    fn keep(&mut self, count: usize) {
        self.out.extend(self.binds.by_ref().take(count).cloned());
    }

    fn related(&mut self, related: &Related, mut binds: Vec<Value>) -> Result<(Node, Vec<Value>)> {
        let path = self.resolver.path(self.table, &related.relation)?;
        let to_many = path.iter().find(|relation| !relation.is_to_one());
        if let (Asked::Value(value), Some(many)) = (&related.asked, to_many)
            && !value.is_aggregated()
        {
            let message = format!(
                "`{}` has no one value for a row of `{}`: `{}.{}` leads to any number of rows",
                related.relation,
                self.table.table_name(),
                many.table,
                many.name
            );
            return Err(Error::new(ErrorKind::InvalidStatement, message)
                .with_help("ask for its `count()`, `max(…)` or the like, or filter by `has`"));
        }
        let steps: Vec<Step> = path
            .iter()
            .flat_map(|relation| relation.steps.iter().cloned())
            .collect();
        let Some(target) = steps.last().map(|step| step.to.clone()) else {
            return Err(Error::new(
                ErrorKind::InvalidStatement,
                "a relation has no steps",
            ));
        };
        let target = Arc::clone(self.resolver.schema.table_named(&target)?);
        let mut select = Select::all(target.table_name());
        // In the order in which a statement's binds stand: values, joins, filter.
        let values = match &related.asked {
            Asked::Exist => 0,
            Asked::Value(node) => node.binds(),
        };
        let of_filter = binds.split_off(values.min(binds.len()));
        let mut out = binds;
        select.projection = match &related.asked {
            Asked::Exist => Projection::Exists,
            Asked::Value(node) => Projection::Values(vec![(node.clone(), "value".into())]),
        };
        match steps.split_last() {
            Some((last, before)) if along::repeats(&steps) => {
                out.extend(self.once(&mut select, last, before));
            }
            _ => out.extend(self.along(&mut select, &steps)),
        }
        if let Some(filter) = &related.filter {
            let mut filter = filter.clone();
            let names: Vec<_> = select
                .joins
                .iter()
                .map(|join| Arc::clone(&join.name))
                .collect();
            out.extend(
                self.resolver
                    .resolve(&target, &names, &mut filter, of_filter),
            );
            add(&mut select.filter, filter);
        }
        let select = Box::new(select);
        let node = match related.asked {
            Asked::Exist => Node::Exists(select),
            Asked::Value(_) => Node::Scalar(select),
        };
        Ok((node, out))
    }

    /// Joins the tables between. Gives the values of the binds.
    fn along(&self, select: &mut Select, steps: &[Step]) -> Vec<Value> {
        let (nodes, equal) = along::outward(steps, 1);
        add(&mut select.filter, Node::And(nodes));
        self.joined(select, steps, equal)
    }

    /// Looks for a way, so that rows to which several lead are there once. Gives the values of the binds.
    fn once(&self, select: &mut Select, last: &Step, before: &[Step]) -> Vec<Value> {
        let Some(between) = before.last() else {
            return Vec::new();
        };
        let mut way = Select::all(between.to.clone());
        way.projection = Projection::Exists;
        let (mut nodes, mut equal) = along::outward(before, 2);
        let (inward, values) = along::inward(last);
        nodes.extend(inward);
        equal.extend(values);
        add(&mut way.filter, Node::And(nodes));
        let mut binds = self.joined(&mut way, before, equal);
        add(&mut select.filter, Node::Exists(Box::new(way)));
        if let Some((node, value)) = along::at_the_end(std::slice::from_ref(last)) {
            add(&mut select.filter, node);
            binds.push(value);
        }
        binds.extend(self.resolver.living(select, &mut []));
        binds
    }

    /// Joins the tables between the ends of steps; the values of the filter stand behind theirs.
    fn joined(&self, select: &mut Select, steps: &[Step], mut behind: Vec<Value>) -> Vec<Value> {
        let mut joins = along::between(steps);
        behind.extend(self.resolver.living(select, &mut joins));
        let mut binds = Vec::new();
        for (joined, values) in joins {
            select.joins.push(joined);
            binds.extend(values);
        }
        binds.extend(behind);
        binds
    }
}

fn add(filter: &mut Option<Node>, node: Node) {
    let both = filter.take().into_iter().chain([node]);
    let mut all = Vec::new();
    for node in both {
        match node {
            Node::And(nodes) => all.extend(nodes),
            node => all.push(node),
        }
    }
    *filter = Some(Node::And(all));
}

fn told(error: &Error) -> String {
    match error.help() {
        Some(help) => format!("{}: {help}", error.message()),
        None => error.message().to_owned(),
    }
}
