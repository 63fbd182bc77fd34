//! Users: where they lie, what they are found by, and which names they hold.
//!
//! A user's place is their username (folded where the pool does not look at case), so that it is unique by itself.
//! Aliases are held by reservation. ListUsers' filters read the indexes of [`SEARCH`].

use aws_lc_rs::digest::{SHA256, digest};
use store::{Index, Store, StoreError, Tx, Versioned};

use super::{pool_pk, users_counter};
use crate::entity::{User, UserPool};

/// Users: sk [`user_sk`].
pub const USERS: store::Table<User> = store::Table::new("user", 1);
/// What all sort keys of users begin with.
pub const USER_PREFIX: &str = "user#";
/// Names held beside the username, by [`alias_key`].
pub const ALIASES: &str = "cognito.user-alias";
/// Identities at outside providers that lead to users, by [`crate::federation`]'s keys.
pub const IDENTITIES: &str = "cognito.user-identity";
/// Users by pool and `sub`.
pub const BY_SUB: &str = "cognito.user.sub";
/// The indexes of ListUsers' filters, by the filter's attribute name.
pub const SEARCH: [(&str, &str); 9] = [
    ("sub", BY_SUB),
    ("email", "cognito.user.email"),
    ("phone_number", "cognito.user.phone_number"),
    ("name", "cognito.user.name"),
    ("given_name", "cognito.user.given_name"),
    ("family_name", "cognito.user.family_name"),
    ("preferred_username", "cognito.user.preferred_username"),
    ("cognito:user_status", "cognito.user.user_status"),
    ("status", "cognito.user.status"),
];
const PREFERRED: &str = "preferred_username";
/// Longest value that stands in an index key as it is, in bytes.
const MAX_INDEXED_BYTES: usize = 512;

/// A name as it is compared in this pool.
pub fn fold(pool: &UserPool, name: &str) -> String {
    if pool.is_case_sensitive() { name.to_owned() } else { name.to_lowercase() }
}

/// Place of a user.
pub fn user_sk(pool: &UserPool, username: &str) -> String {
    format!("{USER_PREFIX}{}", fold(pool, username))
}

/// Key of a name in [`ALIASES`]. Values too long for a key are hashed.
pub fn alias_key(pool: &UserPool, attribute: &str, value: &str) -> String {
    let folded = fold(pool, value);
    if folded.len() <= MAX_INDEXED_BYTES {
        return format!("{}/{attribute}/{folded}", pool.id);
    }
    let hash = digest(&SHA256, folded.as_bytes());
    let hex: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}/{attribute}#{hex}", pool.id)
}

/// Key of a value in one of the [`SEARCH`] indexes: lower case, cut to a bound. What is found is compared in full.
pub fn search_key(pool_id: &str, value: &str) -> String {
    format!("{pool_id}/{}", cut(&value.to_lowercase()))
}

fn cut(text: &str) -> &str {
    let end = (0..=MAX_INDEXED_BYTES.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

/// What a search attribute reads of a user.
pub fn search_value<'a>(user: &'a User, attribute: &str) -> Option<&'a str> {
    match attribute {
        "username" => Some(&user.username),
        "cognito:user_status" => Some(user.status.as_str()),
        "status" => Some(if user.enabled { "Enabled" } else { "Disabled" }),
        other => user.attribute(other),
    }
}

fn index(pool_id: &str, user: &User) -> Index {
    SEARCH
        .iter()
        .filter_map(|(attribute, name)| Some((*name, search_key(pool_id, search_value(user, attribute)?))))
        .collect()
}

/// By the username alone.
///
/// # Errors
/// The store's.
pub async fn by_username(store: &Store, pool: &UserPool, name: &str) -> Result<Option<Versioned<User>>, StoreError> {
    USERS.get(store, &pool_pk(&pool.id), &user_sk(pool, name)).await
}

/// By the `sub`.
///
/// # Errors
/// The store's.
pub async fn by_sub(store: &Store, pool: &UserPool, sub: &str) -> Result<Option<Versioned<User>>, StoreError> {
    let found = store.lookup(BY_SUB, &search_key(&pool.id, sub), None, 1).await?;
    at(store, found.first()).await
}

/// By a name that was typed: username, then alias, then `sub`.
///
/// # Errors
/// The store's.
pub async fn by_name(store: &Store, pool: &UserPool, name: &str) -> Result<Option<Versioned<User>>, StoreError> {
    if let Some(user) = by_username(store, pool, name).await? {
        return Ok(Some(user));
    }
    for attribute in alias_attributes(pool) {
        if let Some(user) = by_alias(store, pool, attribute, name).await? {
            return Ok(Some(user));
        }
    }
    by_sub(store, pool, name).await
}

/// By an alias.
///
/// # Errors
/// The store's.
pub async fn by_alias(
    store: &Store,
    pool: &UserPool,
    attribute: &str,
    value: &str,
) -> Result<Option<Versioned<User>>, StoreError> {
    let found = store.lookup(ALIASES, &alias_key(pool, attribute, value), None, 1).await?;
    at(store, found.first()).await
}

async fn at(store: &Store, place: Option<&(String, String)>) -> Result<Option<Versioned<User>>, StoreError> {
    match place {
        Some((pk, sk)) => USERS.get(store, pk, sk).await,
        None => Ok(None),
    }
}

/// The attributes that sign people in, in this pool.
pub fn alias_attributes(pool: &UserPool) -> impl Iterator<Item = &'static str> + '_ {
    ["email", "phone_number", "preferred_username"]
        .into_iter()
        .filter(|attribute| pool.has_alias(attribute) || pool.has_username_attribute(attribute))
}

/// The keys that a user holds: their aliases, and their username where it could be another's `preferred_username`.
fn held_keys(pool: &UserPool, user: &User) -> Vec<String> {
    let username = pool.has_alias(PREFERRED).then_some((PREFERRED, user.username.as_str()));
    user.aliases(pool).into_iter().chain(username).map(|(attribute, value)| alias_key(pool, attribute, value)).collect()
}

/// Adds a new user with the names they hold.
///
/// # Errors
/// The store's; the commit conflicts where a name is taken.
pub fn insert(tx: &mut Tx, pool: &UserPool, user: &User) -> Result<(), StoreError> {
    let (pk, sk) = (pool_pk(&pool.id), user_sk(pool, &user.username));
    for key in held_keys(pool, user) {
        tx.reserve(ALIASES, &key, &pk, &sk);
    }
    tx.require(&pk, super::POOL_SK, store::Expect::Present);
    tx.add(&users_counter(&pool.id), 1, None, None);
    USERS.insert(tx, &pk, &sk, user, index(&pool.id, user))
}

/// Replaces a user that was read: gives back the names they hold no more and takes the new ones.
///
/// # Errors
/// The store's; the commit conflicts where a name is taken or the user was changed meanwhile.
pub fn update(tx: &mut Tx, pool: &UserPool, current: &Versioned<User>, user: &User) -> Result<(), StoreError> {
    let (before, after) = (held_keys(pool, current), held_keys(pool, user));
    for key in before.iter().filter(|key| !after.contains(key)) {
        tx.release(ALIASES, key, &current.pk, &current.sk);
    }
    for key in after.iter().filter(|key| !before.contains(key)) {
        tx.reserve(ALIASES, key, &current.pk, &current.sk);
    }
    USERS.update(tx, current, user, index(&pool.id, user))
}

/// Removes a user that was read, with all names they hold.
pub fn delete(tx: &mut Tx, pool: &UserPool, current: &Versioned<User>) {
    tx.add(&users_counter(&pool.id), -1, None, None);
    USERS.delete(tx, current);
}
