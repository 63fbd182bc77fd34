//! AWS_IAM: the caller signs with AWS's Signature Version 4, and its policies allow `execute-api:Invoke` on the route
//! ("Using IAM authorization"). HTTP APIs have no policy of their own, so a caller of another account is refused.

use std::sync::Arc;

use execute_api::ports::IamQuestion;
use sigv4::{BodyHash, SignedRequest};

use super::{Authorized, condition_keys, route_arn};
use crate::context::Progress;
use crate::error::Refusal;
use crate::gateway::HttpApis;
use crate::request::Exchange;

/// What a call of a route is in policies.
pub(super) const ACTION: &str = "execute-api:Invoke";

/// Proves who signed, then puts the call to the caller's policies.
pub(super) async fn authorize(apis: &HttpApis, progress: &Progress<'_>) -> Result<Authorized, Refusal> {
    let exchange = progress.exchange;
    let caller = {
        let headers = signed_headers(exchange);
        let request = SignedRequest {
            method: exchange.request.method.as_str(),
            path: &exchange.request.signed_path,
            query: &exchange.request.query,
            headers: &headers,
            body: BodyHash::Bytes(&exchange.request.body),
        };
        apis.doors().callers.prove(&request).await
    };
    let caller = caller.map_err(|error| Refusal::forbidden(error.to_string()))?;
    let arn = route_arn(progress);
    let keys = condition_keys(exchange);
    let question = IamQuestion {
        action: ACTION,
        resource: &arn,
        keys: &keys,
        policy: None,
        owner: &exchange.stage.plan.account,
        vpc_endpoint: None,
    };
    let verdict = caller.may(&question).await;
    let verdict = verdict.map_err(|_| Refusal::broken_authorizer("policies could not be read"))?;
    match verdict.denial {
        None => Ok(Authorized::Iam(Arc::clone(caller.identity()))),
        Some(sentence) => Err(Refusal { by: verdict.by.map(Box::new), ..Refusal::forbidden(sentence) }),
    }
}

/// All headers as they came, those too that go no further.
fn signed_headers(exchange: &Exchange) -> Vec<(String, String)> {
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = exchange.request.headers.iter();
    let mut headers: Vec<_> = headers.map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    if !exchange.request.headers.contains_key(http::header::HOST) {
        headers.push(("host".to_owned(), exchange.request.authority.clone()));
    }
    headers
}
