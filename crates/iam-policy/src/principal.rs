//! Who asks, and the `Principal` element that names who is meant ("AWS JSON policy elements: Principal").

use crate::decision::Grant;

/// The caller of a request, proven by whoever made this value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// Nobody was proven.
    Anonymous,
    /// An account's root user.
    Root {
        /// Twelve digits.
        account: String,
    },
    /// An IAM user, by a long-term key or by `GetSessionToken`.
    User {
        /// Twelve digits.
        account: String,
        /// `arn:aws:iam::123456789012:user/path/alice`.
        arn: String,
        /// `AIDA…`.
        id: String,
        /// `alice`.
        name: String,
    },
    /// A session of a role.
    Session {
        /// Twelve digits, of the role.
        account: String,
        /// `arn:aws:iam::123456789012:role/path/name`.
        role_arn: String,
        /// `arn:aws:sts::123456789012:assumed-role/name/session`.
        session_arn: String,
        /// `AROA…:session`.
        user_id: String,
    },
    /// A session by `GetFederationToken`; its identity policies are those of the user who asked for it.
    FederatedUser {
        /// Twelve digits.
        account: String,
        /// `arn:aws:sts::123456789012:federated-user/name`.
        arn: String,
        /// `123456789012:name`.
        user_id: String,
    },
    /// An AWS service on its own behalf.
    Service {
        /// `apigateway.amazonaws.com`.
        name: String,
    },
    /// Somebody proven by a web identity or SAML provider who has no credentials yet: the caller of
    /// `AssumeRoleWithWebIdentity` and `AssumeRoleWithSAML`.
    Federated {
        /// What a trust policy calls the provider: `cognito-identity.amazonaws.com` or the provider's ARN.
        provider: String,
    },
}

impl Principal {
    /// The account the caller belongs to, where it has one.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Root { account }
            | Self::User { account, .. }
            | Self::Session { account, .. }
            | Self::FederatedUser { account, .. } => Some(account),
            Self::Anonymous | Self::Service { .. } | Self::Federated { .. } => None,
        }
    }

    /// What a denial calls the caller: an ARN, a service's or provider's name, or `anonymous`.
    pub fn display_arn(&self) -> String {
        match self {
            Self::Anonymous => "anonymous".to_owned(),
            Self::Root { account } => format!("arn:aws:iam::{account}:root"),
            Self::User { arn, .. } | Self::FederatedUser { arn, .. } => arn.clone(),
            Self::Session { session_arn, .. } => session_arn.clone(),
            Self::Service { name } => name.clone(),
            Self::Federated { provider } => provider.clone(),
        }
    }

    /// `aws:PrincipalArn`: of a session it is the role's.
    pub fn principal_arn(&self) -> Option<String> {
        match self {
            Self::Root { account } => Some(format!("arn:aws:iam::{account}:root")),
            Self::User { arn, .. } | Self::FederatedUser { arn, .. } => Some(arn.clone()),
            Self::Session { role_arn, .. } => Some(role_arn.clone()),
            Self::Anonymous | Self::Service { .. } | Self::Federated { .. } => None,
        }
    }

    /// `aws:PrincipalType`.
    pub fn principal_type(&self) -> Option<&'static str> {
        match self {
            Self::Anonymous => Some("Anonymous"),
            Self::Root { .. } => Some("Account"),
            Self::User { .. } => Some("User"),
            Self::Session { .. } => Some("AssumedRole"),
            Self::FederatedUser { .. } => Some("FederatedUser"),
            Self::Service { .. } | Self::Federated { .. } => None,
        }
    }

    /// `aws:userid`.
    pub fn user_id(&self) -> Option<&str> {
        match self {
            Self::Anonymous => Some("anonymous"),
            Self::Root { account } => Some(account),
            Self::User { id, .. } => Some(id),
            Self::Session { user_id, .. } | Self::FederatedUser { user_id, .. } => Some(user_id),
            Self::Service { .. } | Self::Federated { .. } => None,
        }
    }
}

/// One name in a `Principal` element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    Everyone,
    /// Twelve digits, from an account id or a root ARN.
    Account(Box<str>),
    /// The ARN of a user, role, role session or federated user.
    Arn(Box<str>),
    /// `AIDA…` or `AROA…`: what a saved policy shows for somebody deleted since.
    UniqueId(Box<str>),
    Service(Box<str>),
    Federated(Box<str>),
    CanonicalUser(Box<str>),
}

/// The `Principal` or `NotPrincipal` of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Principals {
    /// Identity policies name none: they are attached to who is meant.
    Unnamed,
    Are(Box<[Named]>),
    AreNot(Box<[Named]>),
}

/// Who asks, as statements see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Who<'a> {
    pub(crate) principal: &'a Principal,
    pub(crate) canonical_user: Option<&'a str>,
}

impl Principals {
    /// Whether somebody is named, and nobody by `*` or by being left out.
    pub(crate) fn are_fixed(&self) -> bool {
        matches!(self, Self::Are(named) if !named.contains(&Named::Everyone))
    }

    /// How the statement means the caller, if it does.
    pub(crate) fn grant(&self, who: Who<'_>) -> Option<Grant> {
        match self {
            Self::Unnamed => Some(Grant::Attached),
            Self::Are(named) => named.iter().filter_map(|one| one.grant(who)).max(),
            Self::AreNot(named) => (!excepted(named, who)).then_some(Grant::Everyone),
        }
    }
}

impl Named {
    fn grant(&self, who: Who<'_>) -> Option<Grant> {
        let principal = who.principal;
        let (means, grant) = match self {
            Self::Everyone => (!matches!(principal, Principal::Federated { .. }), Grant::Everyone),
            Self::Account(account) => (principal.account() == Some(account), Grant::Account),
            Self::CanonicalUser(id) => (who.canonical_user == Some(id), Grant::Account),
            Self::Arn(arn) => return arn_grant(arn, principal),
            Self::UniqueId(id) => return id_grant(id, principal),
            Self::Service(service) => {
                (matches!(principal, Principal::Service { name } if **name == **service), Grant::Direct)
            }
            Self::Federated(by) => {
                (matches!(principal, Principal::Federated { provider } if **provider == **by), Grant::Direct)
            }
        };
        means.then_some(grant)
    }
}

fn arn_grant(named: &str, principal: &Principal) -> Option<Grant> {
    match principal {
        Principal::User { arn, .. } | Principal::FederatedUser { arn, .. } => (arn == named).then_some(Grant::Direct),
        Principal::Session { role_arn, session_arn, .. } => {
            let direct = (session_arn == named).then_some(Grant::Direct);
            direct.or((role_arn == named).then_some(Grant::Role))
        }
        Principal::Anonymous | Principal::Root { .. } | Principal::Service { .. } | Principal::Federated { .. } => None,
    }
}

fn id_grant(named: &str, principal: &Principal) -> Option<Grant> {
    match principal {
        Principal::User { id, .. } => (id == named).then_some(Grant::Direct),
        Principal::Session { user_id, .. } => {
            let role_id = user_id.split_once(':').map_or(&**user_id, |(role_id, _)| role_id);
            (role_id == named).then_some(Grant::Role)
        }
        _ => None,
    }
}

/// Whether `NotPrincipal` excepts the caller. A name of the account excepts its root only, and a session must be named
/// in full: its account, its role and itself (IAM guide, "AWS JSON policy elements: NotPrincipal").
fn excepted(named: &[Named], who: Who<'_>) -> bool {
    let lists = |grant: Grant| named.iter().any(|one| one.grant(who) == Some(grant));
    lists(Grant::Everyone)
        || match who.principal {
            Principal::Root { .. } => lists(Grant::Account),
            Principal::Session { .. } => lists(Grant::Account) && lists(Grant::Role) && lists(Grant::Direct),
            _ => lists(Grant::Direct),
        }
}
