//! x
use noorm_core::plugin::{Catalog, Introspector, Scope};
use noorm_core::schema::Schema;
use noorm_core::{BoxFuture, Result};
/// x
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct MysqlIntrospector;
impl Introspector for MysqlIntrospector {
    fn introspect<'a>(
        &'a self,
        _c: &'a mut dyn Catalog,
        _s: &'a Scope,
    ) -> BoxFuture<'a, Result<Schema>> {
        Box::pin(async move { Ok(Schema::new("mysql")) })
    }
}
