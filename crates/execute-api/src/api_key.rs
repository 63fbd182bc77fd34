//! API keys and usage plans on a request: the key opens the stage, its buckets and its quota admit the call.

use crate::authorizer::Authorized;
use crate::error::GatewayError;
use crate::execution_log::{ExecutionLog, masked};
use crate::gateway::Doors;
use crate::plan::ApiKeySource;
use crate::ports::{Count, Counted};
use crate::route_match::Matched;
use crate::usage::UsagePlans;

/// The proof that a request may go on, with all that is known of its caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Who the authorizer found.
    pub authorized: Authorized,
    /// The key that opened the method, where it wants one.
    pub api_key: Option<ApiKey>,
}

/// A key that was good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// `$context.identity.apiKeyId`
    pub id: String,
    /// `$context.identity.apiKey`
    pub value: String,
}

/// Checks the key where the method wants one.
pub(crate) async fn check(
    doors: &Doors,
    usage: &UsagePlans,
    matched: &Matched<'_>,
    authorized: Authorized,
    log: &mut ExecutionLog,
) -> Result<Caller, GatewayError> {
    if !matched.method.api_key_required {
        return Ok(Caller { authorized, api_key: None });
    }
    let exchange = matched.exchange;
    let value = match exchange.stage.deployment.api_key_source {
        ApiKeySource::Header => exchange.header("x-api-key").unwrap_or_default().into_owned(),
        // No authorizer that is built names a key.
        ApiKeySource::Authorizer => String::new(),
    };
    let stage = (exchange.stage.api_id.clone(), exchange.stage.stage.clone());
    let found = usage.find(&stage, &value).filter(|(_, key)| key.enabled && !value.is_empty());
    let (plan, key) = found.ok_or_else(GatewayError::forbidden)?;
    log.line(|| {
        format!("Usage Plan check succeeded for API Key {} and API Stage {}/{}", masked(&value), stage.0, stage.1)
    });
    let method = format!("{}/{}", matched.resource.path, matched.verb_of_method());
    if !key.admit(&plan, &stage, &method, doors.clock.monotonic_ns()) {
        return Err(GatewayError::throttled());
    }
    let counters = usage.counters().ok_or_else(|| GatewayError::configuration("Usage is not counted"))?;
    let count = Count { plan_id: &plan.id, key_id: &key.key_id, quota: plan.quota, at: exchange.request.received };
    match counters.count(count).await {
        Counted::Within => Ok(Caller { authorized, api_key: Some(ApiKey { id: key.key_id.clone(), value }) }),
        Counted::Exceeded => Err(GatewayError::quota_exceeded()),
        Counted::Failed => Err(GatewayError::configuration("Usage could not be counted")),
    }
}
