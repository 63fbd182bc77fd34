//! Models: JSON schemas of bodies.

use model_apigateway as model;
use serde::{Deserialize, Serialize};

/// A model.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Model {
    /// Six letters and digits.
    pub id: String,
    /// Unique in the API.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// JSON schema, draft 4.
    pub schema: Option<String>,
    /// `application/json`.
    pub content_type: String,
}

const EMPTY_SCHEMA: &str = "{\n  \"$schema\": \"http://json-schema.org/draft-04/schema#\",\n  \
    \"title\" : \"Empty Schema\",\n  \"type\" : \"object\"\n}";
const ERROR_SCHEMA: &str = "{\n  \"$schema\" : \"http://json-schema.org/draft-04/schema#\",\n  \
    \"title\" : \"Error Schema\",\n  \"type\" : \"object\",\n  \"properties\" : {\n    \
    \"message\" : { \"type\" : \"string\" }\n  }\n}";

/// The models that every new API has.
pub fn default_models(mut new_id: impl FnMut() -> String) -> [Model; 2] {
    [("Empty", "empty", EMPTY_SCHEMA), ("Error", "error", ERROR_SCHEMA)].map(|(name, kind, schema)| Model {
        id: new_id(),
        name: name.to_owned(),
        description: Some(format!("This is a default {kind} schema model")),
        schema: Some(schema.to_owned()),
        content_type: "application/json".to_owned(),
    })
}

impl Model {
    /// As AWS shows it.
    pub fn output(&self) -> model::Model {
        model::Model {
            id: Some(self.id.clone()),
            name: Some(self.name.clone()),
            description: self.description.clone(),
            schema: self.schema.clone(),
            content_type: Some(self.content_type.clone()),
        }
    }
}
