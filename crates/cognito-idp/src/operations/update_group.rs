//! UpdateGroup. Absent members stay as they are.

use model_cognito_idp::types::{UpdateGroupRequest, UpdateGroupResponse};
use store::{Tx, retry};

use crate::Cx;
use crate::error::Result;
use crate::table::GROUPS;

/// Changes a group.
pub async fn update_group(cx: &Cx<'_>, input: UpdateGroupRequest) -> Result<UpdateGroupResponse> {
    let group = retry(cx.store(), || async {
        cx.pool(&input.user_pool_id).await?;
        let current = cx.group(&input.user_pool_id, &input.group_name).await?;
        let mut group = current.value.clone();
        group.description = input.description.clone().or(group.description);
        group.role_arn = input.role_arn.clone().or(group.role_arn);
        group.precedence = input.precedence.or(group.precedence);
        group.modified = cx.now();
        let mut tx = Tx::new();
        GROUPS.update(&mut tx, &current, &group, Vec::new())?;
        cx.store().commit(tx).await?;
        Ok::<_, aws_types::AwsError>(group)
    })
    .await?;
    Ok(UpdateGroupResponse { group: Some(group.to_wire()) })
}
