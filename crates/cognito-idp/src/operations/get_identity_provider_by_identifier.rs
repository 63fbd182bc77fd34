//! GetIdentityProviderByIdentifier.

use model_cognito_idp::types::{GetIdentityProviderByIdentifierRequest, GetIdentityProviderByIdentifierResponse};

use crate::Cx;
use crate::error::{Result, provider_identifier_not_found};
use crate::table::{PROVIDER_IDENTIFIERS, PROVIDERS, provider_identifier_key};

/// Shows the provider that has an identifier.
pub async fn get_identity_provider_by_identifier(
    cx: &Cx<'_>,
    input: GetIdentityProviderByIdentifierRequest,
) -> Result<GetIdentityProviderByIdentifierResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let key = provider_identifier_key(&pool.id, &input.idp_identifier);
    let found = PROVIDERS.find(cx.store(), PROVIDER_IDENTIFIERS, &key).await?;
    let provider = found.ok_or_else(|| provider_identifier_not_found(&input.idp_identifier))?;
    Ok(GetIdentityProviderByIdentifierResponse { identity_provider: Some(cx.service.provider_view(&provider)?) })
}
