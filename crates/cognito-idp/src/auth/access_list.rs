//! What a person has open and may end: sessions of the pages, and the sign-ins of applications.

use store::Versioned;
use user_pool_domain::ports::{Access, AccessKind, SignedIn};

use super::browser::session_id;
use super::chain::{CHAINS, chain_sk};
use crate::CognitoIdp;
use crate::entity::{User, UserPool};
use crate::error::Result;
use crate::table::device::{DEVICES, MAX_DEVICES, devices_prefix};
use crate::table::passkey::passkeys_of;
use crate::table::{pool_pk, user};

/// Most sign-ins of applications that are listed.
const MAX_CHAINS: usize = 200;

impl CognitoIdp {
    /// All of it, for the person of a browser session; `None` where that is over.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn list_accesses(&self, pool: &UserPool, session: &str) -> Result<Option<Vec<Access>>> {
        let Some(signed_in) = self.browser_session(pool, session).await? else { return Ok(None) };
        let Some(user) = self.signed_in_user(pool, &signed_in).await? else { return Ok(None) };
        let own = session_id(session);
        let browsers = self.browser_sessions(pool, &user).await?.into_iter().map(|listed| Access {
            kind: AccessKind::Browser,
            current: listed.id == own,
            id: listed.id,
            name: listed.user_agent,
            since_s: listed.since_s,
        });
        let applications = self.applications(pool, &user).await?;
        let devices = DEVICES.list(self.store(), &pool_pk(&pool.id), &devices_prefix(&user), None, MAX_DEVICES).await?;
        let devices = devices.into_iter().map(|device| Access {
            kind: AccessKind::Device,
            name: device.name.clone().unwrap_or_else(|| device.key.clone()),
            id: device.key.clone(),
            since_s: device.created.secs(),
            current: false,
        });
        let passkeys = passkeys_of(self.store(), pool, &user.sub).await?.into_iter().map(|passkey| Access {
            kind: AccessKind::Passkey,
            name: passkey.name.clone(),
            id: passkey.id.clone(),
            since_s: passkey.created.secs(),
            current: false,
        });
        Ok(Some(browsers.chain(applications).chain(devices).chain(passkeys).collect()))
    }

    /// Sign-ins that have a refresh token, and so go on without the person.
    async fn applications(&self, pool: &UserPool, user: &User) -> Result<Vec<Access>> {
        let prefix = chain_sk(&user.sub, "");
        let chains = CHAINS.list(self.store(), &pool_pk(&pool.id), &prefix, None, MAX_CHAINS).await?;
        let now = self.now();
        let mut listed = Vec::new();
        for chain in chains {
            let lives = chain.is_current(user) && chain.refresh_until().is_some_and(|until| now < until);
            if !lives {
                continue;
            }
            // a client that is gone renews nothing
            let Ok(client) = self.client(&pool.id, &chain.client_id).await else { continue };
            listed.push(Access {
                kind: AccessKind::Application,
                id: chain.event_id.clone(),
                name: client.settings.name.clone(),
                since_s: chain.auth_time,
                current: false,
            });
        }
        listed.sort_by_key(|access| std::cmp::Reverse(access.since_s));
        Ok(listed)
    }

    /// Ends one of them; false where it was over or never theirs.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn end_listed(
        &self,
        pool: &UserPool,
        signed_in: &SignedIn,
        (kind, id): (AccessKind, &str),
    ) -> Result<bool> {
        let Some(user) = self.signed_in_user(pool, signed_in).await? else { return Ok(false) };
        match kind {
            AccessKind::Browser => self.end_browser_session(pool, &user, id).await,
            AccessKind::Application => {
                let lived = self.chain(pool, &user.sub, id).await?.is_some_and(|chain| chain.is_current(&user));
                self.end_chain(pool, &user.sub, id).await?;
                Ok(lived)
            }
            AccessKind::Device => was_there(self.forget_device(pool, &user, id).await),
            AccessKind::Passkey => was_there(self.delete_passkey(pool, &user, id).await),
        }
    }

    /// The user of a browser session as they stand now.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn signed_in_user(
        &self,
        pool: &UserPool,
        signed_in: &SignedIn,
    ) -> Result<Option<Versioned<User>>> {
        let user = user::by_username(self.store(), pool, &signed_in.username).await?;
        Ok(user.filter(|user| user.enabled && user.sub == signed_in.sub && user.epoch == signed_in.epoch))
    }
}

/// Whether what was to be removed was there.
fn was_there(removed: Result<()>) -> Result<bool> {
    match removed {
        Ok(()) => Ok(true),
        Err(error) if error.internal.is_none() => Ok(false),
        Err(error) => Err(error),
    }
}
