//! GlobalSignOut.

use model_cognito_idp::types::{GlobalSignOutRequest, GlobalSignOutResponse};

use crate::Cx;
use crate::error::Result;

/// Ends all tokens and browser sessions of the user.
pub async fn global_sign_out(cx: &Cx<'_>, input: GlobalSignOutRequest) -> Result<GlobalSignOutResponse> {
    let bearer = cx.service.bearer(&input.access_token).await?;
    cx.service.sign_out_everywhere(&bearer.pool, &bearer.user).await?;
    Ok(GlobalSignOutResponse {})
}
