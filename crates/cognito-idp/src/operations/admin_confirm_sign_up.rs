//! AdminConfirmSignUp.

use model_cognito_idp::types::{AdminConfirmSignUpRequest, AdminConfirmSignUpResponse, UserStatusType};

use crate::Cx;
use crate::error::{self, Result};
use crate::triggers::Said;
use crate::triggers::post_confirmation::SIGN_UP;

/// Confirms a person without a code; addresses stay unverified.
pub async fn admin_confirm_sign_up(
    cx: &Cx<'_>,
    input: AdminConfirmSignUpRequest,
) -> Result<AdminConfirmSignUpResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = cx.service.named_user(&pool, &input.username).await?;
    let change = cx.service.change_user(&pool, &user, |user| {
        if user.status != UserStatusType::Unconfirmed {
            return Err(error::cannot_be_confirmed(user.status.as_str()));
        }
        user.status = UserStatusType::Confirmed;
        Ok(())
    });
    change.await?;
    let said = Said::by_admin(input.client_metadata.as_ref());
    cx.service.post_confirmation(&pool, &user.username, SIGN_UP, said).await?;
    Ok(AdminConfirmSignUpResponse {})
}
