//! ConfirmSignUp.
//!
//! Where the client prevents user existence errors, users past confirmation are answered like names without a user
//! (CodeMismatchException, as is every bad code then); AWS tells their status.

use model_cognito_idp::types::{ConfirmSignUpRequest, ConfirmSignUpResponse};

use crate::Cx;
use crate::auth::client_auth::Asked;
use crate::auth::registration::Aliases;
use crate::auth::visit::Visit;
use crate::error::Result;
use crate::triggers::Said;

/// Confirms a person by the code that was sent.
pub async fn confirm_sign_up(cx: &Cx<'_>, input: ConfirmSignUpRequest) -> Result<ConfirmSignUpResponse> {
    let (client, pool) = cx.service.client_and_pool(&input.client_id).await?;
    let names = cx.service.secret_hash_names(&pool, &input.username).await?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    cx.service.check_secret_hash(&client, input.secret_hash.as_deref(), &names, Asked::Other)?;
    let aliases = if input.force_alias_creation == Some(true) { Aliases::Move } else { Aliases::Keep };
    let given = (input.username.as_str(), input.confirmation_code.as_str());
    cx.service.count_code_call(&pool, &cx.call.source_ip).await?;
    let said = Said::by(&client, input.client_metadata.as_ref());
    let visit = Visit::new(&pool, &client, said);
    let session = match input.session.as_deref() {
        Some(text) => cx.service.open_sign_up(visit, &input.username, text).await,
        None => None,
    };
    cx.service.confirm_registration(&pool, &client, given, aliases, said).await?;
    let session = match &session {
        Some(session) => cx.service.confirmed_session(visit, session).await?,
        None => None,
    };
    Ok(ConfirmSignUpResponse { session })
}
