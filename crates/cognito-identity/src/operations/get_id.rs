//! GetId. Open to all: logins are the proof, and guests have none.

use model_cognito_identity::types::{GetIdInput, GetIdResponse};

use crate::Cx;
use crate::error::{Result, no_pool};
use crate::{link, login};

/// The identity of these logins, or a new guest.
pub async fn get_id(cx: &Cx<'_>, input: GetIdInput) -> Result<GetIdResponse> {
    let pool = cx.pool(&input.identity_pool_id).await?;
    if input.account_id.as_ref().is_some_and(|account| *account != pool.account) {
        return Err(no_pool(&input.identity_pool_id));
    }
    let logins = input.logins.unwrap_or_default();
    let identity = if logins.is_empty() {
        link::new_guest(cx, &pool).await?
    } else {
        let proven = login::prove(cx, &pool, &logins).await?;
        let logins: Vec<_> = proven.into_iter().map(|proven| proven.login).collect();
        link::of_logins(cx, &pool, &logins).await?
    };
    Ok(GetIdResponse { identity_id: Some(identity.id) })
}
