//! CreateUsagePlanKey.

use model::CreateUsagePlanKeyRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::{PlanKey, UsagePlan};
use crate::error::{Result, bad_request, conflict, limit_exceeded};
use crate::table::{PLAN_KEY, PLAN_KEYS};
use crate::usage::all;

/// AWS's quota of plans of a key.
const MAX_PLANS: usize = 10;

/// Puts a key into a plan.
pub async fn create_usage_plan_key(cx: &Cx<'_>, input: CreateUsagePlanKeyRequest) -> Result<model::UsagePlanKey> {
    if input.key_type != "API_KEY" {
        return Err(bad_request("Invalid key type specified, must be API_KEY"));
    }
    retry(cx.store(), || create(cx, &input.usage_plan_id, &input.key_id)).await
}

/// Puts a key into a plan, unless it has one for one of its stages. (The sentences are ours.)
pub(super) async fn create(cx: &Cx<'_>, plan_id: &str, key_id: &str) -> Result<model::UsagePlanKey> {
    let guard = cx.usage_guard().await?;
    let plan = cx.usage_plan(plan_id).await?;
    let key = cx.api_key(key_id).await?;
    let others = cx.plans_of_key(key_id).await?;
    if others.iter().any(|other| other.plan_id == plan_id) {
        return Err(conflict(format_args!("Usage Plan {plan_id} already contains API Key {key_id}")));
    }
    if others.len() >= MAX_PLANS {
        return Err(limit_exceeded("Maximum number of Usage Plans for this API Key has been reached."));
    }
    check_stages(cx, &plan, &others).await?;
    let mut change = cx.usage_change(guard.as_ref(), guard.as_ref().map_or(0, |guard| guard.keys))?;
    change.put_plan_key(&PlanKey { plan_id: plan_id.to_owned(), key_id: key_id.to_owned() })?;
    change.changed(plan_id);
    cx.store().commit(change.tx).await?;
    let value = cx.key_value(&key)?;
    // The key alone is told to the gateway: a plan may hold ten thousand others.
    cx.service.add_key_to_plan(&change.owner, plan_id, key_id).await?;
    Ok(model::UsagePlanKey { value: Some(value), ..output(&key) })
}

/// A key opens a stage through one plan only, or it would be unclear whose limits count.
async fn check_stages(cx: &Cx<'_>, plan: &UsagePlan, others: &[PlanKey]) -> Result<()> {
    for other in others.iter().filter(|other| other.plan_id != plan.id) {
        let other = cx.usage_plan(&other.plan_id).await?;
        let shared = plan.api_stages.iter().find(|stage| {
            other.api_stages.iter().any(|theirs| theirs.api_id == stage.api_id && theirs.stage == stage.stage)
        });
        if let Some(stage) = shared {
            return Err(conflict(format_args!(
                "An API Key can be in one Usage Plan only for the API Stage {}:{}; it is in {} already",
                stage.api_id, stage.stage, other.id
            )));
        }
    }
    Ok(())
}

/// The same for all keys of a plan whose stages change.
pub(super) async fn check_all_keys(cx: &Cx<'_>, plan: &UsagePlan) -> Result<()> {
    let keys: Vec<PlanKey> = all(cx.store(), &PLAN_KEYS, &cx.owner(), &format!("{PLAN_KEY}{}#", plan.id)).await?;
    for key in keys {
        check_stages(cx, plan, &cx.plans_of_key(&key.key_id).await?).await?;
    }
    Ok(())
}

/// A key as a plan shows it, without its value.
pub(super) fn output(key: &crate::entity::ApiKey) -> model::UsagePlanKey {
    model::UsagePlanKey {
        id: Some(key.id.clone()),
        r#type: Some("API_KEY".to_owned()),
        value: None,
        name: key.name.clone(),
    }
}
