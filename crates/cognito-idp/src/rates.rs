//! How often an account may call the operations of a category (guide, "Quotas in Amazon Cognito"), where the server's
//! settings say that rates count: the default, or what UpdateProvisionedLimit has set. Held in memory, a bucket a category,
//! region and account.

use std::collections::HashMap;

use model_cognito_idp::errors::TOO_MANY_REQUESTS_EXCEPTION;
use world::Lock;

use crate::config::OperationRates;
use crate::error::{self, Result};
use crate::rules::limits::{self, Limit};
use crate::table::{ACCOUNT_LIMITS, limits_pk};
use crate::{CognitoIdp, Cx};

/// Buckets that are held; beyond that all begin anew.
const MOST_BUCKETS: usize = 10_000;
/// One call, in a bucket's unit.
const CALL: i64 = 1_000;

/// Buckets by account, region and category.
#[derive(Debug, Default)]
pub struct Rates(Lock<HashMap<(String, &'static str), Bucket>>);

/// Calls that may still be made, in thousandths, and when that was so.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: i64,
    at_ms: i64,
}

impl Bucket {
    /// A second's calls at once, then as many a second.
    fn take(&mut self, rate: i32, now_ms: i64) -> bool {
        let rate = i64::from(rate);
        let passed_ms = now_ms.saturating_sub(self.at_ms).max(0);
        self.left = self.left.saturating_add(passed_ms.saturating_mul(rate)).min(rate.saturating_mul(CALL));
        self.at_ms = now_ms;
        let enough = self.left >= CALL;
        if enough {
            self.left -= CALL;
        }
        enough
    }
}

impl Cx<'_> {
    /// Counts the call, where rates count.
    ///
    /// # Errors
    /// TooManyRequestsException, of operations that can say so.
    pub(crate) async fn check_rate(&self, operation: &str) -> Result<()> {
        if self.service.config().operation_rates == OperationRates::Unbounded || !says_so(operation) {
            return Ok(());
        }
        let limit = limits::of_operation(operation);
        let pk = limits_pk(self.call.account.as_str(), self.call.region.as_str());
        let kept = ACCOUNT_LIMITS.get(self.store(), &pk, limit.category).await?;
        self.service.take_call(pk, limit, kept.map_or(limit.default, |kept| kept.value))
    }
}

impl CognitoIdp {
    fn take_call(&self, place: String, limit: Limit, rate: i32) -> Result<()> {
        let now_ms = self.now().ms();
        let mut buckets = self.rates().0.lock();
        if buckets.len() >= MOST_BUCKETS {
            buckets.clear();
        }
        let full = Bucket { left: i64::from(rate).saturating_mul(CALL), at_ms: now_ms };
        let bucket = buckets.entry((place, limit.category)).or_insert(full);
        if bucket.take(rate, now_ms) { Ok(()) } else { Err(error::rate_exceeded()) }
    }
}

fn says_so(operation: &str) -> bool {
    let known = model_cognito_idp::MODEL.operation(operation);
    known.is_some_and(|known| known.errors.iter().any(|one| one.name == TOO_MANY_REQUESTS_EXCEPTION.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_a_second_and_fills_by_time() {
        let mut bucket = Bucket { left: 3 * CALL, at_ms: 0 };
        assert_eq!([0; 4].map(|now| bucket.take(3, now)), [true, true, true, false]);
        assert!(!bucket.take(3, 333));
        assert!(bucket.take(3, 334));
        assert!(!bucket.take(3, 100), "a clock that goes back gives nothing");
        assert_eq!([10_000; 4].map(|now| bucket.take(3, now)), [true, true, true, false]);
    }
}
