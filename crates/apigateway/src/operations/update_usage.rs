//! UpdateUsage: gives a key more or fewer requests in the period that runs.

use execute_api::usage::day;
use model_apigateway::{UpdateUsageRequest, Usage};
use store::retry;

use crate::Cx;
use crate::error::{Result, api_key_not_found, bad_request};
use crate::patch::{REPLACE, Refusal, Rule, patch};
use crate::usage::{quota, window_counter};

struct Remaining(Option<i32>);

const RULES: &[Rule<Remaining>] = &[Rule {
    path: "/remaining",
    ops: REPLACE,
    apply: |remaining, change| {
        remaining.0 = Some(change.number()?);
        Ok(())
    },
}];

/// Sets what remains of a key's quota.
pub async fn update_usage(cx: &Cx<'_>, input: UpdateUsageRequest) -> Result<Usage> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateUsageRequest) -> Result<Usage> {
    let guard = cx.usage_guard().await?;
    let plan = cx.usage_plan(&input.usage_plan_id).await?;
    let in_plan = cx.plans_of_key(&input.key_id).await?.iter().any(|plan_key| plan_key.plan_id == plan.id);
    if !in_plan {
        return Err(api_key_not_found());
    }
    let mut remaining = Remaining(None);
    patch(&mut remaining, RULES, Refusal::Listing, input.patch_operations.as_deref())?;
    let today = day(cx.now());
    if let Some(remaining) = remaining.0 {
        let quota = plan.quota.as_ref().map(quota).ok_or_else(|| bad_request("Usage Plan has no quota"))?;
        let counter = window_counter(&cx.owner().key(&plan.id), &input.key_id, quota, cx.now());
        let used = cx.store().counter(&counter).await?;
        // Added to what is counted, so that calls between reading and writing stay counted; under the guard, so that of
        // two who set it both do not add.
        let mut change = cx.usage_change(guard.as_ref(), guard.as_ref().map_or(0, |guard| guard.keys))?;
        change.tx.add(&counter, quota.limit - i64::from(remaining) - used, None, None);
        cx.store().commit(change.tx).await?;
    }
    let shown = model_apigateway::GetUsageRequest {
        usage_plan_id: plan.id.clone(),
        key_id: Some(input.key_id.clone()),
        start_date: today.clone(),
        end_date: today,
        position: None,
        limit: None,
    };
    super::get_usage::get_usage(cx, shown).await
}
