//! GetSAMLProvider.

use model_iam::types::{AssertionEncryptionModeType, GetSAMLProviderRequest, GetSAMLProviderResponse};

use crate::Cx;
use crate::entity::{SamlProvider, tags_to_wire};
use crate::error::Result;

/// Shows a provider.
pub async fn get_saml_provider(cx: &Cx<'_>, input: GetSAMLProviderRequest) -> Result<GetSAMLProviderResponse> {
    let provider = cx.find::<SamlProvider>(&input.saml_provider_arn).await?.value;
    Ok(GetSAMLProviderResponse {
        tags: tags_to_wire(&provider.tags),
        saml_provider_uuid: Some(provider.uuid),
        saml_metadata_document: Some(provider.metadata),
        create_date: Some(provider.created),
        valid_until: Some(provider.valid_until),
        assertion_encryption_mode: provider.encryption.as_deref().and_then(AssertionEncryptionModeType::parse),
        private_key_list: None,
    })
}
