//! GetCredentialsForIdentity: the enhanced flow. Open to all: logins are the proof.

use model_cognito_identity::types::{Credentials, GetCredentialsForIdentityInput, GetCredentialsForIdentityResponse};

use crate::Cx;
use crate::credentials;
use crate::entity::{Identity, IdentityPool, State};
use crate::error::{Result, custom_role_refused, forbidden, invalid_parameter};
use crate::login::{self, OWN, Proven};
use crate::ports::RoleCredentials;
use crate::token::{OwnToken, amr};
use crate::{link, role};

/// Credentials of the role that the pool gives this identity.
pub async fn get_credentials_for_identity(
    cx: &Cx<'_>,
    input: GetCredentialsForIdentityInput,
) -> Result<GetCredentialsForIdentityResponse> {
    let (found, pool) = link::find(cx, &input.identity_id).await?;
    let mut logins = input.logins.unwrap_or_default();
    let custom = input.custom_role_arn.as_deref();
    if let Some(token) = logins.remove(OWN) {
        if !logins.is_empty() {
            // own: the token says by itself how the identity is known
            return Err(invalid_parameter("A Cognito token is given alone."));
        }
        let own = cx.service.own(&token, &pool, &found.id, cx.now().secs()).await?;
        return vouched(cx, &pool, &found.value, own, custom).await;
    }
    let proven = login::prove(cx, &pool, &logins).await?;
    let ids: Vec<_> = proven.iter().map(|proven| proven.login.clone()).collect();
    let identity = link::act_as(cx, &pool, &found.id, &ids).await?;
    let given = as_proven(cx, (&pool, &identity), &proven, custom).await?;
    Ok(answer(identity, given))
}

async fn as_proven(
    cx: &Cx<'_>,
    (pool, identity): (&IdentityPool, &Identity),
    proven: &[Proven],
    custom: Option<&str>,
) -> Result<RoleCredentials> {
    let role = match (proven.is_empty(), custom) {
        (true, Some(_)) => return Err(custom_role_refused()),
        (true, None) => role::of_guest(pool)?.to_owned(),
        (false, custom) => role::of_logins(pool, proven, custom)?,
    };
    credentials::of(cx, (pool, identity), role, amr(proven), role::principal_tags(pool, proven)).await
}

/// With a token that the pool itself issued: of the developer flow, or of the basic one.
async fn vouched(
    cx: &Cx<'_>,
    pool: &IdentityPool,
    identity: &Identity,
    own: OwnToken,
    custom: Option<&str>,
) -> Result<GetCredentialsForIdentityResponse> {
    let guest = own.is_guests();
    // A guest's token proves nothing of who became somebody since.
    let matches = match identity.state {
        State::Guest => guest && pool.allow_unauthenticated,
        State::Authenticated => !guest,
        State::Disabled => false,
    };
    if !matches {
        return Err(forbidden(&identity.id));
    }
    if guest {
        let given = as_proven(cx, (pool, identity), &[], custom).await?;
        return Ok(answer(identity.clone(), given));
    }
    let (amr, tags) = (own.amr(), own.tags());
    let role = role::of_logins(pool, &[own.proven(pool)], custom)?;
    let given = credentials::of(cx, (pool, identity), role, amr, tags).await?;
    Ok(answer(identity.clone(), given))
}

fn answer(identity: Identity, given: RoleCredentials) -> GetCredentialsForIdentityResponse {
    GetCredentialsForIdentityResponse {
        identity_id: Some(identity.id),
        credentials: Some(Credentials {
            access_key_id: Some(given.access_key_id),
            secret_key: Some(given.secret.into_inner()),
            session_token: Some(given.session_token.into_inner()),
            expiration: Some(given.expires),
        }),
    }
}
