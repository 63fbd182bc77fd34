//! Deployments.

use aws_types::Timestamp;
use model_apigatewayv2 as model;
use serde::{Deserialize, Serialize};

use super::moment;

/// A frozen definition's name. What was frozen lies beside it, so that lists stay light.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Deployment {
    /// Six letters and digits.
    pub id: String,
    /// Free text.
    pub description: Option<String>,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// Made by a stage that deploys by itself.
    #[serde(default)]
    pub auto_deployed: bool,
}

impl Deployment {
    /// What deployments by themselves are called.
    pub const AUTOMATIC: &'static str = "Automatic deployment triggered by changes to the Api configuration";

    /// As AWS shows it. One that fails is not kept, so that all are deployed.
    pub fn output(&self) -> model::Deployment {
        model::Deployment {
            auto_deployed: Some(self.auto_deployed),
            created_date: Some(self.created),
            deployment_id: Some(self.id.clone()),
            deployment_status: Some(model::DeploymentStatus::Deployed),
            deployment_status_message: None,
            description: self.description.clone(),
        }
    }
}
