//! SetPrincipalTagAttributeMap.

use model_cognito_identity::types::{SetPrincipalTagAttributeMapInput, SetPrincipalTagAttributeMapResponse};

use crate::Cx;
use crate::entity::AttributeMap;
use crate::error::{Result, invalid_parameter};
use crate::role::default_tags;

/// Tags of a session (STS API reference).
const MOST_TAGS: usize = 50;

/// Says which claims of a provider become principal tags.
pub async fn set_principal_tag_attribute_map(
    cx: &Cx<'_>,
    input: SetPrincipalTagAttributeMapInput,
) -> Result<SetPrincipalTagAttributeMapResponse> {
    let map =
        AttributeMap { use_defaults: input.use_defaults == Some(true), tags: input.principal_tags.unwrap_or_default() };
    if map.tags.len() > MOST_TAGS {
        return Err(invalid_parameter(format_args!("At most {MOST_TAGS} principal tags can be mapped.")));
    }
    let name = input.identity_provider_name;
    cx.change_pool(&input.identity_pool_id, |pool| {
        let known = pool.user_pools.iter().any(|provider| provider.provider_name == name)
            || pool.supported_login_providers.contains_key(&name)
            || pool.developer_provider_name.as_ref() == Some(&name)
            || pool.saml_provider_arns.contains(&name)
            || pool.oidc_provider_arns.iter().any(|arn| *arn == name || url_of(arn) == Some(name.as_str()));
        if !known {
            return Err(invalid_parameter(format_args!("{name} is not a provider of this identity pool.")));
        }
        pool.attribute_maps.insert(name.clone(), map.clone());
        Ok(())
    })
    .await?;
    Ok(SetPrincipalTagAttributeMapResponse {
        identity_pool_id: Some(input.identity_pool_id.clone()),
        identity_provider_name: Some(name.clone()),
        use_defaults: Some(map.use_defaults),
        principal_tags: Some(if map.use_defaults { default_tags() } else { map.tags.clone() }),
    })
}

/// The provider's URL without its scheme, by which logins name it.
fn url_of(provider_arn: &str) -> Option<&str> {
    provider_arn.split_once(":oidc-provider/").map(|(_, url)| url)
}
