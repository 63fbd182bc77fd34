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
}

/// Settings of methods: what is built of them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct MethodSetting {
    /// Kept and shown; everything is counted anyway.
    pub metrics_enabled: bool,
    /// The rate limit.
    pub throttle: Throttle,
}

impl MethodSetting {
    /// As AWS shows it, with its defaults; an unset limit is the account's.
    fn output(&self) -> model::MethodSetting {
        model::MethodSetting {
            metrics_enabled: Some(self.metrics_enabled),
            logging_level: None,
            data_trace_enabled: Some(false),
            throttling_burst_limit: Some(self.throttle.burst.unwrap_or(5000)),
            throttling_rate_limit: Some(self.throttle.rate.unwrap_or(10_000.0)),
            caching_enabled: Some(false),
            cache_ttl_in_seconds: Some(300),
            cache_data_encrypted: Some(false),
            require_authorization_for_cache_control: Some(true),
            unauthorized_cache_control_header_strategy: model::UnauthorizedCacheControlHeaderStrategy::parse(
                "SUCCEED_WITH_RESPONSE_HEADER",
            ),
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
            cache_cluster_enabled: Some(false),
            cache_cluster_status: model::CacheClusterStatus::parse("NOT_AVAILABLE"),
            method_settings: Some(settings),
            variables: shown(&self.variables),
            documentation_version: self.documentation_version.clone(),
            tracing_enabled: Some(false),
            tags: shown(&self.tags),
            created_date: Some(self.created),
            last_updated_date: Some(self.updated),
            ..model::Stage::default()
        }
    }
}
