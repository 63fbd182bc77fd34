//! Who signed a request, once that was proven.

use std::sync::Arc;

use aws_types::{AccountId, Caller};
use iam_policy::Principal;

use crate::session::{Session, SessionKind};

/// A proven caller.
#[derive(Clone, Debug)]
pub enum Identity {
    /// The account's root.
    Root {
        /// The account.
        account: AccountId,
    },
    /// A user, by a key of its own.
    User(Arc<UserIdentity>),
    /// Temporary credentials.
    Session(Arc<Session>),
}

/// A user as its requests show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserIdentity {
    /// The account.
    pub account: AccountId,
    /// `arn:aws:iam::123456789012:user/division/alice`.
    pub arn: String,
    /// `AIDA…`.
    pub id: String,
    /// `alice`.
    pub name: String,
    /// `/division/`.
    pub path: String,
}

impl UserIdentity {
    pub(crate) fn principal(&self) -> Principal {
        Principal::User {
            account: self.account.as_str().to_owned(),
            arn: self.arn.clone(),
            id: self.id.clone(),
            name: self.name.clone(),
        }
    }
}

impl Identity {
    /// The account it belongs to.
    pub fn account(&self) -> &AccountId {
        match self {
            Self::Root { account } => account,
            Self::User(user) => &user.account,
            Self::Session(session) => &session.account,
        }
    }

    /// The ARN that `GetCallerIdentity` shows.
    pub fn arn(&self) -> String {
        self.principal().display_arn()
    }

    /// `aws:userid`.
    pub fn user_id(&self) -> String {
        self.principal().user_id().unwrap_or_default().to_owned()
    }

    /// As the policy engine takes it.
    pub fn principal(&self) -> Principal {
        match self {
            Self::Root { account } => Principal::Root { account: account.as_str().to_owned() },
            Self::User(user) => user.principal(),
            Self::Session(session) => session.principal(),
        }
    }

    /// As operations are given it.
    pub fn caller(&self, access_key_id: &str) -> Caller {
        let is_root = match self {
            Self::Root { .. } => true,
            Self::User(_) => false,
            Self::Session(session) => session.kind == SessionKind::Root,
        };
        if is_root && !access_key_id.starts_with(crate::ids::TEMPORARY) {
            return Caller::Root;
        }
        Caller::Principal { access_key_id: access_key_id.to_owned(), arn: self.arn() }
    }
}
