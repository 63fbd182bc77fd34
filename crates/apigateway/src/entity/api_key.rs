//! API keys.

use aws_types::Timestamp;
use model_apigateway as model;
use serde::{Deserialize, Serialize};

use super::{TextMap, moment, shown};

/// A key. Its value is sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ApiKey {
    /// Ten letters and digits.
    pub id: String,
    /// Not unique.
    pub name: Option<String>,
    /// Free text.
    pub description: Option<String>,
    /// Whether it opens anything.
    pub enabled: bool,
    /// The value, sealed.
    pub sealed_value: String,
    /// For the marketplace.
    pub customer_id: Option<String>,
    /// Names and values.
    pub tags: TextMap,
    /// Stages, `api/stage`. They open nothing: usage plans do.
    #[serde(default)]
    pub stage_keys: Vec<String>,
    /// What callers mark it with; nothing shows them.
    #[serde(default)]
    pub labels: Vec<String>,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// When it was changed last.
    #[serde(with = "moment")]
    pub updated: Timestamp,
}

impl ApiKey {
    /// As AWS shows it, without its value.
    pub fn output(&self) -> model::ApiKey {
        model::ApiKey {
            id: Some(self.id.clone()),
            value: None,
            name: self.name.clone(),
            customer_id: self.customer_id.clone(),
            description: self.description.clone(),
            enabled: Some(self.enabled),
            created_date: Some(self.created),
            last_updated_date: Some(self.updated),
            stage_keys: Some(self.stage_keys.clone()),
            tags: shown(&self.tags),
        }
    }
}
