//! UpdateStage. Not built: logging and caching of method settings, access logs, caches, canaries, client certificates, tracing.

use model::{Op, PatchOperation, UpdateStageRequest};
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::{MethodSetting, Stage};
use crate::error::{Result, bad_request, no_such_deployment, not_built};
use crate::patch::{Change, EDIT, REPLACE, Refusal, Rule, has_path, patch};
use crate::table::{DEPLOYMENT, DEPLOYMENTS, STAGE, STAGES, part_sk};
use crate::validate;

const RULES: &[Rule<Stage>] = &[
    Rule {
        path: "/deploymentId",
        ops: REPLACE,
        apply: |stage, change| {
            stage.deployment_id = change.required()?.to_owned();
            Ok(())
        },
    },
    Rule {
        path: "/description",
        ops: REPLACE,
        apply: |stage, change| {
            stage.description = change.text();
            validate::description(stage.description.as_deref())
        },
    },
    Rule {
        path: "/documentationVersion",
        ops: REPLACE,
        apply: |stage, change| {
            stage.documentation_version = change.text();
            validate::short("documentationVersion", stage.documentation_version.as_deref())
        },
    },
    Rule {
        path: "/{}/{}/throttling/rateLimit",
        ops: REPLACE,
        apply: |stage, change| {
            setting(stage, change).throttle.rate = limit(change.required()?.parse::<f64>().ok())?;
            Ok(())
        },
    },
    Rule {
        path: "/{}/{}/throttling/burstLimit",
        ops: REPLACE,
        apply: |stage, change| {
            setting(stage, change).throttle.burst = limit(Some(change.number()?))?;
            Ok(())
        },
    },
    Rule {
        path: "/{}/{}/metrics/enabled",
        ops: REPLACE,
        apply: |stage, change| {
            setting(stage, change).metrics_enabled = change.flag()?;
            Ok(())
        },
    },
    Rule { path: "/variables/{}", ops: EDIT, apply: |stage, change| change.edit(&mut stage.variables) },
    Rule {
        path: "/cacheClusterEnabled",
        ops: REPLACE,
        apply: |_, change| crate::not_built::not_set("stage caches (cacheClusterEnabled)", Some(change.flag()?)),
    },
    Rule {
        path: "/tracingEnabled",
        ops: REPLACE,
        apply: |_, change| crate::not_built::not_set("tracingEnabled", Some(change.flag()?)),
    },
    // Last, since it fits whatever has two parts.
    Rule {
        path: "/{}/{}",
        ops: &[Op::Remove],
        apply: |stage, change| {
            let name = setting_name(change);
            let gone = stage.method_settings.remove(&name);
            gone.map(drop).ok_or_else(|| {
                bad_request(format_args!(
                    "Cannot remove method setting {name} because there is no method setting for this method "
                ))
            })
        },
    },
];

/// What AWS lists where a path is none of a stage's.
const PATHS: &str = "/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, \
    /accessLogSettings, /accessLogSettings/destinationArn, /accessLogSettings/format, \
    /{resourcePath}/{httpMethod}/metrics/enabled, /{resourcePath}/{httpMethod}/logging/dataTrace, \
    /{resourcePath}/{httpMethod}/logging/loglevel, /{resourcePath}/{httpMethod}/throttling/burstLimit, \
    /{resourcePath}/{httpMethod}/throttling/rateLimit, /{resourcePath}/{httpMethod}/caching/ttlInSeconds, \
    /{resourcePath}/{httpMethod}/caching/enabled, /{resourcePath}/{httpMethod}/caching/dataEncrypted, \
    /{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl, \
    /{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy, \
    /*/*/metrics/enabled, /*/*/logging/dataTrace, /*/*/logging/loglevel, /*/*/throttling/burstLimit, \
    /*/*/throttling/rateLimit, /*/*/caching/ttlInSeconds, /*/*/caching/enabled, /*/*/caching/dataEncrypted, \
    /*/*/caching/requireAuthorizationForCacheControl, /*/*/caching/unauthorizedCacheControlHeaderStrategy, \
    /variables/{variable_name}, /tracingEnabled";
/// Ends of the paths of method settings that are not built.
const METHOD_SETTINGS: [&str; 7] = [
    "/logging/dataTrace",
    "/logging/loglevel",
    "/caching/ttlInSeconds",
    "/caching/enabled",
    "/caching/dataEncrypted",
    "/caching/requireAuthorizationForCacheControl",
    "/caching/unauthorizedCacheControlHeaderStrategy",
];

/// `*/*`, or `pets/GET` for `/~1pets/GET`.
fn setting_name(change: &Change<'_>) -> String {
    let part = |at: usize| change.keys.get(at).map(String::as_str).unwrap_or_default();
    format!("{}/{}", part(0).strip_prefix('/').unwrap_or(part(0)), part(1))
}

fn setting<'a>(stage: &'a mut Stage, change: &Change<'_>) -> &'a mut MethodSetting {
    stage.method_settings.entry(setting_name(change)).or_default()
}

/// A limit that is not negative; -1 takes it away.
fn limit<N: Into<f64> + Copy>(value: Option<N>) -> Result<Option<N>> {
    match value.map(Into::into) {
        Some(-1.0) => Ok(None),
        Some(number) if number >= 0.0 && number.is_finite() => Ok(value),
        _ => Err(bad_request("Throttling limits must not be negative")),
    }
}

/// Changes a stage; what it serves changes before the answer.
pub async fn update_stage(cx: &Cx<'_>, input: UpdateStageRequest) -> Result<model::Stage> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateStageRequest) -> Result<model::Stage> {
    let api = cx.api(&input.rest_api_id).await?;
    let mut stage = cx.stage(&api, &input.stage_name).await?.value;
    input.patch_operations.iter().flatten().try_for_each(check_path)?;
    patch(&mut stage, RULES, Refusal::Listing, input.patch_operations.as_deref())?;
    validate::stage_variables(&stage.variables)?;
    validate::short_list("A method", &stage.method_settings.keys().cloned().collect::<Vec<_>>())?;
    if cx.part(&DEPLOYMENTS, &api, DEPLOYMENT, &stage.deployment_id).await?.is_none() {
        return Err(no_such_deployment());
    }
    stage.updated = cx.now();
    let mut change = cx.change(&api)?;
    change.put(&STAGES, &part_sk(STAGE, &stage.name), &stage)?;
    cx.commit_and_serve(change).await?;
    Ok(stage.output())
}

/// Names what is not built, and refuses what is no path of a stage.
fn check_path(operation: &PatchOperation) -> Result<()> {
    let path = operation.path.as_deref().unwrap_or_default();
    if let Some(setting) = path.strip_prefix("/accessLogSettings") {
        return Err(access_log(setting, operation));
    }
    for (prefix, name) in [
        ("/canarySettings", "canarySettings"),
        ("/clientCertificateId", "clientCertificateId"),
        ("/cacheClusterSize", "stage caches (cacheClusterSize)"),
    ] {
        if path.starts_with(prefix) {
            return Err(not_built(name));
        }
    }
    if has_path(RULES, path) {
        return Ok(());
    }
    if METHOD_SETTINGS.iter().any(|end| path.ends_with(end)) {
        return Err(not_built("logging and caching of method settings"));
    }
    Err(bad_request(format_args!("Invalid method setting path: {path}. Must be one of: [{PATHS}]")))
}

fn access_log(setting: &str, operation: &PatchOperation) -> aws_types::AwsError {
    match (setting, operation.op) {
        ("", Some(Op::Remove)) => not_built("accessLogSettings"),
        ("/destinationArn" | "/format", _) if operation.value.as_deref().unwrap_or_default().is_empty() => {
            bad_request("Access Log value must not be empty")
        }
        ("/destinationArn" | "/format", _) => not_built("accessLogSettings"),
        _ => bad_request(
            "Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]",
        ),
    }
}
