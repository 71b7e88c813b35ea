//! Diesel's query builder beside repositories: on the same pool, in the same transaction.
//!
//! ```text
//! cargo run --example diesel
//! ```

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use noorm::prelude::*;
use noorm::sqlite::Connection;

diesel::table! {
    author (author_id) {
        author_id -> BigInt,
        name -> Text,
        born -> Nullable<Integer>,
    }
}

#[derive(Debug, Queryable)]
#[allow(dead_code, reason = "it is printed")]
struct Author {
    id: i64,
    name: String,
    born: Option<i32>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let folder = tempfile::tempdir().map_err(|error| {
        Error::new(ErrorKind::Storage, "no temporary folder can be made").with_source(error)
    })?;
    let url = noorm_examples::make(folder.path()).await?;
    let db = Database::connect(url).await?;

    // On a connection of the pool. The closure says its type.
    let oldest: Vec<Author> = db
        .diesel(async |conn: &mut Connection| {
            let known = author::table.filter(author::born.is_not_null());
            known.order(author::born).limit(3).load(conn).await
        })
        .await?;
    println!("{oldest:#?}");
    assert_eq!(oldest.len(), 3);

    // In a transaction, both see what the other has written. Caches forget authors, and nothing else.
    let name = db
        .transaction(async |tx| {
            let joni = record! { "name" => "Joni", "born" => 1943 };
            let id = tx
                .repository("author")?
                .create(joni)
                .await?
                .get::<i64>("author_id")?;
            tx.diesel_writing(["author"], async |conn: &mut Connection| {
                let joni = author::table.filter(author::author_id.eq(id));
                diesel::update(joni)
                    .set(author::name.eq(author::name.concat(" Mitchell")))
                    .execute(conn)
                    .await
            })
            .await?;
            tx.repository("author")?
                .get(id)
                .await?
                .get::<String>("name")
        })
        .await?;
    assert_eq!(name, "Joni Mitchell");

    // An error of Diesel's has the kind that it has elsewhere.
    let nobody = db.diesel(async |conn: &mut Connection| {
        let nobody = author::table.filter(author::name.eq("Nobody"));
        nobody.first::<Author>(conn).await
    });
    assert_eq!(nobody.await.unwrap_err().kind(), ErrorKind::NotFound);
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn runs() {
        super::main().unwrap();
    }
}
