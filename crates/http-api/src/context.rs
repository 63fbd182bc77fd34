//! `$context`, as far as a request has come ("Customizing HTTP API access logs", "Transforming API requests and responses").

use execute_api::ports::IamIdentity;
use serde_json::{Map, Value};

use crate::authorizer::{Authorized, claim_text};
use crate::error::Refusal;
use crate::plan::RoutePlan;
use crate::request::Exchange;
use crate::router::PathParameter;

/// A route that is found.
pub(crate) struct Routed<'e> {
    pub route: &'e RoutePlan,
    pub parameters: Vec<PathParameter>,
}

/// What the integration did.
#[derive(Clone, Debug, Default)]
pub(crate) struct IntegrationFacts {
    /// In microseconds, where one was called.
    pub latency_us: Option<u64>,
    /// What the endpoint or the function itself answered, where it did.
    pub status: Option<u16>,
    /// What the called service answered: the endpoint, or Lambda.
    pub service_status: Option<u16>,
    /// Its own id of the request, where it gave one.
    pub request_id: Option<String>,
}

/// What is known of a request at some point of its way.
pub(crate) struct Progress<'e> {
    pub exchange: &'e Exchange,
    pub routed: Option<Routed<'e>>,
    pub authorized: Authorized,
    /// How long the authorizer took, in microseconds, where there is one.
    pub authorizer_latency_us: Option<u64>,
    pub integration: IntegrationFacts,
    pub refusal: Option<Refusal>,
}

impl<'e> Progress<'e> {
    pub(crate) fn of(exchange: &'e Exchange) -> Self {
        Self {
            exchange,
            routed: None,
            authorized: Authorized::Anyone,
            authorizer_latency_us: None,
            integration: IntegrationFacts::default(),
            refusal: None,
        }
    }

    pub(crate) fn route_key(&self) -> Option<&'e str> {
        self.routed.as_ref().map(|routed| routed.route.key_text.as_str())
    }

    pub(crate) fn parameters(&self) -> &[PathParameter] {
        self.routed.as_ref().map_or(&[], |routed| &routed.parameters)
    }

    /// A variable's value.
    pub(crate) fn get(&self, path: &[&str]) -> Option<Value> {
        match path {
            ["identity", "clientCert", rest @ ..] => self.client_certificate(rest),
            ["identity", name] => self.identity(name),
            ["authorizer", rest @ ..] => self.authorizer(rest),
            ["error", name] => self.error(name),
            ["integration", name] => self.integration(name),
            ["customDomain", "basePathMatched"] => self.exchange.domain.as_ref().map(|domain| text(&domain.key)),
            ["integrationLatency"] => self.integration("latency"),
            ["integrationStatus"] => self.integration("integrationStatus"),
            ["integrationErrorMessage"] => self.integration("error"),
            ["awsEndpointRequestId"] => self.integration("requestId"),
            [name] => self.scalar(name),
            _ => None,
        }
    }

    fn scalar(&self, name: &str) -> Option<Value> {
        let (exchange, plan) = (self.exchange, &self.exchange.stage.plan);
        let request = &exchange.request;
        Some(match name {
            "accountId" => text(plan.account.as_str()),
            "apiId" => text(&plan.api_id),
            "domainName" => text(&request.host),
            "domainPrefix" => text(request.host.split('.').next().unwrap_or_default()),
            "extendedRequestId" | "requestId" => text(&exchange.request_id),
            "httpMethod" => text(request.method.as_str()),
            "path" => text(&request.raw_path),
            "protocol" => text(&request.protocol),
            "requestTime" => text(&clf_date(request.received)),
            "requestTimeEpoch" => Value::from(request.received.ms()),
            "routeKey" => text(self.route_key()?),
            "stage" => text(&plan.stage),
            _ => return None,
        })
    }

    fn identity(&self, name: &str) -> Option<Value> {
        match name {
            "sourceIp" => Some(text(&self.exchange.request.source_ip)),
            "userAgent" => self.exchange.header("user-agent").map(|agent| text(&agent)),
            other => iam(self.authorized.iam()?, other),
        }
    }

    /// What the client proved itself with under mutual TLS.
    pub(crate) fn client_certificate(&self, path: &[&str]) -> Option<Value> {
        let certificate = self.exchange.domain.as_ref()?.client_certificate.as_ref()?;
        let validity = [("notBefore", &certificate.not_before), ("notAfter", &certificate.not_after)];
        let all = [
            ("clientCertPem", &certificate.pem),
            ("subjectDN", &certificate.subject),
            ("issuerDN", &certificate.issuer),
            ("serialNumber", &certificate.serial_number),
        ];
        let object = |entries: &[(&str, &String)]| -> Map<String, Value> {
            entries.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect()
        };
        match path {
            [] => {
                let mut whole = object(&all);
                whole.insert("validity".to_owned(), Value::Object(object(&validity)));
                Some(Value::Object(whole))
            }
            ["validity", name] => validity.iter().find(|(known, _)| known == name).map(|(_, value)| text(value)),
            [name] => all.iter().find(|(known, _)| known == name).map(|(_, value)| text(value)),
            _ => None,
        }
    }

    fn authorizer(&self, path: &[&str]) -> Option<Value> {
        let refused = self.refusal.as_ref().filter(|_| self.authorizer_latency_us.is_some());
        let refused = refused.filter(|refusal| refusal.step == execute_api::explain::Step::Authorization);
        match (&self.authorized, path) {
            (_, ["error"]) => refused.map(|refusal| text(&refusal.reason)),
            (_, ["status"]) => {
                self.authorizer_latency_us?;
                Some(Value::from(refused.map_or(200, Refusal::status)))
            }
            (_, ["latency" | "integrationLatency"]) => Some(Value::from(self.authorizer_latency_us? / 1000)),
            (Authorized::Jwt { claims, .. }, ["claims", name]) => {
                claims.get(name).map(|value| Value::from(claim_text(value)))
            }
            (Authorized::Lambda(admission), ["principalId"]) => admission.principal_id.as_deref().map(text),
            (Authorized::Lambda(admission), [first, rest @ ..]) => {
                let mut value = admission.context.get(*first)?;
                for name in rest {
                    value = value.get(name)?;
                }
                Some(value.clone())
            }
            _ => None,
        }
    }

    fn error(&self, name: &str) -> Option<Value> {
        let refusal = self.refusal.as_ref()?;
        match name {
            "message" => Some(text(refusal.message())),
            "messageString" => Some(text(&text(refusal.message()).to_string())),
            "responseType" => Some(text(refusal.response_type())),
            _ => None,
        }
    }

    fn integration(&self, name: &str) -> Option<Value> {
        let facts = &self.integration;
        Some(match name {
            "latency" => Value::from(facts.latency_us? / 1000),
            "status" => Value::from(facts.status?),
            "integrationStatus" => Value::from(facts.service_status?),
            "requestId" => text(facts.request_id.as_ref()?),
            "error" => {
                let refusal = self.refusal.as_ref();
                text(&refusal.filter(|refusal| refusal.step == execute_api::explain::Step::Integration)?.reason)
            }
            _ => return None,
        })
    }
}

/// What is known of a caller with AWS credentials.
fn iam(identity: &IamIdentity, name: &str) -> Option<Value> {
    let cognito = identity.cognito.as_ref();
    match name {
        "accountId" => Some(text(&identity.account_id)),
        "accessKey" => Some(text(&identity.access_key)),
        "caller" | "user" => Some(text(&identity.user_id)),
        "userArn" => Some(text(&identity.user_arn)),
        "cognitoIdentityId" => cognito.map(|cognito| text(&cognito.identity_id)),
        "cognitoIdentityPoolId" => cognito.map(|cognito| text(&cognito.identity_pool_id)),
        "cognitoAuthenticationType" => cognito.map(|cognito| text(&cognito.authentication_type)),
        "cognitoAuthenticationProvider" => cognito?.authentication_provider.as_deref().map(text),
        _ => None,
    }
}

/// `12/Mar/2026:19:03:58 +0000`.
pub(crate) fn clf_date(at: aws_types::Timestamp) -> String {
    // `Fri Jan 02 03:04:05 UTC 2026` bears the month's name at a fixed place.
    let month = at.java_date().get(4..7).unwrap_or_default().to_owned();
    let c = at.civil();
    format!("{:02}/{month}/{:04}:{:02}:{:02}:{:02} +0000", c.day, c.year, c.hour, c.minute, c.second)
}

pub(crate) fn text(value: &str) -> Value {
    Value::String(value.to_owned())
}
