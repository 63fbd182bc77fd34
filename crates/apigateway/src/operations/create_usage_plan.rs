//! CreateUsagePlan.

use model::{CreateUsagePlanRequest, QuotaSettings, ThrottleSettings};
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::{ApiStage, Quota, Throttle, UsagePlan};
use crate::error::{Result, bad_request, limit_exceeded, not_found};
use crate::table::{STAGE, STAGES, USAGE_PLAN, USAGE_PLANS};
use crate::usage::all;
use crate::{tag, validate};

/// AWS's quota of plans of an account and region.
const MAX_PLANS: usize = 300;
/// Most stages of a plan.
const MAX_STAGES: usize = 300;
/// AWS's quota of throttled methods of a stage in a plan.
const MAX_METHODS: usize = 20;

/// Makes a plan.
pub async fn create_usage_plan(cx: &Cx<'_>, input: CreateUsagePlanRequest) -> Result<model::UsagePlan> {
    retry(cx.store(), || create(cx, &input)).await
}

async fn create(cx: &Cx<'_>, input: &CreateUsagePlanRequest) -> Result<model::UsagePlan> {
    let guard = cx.usage_guard().await?;
    let plans: Vec<UsagePlan> = all(cx.store(), &USAGE_PLANS, &cx.owner(), USAGE_PLAN).await?;
    if plans.len() >= MAX_PLANS {
        return Err(limit_exceeded("Maximum number of Usage Plans for this account has been reached."));
    }
    let api_stages: Result<Vec<ApiStage>> = input.api_stages.iter().flatten().map(api_stage).collect();
    let plan = UsagePlan {
        id: cx.new_id(6),
        name: input.name.clone(),
        description: input.description.clone(),
        api_stages: api_stages?,
        throttle: input.throttle.as_ref().map(throttle).filter(|throttle| !throttle.is_empty()),
        quota: input.quota.as_ref().map(quota).transpose()?,
        product_code: None,
        tags: input.tags.clone().unwrap_or_default(),
    };
    check(cx, &plan).await?;
    let mut change = cx.usage_change(guard.as_ref(), guard.as_ref().map_or(0, |guard| guard.keys))?;
    change.put_plan(&plan)?;
    cx.commit_usage(change, std::slice::from_ref(&plan.id)).await?;
    Ok(plan.output())
}

fn throttle(settings: &ThrottleSettings) -> Throttle {
    Throttle { burst: settings.burst_limit, rate: settings.rate_limit }
}

fn quota(settings: &QuotaSettings) -> Result<Quota> {
    let required = || bad_request("Usage Plan quota requires a limit and a period");
    Ok(Quota {
        limit: settings.limit.ok_or_else(required)?,
        offset: settings.offset.unwrap_or(0),
        period: settings.period.ok_or_else(required)?.as_str().to_owned(),
    })
}

fn api_stage(stage: &model::ApiStage) -> Result<ApiStage> {
    let (Some(api_id), Some(name)) = (stage.api_id.clone(), stage.stage.clone()) else {
        return Err(bad_request("Invalid API Stage specified"));
    };
    let methods = stage.throttle.iter().flatten().map(|(method, limit)| (method.clone(), throttle(limit)));
    Ok(ApiStage { api_id, stage: name, throttle: methods.collect() })
}

/// The rules of a plan. The sentences on numbers are from memory.
pub(super) async fn check(cx: &Cx<'_>, plan: &UsagePlan) -> Result<()> {
    if plan.name.is_empty() || plan.name.chars().count() > 1024 {
        return Err(bad_request("Invalid Usage Plan name, must be between 1 and 1024 characters"));
    }
    validate::description(plan.description.as_deref())?;
    validate::short("productCode", plan.product_code.as_deref())?;
    tag::check(&plan.tags)?;
    check_room(plan)?;
    plan.throttle.iter().try_for_each(check_throttle)?;
    plan.quota.iter().try_for_each(check_quota)?;
    for stage in &plan.api_stages {
        if stage.throttle.len() > MAX_METHODS {
            return Err(limit_exceeded("Maximum number of method throttles for this stage has been reached."));
        }
        validate::short_list("A method", &stage.throttle.keys().cloned().collect::<Vec<_>>())?;
        stage.throttle.values().try_for_each(check_throttle)?;
        let unknown = || {
            not_found(format_args!(
                "Invalid API Stage {{api: {}, stage: {}}} specified for usageplan {}",
                stage.api_id, stage.stage, plan.id
            ))
        };
        let api =
            cx.api(&stage.api_id).await.map_err(|error| if error.internal.is_some() { error } else { unknown() })?;
        cx.part(&STAGES, &api, STAGE, &stage.stage).await?.ok_or_else(unknown)?;
    }
    Ok(())
}

/// Whether its stages are not too many, those that are gone counted in.
pub(super) fn check_room(plan: &UsagePlan) -> Result<()> {
    if plan.api_stages.len() > MAX_STAGES {
        return Err(limit_exceeded("Maximum number of API Stages for this Usage Plan has been reached."));
    }
    Ok(())
}

fn check_throttle(throttle: &Throttle) -> Result<()> {
    let good = throttle.burst.unwrap_or(0) >= 0 && throttle.rate.is_none_or(|rate| rate.is_finite() && rate >= 0.0);
    if good { Ok(()) } else { Err(bad_request("Usage Plan throttle limits must not be negative")) }
}

fn check_quota(quota: &Quota) -> Result<()> {
    if quota.limit < 0 {
        return Err(bad_request("Usage Plan quota limit must not be negative"));
    }
    let (last, message) = match quota.period.as_str() {
        "DAY" => (0, "Usage Plan quota offset must be zero in the DAY period"),
        "WEEK" => (6, "Usage Plan quota offset must be between zero and six inclusive in the WEEK period"),
        "MONTH" => (27, "Usage Plan quota offset must be between zero and 27 inclusive in the MONTH period"),
        _ => return Err(bad_request("Invalid Usage Plan quota period specified")),
    };
    if (0..=last).contains(&quota.offset) { Ok(()) } else { Err(bad_request(message)) }
}
