//! SignUp.
//!
//! Without triggers: ValidationData and ClientMetadata go nowhere. No Session for USER_AUTH clients is given back.

use model_cognito_idp::types::{SignUpRequest, SignUpResponse};

use crate::Cx;
use crate::auth::attributes::to_map;
use crate::auth::client_auth::Asked;
use crate::auth::registration::NewUser;
use crate::error::{self, Result};

/// Registers a person.
pub async fn sign_up(cx: &Cx<'_>, input: SignUpRequest) -> Result<SignUpResponse> {
    let (client, pool) = cx.service.client_and_pool(&input.client_id).await?;
    cx.service.check_secret_hash(&client, input.secret_hash.as_deref(), &[&input.username], Asked::Other)?;
    let password = input.password.as_deref().ok_or_else(error::password_required)?;
    let new = NewUser { name: &input.username, password, attributes: to_map(input.user_attributes) };
    let registered = cx.service.register(&pool, &client, new).await?;
    Ok(SignUpResponse {
        user_confirmed: Some(false),
        code_delivery_details: registered.sent,
        user_sub: Some(registered.user.sub),
        session: None,
    })
}
