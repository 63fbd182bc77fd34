//! GetUsage: used and remaining requests of each key, a pair a day. Without a quota nothing is remaining to be told: 0.

use std::collections::BTreeMap;

use aws_types::Timestamp;
use execute_api::usage::day;
use model_apigateway::{GetUsageRequest, Usage};

use crate::Cx;
use crate::entity::{PlanKey, UsagePlan};
use crate::error::{Result, bad_request};
use crate::page::Page;
use crate::table::{PLAN_KEY, PLAN_KEYS};
use crate::usage::{all, day_counter, quota, window_counter};

const DAY_MS: i64 = 86_400_000;
/// Longest span.
const MAX_DAYS: i64 = 90;

/// Shows what the keys of a plan used between two days, both counted in.
pub async fn get_usage(cx: &Cx<'_>, input: GetUsageRequest) -> Result<Usage> {
    let plan = cx.usage_plan(&input.usage_plan_id).await?.value;
    let days = days(&input.start_date, &input.end_date)?;
    let owner = cx.owner();
    let query = format!("GetUsage {} {} {:?}", owner.pk(), plan.id, input.key_id);
    let page = Page::read(cx.store(), query, input.position.as_deref(), input.limit)?;
    let mut keys: Vec<PlanKey> = all(cx.store(), &PLAN_KEYS, &owner, &format!("{PLAN_KEY}{}#", plan.id)).await?;
    keys.retain(|key| {
        let wanted = input.key_id.as_deref().is_none_or(|id| id == key.key_id);
        wanted && page.after.as_deref().is_none_or(|after| key.key_id.as_str() > after)
    });
    keys.truncate(page.fetch());
    let position = page.cut(cx.store(), &mut keys, |key| key.key_id.as_str());
    let mut items = BTreeMap::new();
    for key in &keys {
        items.insert(key.key_id.clone(), usage_of(cx, &plan, &key.key_id, &days).await?);
    }
    Ok(Usage {
        usage_plan_id: Some(plan.id),
        start_date: Some(input.start_date),
        end_date: Some(input.end_date),
        position,
        items: Some(items),
    })
}

fn days(start: &str, end: &str) -> Result<Vec<Timestamp>> {
    let read = |text: &str| {
        let at = Timestamp::parse_iso8601(&format!("{text}T00:00:00Z")).filter(|at| day(*at) == text);
        at.ok_or_else(|| bad_request(format_args!("Invalid date specified: {text:.40}, must be yyyy-MM-dd")))
    };
    let (start, end) = (read(start)?, read(end)?);
    let span = (end.ms() - start.ms()) / DAY_MS;
    if !(0..MAX_DAYS).contains(&span) {
        return Err(bad_request("Invalid date range specified, must be between 1 and 90 days"));
    }
    Ok((0..=span).map(|n| start.plus_ms(n * DAY_MS)).collect())
}

/// Used on each day; remaining as it stands for the period of that day.
async fn usage_of(cx: &Cx<'_>, plan: &UsagePlan, key_id: &str, days: &[Timestamp]) -> Result<Vec<Vec<i64>>> {
    let name = cx.owner().key(&plan.id);
    let mut pairs = Vec::with_capacity(days.len());
    for at in days {
        let used = cx.store().counter(&day_counter(&name, key_id, &day(*at))).await?;
        let remaining = match plan.quota.as_ref().map(quota) {
            Some(quota) => quota.limit - cx.store().counter(&window_counter(&name, key_id, quota, *at)).await?,
            None => 0,
        };
        pairs.push(vec![used, remaining]);
    }
    Ok(pairs)
}
