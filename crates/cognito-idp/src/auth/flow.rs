//! The sign-in state machine (guide: "User pool authentication flow"): proof of a password, then what the user's status
//! asks for, then done. All doors lead through here.

use std::collections::BTreeMap;

use aws_types::AwsError;
use model_cognito_idp::types::{AuthenticationResultType, ChallengeNameType, UserPoolMfaType, UserStatusType};
use store::{Tx, Versioned, retry};

use super::attributes::{Attributes, Writer, check_update, missing_required};
use super::chain::Terms;
use super::client_auth::names_user;
use super::credential::{Setter, replace_password};
use super::session::ChallengeSession;
use super::token::{Subject, may_read};
use crate::CognitoIdp;
use crate::entity::user::StoredPassword;
use crate::entity::{AppClient, User, UserPool};
use crate::error::{self, Result};
use crate::table::user::{self, USERS};
use crate::triggers::Said;
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
}

/// Where a sign-in stands.
#[derive(Clone, Debug)]
pub enum Step {
    /// Complete.
    Done(Box<Authenticated>),
    /// Another proof is needed.
    Challenge(Challenge),
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

impl CognitoIdp {
    /// Username and password.
    ///
    /// # Errors
    /// In this order: no such user, PreAuthentication, disabled, locked out, wrong password, status.
    pub(crate) async fn sign_in_by_password(
        &self,
        pool: &UserPool,
        client: &AppClient,
        name: &str,
        password: &str,
        said: Said<'_>,
    ) -> Result<Step> {
        let found = match user::by_name(self.store(), pool, name).await? {
            None => self.migrate_at_sign_in(pool, client, Stranger { name, password: Some(password), said }).await?,
            found => found,
        };
        let Some(user) = found else {
            if client.settings.prevents_user_existence_errors() {
                self.pre_authentication(pool, None, name, said).await?;
            }
            return Err(self.refuse_unknown(pool, client, name, password).await);
        };
        self.pre_authentication(pool, Some(&user), name, said).await?;
        if !user.enabled {
            return Err(error::user_is_disabled());
        }
        if !self.check_password(pool, Some(&user), &user.username, password).await? {
            return Err(error::incorrect_username_or_password());
        }
        self.after_password(pool, client, user)
    }

    /// Goes on for somebody who gave the password earlier in the same page flow and has since confirmed the registration:
    /// as if it had been given again. `None` where the user is gone.
    ///
    /// # Errors
    /// Disabled, and whatever the status asks.
    pub(crate) async fn sign_in_confirmed(
        &self,
        pool: &UserPool,
        client: &AppClient,
        name: &str,
    ) -> Result<Option<Step>> {
        let Some(user) = user::by_name(self.store(), pool, name).await? else { return Ok(None) };
        self.pre_authentication(pool, Some(&user), name, Said::nothing(client)).await?;
        if !user.enabled {
            return Err(error::user_is_disabled());
        }
        self.after_password(pool, client, user).map(Some)
    }

    /// The work and the answers of a wrong password, for a name that has no user.
    async fn refuse_unknown(&self, pool: &UserPool, client: &AppClient, name: &str, password: &str) -> AwsError {
        if !client.settings.prevents_user_existence_errors() {
            return error::user_does_not_exist();
        }
        match self.check_password(pool, None, name, password).await {
            Ok(_) => error::incorrect_username_or_password(),
            Err(error) => error,
        }
    }

    /// What the status asks of a user whose password was right.
    pub(crate) fn after_password(&self, pool: &UserPool, client: &AppClient, user: Versioned<User>) -> Result<Step> {
        match user.status {
            UserStatusType::Unconfirmed => Err(error::user_not_confirmed()),
            UserStatusType::ResetRequired => Err(error::password_reset_required()),
            UserStatusType::ForceChangePassword if self.is_temporary_expired(pool, &user) => {
                Err(error::temporary_password_expired())
            }
            UserStatusType::ForceChangePassword => self.ask_new_password(pool, client, &user),
            _ => self.finish(pool, user),
        }
    }

    /// Second factors would stand here. A pool that demands one gives no tokens without it.
    fn finish(&self, pool: &UserPool, user: Versioned<User>) -> Result<Step> {
        check_mfa(pool)?;
        Ok(Step::Done(Box::new(Authenticated { user, auth_time: self.now().secs() })))
    }

    fn is_temporary_expired(&self, pool: &UserPool, user: &User) -> bool {
        let days = match pool.settings.password_policy.temporary_password_validity_days {
            0 => DEFAULT_TEMPORARY_DAYS,
            days => days,
        };
        let lives_ms = i64::from(days) * DAY_MS;
        user.password.as_ref().is_none_or(|password| self.now() >= password.set.plus_ms(lives_ms))
    }

    fn ask_new_password(&self, pool: &UserPool, client: &AppClient, user: &User) -> Result<Step> {
        let name = ChallengeNameType::NewPasswordRequired;
        let required: Vec<String> =
            missing_required(pool, &user.attributes).map(|name| format!("userAttributes.{name}")).collect();
        let readable: BTreeMap<&String, &String> =
            user.attributes.iter().filter(|(name, _)| may_read(client, name)).collect();
        let text = |value: Result<String, serde_json::Error>| value.map_err(AwsError::internal);
        let parameters = BTreeMap::from([
            ("USER_ID_FOR_SRP".to_owned(), user.username.clone()),
            ("requiredAttributes".to_owned(), text(serde_json::to_string(&required))?),
            ("userAttributes".to_owned(), text(serde_json::to_string(&readable))?),
        ]);
        let session = Some(self.seal_session(pool, client, user, name)?);
        Ok(Step::Challenge(Challenge { name, session, parameters, available: Vec::new() }))
    }

    /// The answer to a challenge. `name` is what the client gives as USERNAME; the hosted pages give none.
    ///
    /// # Errors
    /// NotAuthorizedException for sessions and attributes, InvalidPasswordException, InvalidParameterException.
    pub(crate) async fn answer(
        &self,
        pool: &UserPool,
        client: &AppClient,
        challenge: ChallengeNameType,
        answer: Answer<'_>,
    ) -> Result<Step> {
        match challenge {
            ChallengeNameType::NewPasswordRequired => self.answer_new_password(pool, client, answer).await,
            ChallengeNameType::SelectChallenge => self.answer_choice(pool, client, answer).await,
            ChallengeNameType::PasswordVerifier => self.answer_srp(pool, client, answer).await,
            ChallengeNameType::CustomChallenge => self.answer_custom(pool, client, answer).await,
            other => Err(error::challenge_not_supported(other.as_str())),
        }
    }

    async fn answer_new_password(&self, pool: &UserPool, client: &AppClient, answer: Answer<'_>) -> Result<Step> {
        let session_text = answer.session.ok_or_else(|| error::missing_parameter("Session"))?;
        let step = ChallengeNameType::NewPasswordRequired;
        let session = self.open_challenge_session(pool, client, step, session_text).await?;
        let user = self.session_user(pool, &session, answer.name).await?;
        let password = answer.responses.get("NEW_PASSWORD").filter(|password| !password.is_empty());
        let password = password.ok_or_else(|| error::missing_parameter("NEW_PASSWORD"))?;
        let attributes = new_attributes(pool, client, &user, answer.responses)?;
        check_mfa(pool)?;
        self.check_new_password(pool, None, Setter::User, password).await?;
        let stored = self.hash_password(pool, &user, password).await?;
        let change = NewPassword { session, stored, attributes };
        retry(self.store(), || self.take_new_password(pool, &change)).await?;
        let user = user::by_username(self.store(), pool, &user.username).await?;
        let user = user.filter(|user| user.sub == change.session.sub).ok_or_else(error::invalid_session)?;
        self.finish(pool, user)
    }

    async fn take_new_password(&self, pool: &UserPool, change: &NewPassword) -> Result<()> {
        let session = &change.session;
        self.check_unspent(pool, session).await?;
        let current = self.session_user(pool, session, None).await?;
        let mut user = current.value.clone();
        user.attributes.extend(change.attributes.clone());
        replace_password(pool, &mut user, change.stored.clone());
        user.status = UserStatusType::Confirmed;
        user.modified = self.now();
        self.check_aliases_free(pool, &current, &user).await?;
        let mut tx = Tx::new();
        self.spend_session(&mut tx, pool, session);
        user::update(&mut tx, pool, &current, &user)?;
        self.store().commit(tx).await?;
        Ok(())
    }

    /// The user of a session, if they may still answer it.
    async fn session_user(
        &self,
        pool: &UserPool,
        session: &ChallengeSession,
        name: Option<&str>,
    ) -> Result<Versioned<User>> {
        let user = user::by_username(self.store(), pool, &session.username).await?;
        let user = user.filter(|user| user.sub == session.sub).ok_or_else(error::invalid_session)?;
        if name.is_some_and(|name| !names_user(pool, &user, name)) {
            return Err(error::invalid_session());
        }
        if !user.enabled {
            return Err(error::user_is_disabled());
        }
        let awaited = user.status == UserStatusType::ForceChangePassword && user.epoch == session.epoch;
        if awaited { Ok(user) } else { Err(error::invalid_session()) }
    }

    /// Tokens for a sign-in by the AWS API.
    ///
    /// # Errors
    /// The user's, where they changed since; the key ring's.
    pub(crate) async fn api_tokens(
        &self,
        pool: &UserPool,
        client: &AppClient,
        signed_in: &Authenticated,
        source: &'static str,
        said: Said<'_>,
    ) -> Result<AuthenticationResultType> {
        let chain = retry(self.store(), || async {
            let current = self.still_signed_in(pool, signed_in).await?;
            let mut tx = Tx::new();
            USERS.require(&mut tx, &current.user);
            let chain = self.stage_chain(&mut tx, pool, client, &current, Terms::api())?;
            self.store().commit(tx).await?;
            Ok::<_, AwsError>(chain)
        })
        .await?;
        let user = &signed_in.user;
        let subject = Subject { pool, client, user, chain: &chain, scopes: &chain.scopes, nonce: None, source, said };
        let tokens = self.sign_tokens(subject).await?;
        Ok(AuthenticationResultType {
            access_token: Some(tokens.access),
            expires_in: i32::try_from(tokens.expires_in).ok(),
            token_type: Some("Bearer".to_owned()),
            refresh_token: self.refresh_token(pool, &chain)?,
            id_token: tokens.id,
            new_device_metadata: None,
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
        Ok(Authenticated { user, auth_time: signed_in.auth_time })
    }
}

/// What a client says to a challenge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer<'a> {
    pub session: Option<&'a str>,
    /// USERNAME.
    pub name: Option<&'a str>,
    pub responses: &'a Responses,
    pub said: Said<'a>,
}

struct NewPassword {
    session: ChallengeSession,
    stored: StoredPassword,
    attributes: Attributes,
}

fn check_mfa(pool: &UserPool) -> Result<()> {
    if pool.mfa.mode == UserPoolMfaType::On {
        return Err(AwsError::not_implemented("sign-in with MFA"));
    }
    Ok(())
}

/// `userAttributes.<name>` of the answer: only what is not there yet, within the client's rights and the schema.
fn new_attributes(pool: &UserPool, client: &AppClient, user: &User, responses: &Responses) -> Result<Attributes> {
    let given: Attributes = responses
        .iter()
        .filter_map(|(key, value)| Some((key.strip_prefix("userAttributes.")?.to_owned(), value.clone())))
        .collect();
    if let Some(name) = given.keys().find(|name| user.attribute(name).is_some_and(|value| !value.is_empty())) {
        return Err(error::already_provided(name));
    }
    check_update(pool, user, &given, Writer::Client(client))?;
    let mut after = user.attributes.clone();
    after.extend(given.clone());
    super::attributes::check_required(pool, &after)?;
    Ok(given.into_iter().filter(|(_, value)| !value.is_empty()).collect())
}
