//! SignUp.
//!
//! A client with USER_AUTH gets a Session, which leads over ConfirmSignUp to a sign-in.

use model_cognito_idp::types::{EventType, SignUpRequest, SignUpResponse, UserStatusType};

use crate::Cx;
use crate::auth::attributes::to_map;
use crate::auth::client_auth::Asked;
use crate::auth::registration::NewUser;
use crate::auth::visit::Visit;
use crate::error::{self, Result};
use crate::triggers::Said;

/// Registers a person.
pub async fn sign_up(cx: &Cx<'_>, input: SignUpRequest) -> Result<SignUpResponse> {
    let (client, pool) = cx.service.client_and_pool(&input.client_id).await?;
    cx.service.check_secret_hash(&client, input.secret_hash.as_deref(), &[&input.username], Asked::Other)?;
    let password = input.password.as_deref().ok_or_else(error::password_required)?;
    let new = NewUser {
        name: &input.username,
        password,
        attributes: to_map(input.user_attributes),
        validation: input.validation_data.map(|list| to_map(Some(list))),
        said: Said::by(&client, input.client_metadata.as_ref()),
    };
    let registered = cx.service.register(&pool, &client, new).await?;
    cx.record(&pool, &client, EventType::SignUp, &registered.user.username, &Ok(())).await;
    let visit = Visit::new(&pool, &client, Said::nothing(&client));
    let waits = registered.user.status == UserStatusType::Unconfirmed;
    let session = if waits { cx.service.sign_up_session(visit, &registered.user)? } else { None };
    Ok(SignUpResponse {
        user_confirmed: Some(registered.user.status == UserStatusType::Confirmed),
        code_delivery_details: registered.sent,
        user_sub: Some(registered.user.sub),
        session,
    })
}
