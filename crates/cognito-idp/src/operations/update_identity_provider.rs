//! UpdateIdentityProvider: what is not given stays. Details are replaced as a whole; a secret that is left out stays,
//! unless an endpoint changes: then it must be given again, so that nobody who may not read it can have it sent
//! elsewhere.

use aws_types::AwsError;
use model_cognito_idp::types::{UpdateIdentityProviderRequest, UpdateIdentityProviderResponse};
use store::{Tx, retry};

use crate::Cx;
use crate::entity::IdentityProvider;
use crate::error::{Result, concurrent, invalid_parameter, unsupported_provider};
use crate::provider::{hold_identifiers, with_subject};
use crate::rules::identity_provider::{
    Details, SECRETS, check_acr, check_details, check_mapping, endpoints_differ, is_reserved,
};
use crate::rules::pool::distinct;
use crate::table::PROVIDERS;

/// Changes a provider.
pub async fn update_identity_provider(
    cx: &Cx<'_>,
    input: UpdateIdentityProviderRequest,
) -> Result<UpdateIdentityProviderResponse> {
    if is_reserved(&input.provider_name) {
        cx.pool(&input.user_pool_id).await?;
        return Err(unsupported_provider(&input.provider_name));
    }
    let provider = retry(cx.store(), || change(cx, &input)).await.map_err(concurrent)?;
    Ok(UpdateIdentityProviderResponse { identity_provider: Some(cx.service.provider_view(&provider)?) })
}

async fn change(cx: &Cx<'_>, input: &UpdateIdentityProviderRequest) -> Result<IdentityProvider> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let current = cx.identity_provider(&pool.id, &input.provider_name).await?;
    let mut provider = current.value.clone();
    if let Some(given) = &input.provider_details {
        let details = with_former_secrets(cx, &provider, given)?;
        check_details(provider.provider_type, &details)?;
        (provider.details, provider.secrets) = cx.service.seal_details(&pool.id, &provider.name, details);
    }
    if let Some(mapping) = &input.attribute_mapping {
        provider.attribute_mapping = with_subject(provider.provider_type, Some(mapping.clone()));
        check_mapping(&pool, &provider.attribute_mapping)?;
    }
    if let Some(identifiers) = &input.idp_identifiers {
        provider.identifiers = distinct(identifiers.clone());
        cx.check_identifiers_free(&provider).await?;
    }
    if let Some(acr) = &input.acr_mapping {
        check_acr(provider.provider_type, Some(acr))?;
        provider.acr_mapping = Some(acr.clone());
    }
    provider.modified = cx.now();
    let mut tx = Tx::new();
    hold_identifiers(&mut tx, &provider, &current.identifiers);
    PROVIDERS.update(&mut tx, &current, &provider, Vec::new())?;
    cx.store().commit(tx).await?;
    Ok::<_, AwsError>(provider)
}

fn with_former_secrets(cx: &Cx<'_>, provider: &IdentityProvider, given: &Details) -> Result<Details> {
    let before = cx.service.provider_details(provider)?;
    let mut details = given.clone();
    for name in SECRETS.iter().filter(|name| !given.contains_key(**name)) {
        let Some(secret) = before.get(*name) else { continue };
        if endpoints_differ(&provider.details, given) {
            return Err(invalid_parameter(format_args!(
                "The provider detail {name} must be given again when the provider's endpoints or client_id change."
            )));
        }
        details.insert((*name).to_owned(), secret.clone());
    }
    Ok(details)
}
