//! RevokeToken.
//!
//! A token of another client is answered like one of this client and nothing happens. RevokeAssociatedSessions is not
//! looked at.

use aws_types::AwsError;
use model_cognito_idp::errors::UNAUTHORIZED_EXCEPTION;
use model_cognito_idp::types::{RevokeTokenRequest, RevokeTokenResponse};

use crate::Cx;
use crate::auth::refresh_token::Revoked;
use crate::error::{self, Result};

/// Ends a refresh token and the access tokens that came of it.
pub async fn revoke_token(cx: &Cx<'_>, input: RevokeTokenRequest) -> Result<RevokeTokenResponse> {
    let (client, pool) = match cx.service.client_and_pool(&input.client_id).await {
        // The model has no ResourceNotFoundException here.
        Err(error) if error.internal.is_none() => return Err(AwsError::of(&UNAUTHORIZED_EXCEPTION, error.message)),
        found => found?,
    };
    if client.is_confidential() {
        let given = input.client_secret.as_deref().unwrap_or_default();
        if !cx.service.is_client_secret(Some(&client), given)? {
            return Err(error::invalid_client_secret());
        }
    }
    if !client.settings.token_revocation {
        return Err(error::revocation_not_enabled());
    }
    match cx.service.revoke_chain(&pool, &client, &input.token).await? {
        Revoked::Yes | Revoked::OtherClient => Ok(RevokeTokenResponse {}),
        Revoked::NoRefreshToken => Err(error::unsupported_token_type()),
    }
}
