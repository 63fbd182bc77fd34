//! Stages: named references to deployments.

use std::collections::BTreeMap;

use aws_types::Timestamp;
use model_apigateway as model;
use serde::{Deserialize, Serialize};

use super::{TextMap, Throttle, moment, shown};

/// A stage.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stage {
    /// `dev`.
    pub name: String,
    /// What it serves.
    pub deployment_id: String,
    /// Free text.
    pub description: Option<String>,
    /// `$stageVariables`.
    pub variables: TextMap,
    /// By `*/*` or `pets/{petId}/GET`.
    #[serde(default)]
    pub method_settings: BTreeMap<String, MethodSetting>,
    /// Free text.
    pub documentation_version: Option<String>,
    /// Names and values.
    pub tags: TextMap,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// When it was changed last.
    #[serde(with = "moment")]
    pub updated: Timestamp,
    /// Whether it has a cache.
    #[serde(default)]
    pub cache_cluster_enabled: bool,
    /// `0.5` to `237`, in GB.
    #[serde(default)]
    pub cache_cluster_size: Option<String>,
    /// A second release beside the first.
    #[serde(default)]
    pub canary: Option<Canary>,
    /// Access logs.
    #[serde(default)]
    pub access_log: Option<AccessLog>,
    /// What backends are shown.
    #[serde(default)]
    pub client_certificate_id: Option<String>,
    /// Whether requests are traced.
    #[serde(default)]
    pub tracing_enabled: bool,
}

/// Settings of methods.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MethodSetting {
    /// Counted by method too.
    pub metrics_enabled: bool,
    /// The rate limit.
    pub throttle: Throttle,
    /// `OFF`, `ERROR`, `INFO`; unset is off.
    #[serde(default)]
    pub logging_level: Option<String>,
    /// Whether bodies and headers are logged.
    #[serde(default)]
    pub data_trace_enabled: bool,
    /// Whether answers are kept, where the stage has a cache.
    #[serde(default)]
    pub caching_enabled: bool,
    /// How long, 0 to 3600.
    #[serde(default = "default_ttl_s")]
    pub cache_ttl_s: i32,
    /// Kept and shown: what is cached lies in memory alone.
    #[serde(default)]
    pub cache_data_encrypted: bool,
    /// Whether asking for a fresh answer needs a permission.
    #[serde(default = "yes")]
    pub require_authorization_for_cache_control: bool,
    /// What happens without it.
    #[serde(default = "default_strategy")]
    pub unauthorized_cache_control: String,
}

const fn default_ttl_s() -> i32 {
    300
}

const fn yes() -> bool {
    true
}

fn default_strategy() -> String {
    "SUCCEED_WITH_RESPONSE_HEADER".to_owned()
}

impl Default for MethodSetting {
    fn default() -> Self {
        Self {
            metrics_enabled: false,
            throttle: Throttle::default(),
            logging_level: None,
            data_trace_enabled: false,
            caching_enabled: false,
            cache_ttl_s: default_ttl_s(),
            cache_data_encrypted: false,
            require_authorization_for_cache_control: true,
            unauthorized_cache_control: default_strategy(),
        }
    }
}

impl MethodSetting {
    /// As AWS shows it, with its defaults; an unset limit is the account's.
    fn output(&self) -> model::MethodSetting {
        model::MethodSetting {
            metrics_enabled: Some(self.metrics_enabled),
            logging_level: self.logging_level.clone(),
            data_trace_enabled: Some(self.data_trace_enabled),
            throttling_burst_limit: Some(self.throttle.burst.unwrap_or(5000)),
            throttling_rate_limit: Some(self.throttle.rate.unwrap_or(10_000.0)),
            caching_enabled: Some(self.caching_enabled),
            cache_ttl_in_seconds: Some(self.cache_ttl_s),
            cache_data_encrypted: Some(self.cache_data_encrypted),
            require_authorization_for_cache_control: Some(self.require_authorization_for_cache_control),
            unauthorized_cache_control_header_strategy: model::UnauthorizedCacheControlHeaderStrategy::parse(
                &self.unauthorized_cache_control,
            ),
        }
    }
}

/// A canary release on a stage.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Canary {
    /// Share of requests, 0 to 100.
    pub percent_traffic: f64,
    /// What they get.
    pub deployment_id: String,
    /// Over the stage's variables.
    pub stage_variable_overrides: TextMap,
    /// Whether it shares the stage's cache.
    pub use_stage_cache: bool,
}

impl Canary {
    /// As AWS shows it.
    pub fn output(&self) -> model::CanarySettings {
        model::CanarySettings {
            percent_traffic: Some(self.percent_traffic),
            deployment_id: Some(self.deployment_id.clone()),
            stage_variable_overrides: shown(&self.stage_variable_overrides),
            use_stage_cache: Some(self.use_stage_cache),
        }
    }
}

/// Where access logs go.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct AccessLog {
    /// ARN of a log group or a delivery stream.
    pub destination_arn: Option<String>,
    /// One line of `$context` variables.
    pub format: Option<String>,
}

impl AccessLog {
    /// As AWS shows it.
    pub fn output(&self) -> model::AccessLogSettings {
        model::AccessLogSettings { destination_arn: self.destination_arn.clone(), format: self.format.clone() }
    }
}

impl Stage {
    /// A stage without settings.
    pub fn new(name: &str, deployment_id: &str, now: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            deployment_id: deployment_id.to_owned(),
            description: None,
            variables: TextMap::new(),
            method_settings: BTreeMap::new(),
            documentation_version: None,
            tags: TextMap::new(),
            created: now,
            updated: now,
            cache_cluster_enabled: false,
            cache_cluster_size: None,
            canary: None,
            access_log: None,
            client_certificate_id: None,
            tracing_enabled: false,
        }
    }
}

impl Stage {
    /// As AWS shows it.
    pub fn output(&self) -> model::Stage {
        let settings = self.method_settings.iter().map(|(name, setting)| (name.clone(), setting.output())).collect();
        model::Stage {
            deployment_id: Some(self.deployment_id.clone()),
            stage_name: Some(self.name.clone()),
            description: self.description.clone(),
            cache_cluster_enabled: Some(self.cache_cluster_enabled),
            cache_cluster_size: self.cache_cluster_size.as_deref().and_then(model::CacheClusterSize::parse),
            cache_cluster_status: Some(if self.cache_cluster_enabled {
                model::CacheClusterStatus::Available
            } else {
                model::CacheClusterStatus::NotAvailable
            }),
            canary_settings: self.canary.as_ref().map(Canary::output),
            access_log_settings: self.access_log.as_ref().map(AccessLog::output),
            client_certificate_id: self.client_certificate_id.clone(),
            method_settings: Some(settings),
            variables: shown(&self.variables),
            documentation_version: self.documentation_version.clone(),
            tracing_enabled: Some(self.tracing_enabled),
            tags: shown(&self.tags),
            created_date: Some(self.created),
            last_updated_date: Some(self.updated),
            ..model::Stage::default()
        }
    }
}
