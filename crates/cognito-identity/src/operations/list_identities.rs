//! ListIdentities.

use model_cognito_identity::types::{ListIdentitiesInput, ListIdentitiesResponse};

use crate::Cx;
use crate::entity::State;
use crate::error::Result;
use crate::paging::Page;
use crate::table::{IDENTITIES, IDENTITIES_OF};

/// Identities of a page.
const MOST: usize = 60;

/// Lists a pool's identities. Disabled ones that are to be hidden leave gaps on their page.
pub async fn list_identities(cx: &Cx<'_>, input: ListIdentitiesInput) -> Result<ListIdentitiesResponse> {
    let pool = cx.pool(&input.identity_pool_id).await?;
    let hides = input.hide_disabled == Some(true);
    let query = format!("ListIdentities {} {hides}", pool.id);
    let page = Page::read(cx.store(), query, input.next_token.as_deref(), input.max_results, MOST)?;
    let (places, next_token) = page.of(cx.store(), IDENTITIES_OF, &pool.id).await?;
    let mut identities = Vec::with_capacity(places.len());
    for (pk, sk) in places {
        let found = IDENTITIES.get(cx.store(), &pk, &sk).await?;
        let shown = found.filter(|identity| !(hides && identity.state == State::Disabled));
        identities.extend(shown.map(|identity| identity.to_wire()));
    }
    Ok(ListIdentitiesResponse { identity_pool_id: Some(pool.id.clone()), identities: Some(identities), next_token })
}
