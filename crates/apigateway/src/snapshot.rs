//! A definition at one moment: what a deployment freezes and what is compiled.

use serde::{Deserialize, Serialize};

use crate::ApiGateway;
use crate::entity::{Authorizer, GatewayResponse, Model, RequestValidator, Resource, RestApi};
use crate::error::Result;
use crate::table::{
    AUTHORIZER, AUTHORIZERS, GATEWAY_RESPONSE, GATEWAY_RESPONSES, MODEL, MODELS, RESOURCE, RESOURCES, VALIDATOR,
    VALIDATORS,
};

/// All that the gateway needs of an API.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Snapshot {
    /// `HEADER` where empty.
    #[serde(default)]
    pub api_key_source: String,
    /// Media types whose bodies are bytes.
    #[serde(default)]
    pub binary_media_types: Vec<String>,
    /// Answers of so many bytes and more are packed.
    #[serde(default)]
    pub minimum_compression_size: Option<i32>,
    /// The resource policy.
    #[serde(default)]
    pub policy: Option<String>,
    /// With methods and integrations.
    pub resources: Vec<Resource>,
    /// Authorizers.
    pub authorizers: Vec<Authorizer>,
    /// Models.
    #[serde(default)]
    pub models: Vec<Model>,
    /// Request validators.
    pub validators: Vec<RequestValidator>,
    /// Restyled gateway responses.
    pub gateway_responses: Vec<GatewayResponse>,
}

impl ApiGateway {
    /// The definition as it stands.
    pub(crate) async fn snapshot(&self, api: &RestApi) -> Result<Snapshot> {
        let resources = self.parts(&RESOURCES, &api.id, RESOURCE).await?;
        Ok(Snapshot { resources, ..self.snapshot_without_resources(api).await? })
    }

    /// The definition without its resources, for testing one of them.
    pub(crate) async fn snapshot_without_resources(&self, api: &RestApi) -> Result<Snapshot> {
        let api_id = api.id.as_str();
        Ok(Snapshot {
            api_key_source: api.api_key_source.clone(),
            binary_media_types: api.binary_media_types.clone(),
            minimum_compression_size: api.minimum_compression_size,
            policy: api.policy.clone(),
            resources: Vec::new(),
            authorizers: self.parts(&AUTHORIZERS, api_id, AUTHORIZER).await?,
            models: self.parts(&MODELS, api_id, MODEL).await?,
            validators: self.parts(&VALIDATORS, api_id, VALIDATOR).await?,
            gateway_responses: self.parts(&GATEWAY_RESPONSES, api_id, GATEWAY_RESPONSE).await?,
        })
    }
}
