//! UpdateUsagePlan.

use std::collections::BTreeMap;

use model::{Op, UpdateUsagePlanRequest};
use model_apigateway as model;
use serde::Deserialize;
use store::retry;

use super::create_usage_plan::{check, check_room};
use crate::Cx;
use crate::entity::{ApiStage, Quota, Throttle, UsagePlan};
use crate::error::{Result, bad_request, not_found};
use crate::patch::{Change, EDIT, MEMBERS, REPLACE, Refusal, Rule, patch};

const REMOVE: &[Op] = &[Op::Remove];
/// What goes only with all that stands beside it.
const SET: &[Op] = &[Op::Add, Op::Replace];

const RULES: &[Rule<UsagePlan>] = &[
    Rule {
        path: "/name",
        ops: REPLACE,
        apply: |plan, change| {
            plan.name = change.required()?.to_owned();
            Ok(())
        },
    },
    Rule {
        path: "/description",
        ops: REPLACE,
        apply: |plan, change| {
            plan.description = change.text();
            Ok(())
        },
    },
    Rule {
        path: "/productCode",
        ops: EDIT,
        apply: |plan, change| {
            plan.product_code = change.text();
            Ok(())
        },
    },
    Rule {
        path: "/throttle",
        ops: REMOVE,
        apply: |plan, _| {
            plan.throttle = None;
            Ok(())
        },
    },
    Rule {
        path: "/throttle/rateLimit",
        ops: SET,
        apply: |plan, change| rate(plan.throttle.get_or_insert_default(), change),
    },
    Rule {
        path: "/throttle/burstLimit",
        ops: SET,
        apply: |plan, change| burst(plan.throttle.get_or_insert_default(), change),
    },
    Rule {
        path: "/quota",
        ops: REMOVE,
        apply: |plan, _| {
            plan.quota = None;
            Ok(())
        },
    },
    Rule {
        path: "/quota/limit",
        ops: SET,
        apply: |plan, change| {
            quota(plan).limit = change.number()?;
            Ok(())
        },
    },
    Rule {
        path: "/quota/offset",
        ops: SET,
        apply: |plan, change| {
            quota(plan).offset = change.number()?;
            Ok(())
        },
    },
    Rule {
        path: "/quota/period",
        ops: SET,
        apply: |plan, change| {
            change.required()?.clone_into(&mut quota(plan).period);
            Ok(())
        },
    },
    Rule { path: "/apiStages", ops: MEMBERS, apply: edit_stages },
    Rule { path: "/apiStages/{}/throttle", ops: EDIT, apply: edit_throttles },
    Rule {
        path: "/apiStages/{}/throttle/{}/{}",
        ops: REMOVE,
        apply: |plan, change| {
            let method = method_name(change);
            stage(plan, &change.key)?.throttle.remove(&method);
            Ok(())
        },
    },
    Rule {
        path: "/apiStages/{}/throttle/{}/{}/rateLimit",
        ops: SET,
        apply: |plan, change| rate(stage(plan, &change.key)?.throttle.entry(method_name(change)).or_default(), change),
    },
    Rule {
        path: "/apiStages/{}/throttle/{}/{}/burstLimit",
        ops: SET,
        apply: |plan, change| burst(stage(plan, &change.key)?.throttle.entry(method_name(change)).or_default(), change),
    },
];

fn rate(throttle: &mut Throttle, change: &Change<'_>) -> Result<()> {
    let parse = |value: &str| value.parse().map_err(|_| bad_request(format_args!("Invalid number in {}", change.path)));
    throttle.rate = if change.op == Op::Remove { None } else { Some(parse(change.required()?)?) };
    Ok(())
}

fn burst(throttle: &mut Throttle, change: &Change<'_>) -> Result<()> {
    throttle.burst = if change.op == Op::Remove { None } else { Some(change.number()?) };
    Ok(())
}

fn quota(plan: &mut UsagePlan) -> &mut Quota {
    plan.quota.get_or_insert_with(|| Quota { period: "DAY".to_owned(), ..Quota::default() })
}

/// `/pets/{petId}` and `GET` as the map of throttles names them.
fn method_name(change: &Change<'_>) -> String {
    let part = |at: usize| change.keys.get(at).map(String::as_str).unwrap_or_default();
    format!("{}/{}", part(1), part(2))
}

fn stage<'a>(plan: &'a mut UsagePlan, name: &str) -> Result<&'a mut ApiStage> {
    let found = plan.api_stages.iter_mut().find(|stage| format!("{}:{}", stage.api_id, stage.stage) == name);
    found.ok_or_else(|| not_found("Invalid API Stage specified"))
}

/// All limits of a stage's methods: `{"/pets/GET": {"rateLimit": 10, "burstLimit": 20}}` comes or takes the place of what
/// was there, or all go.
fn edit_throttles(plan: &mut UsagePlan, change: &Change<'_>) -> Result<()> {
    let mut given: BTreeMap<String, GivenThrottle> = BTreeMap::new();
    change.edit_whole(&mut given)?;
    let throttles = &mut stage(plan, &change.key)?.throttle;
    if change.op != Op::Add {
        throttles.clear();
    }
    let throttle = |given: GivenThrottle| Throttle { rate: given.rate_limit, burst: given.burst_limit };
    throttles.extend(given.into_iter().map(|(method, given)| (method, throttle(given))));
    Ok(())
}

/// A limit as the value of a patch operation has it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GivenThrottle {
    #[serde(default)]
    rate_limit: Option<f64>,
    #[serde(default)]
    burst_limit: Option<i32>,
}

/// `apiId:stage` comes or goes.
fn edit_stages(plan: &mut UsagePlan, change: &Change<'_>) -> Result<()> {
    let name = change.required()?;
    let (api_id, stage_name) = name.split_once(':').ok_or_else(|| bad_request("Invalid API Stage specified"))?;
    let is_it = |stage: &ApiStage| stage.api_id == api_id && stage.stage == stage_name;
    if change.op == Op::Remove {
        stage(plan, name)?;
        plan.api_stages.retain(|stage| !is_it(stage));
    } else if !plan.api_stages.iter().any(is_it) {
        let stage = ApiStage { api_id: api_id.to_owned(), stage: stage_name.to_owned(), ..ApiStage::default() };
        plan.api_stages.push(stage);
    }
    Ok(())
}

/// Changes a plan; it acts at once.
pub async fn update_usage_plan(cx: &Cx<'_>, input: UpdateUsagePlanRequest) -> Result<model::UsagePlan> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateUsagePlanRequest) -> Result<model::UsagePlan> {
    let guard = cx.usage_guard().await?;
    let before = cx.usage_plan(&input.usage_plan_id).await?.value;
    let mut plan = before.clone();
    patch(&mut plan, RULES, Refusal::Listing, input.patch_operations.as_deref())?;
    plan.throttle = plan.throttle.filter(|throttle| !throttle.is_empty());
    // Stages that are gone meanwhile must not block the change that removes them.
    let known =
        |stage: &ApiStage| before.api_stages.iter().any(|old| old.api_id == stage.api_id && old.stage == stage.stage);
    let mut to_check = plan.clone();
    to_check.api_stages.retain(|stage| !known(stage) || !stage.throttle.is_empty());
    check(cx, &to_check).await?;
    check_room(&plan)?;
    super::create_usage_plan_key::check_all_keys(cx, &plan).await?;
    let mut change = cx.usage_change(guard.as_ref(), guard.as_ref().map_or(0, |guard| guard.keys))?;
    change.put_plan(&plan)?;
    cx.commit_usage(change, std::slice::from_ref(&plan.id)).await?;
    Ok(plan.output())
}
