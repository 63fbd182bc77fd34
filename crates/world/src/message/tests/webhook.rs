use std::sync::Arc;

use async_trait::async_trait;
use aws_types::Secret;
use bytes::Bytes;
use http::{Request, Response};

use super::super::webhook::Webhook;
use super::super::{Message, Route as _, RouteError};
use super::sms;
use crate::SmsOrigin;
use crate::http_client::{HttpClient, HttpError, HttpOptions};
use crate::lock::Lock;

struct Receiver {
    status: Result<u16, ()>,
    seen: Lock<Vec<Request<Bytes>>>,
}

#[async_trait]
impl HttpClient for Receiver {
    async fn send(&self, request: Request<Bytes>, options: HttpOptions) -> Result<Response<Bytes>, HttpError> {
        assert_eq!(options.timeout_ms, 5000);
        self.seen.lock().push(request);
        match self.status {
            Ok(status) => Ok(Response::builder().status(status).body(Bytes::new()).unwrap()),
            Err(()) => Err(HttpError::TimedOut(5000)),
        }
    }
}

async fn carried(status: Result<u16, ()>) -> (Result<(), RouteError>, Arc<Receiver>) {
    let receiver = Arc::new(Receiver { status, seen: Lock::default() });
    let secret = Secret::new("shared secret".to_owned());
    let hook = Webhook::new(Arc::clone(&receiver) as _, "https://sms.example/send".to_owned(), &secret, 5000);
    let origin = SmsOrigin {
        caller_arn: "arn:aws:iam::123456789012:role/sns".to_owned(),
        external_id: Some("shop".to_owned()),
        region: None,
    };
    let message = Message { sms_origin: Some(origin), ..sms("+491701234567") };
    (hook.carry(&message).await, receiver)
}

#[tokio::test]
async fn a_text_message_is_one_signed_post() {
    let (outcome, receiver) = carried(Ok(202)).await;
    assert_eq!(outcome, Ok(()));
    let seen = receiver.seen.lock();
    let request = seen.first().unwrap();
    let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(body["to"], "+491701234567");
    assert_eq!(body["message"], "Code 123456");
    let sns =
        serde_json::json!({ "callerArn": "arn:aws:iam::123456789012:role/sns", "externalId": "shop", "region": null });
    assert_eq!(body["sns"], sns);
    let header = |name: &str| request.headers()[name].to_str().unwrap().to_owned();
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, b"shared secret");
    let signed = [header("x-portcullis-timestamp").as_bytes(), b".", request.body()].concat();
    let hex: String = aws_lc_rs::hmac::sign(&key, &signed).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(header("x-portcullis-signature"), format!("v1={hex}"));
    assert_eq!(header("x-portcullis-timestamp"), "1767323045");
}

#[tokio::test]
async fn an_answer_says_whether_another_try_may_help() {
    for (status, again) in
        [(Ok(500), true), (Ok(503), true), (Ok(429), true), (Err(()), true), (Ok(400), false), (Ok(302), false)]
    {
        let (outcome, _) = carried(status).await;
        assert_eq!(matches!(outcome, Err(RouteError::Again(_))), again, "{status:?}");
        assert!(outcome.is_err(), "{status:?}");
    }
}
