//! GetUser.

use model_cognito_idp::types::{GetUserRequest, GetUserResponse};

use crate::Cx;
use crate::auth::token::may_read;
use crate::error::Result;

/// The user behind an access token, as far as the client may read.
pub async fn get_user(cx: &Cx<'_>, input: GetUserRequest) -> Result<GetUserResponse> {
    let bearer = cx.service.bearer(&input.access_token).await?;
    Ok(GetUserResponse {
        username: Some(bearer.user.username.clone()),
        user_attributes: Some(bearer.user.attribute_list(|name| may_read(&bearer.client, name))),
        mfa_options: bearer.user.mfa.options(),
        preferred_mfa_setting: bearer.user.mfa.preferred_setting(),
        user_mfa_setting_list: bearer.user.mfa.setting_list(),
    })
}
