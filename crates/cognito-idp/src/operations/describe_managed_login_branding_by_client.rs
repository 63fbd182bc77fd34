//! DescribeManagedLoginBrandingByClient. The merged settings' defaults are this server's.

use model_cognito_idp::types::{
    DescribeManagedLoginBrandingByClientRequest, DescribeManagedLoginBrandingByClientResponse,
};

use crate::Cx;
use crate::error::{Result, branding_not_found};
use crate::managed_login::Shown;

/// Shows a client's style.
pub async fn describe_managed_login_branding_by_client(
    cx: &Cx<'_>,
    input: DescribeManagedLoginBrandingByClientRequest,
) -> Result<DescribeManagedLoginBrandingByClientResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    cx.client(&pool.id, &input.client_id).await?;
    let branding = cx.branding_of(&pool.id, &input.client_id).await?.ok_or_else(branding_not_found)?;
    let shown = Shown::read(input.return_merged_resources);
    Ok(DescribeManagedLoginBrandingByClientResponse {
        managed_login_branding: Some(cx.branding_view(&branding, shown).await?),
    })
}
