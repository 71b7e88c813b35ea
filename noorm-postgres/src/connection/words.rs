//! What SQL that a caller wrote does to the transaction, by its first words: the driver keeps to itself
//! what state the server is in.

/// What becomes of the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Begins,
    Ends,
}

/// Tells what the first statement of `sql` does to the transaction, if anything.
pub(super) fn step(sql: &str) -> Option<Step> {
    let mut words = without_comments(sql)
        .split(|c: char| !c.is_ascii_alphabetic())
        .filter(|word| !word.is_empty());
    let (first, second) = (words.next()?, words.next().unwrap_or_default());
    let third = words.next().unwrap_or_default();
    let is = |word: &str, any: &[&str]| any.iter().any(|one| word.eq_ignore_ascii_case(one));
    if is(first, &["BEGIN", "START"]) {
        return Some(Step::Begins);
    }
    let to_savepoint =
        is(second, &["TO"]) || (is(second, &["WORK", "TRANSACTION"]) && is(third, &["TO"]));
    let ends = match is(first, &["PREPARE"]) {
        true => is(second, &["TRANSACTION"]),
        false => {
            is(first, &["COMMIT", "END", "ROLLBACK", "ABORT"])
                && !is(second, &["PREPARED"])
                && !to_savepoint
        }
    };
    ends.then_some(Step::Ends)
}

/// Cuts the comments off that `sql` begins with.
fn without_comments(sql: &str) -> &str {
    let mut rest = sql.trim_start();
    loop {
        let behind = match (rest.strip_prefix("--"), rest.strip_prefix("/*")) {
            (Some(line), _) => line.split_once('\n'),
            (_, Some(block)) => block.split_once("*/"),
            (None, None) => return rest,
        };
        rest = behind.map_or("", |(_, behind)| behind).trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_words_tell() {
        let check = |sql, expected| assert_eq!(step(sql), expected, "{sql}");
        check("begin", Some(Step::Begins));
        check(
            "-- a\n /* b */ START TRANSACTION; SELECT 1",
            Some(Step::Begins),
        );
        check("COMMIT; SELECT 1", Some(Step::Ends));
        check("rollback", Some(Step::Ends));
        check("PREPARE TRANSACTION 'a'", Some(Step::Ends));
        check("ROLLBACK TO SAVEPOINT a", None);
        check("ROLLBACK WORK TO a", None);
        check("COMMIT PREPARED 'a'", None);
        check("PREPARE a AS SELECT 1", None);
        check("SELECT 'begin'", None);
        check("-- BEGIN", None);
        check("", None);
    }
}
