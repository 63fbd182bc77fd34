//! GetUsagePlans.

use model_apigateway::{GetUsagePlansRequest, UsagePlans};

use crate::Cx;
use crate::entity::UsagePlan;
use crate::error::Result;
use crate::page::Page;
use crate::table::{USAGE_PLAN, USAGE_PLANS};
use crate::usage::all;

/// Lists the plans of the call's account and region, or those that a key is in.
pub async fn get_usage_plans(cx: &Cx<'_>, input: GetUsagePlansRequest) -> Result<UsagePlans> {
    let owner = cx.owner();
    let query = format!("GetUsagePlans {} {:?}", owner.pk(), input.key_id);
    let page = Page::read(cx.store(), query, input.position.as_deref(), input.limit)?;
    let mut plans: Vec<UsagePlan> = all(cx.store(), &USAGE_PLANS, &owner, USAGE_PLAN).await?;
    if let Some(key_id) = &input.key_id {
        let of_key = cx.plans_of_key(key_id).await?;
        plans.retain(|plan| of_key.iter().any(|plan_key| plan_key.plan_id == plan.id));
    }
    plans.retain(|plan| page.after.as_deref().is_none_or(|after| plan.id.as_str() > after));
    plans.truncate(page.fetch());
    let position = page.cut(cx.store(), &mut plans, |plan| plan.id.as_str());
    Ok(UsagePlans { position, items: Some(plans.iter().map(UsagePlan::output).collect()) })
}
