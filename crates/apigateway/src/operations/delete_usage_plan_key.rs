//! DeleteUsagePlanKey.

use model_apigateway::DeleteUsagePlanKeyRequest;
use store::retry;

use crate::Cx;
use crate::error::{Result, api_key_not_found};
use crate::table::plan_key_sk;

/// Takes a key out of a plan; it opens the plan's stages no more.
pub async fn delete_usage_plan_key(cx: &Cx<'_>, input: DeleteUsagePlanKeyRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteUsagePlanKeyRequest) -> Result<()> {
    let guard = cx.usage_guard().await?;
    let plan = cx.usage_plan(&input.usage_plan_id).await?;
    let plans = cx.plans_of_key(&input.key_id).await?;
    if !plans.iter().any(|plan_key| plan_key.plan_id == plan.id) {
        return Err(api_key_not_found());
    }
    let mut change = cx.usage_change(guard.as_ref(), guard.as_ref().map_or(0, |guard| guard.keys))?;
    change.delete(&plan_key_sk(&plan.id, &input.key_id));
    cx.commit_usage(change, std::slice::from_ref(&plan.id)).await
}
