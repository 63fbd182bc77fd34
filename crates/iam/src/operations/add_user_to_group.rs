//! AddUserToGroup. A user that is in the group already stays so.

use aws_types::AwsError;
use model_iam::types::AddUserToGroupRequest;
use store::{Tx, retry};

use crate::Cx;
use crate::entity::{Group, User};
use crate::error::{Result, concurrent, quota};
use crate::table::Entity;

/// The most groups a user may be in.
const MOST: usize = 10;

/// Puts a user into a group.
pub async fn add_user_to_group(cx: &Cx<'_>, input: AddUserToGroupRequest) -> Result<()> {
    retry(cx.store(), || async {
        let group = cx.find::<Group>(&input.group_name).await?;
        let current = cx.find::<User>(&input.user_name).await?;
        if current.groups.contains(&group.id) {
            return Ok(());
        }
        if current.groups.len() >= MOST {
            return Err(quota("GroupsPerUser", MOST));
        }
        let (mut user, mut tx) = (current.value.clone(), Tx::new());
        user.groups.push(group.id.clone());
        User::TABLE.update(&mut tx, &current, &user, user.index())?;
        cx.touch(&mut tx, &group)?;
        cx.commit(tx, &current.sk).await.map_err(AwsError::from)
    })
    .await
    .map_err(concurrent)
}
