//! USER_AUTH: the client names the factor it prefers, or is asked to choose (guide: "Choice-based authentication").
//!
//! Offered is what the pool allows first (`SignInPolicy`) and the user has: a password, a verified address, a passkey.
//! Where the client hides who exists, everything the pool allows is offered to every name; what somebody does not have is
//! asked for all the same, and cannot be answered. A code is no first factor for somebody whose second factor would be the
//! same code, or who has none yet and needs one.

use model_cognito_idp::types::{AuthFactorType, ChallengeNameType, UserPoolMfaType, UserPoolTierType, UserStatusType};

use super::client_auth::names_user;
use super::code_step::CodeWanted;
use super::destination::Destination;
use super::flow::{Answer, Challenge, Entrant, Step};
use super::initiate::{Parameters, required};
use super::progress::{First, Progress};
use super::second_factor::{Need, need, pool_has};
use super::session::{ChallengeSession, Holder};
use super::visit::Visit;
use crate::CognitoIdp;
use crate::entity::user::MfaFactor;
use crate::entity::{User, UserPool};
use crate::error::{self, Result};
use crate::table::user;

const STEP: ChallengeNameType = ChallengeNameType::SelectChallenge;

/// The proof that came with a choice.
#[derive(Clone, Copy, Debug)]
struct Proof<'a> {
    password: Option<&'a String>,
    srp_a: Option<&'a String>,
}

impl<'a> Proof<'a> {
    fn of(given: &'a Parameters) -> Self {
        let some = |name: &str| given.get(name).filter(|value| !value.is_empty());
        Self { password: some("PASSWORD"), srp_a: some("SRP_A") }
    }
}

impl CognitoIdp {
    /// Begins with the preferred factor where it is offered, else asks for a choice.
    ///
    /// # Errors
    /// FeatureUnavailableInTierException, then as a sign-in by the factor.
    pub(crate) async fn begin_choice(&self, visit: Visit<'_>, parameters: &Parameters) -> Result<Step> {
        if visit.pool.settings.tier == UserPoolTierType::Lite {
            return Err(error::feature_unavailable("USER_AUTH", visit.pool.settings.tier.as_str()));
        }
        let name = required(parameters, "USERNAME")?;
        let preferred = parameters.get("PREFERRED_CHALLENGE").and_then(|name| ChallengeNameType::parse(name));
        let proof = Proof::of(parameters);
        if let (Some(ChallengeNameType::Password), Some(password)) = (preferred, proof.password) {
            return self.sign_in_by_password(visit, name, password).await;
        }
        let entrant = self.enter(visit, name).await?;
        let visit = visit.silent();
        let offered = self.offered(visit, entrant.user.as_deref()).await?;
        match preferred.filter(|preferred| offered.contains(preferred)) {
            Some(preferred) => {
                let step = self.begin_with(visit, name, entrant, (preferred, proof)).await?;
                Ok(with_available(step, offered))
            }
            None => self.ask_choice(visit, name, offered),
        }
    }

    fn ask_choice(&self, visit: Visit<'_>, name: &str, offered: Vec<ChallengeNameType>) -> Result<Step> {
        if offered.is_empty() {
            return Err(error::incorrect_username_or_password());
        }
        let session = self.new_session(visit, STEP.as_str(), Holder::Name(name));
        let session = Some(self.seal_session(&session)?);
        Ok(Step::Challenge(Challenge { name: STEP, session, parameters: Parameters::new(), available: offered }))
    }

    /// The factor that was chosen, as far as its proof is there.
    async fn begin_with(
        &self,
        visit: Visit<'_>,
        name: &str,
        entrant: Entrant<'_>,
        (factor, proof): (ChallengeNameType, Proof<'_>),
    ) -> Result<Step> {
        let user = entrant.user.as_deref();
        match factor {
            ChallengeNameType::Password => self.ask_proof(visit, name, factor),
            ChallengeNameType::PasswordSrp => match proof.srp_a {
                Some(srp_a) => self.open_srp_for(visit, user, name, srp_a).await,
                None => self.ask_proof(visit, name, factor),
            },
            ChallengeNameType::EmailOtp => self.ask_first_code(visit, user, name, First::EmailOtp).await,
            ChallengeNameType::SmsOtp => self.ask_first_code(visit, user, name, First::SmsOtp).await,
            ChallengeNameType::WebAuthn => self.ask_passkey(visit, user, name).await,
            other => Err(error::challenge_not_supported(other.as_str())),
        }
    }

    /// Asks for a proof that was not given with the choice.
    fn ask_proof(&self, visit: Visit<'_>, name: &str, factor: ChallengeNameType) -> Result<Step> {
        let session = self.new_session(visit, factor.as_str(), Holder::Name(name));
        let session = Some(self.seal_session(&session)?);
        Ok(Step::Challenge(Challenge { name: factor, session, parameters: Parameters::new(), available: Vec::new() }))
    }

    async fn ask_first_code(&self, visit: Visit<'_>, user: Option<&User>, name: &str, first: First) -> Result<Step> {
        let attribute = if first == First::SmsOtp { "phone_number" } else { "email" };
        let able = user.filter(|user| has_code(visit.pool, user, first));
        let destination = match able.and_then(|user| user.attributes.get(attribute)) {
            Some(value) => Destination { attribute, value: value.clone() },
            None => self.imagined_address(visit.pool, name, attribute),
        };
        self.ask_code(visit, able, name, (CodeWanted::First(first), destination), Progress::default()).await
    }

    /// What is offered, in the order of AWS's answers.
    async fn offered(&self, visit: Visit<'_>, user: Option<&User>) -> Result<Vec<ChallengeNameType>> {
        let pool = visit.pool;
        let hides = visit.client.settings.prevents_user_existence_errors();
        let known = user.filter(|_| !hides);
        let mut offered = Vec::new();
        if known.is_none_or(|user| user.password.is_some()) {
            offered.extend((!pool.srp_is_off()).then_some(ChallengeNameType::PasswordSrp));
            offered.push(ChallengeNameType::Password);
        }
        for (first, name) in
            [(First::EmailOtp, ChallengeNameType::EmailOtp), (First::SmsOtp, ChallengeNameType::SmsOtp)]
        {
            if pool_allows_code(pool, first) && known.is_none_or(|user| has_code(pool, user, first)) {
                offered.push(name);
            }
        }
        let passkey = allows(pool, AuthFactorType::WebAuthn);
        let there = match hides {
            true => self.relying_party(pool, visit.page_host).is_some(),
            false => self.has_passkey_of(visit, user).await?,
        };
        if passkey && there {
            offered.push(ChallengeNameType::WebAuthn);
        }
        Ok(offered)
    }

    async fn has_passkey_of(&self, visit: Visit<'_>, user: Option<&User>) -> Result<bool> {
        match user {
            Some(user) => self.has_passkey(visit.pool, user, visit.page_host).await,
            None => Ok(false),
        }
    }

    /// SELECT_CHALLENGE.
    ///
    /// # Errors
    /// NotAuthorizedException for the session, InvalidParameterException for what is not offered, then as a sign-in by
    /// the factor.
    pub(crate) async fn answer_choice(&self, visit: Visit<'_>, answer: Answer<'_>) -> Result<Step> {
        let session = self.open_choice(visit, STEP, answer).await?;
        let name = session.username.as_str();
        let chosen = required(answer.responses, "ANSWER")?;
        let proof = Proof::of(answer.responses);
        let factor = ChallengeNameType::parse(chosen).ok_or_else(|| error::challenge_not_supported(chosen))?;
        if let (ChallengeNameType::Password, Some(password)) = (factor, proof.password) {
            return self.answer_by_password(visit, &session, password).await;
        }
        let entrant = self.enter(visit, name).await?;
        if !self.offered(visit, entrant.user.as_deref()).await?.contains(&factor) {
            return Err(error::challenge_not_supported(factor.as_str()));
        }
        self.use_session(&session).await?;
        self.begin_with(visit, name, entrant, (factor, proof)).await
    }

    /// PASSWORD, PASSWORD_SRP: the proof that was not given with the choice.
    ///
    /// # Errors
    /// NotAuthorizedException for the session, then as a sign-in by the factor.
    pub(crate) async fn answer_proof(
        &self,
        visit: Visit<'_>,
        factor: ChallengeNameType,
        answer: Answer<'_>,
    ) -> Result<Step> {
        let session = self.open_choice(visit, factor, answer).await?;
        if factor == ChallengeNameType::Password {
            let password = required(answer.responses, "PASSWORD")?;
            return self.answer_by_password(visit, &session, password).await;
        }
        let srp_a = required(answer.responses, "SRP_A")?;
        let step = self.begin_srp(visit, &session.username, srp_a).await?;
        self.use_session(&session).await?;
        Ok(step)
    }

    async fn answer_by_password(&self, visit: Visit<'_>, session: &ChallengeSession, password: &str) -> Result<Step> {
        let sign_in = self.prove_password(visit, &session.username, password).await?;
        self.use_session(session).await?;
        self.advance(visit, sign_in).await
    }

    /// The session of a step that a name was given, with nothing proven.
    async fn open_choice(
        &self,
        visit: Visit<'_>,
        step: ChallengeNameType,
        answer: Answer<'_>,
    ) -> Result<ChallengeSession> {
        let text = answer.session.ok_or_else(|| error::missing_parameter("Session"))?;
        let session = self.open_session_of(visit, step.as_str(), text).await?;
        let Some(given) = answer.name else { return Ok(session) };
        let name = session.username.as_str();
        let found = user::by_name(self.store(), visit.pool, name).await?;
        let same = user::fold(visit.pool, given) == user::fold(visit.pool, name)
            || given == self.shown_name(visit.pool, None, name)
            || found.is_some_and(|user| names_user(visit.pool, &user, given));
        if same { Ok(session) } else { Err(error::invalid_session()) }
    }

    /// `ConfiguredUserAuthFactors` of a user.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn configured_factors(&self, pool: &UserPool, user: &User) -> Result<Vec<AuthFactorType>> {
        let mut factors = Vec::new();
        let mut add = |there: bool, factor: AuthFactorType| factors.extend(there.then_some(factor));
        add(user.password.is_some(), AuthFactorType::Password);
        add(allows(pool, AuthFactorType::EmailOtp) && user.is_verified("email"), AuthFactorType::EmailOtp);
        add(allows(pool, AuthFactorType::SmsOtp) && user.is_verified("phone_number"), AuthFactorType::SmsOtp);
        let passkey = allows(pool, AuthFactorType::WebAuthn) && self.has_passkey(pool, user, None).await?;
        add(passkey, AuthFactorType::WebAuthn);
        add(user.mfa.software_token.is_some(), AuthFactorType::SoftwareToken);
        Ok(factors)
    }
}

fn with_available(step: Step, available: Vec<ChallengeNameType>) -> Step {
    match step {
        Step::Challenge(challenge) if challenge.name != ChallengeNameType::PasswordVerifier => {
            Step::Challenge(Challenge { available, ..challenge })
        }
        other => other,
    }
}

/// `AllowedFirstAuthFactors`.
fn allows(pool: &UserPool, factor: AuthFactorType) -> bool {
    pool.settings.first_auth_factors.contains(&factor)
}

/// Whether the pool lets people in by such a code at all. Where it demands a second factor, there must be another one.
fn pool_allows_code(pool: &UserPool, first: First) -> bool {
    let factor = if first == First::SmsOtp { AuthFactorType::SmsOtp } else { AuthFactorType::EmailOtp };
    let other = || MfaFactor::ALL.into_iter().any(|factor| pool_has(pool, factor) && Some(factor) != first.as_second());
    allows(pool, factor) && (pool.mfa.mode != UserPoolMfaType::On || other())
}

/// Whether this user may come in by such a code.
fn has_code(pool: &UserPool, user: &User, first: First) -> bool {
    let attribute = if first == First::SmsOtp { "phone_number" } else { "email" };
    user.status == UserStatusType::Confirmed
        && user.is_verified(attribute)
        && pool_allows_code(pool, first)
        && !matches!(need(pool, user, &Progress::by(first)), Need::Impossible | Need::SetUp(_))
}
