//! Rate limits on a request, in the guide's order: the key's for this method, the key's, the stage's for this method.

use crate::api_key::KeyInPlan;
use crate::error::GatewayError;
use crate::plan::DEFAULT_THROTTLE;
use crate::route_match::Matched;
use crate::throttle::Buckets;

/// Takes a token of every bucket that the call falls into.
pub(crate) fn check(
    matched: &Matched<'_>,
    keyed: Option<&KeyInPlan>,
    buckets: &Buckets,
    now_ns: u64,
) -> Result<(), GatewayError> {
    let stage = &matched.exchange.stage;
    if keyed.is_none() && stage.throttles.is_empty() {
        return Ok(());
    }
    let method = format!("{}/{}", matched.resource.path, matched.verb_of_method());
    let by_key = |keyed: &KeyInPlan| keyed.key.admit(&keyed.plan, &matched.exchange.stage_id(), &method, now_ns);
    if let Some(keyed) = keyed.filter(|keyed| !by_key(keyed)) {
        let (key, plan) = (&keyed.key.key_id, &keyed.plan.id);
        return Err(GatewayError::throttled().because(format!("API key {key} in usage plan {plan}")));
    }
    let limit = stage.throttles.get(&method).or_else(|| stage.throttles.get(DEFAULT_THROTTLE));
    let admitted = limit.is_none_or(|limit| buckets.take(&method, *limit, now_ns));
    if admitted { Ok(()) } else { Err(GatewayError::throttled().because(format!("the stage's limit for {method}"))) }
}
