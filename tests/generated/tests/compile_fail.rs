//! What the compiler must refuse of generated code, in words that people understand.

#[test]
fn what_belongs_to_another_entity_does_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
