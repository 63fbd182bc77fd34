//! UpdateUserPoolClient: a full replacement, each absent member returns to its default (API reference). Name and
//! secrets stay.

use model_cognito_idp::types::{UpdateUserPoolClientRequest, UpdateUserPoolClientResponse};

use crate::Cx;
use crate::error::Result;
use crate::rules::client::{Kind, Surroundings, settings};

/// Replaces a client's settings.
pub async fn update_user_pool_client(
    cx: &Cx<'_>,
    input: UpdateUserPoolClientRequest,
) -> Result<UpdateUserPoolClientResponse> {
    let pool_id = input.user_pool_id.as_str();
    let custom_scopes = cx.service.custom_scopes(pool_id).await?;
    let named = input.supported_identity_providers.as_deref().unwrap_or_default();
    let providers = cx.service.known_providers(pool_id, named).await?;
    let client = cx
        .change_client(pool_id, &input.client_id, |pool, client| {
            let kind = if client.is_confidential() { Kind::Confidential } else { Kind::Public };
            let name = Some(client.settings.name.as_str());
            let around = Surroundings { pool, custom_scopes: &custom_scopes, providers: &providers, kind, name };
            client.settings = settings(input.clone().into(), &around)?;
            Ok(())
        })
        .await?;
    Ok(UpdateUserPoolClientResponse { user_pool_client: Some(cx.service.client_view(&client)?) })
}
