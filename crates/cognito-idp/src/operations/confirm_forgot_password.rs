//! ConfirmForgotPassword.
//!
//! All tokens of the user die with the old password; on AWS they live on.

use model_cognito_idp::types::{ConfirmForgotPasswordRequest, ConfirmForgotPasswordResponse};

use crate::Cx;
use crate::auth::client_auth::Asked;
use crate::error::Result;
use crate::triggers::Said;

/// Sets a new password with the code that was sent.
pub async fn confirm_forgot_password(
    cx: &Cx<'_>,
    input: ConfirmForgotPasswordRequest,
) -> Result<ConfirmForgotPasswordResponse> {
    let (client, pool) = cx.service.client_and_pool(&input.client_id).await?;
    let names = cx.service.secret_hash_names(&pool, &input.username).await?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    cx.service.check_secret_hash(&client, input.secret_hash.as_deref(), &names, Asked::Other)?;
    let given = (input.confirmation_code.as_str(), input.password.as_str());
    cx.service.count_code_call(&pool, &cx.call.source_ip).await?;
    let said = Said::by(&client, input.client_metadata.as_ref());
    cx.service.finish_reset(&pool, &client, &input.username, given, said).await?;
    Ok(ConfirmForgotPasswordResponse {})
}
