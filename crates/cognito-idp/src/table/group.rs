//! Who is in which group.

use aws_types::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Store, StoreError, Table, Tx, Versioned};

use super::{GROUPS, group_sk, pool_pk};
use crate::entity::Group;

/// A user's place in a group. Bound to the group's and the user's unique ids, not their names: a new group or user of
/// an old name inherits nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Membership {
    /// The group's name.
    pub group: String,
    /// [`Group::uid`].
    pub group_uid: String,
    /// The user's `sub`.
    pub sub: String,
}

/// Memberships: sk [`member_sk`], index [`GROUPS_OF_USER`].
pub const MEMBERS: Table<Membership> = Table::new("group-member", 1);
/// Index of memberships by pool and user.
pub const GROUPS_OF_USER: &str = "cognito.groups-of-user";
/// The most groups a user may be in.
pub const MAX_GROUPS_PER_USER: usize = 100;

/// Place of a membership; a group's members share the prefix [`members_prefix`].
pub fn member_sk(group_uid: &str, sub: &str) -> String {
    format!("member#{group_uid}#{sub}")
}

/// The `sub` of a membership's place; none for any other place.
pub fn member_of(sk: &str) -> Option<&str> {
    sk.strip_prefix("member#")?.split_once('#').map(|(_, sub)| sub)
}

/// What the sort keys of a group's members begin with.
pub fn members_prefix(group_uid: &str) -> String {
    format!("member#{group_uid}#")
}

/// Key of a user in [`GROUPS_OF_USER`].
pub fn user_key(pool_id: &str, sub: &str) -> String {
    format!("{pool_id}/{sub}")
}

/// Counter of a user's groups.
pub fn groups_of_user_counter(pool_id: &str, sub: &str) -> String {
    format!("cognito.groups-of-user#{pool_id}/{sub}")
}

/// All groups of a user (at most [`MAX_GROUPS_PER_USER`]), best rank first.
///
/// # Errors
/// The store's.
pub async fn groups_of_user(store: &Store, pool_id: &str, sub: &str) -> Result<Vec<Group>, StoreError> {
    let mut groups = Vec::new();
    for member in memberships_of_user(store, pool_id, sub).await? {
        let found = GROUPS.get(store, &pool_pk(pool_id), &group_sk(&member.group)).await?;
        groups.extend(found.map(|group| group.value).filter(|group| group.uid == member.group_uid));
    }
    groups.sort_by(|a, b| a.rank().cmp(&b.rank()));
    Ok(groups)
}

/// All memberships of a user, those of groups just deleted among them.
///
/// # Errors
/// The store's.
pub async fn memberships_of_user(
    store: &Store,
    pool_id: &str,
    sub: &str,
) -> Result<Vec<Versioned<Membership>>, StoreError> {
    // Twice the bound: memberships of deleted groups may wait for their sweep.
    let places = store.lookup(GROUPS_OF_USER, &user_key(pool_id, sub), None, MAX_GROUPS_PER_USER * 2).await?;
    let mut members = Vec::with_capacity(places.len());
    for (pk, sk) in places {
        members.extend(MEMBERS.get(store, &pk, &sk).await?);
    }
    Ok(members)
}

/// Adds to `tx` the removal of a user from all groups: for the deletion of the user.
///
/// # Errors
/// The store's.
pub async fn leave_all(store: &Store, tx: &mut Tx, pool_id: &str, sub: &str) -> Result<(), StoreError> {
    for member in memberships_of_user(store, pool_id, sub).await? {
        tx.delete_raw(&member.pk, &member.sk, store::Expect::Any);
    }
    // The counter leaves by its expiry.
    tx.add(&groups_of_user_counter(pool_id, sub), 0, None, Some(Timestamp::from_ms(0)));
    Ok(())
}
