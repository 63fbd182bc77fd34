//! A service of this server that acts as a role, as API Gateway does for an integration's `credentials`: the role's trust
//! policy must name the service.

use aws_types::Timestamp;
use iam_policy::{Context, Policies, PolicyKind, Principal, Request, evaluate};

use super::grant::{role, role_kind, role_place};
use crate::compile::parse;
use crate::error::Result;
use crate::service::Shared;
use crate::session::Session;

/// How long such a session lives: one call.
const DURATION_S: i32 = 900;
/// What its sessions are called, as AWS calls them.
const SESSION_NAME: &str = "BackplaneAssumeRoleSession";

/// The session; none where there is no such role or it does not trust the service.
pub async fn assume(shared: &Shared, role_arn: &str, service: &str, now: Timestamp) -> Result<Option<Session>> {
    let (account, _) = role_place(role_arn)?;
    let Some(role) = role(shared, role_arn).await? else { return Ok(None) };
    let trust = parse(&role.trust, PolicyKind::Trust)?;
    let principal = Principal::Service { name: service.to_owned() };
    let context = Context::of(&principal, now);
    let policies = Policies { resource: Some(&trust), ..Policies::default() };
    let trusted = evaluate(&Request::new(&principal, "sts:AssumeRole", role_arn, &context), &policies).is_allowed();
    Ok(trusted.then(|| Session::begin(shared, &account, role_kind(&role, SESSION_NAME), DURATION_S)))
}
