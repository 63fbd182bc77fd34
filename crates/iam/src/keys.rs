//! Access keys: at most two of each user and of the root, found by their id alone.

use aws_types::{AccountId, AwsError, Secret};
use store::{Tx, Versioned, retry};

use crate::Cx;
use crate::entity::{AccessKey, Account, Owner, User};
use crate::error::{Result, concurrent, no_such_key, quota};
use crate::ids::{LONG_TERM, access_key_id, secret};
use crate::table::{ACCOUNT_SK, ACCOUNTS, CHANGED, Entity, KEY_SK, KEYS, event_key, key_pk, used_sk};

/// The most access keys of one user.
const MOST: usize = 2;

/// Makes a key; the secret is known to nobody afterwards.
///
/// # Errors
/// `NoSuchEntity`, `LimitExceeded`, the store's.
pub async fn create(cx: &Cx<'_>, owner: &Owner) -> Result<(AccessKey, Secret<String>)> {
    let account = AccountId::parse(cx.account()).unwrap_or_default();
    let (id, secret) = (access_key_id(cx.rng(), LONG_TERM, &account), secret(cx.rng()));
    let sealed = cx.store().sealer().seal_text(&AccessKey::context(&id), secret.expose().as_bytes());
    let mut key = AccessKey {
        id,
        account: cx.account().to_owned(),
        owner: owner.clone(),
        active: true,
        created: cx.now_s(),
        secret: sealed,
    };
    let name = retry(cx.store(), || add(cx, &key)).await.map_err(concurrent)?;
    key.owner = name;
    Ok((key, secret))
}

/// Answers the owner, named as it was made.
async fn add(cx: &Cx<'_>, key: &AccessKey) -> Result<Owner> {
    let (mut tx, mut key) = (Tx::new(), key.clone());
    let full = || quota("AccessKeysPerUser", MOST);
    match key.owner.clone() {
        Owner::User(name) => {
            let current = cx.find::<User>(&name).await?;
            let mut user = current.value.clone();
            key.owner = Owner::User(user.name.clone());
            user.keys.push(key.id.clone());
            if user.keys.len() > MOST {
                return Err(full());
            }
            User::TABLE.update(&mut tx, &current, &user, user.index())?;
        }
        Owner::Root => {
            let current = cx.settings().await?;
            let mut account = current.as_ref().map(|found| found.value.clone()).unwrap_or_default();
            account.root_keys.push(key.id.clone());
            if account.root_keys.len() > MOST {
                return Err(full());
            }
            cx.write_settings(&mut tx, current.as_ref(), &account)?;
        }
    }
    KEYS.insert(&mut tx, &key_pk(&key.id), KEY_SK, &key, Vec::new())?;
    cx.commit(tx, &key_pk(&key.id)).await?;
    Ok(key.owner)
}

/// A key of this account.
///
/// # Errors
/// The store's.
pub async fn find(cx: &Cx<'_>, id: &str) -> Result<Option<Versioned<AccessKey>>> {
    let key = KEYS.get(cx.store(), &key_pk(id), KEY_SK).await?;
    Ok(key.filter(|key| key.account == cx.account()))
}

/// A key of this owner.
async fn owned(cx: &Cx<'_>, owner: &Owner, id: &str) -> Result<Versioned<AccessKey>> {
    if let Owner::User(name) = owner {
        cx.find::<User>(name).await?;
    }
    let key = find(cx, id).await?.filter(|key| same_owner(&key.owner, owner));
    key.ok_or_else(|| no_such_key(id))
}

fn same_owner(a: &Owner, b: &Owner) -> bool {
    match (a, b) {
        (Owner::Root, Owner::Root) => true,
        (Owner::User(a), Owner::User(b)) => a.eq_ignore_ascii_case(b),
        _ => false,
    }
}

/// All keys of an owner, oldest first.
///
/// # Errors
/// `NoSuchEntity`, the store's.
pub async fn keys_of(cx: &Cx<'_>, owner: &Owner) -> Result<Vec<AccessKey>> {
    let ids = match owner {
        Owner::User(name) => cx.find::<User>(name).await?.value.keys,
        Owner::Root => cx.settings().await?.map(|account| account.value.root_keys).unwrap_or_default(),
    };
    let mut keys = Vec::with_capacity(ids.len());
    for id in ids {
        keys.extend(KEYS.get(cx.store(), &key_pk(&id), KEY_SK).await?.map(|key| key.value));
    }
    Ok(keys)
}

/// Switches a key on or off.
///
/// # Errors
/// `NoSuchEntity`, the store's.
pub async fn set_active(cx: &Cx<'_>, owner: &Owner, id: &str, active: bool) -> Result<()> {
    retry(cx.store(), || async {
        let current = owned(cx, owner, id).await?;
        let (mut key, mut tx) = (current.value.clone(), Tx::new());
        key.active = active;
        KEYS.update(&mut tx, &current, &key, Vec::new())?;
        cx.commit(tx, &key_pk(id)).await.map_err(AwsError::from)
    })
    .await
    .map_err(concurrent)
}

/// Deletes a key.
///
/// # Errors
/// `NoSuchEntity`, the store's.
pub async fn delete(cx: &Cx<'_>, owner: &Owner, id: &str) -> Result<()> {
    retry(cx.store(), || async {
        let key = owned(cx, owner, id).await?;
        let mut tx = Tx::new();
        KEYS.delete(&mut tx, &key);
        tx.delete_raw(cx.pk(), used_sk(id), store::Expect::Any);
        match owner {
            Owner::User(name) => {
                let current = cx.find::<User>(name).await?;
                let mut user = current.value.clone();
                user.keys.retain(|other| other != id);
                User::TABLE.update(&mut tx, &current, &user, user.index())?;
            }
            Owner::Root => {
                let current = cx.settings().await?;
                let mut account = current.as_ref().map(|found| found.value.clone()).unwrap_or_default();
                account.root_keys.retain(|other| other != id);
                cx.write_settings(&mut tx, current.as_ref(), &account)?;
            }
        }
        cx.commit(tx, &key_pk(id)).await.map_err(AwsError::from)
    })
    .await
    .map_err(concurrent)
}

impl Cx<'_> {
    /// The account's own settings, where there are any.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn settings(&self) -> Result<Option<Versioned<Account>>> {
        Ok(ACCOUNTS.get(self.store(), &self.pk(), ACCOUNT_SK).await?)
    }

    /// Adds to `tx` the account's new settings.
    ///
    /// # Errors
    /// The store's.
    pub(crate) fn write_settings(
        &self,
        tx: &mut Tx,
        current: Option<&Versioned<Account>>,
        account: &Account,
    ) -> Result<()> {
        match current {
            Some(current) => ACCOUNTS.update(tx, current, account, Vec::new())?,
            None => ACCOUNTS.insert(tx, &self.pk(), ACCOUNT_SK, account, Vec::new())?,
        }
        tx.event(CHANGED, &event_key(self.account(), ACCOUNT_SK));
        Ok(())
    }

    /// Changes the account's settings; `change` may add lines to the transaction.
    ///
    /// # Errors
    /// What `change` answers, the store's.
    pub(crate) async fn change_settings(
        &self,
        change: impl Fn(&mut Account, &mut Tx) -> Result<()> + Send + Sync,
    ) -> Result<()> {
        retry(self.store(), || async {
            let current = self.settings().await?;
            let mut account = current.as_ref().map(|found| found.value.clone()).unwrap_or_default();
            let mut tx = Tx::new();
            change(&mut account, &mut tx)?;
            self.write_settings(&mut tx, current.as_ref(), &account)?;
            self.commit(tx, ACCOUNT_SK).await.map_err(AwsError::from)
        })
        .await
        .map_err(concurrent)
    }
}
