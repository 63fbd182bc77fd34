//! GetOpenIdToken: the basic flow. Open to all: logins are the proof.

use std::collections::BTreeMap;

use model_cognito_identity::types::{GetOpenIdTokenInput, GetOpenIdTokenResponse};

use crate::Cx;
use crate::error::{Result, classic_flow_off};
use crate::token::{TokenOf, amr};
use crate::{link, login};

/// Seconds for which a token is good (API reference).
const TEN_MINUTES_S: i64 = 600;

/// A token with which to assume a role.
pub async fn get_open_id_token(cx: &Cx<'_>, input: GetOpenIdTokenInput) -> Result<GetOpenIdTokenResponse> {
    let (_, pool) = link::find(cx, &input.identity_id).await?;
    if !pool.has_classic_flow() {
        return Err(classic_flow_off());
    }
    let proven = login::prove(cx, &pool, &input.logins.unwrap_or_default()).await?;
    let ids: Vec<_> = proven.iter().map(|proven| proven.login.clone()).collect();
    let identity = link::act_as(cx, &pool, &input.identity_id, &ids).await?;
    let of = TokenOf {
        pool: &pool,
        identity: &identity,
        amr: amr(&proven),
        tags: BTreeMap::new(),
        duration_s: TEN_MINUTES_S,
    };
    let token = cx.service.issue(&of, cx.now().secs()).await?;
    Ok(GetOpenIdTokenResponse { identity_id: Some(identity.id.clone()), token: Some(token) })
}
