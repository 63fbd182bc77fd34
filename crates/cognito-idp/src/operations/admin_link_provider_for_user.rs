//! AdminLinkProviderForUser: kept with the user and shown as `identities`; it takes effect with sign-in through
//! providers, which is not built.

use model_cognito_idp::types::{AdminLinkProviderForUserRequest, AdminLinkProviderForUserResponse};
use store::{Tx, Versioned, retry};

use crate::Cx;
use crate::entity::user::{LinkedIdentity, MAX_IDENTITIES};
use crate::entity::{User, UserPool};
use crate::error::{self, Result, invalid_parameter, limit_exceeded};
use crate::federation::{SUBJECT, identity_key, is_native, named};
use crate::rules::identity_provider::is_social;
use crate::table::user::{self, IDENTITIES};

/// Links an identity at a provider to a user.
pub async fn admin_link_provider_for_user(
    cx: &Cx<'_>,
    input: AdminLinkProviderForUserRequest,
) -> Result<AdminLinkProviderForUserResponse> {
    retry(cx.store(), || link(cx, &input)).await?;
    Ok(AdminLinkProviderForUserResponse {})
}

async fn link(cx: &Cx<'_>, input: &AdminLinkProviderForUserRequest) -> Result<()> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let identity = source(cx, &pool, input).await?;
    let (provider, value) = named(&input.destination_user, "DestinationUser")?;
    let username = if is_native(provider) { value.to_owned() } else { format!("{provider}_{value}") };
    let found = user::by_username(cx.store(), &pool, &username).await?;
    let current = found.ok_or_else(error::user_does_not_exist)?;
    check_free(cx, &pool, &current, &identity).await?;
    let mut user = current.value.clone();
    if user.identities.len() >= MAX_IDENTITIES {
        return Err(limit_exceeded("The user has reached the limit of linked identities."));
    }
    let key = identity_key(&pool, &identity.provider, &identity.attribute, &identity.value);
    user.identities.push(identity);
    user.modified = cx.now();
    let mut tx = Tx::new();
    tx.reserve(IDENTITIES, &key, &current.pk, &current.sk);
    user::update(&mut tx, &pool, &current, &user)?;
    cx.store().commit(tx).await?;
    Ok(())
}

/// The identity to link: of a provider of the pool, by its subject or by a mapped attribute.
async fn source(cx: &Cx<'_>, pool: &UserPool, input: &AdminLinkProviderForUserRequest) -> Result<LinkedIdentity> {
    let (name, value) = named(&input.source_user, "SourceUser")?;
    if is_native(name) {
        return Err(invalid_parameter("SourceUser must be a user of an external identity provider."));
    }
    let attribute = input.source_user.provider_attribute_name.as_deref().filter(|name| !name.is_empty());
    let attribute = attribute.ok_or_else(|| invalid_parameter("SourceUser needs a ProviderAttributeName."))?;
    let provider = cx.identity_provider(&pool.id, name).await?;
    let mapped = provider.attribute_mapping.contains_key(attribute);
    if attribute != SUBJECT && (is_social(provider.provider_type) || !mapped) {
        return Err(invalid_parameter(if is_social(provider.provider_type) {
            "ProviderAttributeName must be Cognito_Subject for a social identity provider."
        } else {
            "ProviderAttributeName must be Cognito_Subject or a mapped attribute of the identity provider."
        }));
    }
    let signed_up = format!("{name}_{value}");
    if user::by_username(cx.store(), pool, &signed_up).await?.is_some() {
        return Err(error::source_user_signed_up());
    }
    Ok(LinkedIdentity {
        provider: name.to_owned(),
        provider_type: provider.provider_type,
        attribute: attribute.to_owned(),
        value: value.to_owned(),
        linked: cx.now(),
    })
}

async fn check_free(cx: &Cx<'_>, pool: &UserPool, to: &Versioned<User>, identity: &LinkedIdentity) -> Result<()> {
    let key = identity_key(pool, &identity.provider, &identity.attribute, &identity.value);
    match cx.store().lookup(IDENTITIES, &key, None, 1).await?.first() {
        None => Ok(()),
        Some((_, sk)) if *sk == to.sk => Err(error::already_linked()),
        Some(_) => Err(error::linked_to_another()),
    }
}
