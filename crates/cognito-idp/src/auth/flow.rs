//! The sign-in state machine (guide: "User pool authentication flow"). All doors and all flows lead through here.
//!
//! 1. [`CognitoIdp::enter`]: who is it, may they come in, PreAuthentication.
//! 2. A first factor is proven: a password (here), SRP (`srp_flow.rs`), a code (`code_step.rs`), a passkey
//!    (`passkey_step.rs`), or whatever the pool's functions want (`custom.rs`).
//! 3. [`CognitoIdp::advance`] decides what comes next, again after every further proof: the status (confirmed? reset?),
//!    NEW_PASSWORD_REQUIRED, the device, the second factor, tokens. Nothing else gives a [`Step::Done`].
//!
//! Between two steps everything that was proven lies in the session's [`Progress`].

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_types::AwsError;
use model_cognito_idp::types::{AuthenticationResultType, ChallengeNameType, EventResponseType, UserStatusType};
use store::{Tx, Versioned, retry};

use super::chain::Terms;
use super::device::new_device_metadata;
use super::device_step::DeviceStep;
use super::lockout::Attempt;
use super::progress::{First, Progress, SignIn};
use super::second_factor::{Need, need};
use super::token::Subject;
use super::visit::{Lane, Visit};
use crate::CognitoIdp;
use crate::entity::{User, UserPool};
use crate::error::{self, Result};
use crate::table::user::{self, USERS};
use crate::triggers::user_migration::Stranger;

const DAY_MS: i64 = 86_400_000;
/// What `TemporaryPasswordValidityDays` of 0 is read as.
const DEFAULT_TEMPORARY_DAYS: u32 = 7;

/// Somebody whose sign-in is complete.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// As read when the last proof was judged.
    pub user: Versioned<User>,
    /// When, epoch seconds.
    pub auth_time: i64,
    /// What they proved.
    pub progress: Progress,
    /// The guess that was right, to be forgotten in the commit that the sign-in ends with, or by [`CognitoIdp::forgive_early`].
    pub attempt: Option<Arc<Attempt>>,
}

/// Where a sign-in stands.
#[derive(Clone, Debug)]
pub enum Step {
    /// Complete.
    Done(Box<Authenticated>),
    /// Another proof is needed.
    Challenge(Challenge),
}

impl Step {
    /// How it stands in the user's history.
    pub const fn standing(&self) -> EventResponseType {
        match self {
            Self::Done(_) => EventResponseType::Pass,
            Self::Challenge(_) => EventResponseType::InProgress,
        }
    }
}

/// What is asked next.
#[derive(Clone, Debug)]
pub struct Challenge {
    /// `NEW_PASSWORD_REQUIRED`, …
    pub name: ChallengeNameType,
    /// Given back with the answer.
    pub session: Option<String>,
    /// As the AWS API shows them.
    pub parameters: BTreeMap<String, String>,
    /// `AvailableChallenges`, where there is a choice.
    pub available: Vec<ChallengeNameType>,
}

/// Members of `ChallengeResponses`.
pub type Responses = BTreeMap<String, String>;

/// What a client says to a challenge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer<'a> {
    pub session: Option<&'a str>,
    /// USERNAME; the hosted pages give none.
    pub name: Option<&'a str>,
    pub responses: &'a Responses,
}

/// Somebody at the door.
#[derive(Clone, Debug)]
pub(crate) struct Entrant<'a> {
    /// None where there is no such user and the client hides that: everything goes on as if there were.
    pub user: Option<Versioned<User>>,
    /// Whose failures their guesses are counted with.
    pub lane: Lane<'a>,
}

/// What comes next for somebody.
enum Next {
    NewPassword,
    Device(Challenge),
    SecondFactor(Need),
    Nothing,
}

impl CognitoIdp {
    /// The user of a name, if they may come in.
    ///
    /// # Errors
    /// In this order: no such user, an address that is always refused, PreAuthentication, disabled.
    pub(crate) async fn enter<'a>(&self, visit: Visit<'a>, name: &str) -> Result<Entrant<'a>> {
        let found = user::by_name(self.store(), visit.pool, name).await?;
        self.enter_as(visit, name, found).await
    }

    async fn enter_as<'a>(&self, visit: Visit<'a>, name: &str, user: Option<Versioned<User>>) -> Result<Entrant<'a>> {
        if user.is_none() && !visit.client.settings.prevents_user_existence_errors() {
            return Err(error::user_does_not_exist());
        }
        self.check_address(visit).await?;
        self.pre_authentication(visit.pool, user.as_deref(), name, visit.said).await?;
        if user.as_ref().is_some_and(|user| !user.enabled) {
            return Err(error::user_is_disabled());
        }
        let lane = self.device_lane(visit, user.as_deref()).await?;
        Ok(Entrant { user, lane })
    }

    /// Username and password.
    ///
    /// # Errors
    /// In this order: no such user, PreAuthentication, disabled, locked out, wrong password, status.
    pub(crate) async fn sign_in_by_password(&self, visit: Visit<'_>, name: &str, password: &str) -> Result<Step> {
        let sign_in = self.prove_password(visit, name, password).await?;
        self.advance(visit.silent(), sign_in).await
    }

    /// The password as a first factor.
    ///
    /// # Errors
    /// As [`CognitoIdp::sign_in_by_password`], without the status.
    pub(crate) async fn prove_password(&self, visit: Visit<'_>, name: &str, password: &str) -> Result<SignIn> {
        let found = match user::by_name(self.store(), visit.pool, name).await? {
            None => {
                let stranger = Stranger { name, password: Some(password), said: visit.said };
                self.migrate_at_sign_in(visit, stranger).await?
            }
            found => found,
        };
        let Entrant { user, lane } = self.enter_as(visit, name, found).await?;
        let counted_as = user.as_ref().map_or(name, |user| &user.username);
        let right = self.check_password(visit.guess(counted_as, lane), user.as_deref(), password).await?;
        let (attempt, user) = right.zip(user).ok_or_else(error::incorrect_username_or_password)?;
        if let Err(refusal) = self.check_given_password(visit, password).await {
            self.take_back(visit.pool, attempt).await?;
            return Err(refusal);
        }
        Ok(SignIn::by(First::Password, user, Some(attempt)))
    }

    /// Goes on for somebody who gave the password earlier in the same page flow and has since confirmed the registration:
    /// as if it had been given again. `None` where the user is gone.
    ///
    /// # Errors
    /// Disabled, and whatever the status asks.
    pub(crate) async fn sign_in_confirmed(&self, visit: Visit<'_>, name: &str) -> Result<Option<Step>> {
        let found = user::by_name(self.store(), visit.pool, name).await?;
        if found.is_none() {
            return Ok(None);
        }
        let Some(user) = self.enter_as(visit, name, found).await?.user else { return Ok(None) };
        self.advance(visit, SignIn::by(First::Password, user, None)).await.map(Some)
    }

    /// What follows from a proof. The one place that decides it.
    ///
    /// # Errors
    /// UserNotConfirmedException, PasswordResetRequiredException, NotAuthorizedException; those of what is asked next.
    pub(crate) async fn advance(&self, visit: Visit<'_>, sign_in: SignIn) -> Result<Step> {
        let SignIn { user, mut progress, attempt } = sign_in;
        self.note_device(visit, &user, &mut progress).await?;
        let next = self.next(visit, &user, &progress).await;
        if matches!(next, Ok(Next::Nothing)) && attempt.is_some() {
            return self.complete(visit.pool, user, progress, attempt).await;
        }
        self.settle_guess(visit.pool, &user, attempt, matches!(next, Ok(Next::Nothing)).into()).await?;
        match next? {
            Next::NewPassword => self.ask_new_password(visit, &user, progress),
            Next::Device(challenge) => Ok(Step::Challenge(challenge)),
            Next::SecondFactor(need) => self.ask_second_factor(visit, &user, progress, need).await,
            Next::Nothing => self.complete(visit.pool, user, progress, None).await,
        }
    }

    /// Forgets the guess that was right ahead of the sign-in's end: where others are told of it first.
    ///
    /// # Errors
    /// As [`CognitoIdp::forgive`].
    pub(crate) async fn forgive_early(&self, pool: &UserPool, signed_in: &mut Authenticated) -> Result<()> {
        match signed_in.attempt.take() {
            Some(attempt) => self.forgive(pool, &attempt).await,
            None => Ok(()),
        }
    }

    async fn complete(
        &self,
        pool: &UserPool,
        user: Versioned<User>,
        progress: Progress,
        attempt: Option<Attempt>,
    ) -> Result<Step> {
        let auth_time = self.now().secs();
        if progress.second.is_some() || progress.first == Some(First::VerifiedPasskey) {
            self.keep_factor_proof(pool, &user.sub, auth_time).await?;
        }
        Ok(Step::Done(Box::new(Authenticated { user, auth_time, progress, attempt: attempt.map(Arc::new) })))
    }

    async fn next(&self, visit: Visit<'_>, user: &User, progress: &Progress) -> Result<Next> {
        match user.status {
            UserStatusType::Unconfirmed => return Err(error::user_not_confirmed()),
            UserStatusType::ResetRequired => return Err(error::password_reset_required()),
            UserStatusType::ForceChangePassword if self.is_temporary_expired(visit.pool, user) => {
                return Err(error::temporary_password_expired());
            }
            UserStatusType::ForceChangePassword => return Ok(Next::NewPassword),
            _ => {}
        }
        if let DeviceStep::Ask(challenge) = self.device_step(visit, user, progress).await? {
            return Ok(Next::Device(challenge));
        }
        let need = need(visit.pool, user, progress);
        let need = if progress.second.is_some() { need } else { self.need_by_risk(visit, user, need).await? };
        match need {
            Need::Nothing => Ok(Next::Nothing),
            more => Ok(Next::SecondFactor(more)),
        }
    }

    /// What becomes of the guess that was right: only a whole sign-in forgets the failures before it, so that the right
    /// password does not give the second factor's guesses back.
    async fn settle_guess(&self, pool: &UserPool, user: &User, attempt: Option<Attempt>, whole: Whole) -> Result<()> {
        match (whole, attempt) {
            (Whole::Yes, Some(attempt)) => self.forgive(pool, &attempt).await,
            (Whole::Yes, None) => self.forget_attempts(pool, &user.username).await,
            (Whole::No, Some(attempt)) => self.take_back(pool, attempt).await,
            (Whole::No, None) => Ok(()),
        }
    }

    fn is_temporary_expired(&self, pool: &UserPool, user: &User) -> bool {
        let days = match pool.settings.password_policy.temporary_password_validity_days {
            0 => DEFAULT_TEMPORARY_DAYS,
            days => days,
        };
        let lives_ms = i64::from(days) * DAY_MS;
        user.password.as_ref().is_none_or(|password| self.now() >= password.set.plus_ms(lives_ms))
    }

    /// The answer to a challenge.
    ///
    /// # Errors
    /// NotAuthorizedException for sessions, then those of the challenge.
    pub(crate) async fn answer(
        &self,
        visit: Visit<'_>,
        challenge: ChallengeNameType,
        answer: Answer<'_>,
    ) -> Result<Step> {
        use ChallengeNameType as Name;
        match challenge {
            Name::NewPasswordRequired => self.answer_new_password(visit, answer).await,
            Name::SelectChallenge => self.answer_choice(visit, answer).await,
            Name::PasswordVerifier => self.answer_srp(visit, answer).await,
            Name::CustomChallenge => self.answer_custom(visit, answer).await,
            Name::DeviceSrpAuth | Name::DevicePasswordVerifier => self.answer_device(visit, challenge, answer).await,
            Name::WebAuthn => self.answer_passkey(visit, answer).await,
            Name::Password | Name::PasswordSrp => self.answer_proof(visit, challenge, answer).await,
            Name::SmsMfa | Name::EmailOtp | Name::SmsOtp => self.answer_code(visit, challenge, answer).await,
            Name::SoftwareTokenMfa => self.answer_token(visit, answer).await,
            Name::SelectMfaType => self.answer_which(visit, answer).await,
            Name::MfaSetup => self.answer_set_up(visit, answer).await,
            Name::AdminNoSrpAuth => Err(error::challenge_not_supported(challenge.as_str())),
        }
    }

    /// Tokens for a sign-in by the AWS API.
    ///
    /// # Errors
    /// The user's, where they changed since; the key ring's.
    pub(crate) async fn api_tokens(
        &self,
        visit: Visit<'_>,
        signed_in: &Authenticated,
        source: &'static str,
    ) -> Result<AuthenticationResultType> {
        let Visit { pool, client, said, .. } = visit;
        let chain = retry(self.store(), || async {
            let current = self.still_signed_in(pool, signed_in).await?;
            let mut tx = Tx::new();
            USERS.require(&mut tx, &current.user);
            if let Some(attempt) = &signed_in.attempt {
                self.stage_forgiving(&mut tx, pool, attempt).await?;
            }
            let device = self.bind_device(&mut tx, visit, &current.user, &current.progress).await?;
            let chain = self.stage_chain(&mut tx, pool, client, &current, Terms::api(device))?;
            self.store().commit(tx).await?;
            Ok::<_, AwsError>(chain)
        })
        .await?;
        signed_in.attempt.iter().for_each(|attempt| attempt.leave_gate());
        let user = &signed_in.user;
        let subject = Subject { pool, client, user, chain: &chain, scopes: &chain.scopes, nonce: None, source, said };
        let tokens = self.sign_tokens(subject).await?;
        Ok(AuthenticationResultType {
            access_token: Some(tokens.access),
            expires_in: i32::try_from(tokens.expires_in).ok(),
            token_type: Some("Bearer".to_owned()),
            refresh_token: self.refresh_token(pool, &chain)?,
            id_token: tokens.id,
            new_device_metadata: new_device_metadata(pool, &chain),
        })
    }

    /// The same sign-in over the user as they stand now.
    ///
    /// # Errors
    /// NotAuthorizedException where they may not sign in any more.
    pub(crate) async fn still_signed_in(&self, pool: &UserPool, signed_in: &Authenticated) -> Result<Authenticated> {
        let then = &signed_in.user;
        let user = USERS.get(self.store(), &then.pk, &then.sk).await?.filter(|user| user.sub == then.sub);
        let user = user.ok_or_else(error::incorrect_username_or_password)?;
        if !user.enabled {
            return Err(error::user_is_disabled());
        }
        if user.epoch != then.epoch {
            return Err(error::incorrect_username_or_password());
        }
        tracing::debug!(pool.id = pool.id, "a user signed in");
        Ok(Authenticated { user, ..signed_in.clone() })
    }
}

/// Whether a sign-in is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whole {
    Yes,
    No,
}

impl From<bool> for Whole {
    fn from(whole: bool) -> Self {
        if whole { Self::Yes } else { Self::No }
    }
}
