//! AdminRespondToAuthChallenge.
//!
//! Challenges: SELECT_CHALLENGE, PASSWORD_VERIFIER, CUSTOM_CHALLENGE, NEW_PASSWORD_REQUIRED.

use model_cognito_idp::types::{AdminRespondToAuthChallengeRequest, AdminRespondToAuthChallengeResponse};

use crate::Cx;
use crate::auth::visit::{Visit, said_agent};
use crate::error::Result;
use crate::triggers::Said;

/// Goes on with a sign-in on the word of a server.
pub async fn admin_respond_to_auth_challenge(
    cx: &Cx<'_>,
    input: AdminRespondToAuthChallengeRequest,
) -> Result<AdminRespondToAuthChallengeResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let client = cx.client(&pool.id, &input.client_id).await?;
    let responses = input.challenge_responses.unwrap_or_default();
    let answered = (input.session.as_deref(), &responses);
    let said = Said::by(&client, input.client_metadata.as_ref());
    let address = input.context_data.as_ref().map(|data| data.ip_address.as_str());
    let visit = Visit::new(&pool, &client, said).from(address).by_agent(said_agent(input.context_data.as_ref()));
    Ok(cx.service.respond_to(visit, input.challenge_name, answered).await?.into())
}
