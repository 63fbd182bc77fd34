//! ListWebAuthnCredentials.

use model_cognito_idp::types::{ListWebAuthnCredentialsRequest, ListWebAuthnCredentialsResponse};

use crate::Cx;
use crate::error::Result;
use crate::paging::Page;
use crate::table::passkey::{MAX_PASSKEYS, PASSKEYS, passkeys_prefix};
use crate::table::pool_pk;

/// Lists the passkeys of the user behind an access token.
pub async fn list_web_authn_credentials(
    cx: &Cx<'_>,
    input: ListWebAuthnCredentialsRequest,
) -> Result<ListWebAuthnCredentialsResponse> {
    let bearer = cx.service.bearer(&input.access_token).await?;
    let (pool_id, sub) = (&bearer.pool.id, &bearer.user.sub);
    let query = format!("ListWebAuthnCredentials {pool_id} {sub}");
    let page = Page::read(cx.store(), query, input.next_token.as_deref(), input.max_results, MAX_PASSKEYS)?;
    let (passkeys, next_token) = page.list(cx.store(), &PASSKEYS, &pool_pk(pool_id), &passkeys_prefix(sub)).await?;
    let credentials = passkeys.iter().map(|passkey| passkey.to_wire()).collect();
    Ok(ListWebAuthnCredentialsResponse { credentials: Some(credentials), next_token })
}
