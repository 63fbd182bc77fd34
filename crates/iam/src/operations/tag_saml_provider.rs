//! TagSAMLProvider.

use model_iam::types::TagSAMLProviderRequest;

use crate::Cx;
use crate::entity::SamlProvider;
use crate::error::Result;
use crate::tags::tag;

/// Sets tags.
pub async fn tag_saml_provider(cx: &Cx<'_>, input: TagSAMLProviderRequest) -> Result<()> {
    tag::<SamlProvider>(cx, &input.saml_provider_arn, input.tags).await
}
