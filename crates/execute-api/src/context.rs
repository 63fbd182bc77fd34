//! `$context`, as far as a request has come ("Variables for data transformations for API Gateway").

use mapping_template::ContextVariables;
use serde_json::{Map, Value};

use crate::api_key::Caller;
use crate::authorizer::Authorized;
use crate::error::GatewayError;
use crate::method_request::Exchange;
use crate::route_match::Matched;

/// What is known of a request at some point of its way.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The request.
    pub exchange: &'a Exchange,
    /// Its method, once found.
    pub matched: Option<&'a Matched<'a>>,
    /// Its caller, once admitted.
    pub caller: Option<&'a Caller>,
    /// How it ended, in gateway responses.
    pub error: Option<&'a GatewayError>,
    /// What the integration's service calls the call, once it answered (`$context.awsEndpointRequestId`).
    pub endpoint_request_id: Option<&'a str>,
}

/// The variables that are one text, for whole-object look-ups.
const SCALARS: &[&str] = &[
    "accountId",
    "apiId",
    "awsEndpointRequestId",
    "cipherSuite",
    "deploymentId",
    "domainName",
    "domainPrefix",
    "extendedRequestId",
    "httpMethod",
    "isCanaryRequest",
    "path",
    "protocol",
    "requestId",
    "requestTime",
    "requestTimeEpoch",
    "resourceId",
    "resourcePath",
    "stage",
    "tlsVersion",
    "xrayTraceId",
];
/// The variables of `$context.identity`.
const IDENTITY: &[&str] = &[
    "accessKey",
    "accountId",
    "apiKey",
    "apiKeyId",
    "caller",
    "clientCert",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "sourceIp",
    "user",
    "userAgent",
    "userArn",
    "vpcId",
    "vpceId",
];

impl<'a> Context<'a> {
    /// Of a request about which nothing else is known.
    pub const fn of(exchange: &'a Exchange) -> Self {
        Self { exchange, matched: None, caller: None, error: None, endpoint_request_id: None }
    }

    fn scalar(&self, name: &str) -> Option<Value> {
        let request = &self.exchange.request;
        let stage = &self.exchange.stage;
        Some(match name {
            "accountId" => text(stage.account.as_str()),
            "apiId" => text(&stage.api_id),
            "awsEndpointRequestId" => text(self.endpoint_request_id?),
            "xrayTraceId" => text(&self.exchange.trace.as_ref()?.root),
            "cipherSuite" => text(&request.handshake.as_ref()?.cipher_suite),
            "deploymentId" => text(&stage.deployment.id),
            "domainName" => text(&request.host),
            "domainPrefix" => text(request.host.split('.').next().unwrap_or_default()),
            "extendedRequestId" => text(&self.exchange.extended_request_id),
            "httpMethod" => text(&self.exchange.verb),
            "isCanaryRequest" => Value::Bool(self.is_canary()?),
            "path" => text(&self.full_path()),
            "protocol" => text(&request.protocol),
            "requestId" => text(&request.request_id),
            "requestTime" => text(&clf_date(request.received)),
            "requestTimeEpoch" => Value::from(request.received.ms()),
            "resourceId" => text(&self.matched?.resource.id),
            "resourcePath" => text(&self.matched?.resource.path),
            "stage" => text(&stage.stage),
            "tlsVersion" => text(request.handshake.as_ref()?.version_text()),
            _ => return None,
        })
    }

    /// Of stages with a canary alone, as the guide says.
    fn is_canary(&self) -> Option<bool> {
        let settings = &self.exchange.stage.settings;
        let is_canary = settings.release.is_canary();
        (is_canary || settings.canary.is_some()).then_some(is_canary)
    }

    /// A test has that of whoever tries the method.
    fn user_agent(&self) -> Option<Value> {
        match self.caller.map(|caller| &caller.authorized) {
            Some(Authorized::Tester { user_agent, .. }) => said(user_agent),
            _ => self.exchange.header("user-agent").map(|agent| text(&agent)),
        }
    }

    /// As the caller wrote it, but for the query.
    pub(crate) fn full_path(&self) -> String {
        let request = &self.exchange.request;
        match &request.custom_domain {
            None => format!("/{}{}", self.exchange.stage.stage, request.path),
            Some(domain) if domain.base_path.is_empty() => request.path.clone(),
            Some(domain) => format!("/{}{}", domain.base_path, request.path),
        }
    }

    /// What the client proved itself with under mutual TLS.
    fn client_certificate(&self, path: &[&str]) -> Option<Value> {
        let certificate = self.exchange.request.custom_domain.as_ref()?.client_certificate.as_ref()?;
        let validity = [("notBefore", &certificate.not_before), ("notAfter", &certificate.not_after)];
        let one = |(name, value): (&str, &String)| (name.to_owned(), text(value));
        let all = [
            ("clientCertPem", &certificate.pem),
            ("subjectDN", &certificate.subject),
            ("issuerDN", &certificate.issuer),
            ("serialNumber", &certificate.serial_number),
        ];
        match path {
            [] => {
                let mut object: Map<String, Value> = all.into_iter().map(one).collect();
                object.insert("validity".to_owned(), Value::Object(validity.into_iter().map(one).collect()));
                Some(Value::Object(object))
            }
            ["validity"] => Some(Value::Object(validity.into_iter().map(one).collect())),
            ["validity", name] => validity.into_iter().find(|(known, _)| known == name).map(|(_, value)| text(value)),
            [name] => all.into_iter().find(|(known, _)| known == name).map(|(_, value)| text(value)),
            _ => None,
        }
    }

    fn identity(&self, name: &str) -> Option<Value> {
        match name {
            "sourceIp" => Some(text(&self.exchange.request.source_ip)),
            "apiKey" => self.caller?.api_key.as_ref().map(|key| text(&key.value)),
            "apiKeyId" => self.caller?.api_key.as_ref().map(|key| text(&key.id)),
            "userAgent" => self.user_agent(),
            "vpcId" => Some(text(&self.exchange.request.through.as_ref()?.endpoint.vpc_id)),
            "vpceId" => Some(text(&self.exchange.request.through.as_ref()?.endpoint.id)),
            other => self.iam(other),
        }
    }

    /// `authorizer.claims` alone is null, as the guide says; a single claim is its text.
    fn authorizer(&self, path: &[&str]) -> Option<Value> {
        match (&self.caller?.authorized, path) {
            (Authorized::User { claims, .. }, ["claims", name]) => claims.get(*name).map(|value| text(value)),
            (Authorized::Lambda { answer, .. }, ["principalId"]) => Some(text(&answer.principal_id)),
            (Authorized::Lambda { latency_ms, .. }, ["integrationLatency"]) => Some(Value::from(*latency_ms)),
            (Authorized::Lambda { answer, .. }, [name]) => answer.context.get(*name).map(|value| text(value)),
            _ => None,
        }
    }

    /// What is known of a caller with AWS credentials.
    fn iam(&self, name: &str) -> Option<Value> {
        let (Authorized::Iam { identity, .. } | Authorized::Tester { identity, .. }) = &self.caller?.authorized else {
            return None;
        };
        let cognito = identity.cognito.as_ref();
        match name {
            "accountId" => said(&identity.account_id),
            "accessKey" => said(&identity.access_key),
            "caller" | "user" => said(&identity.user_id),
            "userArn" => said(&identity.user_arn),
            "cognitoIdentityId" => cognito.map(|cognito| text(&cognito.identity_id)),
            "cognitoIdentityPoolId" => cognito.map(|cognito| text(&cognito.identity_pool_id)),
            "cognitoAuthenticationType" => cognito.map(|cognito| text(&cognito.authentication_type)),
            "cognitoAuthenticationProvider" => cognito?.authentication_provider.as_deref().map(text),
            _ => None,
        }
    }

    fn error(&self, name: &str) -> Option<Value> {
        let error = self.error?;
        match name {
            "message" => error.message.as_deref().map(text),
            "messageString" => error.message.as_deref().map(|message| text(&text(message).to_string())),
            "validationErrorString" => error.validation.as_deref().map(text),
            "responseType" => Some(text(error.response_type.as_str())),
            _ => None,
        }
    }

    fn object(&self, names: &[&str], one: impl Fn(&str) -> Option<Value>) -> Value {
        let entries = names.iter().filter_map(|name| Some(((*name).to_owned(), one(name)?)));
        Value::Object(entries.collect::<Map<_, _>>())
    }
}

impl ContextVariables for Context<'_> {
    fn get(&self, path: &[&str]) -> Option<Value> {
        match path {
            [] => {
                let mut all = self.object(SCALARS, |name| self.scalar(name));
                if let (Value::Object(all), Some(identity)) = (&mut all, self.get(&["identity"])) {
                    all.insert("identity".to_owned(), identity);
                }
                Some(all)
            }
            ["identity"] => Some(self.object(IDENTITY, |name| self.get(&["identity", name]))),
            ["identity", "clientCert", rest @ ..] => self.client_certificate(rest),
            ["customDomain", "basePathMatched"] => {
                // Of the two that lead somewhere, the one that did.
                let domain = self.exchange.request.custom_domain.as_ref().filter(|domain| domain.rule_id.is_none());
                domain.map(|domain| text(&domain.base_path))
            }
            ["customDomain", "routingRuleIdMatched"] => {
                self.exchange.request.custom_domain.as_ref()?.rule_id.as_deref().map(text)
            }
            ["identity", name] => self.identity(name),
            ["authorizer", rest @ ..] => self.authorizer(rest),
            ["error", name] => self.error(name),
            [name] => self.scalar(name),
            _ => None,
        }
    }
}

/// `12/Mar/2026:19:03:58 +0000`.
fn clf_date(at: aws_types::Timestamp) -> String {
    // `Fri Jan 02 03:04:05 UTC 2026` bears the month's name at a fixed place.
    let month = at.java_date().get(4..7).unwrap_or_default().to_owned();
    let c = at.civil();
    format!("{:02}/{month}/{:04}:{:02}:{:02}:{:02} +0000", c.day, c.year, c.hour, c.minute, c.second)
}

/// What is empty is not known.
fn said(value: &str) -> Option<Value> {
    (!value.is_empty()).then(|| text(value))
}

fn text(value: &str) -> Value {
    Value::String(value.to_owned())
}
