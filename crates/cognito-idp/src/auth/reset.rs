//! Forgotten passwords (guide: "Resetting passwords and account recovery").
//!
//! Where the client hides which users exist, every name is answered alike: those without user, disabled ones, and those
//! that have no password to reset or no proven address.

use model_cognito_idp::types::{CodeDeliveryDetailsType, RecoveryOptionNameType, UserStatusType};
use store::{Tx, Versioned, retry};

use super::code::{CheckedCode, Purpose};
use super::credential::{Setter, check_policy, replace_password};
use super::destination::Destination;
use super::limit::Limited;
use super::registration::verify_address;
use crate::CognitoIdp;
use crate::entity::user::{StoredPassword, VERIFIABLE};
use crate::entity::{AppClient, User, UserPool};
use crate::error::{self, Result};
use crate::message::{About, Draft};
use crate::table::user;
use crate::triggers::Said;
use crate::triggers::post_confirmation::FORGOT_PASSWORD;
use crate::triggers::user_migration::Stranger;

impl CognitoIdp {
    /// Sends a code to a proven address.
    ///
    /// # Errors
    /// Those of ForgotPassword.
    pub(crate) async fn begin_reset(
        &self,
        pool: &UserPool,
        client: &AppClient,
        name: &str,
        said: Said<'_>,
    ) -> Result<CodeDeliveryDetailsType> {
        if only_administrators_reset(pool) {
            return Err(error::contact_administrator());
        }
        let hides = client.settings.prevents_user_existence_errors();
        let pretend = (Limited::Reset, Purpose::Reset);
        let Some(user) = user::by_name(self.store(), pool, name).await? else {
            return self.begin_strangers_reset(pool, client, name, said).await;
        };
        match resettable(pool, &user) {
            Ok(destination) => {
                self.count_use(pool, Limited::Reset, &user.sub).await?;
                self.send_reset_code(pool, &user, &destination, said).await?;
                Ok(destination.details())
            }
            Err(_) if hides => self.pretend_code(pool, name, pretend).await,
            Err(error) => Err(error),
        }
    }

    /// For a name without user: UserMigration may know them.
    async fn begin_strangers_reset(
        &self,
        pool: &UserPool,
        client: &AppClient,
        name: &str,
        said: Said<'_>,
    ) -> Result<CodeDeliveryDetailsType> {
        let hides = client.settings.prevents_user_existence_errors();
        // Counted before the function is asked.
        self.count_use(pool, Limited::Reset, &self.phantom(pool, name)).await?;
        let migrated = self.migrate_at_reset(pool, client, Stranger { name, password: None, said }).await?;
        let destination = migrated.as_ref().map(|user| resettable(pool, user)).transpose();
        match (migrated.as_ref(), destination) {
            (Some(user), Ok(Some(destination))) => {
                self.send_reset_code(pool, user, &destination, said).await?;
                Ok(destination.details())
            }
            _ if hides => self.pretend_sending(pool, name, Purpose::Reset).await,
            (_, Err(error)) => Err(error),
            _ => Err(error::username_client_not_found()),
        }
    }

    /// Keeps and sends a code.
    ///
    /// # Errors
    /// CodeDeliveryFailureException.
    pub(crate) async fn send_reset_code(
        &self,
        pool: &UserPool,
        user: &User,
        destination: &Destination,
        said: Said<'_>,
    ) -> Result<()> {
        let code = self.store_code(pool, &user.sub, Purpose::Reset, destination).await?;
        let draft = Draft {
            user,
            name: &user.username,
            destination,
            about: About::Code,
            code: &code,
            source: "CustomMessage_ForgotPassword",
            said,
        };
        self.deliver(pool, draft).await
    }

    /// Sets a new password with the code; `given` is code and password.
    ///
    /// # Errors
    /// Those of ConfirmForgotPassword.
    pub(crate) async fn finish_reset(
        &self,
        pool: &UserPool,
        client: &AppClient,
        name: &str,
        given: (&str, &str),
        said: Said<'_>,
    ) -> Result<()> {
        let (code, password) = given;
        check_policy(pool, Setter::User, password)?;
        let hides = client.settings.prevents_user_existence_errors();
        let found = user::by_name(self.store(), pool, name).await?;
        let user = match found {
            Some(user) if !hides || resettable(pool, &user).is_ok() => user,
            None if !hides => return Err(error::username_client_not_found()),
            _ => return Err(self.refuse_code(pool, name, code, (Limited::Reset, Purpose::Reset)).await),
        };
        self.count_use(pool, Limited::Reset, &user.sub).await?;
        if !user.enabled {
            return Err(error::user_is_disabled());
        }
        let checked = self.check_code(pool, &user.sub, Purpose::Reset, code).await?;
        self.check_new_password(pool, Some(&user), Setter::User, password).await?;
        let stored = self.hash_password(pool, &user, password).await?;
        retry(self.store(), || self.take_reset(pool, &user, &checked, &stored)).await?;
        self.forget_attempts(pool, &user.username).await?;
        self.sweep_devices(pool, &user).await;
        self.post_confirmation(pool, &user.username, FORGOT_PASSWORD, said).await
    }

    async fn take_reset(
        &self,
        pool: &UserPool,
        read: &Versioned<User>,
        checked: &CheckedCode,
        stored: &StoredPassword,
    ) -> Result<()> {
        let current = self.same_user(pool, read).await?;
        if checked.is_older_than_password(&current) {
            return Err(error::code_expired());
        }
        // Who reads the mail of a former address is nobody here any more.
        if current.attributes.get(checked.attribute()).is_none_or(|value| value != checked.value()) {
            return Err(error::code_expired());
        }
        let mut user = current.value.clone();
        replace_password(pool, &mut user, stored.clone());
        user.device_generation += 1;
        user.status = UserStatusType::Confirmed;
        user.modified = self.now();
        verify_address(&mut user, checked);
        self.check_aliases_free(pool, &current, &user).await?;
        let mut tx = Tx::new();
        self.use_up(&mut tx, pool, checked).await?;
        user::update(&mut tx, pool, &current, &user)?;
        self.store().commit(tx).await?;
        Ok(())
    }
}

/// Where a reset code of this user goes, if they have a password to reset.
///
/// # Errors
/// NotAuthorizedException for the state, InvalidParameterException where no address is proven.
pub(crate) fn resettable(pool: &UserPool, user: &User) -> Result<Destination> {
    if !user.enabled {
        return Err(error::user_is_disabled());
    }
    if !matches!(user.status, UserStatusType::Confirmed | UserStatusType::ResetRequired | UserStatusType::Unconfirmed) {
        return Err(error::password_cannot_be_reset());
    }
    recovery_destination(pool, user).ok_or_else(error::no_verified_destination)
}

/// The proven address that comes first in the pool's AccountRecoverySetting; without one, the phone before e-mail.
pub(crate) fn recovery_destination(pool: &UserPool, user: &User) -> Option<Destination> {
    recovery_order(pool)
        .into_iter()
        .filter(|attribute| user.is_verified(attribute))
        .find_map(|attribute| Some(Destination { attribute, value: user.attributes.get(attribute)?.clone() }))
}

fn recovery_order(pool: &UserPool) -> Vec<&'static str> {
    let mechanisms = pool.settings.account_recovery.as_ref().and_then(|setting| setting.recovery_mechanisms.as_ref());
    let Some(mechanisms) = mechanisms.filter(|list| !list.is_empty()) else { return VERIFIABLE.to_vec() };
    let mut ordered: Vec<_> = mechanisms.iter().map(|option| (option.priority, option.name)).collect();
    ordered.sort_by_key(|(priority, _)| *priority);
    ordered
        .into_iter()
        .filter_map(|(_, name)| match name {
            RecoveryOptionNameType::VerifiedEmail => Some("email"),
            RecoveryOptionNameType::VerifiedPhoneNumber => Some("phone_number"),
            RecoveryOptionNameType::AdminOnly => None,
        })
        .collect()
}

fn only_administrators_reset(pool: &UserPool) -> bool {
    recovery_order(pool).is_empty()
}
