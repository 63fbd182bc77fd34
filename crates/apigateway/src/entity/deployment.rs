//! Deployments: an API's definition, frozen.

use std::collections::BTreeMap;

use aws_types::Timestamp;
use model_apigateway as model;
use serde::{Deserialize, Serialize};

use super::moment;
use crate::snapshot::Snapshot;

/// A deployment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Deployment {
    /// Six letters and digits.
    pub id: String,
    /// Free text.
    pub description: Option<String>,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// What it froze.
    pub snapshot: Snapshot,
}

impl Deployment {
    /// As AWS shows it.
    pub fn output(&self) -> model::Deployment {
        model::Deployment {
            id: Some(self.id.clone()),
            description: self.description.clone(),
            created_date: Some(self.created),
            api_summary: None,
        }
    }

    /// With `embed=apisummary`.
    pub fn output_with_summary(&self) -> model::Deployment {
        let methods = |resource: &super::Resource| -> BTreeMap<_, _> {
            let snapshot = |method: &super::Method| model::MethodSnapshot {
                authorization_type: Some(method.authorization_type.clone()),
                api_key_required: Some(method.api_key_required),
            };
            resource.methods.iter().map(|(verb, method)| (verb.clone(), snapshot(method))).collect()
        };
        let resources = self.snapshot.resources.iter().filter(|resource| !resource.methods.is_empty());
        let summary = resources.map(|resource| (resource.path.clone(), methods(resource))).collect();
        model::Deployment { api_summary: Some(summary), ..self.output() }
    }
}
