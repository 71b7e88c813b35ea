//! What the compiler knows of an entity's rows: what new ones are made of, what changes them, what finds them.
//!
//! A [`Record`] is made, changed and found by anything; for an entity only what says so will do. The derives of
//! `noorm` (feature `derive`) write these.

use super::{Changes, Entity, Key, Record};
use crate::schema::ColumnType;
use crate::value::ColumnValue;

/// What a new row of `T` is made of; for records, whatever becomes a [`Record`].
///
/// ```
/// use noorm_core::Result;
/// use noorm_core::repository::{Entity, Insertable, Record, Repository};
///
/// struct NewAlbum {
///     title: String,
/// }
///
/// impl From<NewAlbum> for Record {
///     fn from(new: NewAlbum) -> Self {
///         Self::from_pairs([("title", new.title)])
///     }
/// }
///
/// async fn blue<Album: Entity>(albums: &Repository<Album>) -> Result<Album>
/// where
///     NewAlbum: Insertable<Album>,
/// {
///     albums.create(NewAlbum { title: "Blue".into() }).await
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no new row of `{T}`",
    label = "expected what new rows of `{T}` are made of",
    note = "`#[derive(noorm::Insertable)] #[noorm(entity = {T})]` makes a struct one; rows of a view are never new"
)]
pub trait Insertable<T>: Into<Record> {}

impl<R: Into<Record>> Insertable<Record> for R {}

/// What changes a row of `T`; for records, whatever becomes a [`Record`].
///
/// ```
/// use noorm_core::Result;
/// use noorm_core::repository::{Changeset, Entity, KeyOf, Repository};
///
/// async fn change<T: Entity>(
///     rows: &Repository<T>,
///     key: impl KeyOf<T>,
///     changes: impl Changeset<T>,
/// ) -> Result<T> {
///     rows.update(key, changes).await
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no change of a row of `{T}`",
    label = "expected what changes rows of `{T}`",
    note = "`#[derive(noorm::Changeset)] #[noorm(entity = {T})]` makes a struct one; rows of a view are never changed"
)]
pub trait Changeset<T>: Into<Record> {}

impl<R: Into<Record>> Changeset<Record> for R {}

/// What a row of `T` is found by; for records, whatever becomes a [`Key`].
///
/// ```
/// use noorm_core::Result;
/// use noorm_core::repository::{Entity, KeyOf, Repository};
///
/// async fn is_there<T: Entity>(rows: &Repository<T>, key: impl KeyOf<T>) -> Result<bool> {
///     Ok(rows.find(key).await?.is_some())
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the key of `{T}`",
    label = "no row of `{T}` is found by this",
    note = "a table without a primary key has no `find`: filter by its columns"
)]
pub trait KeyOf<T>: Into<Key> {}

impl<K: Into<Key>> KeyOf<Record> for K {}

/// A value that is given, or left as it is: in changes NULL and "leave it" are two things.
///
/// In JSON, a field that is missing is left, and `null` is NULL.
///
/// ```
/// use noorm_core::repository::Patch;
///
/// let (kept, cleared): (Patch<Option<i64>>, _) = (Patch::Leave, Patch::Set(None));
/// assert_ne!(kept, cleared);
/// assert_eq!(Patch::from(1971), Patch::Set(Some(1971)));
/// assert_eq!(Patch::<String>::from("Blue"), Patch::Set("Blue".into()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Patch<V> {
    /// Left as it is; of a new row, left to the database.
    #[default]
    Leave,
    /// What it becomes.
    Set(V),
}

impl<V> Patch<V> {
    /// Gives the value, `None` where it is left.
    ///
    /// ```
    /// use noorm_core::repository::Patch;
    ///
    /// assert_eq!(Patch::Set(None::<i64>).into_option(), Some(None));
    /// ```
    #[must_use]
    pub fn into_option(self) -> Option<V> {
        match self {
            Self::Leave => None,
            Self::Set(value) => Some(value),
        }
    }

    /// Shows the value, `None` where it is left.
    ///
    /// ```
    /// use noorm_core::repository::Patch;
    ///
    /// assert_eq!(Patch::from("Blue").as_option().map(String::as_str), Some("Blue"));
    /// ```
    #[must_use]
    pub fn as_option(&self) -> Option<&V> {
        match self {
            Self::Leave => None,
            Self::Set(value) => Some(value),
        }
    }

    /// Tells whether the value is left; for `#[serde(skip_serializing_if = "Patch::is_left")]`.
    ///
    /// ```
    /// use noorm_core::repository::Patch;
    ///
    /// assert!(Patch::<i64>::default().is_left());
    /// ```
    #[must_use]
    pub fn is_left(&self) -> bool {
        matches!(self, Self::Leave)
    }
}

impl<V> From<V> for Patch<V> {
    fn from(value: V) -> Self {
        Self::Set(value)
    }
}

impl<V> From<V> for Patch<Option<V>> {
    fn from(value: V) -> Self {
        Self::Set(Some(value))
    }
}

impl From<&str> for Patch<String> {
    fn from(value: &str) -> Self {
        Self::Set(value.to_owned())
    }
}

impl From<&str> for Patch<Option<String>> {
    fn from(value: &str) -> Self {
        Self::Set(Some(value.to_owned()))
    }
}

impl<'de, V: serde::Deserialize<'de>> serde::Deserialize<'de> for Patch<V> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        V::deserialize(deserializer).map(Self::Set)
    }
}

impl<V: serde::Serialize> serde::Serialize for Patch<V> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Leave => serializer.serialize_none(),
            Self::Set(value) => value.serialize(serializer),
        }
    }
}

/// A field of an entity, and the column that it stands for.
///
/// ```
/// use noorm_core::repository::Field;
/// use noorm_core::schema::ColumnType;
///
/// let year = Field::of::<Option<i32>>("year");
/// assert!(year.nullable && year.accepts(&ColumnType::int(16)));
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Field {
    /// The column's name.
    pub column: &'static str,
    /// Whether it holds NULL.
    pub nullable: bool,
    accepts: fn(&ColumnType) -> bool,
    rust_type: fn() -> &'static str,
}

impl Field {
    /// Makes the field of a column, whose values are of the type `V`.
    #[must_use]
    pub const fn of<V: ColumnValue>(column: &'static str) -> Self {
        Self {
            column,
            nullable: V::NULLABLE,
            accepts: V::accepts,
            rust_type: std::any::type_name::<V>,
        }
    }

    /// Tells whether a column of this type can be read into it, as far as the type tells.
    #[must_use]
    pub fn accepts(&self, column: &ColumnType) -> bool {
        (self.accepts)(column)
    }

    /// Names its type, for people: `i64`, `Option<String>`.
    #[must_use]
    pub fn rust_type(&self) -> String {
        // Without the paths, which nobody writes.
        let mut short = String::new();
        let mut word = String::new();
        for c in (self.rust_type)().chars() {
            match c {
                ':' => word.clear(),
                c if c.is_alphanumeric() || c == '_' => word.push(c),
                c => {
                    short.push_str(&word);
                    word.clear();
                    short.push(c);
                }
            }
        }
        short + &word
    }
}

/// What code knows of a table.
///
/// ```
/// use noorm_core::repository::{Entity, Shape};
///
/// fn told<T: Entity>() -> &'static str {
///     Shape::of::<T>().table
/// }
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Shape {
    /// The table, as [`Entity::TABLE`] names it.
    pub table: &'static str,
    /// What generated code was made of, as [`Table::fingerprint`](crate::schema::Table::fingerprint) tells it.
    pub fingerprint: Option<&'static str>,
    /// The fields.
    pub fields: &'static [Field],
}

impl Shape {
    /// Gives what an entity knows.
    #[must_use]
    pub fn of<T: Entity>() -> Self {
        Self {
            table: T::TABLE,
            fingerprint: T::FINGERPRINT,
            fields: T::fields(),
        }
    }
}

/// Entities that are held against the database together: an entity, a tuple of sets, or what generated code calls
/// `Entities`.
pub trait EntitySet {
    /// What each of them knows.
    fn shapes() -> Vec<Shape>;
}

impl<T: Entity> EntitySet for T {
    fn shapes() -> Vec<Shape> {
        vec![Shape::of::<T>()]
    }
}

macro_rules! sets {
    ($(($($set:ident),+))+) => {$(
        impl<$($set: EntitySet),+> EntitySet for ($($set,)+) {
            fn shapes() -> Vec<Shape> {
                let mut shapes = Vec::new();
                $(shapes.extend($set::shapes());)+
                shapes
            }
        }
    )+};
}
sets!((A)(A, B)(A, B, C)(A, B, C, D)(A, B, C, D, E)(
    A, B, C, D, E, F
));

/// Changes of many rows, by a struct.
impl<T> Changes<T> {
    /// Takes what a struct changes.
    ///
    /// ```
    /// use noorm_core::record;
    /// use noorm_core::repository::{Changes, Record};
    ///
    /// let changes: Changes<Record> = Changes::by(record! { "title" => "Blue" });
    /// ```
    #[must_use]
    pub fn by(changes: impl Changeset<T>) -> Self {
        let record: Record = changes.into();
        record.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_without_their_paths() {
        assert_eq!(
            Field::of::<Option<String>>("a").rust_type(),
            "Option<String>"
        );
        let moment = Field::of::<chrono::DateTime<chrono::Utc>>("a");
        assert_eq!(moment.rust_type(), "DateTime<Utc>");
        assert_eq!(Field::of::<Vec<u8>>("a").rust_type(), "Vec<u8>");
    }

    #[test]
    fn a_patch_in_json_tells_null_from_nothing() {
        #[derive(serde::Deserialize, Default, PartialEq, Debug)]
        #[serde(default)]
        struct Changes {
            year: Patch<Option<i64>>,
            title: Patch<String>,
        }
        let read = |json: &str| serde_json::from_str::<Changes>(json);
        assert_eq!(read("{}").unwrap(), Changes::default());
        let cleared = read(r#"{"year":null}"#).unwrap();
        assert_eq!(
            (cleared.year, cleared.title),
            (Patch::Set(None), Patch::Leave)
        );
        assert!(read(r#"{"title":null}"#).is_err());
        let cleared =
            serde_json::to_value((Patch::<i64>::Leave, Patch::Set(7), Patch::Set(None::<i64>)));
        assert_eq!(cleared.unwrap(), serde_json::json!([null, 7, null]));
    }

    #[test]
    fn a_patch_is_made_of_what_it_sets() {
        assert_eq!(Patch::from(7), Patch::Set(7));
        assert_eq!(Patch::from(7), Patch::Set(Some(7)));
        assert_eq!(Patch::<String>::from("Blue"), Patch::Set("Blue".to_owned()));
        assert_eq!(
            Patch::<Option<String>>::from("Blue"),
            Patch::Set(Some("Blue".to_owned()))
        );
        let left = Patch::<i64>::default();
        assert_eq!(
            (left.is_left(), left.as_option(), left.into_option()),
            (true, None, None)
        );
        let set = Patch::Set(7);
        assert_eq!(
            (set.is_left(), set.as_option(), set.into_option()),
            (false, Some(&7), Some(7))
        );
    }

    /// An entity of a table, with one field.
    macro_rules! entity {
        ($($name:ident: $table:literal),+) => {$(
            struct $name;

            impl crate::repository::FromRow for $name {
                fn from_row(_: &mut crate::executor::Row<'_>) -> crate::Result<Self> {
                    Ok(Self)
                }
            }

            impl Entity for $name {
                const TABLE: &'static str = $table;

                fn fields() -> &'static [Field] {
                    const { &[Field::of::<Option<i64>>("id")] }
                }
            }
        )+};
    }
    entity!(Album: "album", Artist: "artist", Track: "track");

    #[test]
    fn a_set_of_entities_has_the_shapes_of_all() {
        fn tables<S: EntitySet>() -> Vec<&'static str> {
            S::shapes().iter().map(|shape| shape.table).collect()
        }
        assert_eq!(tables::<Album>(), ["album"]);
        assert_eq!(tables::<(Album,)>(), ["album"]);
        assert_eq!(tables::<(Album, Artist)>(), ["album", "artist"]);
        assert_eq!(
            tables::<(Album, (Artist, Track), Album)>(),
            ["album", "artist", "track", "album"]
        );
        assert_eq!(tables::<(Album, Artist, Track, Album)>().len(), 4);
        assert_eq!(tables::<(Album, Artist, Track, Album, Artist)>().len(), 5);
        assert_eq!(
            tables::<(Album, Artist, Track, Album, Artist, Track)>().len(),
            6
        );
        let shape = Shape::of::<Album>();
        assert_eq!((shape.fingerprint, shape.fields[0].nullable), (None, true));
        assert!(
            shape.fields[0].accepts(&ColumnType::int(64))
                && !shape.fields[0].accepts(&ColumnType::Bool)
        );
    }
}
