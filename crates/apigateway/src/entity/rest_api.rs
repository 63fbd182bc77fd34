//! REST APIs.

use aws_types::Timestamp;
use model_apigateway as model;
use serde::{Deserialize, Serialize};

use super::{TextMap, moment};

/// An API.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RestApi {
    /// Ten letters and digits.
    pub id: String,
    /// Whose it is.
    pub account: String,
    /// Where it is.
    pub region: String,
    /// Not unique.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// Free text.
    pub version: Option<String>,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// `HEADER`.
    pub api_key_source: String,
    /// The resource policy, its short forms written out.
    #[serde(default)]
    pub policy: Option<String>,
    /// Endpoints that a private API has names for.
    #[serde(default)]
    pub vpc_endpoint_ids: Vec<String>,
    /// `EDGE` or `REGIONAL`, which are served alike, or `PRIVATE`.
    pub endpoint_type: String,
    /// `ipv4` or `dualstack`.
    pub ip_address_type: String,
    /// `SecurityPolicy_TLS13_1_3_2025_09`; without one the endpoint type's own stands.
    #[serde(default)]
    pub security_policy: Option<String>,
    /// `BASIC`, `STRICT`; none under a legacy policy.
    #[serde(default)]
    pub endpoint_access_mode: Option<String>,
    /// Whether the default endpoint is closed.
    pub disable_execute_api_endpoint: bool,
    /// Media types whose bodies are bytes.
    pub binary_media_types: Vec<String>,
    /// Answers of so many bytes and more are packed.
    #[serde(default)]
    pub minimum_compression_size: Option<i32>,
    /// `/`.
    pub root_resource_id: String,
    /// Names and values.
    pub tags: TextMap,
    /// Bounded by [`RestApi::MAX_RESOURCES`].
    pub resource_count: usize,
}

impl RestApi {
    /// AWS's quota of 300 may be raised there; here it is this from the start.
    pub const MAX_RESOURCES: usize = 10_000;

    /// The security policy in force ("Default security policies").
    pub fn security_policy(&self) -> &str {
        let own = if self.endpoint_type == "PRIVATE" { "TLS_1_2" } else { "TLS_1_0" };
        self.security_policy.as_deref().unwrap_or(own)
    }

    /// As AWS shows it.
    pub fn output(&self) -> model::RestApi {
        model::RestApi {
            id: Some(self.id.clone()),
            name: Some(self.name.clone()),
            description: self.description.clone(),
            version: self.version.clone(),
            created_date: Some(self.created),
            api_key_source: model::ApiKeySourceType::parse(&self.api_key_source),
            endpoint_configuration: Some(model::EndpointConfiguration {
                types: model::EndpointType::parse(&self.endpoint_type).map(|kind| vec![kind]),
                ip_address_type: model::IpAddressType::parse(&self.ip_address_type),
                vpc_endpoint_ids: Some(self.vpc_endpoint_ids.clone()).filter(|ids| !ids.is_empty()),
            }),
            policy: self.policy.as_deref().map(crate::access::shown_policy),
            disable_execute_api_endpoint: Some(self.disable_execute_api_endpoint),
            binary_media_types: Some(self.binary_media_types.clone()).filter(|types| !types.is_empty()),
            minimum_compression_size: self.minimum_compression_size,
            root_resource_id: Some(self.root_resource_id.clone()),
            tags: Some(self.tags.clone()).filter(|tags| !tags.is_empty()),
            security_policy: model::SecurityPolicy::parse(self.security_policy()),
            endpoint_access_mode: self.endpoint_access_mode.as_deref().and_then(model::EndpointAccessMode::parse),
            api_status: Some(model::ApiStatus::Available),
            ..model::RestApi::default()
        }
    }
}
