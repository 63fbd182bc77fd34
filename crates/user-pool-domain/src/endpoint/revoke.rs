//! `/oauth2/revoke` (guide, "Revoke endpoint"; RFC 7009). Cognito revokes refresh tokens only; here an access token ends
//! its sign-in as well.

use http::StatusCode;
use oauth2::{Error, ErrorCode};

use super::{broken, client, form, refuse};
use crate::reply::{Reply, empty, json};
use crate::visit::Visit;

/// POST with a form: 200 without content for a token that is revoked now, whether it was before or never existed.
pub async fn answer(visit: &Visit<'_>) -> Reply {
    match revoke(visit).await {
        Ok(()) => empty(StatusCode::OK),
        // unlike the token endpoint, this one is documented with 401
        Err(error) if error.code == ErrorCode::InvalidClient => json(StatusCode::UNAUTHORIZED, &error.to_json()),
        Err(error) => refuse(visit, &error),
    }
}

async fn revoke(visit: &Visit<'_>) -> Result<(), Error> {
    let form = form(visit)?;
    let client = client(visit, &form).await?;
    let token = form.required("token")?;
    if !client.token_revocation {
        return Err(Error::invalid_request("EnableTokenRevocation is false"));
    }
    let known_kind = visit.pool.revoke(visit.cx(client), token).await.map_err(|cause| broken(visit, cause))?;
    if known_kind {
        Ok(())
    } else {
        Err(Error::new(ErrorCode::UnsupportedTokenType, "neither refresh nor access token"))
    }
}
