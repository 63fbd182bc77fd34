//! ForgotPassword.

use model_cognito_idp::types::{EventType, ForgotPasswordRequest, ForgotPasswordResponse};

use crate::Cx;
use crate::auth::client_auth::Asked;
use crate::error::Result;
use crate::triggers::Said;

/// Sends a code to reset the password.
pub async fn forgot_password(cx: &Cx<'_>, input: ForgotPasswordRequest) -> Result<ForgotPasswordResponse> {
    let (client, pool) = cx.service.client_and_pool(&input.client_id).await?;
    let names = cx.service.secret_hash_names(&pool, &input.username).await?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    cx.service.check_secret_hash(&client, input.secret_hash.as_deref(), &names, Asked::Other)?;
    cx.service.count_code_call(&pool, &cx.call.source_ip).await?;
    let said = Said::by(&client, input.client_metadata.as_ref());
    let sent = cx.service.begin_reset(&pool, &client, &input.username, said).await;
    cx.record(&pool, &client, EventType::ForgotPassword, &input.username, &sent).await;
    let sent = sent?;
    Ok(ForgotPasswordResponse { code_delivery_details: Some(sent) })
}
