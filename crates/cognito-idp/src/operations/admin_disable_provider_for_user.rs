//! AdminDisableProviderForUser: takes a native user's password away (their status becomes EXTERNAL_PROVIDER, and what
//! was issued to them ends), or removes a link. AdminSetUserPassword gives a password again.

use model_cognito_idp::types::{
    AdminDisableProviderForUserRequest, AdminDisableProviderForUserResponse, UserStatusType,
};
use store::{Tx, retry};

use crate::Cx;
use crate::error::{self, Result, invalid_parameter};
use crate::federation::{SUBJECT, identity_key, is_native, named};
use crate::table::user::{self, IDENTITIES, USERS};

/// Ends a way of signing in.
pub async fn admin_disable_provider_for_user(
    cx: &Cx<'_>,
    input: AdminDisableProviderForUserRequest,
) -> Result<AdminDisableProviderForUserResponse> {
    let (provider, value) = named(&input.user, "User")?;
    let attribute = input.user.provider_attribute_name.as_deref().unwrap_or(SUBJECT);
    if is_native(provider) {
        disable_native(cx, &input.user_pool_id, attribute, value).await?;
    } else {
        retry(cx.store(), || unlink(cx, &input.user_pool_id, provider, (attribute, value))).await?;
    }
    Ok(AdminDisableProviderForUserResponse {})
}

async fn disable_native(cx: &Cx<'_>, pool_id: &str, attribute: &str, username: &str) -> Result<()> {
    let pool = cx.pool(pool_id).await?;
    if attribute != SUBJECT {
        return Err(invalid_parameter("ProviderAttributeName must be Cognito_Subject for a local user."));
    }
    let user = user::by_username(cx.store(), &pool, username).await?.ok_or_else(error::user_does_not_exist)?;
    let change = cx.service.change_user(&pool, &user, |user| {
        user.password = None;
        user.status = UserStatusType::ExternalProvider;
        user.epoch += 1;
        Ok(())
    });
    change.await
}

async fn unlink(cx: &Cx<'_>, pool_id: &str, provider: &str, (attribute, value): (&str, &str)) -> Result<()> {
    let pool = cx.pool(pool_id).await?;
    cx.identity_provider(&pool.id, provider).await?;
    let key = identity_key(&pool, provider, attribute, value);
    let current = USERS.find(cx.store(), IDENTITIES, &key).await?.ok_or_else(error::user_does_not_exist)?;
    let mut user = current.value.clone();
    let same = |link: &crate::entity::user::LinkedIdentity| {
        link.provider == provider && link.attribute == attribute && link.value == value
    };
    user.identities.retain(|link| !same(link));
    user.modified = cx.now();
    let mut tx = Tx::new();
    tx.release(IDENTITIES, &key, &current.pk, &current.sk);
    user::update(&mut tx, &pool, &current, &user)?;
    cx.store().commit(tx).await?;
    Ok(())
}
