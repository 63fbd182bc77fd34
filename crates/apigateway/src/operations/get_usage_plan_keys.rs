//! GetUsagePlanKeys.

use model_apigateway::{GetUsagePlanKeysRequest, UsagePlanKeys};

use super::create_usage_plan_key::output;
use crate::Cx;
use crate::entity::PlanKey;
use crate::error::Result;
use crate::page::Page;
use crate::table::{API_KEY, API_KEYS, PLAN_KEY, PLAN_KEYS, part_sk};
use crate::usage::all;

/// Lists the keys of a plan, by the beginning of their name.
pub async fn get_usage_plan_keys(cx: &Cx<'_>, input: GetUsagePlanKeysRequest) -> Result<UsagePlanKeys> {
    let plan = cx.usage_plan(&input.usage_plan_id).await?;
    let owner = cx.owner();
    let query = format!("GetUsagePlanKeys {} {} {:?}", owner.pk(), plan.id, input.name_query);
    let page = Page::read(cx.store(), query, input.position.as_deref(), input.limit)?;
    let mut keys = Vec::new();
    let in_plan: Vec<PlanKey> = all(cx.store(), &PLAN_KEYS, &owner, &format!("{PLAN_KEY}{}#", plan.id)).await?;
    for PlanKey { key_id, .. } in in_plan {
        if page.after.as_deref().is_some_and(|after| key_id.as_str() <= after) {
            continue;
        }
        let Some(key) = API_KEYS.get(cx.store(), &owner.pk(), &part_sk(API_KEY, &key_id)).await? else { continue };
        let name = key.name.as_deref().unwrap_or_default();
        if input.name_query.as_deref().is_none_or(|prefix| name.starts_with(prefix)) {
            keys.push(key.value);
        }
        if keys.len() >= page.fetch() {
            break;
        }
    }
    let position = page.cut(cx.store(), &mut keys, |key| key.id.as_str());
    Ok(UsagePlanKeys { position, items: Some(keys.iter().map(output).collect()) })
}
