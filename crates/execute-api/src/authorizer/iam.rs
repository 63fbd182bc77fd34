//! AWS_IAM: the caller signs with AWS's Signature Version 4, and its policies allow `execute-api:Invoke` on the method
//! ("Control access to a REST API with IAM permissions"). Enforced in every mode: a key that nobody knows is nobody's.

use std::sync::Arc;

use sigv4::{BodyHash, Dialect, SigError, SignedRequest};

use crate::authorizer::Authorized;
use crate::caching;
use crate::error::GatewayError;
use crate::execution_log::ExecutionLog;
use crate::gateway::Doors;
use crate::method_request::Exchange;
use crate::ports::IamQuestion;
use crate::resource_policy::{ACTION, Asked, INVALIDATE};
use crate::route_match::Matched;

/// Proves who signed, then puts the call to the caller's policies, the API's and the endpoint's.
pub(crate) async fn authorize(
    doors: &Doors,
    matched: &Matched<'_>,
    asked: &Asked<'_>,
    log: &mut ExecutionLog,
) -> Result<Authorized, GatewayError> {
    let exchange = matched.exchange;
    let caller = {
        let headers = signed_headers(exchange);
        let request = SignedRequest {
            method: exchange.request.method.as_str(),
            path: &exchange.request.signed_path,
            query: &exchange.request.query,
            headers: &headers,
            body: BodyHash::Bytes(&exchange.request.body),
        };
        doors.callers.prove(&request).await
    };
    let caller = caller.map_err(|error| refused(&error))?;
    log.line(|| format!("Verified the signature of {}", caller.identity().user_arn));
    let stage = &exchange.stage;
    let question = IamQuestion {
        action: ACTION,
        resource: &asked.arn,
        keys: &asked.keys,
        policy: stage.deployment.policy.as_ref(),
        owner: &stage.account,
        vpc_endpoint: exchange.request.through.as_ref().and_then(|through| through.endpoint.policy.as_ref()),
    };
    let unread = |_| GatewayError::configuration("Policies could not be read");
    let verdict = caller.may(&question).await.map_err(unread)?;
    if let Some(sentence) = verdict.denial {
        return Err(GatewayError::access_denied(sentence).decided_by(verdict.by));
    }
    let may_invalidate = caching::needs_permission(matched) && {
        let question = IamQuestion { action: INVALIDATE, ..question };
        caller.may(&question).await.map_err(unread)?.denial.is_none()
    };
    Ok(Authorized::Iam { identity: Arc::clone(caller.identity()), may_invalidate, credentials: caller.credentials() })
}

/// All headers as they came, those too that go no further.
fn signed_headers(exchange: &Exchange) -> Vec<(String, String)> {
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let kept = exchange.request.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
    let mut headers: Vec<(String, String)> = kept.chain(exchange.dropped.iter().cloned()).collect();
    if !exchange.request.headers.contains_key(http::header::HOST) {
        headers.push(("host".to_owned(), exchange.request.authority.clone()));
    }
    headers
}

fn refused(error: &SigError) -> GatewayError {
    let aws = error.to_aws(Dialect::ExecuteApi);
    GatewayError::signature(&aws.code, aws.message.to_string())
}
