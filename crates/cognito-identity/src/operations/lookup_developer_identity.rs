//! LookupDeveloperIdentity.

use model_cognito_identity::types::{LookupDeveloperIdentityInput, LookupDeveloperIdentityResponse};

use crate::Cx;
use crate::developer;
use crate::entity::Login;
use crate::error::{Result, conflict, invalid_page_token, invalid_parameter, no_identity};
use crate::link;

/// Identifiers of a page.
const MOST: usize = 60;

/// The developer's users of an identity, or the identity of one of them.
pub async fn lookup_developer_identity(
    cx: &Cx<'_>,
    input: LookupDeveloperIdentityInput,
) -> Result<LookupDeveloperIdentityResponse> {
    let pool = cx.pool(&input.identity_pool_id).await?;
    let name = developer::provider(&pool)?;
    let id = match (&input.identity_id, &input.developer_user_identifier) {
        (None, None) => return Err(invalid_parameter("Please provide an identity id or a developer user identifier")),
        (Some(id), None) => id.clone(),
        (id, Some(user)) => {
            let login = Login { provider: name.to_owned(), subject: user.clone() };
            let owner = link::owner(cx, &pool.id, &login).await?.ok_or_else(|| no_identity(user))?;
            if id.as_ref().is_some_and(|id| *id != owner) {
                return Err(conflict("The developer user identifier is not of this identity."));
            }
            owner
        }
    };
    let (identity, _) = link::find(cx, &id).await?;
    if identity.pool_id != pool.id {
        return Err(no_identity(&id));
    }
    // In order of their text, so that a page continues where the last one ended.
    let query = format!("LookupDeveloperIdentity {id}");
    let sealer = cx.store().sealer();
    let read = |token: &String| sealer.read_page_token(&query, token).ok_or_else(invalid_page_token);
    let after = input.next_token.as_ref().map(read).transpose()?;
    let limit = input.max_results.and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit > 0);
    let limit = limit.unwrap_or(MOST).min(MOST);
    let of_developer = identity.logins.iter().filter(|login| login.provider == name).map(|login| &login.subject);
    let mut users: Vec<String> =
        of_developer.filter(|user| after.as_ref().is_none_or(|after| *user > after)).take(limit + 1).cloned().collect();
    let more = users.len() > limit;
    users.truncate(limit);
    let next_token = users.last().filter(|_| more).map(|last| sealer.page_token(&query, last));
    Ok(LookupDeveloperIdentityResponse {
        identity_id: Some(id.clone()),
        developer_user_identifier_list: Some(users),
        next_token,
    })
}
