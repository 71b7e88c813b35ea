//! Which columns a trigger fills, as far as its SQL tells.

use super::{Table, Trigger, TriggerEvent, TriggerTiming};

impl Table {
    /// Tells whether a trigger gives this column of a new row its value, so that the row may be sent without one: an
    /// enabled trigger before the insertion that assigns it, as in `SET NEW.slug = …`, or one in the insertion's place
    /// that names it.
    ///
    /// A trigger of PostgreSQL's calls a function, whose SQL a schema doesn't hold: nothing is known of it.
    ///
    /// ```
    /// use noorm_core::schema::{Table, TableKind, Trigger, TriggerEvent, TriggerTiming};
    ///
    /// let mut fill = Trigger::new("fill", TriggerTiming::Before, vec![TriggerEvent::Insert]);
    /// fill.definition = Some("CREATE TRIGGER fill BEFORE INSERT ON post FOR EACH ROW SET NEW.slug = lower(NEW.title)".into());
    /// let mut post = Table::new(None, "post", TableKind::Table);
    /// post.triggers.push(fill);
    /// assert!(post.is_filled_by_trigger("slug"));
    /// assert!(!post.is_filled_by_trigger("title"));
    /// ```
    #[must_use]
    pub fn is_filled_by_trigger(&self, column: &str) -> bool {
        let mut triggers = self.triggers_before(TriggerEvent::Insert);
        triggers.any(|trigger| fills(trigger, column))
    }

    /// The triggers that may change a row before it is written, or write another one.
    pub(crate) fn triggers_before(&self, event: TriggerEvent) -> impl Iterator<Item = &Trigger> {
        self.triggers.iter().filter(move |trigger| {
            trigger.enabled
                && trigger.events.contains(&event)
                && matches!(
                    trigger.timing,
                    TriggerTiming::Before | TriggerTiming::InsteadOf
                )
        })
    }
}

fn fills(trigger: &Trigger, column: &str) -> bool {
    let Some(definition) = &trigger.definition else {
        return false;
    };
    let words = words(definition);
    let is_column = |word: &Word| word.is_name && same(&word.text, column);
    match trigger.timing {
        // Its head names the trigger and the table.
        TriggerTiming::InsteadOf => body(&words).iter().any(is_column),
        // SQLite's triggers assign nothing, but may leave the row and insert another one.
        _ if leaves_the_row(&words) => body(&words).iter().any(is_column),
        _ => words.windows(5).any(|run| match run {
            [before, new, dot, name, sign] => {
                before.begins_an_assignment()
                    && new.is("new")
                    && dot.is(".")
                    && is_column(name)
                    && (sign.is("=") || sign.is(":"))
            }
            _ => false,
        }),
    }
}

/// What stands behind `INSERT ON …`, which every trigger's head has.
fn body(words: &[Word]) -> &[Word] {
    let on = words.iter().position(|word| word.is("on"));
    let begin = on.and_then(|on| words.iter().skip(on).position(Word::begins_a_body));
    let begin = on.unwrap_or_default() + begin.unwrap_or_default();
    words.get(begin..).unwrap_or_default()
}

/// `RAISE(IGNORE)`
fn leaves_the_row(words: &[Word]) -> bool {
    words.windows(3).any(|run| match run {
        [raise, open, ignore] => raise.is("raise") && open.is("(") && ignore.is("ignore"),
        _ => false,
    })
}

/// A name, a keyword, or one character of something else.
struct Word {
    text: String,
    is_name: bool,
    is_quoted: bool,
}

impl Word {
    /// Whether it is this keyword or sign.
    fn is(&self, what: &str) -> bool {
        !self.is_quoted && self.text.eq_ignore_ascii_case(what)
    }

    /// `SET NEW.a = 1, NEW.b = 2`; `:NEW.a := 1`
    fn begins_an_assignment(&self) -> bool {
        self.is("set") || self.is(",") || self.is(":")
    }

    fn begins_a_body(&self) -> bool {
        self.is("begin") || self.is("as")
    }
}

fn same(one: &str, other: &str) -> bool {
    one == other || one.to_lowercase() == other.to_lowercase()
}

/// The words of an SQL text, without its comments and literals.
fn words(sql: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let (length, word) = match first {
            _ if rest.starts_with("--") => (rest.find('\n').unwrap_or(rest.len()), None),
            _ if rest.starts_with("/*") => (rest.find("*/").map_or(rest.len(), |at| at + 2), None),
            '\'' => (quoted(rest, '\'').0, None),
            '"' | '`' => named(quoted(rest, first)),
            '[' => named(quoted(rest, ']')),
            c if is_of_name(c) => {
                let length = rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
                let text = rest.get(..length).unwrap_or_default().to_owned();
                let word = Word {
                    text,
                    is_name: true,
                    is_quoted: false,
                };
                (length, Some(word))
            }
            c if c.is_whitespace() => (c.len_utf8(), None),
            c => {
                let word = Word {
                    text: c.to_string(),
                    is_name: false,
                    is_quoted: false,
                };
                (c.len_utf8(), Some(word))
            }
        };
        words.extend(word);
        rest = rest.get(length..).unwrap_or_default();
    }
    words
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

fn named((length, text): (usize, String)) -> (usize, Option<Word>) {
    let word = Word {
        text,
        is_name: true,
        is_quoted: true,
    };
    (length, Some(word))
}

/// How long a quoted text at the beginning is, and what stands in it.
fn quoted(text: &str, end: char) -> (usize, String) {
    let mut held = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        // The quote twice is one that is meant.
        if c == end && chars.next_if(|(_, next)| *next == end).is_none() {
            return (at + c.len_utf8(), held);
        }
        held.push(c);
    }
    (text.len(), held)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::TableKind;

    fn filled(timing: TriggerTiming, definition: &str) -> Vec<&'static str> {
        let mut trigger = Trigger::new("t", timing, vec![TriggerEvent::Insert]);
        trigger.definition = Some(definition.into());
        let mut post = Table::new(None, "post", TableKind::Table);
        post.triggers.push(trigger);
        let columns = ["slug", "title", "odd name", "post"];
        let filled = columns.into_iter();
        filled
            .filter(|name| post.is_filled_by_trigger(name))
            .collect()
    }

    fn before(body: &str) -> Vec<&'static str> {
        let head = "CREATE TRIGGER t BEFORE INSERT ON `post` FOR EACH ROW ";
        filled(TriggerTiming::Before, &format!("{head}{body}"))
    }

    #[test]
    fn what_is_assigned_is_filled() {
        assert_eq!(before("SET NEW.slug = lower(NEW.title)"), ["slug"]);
        assert_eq!(
            before("BEGIN set new . `Slug` = 1, new.`odd name`:= 2; END"),
            ["slug", "odd name"]
        );
        assert_eq!(before("BEGIN :NEW.slug := 1; END"), ["slug"]);
    }

    #[test]
    fn what_is_only_looked_at_is_not() {
        for body in [
            "IF NEW.title = '' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no title'; END IF",
            "SET @a = NEW.slug",
            "SET OLD.slug = 1",
            "BEGIN /* SET NEW.slug = 1 */ -- SET NEW.slug = 2\n END",
            "SET @a = 'it''s SET NEW.slug = 1'",
            "SET NEW.slugs = 1",
            "SET NEW.slug",
            "EXECUTE FUNCTION slug()",
            "SET `NEW",
            "/*",
            "'",
        ] {
            assert_eq!(before(body), [""; 0], "{body}");
        }
    }

    #[test]
    fn a_trigger_in_the_place_of_an_insertion_fills_what_it_names() {
        let body = "CREATE TRIGGER slug ON [post] INSTEAD OF INSERT AS INSERT INTO p (slug) SELECT 'title' FROM inserted";
        assert_eq!(filled(TriggerTiming::InsteadOf, body), ["slug"]);
        let body = "CREATE TRIGGER t BEFORE INSERT ON post WHEN NEW.title IS NULL BEGIN \
                    INSERT INTO post (slug, title) VALUES ('', ''); SELECT RAISE ( IGNORE ); END";
        assert_eq!(
            filled(TriggerTiming::Before, body),
            ["slug", "title", "post"]
        );
        let body = "CREATE TRIGGER t BEFORE INSERT ON post BEGIN SELECT RAISE(ABORT, 'title'); END";
        assert_eq!(filled(TriggerTiming::Before, body), [""; 0]);
    }

    #[test]
    fn triggers_that_dont_fire_fill_nothing() {
        let of = |change: fn(&mut Trigger)| {
            let events = vec![TriggerEvent::Insert];
            let mut trigger = Trigger::new("t", TriggerTiming::Before, events);
            trigger.definition = Some("x SET NEW.slug = 1".into());
            change(&mut trigger);
            let mut post = Table::new(None, "post", TableKind::Table);
            post.triggers.push(trigger);
            post.is_filled_by_trigger("slug")
        };
        assert!(of(|_| ()));
        assert!(!of(|trigger| trigger.enabled = false));
        assert!(!of(|trigger| trigger.timing = TriggerTiming::After));
        assert!(!of(|trigger| trigger.events = vec![TriggerEvent::Update]));
        assert!(!of(|trigger| trigger.definition = None));
    }
}
