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
    /// The names it would have, best first; one at least.
    pub(in crate::relation) names: Vec<String>,
}

/// Gives each wish a name, in their order. No two names are equal, and none is `taken`.
///
/// The result doesn't depend on the order of the wishes, except that those are numbered in it that are alike in all
/// the names they would have.
pub(in crate::relation) fn resolve(wishes: &[&Wish], taken: impl Fn(&str) -> bool) -> Vec<String> {
    let next = |wish: &Wish, from: usize| {
        let free = wish.names.iter().skip(from).position(|name| !taken(name));
        free.map_or(wish.names.len(), |after| from + after)
    };
    let mut at: Vec<usize> = wishes.iter().map(|wish| next(wish, 0)).collect();
    loop {
        let losers = losers(wishes, &at);
        if losers.is_empty() {
            break;
        }
        for (index, (at, wish)) in at.iter_mut().zip(wishes).enumerate() {
            if losers.contains(&index) {
                *at = next(wish, *at + 1);
            }
        }
    }
    let given = wishes.iter().zip(at);
    let mut names: Vec<Option<String>> = given
        .map(|(wish, at)| wish.names.get(at).cloned())
        .collect();
    if names.iter().any(Option::is_none) {
        number(wishes, &mut names, taken);
    }
    names.into_iter().flatten().collect()
}

/// Gives numbers to those that found no name.
fn number(wishes: &[&Wish], names: &mut [Option<String>], taken: impl Fn(&str) -> bool) {
    let mut known: FxHashSet<String> = names.iter().flatten().cloned().collect();
    for (name, wish) in names.iter_mut().zip(wishes) {
        if name.is_none() {
            let base = wish.names.first().map_or("row", String::as_str);
            let mut numbered = (2_usize..).map(|n| format!("{base}_{n}"));
            *name = numbered.find(|name| !taken(name) && !known.contains(name));
            known.extend(name.clone());
        }
    }
}

/// Those who have to give up the name that they want now, as somebody else wants it, too.
fn losers(wishes: &[&Wish], at: &[usize]) -> FxHashSet<usize> {
    let mut wanted: Vec<(&str, Rank, usize)> = Vec::with_capacity(wishes.len());
    for (index, (wish, at)) in wishes.iter().zip(at).enumerate() {
        let name = wish.names.get(*at);
        wanted.extend(name.map(|name| (name.as_str(), wish.rank, index)));
    }
    wanted.sort_unstable();
    let mut losers = FxHashSet::default();
    for group in wanted.chunk_by(|a, b| a.0 == b.0) {
        // The best ones stand first.
        let best = group.first().map(|(_, rank, _)| *rank);
        let alone = group.get(1).is_none_or(|(_, rank, _)| Some(*rank) != best);
        let lost = group.iter().skip(usize::from(alone));
        losers.extend(lost.map(|(_, _, index)| *index));
    }
    losers
}
