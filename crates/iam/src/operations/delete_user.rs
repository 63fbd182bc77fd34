//! DeleteUser. What hangs on the user must be gone before.

use aws_types::AwsError;
use model_iam::types::DeleteUserRequest;
use store::{Tx, retry};

use crate::Cx;
use crate::entity::User;
use crate::error::{Result, concurrent, delete_conflict, must_delete_policies, must_detach};
use crate::table::boundary_counter;

/// Deletes a user.
pub async fn delete_user(cx: &Cx<'_>, input: DeleteUserRequest) -> Result<()> {
    retry(cx.store(), || async {
        let user = cx.find::<User>(&input.user_name).await?;
        check(&user)?;
        let mut tx = Tx::new();
        cx.remove(&mut tx, &user);
        if let Some(arn) = &user.boundary {
            tx.add(&boundary_counter(cx.account(), arn), -1, None, None);
        }
        cx.commit(tx, &user.sk).await.map_err(AwsError::from)
    })
    .await
    .map_err(concurrent)
}

/// The sentences are AWS's. (field)
fn check(user: &User) -> Result<()> {
    if !user.keys.is_empty() {
        return Err(delete_conflict("Cannot delete entity, must delete access keys first."));
    }
    if !user.mfa.is_empty() {
        return Err(delete_conflict("Cannot delete entity, must delete MFA device first."));
    }
    if !user.groups.is_empty() {
        return Err(delete_conflict("Cannot delete entity, must remove users from group first."));
    }
    if !user.grants.attached.is_empty() {
        return Err(must_detach());
    }
    if !user.grants.inline.is_empty() {
        return Err(must_delete_policies());
    }
    Ok(())
}
