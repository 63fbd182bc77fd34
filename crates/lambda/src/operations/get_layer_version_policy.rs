//! GetLayerVersionPolicy.

use model_lambda::types::{GetLayerVersionPolicyRequest, GetLayerVersionPolicyResponse};

use crate::Cx;
use crate::error::{Result, no_policy};

/// Shows a layer's policy.
pub async fn get_layer_version_policy(
    cx: &Cx<'_>,
    input: GetLayerVersionPolicyRequest,
) -> Result<GetLayerVersionPolicyResponse> {
    let permissions = cx.layer_there(&input.layer_name, input.version_number).await?.value.permissions;
    if permissions.statements.is_empty() {
        return Err(no_policy());
    }
    Ok(GetLayerVersionPolicyResponse { policy: Some(permissions.document()), revision_id: Some(permissions.revision) })
}
