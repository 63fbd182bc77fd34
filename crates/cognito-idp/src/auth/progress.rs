//! What a sign-in has proven so far. It travels sealed in the session between two steps, so that no step can be skipped,
//! doubled or taken from another sign-in.

use serde::{Deserialize, Serialize};

use super::lockout::Attempt;
use crate::entity::User;
use crate::entity::user::MfaFactor;
use store::Versioned;

/// What was proven, by what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The first factor; none while nothing is proven.
    pub first: Option<First>,
    /// The second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<MfaFactor>,
    /// A new password was set on the way.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub new_password: bool,
    /// `DEVICE_KEY` of a call of this sign-in: a claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_key: Option<String>,
    /// That device proved that it is the one that is remembered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub device_proven: bool,
}

/// First factors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum First {
    /// Sent, or proven by SRP.
    Password,
    /// The pool's functions were content.
    Custom,
    /// A code by mail.
    EmailOtp,
    /// A code by SMS.
    SmsOtp,
    /// A passkey whose authenticator saw somebody.
    Passkey,
    /// A passkey whose authenticator knew its user.
    VerifiedPasskey,
}

impl Progress {
    /// After a first factor.
    pub fn by(first: First) -> Self {
        Self { first: Some(first), ..Self::default() }
    }
}

/// A sign-in between a proof and what follows from it.
#[derive(Debug)]
pub struct SignIn {
    /// As read when the proof was judged.
    pub user: Versioned<User>,
    /// With that proof.
    pub progress: Progress,
    /// The guess that was right; not yet forgiven.
    pub attempt: Option<Attempt>,
}

impl SignIn {
    /// After a first factor that was counted.
    pub fn by(first: First, user: Versioned<User>, attempt: Option<Attempt>) -> Self {
        Self { user, progress: Progress::by(first), attempt }
    }
}
