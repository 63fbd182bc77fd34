//! Stages.

use std::collections::BTreeMap;

use aws_types::Timestamp;
use model_apigatewayv2 as model;
use serde::{Deserialize, Serialize};

use super::{TextMap, moment, shown};

/// A stage.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Stage {
    /// `$default`, or letters and digits.
    pub name: String,
    /// What it serves.
    #[serde(default)]
    pub deployment_id: Option<String>,
    /// Free text.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether every change of the API is served at once.
    #[serde(default)]
    pub auto_deploy: bool,
    /// The API's revision that was deployed by itself last.
    #[serde(default)]
    pub deployed_revision: u64,
    /// Where and how calls are logged.
    #[serde(default)]
    pub access_log: Option<model::AccessLogSettings>,
    /// Of WebSocket APIs' backends.
    #[serde(default)]
    pub client_certificate_id: Option<String>,
    /// For all routes.
    #[serde(default)]
    pub default_route_settings: model::RouteSettings,
    /// By route key.
    #[serde(default)]
    pub route_settings: BTreeMap<String, model::RouteSettings>,
    /// What is different here.
    #[serde(default)]
    pub variables: TextMap,
    /// Names and values.
    #[serde(default)]
    pub tags: TextMap,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// When it was changed last.
    #[serde(with = "moment")]
    pub updated: Timestamp,
    /// How its last deployment by itself went.
    #[serde(default)]
    pub last_deployment_status_message: Option<String>,
    /// Made by quick create.
    #[serde(default)]
    pub managed: bool,
}

impl Stage {
    /// As AWS shows it.
    pub fn output(&self) -> model::Stage {
        model::Stage {
            access_log_settings: self.access_log.clone(),
            api_gateway_managed: self.managed.then_some(true),
            auto_deploy: Some(self.auto_deploy),
            client_certificate_id: self.client_certificate_id.clone(),
            created_date: Some(self.created),
            default_route_settings: Some(self.default_route_settings.clone()),
            deployment_id: self.deployment_id.clone(),
            description: self.description.clone(),
            last_deployment_status_message: self.last_deployment_status_message.clone(),
            last_updated_date: Some(self.updated),
            route_settings: Some(self.route_settings.clone()),
            stage_name: Some(self.name.clone()),
            stage_variables: Some(self.variables.clone()),
            tags: shown(&self.tags),
        }
    }

    /// Its ARN, by which it is tagged.
    pub fn arn(&self, region: &str, api_id: &str) -> String {
        format!("arn:aws:apigateway:{region}::/apis/{api_id}/stages/{}", self.name)
    }
}
