//! ChangePassword.
//!
//! The tokens of the caller's own sign-in live on, those of all others die; on AWS all live on.

use model_cognito_idp::types::{ChangePasswordRequest, ChangePasswordResponse, EventType};
use store::{Tx, retry};

use crate::Cx;
use crate::auth::access_token::Bearer;
use crate::auth::chain::{CHAINS, Chain};
use crate::auth::credential::{Setter, check_policy, replace_password};
use crate::auth::limit::Limited;
use crate::auth::visit::Guess;
use crate::entity::user::StoredPassword;
use crate::error::{self, Result};
use crate::table::user;

/// Replaces a password by its owner.
pub async fn change_password(cx: &Cx<'_>, input: ChangePasswordRequest) -> Result<ChangePasswordResponse> {
    let bearer = cx.service.bearer(&input.access_token).await?;
    let changed = change(cx, &bearer, &input).await;
    cx.record(&bearer.pool, &bearer.client, EventType::PasswordChange, &bearer.user.username, &changed).await;
    changed?;
    Ok(ChangePasswordResponse {})
}

async fn change(cx: &Cx<'_>, bearer: &Bearer, input: &ChangePasswordRequest) -> Result<()> {
    let (pool, user) = (&bearer.pool, &bearer.user);
    cx.service.count_use(pool, Limited::ChangePassword, &user.sub).await?;
    check_policy(pool, Setter::User, &input.proposed_password)?;
    if user.password.is_some() {
        let previous = input.previous_password.as_deref();
        let previous = previous.ok_or_else(|| error::missing_parameter("PreviousPassword"))?;
        let address = Some(cx.call.source_ip.as_str());
        let guess = Guess::at_password(pool, &user.username, address);
        let right = cx.service.check_password(guess, Some(user), previous).await?;
        cx.service.forgive(pool, &right.ok_or_else(error::incorrect_username_or_password)?).await?;
    }
    cx.service.check_new_password(pool, Some(user), Setter::User, &input.proposed_password).await?;
    let stored = cx.service.hash_password(pool, user, &input.proposed_password).await?;
    retry(cx.store(), || replace(cx, bearer, &stored)).await
}

async fn replace(cx: &Cx<'_>, bearer: &Bearer, stored: &StoredPassword) -> Result<()> {
    let current = cx.service.same_user(&bearer.pool, &bearer.user).await?;
    let chain = cx.service.chain(&bearer.pool, &current.sub, &bearer.chain.event_id).await?;
    let chain = chain.filter(|chain| chain.is_current(&current)).ok_or_else(error::access_token_revoked)?;
    let mut user = current.value.clone();
    replace_password(&bearer.pool, &mut user, stored.clone());
    user.modified = cx.now();
    let mut tx = Tx::new();
    CHAINS.update(&mut tx, &chain, &Chain { epoch: user.epoch, ..chain.value.clone() }, Vec::new())?;
    user::update(&mut tx, &bearer.pool, &current, &user)?;
    cx.store().commit(tx).await?;
    Ok(())
}
