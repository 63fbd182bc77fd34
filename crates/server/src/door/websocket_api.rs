//! WebSocket APIs that run here: handshakes, and the management API under `/@connections`.

use async_trait::async_trait;
use aws_types::AwsError;
use execute_api::ports::{IamCaller, IamCallers, IamIdentity, IamQuestion, IamVerdict};
use http::{Response, StatusCode};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use percent_encoding::percent_decode_str;
use sigv4::{SigError, SignedRequest};
use std::sync::Arc;
use std::time::Duration;
use websocket_api::{Handshake, MAX_MESSAGE_BYTES, ManagementCall, Session};
use world::Clock as _;

use super::execute_api::unreadable;
use crate::app::{App, Arrival};
use crate::body::{BodyError, RequestBody, ResponseBody, read, whole};

/// What precedes a connection's id in a path.
const CONNECTIONS: &str = "/@connections/";
/// A connection must be there so soon after its handshake was answered.
const UPGRADE_TIME: Duration = Duration::from_secs(10);

/// Where a request goes: API, stage, and what of the path is left.
pub struct To {
    /// The API.
    pub api: String,
    /// The stage.
    pub stage: String,
    /// Begins with a slash.
    pub path: String,
    /// It came by a custom domain name.
    pub by_domain: bool,
}

/// Answers a request to a WebSocket API.
pub async fn answer(app: &App, arrival: Arrival, body: RequestBody, to: To) -> Response<ResponseBody> {
    match to.path.strip_prefix(CONNECTIONS) {
        Some(id) => {
            let id = percent_decode_str(id).decode_utf8_lossy().into_owned();
            manage(app, &arrival, body, (to, id)).await
        }
        None => shake(app, arrival, to).await,
    }
}

async fn shake(app: &App, mut arrival: Arrival, to: To) -> Response<ResponseBody> {
    let upgrade = arrival.parts.extensions.remove::<OnUpgrade>();
    // HTTP/2 has another way to open them, which is not spoken here; nothing may be told of a connection that can't be.
    if upgrade.is_none() && arrival.parts.headers.contains_key(http::header::SEC_WEBSOCKET_KEY) {
        return upgrade_required();
    }
    let handshake = Handshake {
        api_id: to.api,
        stage: to.stage,
        path: to.path,
        by_domain: to.by_domain,
        query: arrival.parts.uri.query().unwrap_or_default().to_owned(),
        signed_path: arrival.parts.uri.path().to_owned(),
        authority: arrival.parts.uri.authority().map(|name| name.as_str().to_owned()).unwrap_or_default(),
        host: arrival.host.as_ref().map(|host| host.as_str().to_owned()).unwrap_or_default(),
        source_ip: arrival.peer.ip(),
        secure: arrival.peer.secure,
        received: app.clock.now(),
        method: arrival.parts.method,
        headers: arrival.parts.headers,
    };
    match app.rooms.web_sockets.handshake(handshake).await {
        Err(refusal) => refusal.map(whole),
        Ok(mut session) => {
            let head = session.head();
            match upgrade {
                Some(upgrade) => {
                    world::spawn("websocket", serve(session, upgrade));
                    head.map(whole)
                }
                None => upgrade_required(),
            }
        }
    }
}

fn upgrade_required() -> Response<ResponseBody> {
    crate::app::text(StatusCode::UPGRADE_REQUIRED, "application/json", "{\"message\":\"Upgrade Required\"}")
}

async fn serve(session: Session, upgrade: OnUpgrade) {
    match tokio::time::timeout(UPGRADE_TIME, upgrade).await {
        Ok(Ok(stream)) => session.run(TokioIo::new(stream)).await,
        Ok(Err(error)) => tracing::debug!(%error, "a connection was not opened"),
        Err(_) => tracing::debug!("a connection was not opened in time"),
    }
}

async fn manage(app: &App, arrival: &Arrival, body: RequestBody, (to, id): (To, String)) -> Response<ResponseBody> {
    // One byte more than may be, so that the room can say that it is too much.
    let body = match read(body, MAX_MESSAGE_BYTES + 1).await {
        Ok(bytes) => bytes,
        Err(BodyError::TooLarge) => return too_large(),
        Err(error) => return unreadable(error),
    };
    let call = ManagementCall {
        api_id: to.api,
        stage: to.stage,
        connection_id: id,
        by_domain: to.by_domain,
        method: arrival.parts.method.clone(),
        signed_path: arrival.parts.uri.path().to_owned(),
        query: arrival.parts.uri.query().unwrap_or_default().to_owned(),
        authority: arrival.parts.uri.authority().map(|name| name.as_str().to_owned()).unwrap_or_default(),
        headers: arrival.parts.headers.clone(),
        body,
        source_ip: arrival.peer.ip(),
        secure: arrival.peer.secure,
    };
    app.rooms.web_sockets.manage(call, &Callers { app, arrival }).await.map(whole)
}

fn too_large() -> Response<ResponseBody> {
    let mut response =
        crate::app::text(StatusCode::PAYLOAD_TOO_LARGE, "application/json", "{\"message\":\"Message too long\"}");
    let name = http::HeaderValue::from_static("PayloadTooLargeException");
    response.headers_mut().insert("x-amzn-errortype", name);
    response
}

/// Who calls the management API. It is an AWS API like others: in local mode an unknown key acts as the account's root.
struct Callers<'a> {
    app: &'a App,
    arrival: &'a Arrival,
}

#[async_trait]
impl IamCallers for Callers<'_> {
    async fn prove(&self, request: &SignedRequest<'_>) -> Result<Arc<dyn IamCaller>, SigError> {
        let proven = self.app.rooms.gateway.doors().callers.prove(request).await;
        let Err(SigError::UnknownKey { access_key_id }) = &proven else { return proven };
        if self.app.access.stands_in_for_root(self.app, self.arrival, access_key_id).await {
            return Ok(Arc::new(Root(Arc::default())));
        }
        proven
    }
}

/// The root of local mode: it may everything.
struct Root(Arc<IamIdentity>);

#[async_trait]
impl IamCaller for Root {
    fn identity(&self) -> &Arc<IamIdentity> {
        &self.0
    }

    async fn may(&self, _: &IamQuestion<'_>) -> Result<IamVerdict, AwsError> {
        Ok(IamVerdict::default())
    }
}
