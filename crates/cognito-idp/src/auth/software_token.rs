//! Software tokens: authenticator apps (guide: "TOTP software token MFA").
//!
//! The secret lies sealed in a record of its own, bound to pool and `sub`, beside the last step whose code was taken: a
//! code is taken by a conditional write, so that none is taken twice, and none before it. A token that is being set up
//! waits in another record, or in the session of MFA_SETUP, until a code proves it.

use aws_types::AwsError;
use model_cognito_idp::types::ChallengeNameType;
use serde::{Deserialize, Serialize};
use store::{Table, Tx, Versioned, retry};
use totp::{SECRET_BYTES, Verdict};
use world::rng;
use zeroize::Zeroizing;

use super::factor_proof::Change;
use super::flow::{Answer, Challenge, Step};
use super::initiate::required;
use super::progress::{Progress, SignIn};
use super::second_factor::pool_has;
use super::session::{ChallengeSession, Holder};
use super::visit::Visit;
use crate::CognitoIdp;
use crate::auth::access_token::Bearer;
use crate::entity::user::{MfaFactor, SoftwareTokenName};
use crate::entity::{User, UserPool};
use crate::error::{self, Result};
use crate::table::{pool_pk, user};

/// How long a token that is being set up waits for its first code, ms.
const PENDING_MS: i64 = 3_600_000;
/// Longest `FriendlyDeviceName` that is kept; the model's bound is 131,072.
const MAX_NAME_CHARS: usize = 256;

const TOKENS: Table<SoftwareToken> = Table::new("software-token", 1);

/// A token at rest.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct SoftwareToken {
    /// The sealed secret.
    sealed: String,
    /// The step of the last code that was taken.
    #[serde(default)]
    last_step: Option<i64>,
}

/// Which of a user's two records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In use.
    Active,
    /// Being set up.
    Pending,
}

/// A secret, and the step of the last code that was taken.
pub(crate) type KeptToken = (Zeroizing<Vec<u8>>, Option<i64>);

/// What proves a token that is set up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FirstCode<'a> {
    pub code: &'a str,
    pub friendly: Option<&'a str>,
}

impl CognitoIdp {
    /// A new secret for somebody who is signed in, in base32.
    ///
    /// # Errors
    /// SoftwareTokenMFANotFoundException; NotAuthorizedException where another factor has to be proven first.
    pub(crate) async fn associate_token(&self, bearer: &Bearer) -> Result<String> {
        let (pool, user) = (&bearer.pool, &bearer.user);
        check_pool(pool)?;
        self.check_factor_change(bearer, Change::Factor).await?;
        let secret = self.new_secret();
        let token = SoftwareToken { sealed: self.seal_secret(pool, &user.sub, &*secret), last_step: None };
        let mut tx = Tx::new();
        let (sk, expires) = (token_sk(&user.sub, Place::Pending), self.now().plus_ms(PENDING_MS));
        TOKENS.put_expiring(&mut tx, &pool_pk(&pool.id), &sk, &token, Vec::new(), expires)?;
        self.store().commit(tx).await?;
        Ok(totp::base32(&*secret))
    }

    /// Takes the first code of that secret: from now on the token is the user's.
    ///
    /// # Errors
    /// SoftwareTokenMFANotFoundException, EnableSoftwareTokenMFAException; TooManyRequestsException after too many tries.
    pub(crate) async fn verify_token(&self, bearer: &Bearer, first: FirstCode<'_>) -> Result<()> {
        let (pool, user) = (&bearer.pool, &bearer.user);
        check_pool(pool)?;
        check_name(first.friendly)?;
        self.check_factor_change(bearer, Change::Factor).await?;
        self.count_token_try(pool, &user.sub).await?;
        let pending = TOKENS.get(self.store(), &pool_pk(&pool.id), &token_sk(&user.sub, Place::Pending)).await?;
        let pending = pending.filter(|pending| !pending.is_expired(self.now())).ok_or_else(error::no_software_token)?;
        let secret = self.open_secret_of(pool, &user.sub, &pending.sealed)?;
        let step = self.first_step(&secret, first.code)?;
        retry(self.store(), || async {
            let current = self.same_user(pool, user).await?;
            if current.epoch != user.epoch {
                return Err(error::access_token_revoked());
            }
            let mut tx = Tx::new();
            TOKENS.delete(&mut tx, &pending);
            self.stage_token(&mut tx, pool, &current, (&secret, step), first.friendly)?;
            self.stage_factor_proof(&mut tx, bearer);
            match self.store().commit(tx).await {
                // Another code, or another secret, was quicker; without the pending record nothing may be retried.
                Err(store::StoreError::Conflict) if !self.is_pending(pool, &pending).await? => {
                    Err(error::enable_software_token())
                }
                outcome => outcome.map(drop).map_err(AwsError::from),
            }
        })
        .await
    }

    async fn is_pending(&self, pool: &UserPool, read: &Versioned<SoftwareToken>) -> Result<bool> {
        let found = TOKENS.get(self.store(), &pool_pk(&pool.id), &read.sk).await?;
        Ok(found.is_some_and(|found| found.version == read.version))
    }

    /// A new secret within MFA_SETUP, sealed into the next session.
    ///
    /// # Errors
    /// NotAuthorizedException for the session.
    pub(crate) async fn associate_by_session(&self, text: &str) -> Result<(String, String)> {
        let session = self.read_session(ChallengeNameType::MfaSetup.as_str(), text)?;
        let (client, pool) = self.client_and_pool(&session.client_id).await?;
        let visit = Visit::by_session(&pool, &client, &session);
        let user = self.set_up_user(visit, &session).await?;
        check_pool(visit.pool)?;
        let secret = self.new_secret();
        let mut next = self.new_session(visit, VERIFY_STEP, Holder::User(&user));
        next.progress = session.progress.clone();
        next.detail.secret = Some(secret.to_vec());
        let next = self.seal_session(&next)?;
        self.use_session(&session).await?;
        Ok((totp::base32(&*secret), next))
    }

    /// Takes the first code within MFA_SETUP. The session that it gives answers the challenge.
    ///
    /// # Errors
    /// NotAuthorizedException for the session, EnableSoftwareTokenMFAException.
    pub(crate) async fn verify_by_session(&self, text: &str, first: FirstCode<'_>) -> Result<String> {
        let session = self.read_session(VERIFY_STEP, text)?;
        check_name(first.friendly)?;
        let (client, pool) = self.client_and_pool(&session.client_id).await?;
        let visit = Visit::by_session(&pool, &client, &session);
        let user = self.set_up_user(visit, &session).await?;
        check_pool(visit.pool)?;
        self.count_token_try(visit.pool, &user.sub).await?;
        let secret = session.detail.secret.as_deref().ok_or_else(error::invalid_session)?;
        let step = self.first_step(secret, first.code)?;
        let user = retry(self.store(), || async {
            let current = self.set_up_user(visit, &session).await?;
            let mut tx = Tx::new();
            self.spend_session(&mut tx, &session);
            let user = self.stage_token(&mut tx, visit.pool, &current, (secret, step), first.friendly)?;
            self.store().commit(tx).await?;
            Ok::<_, AwsError>(user)
        })
        .await?;
        let mut next = self.new_session(visit, SET_UP_STEP, Holder::User(&user));
        next.progress = Progress { second: Some(MfaFactor::SoftwareToken), ..session.progress.clone() };
        self.seal_session(&next)
    }

    /// Asks for a code of the user's token.
    ///
    /// # Errors
    /// Internal.
    pub(crate) fn ask_token(&self, visit: Visit<'_>, user: &User, progress: Progress) -> Result<Step> {
        let mut session = self.new_session(visit, STEP.as_str(), Holder::User(user));
        session.progress = progress;
        let mut parameters = std::collections::BTreeMap::new();
        parameters.insert("USER_ID_FOR_SRP".to_owned(), user.username.clone());
        if let Some(name) = user.mfa.software_token.as_ref().and_then(|token| token.friendly.clone()) {
            parameters.insert("FRIENDLY_DEVICE_NAME".to_owned(), name);
        }
        let session = Some(self.seal_session(&session)?);
        Ok(Step::Challenge(Challenge { name: STEP, session, parameters, available: Vec::new() }))
    }

    /// SOFTWARE_TOKEN_MFA.
    ///
    /// # Errors
    /// SoftwareTokenMFANotFoundException, CodeMismatchException, ExpiredCodeException for a code that was taken already.
    pub(crate) async fn answer_token(&self, visit: Visit<'_>, answer: Answer<'_>) -> Result<Step> {
        let (session, user) = self.resume(visit, STEP, answer).await?;
        let code = required(answer.responses, "SOFTWARE_TOKEN_MFA_CODE")?;
        if !pool_has(visit.pool, MfaFactor::SoftwareToken) || user.mfa.software_token.is_none() {
            return Err(error::no_software_token());
        }
        let lane = self.device_lane(visit.on_device_of(&session), Some(&user)).await?;
        let guess = visit.guess(&user.username, lane).at_second_factor(&user.sub);
        let attempt = self.begin_attempt(guess).await?;
        retry(self.store(), || self.take_code(visit.pool, &session, &user, code)).await?;
        let progress = Progress { second: Some(MfaFactor::SoftwareToken), ..session.progress.clone() };
        self.advance(visit, SignIn { user, progress, attempt: Some(attempt) }).await
    }

    /// Judges and takes a code in one: where another call took one meanwhile, it is judged again.
    async fn take_code(&self, pool: &UserPool, session: &ChallengeSession, user: &User, code: &str) -> Result<()> {
        self.check_live(pool, session).await?;
        let token = TOKENS.get(self.store(), &pool_pk(&pool.id), &token_sk(&user.sub, Place::Active)).await?;
        let token = token.ok_or_else(error::no_software_token)?;
        let secret = self.open_secret_of(pool, &user.sub, &token.sealed)?;
        let step = match totp::judge(&secret, code, self.now().secs(), token.last_step) {
            Verdict::Right(step) => step,
            Verdict::Replayed => return Err(error::software_token_replayed()),
            Verdict::Wrong => return Err(error::mfa_code_mismatch()),
        };
        let mut tx = Tx::new();
        self.spend_session(&mut tx, session);
        TOKENS.update(&mut tx, &token, &SoftwareToken { last_step: Some(step), ..token.value.clone() }, Vec::new())?;
        self.store().commit(tx).await?;
        Ok(())
    }

    /// The secret of a user's token and the last step that was taken.
    ///
    /// # Errors
    /// Internal, where it does not open.
    pub(crate) async fn kept_token(&self, pool: &UserPool, sub: &str) -> Result<Option<KeptToken>> {
        let token = TOKENS.get(self.store(), &pool_pk(&pool.id), &token_sk(sub, Place::Active)).await?;
        let Some(token) = token else { return Ok(None) };
        Ok(Some((self.open_secret_of(pool, sub, &token.sealed)?, token.last_step)))
    }

    /// Adds to `tx` what [`CognitoIdp::kept_token`] gave.
    ///
    /// # Errors
    /// The store's.
    pub(crate) fn put_kept_token(
        &self,
        tx: &mut Tx,
        pool: &UserPool,
        sub: &str,
        (secret, last_step): (&[u8], Option<i64>),
    ) -> Result<()> {
        let token = SoftwareToken { sealed: self.seal_secret(pool, sub, secret), last_step };
        TOKENS.put(tx, &pool_pk(&pool.id), &token_sk(sub, Place::Active), &token, Vec::new())?;
        Ok(())
    }

    /// Removes a user's token, and that it is a factor.
    ///
    /// # Errors
    /// ResourceNotFoundException where there is none.
    pub(crate) async fn delete_token(&self, pool: &UserPool, read: &User) -> Result<()> {
        retry(self.store(), || async {
            let current = self.same_user(pool, read).await?;
            if current.mfa.software_token.is_none() {
                return Err(error::software_token_does_not_exist());
            }
            let mut user = current.value.clone();
            user.mfa.software_token = None;
            user.mfa.remove(MfaFactor::SoftwareToken);
            user.modified = self.now();
            let mut tx = Tx::new();
            forget_tokens(&mut tx, pool, &user.sub);
            user::update(&mut tx, pool, &current, &user)?;
            self.store().commit(tx).await?;
            Ok(())
        })
        .await
    }

    /// Adds a proven token to `tx`. Its first code is taken with it.
    fn stage_token(
        &self,
        tx: &mut Tx,
        pool: &UserPool,
        current: &Versioned<User>,
        (secret, step): (&[u8], i64),
        friendly: Option<&str>,
    ) -> Result<User> {
        let mut user = current.value.clone();
        user.mfa.software_token = Some(SoftwareTokenName { friendly: friendly.map(str::to_owned) });
        user.modified = self.now();
        let token = SoftwareToken { sealed: self.seal_secret(pool, &user.sub, secret), last_step: Some(step) };
        TOKENS.put(tx, &pool_pk(&pool.id), &token_sk(&user.sub, Place::Active), &token, Vec::new())?;
        user::update(tx, pool, current, &user)?;
        Ok(user)
    }

    fn first_step(&self, secret: &[u8], code: &str) -> Result<i64> {
        match totp::judge(secret, code, self.now().secs(), None) {
            Verdict::Right(step) => Ok(step),
            Verdict::Replayed | Verdict::Wrong => Err(error::enable_software_token()),
        }
    }

    fn new_secret(&self) -> Zeroizing<[u8; SECRET_BYTES]> {
        Zeroizing::new(rng::bytes::<SECRET_BYTES>(self.rng()))
    }

    fn seal_secret(&self, pool: &UserPool, sub: &str, secret: &[u8]) -> String {
        self.store().sealer().seal_text(&secret_context(pool, sub), secret)
    }

    fn open_secret_of(&self, pool: &UserPool, sub: &str, sealed: &str) -> Result<Zeroizing<Vec<u8>>> {
        self.store().sealer().open_text(&secret_context(pool, sub), sealed).map_err(AwsError::internal)
    }
}

const STEP: ChallengeNameType = ChallengeNameType::SoftwareTokenMfa;
/// Between AssociateSoftwareToken and VerifySoftwareToken.
const VERIFY_STEP: &str = "VERIFY_SOFTWARE_TOKEN";
/// Between VerifySoftwareToken and the answer to MFA_SETUP.
pub(super) const SET_UP_STEP: &str = "MFA_SETUP_DONE";

/// Adds to `tx` that a user who goes has no token any more.
pub(crate) fn forget_tokens(tx: &mut Tx, pool: &UserPool, sub: &str) {
    for place in [Place::Active, Place::Pending] {
        tx.delete_raw(pool_pk(&pool.id), token_sk(sub, place), store::Expect::Any);
    }
}

fn check_pool(pool: &UserPool) -> Result<()> {
    if pool_has(pool, MfaFactor::SoftwareToken) { Ok(()) } else { Err(error::no_software_token_in_pool()) }
}

fn check_name(friendly: Option<&str>) -> Result<()> {
    if friendly.is_some_and(|name| name.chars().count() > MAX_NAME_CHARS) {
        return Err(error::friendly_name_too_long());
    }
    Ok(())
}

fn secret_context(pool: &UserPool, sub: &str) -> String {
    format!("cognito software token {}/{sub}", pool.id)
}

fn token_sk(sub: &str, place: Place) -> String {
    match place {
        Place::Active => format!("software-token#{sub}"),
        Place::Pending => format!("software-token-pending#{sub}"),
    }
}
