//! Second factors: which one somebody needs, and asking for it (guide: "Adding MFA to a user pool").
//!
//! A factor is *available* where the pool has it and the user has what it takes (a token that proved itself, a phone
//! number, a verified e-mail address). It is *active* where the user switched it on; where the pool demands a second
//! factor and the user chose none, whatever is available is active. What came in as a first factor never counts as the
//! second one.

use std::collections::BTreeMap;

use model_cognito_idp::types::{ChallengeNameType, UserPoolMfaType, WebAuthnFactorConfigurationType};

use super::code_step::CodeWanted;
use super::destination::Destination;
use super::flow::{Answer, Challenge, Step};
use super::initiate::required;
use super::progress::{First, Progress};
use super::session::Holder;
use super::visit::Visit;
use crate::CognitoIdp;
use crate::entity::user::MfaFactor;
use crate::entity::{User, UserPool};
use crate::error::{self, Result};

const STEP: ChallengeNameType = ChallengeNameType::SelectMfaType;

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

/// A list of factors as challenges hold it: JSON text.
pub(crate) fn listed(factors: &[MfaFactor]) -> String {
    let names: Vec<String> = factors.iter().map(|factor| format!("\"{}\"", factor.as_str())).collect();
    format!("[{}]", names.join(","))
}

impl CognitoIdp {
    /// Asks for a second factor.
    ///
    /// # Errors
    /// Those of sending a code; InvalidUserPoolConfigurationException where a factor is demanded and the pool has none.
    pub(crate) async fn ask_second_factor(
        &self,
        visit: Visit<'_>,
        user: &User,
        progress: Progress,
        need: Need,
    ) -> Result<Step> {
        match need {
            Need::Nothing | Need::Impossible => Err(error::incorrect_username_or_password()),
            Need::Prove(factor) => self.ask_factor(visit, user, progress, factor).await,
            Need::Choose(factors) => self.ask_which(visit, user, progress, &factors),
            Need::SetUp(factors) => self.ask_set_up(visit, user, progress, &factors),
        }
    }

    async fn ask_factor(&self, visit: Visit<'_>, user: &User, progress: Progress, factor: MfaFactor) -> Result<Step> {
        let Some(attribute) = factor.attribute() else { return self.ask_token(visit, user, progress) };
        let value = user.attributes.get(attribute).cloned().ok_or_else(error::mfa_method_not_found)?;
        let wanted = (CodeWanted::Second(factor), Destination { attribute, value });
        self.ask_code(visit, Some(user), &user.username, wanted, progress).await
    }

    fn ask_which(&self, visit: Visit<'_>, user: &User, progress: Progress, factors: &[MfaFactor]) -> Result<Step> {
        let mut session = self.new_session(visit, STEP.as_str(), Holder::User(user));
        session.progress = progress;
        let parameters = BTreeMap::from([
            ("MFAS_CAN_CHOOSE".to_owned(), listed(factors)),
            ("USER_ID_FOR_SRP".to_owned(), user.username.clone()),
        ]);
        let session = Some(self.seal_session(&session)?);
        Ok(Step::Challenge(Challenge { name: STEP, session, parameters, available: Vec::new() }))
    }

    /// SELECT_MFA_TYPE.
    ///
    /// # Errors
    /// NotAuthorizedException for the session, MFAMethodNotFoundException for a factor that was not offered.
    pub(crate) async fn answer_which(&self, visit: Visit<'_>, answer: Answer<'_>) -> Result<Step> {
        let (session, user) = self.resume(visit, STEP, answer).await?;
        let chosen = MfaFactor::parse(required(answer.responses, "ANSWER")?);
        let offered = match need(visit.pool, &user, &session.progress) {
            Need::Choose(factors) => factors,
            Need::Prove(factor) => vec![factor],
            Need::Nothing | Need::SetUp(_) | Need::Impossible => return Err(error::invalid_session()),
        };
        let factor = chosen.filter(|chosen| offered.contains(chosen)).ok_or_else(error::mfa_method_not_found)?;
        self.use_session(&session).await?;
        self.ask_factor(visit, &user, session.progress.clone(), factor).await
    }
}
