//! A definition at one moment: what a deployment freezes and what is compiled.

use serde::{Deserialize, Serialize};

use crate::ApiGateway;
use crate::entity::{Authorizer, GatewayResponse, RequestValidator, Resource, RestApi};
use crate::error::Result;
use crate::table::{
    AUTHORIZER, AUTHORIZERS, GATEWAY_RESPONSE, GATEWAY_RESPONSES, RESOURCE, RESOURCES, VALIDATOR, VALIDATORS,
};

/// All that the gateway needs of an API.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Snapshot {
    /// `HEADER` where empty.
    #[serde(default)]
    pub api_key_source: String,
    /// With methods and integrations.
    pub resources: Vec<Resource>,
    /// Authorizers.
    pub authorizers: Vec<Authorizer>,
    /// Request validators.
    pub validators: Vec<RequestValidator>,
    /// Restyled gateway responses.
    pub gateway_responses: Vec<GatewayResponse>,
}

impl ApiGateway {
    /// The definition as it stands.
    pub(crate) async fn snapshot(&self, api: &RestApi) -> Result<Snapshot> {
        let resources = self.parts(&RESOURCES, &api.id, RESOURCE).await?;
        let api_key_source = api.api_key_source.clone();
        Ok(Snapshot { api_key_source, resources, ..self.snapshot_without_resources(&api.id).await? })
    }

    /// The definition without its resources, for testing one of them.
    pub(crate) async fn snapshot_without_resources(&self, api_id: &str) -> Result<Snapshot> {
        Ok(Snapshot {
            api_key_source: String::new(),
            resources: Vec::new(),
            authorizers: self.parts(&AUTHORIZERS, api_id, AUTHORIZER).await?,
            validators: self.parts(&VALIDATORS, api_id, VALIDATOR).await?,
            gateway_responses: self.parts(&GATEWAY_RESPONSES, api_id, GATEWAY_RESPONSE).await?,
        })
    }
}
