//! A user's password: setting it, checking it, and what policy and history say.

use aws_types::{AwsError, Secret};
use model_cognito_idp::errors::PASSWORD_HISTORY_POLICY_VIOLATION_EXCEPTION;
use model_cognito_idp::types::EventFilterType;
use store::{Tx, retry};
use world::rng;
use zeroize::Zeroizing;

use super::lockout::Attempt;
use super::password_policy::violation;
use super::srp_flow::srp_pool_name;
use super::visit::Guess;
use crate::CognitoIdp;
use crate::entity::user::StoredPassword;
use crate::entity::{User, UserPool};
use crate::error::{self, Result};
use crate::table::user;

/// The most former passwords that are kept, whatever the policy says.
const MAX_HISTORY: usize = 24;

/// The model's bound.
const MAX_PASSWORD_CHARS: usize = 256;

/// Who sets a password; the sentences differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setter {
    /// The person.
    User,
    /// An administrator.
    Admin,
}

impl CognitoIdp {
    /// Judges a password; none where it is wrong. What is right is still counted: the caller forgives it, or takes it
    /// back where more is asked. Without a user the same work is done and the answer is none.
    ///
    /// # Errors
    /// NotAuthorizedException while the name is locked, TooManyRequestsException where too much is asked at once.
    pub(crate) async fn check_password(
        &self,
        guess: Guess<'_>,
        user: Option<&User>,
        password: &str,
    ) -> Result<Option<Attempt>> {
        let attempt = self.begin_attempt(guess).await?;
        let hash = user.map(|user| self.open_hash(guess.pool, user)).transpose()?.flatten();
        let right = self.auth().hasher.verify(hash.as_ref(), password).await?;
        if let Some(user) = user.filter(|user| right && user.password.as_ref().is_some_and(|p| p.imported)) {
            self.adopt_password(guess.pool, user, password).await;
        }
        Ok(right.then_some(attempt))
    }

    /// A new password's stored form: its hash, and its SRP verifier, both sealed.
    ///
    /// # Errors
    /// TooManyRequestsException where all hashing slots are taken.
    pub(crate) async fn hash_password(&self, pool: &UserPool, user: &User, password: &str) -> Result<StoredPassword> {
        let hash = self.auth().hasher.hash(self.rng(), password).await?;
        let sealed = self.store().sealer().seal_text(&hash_context(pool, &user.sub), hash.expose().as_bytes());
        if pool.srp_is_off() {
            return Ok(StoredPassword { sealed, srp_sealed: None, set: self.now(), imported: false });
        }
        let salt = rng::bytes::<{ srp::SALT_BYTES }>(self.rng());
        let (pool_name, username) = (srp_pool_name(pool).to_owned(), user.username.clone());
        let password = Zeroizing::new(password.to_owned());
        let verifier = self
            .auth()
            .hasher
            .compute(move || Ok(srp::verifier(srp::Names { pool: &pool_name, user: &username }, &password, salt)));
        let srp_sealed = Some(self.seal_verifier(pool, &user.sub, &verifier.await?));
        Ok(StoredPassword { sealed, srp_sealed, set: self.now(), imported: false })
    }

    /// Another system's hash as it is kept: sealed, without a verifier of SRP, until its owner signs in.
    pub(crate) fn seal_foreign_hash(&self, pool: &UserPool, user: &User, hash: &str) -> StoredPassword {
        let sealed = self.store().sealer().seal_text(&hash_context(pool, &user.sub), hash.as_bytes());
        StoredPassword { sealed, srp_sealed: None, set: self.now(), imported: true }
    }

    /// Replaces an imported hash by our own, now that its password is here. A failure leaves it for the next time.
    async fn adopt_password(&self, pool: &UserPool, read: &User, password: &str) {
        let adopted = async {
            let made = self.hash_password(pool, read, password).await?;
            retry(self.store(), || self.store_adopted(pool, read, &made)).await
        };
        if let Err(error) = adopted.await {
            tracing::warn!(pool.id = pool.id, ?error, "an imported password hash was not replaced");
        }
    }

    async fn store_adopted(&self, pool: &UserPool, read: &User, made: &StoredPassword) -> Result<()> {
        let current = self.same_user(pool, read).await?;
        let before = current.password.as_ref().zip(read.password.as_ref());
        let Some((before, _)) = before.filter(|(now, then)| now.sealed == then.sealed) else { return Ok(()) };
        let set = before.set;
        let mut user = current.value.clone();
        user.password = Some(StoredPassword { set, ..made.clone() });
        let mut tx = Tx::new();
        user::update(&mut tx, pool, &current, &user)?;
        self.store().commit(tx).await?;
        Ok(())
    }

    /// Whether a new password keeps the pool's policy and is none of the user's former ones.
    ///
    /// # Errors
    /// InvalidPasswordException, PasswordHistoryPolicyViolationException.
    pub(crate) async fn check_new_password(
        &self,
        pool: &UserPool,
        user: Option<&User>,
        setter: Setter,
        password: &str,
    ) -> Result<()> {
        check_policy(pool, setter, password)?;
        if setter == Setter::User {
            self.check_chosen_password(pool, None, EventFilterType::PasswordChange, password).await?;
        }
        let history = usize::try_from(pool.settings.password_policy.history_size.unwrap_or(0)).unwrap_or(MAX_HISTORY);
        let Some(user) = user.filter(|_| history > 0) else { return Ok(()) };
        let now = user.password.iter().map(|password| &password.sealed);
        for sealed in now.chain(&user.password_history).take(history.min(MAX_HISTORY)) {
            let hash = self.open_sealed(pool, &user.sub, sealed)?;
            if self.auth().hasher.verify(Some(&hash), password).await? {
                return Err(AwsError::of(
                    &PASSWORD_HISTORY_POLICY_VIOLATION_EXCEPTION,
                    "Password has been used previously.",
                ));
            }
        }
        Ok(())
    }

    /// A hash that was sealed for a user, as text.
    ///
    /// # Errors
    /// Internal, where it does not open.
    pub(crate) fn open_hash_text(&self, pool: &UserPool, sub: &str, sealed: &str) -> Result<String> {
        Ok(self.open_sealed(pool, sub, sealed)?.expose().clone())
    }

    /// Seals a hash, as it is, for a user.
    pub(crate) fn seal_hash_text(&self, pool: &UserPool, sub: &str, hash: &str) -> String {
        self.store().sealer().seal_text(&hash_context(pool, sub), hash.as_bytes())
    }

    fn open_hash(&self, pool: &UserPool, user: &User) -> Result<Option<Secret<String>>> {
        user.password.as_ref().map(|password| self.open_sealed(pool, &user.sub, &password.sealed)).transpose()
    }

    fn open_sealed(&self, pool: &UserPool, sub: &str, sealed: &str) -> Result<Secret<String>> {
        let plain = self.store().sealer().open_text(&hash_context(pool, sub), sealed).map_err(AwsError::internal)?;
        String::from_utf8(plain.to_vec()).map(Secret::new).map_err(AwsError::internal)
    }
}

/// Puts a new password in a user's document; the former one joins the history. Everything issued so far dies.
pub(crate) fn replace_password(pool: &UserPool, user: &mut User, password: StoredPassword) {
    let keep = usize::try_from(pool.settings.password_policy.history_size.unwrap_or(0)).unwrap_or(0).min(MAX_HISTORY);
    if let Some(former) = user.password.replace(password) {
        user.password_history.insert(0, former.sealed);
        user.password_history.truncate(keep);
    }
    user.epoch += 1;
}

/// Whether a password keeps the pool's policy.
///
/// # Errors
/// InvalidPasswordException.
pub(crate) fn check_policy(pool: &UserPool, setter: Setter, password: &str) -> Result<()> {
    // The model's bounds, for the pages' sake, which come by no model.
    if password.chars().count() > MAX_PASSWORD_CHARS || password.chars().any(char::is_whitespace) {
        return Err(error::password_constraints());
    }
    match (violation(&pool.settings.password_policy, password), setter) {
        (None, _) => Ok(()),
        (Some(reason), Setter::User) => Err(error::invalid_password(reason)),
        (Some(reason), Setter::Admin) => Err(error::invalid_password_by_admin(reason)),
    }
}

fn hash_context(pool: &UserPool, sub: &str) -> String {
    format!("cognito password {}/{sub}", pool.id)
}
