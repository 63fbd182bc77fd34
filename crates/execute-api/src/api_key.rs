//! API keys on a request: the key opens the stage through a usage plan, whose quota admits the call.

use std::sync::Arc;

use crate::authorizer::Authorized;
use crate::error::GatewayError;
use crate::execution_log::{ExecutionLog, masked};
use crate::method_request::Exchange;
use crate::plan::ApiKeySource;
use crate::ports::{Count, Counted};
use crate::route_match::Matched;
use crate::usage::{PlanKey, UsagePlan, UsagePlans};

/// The proof that a request may go on, with all that is known of its caller.
#[derive(Clone, Debug)]
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

/// A key that opens the stage, with the plan through which it does.
pub(crate) struct KeyInPlan {
    pub plan: Arc<UsagePlan>,
    pub key: Arc<PlanKey>,
    value: String,
}

/// Finds the key where the method wants one.
pub(crate) fn identify(
    usage: &UsagePlans,
    matched: &Matched<'_>,
    authorized: &Authorized,
    log: &mut ExecutionLog,
) -> Result<Option<KeyInPlan>, GatewayError> {
    let exchange = matched.exchange;
    let name = || format!("'{} {}'", exchange.verb, matched.resource.path);
    if !matched.method.api_key_required {
        let stage = &exchange.stage;
        log.line(|| verifying(exchange, ""));
        log.line(|| {
            let name = name();
            format!(
                "API Key  authorized because method {name} does not require API Key. Request will not contribute to \
                throttle or quota limits"
            )
        });
        log.line(|| format!("Usage Plan check succeeded for API Key  and API Stage {}/{}", stage.api_id, stage.stage));
        return Ok(None);
    }
    let value = match exchange.stage.deployment.api_key_source {
        ApiKeySource::Header => exchange.header("x-api-key").unwrap_or_default().into_owned(),
        ApiKeySource::Authorizer => match authorized {
            Authorized::Lambda { answer, .. } => answer.usage_identifier_key.clone().unwrap_or_default(),
            Authorized::Anyone | Authorized::User { .. } | Authorized::Iam { .. } | Authorized::Tester { .. } => {
                String::new()
            }
        },
    };
    let stage = exchange.stage_id();
    log.line(|| verifying(exchange, &masked(&value)));
    let known = usage.find(&stage, &value).filter(|_| !value.is_empty());
    let disabled = known.as_ref().filter(|(_, key)| !key.enabled).map(|(_, key)| key.key_id.clone());
    let found = known.filter(|(_, key)| key.enabled);
    if found.is_none() {
        log.line(|| {
            format!(
                "API Key {} not authorized because method {} requires API Key and API Key is not associated with a \
                Usage Plan for API Stage {}/{}: No Usage Plan found for API Key and API Stage",
                masked(&value),
                name(),
                stage.0,
                stage.1
            )
        });
    }
    let (plan, key) = found.ok_or_else(|| {
        GatewayError::forbidden().because(match disabled {
            Some(id) => format!("API key {id} is disabled"),
            None if value.is_empty() => "no API key was given".to_owned(),
            None => format!("API key {} is in no usage plan of {}/{}", masked(&value), stage.0, stage.1),
        })
    })?;
    log.line(|| {
        format!("Usage Plan check succeeded for API Key {} and API Stage {}/{}", masked(&value), stage.0, stage.1)
    });
    Ok(Some(KeyInPlan { plan, key, value }))
}

/// The first line on a key. (These lines are from memory.)
fn verifying(exchange: &Exchange, key: &str) -> String {
    let (request_id, stage) = (&exchange.request.request_id, &exchange.stage);
    format!(
        "Verifying Usage Plan for request: {request_id}. API Key: {key} API Stage: {}/{}",
        stage.api_id, stage.stage
    )
}

/// Counts the call against the key's quota: the last control, so that nothing is counted that another refuses.
pub(crate) async fn count(
    usage: &UsagePlans,
    matched: &Matched<'_>,
    authorized: Authorized,
    keyed: Option<KeyInPlan>,
) -> Result<Caller, GatewayError> {
    let Some(KeyInPlan { plan, key, value }) = keyed else { return Ok(Caller { authorized, api_key: None }) };
    let counters = usage.counters().ok_or_else(|| GatewayError::configuration("Usage is not counted"))?;
    let at = matched.exchange.request.received;
    match counters.count(Count { plan_id: &plan.id, key_id: &key.key_id, quota: plan.quota, at }).await {
        Counted::Within => Ok(Caller { authorized, api_key: Some(ApiKey { id: key.key_id.clone(), value }) }),
        Counted::Exceeded => {
            Err(GatewayError::quota_exceeded().because(format!("API key {} in usage plan {}", key.key_id, plan.id)))
        }
        Counted::Failed => Err(GatewayError::configuration("Usage could not be counted")),
    }
}
