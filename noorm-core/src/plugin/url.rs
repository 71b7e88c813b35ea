//! Database URLs, which hold secrets.

use std::fmt;

use crate::error::{Error, ErrorKind, Result};

/// A database URL: a scheme, and the rest, which the scheme's dialect understands.
///
/// Shown, it hides its password.
///
/// ```
/// use noorm_core::plugin::DatabaseUrl;
///
/// let url = DatabaseUrl::parse("postgres://ann:secret@db.example/shop")?;
/// assert_eq!(url.scheme(), "postgres");
/// assert_eq!(url.to_string(), "postgres://ann:***@db.example/shop");
/// # Ok::<(), noorm_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    text: String,
    scheme: usize,
}

impl DatabaseUrl {
    /// Splits `text` at its first colon. Blanks around it don't count.
    ///
    /// ```
    /// use noorm_core::{ErrorKind, plugin::DatabaseUrl};
    ///
    /// assert_eq!(DatabaseUrl::parse("sqlite:shop.db\n")?.to_string(), "sqlite:shop.db");
    /// assert_eq!(DatabaseUrl::parse("shop.db").unwrap_err().kind(), ErrorKind::InvalidUrl);
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidUrl`] where there is no scheme.
    pub fn parse(text: impl Into<String>) -> Result<Self> {
        // A file of settings leaves its line break behind.
        let text = text.into().trim().to_owned();
        match text.find(':') {
            Some(scheme)
                if scheme > 0
                    && text.get(..scheme).is_some_and(|s| {
                        s.bytes()
                            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
                    }) =>
            {
                Ok(Self { text, scheme })
            }
            _ => Err(
                Error::new(ErrorKind::InvalidUrl, "the database URL has no scheme")
                    .with_help("write it like `sqlite:shop.db` or `postgres://user@host/database`"),
            ),
        }
    }

    /// Gives the scheme.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.text.get(..self.scheme).unwrap_or_default()
    }

    /// Gives all of it, the password included. Never show it.
    ///
    /// ```
    /// use noorm_core::plugin::DatabaseUrl;
    ///
    /// let url = DatabaseUrl::parse("postgres://ann:secret@localhost/shop")?;
    /// assert_eq!(url.secret(), "postgres://ann:secret@localhost/shop");
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.text
    }

    /// Gives what stands behind the scheme and its colon, the password included. Never show it.
    ///
    /// ```
    /// use noorm_core::plugin::DatabaseUrl;
    ///
    /// assert_eq!(DatabaseUrl::parse("sqlite:shop.db?mode=ro")?.secret_rest(), "shop.db?mode=ro");
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    #[must_use]
    pub fn secret_rest(&self) -> &str {
        self.text.get(self.scheme + 1..).unwrap_or_default()
    }
}

/// The name of an option that holds a password.
fn holds_password(pair: &str) -> Option<&str> {
    let (name, _) = pair.split_once('=')?;
    let lower = name.to_ascii_lowercase();
    let secret = ["pass", "pwd", "token"];
    secret
        .iter()
        .any(|word| lower.contains(word))
        .then_some(name)
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rest = self.secret_rest();
        // `Server=…;Password="a;b"`: where a quoted value ends is for the dialect to tell.
        let is_string = !rest.starts_with("//") && rest.contains(';');
        if is_string && rest.split(';').any(|pair| holds_password(pair).is_some()) {
            return write!(f, "{}:***", self.scheme());
        }
        // Which @ ends the login can't be told where one stands in an option: nothing is shown then.
        let is_ambiguous = |(_, query): (&str, &str)| {
            query.contains('@') && query.split('&').any(|pair| holds_password(pair).is_some())
        };
        if rest.split_once('?').is_some_and(is_ambiguous) {
            return write!(f, "{}:***", self.scheme());
        }
        let (head, query) = match rest.split_once('?') {
            // A question mark before an @ belongs to the password.
            Some((head, query)) if !query.contains('@') => (head, Some(query)),
            _ => (rest, None),
        };
        write!(f, "{}:", self.scheme())?;
        let user = head
            .rsplit_once('@')
            .filter(|(login, _)| login.starts_with("//"));
        match user {
            Some((login, place)) => {
                let name = login
                    .trim_start_matches('/')
                    .split(':')
                    .next()
                    .unwrap_or_default();
                let password = if login.get(2..).is_some_and(|l| l.contains(':')) {
                    ":***"
                } else {
                    ""
                };
                write!(f, "//{name}{password}@{place}")?;
            }
            None => f.write_str(head)?,
        }
        for (i, pair) in query.iter().flat_map(|q| q.split('&')).enumerate() {
            f.write_str(if i == 0 { "?" } else { "&" })?;
            match holds_password(pair) {
                Some(name) => write!(f, "{name}=***")?,
                None => f.write_str(pair)?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::DatabaseUrl;

    #[track_caller]
    fn check(url: &str, shown: &str) {
        assert_eq!(DatabaseUrl::parse(url).unwrap().to_string(), shown);
    }

    #[test]
    fn passwords_are_hidden() {
        check(
            "postgres://a:b@h/d?sslmode=off",
            "postgres://a:***@h/d?sslmode=off",
        );
        check("postgres://a:p@ss/w?rd@h/d", "postgres://a:***@h/d");
        check(
            "postgres://a@h/d?password=x&user=y",
            "postgres://a@h/d?password=***&user=y",
        );
        check("postgres://a@h/d?password=p@s", "postgres:***");
        check("postgres://h/d?user=x@y&password=p", "postgres:***");
        check("mysql://h/d?pwd=p", "mysql://h/d?pwd=***");
        check("mssql://h/d?access_token=t", "mssql://h/d?access_token=***");
        check("mssql:Server=h;User Id=u;Password=p", "mssql:***");
        check("mssql:Server=h;User Id=u", "mssql:Server=h;User Id=u");
        check("postgres:///d?host=/run", "postgres:///d?host=/run");
        check("sqlite:a@b:c.db?mode=ro", "sqlite:a@b:c.db?mode=ro");
        check("sqlite::memory:", "sqlite::memory:");
        check(" postgres://a@h/d\n", "postgres://a@h/d");
    }

    #[test]
    fn a_scheme_is_needed() {
        for url in ["", "shop.db", ":memory:", "/tmp/a:b"] {
            assert!(DatabaseUrl::parse(url).is_err(), "{url}");
        }
    }
}
