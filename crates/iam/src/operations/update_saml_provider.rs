//! UpdateSAMLProvider. Private keys for encrypted assertions are not taken.

use model_iam::types::{AssertionEncryptionModeType, UpdateSAMLProviderRequest, UpdateSAMLProviderResponse};

use super::create_saml_provider::{check_encryption, check_metadata, valid_until};
use crate::Cx;
use crate::entity::SamlProvider;
use crate::error::Result;

/// Replaces the metadata.
pub async fn update_saml_provider(cx: &Cx<'_>, input: UpdateSAMLProviderRequest) -> Result<UpdateSAMLProviderResponse> {
    input.saml_metadata_document.as_deref().map(check_metadata).transpose()?;
    check_encryption(input.assertion_encryption_mode)?;
    let valid_until = valid_until(cx.now_s());
    let update = |provider: &mut SamlProvider, _: &mut store::Tx| {
        if let Some(document) = &input.saml_metadata_document {
            provider.metadata.clone_from(document);
            provider.valid_until = valid_until;
        }
        if let Some(mode) = input.assertion_encryption_mode {
            provider.encryption = Some(AssertionEncryptionModeType::as_str(mode).to_owned());
        }
        Ok(())
    };
    let provider = cx.change(&input.saml_provider_arn, update).await?;
    Ok(UpdateSAMLProviderResponse { saml_provider_arn: Some(provider.arn()) })
}
