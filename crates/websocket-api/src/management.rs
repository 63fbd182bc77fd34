//! `@connections` ("Use @connections commands in your backend service"; API reference of the management API, 2018-11-29).

use bytes::Bytes;
use execute_api::ports::{IamCallers, IamQuestion};
use http::{HeaderMap, Method, Response};
use serde_json::json;
use sigv4::{BodyHash, SignedRequest};

use crate::connections::{Connection, Outgoing, Unsent};
use crate::error::{answer, management_error};
use crate::gateway::WebSocketApis;
use crate::request::{is_id, signed_headers};
use crate::session::MAX_MESSAGE_BYTES;

/// A call of the management API.
#[derive(Clone, Debug)]
pub struct ManagementCall {
    /// The API.
    pub api_id: String,
    /// The stage.
    pub stage: String,
    /// The connection, decoded.
    pub connection_id: String,
    /// `POST`, `GET`, `DELETE`.
    pub method: Method,
    /// The path of the request line as the caller sent and signed it.
    pub signed_path: String,
    /// After the `?`.
    pub query: String,
    /// `Host` with its port, where the request line has it.
    pub authority: String,
    /// As received.
    pub headers: HeaderMap,
    /// The message.
    pub body: Bytes,
    /// Address of the peer, without port.
    pub source_ip: String,
    /// Over TLS.
    pub secure: bool,
    /// It came by a custom domain name.
    pub by_domain: bool,
}

impl WebSocketApis {
    /// Answers a call. Whoever signed is judged by `callers` and by what policies say of `execute-api:ManageConnections`.
    pub async fn manage(&self, call: ManagementCall, callers: &dyn IamCallers) -> Response<Bytes> {
        let plans = self.plans();
        let (api, name) = (call.api_id.as_str(), call.stage.as_str());
        let stage = if call.by_domain { plans.stage_behind_domain(api, name) } else { plans.stage(api, name) };
        let Some(stage) = stage else { return forbidden() };
        let account = &stage.plan.account;
        let arn = format!(
            "arn:aws:execute-api:{}:{account}:{}/{}/{}/@connections/{}",
            stage.plan.region, stage.plan.api_id, stage.plan.stage, call.method, call.connection_id
        );
        if let Err(refused) = authorize(&call, callers, (account, &arn)).await {
            return refused;
        }
        if !is_id(&call.connection_id) {
            let message = format!("Invalid connectionId: {:.64}", call.connection_id);
            return management_error(400, "BadRequestException", &message);
        }
        let Some(connection) = self.0.connections.get((api, name), &call.connection_id) else { return gone() };
        match call.method {
            Method::POST => self.post(&connection, call.body),
            Method::GET => answer(200, described(&connection)),
            Method::DELETE => match connection.send(Outgoing::Close(1000, "Connection Closed Normally")) {
                Ok(()) | Err(Unsent::Gone) => answer(204, ""),
                Err(Unsent::Full) => busy(),
            },
            _ => management_error(405, "MethodNotAllowedException", "Method Not Allowed"),
        }
    }

    fn post(&self, connection: &Connection, body: Bytes) -> Response<Bytes> {
        if body.len() > MAX_MESSAGE_BYTES {
            return management_error(413, "PayloadTooLargeException", "Message too long");
        }
        let outgoing = match std::str::from_utf8(&body) {
            Ok(text) => Outgoing::Text(text.to_owned()),
            Err(_) => Outgoing::Binary(body),
        };
        match connection.send(outgoing) {
            Ok(()) => answer(200, ""),
            Err(Unsent::Gone) => gone(),
            Err(Unsent::Full) => busy(),
        }
    }
}

async fn authorize(
    call: &ManagementCall,
    callers: &dyn IamCallers,
    (account, arn): (&aws_types::AccountId, &str),
) -> Result<(), Response<Bytes>> {
    let headers = signed_headers(&call.headers, &call.authority);
    let request = SignedRequest {
        method: call.method.as_str(),
        path: &call.signed_path,
        query: &call.query,
        headers: &headers,
        body: BodyHash::Bytes(&call.body),
    };
    let caller = callers.prove(&request).await.map_err(|error| {
        let error = error.to_aws(sigv4::Dialect::ExecuteApi);
        let mut response = management_error(error.status, "ForbiddenException", &error.message);
        if let Ok(code) = http::HeaderValue::from_str(&error.code) {
            response.headers_mut().insert("x-amzn-errortype", code);
        }
        response
    })?;
    let keys = [("aws:SourceIp", call.source_ip.clone()), ("aws:SecureTransport", call.secure.to_string())];
    let question = IamQuestion {
        action: "execute-api:ManageConnections",
        resource: arn,
        keys: &keys,
        policy: None,
        owner: account,
        vpc_endpoint: None,
    };
    match caller.may(&question).await {
        Ok(verdict) if verdict.denial.is_none() => Ok(()),
        Ok(verdict) => Err(management_error(403, "ForbiddenException", &verdict.denial.unwrap_or_default())),
        Err(error) => {
            tracing::error!(?error, "policies could not be read");
            Err(management_error(500, "InternalServerErrorException", "Internal server error"))
        }
    }
}

fn described(connection: &Connection) -> String {
    json!({
        "connectedAt": connection.connected_at.iso8601(),
        "identity": {
            "sourceIp": connection.handshake.source_ip,
            "userAgent": connection.handshake.header("user-agent").unwrap_or_default(),
        },
        "lastActiveAt": connection.last_active().iso8601(),
    })
    .to_string()
}

fn forbidden() -> Response<Bytes> {
    management_error(403, "ForbiddenException", "Forbidden")
}

fn gone() -> Response<Bytes> {
    management_error(410, "GoneException", "Gone")
}

fn busy() -> Response<Bytes> {
    management_error(429, "LimitExceededException", "The client does not take its messages")
}
