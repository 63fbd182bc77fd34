//! Which identity a login belongs to: found, made, linked, merged.

use std::collections::BTreeSet;

use aws_types::AwsError;
use store::{Expect, Tx, Versioned, retry};

use crate::Cx;
use crate::entity::{Identity, IdentityPool, Login, State};
use crate::error::{
    Result, busy, forbidden, limit_exceeded, linked_elsewhere, logins_do_not_match, lost, no_guests, no_identity,
};
use crate::table::{
    IDENTITIES, IDENTITY_SK, LOGINS, POOL_SK, identity_index, identity_pk, login_sk, logins_pk, pool_pk,
};

/// Logins of one identity. (own)
const MOST_LOGINS: usize = 20;

/// An identity, by its id; one of another account's pool is none.
///
/// # Errors
/// `ResourceNotFoundException`, the store's.
pub async fn find(cx: &Cx<'_>, id: &str) -> Result<(Versioned<Identity>, IdentityPool)> {
    let identity = IDENTITIES.get(cx.store(), &identity_pk(id), IDENTITY_SK).await?.ok_or_else(|| no_identity(id))?;
    // Of a pool that is gone the identities are nobody's, whether or not they were swept yet.
    let pool = cx
        .pool(&identity.pool_id)
        .await
        .map_err(|error| if error.code == "ResourceNotFoundException" { no_identity(id) } else { error })?;
    Ok((identity, pool.value))
}

/// The identity that has a login.
///
/// # Errors
/// The store's.
pub async fn owner(cx: &Cx<'_>, pool_id: &str, login: &Login) -> Result<Option<String>> {
    let found = LOGINS.get(cx.store(), &logins_pk(pool_id), &login_sk(login)).await?;
    Ok(found.map(|found| found.value))
}

/// A new guest.
///
/// # Errors
/// `NotAuthorizedException` where guests are not let in, the store's.
pub async fn new_guest(cx: &Cx<'_>, pool: &IdentityPool) -> Result<Identity> {
    if !pool.allow_unauthenticated {
        return Err(no_guests());
    }
    let mut tx = Tx::new();
    let identity = made(cx, pool, Vec::new());
    insert(&mut tx, pool, &identity)?;
    cx.store().commit(tx).await.map_err(|error| lost(error.into(), busy))?;
    Ok(identity)
}

/// The one identity of these proven logins, made at first sight; logins it has not yet are linked to it.
///
/// # Errors
/// `ResourceConflictException` where they belong to several, the store's.
pub async fn of_logins(cx: &Cx<'_>, pool: &IdentityPool, logins: &[Login]) -> Result<Identity> {
    let run = || async {
        let owners = owners(cx, pool, logins).await?;
        let mut owners = owners.into_iter();
        match (owners.next(), owners.next()) {
            (Some(_), Some(_)) => Err(linked_elsewhere()),
            (Some(id), None) => linked(cx, pool, &id, logins).await,
            (None, _) => {
                let identity = made(cx, pool, logins.to_vec());
                let mut tx = Tx::new();
                insert(&mut tx, pool, &identity)?;
                cx.store().commit(tx).await?;
                Ok(identity)
            }
        }
    };
    retry(cx.store(), run).await.map_err(|error| lost(error, busy))
}

/// The identity that a call may act as: the named one, if the proven logins are (or may become) its own, or the one that
/// a guest turns out to be.
///
/// # Errors
/// `NotAuthorizedException`, `ResourceConflictException`, `ResourceNotFoundException`, the store's.
pub async fn act_as(cx: &Cx<'_>, pool: &IdentityPool, id: &str, logins: &[Login]) -> Result<Identity> {
    let run = || async {
        let (identity, _) = find(cx, id).await?;
        match identity.state {
            State::Disabled => return Err(forbidden(id)),
            State::Authenticated if logins.is_empty() => return Err(forbidden(id)),
            State::Guest if logins.is_empty() => {
                return if pool.allow_unauthenticated { Ok(identity.value) } else { Err(no_guests()) };
            }
            _ => {}
        }
        let owners = owners(cx, pool, logins).await?;
        let mine = owners.contains(id);
        let mut others = owners.into_iter().filter(|owner| owner != id);
        match (mine, others.next(), others.next()) {
            (true, Some(_), _) | (_, Some(_), Some(_)) => Err(linked_elsewhere()),
            // Most often all of them are linked already, and nothing is left to read.
            (true, None, _) if logins.iter().all(|login| identity.has(login)) => Ok(identity.value),
            (true, None, _) => linked(cx, pool, id, logins).await,
            // A guest who signs in becomes who it is, or keeps its id where it was nobody yet.
            (false, Some(other), None) if identity.state == State::Guest => merged(cx, pool, &identity, &other).await,
            (false, None, None) if identity.state == State::Guest => linked(cx, pool, id, logins).await,
            _ => Err(logins_do_not_match()),
        }
    };
    retry(cx.store(), run).await.map_err(|error| lost(error, busy))
}

/// Links logins that nobody has to an identity, in its own transaction.
///
/// # Errors
/// `LimitExceededException`, `ResourceNotFoundException`, the store's.
pub async fn linked(cx: &Cx<'_>, pool: &IdentityPool, id: &str, logins: &[Login]) -> Result<Identity> {
    let (current, _) = find(cx, id).await?;
    let new: Vec<&Login> = logins.iter().filter(|login| !current.has(login)).collect();
    if new.is_empty() {
        return Ok(current.value);
    }
    let (mut identity, mut tx) = (current.value.clone(), Tx::new());
    for login in new {
        // One subject of each public provider: a second user of the same pool is somebody else.
        let is_public = pool.developer_provider_name.as_ref() != Some(&login.provider);
        if is_public && identity.logins.iter().any(|other| other.provider == login.provider) {
            return Err(logins_do_not_match());
        }
        LOGINS.insert(&mut tx, &logins_pk(&pool.id), &login_sk(login), &identity.id, Vec::new())?;
        identity.link(login.clone());
    }
    if identity.logins.len() > MOST_LOGINS {
        return Err(limit_exceeded(format_args!("An identity can have at most {MOST_LOGINS} logins.")));
    }
    identity.modified = cx.now();
    tx.require(pool_pk(&pool.id), POOL_SK, Expect::Present);
    IDENTITIES.update(&mut tx, &current, &identity, identity_index(&identity))?;
    cx.store().commit(tx).await?;
    Ok(identity)
}

/// A guest turns out to be somebody known: the known one survives.
async fn merged(cx: &Cx<'_>, pool: &IdentityPool, guest: &Versioned<Identity>, known: &str) -> Result<Identity> {
    let (known, _) = find(cx, known).await?;
    if known.state == State::Disabled {
        return Err(forbidden(&known.id));
    }
    let (mut gone, mut tx) = (guest.value.clone(), Tx::new());
    (gone.state, gone.modified) = (State::Disabled, cx.now());
    tx.require(pool_pk(&pool.id), POOL_SK, Expect::Present);
    IDENTITIES.require(&mut tx, &known);
    IDENTITIES.update(&mut tx, guest, &gone, identity_index(&gone))?;
    cx.store().commit(tx).await?;
    Ok(known.value)
}

async fn owners(cx: &Cx<'_>, pool: &IdentityPool, logins: &[Login]) -> Result<BTreeSet<String>> {
    let mut owners = BTreeSet::new();
    for login in logins {
        owners.extend(owner(cx, &pool.id, login).await?);
    }
    Ok(owners)
}

/// An identity that nobody has seen before.
pub fn made(cx: &Cx<'_>, pool: &IdentityPool, mut logins: Vec<Login>) -> Identity {
    logins.sort();
    let state = if logins.is_empty() { State::Guest } else { State::Authenticated };
    Identity {
        id: cx.new_id(pool.region()),
        pool_id: pool.id.clone(),
        logins,
        state,
        created: cx.now(),
        modified: cx.now(),
    }
}

/// Adds a new identity with its logins to a transaction.
///
/// # Errors
/// The store's.
pub fn insert(tx: &mut Tx, pool: &IdentityPool, identity: &Identity) -> Result<(), AwsError> {
    tx.require(pool_pk(&pool.id), POOL_SK, Expect::Present);
    IDENTITIES.insert(tx, &identity_pk(&identity.id), IDENTITY_SK, identity, identity_index(identity))?;
    for login in &identity.logins {
        LOGINS.insert(tx, &logins_pk(&pool.id), &login_sk(login), &identity.id, Vec::new())?;
    }
    Ok(())
}

/// Takes logins off an identity, in its own transaction. The last one leaves it inaccessible, for good.
///
/// # Errors
/// `ResourceNotFoundException`, the store's.
pub async fn unlink(cx: &Cx<'_>, id: &str, takes: impl Fn(&Login) -> bool + Send + Sync) -> Result<()> {
    let run = || async {
        let (current, _) = find(cx, id).await?;
        let (mut identity, mut tx) = (current.value.clone(), Tx::new());
        let (off, kept): (Vec<Login>, Vec<Login>) = identity.logins.into_iter().partition(&takes);
        for login in &off {
            tx.delete_raw(logins_pk(&identity.pool_id), login_sk(login), Expect::Present);
        }
        (identity.logins, identity.modified) = (kept, cx.now());
        IDENTITIES.update(&mut tx, &current, &identity, identity_index(&identity))?;
        cx.store().commit(tx).await.map_err(AwsError::from)
    };
    retry(cx.store(), run).await.map(drop).map_err(|error| lost(error, busy))
}

/// Removes an identity with its logins.
///
/// # Errors
/// The store's.
pub async fn delete(store: &store::Store, id: &str) -> Result<()> {
    let run = || async {
        let Some(identity) = IDENTITIES.get(store, &identity_pk(id), IDENTITY_SK).await? else { return Ok(()) };
        let mut tx = Tx::new();
        IDENTITIES.delete(&mut tx, &identity);
        for login in &identity.logins {
            tx.delete_raw(logins_pk(&identity.pool_id), login_sk(login), Expect::Any);
        }
        store.commit(tx).await.map(drop).map_err(AwsError::from)
    };
    retry(store, run).await.map_err(|error| lost(error, busy))
}
