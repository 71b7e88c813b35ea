//! What the compiler must refuse.

mod compile_fail {
    #[test]
    fn wrong_columns_and_values_do_not_compile() {
        trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
    }
}

/// noorm's derives of serde's traits do what serde's own do.
mod serde_derives {
    use std::fmt::Debug;

    use proptest::prelude::*;
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use serde::de::value::{Error, MapDeserializer};
    use serde_json::{Map, Value, json};

    macro_rules! structs {
        ($($derives:ident)::+) => {
            use std::collections::BTreeMap;

            use noorm::Patch;

            fn nothing_yet() -> String {
                "nothing yet".into()
            }

            /// More fields than a tuple has.
            #[derive(Debug, Clone, PartialEq, $($derives)::+::Serialize, $($derives)::+::Deserialize)]
            pub struct Row {
                pub id: i64,
                pub title: String,
                pub year: Option<i16>,
                #[serde(rename = "Odd Name")]
                pub odd_name: bool,
                pub r#type: (i32, f64),
                #[serde(with = "noorm::value::in_json")]
                pub body: Vec<u8>,
                #[serde(default, with = "noorm::value::in_json")]
                pub cover: Option<Vec<u8>>,
                #[serde(with = "noorm::value::in_json")]
                pub back: Option<Vec<u8>>,
                #[serde(default = "nothing_yet")]
                pub note: String,
                #[serde(default, skip_serializing_if = "Vec::is_empty")]
                pub tags: Vec<String>,
                pub a: u8,
                pub b: Option<Option<u8>>,
                pub c: BTreeMap<String, i32>,
                pub d: char,
                pub e: Option<noorm::Value>,
            }

            #[derive(Debug, Clone, PartialEq, $($derives)::+::Serialize, $($derives)::+::Deserialize)]
            #[serde(default)]
            pub struct Changes {
                #[serde(skip_serializing_if = "noorm::Patch::is_left")]
                pub title: Patch<String>,
                #[serde(skip_serializing_if = "noorm::Patch::is_left")]
                pub year: Patch<Option<i16>>,
                #[serde(skip_serializing_if = "noorm::Patch::is_left", with = "noorm::value::in_json")]
                pub body: Patch<Vec<u8>>,
                #[serde(default)]
                pub count: i32,
                pub least: i32,
            }

            impl Default for Changes {
                fn default() -> Self {
                    let (title, year, body) = Default::default();
                    Self { title, year, body, count: 5, least: 7 }
                }
            }

            #[derive(Debug, Clone, PartialEq, Default, $($derives)::+::Serialize, $($derives)::+::Deserialize)]
            #[serde(default)]
            pub struct Empty {}
        };
    }

    mod ours {
        structs!(noorm);
    }

    mod theirs {
        structs!(serde);
    }

    /// What both read, and write again; or what they say of it.
    fn same<A, B>(text: &str)
    where
        A: DeserializeOwned + Serialize + Debug,
        B: DeserializeOwned + Serialize + Debug,
    {
        let ours: Result<A, _> = serde_json::from_str(text);
        let theirs: Result<B, _> = serde_json::from_str(text);
        match (&ours, &theirs) {
            (Ok(ours), Ok(theirs)) => {
                assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
                let [ours, theirs] = [serde_json::to_string(ours), serde_json::to_string(theirs)];
                assert_eq!(ours.unwrap(), theirs.unwrap());
            }
            (Err(ours), Err(theirs)) => assert_eq!(ours.to_string(), theirs.to_string(), "{text}"),
            _ => panic!("{text}: {ours:?}, {theirs:?}"),
        }
    }

    fn row() -> Map<String, Value> {
        let row = json!({
            "id": 7, "title": "Blue", "year": 1971, "Odd Name": true, "type": [1, 2.5], "body": "\\x00ff",
            "cover": "\\x01", "back": null, "note": "a", "tags": ["x"], "a": 1, "b": 2, "c": {"k": 3}, "d": "e", "e": [null],
        });
        row.as_object().unwrap().clone()
    }

    fn change() -> Map<String, Value> {
        let change =
            json!({ "title": "Red", "year": null, "body": "\\x00", "count": 1, "least": 2 });
        change.as_object().unwrap().clone()
    }

    #[test]
    fn whole_rows_and_none() {
        same::<ours::Row, theirs::Row>(&Value::Object(row()).to_string());
        same::<ours::Changes, theirs::Changes>(&Value::Object(change()).to_string());
        for text in ["{}", "[]", "null", "7", r#"{"more": {"a": [1]}}"#] {
            same::<ours::Row, theirs::Row>(text);
            same::<ours::Changes, theirs::Changes>(text);
            same::<ours::Empty, theirs::Empty>(text);
        }
        same::<ours::Row, theirs::Row>(r#"{"id": 1, "id": 2}"#);
    }

    #[test]
    fn rows_come_as_sequences_too() {
        let names = [
            "id", "title", "year", "Odd Name", "type", "body", "cover", "back", "note", "tags",
            "a", "b", "c", "d", "e",
        ];
        let row = row();
        let inside: Vec<_> = names.iter().map(|name| row[*name].clone()).collect();
        same::<ours::Row, theirs::Row>(&Value::Array(inside).to_string());
        for text in ["[]", "[1]", r#"[1, "Blue"]"#, r#"["Red"]"#, r#"["Red", 7]"#] {
            same::<ours::Row, theirs::Row>(text);
            same::<ours::Changes, theirs::Changes>(text);
        }
    }

    #[test]
    fn fields_may_be_told_by_number_and_by_bytes() {
        fn by_number<T: DeserializeOwned>() -> Result<T, Error> {
            T::deserialize(MapDeserializer::new(
                [(4u64, 9), (3, 8), (99, 1)].into_iter(),
            ))
        }
        let (ours, theirs) = (by_number::<ours::Changes>(), by_number::<theirs::Changes>());
        assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
        assert_eq!(ours.unwrap().count, 8);
        fn by_bytes<T: DeserializeOwned>() -> Result<T, Error> {
            T::deserialize(MapDeserializer::new([(&b"least"[..], 9)].into_iter()))
        }
        let (ours, theirs) = (by_bytes::<ours::Changes>(), by_bytes::<theirs::Changes>());
        assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
        assert_eq!(ours.unwrap().least, 9);
    }

    fn anything() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a-z\\\\]{0,3}".prop_map(Value::from),
            Just(json!([])),
            Just(json!({ "id": 1 })),
        ]
    }

    /// Some keys are gone, some have another value, and they come in another order.
    fn spoilt(of: Map<String, Value>) -> impl Strategy<Value = String> {
        let entries: Vec<_> = of.into_iter().collect();
        let each = prop_oneof![6 => Just(None), 1 => Just(Some(None)), 1 => anything().prop_map(|v| Some(Some(v)))];
        let fates = prop::collection::vec(each, entries.len());
        (Just(entries).prop_shuffle(), fates).prop_map(|(entries, fates)| {
            let kept =
                entries
                    .into_iter()
                    .zip(fates)
                    .filter_map(|((key, value), fate)| match fate {
                        None => Some((key, value)),
                        Some(None) => None,
                        Some(Some(other)) => Some((key, other)),
                    });
            let members: Vec<_> = kept
                .map(|(key, value)| format!("{:?}:{value}", key))
                .collect();
            format!("{{{}}}", members.join(","))
        })
    }

    proptest! {
        #[test]
        fn spoilt_rows(text in spoilt(row())) {
            same::<ours::Row, theirs::Row>(&text);
        }

        #[test]
        fn spoilt_changes(text in spoilt(change())) {
            same::<ours::Changes, theirs::Changes>(&text);
        }
    }
}
