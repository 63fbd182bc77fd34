//! GetUsagePlanKey.

use model::GetUsagePlanKeyRequest;
use model_apigateway as model;

use super::create_usage_plan_key::output;
use crate::Cx;
use crate::error::{Result, api_key_not_found};

/// Shows a key of a plan.
pub async fn get_usage_plan_key(cx: &Cx<'_>, input: GetUsagePlanKeyRequest) -> Result<model::UsagePlanKey> {
    cx.usage_plan(&input.usage_plan_id).await?;
    let key = cx.api_key(&input.key_id).await?;
    let plans = cx.plans_of_key(&key.id).await?;
    let there = plans.iter().any(|plan| plan.plan_id == input.usage_plan_id);
    if there { Ok(output(&key)) } else { Err(api_key_not_found()) }
}
