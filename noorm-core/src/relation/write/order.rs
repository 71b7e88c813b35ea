//! The order in which new rows are written.

/// A new row, seen from what must be there before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dependent {
    /// The number of its table.
    pub(super) table: usize,
    /// The places of the rows whose keys it takes.
    pub(super) after: Vec<usize>,
}

/// Puts rows into batches, each of one table, so that every row stands behind those that it depends on. A batch has the
/// places of its rows, from low to high.
///
/// A table is put off until all its rows can be written, so that it takes one batch; only a table whose rows depend on
/// one another, by whatever way, takes several. Rows that wait for themselves are in no batch.
pub(super) fn batches(rows: &[Dependent]) -> Vec<Vec<usize>> {
    let tables = rows.iter().map(|row| row.table + 1).max().unwrap_or(0);
    let mut waiting = Waiting::new(rows, tables);
    let mut batches = Vec::new();
    while let Some(table) = waiting.next() {
        let batch = waiting.take(table);
        for row in &batch {
            waiting.written(rows, *row);
        }
        batches.push(batch);
    }
    batches
}

/// The rows that aren't written yet.
struct Waiting {
    /// By row: how many of those that it depends on are among them.
    missing: Vec<usize>,
    /// By row: those that depend on it.
    dependents: Vec<Vec<usize>>,
    /// By table: those that depend on none.
    ready: Vec<Vec<usize>>,
    /// By table: how many there are.
    left: Vec<usize>,
}

impl Waiting {
    fn new(rows: &[Dependent], tables: usize) -> Self {
        let mut waiting = Self {
            missing: rows.iter().map(|row| row.after.len()).collect(),
            dependents: vec![Vec::new(); rows.len()],
            ready: vec![Vec::new(); tables],
            left: vec![0; tables],
        };
        for (place, row) in rows.iter().enumerate() {
            for before in &row.after {
                if let Some(dependents) = waiting.dependents.get_mut(*before) {
                    dependents.push(place);
                }
            }
            if let Some(left) = waiting.left.get_mut(row.table) {
                *left += 1;
            }
            if row.after.is_empty() {
                waiting.is_ready(row.table, place);
            }
        }
        waiting
    }

    /// The table to be written next: one that is ready as a whole, else the one whose first row came first.
    fn next(&self) -> Option<usize> {
        let tables = self.ready.iter().zip(&self.left).enumerate();
        let some = tables.filter(|(_, (ready, _))| !ready.is_empty());
        some.min_by_key(|(_, (ready, left))| (ready.len() < **left, ready.iter().min().copied()))
            .map(|(table, _)| table)
    }

    fn take(&mut self, table: usize) -> Vec<usize> {
        let ready = self.ready.get_mut(table);
        let mut batch = ready.map(std::mem::take).unwrap_or_default();
        batch.sort_unstable();
        if let Some(left) = self.left.get_mut(table) {
            *left -= batch.len();
        }
        batch
    }

    fn written(&mut self, rows: &[Dependent], row: usize) {
        let dependents = self.dependents.get_mut(row);
        for dependent in dependents.map(std::mem::take).unwrap_or_default() {
            let Some(missing) = self.missing.get_mut(dependent) else {
                continue;
            };
            *missing -= 1;
            if *missing == 0
                && let Some(row) = rows.get(dependent)
            {
                self.is_ready(row.table, dependent);
            }
        }
    }

    fn is_ready(&mut self, table: usize, row: usize) {
        if let Some(ready) = self.ready.get_mut(table) {
            ready.push(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows as `table` or `table:after,after`, by their places.
    fn check(rows: &str, expected: &[&[usize]]) {
        let mut tables: Vec<&str> = Vec::new();
        let parsed = rows.split_whitespace().map(|row| {
            let (table, after) = row.split_once(':').unwrap_or((row, ""));
            let number = tables.iter().position(|known| *known == table);
            let table = number.unwrap_or_else(|| {
                tables.push(table);
                tables.len() - 1
            });
            let after = after.split(',').filter(|place| !place.is_empty());
            Dependent {
                table,
                after: after.map(|place| place.parse().unwrap()).collect(),
            }
        });
        assert_eq!(batches(&parsed.collect::<Vec<_>>()), expected);
    }

    #[test]
    fn parents_stand_before_children_and_each_table_is_one_batch() {
        check("album:1 artist", &[&[1], &[0]]);
        check("album track:0 track:0 track:0", &[&[0], &[1, 2, 3]]);
        check(
            "album track:0,3 track:0,4 genre genre",
            &[&[0], &[3, 4], &[1, 2]],
        );
        check(
            "post tag tag post_tag:0,1 post_tag:0,2",
            &[&[0], &[1, 2], &[3, 4]],
        );
    }

    #[test]
    fn a_table_waits_until_all_its_rows_can_be_written() {
        // A city has a country, and so has a person; the second country is known only through the city of the person.
        check("country person:0,2 city:0 person:2", &[&[0], &[2], &[1, 3]]);
        check("tag post tag:1 post_tag:0,1", &[&[1], &[0, 2], &[3]]);
    }

    #[test]
    fn rows_that_depend_on_rows_of_their_table_go_level_by_level() {
        check("c c:0 c:0 c:1 c:2", &[&[0], &[1, 2], &[3, 4]]);
        check("a b:0 a:1 b:2", &[&[0], &[1], &[2], &[3]]);
        check("c item:0 c:0 item:2", &[&[0], &[2], &[1, 3]]);
    }

    #[test]
    fn rows_that_wait_for_themselves_are_left_out() {
        check("a b:2 b:1", &[&[0]]);
        check("", &[]);
    }
}
