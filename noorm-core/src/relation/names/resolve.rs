//! Giving each relation of a table a name of its own.

use rustc_hash::FxHashSet;

/// Who comes before whom where several would be called the same; of equals, none keeps the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::relation) enum Rank {
    BelongsTo,
    /// Has-many or has-one.
    Has,
    /// The same, from a table of another schema.
    HasElsewhere,
    /// Many-to-many, through a table that is called after its ends.
    ManyAfterEnds,
    Many,
    /// Many-to-many, through a table of another schema.
    ManyElsewhere,
    /// Has-many, from a junction table.
    HasJunction,
}

/// A relation that wants a name.
#[derive(Debug)]
pub(in crate::relation) struct Wish {
    pub(in crate::relation) rank: Rank,
    /// The name that it would have best.
    pub(in crate::relation) best: String,
}

/// Gives each wish a name, in their order. No two names are equal, and none is `taken`.
///
/// `names` gives all names that a wish would have, the best one first: most have that one, and need no other.
///
/// The result doesn't depend on the order of the wishes, except that those are numbered in it that are alike in all
/// the names they would have.
pub(in crate::relation) fn resolve(
    wishes: &[&Wish],
    names: impl Fn(usize) -> Vec<String>,
    taken: impl Fn(&str) -> bool,
) -> Vec<String> {
    let mut wanted: Vec<Wanted<'_>> = wishes.iter().map(|wish| Wanted::best(wish)).collect();
    for (index, wanted) in wanted.iter_mut().enumerate() {
        if wanted.name().is_some_and(&taken) {
            wanted.give_up(|| names(index), &taken);
        }
    }
    loop {
        let losers = losers(&wanted);
        if losers.is_empty() {
            break;
        }
        for index in losers {
            if let Some(wanted) = wanted.get_mut(index) {
                wanted.give_up(|| names(index), &taken);
            }
        }
    }
    let mut given: Vec<Option<String>> = wanted
        .iter()
        .map(|wanted| wanted.name().map(str::to_owned))
        .collect();
    if given.iter().any(Option::is_none) {
        number(wishes, &mut given, taken);
    }
    given.into_iter().flatten().collect()
}

/// What a wish wants now.
struct Wanted<'a> {
    wish: &'a Wish,
    /// All names it would have, once the best one is lost.
    names: Option<Vec<String>>,
    at: usize,
}

impl<'a> Wanted<'a> {
    fn best(wish: &'a Wish) -> Self {
        Self {
            wish,
            names: None,
            at: 0,
        }
    }

    fn name(&self) -> Option<&str> {
        match &self.names {
            None => Some(&self.wish.best),
            Some(names) => names.get(self.at).map(String::as_str),
        }
    }

    /// Goes on to the next name that nobody has.
    fn give_up(&mut self, names: impl FnOnce() -> Vec<String>, taken: impl Fn(&str) -> bool) {
        let names = self.names.get_or_insert_with(names);
        let mut left = names.iter().enumerate().skip(self.at + 1);
        let free = left.find(|(_, name)| !taken(name));
        self.at = free.map_or(names.len(), |(at, _)| at);
    }
}

/// Gives numbers to those that found no name.
fn number(wishes: &[&Wish], names: &mut [Option<String>], taken: impl Fn(&str) -> bool) {
    let mut known: FxHashSet<String> = names.iter().flatten().cloned().collect();
    for (name, wish) in names.iter_mut().zip(wishes) {
        if name.is_none() {
            let base = &wish.best;
            let mut numbered = (2_usize..).map(|n| format!("{base}_{n}"));
            *name = numbered.find(|name| !taken(name) && !known.contains(name));
            known.extend(name.clone());
        }
    }
}

/// Those who have to give up the name that they want now, as somebody else wants it, too.
fn losers(wanted: &[Wanted<'_>]) -> Vec<usize> {
    let wanted = wanted.iter().enumerate();
    let mut wanted: Vec<(&str, Rank, usize)> = wanted
        .filter_map(|(index, wanted)| Some((wanted.name()?, wanted.wish.rank, index)))
        .collect();
    wanted.sort_unstable();
    let mut losers = Vec::new();
    for group in wanted.chunk_by(|a, b| a.0 == b.0) {
        // The best ones stand first.
        let best = group.first().map(|(_, rank, _)| *rank);
        let alone = group.get(1).is_none_or(|(_, rank, _)| Some(*rank) != best);
        let lost = group.iter().skip(usize::from(alone));
        losers.extend(lost.map(|(_, _, index)| *index));
    }
    losers
}
