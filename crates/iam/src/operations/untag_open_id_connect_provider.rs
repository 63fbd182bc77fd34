//! UntagOpenIDConnectProvider.

use model_iam::types::UntagOpenIDConnectProviderRequest;

use crate::Cx;
use crate::entity::OidcProvider;
use crate::error::Result;
use crate::tags::untag;

/// Takes tags away.
pub async fn untag_open_id_connect_provider(cx: &Cx<'_>, input: UntagOpenIDConnectProviderRequest) -> Result<()> {
    untag::<OidcProvider>(cx, &input.open_id_connect_provider_arn, &input.tag_keys).await
}
