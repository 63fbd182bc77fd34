//! What the gateway asks of its neighbours. The server wires these to the rooms that know.

use std::any::Any;
use std::sync::Arc;

use async_trait::async_trait;
use aws_types::{AccountId, AwsError, Caller, Region, Timestamp};
use bytes::Bytes;
use http::{Request, Response};
use iam_policy::Policy;
use jose::VerifyingKey;
use serde_json::Value;
use sigv4::{SigError, SignedRequest};

use crate::explain::Statement;
use crate::usage::Quota;

/// The signing keys of user pools that live here. Answers from memory: it stands on the hot path.
pub trait UserPoolKeys: Send + Sync {
    /// The key of a pool (by pool id, `eu-west-1_Ab3dE5fG7`) with this `kid`.
    fn key(&self, pool_id: &str, kid: &str) -> Option<Arc<VerifyingKey>>;

    /// Whether `issuer` is a name of that pool: this server's own form or AWS's.
    fn is_issuer(&self, pool_id: &str, issuer: &str) -> bool;
}

/// Counts calls that bear an API key, durably: what was admitted stays counted whatever happens.
#[async_trait]
pub trait UsageCounters: Send + Sync {
    /// Counts one call, unless its quota is used up.
    async fn count(&self, count: Count<'_>) -> Counted;
}

/// One call to be counted.
#[derive(Clone, Copy, Debug)]
pub struct Count<'a> {
    /// As in [`crate::usage::UsagePlan::id`].
    pub plan_id: &'a str,
    /// The key.
    pub key_id: &'a str,
    /// How many it may make.
    pub quota: Option<Quota>,
    /// When it came.
    pub at: Timestamp,
}

/// What counting came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// The call is counted.
    Within,
    /// The quota is used up; the call is not counted.
    Exceeded,
    /// It could not be counted, so it is not admitted.
    Failed,
}

/// The AWS services of this server, for integrations of type `AWS`.
#[async_trait]
pub trait AwsServices: Send + Sync {
    /// One call. Whatever the service answers, its errors included, is an answer.
    async fn call(&self, call: ServiceCall) -> Result<Response<Bytes>, ServiceError>;

    /// Whether API Gateway may act as a role, and the role may do something.
    async fn role_may(&self, role: RoleUse<'_>) -> Result<(), ServiceError>;

    /// Whether a caller of an API may do something by their own policies and those of what is touched. A refusal is the
    /// sentence for them.
    async fn caller_may(&self, _caller: CallerUse<'_>) -> Result<(), ServiceError> {
        Err(ServiceError::Refused("nobody is acted as".to_owned()))
    }
}

/// A call of a service.
#[derive(Clone, Debug)]
pub struct ServiceCall {
    /// Whose API calls.
    pub account: AccountId,
    /// Where the service is.
    pub region: Region,
    /// `s3`.
    pub service: String,
    /// The operation, where the integration names one; else the request's path does.
    pub action: Option<String>,
    /// ARN of the role that calls; without one it is anybody.
    pub role_arn: Option<String>,
    /// The caller of the API, where the call is theirs.
    pub caller: Option<CallerCredentials>,
    /// Verb, path with query, headers, body. The host has no meaning.
    pub request: Request<Bytes>,
    /// Of the request to the API.
    pub request_id: String,
    /// Of the caller of the API.
    pub source_ip: String,
    /// How long the call may take, in milliseconds.
    pub timeout_ms: u64,
}

/// What a role is wanted for.
#[derive(Clone, Copy, Debug)]
pub struct RoleUse<'a> {
    /// Whose API it is.
    pub account: &'a AccountId,
    /// The role.
    pub role_arn: &'a str,
    /// `lambda:InvokeFunction`
    pub action: &'a str,
    /// ARN of what is touched.
    pub resource: &'a str,
    /// When.
    pub at: Timestamp,
}

/// What the services of this server know a caller of an API by, so that a call can be made as theirs. Opaque: whoever
/// proves callers and whoever serves calls agree on it.
#[derive(Clone)]
pub struct CallerCredentials(pub Arc<dyn Any + Send + Sync>);

impl std::fmt::Debug for CallerCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CallerCredentials")
    }
}

/// What a caller's own credentials are wanted for.
#[derive(Clone, Copy, Debug)]
pub struct CallerUse<'a> {
    /// Whose.
    pub credentials: &'a CallerCredentials,
    /// `lambda:InvokeFunction`
    pub action: &'a str,
    /// ARN of what is touched.
    pub resource: &'a str,
    /// When.
    pub at: Timestamp,
}

/// Why a service could not be called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServiceError {
    /// There is no such role, it does not trust API Gateway, or its policies do not allow it.
    #[error("{0}")]
    Refused(String),
    /// The service is not served here.
    #[error("{0}")]
    Unavailable(String),
    /// The time was up.
    #[error("the service did not answer in time")]
    TimedOut,
}

/// Without services: every call fails.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoServices;

#[async_trait]
impl AwsServices for NoServices {
    async fn call(&self, call: ServiceCall) -> Result<Response<Bytes>, ServiceError> {
        Err(ServiceError::Unavailable(format!("{} is not served here", call.service)))
    }

    async fn role_may(&self, _: RoleUse<'_>) -> Result<(), ServiceError> {
        Err(ServiceError::Refused("there are no roles".to_owned()))
    }
}

/// What lies behind VPC links.
pub trait VpcLinks: Send + Sync {
    /// The address, `host:port`, that a link leads to, by its id or the ARN of its load balancer.
    fn address(&self, link_id: &str, target_arns: &[String]) -> Option<String>;
}

/// Without VPC links.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoVpcLinks;

impl VpcLinks for NoVpcLinks {
    fn address(&self, _: &str, _: &[String]) -> Option<String> {
        None
    }
}

/// Where execution and access logs go. Never waits: what cannot be taken is dropped and counted there.
pub trait LogSink: Send + Sync {
    /// Writes events of one stream, in order.
    fn put(&self, group: &str, stream: &str, events: Vec<LogEvent>);

    /// The same where account and region of the group are known.
    fn put_at(&self, _place: LogPlace<'_>, group: &str, stream: &str, events: Vec<LogEvent>) {
        self.put(group, stream, events);
    }

    /// Takes a line for a delivery stream of Firehose, by its ARN.
    fn deliver(&self, _stream_arn: &str, _event: LogEvent) {}

    /// Whether lines for a delivery stream go anywhere, by its name.
    fn has_stream(&self, _stream: &str) -> bool {
        false
    }
}

/// Where segments of traces go. Never waits: what cannot be taken is dropped and counted there.
pub trait TraceSink: Send + Sync {
    /// Takes a segment.
    fn put(&self, segment: Segment);
}

/// A segment of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// `1-5759e988-bd862e3fe1be46a994272793`
    pub trace_id: String,
    /// Its document, as X-Ray takes it.
    pub document: Value,
}

/// Where nobody collects segments.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTraces;

impl TraceSink for NoTraces {
    fn put(&self, _: Segment) {}
}

/// Whose log group, and where it is.
#[derive(Clone, Copy, Debug)]
pub struct LogPlace<'a> {
    /// Whose.
    pub account: &'a AccountId,
    /// Where.
    pub region: &'a Region,
}

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEvent {
    /// When.
    pub at: Timestamp,
    /// What.
    pub message: String,
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLogs;

impl LogSink for NoLogs {
    fn put(&self, _: &str, _: &str, _: Vec<LogEvent>) {}
}

/// Proves signatures of callers with AWS credentials. A key that is not known is refused in every mode.
#[async_trait]
pub trait IamCallers: Send + Sync {
    /// Who signed.
    ///
    /// # Errors
    /// What is wrong with the signature; [`SigError::MissingToken`] where there is none.
    async fn prove(&self, request: &SignedRequest<'_>) -> Result<Arc<dyn IamCaller>, SigError>;

    /// Who calls an operation of this server, as `$context.identity` shows them: whose signature was proven at the door.
    /// What is not known is empty.
    async fn shown(&self, account: &AccountId, caller: &Caller) -> IamIdentity {
        IamIdentity::of_call(account, caller)
    }
}

/// A caller whose signature was proven.
#[async_trait]
pub trait IamCaller: Send + Sync {
    /// Who it is.
    fn identity(&self) -> &Arc<IamIdentity>;

    /// What calls of services can be made with as theirs; none where nobody acts as them.
    fn credentials(&self) -> Option<CallerCredentials> {
        None
    }

    /// Puts a call to the caller's policies together with the API's and the endpoint's: in the API's account either side
    /// allows, in another both must.
    ///
    /// # Errors
    /// The store's: refuse the call.
    async fn may(&self, question: &IamQuestion<'_>) -> Result<IamVerdict, AwsError>;
}

/// `$context.identity` of a signed call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IamIdentity {
    /// Of the caller.
    pub account_id: String,
    /// `AKIA…`
    pub access_key: String,
    /// `AIDA…`, `AROA…:session`.
    pub user_id: String,
    /// ARN of user or session.
    pub user_arn: String,
    /// Where the credentials came from an identity pool.
    pub cognito: Option<CognitoIdentity>,
}

impl IamIdentity {
    /// What a call says by itself.
    pub fn of_call(account: &AccountId, caller: &Caller) -> Self {
        let account_id = account.to_string();
        match caller {
            Caller::Anonymous => Self::default(),
            Caller::Root => Self {
                user_id: account_id.clone(),
                user_arn: format!("arn:aws:iam::{account_id}:root"),
                account_id,
                ..Self::default()
            },
            Caller::Principal { access_key_id, arn } => {
                Self { account_id, access_key: access_key_id.clone(), user_arn: arn.clone(), ..Self::default() }
            }
        }
    }
}

/// Who an identity pool says that the caller is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CognitoIdentity {
    /// `eu-west-1:uuid`
    pub identity_id: String,
    /// As the above.
    pub identity_pool_id: String,
    /// `authenticated` or `unauthenticated`.
    pub authentication_type: String,
    /// Providers that vouched, with commas between.
    pub authentication_provider: Option<String>,
}

/// A call that is put to policies.
#[derive(Clone, Copy, Debug)]
pub struct IamQuestion<'a> {
    /// `execute-api:Invoke`
    pub action: &'a str,
    /// The method's ARN.
    pub resource: &'a str,
    /// Condition keys of the request.
    pub keys: &'a [(&'static str, String)],
    /// The API's own.
    pub policy: Option<&'a Policy>,
    /// Whose the API is.
    pub owner: &'a AccountId,
    /// Of the endpoint that the call came through.
    pub vpc_endpoint: Option<&'a Policy>,
}

/// What policies say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IamVerdict {
    /// AWS's sentence, account masked; `None` where they allow.
    pub denial: Option<String>,
    /// What decided.
    pub by: Option<Statement>,
}

/// Where nobody has AWS credentials.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoIamCallers;

#[async_trait]
impl IamCallers for NoIamCallers {
    async fn prove(&self, request: &SignedRequest<'_>) -> Result<Arc<dyn IamCaller>, SigError> {
        let presented = sigv4::presented(request)?.ok_or(SigError::MissingToken)?;
        Err(SigError::UnknownKey { access_key_id: presented.access_key_id })
    }
}
