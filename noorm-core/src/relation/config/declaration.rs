//! A relation that somebody declares.

use crate::relation::relation::RelationKind;

/// A relation that no foreign key tells: of a view, of a table without foreign keys, over several others, or polymorphic.
///
/// ```
/// use noorm_core::relation::Declaration;
///
/// // A view's row belongs to a shop, which has the rows.
/// let shop = Declaration::new("sales_by_day", "shop").columns(["shop_id"]).belongs_to("shop").inverse("sales");
///
/// // Along relations that are there, one behind the other.
/// let tracks = Declaration::new("artist", "tracks").through("albums.tracks");
///
/// // `commentable_type` says whether `commentable_id` is a post's or a video's.
/// let commentable = Declaration::new("comment", "commentable")
///     .columns(["commentable_id"])
///     .polymorphic("commentable_type", [("Post", "post"), ("Video", "video")])
///     .inverse("comments");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    pub(in crate::relation) table: String,
    pub(in crate::relation) name: String,
    pub(in crate::relation) columns: Vec<String>,
    pub(in crate::relation) way: Way,
    pub(in crate::relation) inverse: Option<String>,
}

/// Where a declared relation leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::relation) enum Way {
    /// Nobody has said.
    Nowhere,
    /// To the rows of a table with the same values.
    Direct {
        kind: RelationKind,
        table: String,
        /// Those of its columns that are compared; its primary key where there are none.
        columns: Vec<String>,
    },
    /// Along a path of relations.
    Through(String),
    /// To a row of the table that a column names.
    Polymorphic {
        type_column: String,
        /// The column's values, and the table of each.
        targets: Vec<(String, String)>,
    },
}

impl Declaration {
    /// Begins to declare the relation `name` of a table or view.
    #[must_use]
    pub fn new(table: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            table: table.into(),
            name: name.into(),
            columns: Vec::new(),
            way: Way::Nowhere,
            inverse: None,
        }
    }

    /// Names the columns of the table that are compared; its primary key, where they aren't said.
    #[must_use]
    pub fn columns<'a>(mut self, columns: impl IntoIterator<Item = &'a str>) -> Self {
        self.columns = columns.into_iter().map(str::to_owned).collect();
        self
    }

    /// Leads to the one row of a table whose primary key they equal.
    #[must_use]
    pub fn belongs_to(self, table: impl Into<String>) -> Self {
        self.direct(RelationKind::BelongsTo, table.into(), [])
    }

    /// Leads to the one row of a table whose columns they equal.
    ///
    /// ```
    /// use noorm_core::relation::Declaration;
    ///
    /// let place = Declaration::new("visit", "place").columns(["x", "y"]).belongs_to_by("place", ["x", "y"]);
    /// ```
    #[must_use]
    pub fn belongs_to_by<'a>(
        self,
        table: impl Into<String>,
        columns: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        self.direct(RelationKind::BelongsTo, table.into(), columns)
    }

    /// Leads to the rows of a table whose columns they equal.
    ///
    /// ```
    /// use noorm_core::relation::Declaration;
    ///
    /// let sales = Declaration::new("shop", "sales").has_many("sales_by_day", ["shop_id"]);
    /// ```
    #[must_use]
    pub fn has_many<'a>(
        self,
        table: impl Into<String>,
        columns: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        self.direct(RelationKind::HasMany, table.into(), columns)
    }

    /// Leads to the row of a table whose columns they equal, of which there is one at most.
    ///
    /// ```
    /// use noorm_core::relation::Declaration;
    ///
    /// let total = Declaration::new("invoice", "total").has_one("invoice_totals", ["invoice_id"]);
    /// ```
    #[must_use]
    pub fn has_one<'a>(
        self,
        table: impl Into<String>,
        columns: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        self.direct(RelationKind::HasOne, table.into(), columns)
    }

    fn direct<'a>(
        mut self,
        kind: RelationKind,
        table: String,
        columns: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let columns = columns.into_iter().map(str::to_owned).collect();
        self.way = Way::Direct {
            kind,
            table,
            columns,
        };
        self
    }

    /// Leads along relations that are there, inferred or declared: `albums.tracks`.
    #[must_use]
    pub fn through(mut self, path: impl Into<String>) -> Self {
        self.way = Way::Through(path.into());
        self
    }

    /// Leads to a row of the table that a column names. `targets` are that column's values, and the table of each.
    ///
    /// By its name, the rows of all targets are loaded: each row has the one that its type names, one statement for each
    /// table. Each target alone is a relation, too, that can be asked about: `commentable_post`, after this one's name
    /// and the table's singular.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// for comment in db.repository("comment")?.query().with("commentable").all().await? {
    ///     if let Some(about) = comment.one("commentable")? {
    ///         println!("{:?}", about.table()); // post, or video
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// What is nested in it, selected or filtered by, all targets must have.
    #[must_use]
    pub fn polymorphic<'a>(
        mut self,
        type_column: impl Into<String>,
        targets: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let targets = targets.into_iter();
        let targets = targets.map(|(value, table)| (value.to_owned(), table.to_owned()));
        self.way = Way::Polymorphic {
            type_column: type_column.into(),
            targets: targets.collect(),
        };
        self
    }

    /// Gives the way back a name, too; without one there is none.
    #[must_use]
    pub fn inverse(mut self, name: impl Into<String>) -> Self {
        self.inverse = Some(name.into());
        self
    }
}
