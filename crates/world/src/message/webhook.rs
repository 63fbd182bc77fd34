//! Text messages through a webhook: what sends them is somebody else's, told by one signed POST a message.
//!
//! The body is JSON: `{"to","message","pool","user","time"}`, and `"sns": {"callerArn","externalId","region"}` where the pool
//! names whom its text messages are sent by. `x-portcullis-timestamp` is `time` in seconds and
//! `x-portcullis-signature` is `v1=` and the hex HMAC-SHA256, under the shared secret, of timestamp, a full stop, and
//! the body. A second try bears the same signature, by which a receiver can tell it.

use std::sync::Arc;

use async_trait::async_trait;
use aws_lc_rs::hmac;
use aws_types::Secret;
use bytes::Bytes;
use http::{Request, StatusCode};

use super::{Message, Route, RouteError};
use crate::http_client::{HttpClient, HttpOptions};

/// Largest answer that is read; nothing in it is looked at.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// Posts to one URL.
pub struct Webhook {
    client: Arc<dyn HttpClient>,
    url: String,
    key: hmac::Key,
    timeout_ms: u64,
}

impl Webhook {
    /// Over a client; `secret` signs.
    pub fn new(client: Arc<dyn HttpClient>, url: String, secret: &Secret<String>, timeout_ms: u64) -> Self {
        Self { client, url, key: hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes()), timeout_ms }
    }

    fn request(&self, message: &Message) -> Result<Request<Bytes>, RouteError> {
        let mut body = serde_json::json!({
            "to": message.to,
            "message": message.body,
            "pool": message.pool,
            "user": message.user,
            "time": message.time.iso8601(),
        });
        if let (Some(origin), Some(body)) = (&message.sms_origin, body.as_object_mut()) {
            let sns = serde_json::json!({
                "callerArn": origin.caller_arn, "externalId": origin.external_id, "region": origin.region,
            });
            body.insert("sns".to_owned(), sns);
        }
        let body = body.to_string();
        let timestamp = message.time.ms().div_euclid(1000).to_string();
        let tag = hmac::sign(&self.key, format!("{timestamp}.{body}").as_bytes());
        let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        Request::post(&self.url)
            .header("content-type", "application/json")
            .header("x-portcullis-timestamp", timestamp)
            .header("x-portcullis-signature", format!("v1={hex}"))
            .body(Bytes::from(body))
            .map_err(|_| RouteError::Never("the webhook's URL is none".to_owned()))
    }
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Webhook")
    }
}

#[async_trait]
impl Route for Webhook {
    async fn carry(&self, message: &Message) -> Result<(), RouteError> {
        let options = HttpOptions::new(self.timeout_ms, MAX_ANSWER_BYTES);
        let answer = self.client.send(self.request(message)?, options).await;
        let status = answer.map_err(|error| RouteError::Again(error.to_string()))?.status();
        let passing =
            status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT);
        match status {
            _ if status.is_success() => Ok(()),
            _ if passing => Err(RouteError::Again(format!("the webhook answered {status}"))),
            _ => Err(RouteError::Never(format!("the webhook answered {status}"))),
        }
    }
}
