//! What the compiler must refuse.

mod compile_fail {
    #[test]
    fn wrong_columns_and_values_do_not_compile() {
        trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
    }
}
