//! GetUsagePlan.

use model::GetUsagePlanRequest;
use model_apigateway as model;

use crate::Cx;
use crate::error::Result;

/// Shows a plan.
pub async fn get_usage_plan(cx: &Cx<'_>, input: GetUsagePlanRequest) -> Result<model::UsagePlan> {
    Ok(cx.usage_plan(&input.usage_plan_id).await?.output())
}
