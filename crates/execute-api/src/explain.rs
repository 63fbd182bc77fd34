//! Why a request was refused, for the person at this machine: which control, which statement, which key. Kept of the last
//! refusals only, and only where the server asks for it (local mode).

use std::collections::VecDeque;

use iam_policy::{Decision, PolicyKind, Reason};
use serde_json::{Value, json};
use world::Lock;

use crate::error::GatewayError;

/// Refusals that are kept.
const MOST: usize = 1_000;
/// Longest text that is kept of one, in characters.
const MAX_TEXT: usize = 500;

/// The control at which a request ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// API, stage, endpoint.
    #[default]
    Endpoint,
    /// Sizes of the request.
    Limits,
    /// No such resource or verb.
    Route,
    /// Policy of the VPC endpoint, the API or the caller, or its authorizer.
    Authorization,
    /// API key.
    ApiKey,
    /// Rate limits.
    Throttle,
    /// The usage plan's quota.
    Quota,
    /// Validation and the integration.
    Integration,
}

impl Step {
    /// As a person says it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Endpoint => "endpoint",
            Self::Limits => "limits",
            Self::Route => "route match",
            Self::Authorization => "authorization",
            Self::ApiKey => "api key",
            Self::Throttle => "throttle",
            Self::Quota => "quota",
            Self::Integration => "validation and integration",
        }
    }
}

/// What of policies decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// `resource-based policy`
    pub policy: &'static str,
    /// `explicit deny`, or `no statement allows`.
    pub effect: &'static str,
    /// Which statement, from zero.
    pub index: Option<usize>,
    /// Its Sid.
    pub sid: Option<String>,
}

impl Statement {
    /// Of a denial.
    pub fn of(decision: &Decision<'_>) -> Option<Self> {
        let mut statement = Self::because(decision.reason)?;
        statement.index = decision.by.map(|by| by.statement);
        statement.sid = decision.by.and_then(|by| by.sid).map(str::to_owned);
        Some(statement)
    }

    /// Of a denial whose statement is not known.
    pub fn because(reason: Reason) -> Option<Self> {
        let (kind, effect) = match reason {
            Reason::Allowed => return None,
            Reason::ExplicitDeny(kind) => (kind, "explicit deny"),
            Reason::ImplicitDeny(kind) => (kind, "no statement allows"),
        };
        let policy = match kind {
            PolicyKind::Identity => "identity-based policy",
            PolicyKind::Resource | PolicyKind::Trust => "resource-based policy",
            PolicyKind::Boundary => "permissions boundary",
            PolicyKind::Session => "session policy",
            PolicyKind::VpcEndpoint => "VPC endpoint policy",
        };
        Some(Self { policy, effect, index: None, sid: None })
    }
}

/// A refusal as it is told.
#[derive(Clone, Debug)]
pub struct Refusal {
    request_id: String,
    told: Value,
}

/// The last refusals.
#[derive(Default)]
pub struct Refusals(Lock<VecDeque<Refusal>>);

impl std::fmt::Debug for Refusals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Refusals({})", self.0.lock().len())
    }
}

/// A request that was refused.
pub(crate) struct Refused<'a> {
    pub request_id: &'a str,
    pub api_id: &'a str,
    pub stage: &'a str,
    pub verb: &'a str,
    pub path: &'a str,
    pub source_ip: &'a str,
    pub status: u16,
}

/// What stands in the response's header: the control, the policy's statement where one decided, the reason, and where more
/// is told.
pub fn line(step: Step, by: Option<&Statement>, reason: &str, request_id: &str) -> String {
    let mut line = step.words().to_owned();
    if let Some(by) = by {
        line.push_str(&format!(" ({}", by.policy));
        if let Some(index) = by.index {
            line.push_str(&format!(", statement {index}"));
        }
        if let Some(sid) = &by.sid {
            line.push_str(&format!(" '{sid}'"));
        }
        line.push_str(&format!(", {})", by.effect));
    }
    line.push_str(": ");
    line.push_str(reason);
    // Whatever a caller or a policy says: a header holds no more.
    let mut line: String = line.chars().map(|c| if c == ' ' || c.is_ascii_graphic() { c } else { '?' }).collect();
    line.push_str(&format!("; /_portcullis/explain/{request_id}"));
    line
}

impl Refusals {
    /// Keeps one; answers the line that goes into the response's header.
    pub(crate) fn keep(&self, request: &Refused<'_>, error: &GatewayError) -> String {
        let cause = error.cause.as_deref().map(|cause| format!(": {cause}")).unwrap_or_default();
        let reason: String = error.log.chars().chain(cause.chars()).take(MAX_TEXT).collect();
        let path: String = request.path.chars().take(MAX_TEXT).collect();
        let statement = error
            .by
            .as_ref()
            .map(|by| json!({ "policy": by.policy, "effect": by.effect, "statement": by.index, "sid": by.sid }));
        let told = json!({
            "requestId": request.request_id,
            "request": { "api": request.api_id, "stage": request.stage, "method": request.verb, "path": path,
                         "sourceIp": request.source_ip },
            "status": request.status,
            "control": error.step.words(),
            "gatewayResponse": error.response_type.as_str(),
            "errorType": error.error_type(),
            "reason": reason,
            "decidedBy": statement,
        });
        self.put(request.request_id, told);
        line(error.step, error.by.as_deref(), &reason, request.request_id)
    }

    /// Keeps what is told of a refusal.
    pub fn put(&self, request_id: &str, told: Value) {
        let mut kept = self.0.lock();
        if kept.len() >= MOST {
            kept.pop_front();
        }
        kept.push_back(Refusal { request_id: request_id.to_owned(), told });
    }

    /// Why a request was refused; `None` where it was not, or too long ago.
    pub fn find(&self, request_id: &str) -> Option<Value> {
        let kept = self.0.lock();
        kept.iter().rev().find(|refusal| refusal.request_id == request_id).map(|refusal| refusal.told.clone())
    }
}
