const _: () = {
    use ::noorm::repository::wire as __wire;
    struct __With1<'a>(&'a Vec<u8>);
    impl __wire::serde::Serialize for __With1<'_> {
        fn serialize<__S: __wire::serde::Serializer>(
            &self,
            __to: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            noorm::value::in_json::serialize(self.0, __to)
        }
    }
    #[automatically_derived]
    impl __wire::serde::Serialize for Changes {
        fn serialize<__S: __wire::serde::Serializer>(
            &self,
            __to: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __wire::serialize(
                __to,
                "Changes",
                &["Title", "body", "type"],
                &(
                    __wire::Unless(Patch::is_left(&self.title), &self.title),
                    &__With1(&self.body),
                    &self.r#type,
                ),
            )
        }
    }
};
const _: () = {
    use ::noorm::repository::wire as __wire;
    struct __With1(Vec<u8>);
    impl<'de> __wire::serde::Deserialize<'de> for __With1 {
        fn deserialize<__D: __wire::serde::Deserializer<'de>>(
            __from: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            noorm::value::in_json::deserialize(__from).map(Self)
        }
    }
    #[automatically_derived]
    impl<'de> __wire::serde::Deserialize<'de> for Changes {
        fn deserialize<__D: __wire::serde::Deserializer<'de>>(
            __from: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            let (
                __wire::Given(field_0),
                __wire::Given(field_1),
                __wire::Given(field_2),
            ) = __wire::deserialize(__from, "Changes", &["Title", "body", "type"])?;
            let default: Self = ::core::default::Default::default();
            ::core::result::Result::Ok(Self {
                title: field_0.unwrap_or(default.title),
                body: field_1.map(|__With1(value)| value).unwrap_or_else(nothing),
                r#type: field_2.unwrap_or(default.r#type),
            })
        }
    }
};
