//! `/oauth2/token` (guide, "Token endpoint"; RFC 6749 4.1.3, 4.4.2, 6).

use http::StatusCode;
use oauth2::{CodeVerifier, Error, ErrorCode, GrantType, Params, Scope, ScopeSet};
use serde::Serialize;

use super::{broken, client, form, refuse};
use crate::plan::ClientPlan;
use crate::ports::{GrantError, Tokens};
use crate::reply::{Reply, json};
use crate::visit::Visit;

/// The success document, in AWS's order.
#[derive(Serialize)]
struct Document {
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    expires_in: i64,
    token_type: &'static str,
}

/// POST with a form.
pub async fn answer(visit: &Visit<'_>) -> Reply {
    match tokens(visit).await {
        Ok(tokens) => json(StatusCode::OK, &document(tokens)),
        Err(error) => refuse(visit, &error),
    }
}

fn document(tokens: Tokens) -> Document {
    Document {
        id_token: tokens.id_token,
        access_token: tokens.access_token,
        refresh_token: tokens.refresh_token,
        expires_in: tokens.expires_in,
        token_type: "Bearer",
    }
}

/// Who asks is proven before anything is said about what is asked.
async fn tokens(visit: &Visit<'_>) -> Result<Tokens, Error> {
    let form = form(visit)?;
    let client = client(visit, &form).await?;
    let given = match GrantType::parse(form.once("grant_type")?)? {
        GrantType::AuthorizationCode => by_code(visit, client, &form).await?,
        GrantType::RefreshToken => by_refresh_token(visit, client, &form).await?,
        GrantType::ClientCredentials => by_client_credentials(visit, client, &form).await?,
    };
    given.map_err(|error| refused(visit, error))
}

type Given = Result<Tokens, GrantError>;

/// A missing redirect_uri is a wrong one: it is compared with the one of the authorization request, which always has
/// one. A verifier that no client could have made is refused without spending the code.
async fn by_code(visit: &Visit<'_>, client: &ClientPlan, form: &Params) -> Result<Given, Error> {
    if !client.oauth_enabled || !client.flows.code {
        return Err(not_allowed());
    }
    let code = form.required("code")?;
    let redirect_uri = form.once("redirect_uri")?.unwrap_or_default();
    let verifier = form.once("code_verifier")?;
    if verifier.is_some_and(|text| CodeVerifier::parse(text).is_none()) {
        return Err(Error::invalid_grant("malformed code_verifier"));
    }
    Ok(visit.pool.redeem_code(visit.cx(client), code, redirect_uri, verifier).await)
}

async fn by_refresh_token(visit: &Visit<'_>, client: &ClientPlan, form: &Params) -> Result<Given, Error> {
    let token = form.required("refresh_token")?;
    Ok(visit.pool.refresh(visit.cx(client), token, scopes(form)?).await)
}

async fn by_client_credentials(visit: &Visit<'_>, client: &ClientPlan, form: &Params) -> Result<Given, Error> {
    if !client.oauth_enabled || !client.flows.client_credentials || !client.confidential {
        return Err(not_allowed());
    }
    Ok(visit.pool.client_credentials(visit.cx(client), scopes(form)?).await)
}

fn not_allowed() -> Error {
    Error::unauthorized_client("the grant is not among the client's flows")
}

fn scopes(form: &Params) -> Result<Option<Vec<String>>, Error> {
    let Some(text) = form.once("scope")? else { return Ok(None) };
    Ok(Some(ScopeSet::parse(text)?.iter().map(Scope::to_string).collect()))
}

fn refused(visit: &Visit<'_>, error: GrantError) -> Error {
    match error {
        GrantError::InvalidGrant => Error::invalid_grant("refused by the pool"),
        GrantError::InvalidRequest(description) => {
            Error::new(ErrorCode::InvalidRequest, "refused by a trigger").describe(description)
        }
        GrantError::InvalidScope => Error::invalid_scope("refused by the pool"),
        GrantError::Server(cause) => broken(visit, cause),
    }
}
