//! GetOpenIdTokenForDeveloperIdentity: a developer's backend vouches for its own user.

use model_cognito_identity::types::{
    GetOpenIdTokenForDeveloperIdentityInput, GetOpenIdTokenForDeveloperIdentityResponse,
};

use crate::Cx;
use crate::developer;
use crate::entity::{Identity, IdentityPool, Login, State};
use crate::error::{Result, developer_user_registered, forbidden, invalid_parameter, no_identity};
use crate::token::TokenOf;
use crate::{link, login};

/// Seconds for which a token is good where the request does not say (API reference).
const FIFTEEN_MINUTES_S: i64 = 900;
/// Tags of a session (STS API reference).
const MOST_TAGS: usize = 50;

/// A token for the developer's user, whose identity is made at first sight.
pub async fn get_open_id_token_for_developer_identity(
    cx: &Cx<'_>,
    input: GetOpenIdTokenForDeveloperIdentityInput,
) -> Result<GetOpenIdTokenForDeveloperIdentityResponse> {
    let pool = cx.pool(&input.identity_pool_id).await?;
    let name = developer::provider(&pool)?;
    let mut logins = input.logins;
    let user = logins.remove(name).ok_or_else(|| invalid_parameter("Please provide a developer provider login"))?;
    let tags = input.principal_tags.unwrap_or_default();
    if tags.len() > MOST_TAGS {
        return Err(invalid_parameter(format_args!("A session can have at most {MOST_TAGS} tags.")));
    }
    let proven = login::prove(cx, &pool, &logins).await?;
    let developer = Login { provider: name.to_owned(), subject: user };
    let mut all = vec![developer.clone()];
    all.extend(proven.iter().map(|proven| proven.login.clone()));
    let identity = match &input.identity_id {
        Some(id) => named(cx, &pool, id, &all).await?,
        None => link::of_logins(cx, &pool, &all).await?,
    };
    let mut amr = vec!["authenticated".to_owned(), name.to_owned()];
    amr.push(format!("{name}:{}:{}", pool.id, developer.subject));
    amr.extend(proven.iter().flat_map(|proven| proven.amr.clone()));
    let duration_s = input.token_duration.unwrap_or(FIFTEEN_MINUTES_S);
    let of = TokenOf { pool: &pool, identity: &identity, amr, tags, duration_s };
    let token = cx.service.issue(&of, cx.now().secs()).await?;
    Ok(GetOpenIdTokenForDeveloperIdentityResponse { identity_id: Some(identity.id.clone()), token: Some(token) })
}

/// The identity that the request names, to which the logins are linked.
async fn named(cx: &Cx<'_>, pool: &IdentityPool, id: &str, logins: &[Login]) -> Result<Identity> {
    let (identity, _) = link::find(cx, id).await?;
    if identity.pool_id != pool.id {
        return Err(no_identity(id));
    }
    if identity.state == State::Disabled {
        return Err(forbidden(id));
    }
    for login in logins {
        if link::owner(cx, &pool.id, login).await?.is_some_and(|owner| owner != id) {
            return Err(developer_user_registered());
        }
    }
    let run = || link::linked(cx, pool, id, logins);
    let linked = store::retry(cx.store(), run).await;
    linked.map_err(|error| crate::error::lost(error, developer_user_registered))
}
