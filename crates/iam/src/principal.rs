//! What users, roles and groups have in common beside their grants.

use aws_types::AwsError;
use store::{MAX_PAGE, Store, Tx, retry};

use crate::Cx;
use crate::entity::{Group, User};
use crate::error::{Result, concurrent, limit_or};
use crate::grants::{Bounded, count_use, policy_for_use};
use crate::table::{Entity, GROUP_BY_ID, MEMBERS, boundary_counter, count_counter, index_key};

/// Adds a user or role; its boundary must be there and stays while this is written.
///
/// # Errors
/// `exists`, `NoSuchEntity` of the boundary, `LimitExceeded`, the store's.
pub async fn create_bounded<B: Bounded>(
    cx: &Cx<'_>,
    name: &str,
    entity: &B,
    boundary: Option<&str>,
    exists: impl Fn() -> AwsError + Send + Sync,
) -> Result<()> {
    let Some(arn) = boundary else { return cx.create(name, entity, exists, |_| ()).await };
    let (sk, (quota, most)) = (B::sk(name), B::QUOTA);
    retry(cx.store(), || async {
        if cx.store().get_item(&cx.pk(), &sk).await?.is_some() {
            return Err(exists());
        }
        let policy = policy_for_use(cx, arn).await?;
        let mut tx = Tx::new();
        B::TABLE.insert(&mut tx, &cx.pk(), &sk, entity, entity.index())?;
        count_use(cx, &mut tx, policy.as_ref(), &boundary_counter(cx.account(), arn))?;
        tx.add(&count_counter(cx.account(), B::PREFIX), 1, Some(most), None);
        cx.commit(tx, &sk).await.map_err(|error| limit_or(error, quota, most))
    })
    .await
    .map_err(concurrent)
}

/// All users in a group, in order of names.
///
/// # Errors
/// The store's.
pub async fn members(cx: &Cx<'_>, group_id: &str) -> Result<Vec<User>> {
    let places = cx.store().lookup(MEMBERS, &index_key(cx.account(), group_id), None, MAX_PAGE).await?;
    let mut users = Vec::with_capacity(places.len());
    for (pk, sk) in places {
        users.extend(User::TABLE.get(cx.store(), &pk, &sk).await?.map(|user| user.value));
    }
    Ok(users)
}

/// The groups a user is in, in order of names.
///
/// # Errors
/// The store's.
pub async fn groups_of(store: &Store, user: &User) -> Result<Vec<Group>> {
    let mut groups = Vec::with_capacity(user.groups.len());
    for id in &user.groups {
        let group = Group::TABLE.find(store, GROUP_BY_ID, &index_key(&user.account, id)).await?;
        groups.extend(group.map(|group| group.value));
    }
    groups.sort_by_key(|group| group.name.to_ascii_lowercase());
    Ok(groups)
}
