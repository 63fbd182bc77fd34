//! `/oauth2/introspect` (RFC 7662), which Cognito does not have.

use http::StatusCode;
use oauth2::{Error, ErrorCode};
use serde_json::{Map, Value, json};

use super::{broken, client, form, refuse};
use crate::reply::{Reply, json as reply_json};
use crate::visit::Visit;

/// POST with a form, by a client with a secret: what one of its own tokens is worth. Whatever else is asked about, a
/// foreign client's token as well as any text, is `{"active":false}` and nothing more.
pub async fn answer(visit: &Visit<'_>) -> Reply {
    match introspect(visit).await {
        Ok(claims) => reply_json(StatusCode::OK, &claims),
        Err(error) if error.code == ErrorCode::InvalidClient => reply_json(StatusCode::UNAUTHORIZED, &error.to_json()),
        Err(error) => refuse(visit, &error),
    }
}

async fn introspect(visit: &Visit<'_>) -> Result<Value, Error> {
    let form = form(visit)?;
    let client = client(visit, &form).await?;
    if !client.confidential {
        return Err(Error::invalid_client("a client without secret asks about tokens"));
    }
    let token = form.required("token")?;
    let found = visit.pool.introspect(visit.cx(client), token).await.map_err(|cause| broken(visit, cause))?;
    Ok(found.map_or_else(|| json!({ "active": false }), active))
}

fn active(claims: Map<String, Value>) -> Value {
    let first = [("active".to_owned(), Value::Bool(true))];
    Value::Object(first.into_iter().chain(claims.into_iter().filter(|(name, _)| name != "active")).collect())
}
