//! DeleteUser.

use model_cognito_idp::types::DeleteUserRequest;

use crate::Cx;
use crate::error::Result;

/// Removes the user behind an access token.
pub async fn delete_user(cx: &Cx<'_>, input: DeleteUserRequest) -> Result<()> {
    let bearer = cx.service.bearer(&input.access_token).await?;
    cx.service.remove_user(&bearer.pool, &bearer.user).await
}
