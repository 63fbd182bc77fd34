//! DecodeAuthorizationMessage. Opens what [`crate::Principals::encoded_message`] sealed.

use aws_types::AwsError;
use model_sts::types::{DecodeAuthorizationMessageRequest, DecodeAuthorizationMessageResponse};

use crate::Cx;
use crate::authorization::Question;
use crate::error::Result;
use crate::sts::error::{access_denied, invalid_message};
use crate::sts::message_context;

/// Shows what a denial was about.
pub async fn decode_authorization_message(
    cx: &Cx<'_>,
    input: DecodeAuthorizationMessageRequest,
) -> Result<DecodeAuthorizationMessageResponse> {
    let identity = cx.identity().await?;
    let question = Question::new("sts:DecodeAuthorizationMessage", "*", cx.call.now);
    let verdict = cx.shared.authorize(&identity, &question).await?;
    if !verdict.is_allowed() {
        return Err(access_denied(verdict.sentence));
    }
    let opened = cx.store().sealer().open_text(&message_context(cx.account()), &input.encoded_message);
    let plain = opened.map_err(|_| invalid_message())?;
    let decoded = String::from_utf8(plain.to_vec()).map_err(AwsError::internal)?;
    Ok(DecodeAuthorizationMessageResponse { decoded_message: Some(decoded) })
}
