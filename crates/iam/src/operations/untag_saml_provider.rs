//! UntagSAMLProvider.

use model_iam::types::UntagSAMLProviderRequest;

use crate::Cx;
use crate::entity::SamlProvider;
use crate::error::Result;
use crate::tags::untag;

/// Takes tags away.
pub async fn untag_saml_provider(cx: &Cx<'_>, input: UntagSAMLProviderRequest) -> Result<()> {
    untag::<SamlProvider>(cx, &input.saml_provider_arn, &input.tag_keys).await
}
