//! GetGroup.

use model_cognito_idp::types::{GetGroupRequest, GetGroupResponse};

use crate::Cx;
use crate::error::Result;

/// Shows a group.
pub async fn get_group(cx: &Cx<'_>, input: GetGroupRequest) -> Result<GetGroupResponse> {
    cx.pool(&input.user_pool_id).await?;
    let group = cx.group(&input.user_pool_id, &input.group_name).await?;
    Ok(GetGroupResponse { group: Some(group.to_wire()) })
}
