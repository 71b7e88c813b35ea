//! Criterion's statistics of inferring the relations of 1,000 tables with 3,000 foreign keys.

use noorm::relation::RelationGraph;
use noorm_benches::relations;

fn main() {
    let schema = relations::schema();
    let mut criterion = noorm_benches::configured();
    criterion.bench_function("relations/infer", |bencher| {
        bencher.iter(|| RelationGraph::of(&schema));
    });
    criterion.final_summary();
}
