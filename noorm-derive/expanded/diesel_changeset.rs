#[automatically_derived]
impl ::diesel::query_builder::AsChangeset for NewOrder {
    type Target = crate::schema::orders::table;
    type Changeset = <(
        ::diesel::dsl::Eq<crate::schema::orders::order_no, String>,
        ::core::option::Option<::diesel::dsl::Eq<crate::schema::orders::type_, i16>>,
        ::core::option::Option<
            ::diesel::dsl::Eq<
                crate::schema::orders::total,
                ::core::option::Option<Decimal>,
            >,
        >,
        ::diesel::dsl::Eq<crate::schema::orders::token, UuidText>,
        ::core::option::Option<::diesel::dsl::Eq<crate::schema::orders::note, String>>,
    ) as ::diesel::query_builder::AsChangeset>::Changeset;
    fn as_changeset(self) -> Self::Changeset {
        ::diesel::query_builder::AsChangeset::as_changeset((
            {
                let given = self.order_no;
                ::diesel::ExpressionMethods::eq(crate::schema::orders::order_no, given)
            },
            self
                .r#type
                .map(|given| ::diesel::ExpressionMethods::eq(
                    crate::schema::orders::type_,
                    given,
                )),
            self
                .total
                .into_option()
                .map(|given| ::diesel::ExpressionMethods::eq(
                    crate::schema::orders::total,
                    {
                        let given: ::core::option::Option<BigDecimal> = given;
                        given.map(<Decimal>::from)
                    },
                )),
            {
                let given = self.token;
                ::diesel::ExpressionMethods::eq(
                    crate::schema::orders::token,
                    <UuidText>::from(given),
                )
            },
            self
                .note
                .into_option()
                .map(|given| ::diesel::ExpressionMethods::eq(
                    crate::schema::orders::note,
                    given,
                )),
        ))
    }
}
#[automatically_derived]
impl<'given> ::diesel::query_builder::AsChangeset for &'given NewOrder {
    type Target = crate::schema::orders::table;
    type Changeset = <(
        ::diesel::dsl::Eq<crate::schema::orders::order_no, &'given String>,
        ::core::option::Option<
            ::diesel::dsl::Eq<crate::schema::orders::type_, &'given i16>,
        >,
        ::core::option::Option<
            ::diesel::dsl::Eq<
                crate::schema::orders::total,
                ::core::option::Option<Decimal>,
            >,
        >,
        ::diesel::dsl::Eq<crate::schema::orders::token, UuidText>,
        ::core::option::Option<
            ::diesel::dsl::Eq<crate::schema::orders::note, &'given String>,
        >,
    ) as ::diesel::query_builder::AsChangeset>::Changeset;
    fn as_changeset(self) -> Self::Changeset {
        ::diesel::query_builder::AsChangeset::as_changeset((
            {
                let given = &self.order_no;
                ::diesel::ExpressionMethods::eq(crate::schema::orders::order_no, given)
            },
            self
                .r#type
                .as_ref()
                .map(|given| ::diesel::ExpressionMethods::eq(
                    crate::schema::orders::type_,
                    given,
                )),
            self
                .total
                .as_option()
                .map(|given| ::diesel::ExpressionMethods::eq(
                    crate::schema::orders::total,
                    {
                        let given: ::core::option::Option<BigDecimal> = ::core::clone::Clone::clone(
                            given,
                        );
                        given.map(<Decimal>::from)
                    },
                )),
            {
                let given = &self.token;
                ::diesel::ExpressionMethods::eq(
                    crate::schema::orders::token,
                    <UuidText>::from(::core::clone::Clone::clone(given)),
                )
            },
            self
                .note
                .as_option()
                .map(|given| ::diesel::ExpressionMethods::eq(
                    crate::schema::orders::note,
                    given,
                )),
        ))
    }
}
