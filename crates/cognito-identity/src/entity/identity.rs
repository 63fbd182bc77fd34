//! Somebody whom an identity pool knows: a guest, or whoever proved one of its logins.

use aws_types::Timestamp;
use model_cognito_identity::types as wire;
use serde::{Deserialize, Serialize};

use super::moment;

/// One way in which an identity is known: at most one subject of each public provider, several of the developer's own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Login {
    /// The key in `Logins`: `cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc`, a developer provider's name, ….
    pub provider: String,
    /// The subject there: a user's `sub`, a developer's user id.
    pub subject: String,
}

/// What an identity may still do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Nobody proved anything yet.
    #[default]
    Guest,
    /// It needs a proof at each call, now and for ever: who takes the last login off makes it inaccessible.
    Authenticated,
    /// It was merged into another.
    Disabled,
}

/// An identity.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Identity {
    /// `eu-west-1:00000000-0000-4000-8000-000000000000`.
    pub id: String,
    /// The identity pool.
    pub pool_id: String,
    /// How it is known, in order.
    pub logins: Vec<Login>,
    /// What it may do.
    pub state: State,
    /// When it was first seen.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// When its logins last changed.
    #[serde(with = "moment")]
    pub modified: Timestamp,
}

impl Identity {
    /// Whether the login is one of its own.
    pub fn has(&self, login: &Login) -> bool {
        self.logins.contains(login)
    }

    /// Adds a login.
    pub fn link(&mut self, login: Login) {
        if !self.has(&login) {
            self.logins.push(login);
            self.logins.sort();
        }
        self.state = State::Authenticated;
    }

    /// Names of its providers, each once.
    pub fn providers(&self) -> Vec<String> {
        let mut names: Vec<String> = self.logins.iter().map(|login| login.provider.clone()).collect();
        names.dedup();
        names
    }

    /// As it is shown.
    pub fn to_wire(&self) -> wire::IdentityDescription {
        let providers = self.providers();
        wire::IdentityDescription {
            identity_id: Some(self.id.clone()),
            logins: (!providers.is_empty()).then_some(providers),
            creation_date: Some(self.created),
            last_modified_date: Some(self.modified),
        }
    }
}
