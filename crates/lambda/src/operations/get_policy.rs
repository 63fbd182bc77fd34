//! GetPolicy.

use model_lambda::types::{GetPolicyRequest, GetPolicyResponse};

use crate::Cx;
use crate::error::Result;

/// Shows a policy.
pub async fn get_policy(cx: &Cx<'_>, input: GetPolicyRequest) -> Result<GetPolicyResponse> {
    let reference = cx.reference(&input.function_name, input.qualifier.as_deref())?;
    cx.check_qualifier(&reference).await?;
    let permissions = cx.permissions(&reference).await?;
    Ok(GetPolicyResponse { policy: Some(permissions.document()), revision_id: Some(permissions.revision) })
}
