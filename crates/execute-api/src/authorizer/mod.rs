//! Who may call a method ("Control and manage access to REST APIs"). One match over the kinds; each kind in a file.

pub mod cognito_user_pools;
mod iam;
pub(crate) mod lambda;
pub mod lambda_answer;
mod lambda_event;

use std::collections::BTreeMap;
use std::sync::Arc;

use http::{HeaderMap, HeaderName};

use self::lambda::{Asking, Keep, Subject};
use self::lambda_answer::LambdaAnswer;
use crate::context::Context;
use crate::error::GatewayError;
use crate::execution_log::ExecutionLog;
use crate::gateway::Doors;
use crate::plan::{Authorization, CognitoAuthorizer, LambdaAuthorizer};
use crate::ports::{CallerCredentials, IamIdentity};
use crate::resource_policy::Asked;
use crate::route_match::Matched;

/// The proof that a request may go on, with who sends it.
#[derive(Clone, Debug)]
pub enum Authorized {
    /// The method is open.
    Anyone,
    /// A user of a pool.
    User {
        /// `sub`.
        principal: String,
        /// `$context.authorizer.claims`, each as text.
        claims: BTreeMap<String, String>,
    },
    /// Whom a Lambda authorizer let in.
    Lambda {
        /// Who it is, and what the function says of it.
        answer: Arc<LambdaAnswer>,
        /// How long that took, in milliseconds (`$context.authorizer.integrationLatency`).
        latency_ms: u64,
    },
    /// Who tries a method: nobody is asked whether they may call it.
    Tester {
        /// Who called TestInvokeMethod.
        identity: Arc<IamIdentity>,
        /// By what.
        user_agent: String,
    },
    /// Who signed.
    Iam {
        /// Who it is.
        identity: Arc<IamIdentity>,
        /// Whether it may have the kept answer thrown away; asked only where the request wants that.
        may_invalidate: bool,
        /// What integrations can act as them with.
        credentials: Option<CallerCredentials>,
    },
}

impl Authorized {
    /// The caller's own credentials, for an integration that is called with them.
    ///
    /// # Errors
    /// A configuration error where the method does not ask for a signature. (own sentence)
    pub(crate) fn credentials(&self) -> Result<CallerCredentials, GatewayError> {
        match self {
            Self::Iam { credentials: Some(credentials), .. } => Ok(credentials.clone()),
            _ => Err(GatewayError::configuration(
                "The integration is called with the caller's credentials, but the method is not authorized by AWS_IAM",
            )),
        }
    }
}

/// Longest method ARN that an authorizer is given, in bytes (quota).
const MAX_METHOD_ARN_BYTES: usize = 1_600;

/// The token in a token source. One that is sent twice is none: what is handed on might be another than what was proven.
pub(crate) fn token(headers: &HeaderMap, source: &HeaderName) -> Option<String> {
    let mut values = headers.get_all(source).iter();
    let token = values.next().filter(|_| values.next().is_none())?;
    Some(String::from_utf8_lossy(token.as_bytes()).into_owned())
}

/// Runs the method's authorizer together with the policies of API and endpoint.
pub(crate) async fn authorize(
    doors: &Doors,
    keep: Keep<'_>,
    matched: &Matched<'_>,
    asking: Asking<'_>,
) -> Result<Authorized, GatewayError> {
    let log = &mut *asking.log;
    match &matched.method.authorization {
        Authorization::None => {
            if is_guarded(matched) {
                let asked = Asked::new(matched);
                asked.through_endpoint()?;
                asked.alone()?;
            }
            Ok(Authorized::Anyone)
        }
        Authorization::CognitoUserPools { authorizer, scopes } => {
            let authorized = cognito(doors, authorizer, scopes, matched, log)?;
            if is_guarded(matched) {
                let asked = Asked::new(matched);
                asked.through_endpoint()?;
                asked.alone()?;
            }
            Ok(authorized)
        }
        Authorization::Lambda(authorizer) => lambda_authorizer(doors, keep, authorizer, matched, asking).await,
        Authorization::AwsIam => {
            let asked = Asked::new(matched);
            iam::authorize(doors, matched, &asked, log).await
        }
    }
}

/// Whether any policy has a say beside the authorizer.
fn is_guarded(matched: &Matched<'_>) -> bool {
    matched.exchange.stage.deployment.policy.is_some() || matched.exchange.request.through.is_some()
}

fn cognito(
    doors: &Doors,
    authorizer: &CognitoAuthorizer,
    scopes: &[String],
    matched: &Matched<'_>,
    log: &mut ExecutionLog,
) -> Result<Authorized, GatewayError> {
    let token = token(&matched.exchange.request.headers, &authorizer.token_header);
    let now = matched.exchange.request.received;
    let request_id = &matched.exchange.request.request_id;
    log.line(|| format!("Starting authorizer: {} for request: {request_id}", authorizer.id));
    let keys = doors.user_pool_keys.as_ref();
    let outcome = cognito_user_pools::authorize(authorizer, scopes, token.as_deref(), keys, now);
    if outcome.is_err() {
        log.line(|| format!("Unauthorized request: {request_id}"));
    }
    outcome
}

async fn lambda_authorizer(
    doors: &Doors,
    keep: Keep<'_>,
    authorizer: &LambdaAuthorizer,
    matched: &Matched<'_>,
    asking: Asking<'_>,
) -> Result<Authorized, GatewayError> {
    let Asking { log, request_id } = asking;
    let asked = Asked::new(matched);
    asked.through_endpoint()?;
    asked.not_denied()?;
    if asked.arn.len() > MAX_METHOD_ARN_BYTES {
        return Err(GatewayError::method_arn_too_long());
    }
    let subject = Subject {
        exchange: matched.exchange,
        context: Context { matched: Some(matched), ..Context::of(matched.exchange) },
        resource_id: &matched.resource.id,
        resource_path: &matched.resource.path,
        path_parameters: &matched.path_parameters,
        arn: &asked.arn,
    };
    let started = doors.clock.monotonic_ns();
    let asked_for = lambda::ask(doors, authorizer, subject, keep, Asking { log: &mut *log, request_id }).await;
    if asked_for.as_ref().is_err_and(|error| error.default_status() == 401) {
        log.line(|| format!("Unauthorized request: {}", matched.exchange.request.request_id));
    }
    let answer = asked_for?;
    asked.with_authorizer(&answer.policy)?;
    log.line(|| "Successfully completed authorizer execution".to_owned());
    let latency_ms = doors.clock.monotonic_ns().saturating_sub(started) / 1_000_000;
    Ok(Authorized::Lambda { answer, latency_ms })
}
