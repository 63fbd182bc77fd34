//! One operation at a small and at a large size, in turn.

use tokio::runtime::Runtime;

use crate::report::Row;
use crate::{Bench, Outcome};

/// Both sizes are measured in turn, so often; the best counts.
const ROUNDS: usize = 3;

/// Both sizes, and how many times the price at the small one the large one may cost.
#[derive(Clone, Copy)]
pub struct Sizes {
    /// Users in the small pool.
    pub small: usize,
    /// Users in the large pool.
    pub large: usize,
    /// The target.
    pub at_most: f64,
}

impl Sizes {
    /// Measures.
    pub fn row(
        self,
        what: &str,
        (bench, runtime): (&Bench, &Runtime),
        mut small: impl AsyncFnMut() -> Outcome,
        mut large: impl AsyncFnMut() -> Outcome,
    ) -> Outcome<Row> {
        let (mut at_small, mut at_large) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..ROUNDS {
            at_small = at_small.min(runtime.block_on(bench.watch.rate_async(&mut small))?.cpu_us());
            at_large = at_large.min(runtime.block_on(bench.watch.rate_async(&mut large))?.cpu_us());
        }
        let ratio = at_large / at_small;
        let Self { small, large, at_most } = self;
        let measured = format!("{at_small:.1} µs at {small}, {at_large:.1} µs at {large}: {ratio:.2} times");
        Ok(Row::new(what, measured).at_most(ratio, at_most, "times"))
    }
}
