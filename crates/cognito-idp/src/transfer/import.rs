//! Taking users in. Users come in batches, a transaction a batch; where one user of a batch does not fit (two that shared
//! an address in a pool without aliases, say), each of the batch is tried by itself.
//!
//! What was issued to a user of the same `sub` before, by this pool, is dead afterwards: the epoch is above both.

use std::collections::BTreeMap;

use aws_types::{AwsError, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use store::{StoreError, Tx, Versioned};
use world::rng;
use zeroize::Zeroizing;

use super::document::{FORMAT, Head, PortableDevice, PortablePassword, PortableUser, Record};
use crate::CognitoIdp;
use crate::auth::software_token::forget_tokens;
use crate::auth::srp_flow::srp_pool_name;
use crate::entity::user::StoredPassword;
use crate::entity::{Group, Passkey, User, UserPool};
use crate::error::{self, Result};
use crate::sweep;
use crate::table::device::{DEVICES, MAX_DEVICES, device_sk, devices_counter, devices_prefix};
use crate::table::group::{
    GROUPS_OF_USER, MAX_GROUPS_PER_USER, MEMBERS, Membership, groups_of_user_counter, member_sk, memberships_of_user,
    user_key,
};
use crate::table::passkey::{self, MAX_PASSKEYS, PASSKEYS, passkeys_of};
use crate::table::{GROUPS, group_sk, groups_counter, pool_pk, user};

/// What becomes of users whose name the pool has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// They stay as they are.
    Skip,
    /// They are errors; [`Importer::check`] finds them before anything is written.
    Fail,
    /// They become what the line says.
    Replace,
}

/// What became of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A new user, or group.
    Made,
    /// An existing user was replaced.
    Replaced,
    /// The pool has the user, or group, already.
    Skipped,
    /// Nothing was written, and why.
    Refused(String),
}

/// An import into one pool, by a process that has the store for itself.
pub struct Importer<'a> {
    service: &'a CognitoIdp,
    pool: UserPool,
    head: Head,
    existing: Existing,
    groups: BTreeMap<String, Group>,
}

impl std::fmt::Debug for Importer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Importer")
    }
}

/// A user that is to be written.
struct Staged {
    portable: PortableUser,
    current: Option<Versioned<User>>,
}

impl<'a> Importer<'a> {
    /// Begins with the first line of an export. Nothing is written.
    ///
    /// # Errors
    /// InvalidParameterException for another format or a pool that names its users otherwise;
    /// ResourceNotFoundException; UserImportInProgressException.
    pub async fn begin(service: &'a CognitoIdp, pool_id: &str, head: &str, existing: Existing) -> Result<Self> {
        let pool = service.any_pool(pool_id).await?.value.clone();
        service.refuse_while_importing(&pool.id).await?;
        let head: Head = serde_json::from_str(head).map_err(|_| error::invalid_parameter("The export has no head."))?;
        if head.format != FORMAT {
            return Err(error::invalid_parameter(format_args!("The export is of format {}.", head.format)));
        }
        if head.username_attributes != pool.username_attributes {
            return Err(error::invalid_parameter("The pools differ in their UsernameAttributes."));
        }
        Ok(Self { service, pool, head, existing, groups: BTreeMap::new() })
    }

    /// What is wrong with a line, before anything is written.
    ///
    /// # Errors
    /// The store's.
    pub async fn check(&self, line: &str) -> Result<Option<String>> {
        let portable = match serde_json::from_str(line) {
            Ok(Record::User(portable)) => portable,
            Ok(Record::Group(_)) => return Ok(None),
            Err(_) => return Ok(Some("the line is no document of an export".to_owned())),
        };
        if self.existing != Existing::Fail {
            return Ok(None);
        }
        let taken = self.current(&portable.user).await?.is_some();
        Ok(taken.then(|| format!("user {:?} exists", portable.user.username)))
    }

    /// Takes in some lines; their outcomes, in their order, each with what it is about.
    ///
    /// # Errors
    /// The store's: then what of these lines was written is written.
    pub async fn take(&mut self, lines: &[Zeroizing<String>]) -> Result<Vec<(String, Outcome)>> {
        let mut outcomes = Vec::with_capacity(lines.len());
        let mut staged: Vec<(usize, Staged)> = Vec::new();
        for line in lines {
            match serde_json::from_str(line) {
                Ok(Record::Group(group)) => {
                    let name = group.name.clone();
                    outcomes.push((name, self.take_group(group).await?));
                }
                Ok(Record::User(portable)) => {
                    let name = portable.user.username.clone();
                    let outcome = match self.stage(*portable).await? {
                        Ok(user) => {
                            let replaces = user.current.is_some();
                            staged.push((outcomes.len(), user));
                            if replaces { Outcome::Replaced } else { Outcome::Made }
                        }
                        Err(outcome) => outcome,
                    };
                    outcomes.push((name, outcome));
                }
                Err(_) => outcomes.push((String::new(), Outcome::Refused("no document of an export".to_owned()))),
            }
        }
        for (at, refusal) in self.write(&staged).await? {
            if let Some((_, outcome)) = outcomes.get_mut(at) {
                *outcome = Outcome::Refused(refusal);
            }
        }
        Ok(outcomes)
    }

    async fn take_group(&mut self, group: Group) -> Result<Outcome> {
        let store = self.service.store();
        let (pk, sk) = (pool_pk(&self.pool.id), group_sk(&group.name));
        if let Some(current) = GROUPS.get(store, &pk, &sk).await? {
            self.groups.insert(group.name, current.value);
            return Ok(Outcome::Skipped);
        }
        let uid = rng::uuid(self.service.rng());
        let group = Group { uid, pool_id: self.pool.id.clone(), ..group };
        let mut tx = Tx::new();
        GROUPS.insert(&mut tx, &pk, &sk, &group, Vec::new())?;
        tx.add(&groups_counter(&self.pool.id), 1, Some(crate::operations::create_group::MAX_GROUPS), None);
        match store.commit(tx).await {
            Ok(_) => {
                self.groups.insert(group.name.clone(), group);
                Ok(Outcome::Made)
            }
            Err(StoreError::Limit) => Ok(Outcome::Refused("the pool has as many groups as it may".to_owned())),
            Err(error) => Err(error.into()),
        }
    }

    async fn current(&self, user: &User) -> Result<Option<Versioned<User>>> {
        Ok(user::by_username(self.service.store(), &self.pool, &user.username).await?)
    }

    /// Judges a user by the pool as it is.
    async fn stage(&self, portable: PortableUser) -> Result<Result<Staged, Outcome>> {
        let current = self.current(&portable.user).await?;
        let refused = |why: &str| Ok(Err(Outcome::Refused(why.to_owned())));
        match (&current, self.existing) {
            (Some(_), Existing::Skip) => return Ok(Err(Outcome::Skipped)),
            (Some(_), Existing::Fail) => return refused("the user exists"),
            _ => {}
        }
        if let Some(why) = self.misfit(&portable) {
            return Ok(Err(Outcome::Refused(why)));
        }
        let store = self.service.store();
        let same = |other: &Versioned<User>| current.as_ref().is_some_and(|current| current.sk == other.sk);
        if user::by_sub(store, &self.pool, &portable.user.sub).await?.is_some_and(|other| !same(&other)) {
            return refused("another user has this sub");
        }
        for (attribute, value) in portable.user.aliases(&self.pool) {
            let holder = user::by_alias(store, &self.pool, attribute, value).await?;
            if holder.is_some_and(|other| !same(&other)) {
                return Ok(Err(Outcome::Refused(format!("another user signs in with this {attribute}"))));
            }
        }
        for passkey in &portable.passkeys {
            let known = current.is_some() || !passkey::is_taken(store, &self.pool, &passkey.id).await?;
            if !known {
                return refused("another user has one of the passkeys");
            }
        }
        Ok(Ok(Staged { portable, current }))
    }

    /// Why a user does not fit the pool.
    fn misfit(&self, portable: &PortableUser) -> Option<String> {
        let known = |name: &str| self.pool.schema.iter().any(|attribute| attribute.name == name);
        let user = &portable.user;
        if let Some(name) = user.attributes.keys().chain(user.pending.keys()).find(|name| !known(name)) {
            return Some(format!("the pool has no attribute {name}"));
        }
        if let Some(name) = portable.groups.iter().find(|name| !self.groups.contains_key(*name)) {
            return Some(format!("the pool has no group {name:?}"));
        }
        let over = portable.groups.len() > MAX_GROUPS_PER_USER
            || portable.devices.len() > MAX_DEVICES
            || portable.passkeys.len() > MAX_PASSKEYS;
        over.then(|| "the user has more groups, devices or passkeys than a user may have".to_owned())
    }

    /// Writes a batch, whole where it fits; what was refused, by its place.
    async fn write(&self, staged: &[(usize, Staged)]) -> Result<Vec<(usize, String)>> {
        let mut tx = Tx::new();
        for (_, user) in staged {
            self.put(&mut tx, user).await?;
        }
        match self.service.store().commit(tx).await {
            Err(StoreError::Conflict | StoreError::Limit | StoreError::TooLarge(_)) => {}
            outcome => return outcome.map(|_| Vec::new()).map_err(AwsError::from),
        }
        let mut refused = Vec::new();
        for (at, user) in staged {
            let mut tx = Tx::new();
            self.put(&mut tx, user).await?;
            match self.service.store().commit(tx).await {
                Ok(_) => {}
                Err(StoreError::Conflict) => refused.push((*at, "another line took one of the names".to_owned())),
                Err(StoreError::Limit | StoreError::TooLarge(_)) => refused.push((*at, "a limit".to_owned())),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(refused)
    }

    async fn put(&self, tx: &mut Tx, staged: &Staged) -> Result<()> {
        let user = self.sealed_user(staged)?;
        let current = staged.current.as_ref();
        match current {
            None => user::insert(tx, &self.pool, &user)?,
            Some(current) => user::update(tx, &self.pool, current, &user)?,
        }
        self.put_groups(tx, current, &user, &staged.portable.groups).await?;
        self.put_passkeys(tx, current, &user, &staged.portable.passkeys).await?;
        self.put_token(tx, current, &user, &staged.portable)?;
        self.put_devices(tx, current, &user, &staged.portable.devices)
    }

    /// The document, sealed for this pool.
    fn sealed_user(&self, staged: &Staged) -> Result<User> {
        let given = &staged.portable;
        let mut user = given.user.clone();
        let (epoch, devices) = staged.current.as_ref().map_or((0, 0), |now| (now.epoch, now.device_generation));
        user.epoch = user.epoch.max(epoch) + 1;
        user.device_generation = user.device_generation.max(devices) + 1;
        let sub = &given.user.sub;
        user.password_history =
            given.history.iter().map(|hash| self.service.seal_hash_text(&self.pool, sub, hash)).collect();
        user.password = given.password.as_ref().map(|password| self.sealed_password(&user, password)).transpose()?;
        Ok(user)
    }

    fn sealed_password(&self, user: &User, given: &PortablePassword) -> Result<StoredPassword> {
        // A verifier is made of the pool's name: elsewhere it proves nothing, and the first password makes another.
        let same_name = self.head.srp_name == srp_pool_name(&self.pool);
        let srp = given.srp.as_ref().filter(|_| same_name && !self.pool.srp_is_off());
        let srp_sealed =
            srp.map(|text| decoded(text).map(|plain| self.service.seal_srp_bytes(&self.pool, user, &plain)));
        let lost = given.srp.is_some() && srp_sealed.is_none() && !self.pool.srp_is_off();
        Ok(StoredPassword {
            sealed: self.service.seal_hash_text(&self.pool, &user.sub, &given.hash),
            srp_sealed: srp_sealed.transpose()?,
            set: given.set,
            imported: given.imported || lost,
        })
    }

    async fn put_groups(
        &self,
        tx: &mut Tx,
        current: Option<&Versioned<User>>,
        user: &User,
        names: &[String],
    ) -> Result<()> {
        let (pk, counter) = (pool_pk(&self.pool.id), |sub: &str| groups_of_user_counter(&self.pool.id, sub));
        if let Some(current) = current {
            for member in memberships_of_user(self.service.store(), &self.pool.id, &current.sub).await? {
                MEMBERS.delete(tx, &member);
                tx.add(&counter(&current.sub), -1, None, None);
            }
        }
        for group in names.iter().filter_map(|name| self.groups.get(name)) {
            let member = Membership { group: group.name.clone(), group_uid: group.uid.clone(), sub: user.sub.clone() };
            let index = vec![(GROUPS_OF_USER, user_key(&self.pool.id, &user.sub))];
            MEMBERS.put(tx, &pk, &member_sk(&group.uid, &user.sub), &member, index)?;
            tx.add(&counter(&user.sub), 1, i64::try_from(MAX_GROUPS_PER_USER).ok(), None);
        }
        Ok(())
    }

    async fn put_passkeys(
        &self,
        tx: &mut Tx,
        current: Option<&Versioned<User>>,
        user: &User,
        given: &[Passkey],
    ) -> Result<()> {
        let mut kept = Vec::new();
        if let Some(current) = current {
            for old in passkeys_of(self.service.store(), &self.pool, &current.sub).await? {
                match given.iter().find(|new| new.id == old.id && current.sub == user.sub) {
                    Some(new) => {
                        kept.push(new.id.clone());
                        PASSKEYS.update(tx, &old, new, Vec::new())?;
                    }
                    None => passkey::delete(tx, &self.pool, &current.sub, &old),
                }
            }
        }
        for new in given.iter().filter(|new| !kept.contains(&new.id)) {
            passkey::insert(tx, &self.pool, &user.sub, new)?;
        }
        Ok(())
    }

    fn put_token(
        &self,
        tx: &mut Tx,
        current: Option<&Versioned<User>>,
        user: &User,
        given: &PortableUser,
    ) -> Result<()> {
        if let Some(current) = current {
            forget_tokens(tx, &self.pool, &current.sub);
        }
        let Some(token) = &given.software_token else { return Ok(()) };
        self.service.put_kept_token(tx, &self.pool, &user.sub, (&decoded(&token.secret)?, token.last_step))
    }

    fn put_devices(
        &self,
        tx: &mut Tx,
        current: Option<&Versioned<User>>,
        user: &User,
        given: &[PortableDevice],
    ) -> Result<()> {
        if let Some(current) = current {
            sweep::mark(tx, &self.pool.id, &devices_prefix(current))?;
            tx.add(&devices_counter(&self.pool, current), 0, None, Some(Timestamp::from_ms(0)));
        }
        for one in given {
            let mut device = one.device.clone();
            let plain = one.verifier.as_deref().map(decoded).transpose()?;
            device.verifier_sealed =
                plain.map(|plain| self.service.seal_device_verifier_bytes(&self.pool, &device.key, &plain));
            let sk = device_sk(user, &device.key);
            DEVICES.insert(tx, &pool_pk(&self.pool.id), &sk, &device, Vec::new())?;
            tx.add(&devices_counter(&self.pool, user), 1, i64::try_from(MAX_DEVICES).ok(), None);
        }
        Ok(())
    }
}

fn decoded(text: &str) -> Result<Zeroizing<Vec<u8>>> {
    STANDARD.decode(text).map(Zeroizing::new).map_err(AwsError::internal)
}
