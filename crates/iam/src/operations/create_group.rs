//! CreateGroup.

use model_iam::types::{CreateGroupRequest, CreateGroupResponse};

use crate::Cx;
use crate::entity::{Grants, Group, ROOT_PATH};
use crate::error::{Result, exists};
use crate::ids::{Kind, unique_id};

/// Makes a group.
pub async fn create_group(cx: &Cx<'_>, input: CreateGroupRequest) -> Result<CreateGroupResponse> {
    let group = Group {
        id: unique_id(cx.rng(), Kind::Group),
        account: cx.account().to_owned(),
        path: input.path.unwrap_or_else(|| ROOT_PATH.to_owned()),
        created: cx.now_s(),
        grants: Grants::default(),
        name: input.group_name,
    };
    let taken = || exists(format_args!("Group with name {} already exists.", group.name));
    cx.create(&group.name, &group, taken, |_| ()).await?;
    Ok(CreateGroupResponse { group: Some(group.to_wire()) })
}
