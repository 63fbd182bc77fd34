//! CreateManagedLoginBranding.

use aws_types::AwsError;
use model_cognito_idp::types::{CreateManagedLoginBrandingRequest, CreateManagedLoginBrandingResponse};
use store::{Tx, retry};
use world::rng;

use crate::Cx;
use crate::entity::Branding;
use crate::error::{Result, branding_exists, concurrent};
use crate::managed_login::{Shown, Wanted};
use crate::table::{BRANDING_BY_ID, BRANDINGS, CHANGED, CLIENTS, branding_key, branding_sk};

/// Makes the style of a client's pages.
pub async fn create_managed_login_branding(
    cx: &Cx<'_>,
    input: CreateManagedLoginBrandingRequest,
) -> Result<CreateManagedLoginBrandingResponse> {
    let wanted = Wanted::read(input.use_cognito_provided_values, input.settings, input.assets)?;
    let (pool_id, client_id) = (input.user_pool_id.as_str(), input.client_id.as_str());
    let (branding, seq) = retry(cx.store(), || add(cx, pool_id, client_id, &wanted)).await.map_err(concurrent)?;
    cx.service.reflect(pool_id, seq).await?;
    Ok(CreateManagedLoginBrandingResponse {
        managed_login_branding: Some(cx.branding_view(&branding, Shown::Own).await?),
    })
}

async fn add(cx: &Cx<'_>, pool_id: &str, client_id: &str, wanted: &Wanted) -> Result<(Branding, Option<i64>)> {
    let pool = cx.pool(pool_id).await?;
    let client = cx.client(&pool.id, client_id).await?;
    if cx.branding_of(&pool.id, client_id).await?.is_some() {
        return Err(branding_exists(client_id));
    }
    let mut branding = Branding {
        id: rng::uuid(cx.service.rng()),
        pool_id: pool.id.clone(),
        client_id: client_id.to_owned(),
        defaults_only: false,
        settings: None,
        assets: std::collections::BTreeMap::new(),
        created: cx.now(),
        modified: cx.now(),
    };
    let mut tx = Tx::new();
    cx.apply(&mut tx, &mut branding, wanted)?;
    CLIENTS.require(&mut tx, &client);
    let index = vec![(BRANDING_BY_ID, branding_key(&pool.id, &branding.id))];
    BRANDINGS.insert(&mut tx, &pool.pk, &branding_sk(client_id), &branding, index)?;
    tx.event(CHANGED, pool_id);
    let committed = cx.store().commit(tx).await?;
    Ok::<_, AwsError>((branding, committed.event_seq))
}
