//! A service of this server that acts as a role, as API Gateway does for an integration's `credentials`: the role's trust
//! policy must name the service.

use aws_types::Timestamp;
use iam_policy::{Context, Policies, PolicyKind, Principal, Request, evaluate};

use super::grant::{role, role_kind, role_place};
use crate::compile::parse;
use crate::error::Result;
use crate::service::Shared;
use crate::session::Session;

/// A session of a service.
#[derive(Clone, Copy, Debug)]
pub struct ServiceSession<'a> {
    /// Whom the role's trust policy names: `lambda.amazonaws.com`.
    pub service: &'a str,
    /// What the session is called.
    pub name: &'a str,
    /// How long it lives, seconds.
    pub duration_s: i32,
}

impl<'a> ServiceSession<'a> {
    /// A session for one call, called as AWS calls them.
    pub const fn for_one_call(service: &'a str) -> Self {
        Self { service, name: "BackplaneAssumeRoleSession", duration_s: 900 }
    }
}

/// What became of a service's wish to act as a role.
#[derive(Clone, Debug)]
pub enum Assumed<T> {
    /// No such role is here.
    NoRole,
    /// Its trust policy does not let the service in.
    Untrusted,
    /// The session.
    Given(T),
}

impl<T> Assumed<T> {
    /// The session, where there is one.
    pub fn given(self) -> Option<T> {
        match self {
            Self::Given(session) => Some(session),
            Self::NoRole | Self::Untrusted => None,
        }
    }
}

/// The session; none where there is no such role or it does not trust the service.
pub async fn assume(
    shared: &Shared,
    role_arn: &str,
    session: ServiceSession<'_>,
    now: Timestamp,
) -> Result<Option<Session>> {
    assume_with(shared, role_arn, (session, None), now).await.map(Assumed::given)
}

/// The session, by an `ExternalId` that the trust policy may ask for.
pub async fn assume_with(
    shared: &Shared,
    role_arn: &str,
    (session, external_id): (ServiceSession<'_>, Option<&str>),
    now: Timestamp,
) -> Result<Assumed<Session>> {
    let (account, _) = role_place(role_arn)?;
    let Some(role) = role(shared, role_arn).await? else { return Ok(Assumed::NoRole) };
    let trust = parse(&role.trust, PolicyKind::Trust)?;
    let principal = Principal::Service { name: session.service.to_owned() };
    let mut context = Context::of(&principal, now);
    if let Some(id) = external_id {
        context.set("sts:ExternalId", id);
    }
    let policies = Policies { resource: Some(&trust), ..Policies::default() };
    let trusted = evaluate(&Request::new(&principal, "sts:AssumeRole", role_arn, &context), &policies).is_allowed();
    let begin = || Session::begin(shared, &account, role_kind(&role, session.name), session.duration_s);
    Ok(if trusted { Assumed::Given(begin()) } else { Assumed::Untrusted })
}
