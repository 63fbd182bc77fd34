//! What was decided, by which statement, and AWS's sentences about it ("Troubleshoot access denied error messages").

use crate::policy::PolicyKind;

/// A statement that matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatementRef<'a> {
    /// In which kind of policy.
    pub kind: PolicyKind,
    /// Which of the identity or session policies, from zero; zero where there is but one.
    pub policy: usize,
    /// Which statement of that policy, from zero.
    pub statement: usize,
    /// Its Sid, if it has one.
    pub sid: Option<&'a str>,
}

/// How an allowing statement means the caller; the later, the stronger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grant {
    /// The policy is attached to the caller and names nobody.
    Attached,
    /// By its account: the account's own policies must allow too.
    Account,
    /// By `*`.
    Everyone,
    /// By the role whose session it is.
    Role,
    /// By its own name: user, session, federated user, service or provider.
    Direct,
}

/// What policies of one kind say to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// A statement denies.
    Deny(StatementRef<'a>),
    /// A statement allows and none denies.
    Allow(StatementRef<'a>, Grant),
    /// No statement matches.
    Silent(PolicyKind),
}

impl<'a> Outcome<'a> {
    /// Whether a statement allows and none denies.
    pub fn allows(&self) -> bool {
        matches!(self, Self::Allow(..))
    }

    /// The decision where this is all that is asked: an explicit allow is needed.
    pub fn alone(self) -> Decision<'a> {
        match self {
            Self::Deny(by) => Decision::denied(by),
            Self::Allow(by, _) => Decision::allowed(Some(by)),
            Self::Silent(kind) => Decision::missing(kind),
        }
    }
}

/// Why a request is allowed or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// All that must allow does, and nothing denies.
    Allowed,
    /// A statement of this kind of policy denies.
    ExplicitDeny(PolicyKind),
    /// No statement of this kind of policy allows, and one must.
    ImplicitDeny(PolicyKind),
}

/// The answer of [`evaluate`](crate::evaluate()).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Decision<'a> {
    /// Why.
    pub reason: Reason,
    /// The statement that decided; none where nothing matched, or where the account's root needs no statement.
    pub by: Option<StatementRef<'a>>,
}

impl<'a> Decision<'a> {
    pub(crate) fn allowed(by: Option<StatementRef<'a>>) -> Self {
        Self { reason: Reason::Allowed, by }
    }

    pub(crate) fn denied(by: StatementRef<'a>) -> Self {
        Self { reason: Reason::ExplicitDeny(by.kind), by: Some(by) }
    }

    pub(crate) fn missing(kind: PolicyKind) -> Self {
        Self { reason: Reason::ImplicitDeny(kind), by: None }
    }

    /// Whether the request may go on.
    pub fn is_allowed(&self) -> bool {
        self.reason == Reason::Allowed
    }

    /// The end of the sentence: `because no identity-based policy allows the s3:GetObject action` or `with an explicit
    /// deny in a resource-based policy`; empty where allowed.
    pub fn reason_text(&self, action: &str) -> String {
        match self.reason {
            Reason::Allowed => String::new(),
            Reason::ExplicitDeny(kind) => format!("with an explicit deny in {} {}", article(kind), words(kind)),
            Reason::ImplicitDeny(kind) => format!("because no {} allows the {action} action", words(kind)),
        }
    }

    /// The whole sentence. `principal_arn` is [`Principal::display_arn`](crate::Principal::display_arn); a `resource`
    /// that is empty is left out. API Gateway wants [`masked_account`] of the resource.
    pub fn denial_text(&self, principal_arn: &str, action: &str, resource: &str) -> String {
        format!("{} {}", self.short_denial_text(principal_arn, action, resource), self.reason_text(action))
    }

    /// The sentence without its reason, as `AssumeRole` says it.
    pub fn short_denial_text(&self, principal_arn: &str, action: &str, resource: &str) -> String {
        let on = if resource.is_empty() { String::new() } else { format!(" on resource: {resource}") };
        format!("User: {principal_arn} is not authorized to perform: {action}{on}")
    }
}

fn words(kind: PolicyKind) -> &'static str {
    match kind {
        PolicyKind::Identity => "identity-based policy",
        PolicyKind::Resource | PolicyKind::Trust => "resource-based policy",
        PolicyKind::Boundary => "permissions boundary",
        PolicyKind::Session => "session policy",
        PolicyKind::VpcEndpoint => "VPC endpoint policy",
    }
}

fn article(kind: PolicyKind) -> &'static str {
    if kind == PolicyKind::Identity { "an" } else { "a" }
}

/// An ARN whose account shows its last four digits only: `arn:aws:execute-api:eu-west-1:********3333:abc/dev/GET/`.
/// Text without an account is given back as it is.
pub fn masked_account(arn: &str) -> String {
    let mut fields = arn.splitn(6, ':');
    let [Some(a), Some(b), Some(c), Some(d), Some(account), Some(resource)] = std::array::from_fn(|_| fields.next())
    else {
        return arn.to_owned();
    };
    match account.char_indices().rev().nth(3).and_then(|(at, _)| account.split_at_checked(at)) {
        Some((hidden, shown)) => {
            format!("{a}:{b}:{c}:{d}:{}{shown}:{resource}", "*".repeat(hidden.chars().count()))
        }
        None => arn.to_owned(),
    }
}
