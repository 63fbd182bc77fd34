//! ResendConfirmationCode.
//!
//! Where the client prevents user existence errors, users past confirmation get a simulated answer; AWS tells that they
//! are confirmed.

use model_cognito_idp::types::{EventType, ResendConfirmationCodeRequest, ResendConfirmationCodeResponse};

use crate::Cx;
use crate::auth::client_auth::Asked;
use crate::error::Result;
use crate::triggers::Said;

/// Sends the code of a sign-up again.
pub async fn resend_confirmation_code(
    cx: &Cx<'_>,
    input: ResendConfirmationCodeRequest,
) -> Result<ResendConfirmationCodeResponse> {
    let (client, pool) = cx.service.client_and_pool(&input.client_id).await?;
    let names = cx.service.secret_hash_names(&pool, &input.username).await?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    cx.service.check_secret_hash(&client, input.secret_hash.as_deref(), &names, Asked::Other)?;
    cx.service.count_code_call(&pool, &cx.call.source_ip).await?;
    let said = Said::by(&client, input.client_metadata.as_ref());
    let sent = cx.service.resend_registration_code(&pool, &client, &input.username, said).await;
    cx.record(&pool, &client, EventType::ResendCode, &input.username, &sent).await;
    let sent = sent?;
    Ok(ResendConfirmationCodeResponse { code_delivery_details: Some(sent) })
}
