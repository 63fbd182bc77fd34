//! DeleteUsagePlan. One that still opens stages stays. (The sentence is ours.)

use model_apigateway::DeleteUsagePlanRequest;
use store::retry;

use crate::Cx;
use crate::entity::PlanKey;
use crate::error::{Result, bad_request};
use crate::table::{PLAN_KEY, PLAN_KEYS, USAGE_PLAN, part_sk, plan_key_sk};
use crate::usage::all;

/// Removes a plan; its keys stay as keys.
pub async fn delete_usage_plan(cx: &Cx<'_>, input: DeleteUsagePlanRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteUsagePlanRequest) -> Result<()> {
    let guard = cx.usage_guard().await?;
    let plan = cx.usage_plan(&input.usage_plan_id).await?;
    if !plan.api_stages.is_empty() {
        return Err(bad_request(
            "Cannot delete usage plan because there are associated api stages. Please disassociate all stages before trying again.",
        ));
    }
    let mut change = cx.usage_change(guard.as_ref(), guard.as_ref().map_or(0, |guard| guard.keys))?;
    let keys: Vec<PlanKey> = all(cx.store(), &PLAN_KEYS, &cx.owner(), &format!("{PLAN_KEY}{}#", plan.id)).await?;
    for key in keys {
        change.delete(&plan_key_sk(&key.plan_id, &key.key_id));
    }
    change.delete(&part_sk(USAGE_PLAN, &plan.id));
    cx.commit_usage(change, std::slice::from_ref(&plan.id)).await
}
