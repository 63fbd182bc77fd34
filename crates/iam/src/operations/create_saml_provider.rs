//! CreateSAMLProvider. The metadata is read here, and again with each assertion. Private keys for encrypted assertions are
//! not taken, so that a provider cannot require them.

use aws_types::Timestamp;
use model_iam::types::{AssertionEncryptionModeType, CreateSAMLProviderRequest, CreateSAMLProviderResponse};
use saml::Metadata;
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
    check_encryption(input.assertion_encryption_mode)?;
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

/// Whether a document is an identity provider's metadata, with a certificate that assertions can be proven by. (doc)
pub fn check_metadata(document: &str) -> Result<()> {
    Metadata::parse(document).map(|_| ()).map_err(|_| invalid_input("Could not parse metadata"))
}

/// Whether assertions may come in the clear: no provider has a private key. (doc)
pub fn check_encryption(mode: Option<AssertionEncryptionModeType>) -> Result<()> {
    if mode == Some(AssertionEncryptionModeType::Required) {
        let sentence = "Unable to set assertion encryption mode to Required because no private key is provided.";
        return Err(invalid_input(sentence));
    }
    Ok(())
}
