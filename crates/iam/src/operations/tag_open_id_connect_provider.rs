//! TagOpenIDConnectProvider.

use model_iam::types::TagOpenIDConnectProviderRequest;

use crate::Cx;
use crate::entity::OidcProvider;
use crate::error::Result;
use crate::tags::tag;

/// Sets tags.
pub async fn tag_open_id_connect_provider(cx: &Cx<'_>, input: TagOpenIDConnectProviderRequest) -> Result<()> {
    tag::<OidcProvider>(cx, &input.open_id_connect_provider_arn, input.tags).await
}
