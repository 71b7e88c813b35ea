//! Words that make no names of their own, of MariaDB and MySQL, and each one of them there and back.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use noorm::types::Words;
use noorm::value::Word as _;
use noorm_tests::{Engine, engines, run};

fn ddl(_: &Engine) -> String {
    include_str!("../../tests/generated/names_mysql.sql").to_owned()
}

macro_rules! words {
    ($engine:ident $generated:ident) => {
        mod $generated {
            use super::*;
            use noorm_generated::both::$generated::names as both;
            use noorm_generated::with_diesel::$generated::names::{
                NewWord, Word, WordEmpty, WordOdd2, schema::words,
            };

            #[test]
            fn every_word_goes_there_and_back() {
                run(&engines::$engine, ddl, async |db| {
                    db.verify::<both::Entities>().deny()?;
                    let rows = db.of::<both::Word>()?;
                    assert_eq!(both::WordOdd2::WORDS.len(), 38);
                    for word in both::WordOdd2::WORDS {
                        let odd = both::WordOdd2::of_word(word);
                        let new = both::NewWord {
                            odd,
                            ..Default::default()
                        };
                        let made = rows.create(new).await?;
                        assert_eq!(made.odd.map(|odd| odd.word()), Some(*word));
                        assert_eq!(made.sure.word(), "no");
                        let found = rows.query().filter(both::Word::ODD.eq(odd));
                        assert_eq!(found.all().await?, std::slice::from_ref(&made), "{word}");
                        let json = serde_json::to_value(&made).unwrap();
                        assert_eq!(json["odd"], *word);
                        assert_eq!(serde_json::from_value::<both::Word>(json).unwrap(), made);
                    }
                    Ok(())
                });
            }

            #[test]
            fn sets_and_keys_of_words_are_found_by_them() {
                run(&engines::$engine, ddl, async |db| {
                    let all = both::WordTags::WORDS.iter();
                    let all: Words<_> = all
                        .filter_map(|word| both::WordTags::of_word(word))
                        .collect();
                    let new = both::NewWord {
                        tags: Some(all.clone()),
                        sure: both::WordSure::of_word(""),
                        ..Default::default()
                    };
                    let made = db.of::<both::Word>()?.create(new).await?;
                    assert_eq!((made.tags, made.sure.word()), (Some(all), ""));

                    let codes = db.of::<both::Code>()?;
                    let code = codes.create(both::NewCode::new(both::CodeCode::AB)).await?;
                    assert_eq!(codes.find(both::CodeCode::AB).await?, Some(code));
                    assert_eq!(codes.find(both::CodeCode::CD).await?, None);
                    Ok(())
                });
            }

            #[test]
            fn diesel_reads_what_noorm_wrote() {
                run(&engines::$engine, ddl, async |db| {
                    let rows = db.of::<both::Word>()?;
                    for word in both::WordOdd2::WORDS {
                        let odd = both::WordOdd2::of_word(word);
                        let new = both::NewWord {
                            odd,
                            ..Default::default()
                        };
                        rows.create(new).await?;
                    }
                    let new = NewWord {
                        id: None,
                        odd: Some(WordOdd2::Empty),
                        sure: None,
                        empty: Some(WordEmpty::Empty),
                        tags: None,
                        _2nd: None,
                    };
                    let read = db
                        .diesel(async move |conn: &mut noorm::mysql::Connection| {
                            diesel::insert_into(words::table)
                                .values(&new)
                                .execute(conn)
                                .await?;
                            let rows = words::table.order(words::id).select(Word::as_select());
                            rows.load(conn).await
                        })
                        .await?;
                    let read: Vec<_> = read
                        .into_iter()
                        .map(|row| row.odd.map(|odd| odd.word()))
                        .collect();
                    let wanted = both::WordOdd2::WORDS.iter().copied().chain([""]);
                    assert_eq!(read, wanted.map(Some).collect::<Vec<_>>());
                    let last = rows
                        .query()
                        .order_by([both::Word::ID.desc()])
                        .first()
                        .await?;
                    let last = last.expect("a row");
                    assert_eq!(
                        (last.odd, last.empty),
                        (Some(both::WordOdd2::Empty), Some(both::WordEmpty::Empty))
                    );
                    Ok(())
                });
            }
        }
    };
}
words!(MARIADB mariadb);
words!(MYSQL mysql);
