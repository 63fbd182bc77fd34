//! Writing users down.

use aws_types::AwsError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use zeroize::Zeroizing;

use super::document::{Head, PortableDevice, PortablePassword, PortableToken, PortableUser, Record};
use crate::CognitoIdp;
use crate::entity::{Device, User, UserPool};
use crate::error::Result;
use crate::table::device::{DEVICES, MAX_DEVICES, devices_prefix};
use crate::table::group::groups_of_user;
use crate::table::passkey::passkeys_of;
use crate::table::user::{USER_PREFIX, USERS};
use crate::table::{GROUP_PREFIX, GROUPS, pool_pk};

/// A document without its line end; wiped from memory when it goes.
pub type Line = Zeroizing<String>;

/// Documents of a page.
const PAGE: usize = 100;

/// Some lines, and where the next ones begin; none after the last.
#[derive(Debug)]
pub struct Page {
    /// Lines.
    pub lines: Vec<Line>,
    /// What [`CognitoIdp::export_users`] continues after.
    pub next: Option<String>,
}

impl CognitoIdp {
    /// The first line of a pool's export.
    ///
    /// # Errors
    /// ResourceNotFoundException.
    pub async fn export_head(&self, pool_id: &str) -> Result<Line> {
        let pool = self.any_pool(pool_id).await?;
        line(&Head::of(&pool, self.now()))
    }

    /// The pool's groups.
    ///
    /// # Errors
    /// ResourceNotFoundException.
    pub async fn export_groups(&self, pool_id: &str, after: Option<&str>) -> Result<Page> {
        let pool = self.any_pool(pool_id).await?;
        let groups = GROUPS.list(self.store(), &pool_pk(&pool.id), GROUP_PREFIX, after, PAGE).await?;
        let next = (groups.len() == PAGE).then(|| groups.last().map(|group| group.sk.clone())).flatten();
        let lines = groups.into_iter().map(|group| line(&Record::Group(group.value))).collect::<Result<_>>()?;
        Ok(Page { lines, next })
    }

    /// The pool's users, in the order of their names.
    ///
    /// # Errors
    /// ResourceNotFoundException; Internal where something sealed does not open.
    pub async fn export_users(&self, pool_id: &str, after: Option<&str>) -> Result<Page> {
        let pool = self.any_pool(pool_id).await?;
        let users = USERS.list(self.store(), &pool_pk(&pool.id), USER_PREFIX, after, PAGE).await?;
        let next = (users.len() == PAGE).then(|| users.last().map(|user| user.sk.clone())).flatten();
        let mut lines = Vec::with_capacity(users.len());
        for user in users {
            let portable = self.portable_user(&pool, user.value).await?;
            lines.push(line(&Record::User(Box::new(portable)))?);
        }
        Ok(Page { lines, next })
    }

    async fn portable_user(&self, pool: &UserPool, user: User) -> Result<PortableUser> {
        let groups = groups_of_user(self.store(), &pool.id, &user.sub).await?;
        let passkeys = passkeys_of(self.store(), pool, &user.sub).await?;
        let prefix = devices_prefix(&user);
        let devices = DEVICES.list(self.store(), &pool_pk(&pool.id), &prefix, None, MAX_DEVICES).await?;
        let history = user.password_history.iter();
        Ok(PortableUser {
            password: self.portable_password(pool, &user)?,
            history: history.map(|sealed| self.open_hash_text(pool, &user.sub, sealed)).collect::<Result<_>>()?,
            software_token: self.portable_token(pool, &user.sub).await?,
            devices: devices.into_iter().map(|it| self.portable_device(pool, it.value)).collect::<Result<_>>()?,
            passkeys: passkeys.into_iter().map(|passkey| passkey.value).collect(),
            groups: groups.into_iter().map(|group| group.name).collect(),
            user: User { password: None, password_history: Vec::new(), ..user },
        })
    }

    fn portable_password(&self, pool: &UserPool, user: &User) -> Result<Option<PortablePassword>> {
        let Some(password) = &user.password else { return Ok(None) };
        let srp = self.srp_bytes(pool, user)?.map(|plain| STANDARD.encode(&*plain));
        let hash = self.open_hash_text(pool, &user.sub, &password.sealed)?;
        Ok(Some(PortablePassword { hash, srp, set: password.set, imported: password.imported }))
    }

    async fn portable_token(&self, pool: &UserPool, sub: &str) -> Result<Option<PortableToken>> {
        let kept = self.kept_token(pool, sub).await?;
        Ok(kept.map(|(secret, last_step)| PortableToken { secret: STANDARD.encode(&*secret), last_step }))
    }

    fn portable_device(&self, pool: &UserPool, mut device: Device) -> Result<PortableDevice> {
        let verifier = self.device_verifier_bytes(pool, &device)?.map(|plain| STANDARD.encode(&*plain));
        device.verifier_sealed = None;
        Ok(PortableDevice { device, verifier })
    }
}

fn line(document: &impl Serialize) -> Result<Line> {
    serde_json::to_string(document).map(Zeroizing::new).map_err(AwsError::internal)
}
