//! Models.

use model_apigatewayv2 as model;
use serde::{Deserialize, Serialize};

/// What a message looks like.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Model {
    /// Letters and digits.
    pub id: String,
    /// Unique within the API.
    pub name: String,
    /// `application/json`.
    #[serde(default)]
    pub content_type: Option<String>,
    /// Free text.
    #[serde(default)]
    pub description: Option<String>,
    /// JSON schema, draft 4.
    pub schema: String,
}

impl Model {
    /// As AWS shows it.
    pub fn output(&self) -> model::Model {
        model::Model {
            content_type: self.content_type.clone(),
            description: self.description.clone(),
            model_id: Some(self.id.clone()),
            name: Some(self.name.clone()),
            schema: Some(self.schema.clone()),
        }
    }
}
