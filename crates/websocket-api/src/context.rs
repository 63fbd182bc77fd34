//! `requestContext` of events, which is `$context` too ("$context, stage and authorizer variables for WebSocket APIs").

use aws_types::Timestamp;
use serde_json::{Map, Value, json};

use crate::connections::Connection;
use crate::plan::WebSocketApiPlan;
use crate::request::clf_date;

/// What a route is called for.
#[derive(Clone, Debug)]
pub(crate) enum Event<'a> {
    Connect,
    Message { id: &'a str, body: &'a Body },
    Disconnect { code: u16, reason: &'a str },
}

/// A message.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Text(String),
    Binary(bytes::Bytes),
}

/// One call of a route.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub plan: &'a WebSocketApiPlan,
    pub connection: &'a Connection,
    pub route_key: &'a str,
    pub event: &'a Event<'a>,
    pub request_id: &'a str,
    pub at: Timestamp,
}

impl Event<'_> {
    const fn name(&self) -> &'static str {
        match self {
            Self::Connect => "CONNECT",
            Self::Message { .. } => "MESSAGE",
            Self::Disconnect { .. } => "DISCONNECT",
        }
    }
}

impl Call<'_> {
    /// ARN of the route.
    pub fn arn(&self) -> String {
        let plan = self.plan;
        format!(
            "arn:aws:execute-api:{}:{}:{}/{}/{}",
            plan.region, plan.account, plan.api_id, plan.stage, self.route_key
        )
    }

    /// The message as text; nothing where there is none.
    pub fn text(&self) -> &str {
        match self.event {
            Event::Message { body: Body::Text(text), .. } => text,
            _ => "",
        }
    }

    /// `requestContext`
    pub fn context(&self) -> Value {
        let (plan, connection) = (self.plan, self.connection);
        let mut all = Map::new();
        let mut put = |name: &str, value: Value| {
            all.insert(name.to_owned(), value);
        };
        put("routeKey", json!(self.route_key));
        match self.event {
            Event::Connect => {}
            Event::Message { id, .. } => put("messageId", json!(id)),
            Event::Disconnect { code, reason } => {
                put("disconnectStatusCode", json!(code));
                put("disconnectReason", json!(reason));
            }
        }
        if let Some(authorizer) = &connection.authorizer {
            put("authorizer", authorizer.clone());
        }
        put("eventType", json!(self.event.name()));
        put("extendedRequestId", json!(self.request_id));
        put("requestTime", json!(clf_date(self.at)));
        put("messageDirection", json!("IN"));
        put("stage", json!(plan.stage));
        put("connectedAt", json!(connection.connected_at.ms()));
        put("requestTimeEpoch", json!(self.at.ms()));
        put("identity", self.identity());
        put("requestId", json!(self.request_id));
        put("domainName", json!(connection.handshake.host));
        put("connectionId", json!(connection.id));
        put("apiId", json!(plan.api_id));
        Value::Object(all)
    }

    fn identity(&self) -> Value {
        let connection = self.connection;
        let mut identity = Map::new();
        identity.insert("sourceIp".to_owned(), json!(connection.handshake.source_ip));
        if let Some(agent) = connection.handshake.header("user-agent") {
            identity.insert("userAgent".to_owned(), json!(agent));
        }
        if let Some(signer) = &connection.identity {
            let cognito = signer.cognito.as_ref();
            for (name, value) in [
                ("accountId", json!(signer.account_id)),
                ("accessKey", json!(signer.access_key)),
                ("caller", json!(signer.user_id)),
                ("user", json!(signer.user_id)),
                ("userArn", json!(signer.user_arn)),
                ("cognitoIdentityId", json!(cognito.map(|cognito| &cognito.identity_id))),
                ("cognitoIdentityPoolId", json!(cognito.map(|cognito| &cognito.identity_pool_id))),
                ("cognitoAuthenticationType", json!(cognito.map(|cognito| &cognito.authentication_type))),
                ("cognitoAuthenticationProvider", json!(cognito.map(|cognito| &cognito.authentication_provider))),
            ] {
                identity.insert(name.to_owned(), value);
            }
        }
        Value::Object(identity)
    }

    /// The event that a function is sent.
    pub fn proxy_event(&self) -> Value {
        let mut event = Map::new();
        let handshake = &self.connection.handshake;
        match self.event {
            Event::Connect => {
                let (single, multi) = handshake.headers_json();
                event.insert("headers".to_owned(), single);
                event.insert("multiValueHeaders".to_owned(), multi);
                self.add_query(&mut event);
            }
            Event::Disconnect { .. } => {
                let host = &handshake.host;
                let (none, multi) = (
                    json!({ "Host": host, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" }),
                    json!({ "Host": [host], "x-api-key": [""], "X-Forwarded-For": [""], "x-restapi": [""] }),
                );
                event.insert("headers".to_owned(), none);
                event.insert("multiValueHeaders".to_owned(), multi);
            }
            Event::Message { .. } => {}
        }
        self.add_variables(&mut event);
        event.insert("requestContext".to_owned(), self.context());
        let (body, encoded) = match self.event {
            Event::Message { body: Body::Text(text), .. } => (Some(text.clone()), false),
            Event::Message { body: Body::Binary(bytes), .. } => {
                use base64::Engine as _;
                (Some(base64::engine::general_purpose::STANDARD.encode(bytes)), true)
            }
            _ => (None, false),
        };
        if let Some(body) = body {
            event.insert("body".to_owned(), json!(body));
        }
        event.insert("isBase64Encoded".to_owned(), json!(encoded));
        Value::Object(event)
    }

    /// The event that an authorizer is sent.
    pub fn authorizer_event(&self) -> Value {
        let mut event = Map::new();
        event.insert("type".to_owned(), json!("REQUEST"));
        event.insert("methodArn".to_owned(), json!(self.arn()));
        let (single, multi) = self.connection.handshake.headers_json();
        event.insert("headers".to_owned(), single);
        event.insert("multiValueHeaders".to_owned(), multi);
        let (query, multi) = self.connection.handshake.query_json().unwrap_or_else(|| (json!({}), json!({})));
        event.insert("queryStringParameters".to_owned(), query);
        event.insert("multiValueQueryStringParameters".to_owned(), multi);
        event.insert("stageVariables".to_owned(), json!(self.plan.variables));
        event.insert("requestContext".to_owned(), self.context());
        Value::Object(event)
    }

    fn add_query(&self, event: &mut Map<String, Value>) {
        if let Some((single, multi)) = self.connection.handshake.query_json() {
            event.insert("queryStringParameters".to_owned(), single);
            event.insert("multiValueQueryStringParameters".to_owned(), multi);
        }
    }

    fn add_variables(&self, event: &mut Map<String, Value>) {
        if !self.plan.variables.is_empty() {
            event.insert("stageVariables".to_owned(), json!(self.plan.variables));
        }
    }
}
