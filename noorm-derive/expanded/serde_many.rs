const _: () = {
    use ::noorm::repository::wire as __wire;
    #[automatically_derived]
    impl __wire::serde::Serialize for Row {
        fn serialize<__S: __wire::serde::Serializer>(
            &self,
            __to: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __wire::serialize(
                __to,
                "Row",
                &[
                    "f0",
                    "f1",
                    "f2",
                    "f3",
                    "f4",
                    "f5",
                    "f6",
                    "f7",
                    "f8",
                    "f9",
                    "f10",
                    "f11",
                    "f12",
                ],
                &(
                    (
                        &self.f0,
                        &self.f1,
                        &self.f2,
                        &self.f3,
                        &self.f4,
                        &self.f5,
                        &self.f6,
                        &self.f7,
                        &self.f8,
                        &self.f9,
                        &self.f10,
                        &self.f11,
                    ),
                    (&self.f12,),
                ),
            )
        }
    }
};
const _: () = {
    use ::noorm::repository::wire as __wire;
    #[automatically_derived]
    impl<'de> __wire::serde::Deserialize<'de> for Row {
        fn deserialize<__D: __wire::serde::Deserializer<'de>>(
            __from: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            let (
                (
                    __wire::Needed(field_0),
                    __wire::Needed(field_1),
                    __wire::Needed(field_2),
                    __wire::Needed(field_3),
                    __wire::Needed(field_4),
                    __wire::Needed(field_5),
                    __wire::Needed(field_6),
                    __wire::Needed(field_7),
                    __wire::Needed(field_8),
                    __wire::Needed(field_9),
                    __wire::Needed(field_10),
                    __wire::Needed(field_11),
                ),
                (__wire::Needed(field_12),),
            ) = __wire::deserialize(
                __from,
                "Row",
                &[
                    "f0",
                    "f1",
                    "f2",
                    "f3",
                    "f4",
                    "f5",
                    "f6",
                    "f7",
                    "f8",
                    "f9",
                    "f10",
                    "f11",
                    "f12",
                ],
            )?;
            ::core::result::Result::Ok(Self {
                f0: field_0,
                f1: field_1,
                f2: field_2,
                f3: field_3,
                f4: field_4,
                f5: field_5,
                f6: field_6,
                f7: field_7,
                f8: field_8,
                f9: field_9,
                f10: field_10,
                f11: field_11,
                f12: field_12,
            })
        }
    }
};
