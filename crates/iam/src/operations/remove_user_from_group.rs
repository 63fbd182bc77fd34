//! RemoveUserFromGroup. A user that is not in the group does no harm.

use model_iam::types::RemoveUserFromGroupRequest;

use crate::Cx;
use crate::entity::{Group, User};
use crate::error::Result;

/// Takes a user out of a group.
pub async fn remove_user_from_group(cx: &Cx<'_>, input: RemoveUserFromGroupRequest) -> Result<()> {
    let group = cx.find::<Group>(&input.group_name).await?;
    let remove = |user: &mut User, _: &mut store::Tx| {
        user.groups.retain(|id| *id != group.id);
        Ok(())
    };
    cx.change(&input.user_name, remove).await.map(drop)
}
