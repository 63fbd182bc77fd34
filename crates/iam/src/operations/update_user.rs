//! UpdateUser. A user keeps its id, keys and grants under a new name; policies that name its ARN do not follow.

use aws_types::AwsError;
use model_iam::types::UpdateUserRequest;
use store::{Tx, retry};

use crate::Cx;
use crate::entity::{MfaDevice, Owner, User};
use crate::error::{Result, concurrent, exists};
use crate::table::{CHANGED, Entity, KEY_SK, KEYS, event_key, key_pk};

/// Renames a user or moves it to another path.
pub async fn update_user(cx: &Cx<'_>, input: UpdateUserRequest) -> Result<()> {
    let renamed = input.new_user_name.as_deref().filter(|name| User::sk(name) != User::sk(&input.user_name));
    if let Some(name) = renamed {
        retry(cx.store(), || rename(cx, &input, name)).await.map_err(concurrent)
    } else {
        cx.change(&input.user_name, |user: &mut User, _| {
            apply(&input, user);
            Ok(())
        })
        .await
        .map(drop)
    }
}

fn apply(input: &UpdateUserRequest, user: &mut User) {
    user.name = input.new_user_name.clone().unwrap_or_else(|| user.name.clone());
    user.path = input.new_path.clone().unwrap_or_else(|| user.path.clone());
}

async fn rename(cx: &Cx<'_>, input: &UpdateUserRequest, name: &str) -> Result<()> {
    let current = cx.find::<User>(&input.user_name).await?;
    if cx.get::<User>(name).await?.is_some() {
        return Err(exists(format_args!("User with name {name} already exists.")));
    }
    let (mut user, mut tx) = (current.value.clone(), Tx::new());
    apply(input, &mut user);
    User::TABLE.delete(&mut tx, &current);
    User::TABLE.insert(&mut tx, &cx.pk(), &User::sk(name), &user, user.index())?;
    for id in &user.keys {
        let Some(key) = KEYS.get(cx.store(), &key_pk(id), KEY_SK).await? else { continue };
        let mut moved = key.value.clone();
        moved.owner = Owner::User(user.name.clone());
        KEYS.update(&mut tx, &key, &moved, Vec::new())?;
        tx.event(CHANGED, &event_key(cx.account(), &key_pk(id)));
    }
    for serial in &user.mfa {
        let Some(device) = cx.get::<MfaDevice>(serial).await? else { continue };
        let mut moved = device.value.clone();
        if let Some(enabled) = &mut moved.enabled {
            enabled.user.clone_from(&user.name);
        }
        MfaDevice::TABLE.update(&mut tx, &device, &moved, moved.index())?;
    }
    tx.event(CHANGED, &event_key(cx.account(), &User::sk(name)));
    cx.commit(tx, &current.sk).await.map_err(AwsError::from)?;
    cx.forget(&User::sk(name));
    user.keys.iter().for_each(|id| cx.forget(&key_pk(id)));
    Ok(())
}
