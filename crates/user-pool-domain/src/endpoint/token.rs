//! `/oauth2/token` (guide, "Token endpoint"; RFC 6749 4.1.3, 4.4.2, 6).

use std::collections::BTreeMap;

use http::StatusCode;
use oauth2::{CodeVerifier, Error, ErrorCode, GrantType, Params, Scope, ScopeSet};
use serde::Serialize;
use serde_json::Value;

use super::{broken, client, form, refuse};
use crate::plan::ClientPlan;
use crate::ports::{GrantError, GrantWish, Tokens};
use crate::reply::{Reply, json};
use crate::visit::Visit;

/// The longest `aws_client_metadata` that is read.
const MAX_METADATA: usize = 8 * 1024;

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
    Ok(visit.pool.refresh(visit.cx(client), token, wish(form)?).await)
}

async fn by_client_credentials(visit: &Visit<'_>, client: &ClientPlan, form: &Params) -> Result<Given, Error> {
    if !client.oauth_enabled || !client.flows.client_credentials || !client.confidential {
        return Err(not_allowed());
    }
    Ok(visit.pool.client_credentials(visit.cx(client), wish(form)?).await)
}

fn not_allowed() -> Error {
    Error::unauthorized_client("the grant is not among the client's flows")
}

fn wish(form: &Params) -> Result<GrantWish, Error> {
    Ok(GrantWish { scopes: scopes(form)?, metadata: metadata(form)? })
}

/// A JSON object of texts (guide, "Token endpoint": `aws_client_metadata`).
fn metadata(form: &Params) -> Result<Option<BTreeMap<String, String>>, Error> {
    let bad = || Error::invalid_request("aws_client_metadata is no object of texts");
    let Some(text) = form.once("aws_client_metadata")? else { return Ok(None) };
    if text.len() > MAX_METADATA {
        return Err(bad());
    }
    let object = jose::parse_object(text.as_bytes()).ok_or_else(bad)?;
    let members = object.into_iter().map(|(name, value)| match value {
        Value::String(text) => Ok((name, text)),
        _ => Err(bad()),
    });
    members.collect::<Result<_, _>>().map(Some)
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
