//! Passkeys: where they lie. A credential's id is unique within its pool.

use store::{Store, StoreError, Table, Tx, Versioned};

use super::pool_pk;
use crate::entity::{Passkey, UserPool};

/// Passkeys: sk [`passkey_sk`].
pub const PASSKEYS: Table<Passkey> = Table::new("passkey", 1);
/// Passkeys that a user may have (doc).
pub const MAX_PASSKEYS: usize = 20;
/// Reserves a credential's id within its pool.
const BY_ID: &str = "cognito.passkey";

/// What the places of a user's passkeys begin with.
pub fn passkeys_prefix(sub: &str) -> String {
    format!("passkey#{sub}#")
}

/// Place of a passkey; `id` as it stands in the document.
pub fn passkey_sk(sub: &str, id: &str) -> String {
    format!("{}{}", passkeys_prefix(sub), crate::auth::hashed(id))
}

/// Counter of a user's passkeys.
pub fn passkeys_counter(pool: &UserPool, sub: &str) -> String {
    format!("cognito.passkeys#{}/{sub}", pool.id)
}

/// Whether a credential's id is registered in the pool, by whomever.
///
/// # Errors
/// The store's.
pub async fn is_taken(store: &Store, pool: &UserPool, id: &str) -> Result<bool, StoreError> {
    Ok(!store.lookup(BY_ID, &id_key(pool, id), None, 1).await?.is_empty())
}

fn id_key(pool: &UserPool, id: &str) -> String {
    format!("{}/{}", pool.id, crate::auth::hashed(id))
}

/// Adds a new passkey; the commit conflicts where its id is taken, and finds the bound where there are too many.
///
/// # Errors
/// The store's.
pub fn insert(tx: &mut Tx, pool: &UserPool, sub: &str, passkey: &Passkey) -> Result<(), StoreError> {
    let (pk, sk) = (pool_pk(&pool.id), passkey_sk(sub, &passkey.id));
    tx.reserve(BY_ID, &id_key(pool, &passkey.id), &pk, &sk);
    tx.add(&passkeys_counter(pool, sub), 1, i64::try_from(MAX_PASSKEYS).ok(), None);
    PASSKEYS.insert(tx, &pk, &sk, passkey, Vec::new())
}

/// Removes a passkey that was read.
pub fn delete(tx: &mut Tx, pool: &UserPool, sub: &str, current: &Versioned<Passkey>) {
    tx.add(&passkeys_counter(pool, sub), -1, None, None);
    PASSKEYS.delete(tx, current);
}

/// All passkeys of a user.
///
/// # Errors
/// The store's.
pub async fn passkeys_of(store: &Store, pool: &UserPool, sub: &str) -> Result<Vec<Versioned<Passkey>>, StoreError> {
    PASSKEYS.list(store, &pool_pk(&pool.id), &passkeys_prefix(sub), None, MAX_PASSKEYS).await
}
