//! A stage's own settings, compiled: they act at once, over a deployment that is compiled already.

use std::collections::HashMap;
use std::sync::Arc;

use aws_types::{AccountId, Region};
use execute_api::access_log::AccessLogFormat;
use execute_api::plan::{DEFAULT_THROTTLE, DeploymentPlan, StagePlan};
use execute_api::stage_settings::{
    AccessLogSettings, Canary, LogLevel, MethodSettings, Release, StageSettings, UnauthorizedCacheControl,
};

use crate::entity::{MethodSetting, RestApi, Stage};
use crate::stage_rules::log_group;
use crate::usage::limits;

const GIGABYTE: f64 = 1024.0 * 1024.0 * 1024.0;

/// A stage of an API over its compiled deployments.
pub fn stage(
    api: &RestApi,
    stage: &Stage,
    deployment: Arc<DeploymentPlan>,
    canary: Option<Arc<DeploymentPlan>>,
) -> StagePlan {
    let canary = stage.canary.as_ref().zip(canary).map(|(settings, deployment)| {
        let mut plan = plan(api, stage, deployment);
        plan.variables.extend(settings.stage_variable_overrides.clone());
        plan.settings.release = Release::Canary;
        plan.settings.cache_scope = if settings.use_stage_cache {
            stage.deployment_id.clone()
        } else {
            format!("canary {}", settings.deployment_id)
        };
        Canary { percent: settings.percent_traffic, plan: Arc::new(plan) }
    });
    let mut plan = plan(api, stage, deployment);
    plan.settings.canary = canary;
    plan
}

fn plan(api: &RestApi, stage: &Stage, deployment: Arc<DeploymentPlan>) -> StagePlan {
    // Settings name methods without the first slash.
    let name = |name: &String| if name == DEFAULT_THROTTLE { name.clone() } else { format!("/{name}") };
    let throttles: HashMap<_, _> = stage
        .method_settings
        .iter()
        .filter_map(|(method, setting)| Some((name(method), limits(setting.throttle)?)))
        .collect();
    StagePlan {
        account: AccountId::parse(&api.account).unwrap_or_default(),
        region: Region::parse(&api.region).unwrap_or_default(),
        api_id: api.id.clone(),
        stage: stage.name.clone(),
        variables: stage.variables.clone(),
        throttles,
        deployment,
        settings: StageSettings {
            api_name: api.name.clone(),
            canary: None,
            release: Release::Production,
            cache_bytes: cache_bytes(stage),
            cache_scope: stage.deployment_id.clone(),
            methods: stage
                .method_settings
                .iter()
                .map(|(method, setting)| (name(method), method_settings(setting)))
                .collect(),
            access_log: access_log(stage),
            client_identity: None,
        },
    }
}

/// The size of a stage's cluster. How much of it is used is the gateway's to bound.
fn cache_bytes(stage: &Stage) -> Option<usize> {
    let size = stage.cache_cluster_size.as_deref().filter(|_| stage.cache_cluster_enabled)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a catalogue of small positive sizes")]
    size.parse::<f64>().ok().map(|gigabytes| (gigabytes * GIGABYTE) as usize)
}

fn method_settings(setting: &MethodSetting) -> MethodSettings {
    MethodSettings {
        metrics: setting.metrics_enabled,
        logging: match setting.logging_level.as_deref() {
            Some("INFO") => LogLevel::Info,
            Some("ERROR") => LogLevel::Error,
            _ => LogLevel::Off,
        },
        data_trace: setting.data_trace_enabled,
        caching: setting.caching_enabled,
        cache_ttl_s: u32::try_from(setting.cache_ttl_s).unwrap_or(0),
        require_authorization: setting.require_authorization_for_cache_control,
        unauthorized: match setting.unauthorized_cache_control.as_str() {
            "FAIL_WITH_403" => UnauthorizedCacheControl::Fail,
            "SUCCEED_WITHOUT_RESPONSE_HEADER" => UnauthorizedCacheControl::SucceedWithoutResponseHeader,
            _ => UnauthorizedCacheControl::SucceedWithResponseHeader,
        },
    }
}

/// Both destination and format, or there is no access log.
fn access_log(stage: &Stage) -> Option<AccessLogSettings> {
    let log = stage.access_log.as_ref()?;
    let group = log_group(log.destination_arn.as_deref()?).ok()?;
    let format = AccessLogFormat::compile(log.format.as_deref()?).ok()?;
    Some(AccessLogSettings { group, format })
}
