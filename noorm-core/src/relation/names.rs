//! What relations are called.
//!
//! Names are in snake case, whatever the database's style, and are found in any (`InvoiceLines` finds
//! `invoice_lines`). A name depends on the keys between the two tables and on their columns. Another table changes none, but
//! for one that wants the same name of a table with as much right: a second junction table between the same ends, a table of
//! the same name in another schema, an `order` beside a `tbl_order`. In order:
//!
//! # Belongs-to: after the column
//! 1. The column without the words that say that it is a key: `author_id`, `authorId`, `AuthorId`, `author_fk`, `fk_author` and
//!    `id_author` are `author`. So is a last word that the column it points at ends with, too: `country_code` that points
//!    at `country.code` is `country`, unless it is what the other table is: `edit_privilege` that points at
//!    `privilege.privilege` stays. `artistid` that points at `artist` is `artist`. So are `componentid` that points at
//!    `product.productid` (`component`), `fromcurrencycode` at `currency.currencycode` (`fromcurrency`), and `booksellerid` at
//!    `aqbooksellers` (`bookseller`), unless a column is called so. Where no other key of the
//!    table is called so, a `code`, `no`, `nr`, `num` or `number` behind what the other table is called is left out, whatever it
//!    points at, and what ends with the other table's plural is of one row all the same: `groups_uuid` is `group`.
//! 2. A column that holds nothing else (`id`, as in tables that extend others) gives the target's singular: `animal`.
//! 3. A column without such words, or beside a column that has the name, takes the target's singular behind it:
//!    `created_by` is `created_by_user`. Where it ends with that already, it takes `row`: `country` is `country_row`. Where that
//!    ends with the column, or the column is called as the one that it points at, it is enough, if no other key of the table
//!    is called so: the `type` of an artist is `artist_type`, a `mime_type` that points at `image_type.mime_type` `image_type`.
//! 4. Of a key over several columns, those that are called as at the other end are left out (`tenant_id`). One that is left
//!    names the relation by the rules above. Of several, what they begin with does, before the target's singular
//!    (`from_x`, `from_y`: `from_point`); with nothing in common, it is the target's singular. A key that says what
//!    a shorter one says, and more, makes no relation of its own.
//! 5. Of several keys to one table that would be called the same, the one to its primary key is; the others say by which column:
//!    `customer_id` and `customer_code` make `customer` and `customer_by_code`.
//!
//! # Has-many and has-one: after the other table
//! 6. The plural of the table, for has-one its singular: `author.posts`, `user.profile`.
//! 7. Where several keys of the table lead here, each says which it is, but for one that is called as this table
//!    is: `post.user_id` and `post.editor_id` make `posts` and `posts_as_editor`; `message.from_id` and `message.to_id` make
//!    `messages_from` and `messages_to`; `created_by` makes `posts_created_by`. A key that says by which column it leads there does so here, too:
//!    `orders` and `orders_by_customer_code`.
//! 8. Of a table that points at itself, a `parent` has `children`, a `parent_category` has `child_categories`.
//! 9. Where this table has a column or a belongs-to of the name, the column that leads here says which it is:
//!    `store.manager_staff_id` makes `staff.store_as_manager_staff`. Where it says no more than this table's name, `rows` is
//!    added: `order_rows`.
//!
//! # Many-to-many: after the column of the junction table
//! 10. The plural of what the junction table calls the other end: `post_tag.tag_id` makes `post.tags`, and
//!     `book_author.author_id` makes `book.authors`, though they be people. If that has no name of its own, the plural of the
//!     other table. Where that table points here, too, the plural is for those rows, and the junction table is named:
//!     `user.posts_via_likes`. So it is where this table has one such row of its own (a post's `creator`, and
//!     `creators_via_post_reports`), unless the junction table is called after its ends.
//! 11. Of tables that are joined with themselves, words such as `followed` stay as they are (`user.followers`, `user.followed`);
//!     where the junction table calls the other end no more than the table is called, or its last words, it is what this end is
//!     of: `follower_of`.
//!     A key of the junction table to itself is no end of it.
//!
//! # Where two would be called the same
//! 12. Belongs-to goes first; then has-many and has-one, from tables of the same schema and then of others; then
//!     many-to-many, first through a table that is called after its two ends, or what it calls them (`post_tag`, `dept_emp`,
//!     `app_user_role` of `app_user` and `app_role`); last, has-many that lead to a junction
//!     table. The first keeps the name; of equals, none does.
//! 13. The others take their schema, where it is another one (`archive_orders`), then the column, where it says more than this
//!     table's name (`orders_as_buyer`), then `rows` (`order_rows`), or the junction table (`posts_via_likes`), and at last a
//!     number. A key from a junction table takes `rows` before the column.
//!
//! English comes from the crate `pluralizer`. What it gets wrong, and any name, can be set. Pronouns, participles (`resolved`)
//! and some abbreviations have no plural of their own. A `tbl` before a table's name is no part of it, where no table of the schema is called as the rest.
//!
//! Of the words that say that a column is a key, one is left out: `gpg_key_id` is `gpg_key`, and `original_language_id` is
//! `original_language`, whatever the column is called that it points at. Marks such as `fk` may stand behind it. Where
//! that column has several words of its own (`country.iso_code`), all of them are left out (`country_iso_code`: `country`).

mod resolve;
mod words;

pub(super) use resolve::{Rank, Wish, resolve};
/// Gives a name whose last word is in the singular, as relations have it.
///
/// ```
/// use noorm_core::relation::names::singular;
///
/// assert_eq!(singular("order_lines"), "order_line");
/// assert_eq!(singular("packages_helm_metadata_caches"), "packages_helm_metadata_cache");
/// assert_eq!(singular("status"), "status");
/// ```
#[must_use]
pub fn singular(name: &str) -> String {
    Inflection::with([]).singular(name)
}

pub(super) use words::{
    Inflection, code_stem, glued_stem, is_last, is_noun, phrase, same_name, snake, stem,
};
