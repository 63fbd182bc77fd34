//! CreateSAMLProvider. The metadata is kept and given back; no assertion is taken yet.

use aws_types::Timestamp;
use model_iam::types::{AssertionEncryptionModeType, CreateSAMLProviderRequest, CreateSAMLProviderResponse};
use world::rng;

use crate::Cx;
use crate::entity::{SamlProvider, tags_to_wire};
use crate::error::{Result, exists, invalid_input};
use crate::tags::{Tagged, new_tags};

/// How long metadata is taken to be valid: AWS says a hundred years.
const VALID_MS: i64 = 3_155_760_000_000;

/// Makes a provider.
pub async fn create_saml_provider(cx: &Cx<'_>, input: CreateSAMLProviderRequest) -> Result<CreateSAMLProviderResponse> {
    check_metadata(&input.saml_metadata_document)?;
    let provider = SamlProvider {
        account: cx.account().to_owned(),
        name: input.name,
        uuid: rng::uuid(cx.rng()),
        metadata: input.saml_metadata_document,
        valid_until: valid_until(cx.now_s()),
        created: cx.now_s(),
        tags: new_tags(SamlProvider::TAGS, input.tags)?,
        encryption: input.assertion_encryption_mode.map(|mode| AssertionEncryptionModeType::as_str(mode).to_owned()),
    };
    // memory
    let sentence = format!("A SAML provider with the name {} already exists.", provider.name);
    cx.create(&provider.arn(), &provider, || exists(&sentence), |_| ()).await?;
    Ok(CreateSAMLProviderResponse { saml_provider_arn: Some(provider.arn()), tags: tags_to_wire(&provider.tags) })
}

/// When metadata given now ends.
pub const fn valid_until(now: Timestamp) -> Timestamp {
    now.plus_ms(VALID_MS)
}

/// Whether a document can be metadata at all. (memory)
pub fn check_metadata(document: &str) -> Result<()> {
    let is_metadata = document.trim_start().starts_with('<') && document.contains("EntityDescriptor");
    if is_metadata { Ok(()) } else { Err(invalid_input("Could not parse metadata")) }
}
