//! What integrations call besides HTTP endpoints, and how their payloads are turned.

use std::sync::Arc;

use crate::catalogue::HttpMethod;
use crate::json_schema::Schema;
use crate::uri_template::UriTemplate;

/// How an endpoint is reached (`connectionType`).
#[derive(Clone, Debug, Default)]
pub enum Connection {
    /// By its own name (`INTERNET`).
    #[default]
    Internet,
    /// Through a VPC link (`VPC_LINK`), by its id, which a stage variable may give.
    VpcLink(UriTemplate),
    /// To a load balancer through a VPC link of version 2 (`integrationTarget`). Such a request bears the stage before its
    /// path.
    LoadBalancer {
        /// The link's id, which a stage variable may give.
        link: UriTemplate,
        /// The load balancer's or its listener's ARN.
        target: String,
    },
}

/// How an answer comes to the caller (`responseTransferMode`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TransferMode {
    /// When all of it is there.
    #[default]
    Buffered,
    /// As it comes: of `HTTP_PROXY` and `AWS_PROXY` alone.
    Stream,
}

/// On whose behalf a service is called (`credentials`).
#[derive(Clone, Debug, Default)]
pub enum Credentials {
    /// API Gateway's own: what is called decides by its resource policy.
    #[default]
    None,
    /// A role that API Gateway assumes; a stage variable may be a part of its ARN.
    Role(UriTemplate),
    /// The caller's own (`arn:aws:iam::*:user/*`).
    Caller,
}

/// A Lambda function.
#[derive(Clone, Debug)]
pub struct LambdaTarget {
    /// Its ARN, which stage variables may complete.
    pub function: UriTemplate,
    /// The verb of the invocation: anything but `POST` fails, as at AWS.
    pub method: HttpMethod,
    /// Whom the function's policy must let in.
    pub credentials: Credentials,
    /// How long it may take, in milliseconds.
    pub timeout_ms: u64,
}

/// An operation of an AWS service.
#[derive(Clone, Debug)]
pub struct ServiceTarget {
    /// `s3`.
    pub service: String,
    /// Where it is.
    pub region: String,
    /// What is called.
    pub call: ServiceCallKind,
    /// The verb of the call.
    pub method: HttpMethod,
    /// Who calls.
    pub credentials: Credentials,
    /// How long it may take, in milliseconds.
    pub timeout_ms: u64,
}

/// The last part of `arn:aws:apigateway:{region}:{service}:path/…` or `…:action/…`.
#[derive(Clone, Debug)]
pub enum ServiceCallKind {
    /// A path as the service's own HTTP interface has it, behind a host of no meaning.
    Path(UriTemplate),
    /// An operation by name.
    Action(String),
}

/// How a payload is turned (`contentHandling`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentHandling {
    /// Text is base64 of bytes.
    ConvertToBinary,
    /// Bytes become base64.
    ConvertToText,
}

impl ContentHandling {
    /// By its name on the wire.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "CONVERT_TO_BINARY" => Some(Self::ConvertToBinary),
            "CONVERT_TO_TEXT" => Some(Self::ConvertToText),
            _ => None,
        }
    }
}

/// Media types whose bodies are bytes (`binaryMediaTypes`).
#[derive(Clone, Debug, Default)]
pub struct BinaryMediaTypes(Vec<String>);

impl BinaryMediaTypes {
    /// Of an API.
    pub fn new<'a>(types: impl IntoIterator<Item = &'a str>) -> Self {
        Self(types.into_iter().map(str::to_ascii_lowercase).collect())
    }

    /// Whether a media type is one of them; parameters do not count.
    pub fn matches(&self, media_type: &str) -> bool {
        let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        self.0.iter().any(|known| {
            let ranged = known
                .strip_suffix("/*")
                .is_some_and(|kind| kind == "*" || media_type.split_once('/').is_some_and(|(given, _)| given == kind));
            ranged || *known == media_type
        })
    }
}

/// The models that a validator holds bodies against.
#[derive(Clone, Debug, Default)]
pub struct BodyModels(pub Vec<(String, Arc<Schema>)>);

impl BodyModels {
    /// The schema for a media type: its own, else that of `$default`.
    pub fn get(&self, media_type: &str) -> Option<&Schema> {
        let by = |wanted: &str| self.0.iter().find(|(key, _)| key == wanted).map(|(_, schema)| schema.as_ref());
        by(media_type).or_else(|| by("$default"))
    }
}
