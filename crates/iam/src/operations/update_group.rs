//! UpdateGroup. Its users and grants stay.

use aws_types::AwsError;
use model_iam::types::UpdateGroupRequest;
use store::{Tx, retry};

use crate::Cx;
use crate::entity::Group;
use crate::error::{Result, concurrent, exists};
use crate::table::Entity;

/// Renames a group or moves it to another path.
pub async fn update_group(cx: &Cx<'_>, input: UpdateGroupRequest) -> Result<()> {
    retry(cx.store(), || async {
        let current = cx.find::<Group>(&input.group_name).await?;
        let (mut group, mut tx) = (current.value.clone(), Tx::new());
        group.name = input.new_group_name.clone().unwrap_or(group.name);
        group.path = input.new_path.clone().unwrap_or(group.path);
        if Group::sk(&group.name) == current.sk {
            Group::TABLE.update(&mut tx, &current, &group, group.index())?;
        } else {
            if cx.get::<Group>(&group.name).await?.is_some() {
                return Err(exists(format_args!("Group with name {} already exists.", group.name)));
            }
            Group::TABLE.delete(&mut tx, &current);
            Group::TABLE.insert(&mut tx, &cx.pk(), &Group::sk(&group.name), &group, group.index())?;
        }
        cx.commit(tx, &current.sk).await.map_err(AwsError::from)
    })
    .await
    .map_err(concurrent)
}
