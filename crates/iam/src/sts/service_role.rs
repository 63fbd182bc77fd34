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

/// The session; none where there is no such role or it does not trust the service.
pub async fn assume(
    shared: &Shared,
    role_arn: &str,
    session: ServiceSession<'_>,
    now: Timestamp,
) -> Result<Option<Session>> {
    let (account, _) = role_place(role_arn)?;
    let Some(role) = role(shared, role_arn).await? else { return Ok(None) };
    let trust = parse(&role.trust, PolicyKind::Trust)?;
    let principal = Principal::Service { name: session.service.to_owned() };
    let context = Context::of(&principal, now);
    let policies = Policies { resource: Some(&trust), ..Policies::default() };
    let trusted = evaluate(&Request::new(&principal, "sts:AssumeRole", role_arn, &context), &policies).is_allowed();
    Ok(trusted.then(|| Session::begin(shared, &account, role_kind(&role, session.name), session.duration_s)))
}
