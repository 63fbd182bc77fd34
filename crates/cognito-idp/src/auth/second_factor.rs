//! Second factors: which one somebody needs, and asking for it (guide: "Adding MFA to a user pool").
//!
//! A factor is *available* where the pool has it and the user has what it takes (a token that proved itself, a phone
//! number, a verified e-mail address). It is *active* where the user switched it on; where the pool demands a second
//! factor and the user chose none, whatever is available is active. What came in as a first factor never counts as the
//! second one.

use aws_types::AwsError;
use model_cognito_idp::types::{UserPoolMfaType, WebAuthnFactorConfigurationType};

use super::flow::Step;
use super::progress::{First, Progress};
use super::visit::Visit;
use crate::CognitoIdp;
use crate::entity::user::MfaFactor;
use crate::entity::{User, UserPool};
use crate::error::Result;

/// What a sign-in needs beside its first factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Nothing more.
    Nothing,
    /// This factor.
    Prove(MfaFactor),
    /// One of these, as the person chooses.
    Choose(Vec<MfaFactor>),
    /// The pool demands a factor and the user has none: one of these is to be set up.
    SetUp(Vec<MfaFactor>),
    /// All factors that are there came in as the first one already.
    Impossible,
}

/// What is needed beside what was proven.
pub(crate) fn need(pool: &UserPool, user: &User, progress: &Progress) -> Need {
    if pool.mfa.mode == UserPoolMfaType::Off || progress.second.is_some() || progress.device_proven {
        return Need::Nothing;
    }
    if progress.first == Some(First::VerifiedPasskey) && passkeys_are_two_factors(pool) {
        return Need::Nothing;
    }
    let active = active(pool, user);
    let spent = progress.first.and_then(First::as_second);
    let left: Vec<MfaFactor> = active.iter().copied().filter(|factor| Some(*factor) != spent).collect();
    let preferred = user.mfa.preferred.filter(|factor| left.contains(factor));
    match (preferred, left.as_slice()) {
        (Some(preferred), _) => Need::Prove(preferred),
        (None, [only]) => Need::Prove(*only),
        (None, []) if !active.is_empty() => Need::Impossible,
        (None, []) if pool.mfa.mode == UserPoolMfaType::On => Need::SetUp(can_set_up(pool)),
        (None, []) => Need::Nothing,
        (None, _) => Need::Choose(left),
    }
}

/// The factors that a sign-in of this user may end with.
pub(crate) fn active(pool: &UserPool, user: &User) -> Vec<MfaFactor> {
    let available = |factor: &MfaFactor| is_available(pool, user, *factor);
    let chosen: Vec<MfaFactor> =
        MfaFactor::ALL.into_iter().filter(|factor| user.mfa.enabled.contains(factor)).filter(available).collect();
    if chosen.is_empty() && pool.mfa.mode == UserPoolMfaType::On {
        return MfaFactor::ALL.into_iter().filter(available).collect();
    }
    chosen
}

/// Whether the pool has the factor.
pub(crate) fn pool_has(pool: &UserPool, factor: MfaFactor) -> bool {
    match factor {
        MfaFactor::Sms => pool.mfa.sms,
        MfaFactor::SoftwareToken => pool.mfa.software_token == Some(true),
        MfaFactor::Email => pool.mfa.email.is_some(),
    }
}

/// Whether the pool has the factor and the user what it takes.
pub(crate) fn is_available(pool: &UserPool, user: &User, factor: MfaFactor) -> bool {
    let able = match factor {
        MfaFactor::Sms => user.attributes.get("phone_number").is_some_and(|number| !number.is_empty()),
        MfaFactor::SoftwareToken => user.mfa.software_token.is_some(),
        MfaFactor::Email => user.is_verified("email"),
    };
    able && pool_has(pool, factor)
}

/// `FactorConfiguration` of the pool's passkeys.
fn passkeys_are_two_factors(pool: &UserPool) -> bool {
    pool.mfa.web_authn.as_ref().and_then(|settings| settings.factor_configuration)
        == Some(WebAuthnFactorConfigurationType::MultiFactorWithUserVerification)
}

fn can_set_up(pool: &UserPool) -> Vec<MfaFactor> {
    MfaFactor::ALL.into_iter().filter(|factor| pool_has(pool, *factor)).collect()
}

impl First {
    /// The second factor that would prove the same thing again.
    pub const fn as_second(self) -> Option<MfaFactor> {
        match self {
            Self::EmailOtp => Some(MfaFactor::Email),
            Self::SmsOtp => Some(MfaFactor::Sms),
            Self::Password | Self::Custom | Self::Passkey | Self::VerifiedPasskey => None,
        }
    }
}

impl CognitoIdp {
    /// Asks for a second factor.
    ///
    /// # Errors
    /// CodeDeliveryFailureException.
    pub(crate) async fn ask_second_factor(
        &self,
        visit: Visit<'_>,
        user: &User,
        progress: Progress,
        need: Need,
    ) -> Result<Step> {
        let (_, _, _, _) = (visit, user, progress, need);
        Err(AwsError::not_implemented("sign-in with MFA"))
    }
}
