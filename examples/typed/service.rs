//! The routes.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use noorm::prelude::*;
use serde::{Deserialize, Serialize};

use crate::entities::{Author, Book, BookChanges, BookId, NewBook};
use crate::failure::Failure;

/// What there is.
pub fn routes(db: Database) -> Router {
    Router::new()
        .route("/books", get(list).post(add))
        .route("/books/{id}", get(show).patch(change).delete(remove))
        .with_state(db)
}

/// What is looked for.
#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    title: String,
}

/// A book in a list.
#[derive(Serialize)]
struct Entry {
    id: BookId,
    title: String,
}

async fn list(
    State(db): State<Database>,
    Query(search): Query<Search>,
) -> Result<Json<Vec<Entry>>, Failure> {
    let found = db
        .of::<Book>()?
        .query()
        .filter(Book::TITLE.icontains(search.title))
        .order_by([Book::TITLE.asc(), Book::BOOK_ID.asc()])
        .limit(20)
        .select((Book::BOOK_ID, Book::TITLE))
        .all()
        .await?;
    let entries = found.into_iter().map(|(id, title)| Entry { id, title });
    Ok(Json(entries.collect()))
}

/// A book, with what it belongs to.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    book: Book,
    category: String,
    authors: Vec<String>,
}

async fn show(State(db): State<Database>, Path(id): Path<BookId>) -> Result<Json<Shown>, Failure> {
    let book = db
        .of::<Book>()?
        .query()
        .filter(Book::BOOK_ID.eq(id))
        .with(Book::CATEGORY)
        .with(Book::AUTHORS.order_by([Author::NAME.asc()]))
        .one()
        .await?;
    let category = book.get(Book::CATEGORY)?.name.clone();
    let authors = book.get(Book::AUTHORS)?.iter();
    let authors = authors.map(|author| author.name.clone()).collect();
    let book = book.into_row();
    Ok(Json(Shown {
        book,
        category,
        authors,
    }))
}

async fn add(
    State(db): State<Database>,
    Json(new): Json<NewBook>,
) -> Result<(StatusCode, Json<Book>), Failure> {
    let made = db.of::<Book>()?.create(new).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// What isn't named stays as it is; `null` takes a value away.
async fn change(
    State(db): State<Database>,
    Path(id): Path<BookId>,
    Json(changes): Json<BookChanges>,
) -> Result<Json<Book>, Failure> {
    Ok(Json(db.of::<Book>()?.update(id, changes).await?))
}

async fn remove(State(db): State<Database>, Path(id): Path<BookId>) -> Result<StatusCode, Failure> {
    Ok(match db.of::<Book>()?.delete(id).await? {
        true => StatusCode::NO_CONTENT,
        false => StatusCode::NOT_FOUND,
    })
}
