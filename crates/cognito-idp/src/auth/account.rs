//! What administrators and owners do to a user as a whole.

use aws_types::{AwsError, Timestamp};
use store::{Tx, Versioned, retry};

use super::client_auth::hash_names;
use super::software_token::forget_tokens;
use crate::CognitoIdp;
use crate::entity::{User, UserPool};
use crate::error::{self, Result};
use crate::sweep;
use crate::table::device::{all_devices_prefix, devices_counter};
use crate::table::group::leave_all;
use crate::table::passkey::{passkeys_counter, passkeys_prefix};
use crate::table::user;

/// A user as they were before a change, and the commit that changed them.
#[derive(Debug)]
pub(crate) struct Replaced {
    pub before: User,
    pub version: i64,
}

impl CognitoIdp {
    /// The user of a name: username, alias or `sub`.
    ///
    /// # Errors
    /// UserNotFoundException.
    pub(crate) async fn named_user(&self, pool: &UserPool, name: &str) -> Result<Versioned<User>> {
        user::by_name(self.store(), pool, name).await?.ok_or_else(error::user_does_not_exist)
    }

    /// Names over which a secret hash may be made where somebody typed this one.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn secret_hash_names(&self, pool: &UserPool, typed: &str) -> Result<Vec<String>> {
        let user = user::by_name(self.store(), pool, typed).await?;
        let known = user.as_ref().map(|user| hash_names(pool, user, None)).unwrap_or_default();
        Ok(std::iter::once(typed).chain(known).map(str::to_owned).collect())
    }

    /// Reads, changes and writes a user, again where another was quicker.
    ///
    /// # Errors
    /// What `change` refuses; UserNotFoundException where the user is gone.
    pub(crate) async fn change_user(
        &self,
        pool: &UserPool,
        read: &User,
        change: impl Fn(&mut User) -> Result<()>,
    ) -> Result<()> {
        self.replace_user(pool, read, change).await.map(drop)
    }

    /// [`Self::change_user`] for a change that goes with a message: it can be put back where that does not leave.
    ///
    /// # Errors
    /// What `change` refuses; UserNotFoundException where the user is gone.
    pub(crate) async fn replace_user(
        &self,
        pool: &UserPool,
        read: &User,
        change: impl Fn(&mut User) -> Result<()>,
    ) -> Result<Replaced> {
        retry(self.store(), || async {
            let current = self.same_user(pool, read).await?;
            let mut user = current.value.clone();
            change(&mut user)?;
            user.modified = self.now();
            let mut tx = Tx::new();
            user::update(&mut tx, pool, &current, &user)?;
            let version = self.store().commit(tx).await?.version;
            Ok(Replaced { before: current.value, version })
        })
        .await
    }

    /// Takes a change back, unless the user was changed since.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn put_back(&self, pool: &UserPool, replaced: &Replaced) -> Result<()> {
        let current = user::by_username(self.store(), pool, &replaced.before.username).await?;
        let Some(current) = current.filter(|current| current.version == replaced.version) else { return Ok(()) };
        let mut tx = Tx::new();
        user::update(&mut tx, pool, &current, &replaced.before)?;
        match self.store().commit(tx).await {
            Ok(_) | Err(store::StoreError::Conflict) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Ends everything that was issued to the user so far: tokens, codes, browser and challenge sessions.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn sign_out_everywhere(&self, pool: &UserPool, read: &User) -> Result<()> {
        let change = |user: &mut User| {
            user.epoch += 1;
            Ok(())
        };
        self.change_user(pool, read, change).await
    }

    /// Removes a user with names and memberships. What was issued to them points at nobody.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn remove_user(&self, pool: &UserPool, read: &User) -> Result<()> {
        retry(self.store(), || async {
            let current = self.same_user(pool, read).await?;
            let mut tx = Tx::new();
            leave_all(self.store(), &mut tx, &pool.id, &current.sub).await?;
            for prefix in [all_devices_prefix(&current.sub), passkeys_prefix(&current.sub)] {
                sweep::mark(&mut tx, &pool.id, &prefix)?;
            }
            for counter in [devices_counter(pool, &current), passkeys_counter(pool, &current.sub)] {
                tx.add(&counter, 0, None, Some(Timestamp::from_ms(0)));
            }
            forget_tokens(&mut tx, pool, &current.sub);
            user::delete(&mut tx, pool, &current);
            self.store().commit(tx).await?;
            Ok::<_, AwsError>(())
        })
        .await?;
        sweep::begin(self.store(), &pool.id, &all_devices_prefix(&read.sub)).await?;
        sweep::begin(self.store(), &pool.id, &passkeys_prefix(&read.sub)).await
    }
}
