//! UpdateApiKey. Labels are kept; no operation shows them, at AWS neither.

use model::UpdateApiKeyRequest;
use model_apigateway as model;
use store::retry;

use super::create_api_key::{self, check_description, check_name};
use crate::Cx;
use crate::entity::ApiKey;
use crate::error::Result;
use crate::patch::{MEMBERS, REPLACE, Refusal, Rule, patch};
use crate::validate;

const RULES: &[Rule<ApiKey>] = &[
    Rule {
        path: "/name",
        ops: REPLACE,
        apply: |key, change| {
            key.name = change.text();
            check_name(key.name.as_deref())
        },
    },
    Rule {
        path: "/description",
        ops: REPLACE,
        apply: |key, change| {
            key.description = change.text();
            check_description(key.description.as_deref())
        },
    },
    Rule {
        path: "/enabled",
        ops: REPLACE,
        apply: |key, change| {
            key.enabled = change.flag()?;
            Ok(())
        },
    },
    Rule {
        path: "/customerId",
        ops: REPLACE,
        apply: |key, change| {
            key.customer_id = change.text();
            validate::short("customerId", key.customer_id.as_deref())
        },
    },
    Rule { path: "/stages", ops: MEMBERS, apply: |key, change| change.edit_list(&mut key.stage_keys) },
    Rule {
        path: "/labels",
        ops: MEMBERS,
        apply: |key, change| {
            change.edit_list(&mut key.labels)?;
            validate::short_list("A label", &key.labels)
        },
    },
];

/// Changes a key; one that is switched off opens nothing from now on.
pub async fn update_api_key(cx: &Cx<'_>, input: UpdateApiKeyRequest) -> Result<model::ApiKey> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateApiKeyRequest) -> Result<model::ApiKey> {
    let guard = cx.usage_guard().await?;
    let mut key = cx.api_key(&input.api_key).await?.value;
    patch(&mut key, RULES, Refusal::Listing, input.patch_operations.as_deref())?;
    create_api_key::check_stages(&mut key.stage_keys)?;
    for operation in input.patch_operations.iter().flatten() {
        if (operation.op, operation.path.as_deref()) == (Some(model::Op::Add), Some("/stages")) {
            create_api_key::check_stage(cx, operation.value.as_deref().unwrap_or_default()).await?;
        }
    }
    key.updated = cx.now();
    let mut change = cx.usage_change(guard.as_ref(), guard.as_ref().map_or(0, |guard| guard.keys))?;
    change.put_key(&key)?;
    let plans: Vec<String> = cx.plans_of_key(&key.id).await?.into_iter().map(|plan| plan.plan_id).collect();
    cx.commit_usage(change, &plans).await?;
    Ok(key.output())
}
