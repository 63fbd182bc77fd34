//! Stages: named references to deployments.

use aws_types::Timestamp;
use model_apigateway as model;
use serde::{Deserialize, Serialize};

use super::{TextMap, moment, shown};

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

impl Stage {
    /// As AWS shows it.
    pub fn output(&self) -> model::Stage {
        model::Stage {
            deployment_id: Some(self.deployment_id.clone()),
            stage_name: Some(self.name.clone()),
            description: self.description.clone(),
            cache_cluster_enabled: Some(false),
            cache_cluster_status: model::CacheClusterStatus::parse("NOT_AVAILABLE"),
            method_settings: Some(std::collections::BTreeMap::new()),
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
