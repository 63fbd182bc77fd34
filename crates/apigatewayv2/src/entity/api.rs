//! HTTP and WebSocket APIs.

use aws_types::Timestamp;
use model_apigatewayv2 as model;
use serde::{Deserialize, Serialize};

use super::{TextMap, moment, shown};

/// What an API speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Protocol {
    /// HTTP.
    #[default]
    Http,
    /// WebSocket.
    WebSocket,
}

impl Protocol {
    /// As AWS writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "HTTP",
            Self::WebSocket => "WEBSOCKET",
        }
    }
}

/// An API.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Api {
    /// Ten letters and digits.
    pub id: String,
    /// Whose it is.
    pub account: String,
    /// Where it is.
    pub region: String,
    /// Not unique.
    pub name: String,
    /// What it speaks.
    pub protocol: Protocol,
    /// Free text.
    pub description: Option<String>,
    /// Free text.
    pub version: Option<String>,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// What of a request names its route.
    pub route_selection_expression: String,
    /// Where a request has its key.
    pub api_key_selection_expression: String,
    /// What browsers are told; HTTP APIs alone.
    #[serde(default)]
    pub cors: Option<model::Cors>,
    /// Models are kept as they are; WebSocket APIs alone.
    #[serde(default)]
    pub disable_schema_validation: Option<bool>,
    /// Whether the default endpoint is closed.
    #[serde(default)]
    pub disable_execute_api_endpoint: bool,
    /// `ipv4` or `dualstack`.
    pub ip_address_type: String,
    /// Made by quick create.
    #[serde(default)]
    pub managed: bool,
    /// What the last import had to say.
    #[serde(default)]
    pub import_info: Vec<String>,
    /// What the last import left out.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// Names and values.
    #[serde(default)]
    pub tags: TextMap,
    /// Raised by every change of what deployments freeze.
    #[serde(default)]
    pub revision: u64,
}

impl Api {
    /// As AWS shows it. `base_url` is what clients reach the server by.
    pub fn output(&self, base_url: &str) -> model::Api {
        model::Api {
            api_endpoint: Some(self.endpoint(base_url)),
            api_gateway_managed: self.managed.then_some(true),
            api_id: Some(self.id.clone()),
            api_key_selection_expression: Some(self.api_key_selection_expression.clone()),
            cors_configuration: self.cors.clone(),
            created_date: Some(self.created),
            description: self.description.clone(),
            disable_schema_validation: self.disable_schema_validation,
            disable_execute_api_endpoint: Some(self.disable_execute_api_endpoint),
            import_info: Some(self.import_info.clone()).filter(|info| !info.is_empty()),
            ip_address_type: model::IpAddressType::parse(&self.ip_address_type),
            name: Some(self.name.clone()),
            protocol_type: model::ProtocolType::parse(self.protocol.as_str()),
            route_selection_expression: Some(self.route_selection_expression.clone()),
            tags: shown(&self.tags),
            version: self.version.clone(),
            warnings: Some(self.warnings.clone()).filter(|warnings| !warnings.is_empty()),
        }
    }

    /// Where it is called, without a stage. It needs no name service: the API stands in the path.
    pub fn endpoint(&self, base_url: &str) -> String {
        let base = match (self.protocol, base_url.split_once("://")) {
            (Protocol::WebSocket, Some(("https", rest))) => format!("wss://{rest}"),
            (Protocol::WebSocket, Some((_, rest))) => format!("ws://{rest}"),
            _ => base_url.to_owned(),
        };
        format!("{base}/_aws/execute-api/{}", self.id)
    }

    /// Its ARN, by which it is tagged.
    pub fn arn(&self) -> String {
        format!("arn:aws:apigateway:{}::/apis/{}", self.region, self.id)
    }

    /// Whether it is an HTTP API.
    pub fn is_http(&self) -> bool {
        self.protocol == Protocol::Http
    }
}
