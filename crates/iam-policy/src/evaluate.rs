//! The evaluation logic: which policies must allow, and what any explicit denial does ("Policy evaluation logic",
//! "How AWS enforcement code logic evaluates requests").

use std::borrow::Cow;

use crate::context::Context;
use crate::decision::{Decision, Grant, Outcome};
use crate::policy::{Policy, PolicyKind};
use crate::principal::{Principal, Who};

/// One question: may this caller do this to that?
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Who asks.
    pub principal: &'a Principal,
    /// `s3:GetObject`; compared without regard to case.
    pub action: &'a str,
    /// An ARN, or `*` where the action has no resource.
    pub resource: &'a str,
    /// Condition keys and their values.
    pub context: &'a Context<'a>,
    /// Canonical user id of the caller's account, which S3's policies may name.
    pub canonical_user: Option<&'a str>,
}

impl<'a> Request<'a> {
    /// A question without canonical user id.
    pub fn new(principal: &'a Principal, action: &'a str, resource: &'a str, context: &'a Context<'a>) -> Self {
        Self { principal, action, resource, context, canonical_user: None }
    }
}

/// All policies that apply to a request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Policies<'a> {
    /// Of the user and its groups, or of the role; managed and inline.
    pub identity: &'a [&'a Policy],
    /// Of the resource; of the role (trust policy) for `AssumeRole` and its kin.
    pub resource: Option<&'a Policy>,
    /// Whose the resource is. None: the caller's own account.
    pub resource_account: Option<&'a str>,
    /// Permissions boundary of the user or role.
    pub boundary: Option<&'a Policy>,
    /// Session policies, if any were passed when the session began. One of them must allow.
    pub session: Option<&'a [&'a Policy]>,
    /// Policy of the VPC endpoint through which the request came.
    pub vpc_endpoint: Option<&'a Policy>,
}

/// A request made ready for many statements.
pub(crate) struct Asked<'a> {
    pub(crate) who: Who<'a>,
    /// In lower case.
    pub(crate) action: Cow<'a, str>,
    pub(crate) resource: &'a str,
    pub(crate) context: &'a Context<'a>,
}

impl<'a> Asked<'a> {
    pub(crate) fn new(request: &Request<'a>) -> Self {
        let upper = request.action.bytes().any(|byte| byte.is_ascii_uppercase());
        Self {
            who: Who { principal: request.principal, canonical_user: request.canonical_user },
            action: if upper { request.action.to_ascii_lowercase().into() } else { request.action.into() },
            resource: request.resource,
            context: request.context,
        }
    }
}

/// What each kind of policy says. None: there is no such policy, or it does not bind this caller.
struct Outcomes<'a> {
    identity: Outcome<'a>,
    resource: Option<Outcome<'a>>,
    boundary: Option<Outcome<'a>>,
    session: Option<Outcome<'a>>,
    vpc_endpoint: Option<Outcome<'a>>,
}

/// Decides a request by all the policies that apply to it.
pub fn evaluate<'a>(request: &Request<'_>, policies: &Policies<'a>) -> Decision<'a> {
    let outcomes = Outcomes::of(&Asked::new(request), policies);
    if let Some(denial) = outcomes.explicit_deny() {
        return denial;
    }
    if let Some(silent @ Outcome::Silent(_)) = outcomes.vpc_endpoint {
        return silent.alone();
    }
    let Some(caller) = request.principal.account() else {
        return outcomes.resource_alone();
    };
    let same_account = policies.resource_account.is_none_or(|owner| owner == caller);
    let is_trust = policies.resource.is_some_and(|policy| policy.kind() == PolicyKind::Trust);
    match (request.principal, same_account) {
        (Principal::Root { .. }, true) if !is_trust => Decision::allowed(None),
        (Principal::Root { .. }, _) => outcomes.resource_alone(),
        (_, true) => outcomes.same_account(is_trust),
        (_, false) => outcomes.cross_account(),
    }
}

impl<'a> Outcomes<'a> {
    fn of(asked: &Asked<'_>, policies: &Policies<'a>) -> Self {
        let one = |policy: Option<&'a Policy>, kind| policy.map(|policy| policy.outcome_as(kind, 0, asked));
        let resource = policies.resource.map(|policy| policy.outcome_as(policy.kind(), 0, asked));
        let vpc_endpoint = one(policies.vpc_endpoint, PolicyKind::VpcEndpoint);
        match asked.who.principal {
            Principal::User { .. } | Principal::Session { .. } | Principal::FederatedUser { .. } => Self {
                identity: any_of(PolicyKind::Identity, asked, policies.identity),
                resource,
                boundary: one(policies.boundary, PolicyKind::Boundary),
                session: policies.session.map(|session| any_of(PolicyKind::Session, asked, session)),
                vpc_endpoint,
            },
            // these have no policies of their own
            Principal::Anonymous | Principal::Root { .. } | Principal::Service { .. } | Principal::Federated { .. } => {
                Self {
                    identity: Outcome::Silent(PolicyKind::Identity),
                    resource,
                    boundary: None,
                    session: None,
                    vpc_endpoint,
                }
            }
        }
    }

    fn explicit_deny(&self) -> Option<Decision<'a>> {
        let all = [Some(self.identity), self.resource, self.boundary, self.session, self.vpc_endpoint];
        all.into_iter().flatten().find(|outcome| matches!(outcome, Outcome::Deny(_))).map(Outcome::alone)
    }

    fn resource_alone(&self) -> Decision<'a> {
        self.resource.unwrap_or(Outcome::Silent(PolicyKind::Resource)).alone()
    }

    /// A resource's policy may allow by itself whom it names or includes in `*`; naming the account hands the
    /// question to the account's own policies.
    fn same_account(&self, is_trust: bool) -> Decision<'a> {
        let by_resource = self.resource.unwrap_or(Outcome::Silent(PolicyKind::Resource));
        match by_resource {
            Outcome::Allow(_, Grant::Direct) => by_resource.alone(),
            Outcome::Allow(_, Grant::Role | Grant::Everyone) => self.within_limits(by_resource),
            Outcome::Silent(_) if is_trust => by_resource.alone(),
            Outcome::Allow(..) | Outcome::Silent(_) | Outcome::Deny(_) => self.within_limits(self.identity),
        }
    }

    /// Both sides must allow.
    fn cross_account(&self) -> Decision<'a> {
        let by_identity = self.within_limits(self.identity);
        if by_identity.is_allowed() && !self.resource.is_some_and(|outcome| outcome.allows()) {
            return self.resource_alone();
        }
        by_identity
    }

    /// What one policy allows, if permissions boundary and session policies do not stop it.
    fn within_limits(&self, outcome: Outcome<'a>) -> Decision<'a> {
        let limits = [self.boundary, self.session].into_iter().flatten();
        let asked = std::iter::once(outcome).chain(limits);
        asked.map(Outcome::alone).find(|decision| !decision.is_allowed()).unwrap_or_else(|| outcome.alone())
    }
}

/// What a list of policies says of which one must allow.
fn any_of<'a>(kind: PolicyKind, asked: &Asked<'_>, policies: &[&'a Policy]) -> Outcome<'a> {
    let mut all = Outcome::Silent(kind);
    for (nth, policy) in policies.iter().enumerate() {
        match policy.outcome_as(kind, nth, asked) {
            denial @ Outcome::Deny(_) => return denial,
            allowance @ Outcome::Allow(..) if !all.allows() => all = allowance,
            Outcome::Allow(..) | Outcome::Silent(_) => {}
        }
    }
    all
}

/// API Gateway's table A, for callers of the API's own account and for Lambda authorizers: either side allows, unless
/// one denies.
pub fn same_account<'a>(identity: Outcome<'a>, resource: Outcome<'a>) -> Decision<'a> {
    match (identity, resource) {
        (Outcome::Deny(by), _) | (_, Outcome::Deny(by)) => Decision::denied(by),
        (Outcome::Allow(..), _) => identity.alone(),
        (_, Outcome::Allow(..)) => resource.alone(),
        (Outcome::Silent(_), Outcome::Silent(_)) => identity.alone(),
    }
}

/// API Gateway's table B, for callers of another account: both sides must allow.
pub fn cross_account<'a>(identity: Outcome<'a>, resource: Outcome<'a>) -> Decision<'a> {
    match (identity, resource) {
        (Outcome::Deny(by), _) | (_, Outcome::Deny(by)) => Decision::denied(by),
        (Outcome::Silent(_), _) => identity.alone(),
        (Outcome::Allow(..), _) => if resource.allows() { identity } else { resource }.alone(),
    }
}
