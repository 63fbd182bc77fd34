//! ListIdentityProviders. In order of names.

use model_cognito_idp::types::{ListIdentityProvidersRequest, ListIdentityProvidersResponse};

use crate::Cx;
use crate::error::Result;
use crate::paging::Page;
use crate::table::{PROVIDER_PREFIX, PROVIDERS, pool_pk};

/// The largest page: the model's bound of the answer, below that of the request.
const MAX_PAGE: usize = 50;

/// Lists a pool's providers.
pub async fn list_identity_providers(
    cx: &Cx<'_>,
    input: ListIdentityProvidersRequest,
) -> Result<ListIdentityProvidersResponse> {
    let pool_id = &input.user_pool_id;
    cx.pool(pool_id).await?;
    let query = format!("ListIdentityProviders {pool_id}");
    let page = Page::read(cx.store(), query, input.next_token.as_deref(), input.max_results, MAX_PAGE)?;
    let (providers, next_token) = page.list(cx.store(), &PROVIDERS, &pool_pk(pool_id), PROVIDER_PREFIX).await?;
    let providers = Some(providers.iter().map(|provider| provider.to_description()).collect());
    Ok(ListIdentityProvidersResponse { providers, next_token })
}
