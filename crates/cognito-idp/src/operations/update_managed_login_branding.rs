//! UpdateManagedLoginBranding: settings and images that are not given stay as they are.

use aws_types::AwsError;
use model_cognito_idp::types::{UpdateManagedLoginBrandingRequest, UpdateManagedLoginBrandingResponse};
use store::{Tx, retry};

use crate::Cx;
use crate::entity::Branding;
use crate::error::{Result, concurrent, limit_as_parameter, missing_parameter};
use crate::managed_login::{Shown, Wanted};
use crate::table::{BRANDING_BY_ID, BRANDINGS, CHANGED, branding_key};

/// Changes the style of a client's pages.
pub async fn update_managed_login_branding(
    cx: &Cx<'_>,
    input: UpdateManagedLoginBrandingRequest,
) -> Result<UpdateManagedLoginBrandingResponse> {
    let pool_id = input.user_pool_id.as_deref().ok_or_else(|| missing_parameter("UserPoolId"))?;
    let id = input.managed_login_branding_id.as_deref().ok_or_else(|| missing_parameter("ManagedLoginBrandingId"))?;
    let wanted = Wanted::read(input.use_cognito_provided_values, input.settings, input.assets)?;
    let changed = retry(cx.store(), || change(cx, pool_id, id, &wanted)).await;
    let (branding, seq) = changed.map_err(concurrent)?;
    cx.service.reflect(pool_id, seq).await?;
    Ok(UpdateManagedLoginBrandingResponse {
        managed_login_branding: Some(cx.branding_view(&branding, Shown::Own).await?),
    })
}

async fn change(cx: &Cx<'_>, pool_id: &str, id: &str, wanted: &Wanted) -> Result<(Branding, Option<i64>)> {
    let pool = cx.pool(pool_id).await?;
    let current = cx.branding(&pool.id, id).await?;
    let mut branding = current.value.clone();
    let mut tx = Tx::new();
    cx.apply(&mut tx, &mut branding, wanted).map_err(limit_as_parameter)?;
    let index = vec![(BRANDING_BY_ID, branding_key(&pool.id, &branding.id))];
    BRANDINGS.update(&mut tx, &current, &branding, index)?;
    tx.event(CHANGED, pool_id);
    let committed = cx.store().commit(tx).await?;
    Ok::<_, AwsError>((branding, committed.event_seq))
}
