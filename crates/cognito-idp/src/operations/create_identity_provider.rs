//! CreateIdentityProvider: checked, kept and given back. Nothing is fetched (metadata, discovery), and sign-in through
//! providers is not built: the pages say so.

use model_cognito_idp::types::{CreateIdentityProviderRequest, CreateIdentityProviderResponse};
use store::{Tx, retry};

use crate::Cx;
use crate::entity::IdentityProvider;
use crate::error::{Result, duplicate_provider, limit_or};
use crate::provider::{hold_identifiers, with_subject};
use crate::rules::identity_provider::{check_acr, check_details, check_mapping, check_name};
use crate::rules::pool::distinct;
use crate::table::{POOLS, PROVIDERS, provider_sk, providers_counter};

/// Providers of a pool (guide, "Quotas in Amazon Cognito").
const MAX_PROVIDERS: i64 = 300;

/// Makes a provider.
pub async fn create_identity_provider(
    cx: &Cx<'_>,
    input: CreateIdentityProviderRequest,
) -> Result<CreateIdentityProviderResponse> {
    check_name(input.provider_type, &input.provider_name)?;
    check_details(input.provider_type, &input.provider_details)?;
    check_acr(input.provider_type, input.acr_mapping.as_ref())?;
    let pool_id = input.user_pool_id;
    let (details, secrets) = cx.service.seal_details(&pool_id, &input.provider_name, input.provider_details);
    let provider = IdentityProvider {
        name: input.provider_name,
        pool_id,
        provider_type: input.provider_type,
        details,
        secrets,
        attribute_mapping: with_subject(input.provider_type, input.attribute_mapping),
        identifiers: distinct(input.idp_identifiers.unwrap_or_default()),
        acr_mapping: input.acr_mapping,
        created: cx.now(),
        modified: cx.now(),
    };
    retry(cx.store(), || add(cx, &provider)).await?;
    Ok(CreateIdentityProviderResponse { identity_provider: Some(cx.service.provider_view(&provider)?) })
}

async fn add(cx: &Cx<'_>, provider: &IdentityProvider) -> Result<()> {
    let pool = cx.pool(&provider.pool_id).await?;
    check_mapping(&pool, &provider.attribute_mapping)?;
    let sk = provider_sk(&provider.name);
    if PROVIDERS.get(cx.store(), &pool.pk, &sk).await?.is_some() {
        return Err(duplicate_provider(&provider.name));
    }
    cx.check_identifiers_free(provider).await?;
    let mut tx = Tx::new();
    POOLS.require(&mut tx, &pool);
    PROVIDERS.insert(&mut tx, &pool.pk, &sk, provider, Vec::new())?;
    hold_identifiers(&mut tx, provider, &[]);
    tx.add(&providers_counter(&provider.pool_id), 1, Some(MAX_PROVIDERS), None);
    let full = |error| limit_or(error, "The user pool has reached its limit of identity providers.");
    cx.store().commit(tx).await.map_err(full)?;
    Ok(())
}
