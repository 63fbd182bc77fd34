//! UpdateStage.

use model::{Op, PatchOperation, UpdateStageRequest};
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::{Canary, MethodSetting, Stage};
use crate::error::{Result, bad_request, no_such_deployment};
use crate::method_setting::{cache_ttl, limit, logging_level, method_settings, setting_name, strategy};
use crate::patch::{Change, EDIT, REPLACE, Refusal, Rule, has_path, patch};
use crate::table::{DEPLOYMENT, DEPLOYMENTS, STAGE, STAGES, part_sk};
use crate::{stage_rules, validate};

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
    Rule {
        path: "/{}/{}/logging/dataTrace",
        ops: REPLACE,
        apply: |stage, change| {
            setting(stage, change).data_trace_enabled = change.flag()?;
            Ok(())
        },
    },
    Rule {
        path: "/{}/{}/logging/loglevel",
        ops: REPLACE,
        apply: |stage, change| {
            setting(stage, change).logging_level = Some(logging_level(change.required()?)?);
            Ok(())
        },
    },
    Rule {
        path: "/{}/{}/caching/ttlInSeconds",
        ops: REPLACE,
        apply: |stage, change| {
            setting(stage, change).cache_ttl_s = cache_ttl(change.number()?)?;
            Ok(())
        },
    },
    Rule {
        path: "/{}/{}/caching/enabled",
        ops: REPLACE,
        apply: |stage, change| {
            setting(stage, change).caching_enabled = change.flag()?;
            Ok(())
        },
    },
    Rule {
        path: "/{}/{}/caching/dataEncrypted",
        ops: REPLACE,
        apply: |stage, change| {
            setting(stage, change).cache_data_encrypted = change.flag()?;
            Ok(())
        },
    },
    Rule {
        path: "/{}/{}/caching/requireAuthorizationForCacheControl",
        ops: REPLACE,
        apply: |stage, change| {
            setting(stage, change).require_authorization_for_cache_control = change.flag()?;
            Ok(())
        },
    },
    Rule {
        path: "/{}/{}/caching/unauthorizedCacheControlHeaderStrategy",
        ops: REPLACE,
        apply: |stage, change| {
            setting(stage, change).unauthorized_cache_control = strategy(change.required()?)?;
            Ok(())
        },
    },
    Rule { path: "/variables/{}", ops: EDIT, apply: |stage, change| change.edit(&mut stage.variables) },
    Rule {
        path: "/variables",
        ops: &[Op::Remove, Op::Replace],
        apply: |stage, change| change.edit_whole(&mut stage.variables),
    },
    Rule {
        path: "/methodSettings",
        ops: REPLACE,
        apply: |stage, change| {
            stage.method_settings = method_settings(change)?;
            Ok(())
        },
    },
    Rule {
        path: "/variables",
        ops: &[Op::Copy],
        apply: |stage, change| {
            copied(change, "/canarySettings/stageVariableOverrides")?;
            let overrides = canary(stage)?.stage_variable_overrides.clone();
            stage.variables.extend(overrides);
            Ok(())
        },
    },
    Rule {
        path: "/deploymentId",
        ops: &[Op::Copy],
        apply: |stage, change| {
            copied(change, "/canarySettings/deploymentId")?;
            let promoted = canary(stage)?.deployment_id.clone();
            stage.deployment_id = promoted;
            Ok(())
        },
    },
    Rule {
        path: "/clientCertificateId",
        ops: REPLACE,
        apply: |stage, change| {
            stage.client_certificate_id = change.text();
            Ok(())
        },
    },
    Rule {
        path: "/cacheClusterEnabled",
        ops: REPLACE,
        apply: |stage, change| {
            stage.cache_cluster_enabled = change.flag()?;
            Ok(())
        },
    },
    Rule {
        path: "/cacheClusterSize",
        ops: REPLACE,
        apply: |stage, change| {
            stage.cache_cluster_size = change.text();
            Ok(())
        },
    },
    Rule {
        path: "/canarySettings/percentTraffic",
        ops: REPLACE,
        apply: |stage, change| {
            let percent = change.required()?.parse::<f64>().ok();
            let percent = percent.ok_or_else(|| bad_request("Canary percent traffic must be between 0.0 and 100.0"))?;
            begun(stage).percent_traffic = percent;
            Ok(())
        },
    },
    Rule {
        path: "/canarySettings/deploymentId",
        ops: REPLACE,
        apply: |stage, change| {
            begun(stage).deployment_id = change.required()?.to_owned();
            Ok(())
        },
    },
    Rule {
        path: "/canarySettings/useStageCache",
        ops: REPLACE,
        apply: |stage, change| {
            begun(stage).use_stage_cache = change.flag()?;
            Ok(())
        },
    },
    Rule {
        path: "/canarySettings/stageVariableOverrides/{}",
        ops: EDIT,
        apply: |stage, change| change.edit(&mut begun(stage).stage_variable_overrides),
    },
    Rule {
        path: "/canarySettings/stageVariableOverrides",
        ops: REPLACE,
        apply: |stage, change| change.edit_whole(&mut begun(stage).stage_variable_overrides),
    },
    Rule {
        path: "/canarySettings",
        ops: &[Op::Remove],
        apply: |stage, _| {
            canary(stage)?;
            stage.canary = None;
            Ok(())
        },
    },
    Rule {
        path: "/accessLogSettings/destinationArn",
        ops: EDIT,
        apply: |stage, change| {
            if change.op == Op::Remove {
                stage.access_log.get_or_insert_default().destination_arn = None;
                return Ok(());
            }
            // Terraform and the console send the ARN of a group with its streams.
            let arn = change.required()?.trim_end_matches(":*").to_owned();
            stage.access_log.get_or_insert_default().destination_arn = Some(arn);
            Ok(())
        },
    },
    Rule {
        path: "/accessLogSettings/format",
        ops: EDIT,
        apply: |stage, change| {
            let format = change.text().filter(|_| change.op != Op::Remove);
            stage.access_log.get_or_insert_default().format = format;
            Ok(())
        },
    },
    Rule {
        path: "/accessLogSettings",
        ops: &[Op::Remove],
        apply: |stage, _| {
            stage.access_log = None;
            Ok(())
        },
    },
    Rule {
        path: "/tracingEnabled",
        ops: REPLACE,
        apply: |stage, change| {
            stage.tracing_enabled = change.flag()?;
            Ok(())
        },
    },
    // After all others, since it fits whatever has two parts.
    Rule {
        path: "/{}/{}",
        ops: &[Op::Remove],
        apply: |stage, change| {
            if change.path.starts_with("/canarySettings/") {
                let path = change.path;
                return Err(bad_request(format_args!(
                    "Invalid patch path  '{path:.200}' specified for op 'remove'. Must be one of: [/canarySettings]"
                )));
            }
            let name = name_of(change);
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

fn name_of(change: &Change<'_>) -> String {
    let part = |at: usize| change.keys.get(at).map(String::as_str).unwrap_or_default();
    setting_name(part(0), part(1))
}

fn setting<'a>(stage: &'a mut Stage, change: &Change<'_>) -> &'a mut MethodSetting {
    stage.method_settings.entry(name_of(change)).or_default()
}

/// The canary, which must be there.
fn canary(stage: &Stage) -> Result<&Canary> {
    stage.canary.as_ref().ok_or_else(|| bad_request("Promotion not available. Canary does not exist."))
}

/// The canary; one that is not there begins on the stage's own deployment.
fn begun(stage: &mut Stage) -> &mut Canary {
    let deployment_id = stage.deployment_id.clone();
    stage.canary.get_or_insert_with(|| Canary { deployment_id, ..Canary::default() })
}

fn copied(change: &Change<'_>, from: &str) -> Result<()> {
    if change.from == Some(from) {
        return Ok(());
    }
    let given = change.from.unwrap_or_default();
    Err(bad_request(format_args!(
        "Invalid patch path  '{given:.100}' specified for op 'copy'. Must be one of: [{from}]"
    )))
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
    stage.access_log = stage.access_log.filter(|log| log.destination_arn.is_some() || log.format.is_some());
    validate::stage_variables(&stage.variables)?;
    validate::short_list("A method", &stage.method_settings.keys().cloned().collect::<Vec<_>>())?;
    if cx.part(&DEPLOYMENTS, &api, DEPLOYMENT, &stage.deployment_id).await?.is_none() {
        return Err(no_such_deployment());
    }
    let mut stage = stage_rules::checked(cx, &api, stage).await?;
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
        return access_log(setting, operation);
    }
    if has_path(RULES, path) || path.starts_with("/canarySettings") {
        return Ok(());
    }
    Err(bad_request(format_args!("Invalid method setting path: {path}. Must be one of: [{PATHS}]")))
}

fn access_log(setting: &str, operation: &PatchOperation) -> Result<()> {
    match (setting, operation.op) {
        ("" | "/destinationArn" | "/format", Some(Op::Remove)) => Ok(()),
        ("/destinationArn" | "/format", _) if operation.value.as_deref().unwrap_or_default().is_empty() => {
            Err(bad_request("Access Log value must not be empty"))
        }
        ("/destinationArn" | "/format", _) => Ok(()),
        _ => Err(bad_request(
            "Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]",
        )),
    }
}
