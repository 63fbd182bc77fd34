//! DescribeManagedLoginBranding. The merged settings' defaults are this server's.

use model_cognito_idp::types::{DescribeManagedLoginBrandingRequest, DescribeManagedLoginBrandingResponse};

use crate::Cx;
use crate::error::Result;
use crate::managed_login::Shown;

/// Shows a style by its id.
pub async fn describe_managed_login_branding(
    cx: &Cx<'_>,
    input: DescribeManagedLoginBrandingRequest,
) -> Result<DescribeManagedLoginBrandingResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let branding = cx.branding(&pool.id, &input.managed_login_branding_id).await?;
    let shown = Shown::read(input.return_merged_resources);
    Ok(DescribeManagedLoginBrandingResponse { managed_login_branding: Some(cx.branding_view(&branding, shown).await?) })
}
