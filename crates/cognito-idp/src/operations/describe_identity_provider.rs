//! DescribeIdentityProvider. The client secret is shown, as AWS shows it; Apple's private key is not.

use model_cognito_idp::types::{DescribeIdentityProviderRequest, DescribeIdentityProviderResponse};

use crate::Cx;
use crate::error::Result;

/// Shows a provider.
pub async fn describe_identity_provider(
    cx: &Cx<'_>,
    input: DescribeIdentityProviderRequest,
) -> Result<DescribeIdentityProviderResponse> {
    cx.pool(&input.user_pool_id).await?;
    let provider = cx.identity_provider(&input.user_pool_id, &input.provider_name).await?;
    Ok(DescribeIdentityProviderResponse { identity_provider: Some(cx.service.provider_view(&provider)?) })
}
