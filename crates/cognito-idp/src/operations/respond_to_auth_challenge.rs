//! RespondToAuthChallenge.
//!
//! Challenges: SELECT_CHALLENGE, PASSWORD_VERIFIER, WEB_AUTHN, CUSTOM_CHALLENGE, NEW_PASSWORD_REQUIRED, DEVICE_SRP_AUTH,
//! DEVICE_PASSWORD_VERIFIER.

use model_cognito_idp::types::{RespondToAuthChallengeRequest, RespondToAuthChallengeResponse};

use crate::Cx;
use crate::auth::visit::{Visit, said_address};
use crate::error::Result;
use crate::triggers::Said;

/// Goes on with a sign-in.
pub async fn respond_to_auth_challenge(
    cx: &Cx<'_>,
    input: RespondToAuthChallengeRequest,
) -> Result<RespondToAuthChallengeResponse> {
    let (client, pool) = cx.service.client_and_pool(&input.client_id).await?;
    let responses = input.challenge_responses.unwrap_or_default();
    let answered = (input.session.as_deref(), &responses);
    let said = Said::by(&client, input.client_metadata.as_ref());
    let address = said_address(&client, input.user_context_data.as_ref()).unwrap_or(&cx.call.source_ip);
    let visit = Visit::new(&pool, &client, said).from(Some(address)).by_agent(Some(&cx.call.user_agent));
    Ok(cx.service.respond_to(visit, input.challenge_name, answered).await?.into())
}
