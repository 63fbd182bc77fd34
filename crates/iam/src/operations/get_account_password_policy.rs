//! GetAccountPasswordPolicy.

use model_iam::types::GetAccountPasswordPolicyResponse;

use crate::Cx;
use crate::error::{Result, no_password_policy};

/// Shows the rules for console passwords, if any were set.
pub async fn get_account_password_policy(cx: &Cx<'_>, (): ()) -> Result<GetAccountPasswordPolicyResponse> {
    let policy = cx.settings().await?.and_then(|account| account.value.password_policy);
    let policy = policy.ok_or_else(|| no_password_policy(cx.account()))?;
    Ok(GetAccountPasswordPolicyResponse { password_policy: Some(policy.to_wire()) })
}
