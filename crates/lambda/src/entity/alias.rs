//! A name for a version, or for two.

use std::collections::BTreeMap;

use model_lambda::types as wire;
use serde::{Deserialize, Serialize};

use crate::name::FunctionName;

/// An alias.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Alias {
    /// `live`.
    pub name: String,
    /// `$LATEST` or a number.
    pub version: String,
    /// `Description`.
    #[serde(default)]
    pub description: String,
    /// Another version and the share of calls that goes there, 0 to 1.
    #[serde(default)]
    pub weights: BTreeMap<String, f64>,
    /// `RevisionId`.
    pub revision: String,
}

impl Alias {
    /// As the API shows it.
    pub fn to_wire(&self, function: &FunctionName) -> wire::AliasConfiguration {
        wire::AliasConfiguration {
            alias_arn: Some(function.qualified(&self.name)),
            name: Some(self.name.clone()),
            function_version: Some(self.version.clone()),
            description: Some(self.description.clone()),
            routing_config: (!self.weights.is_empty())
                .then(|| wire::AliasRoutingConfiguration { additional_version_weights: Some(self.weights.clone()) }),
            revision_id: Some(self.revision.clone()),
        }
    }
}
