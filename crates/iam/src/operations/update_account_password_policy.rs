//! UpdateAccountPasswordPolicy. What is left out gets its default, not its old value.

use model_iam::types::UpdateAccountPasswordPolicyRequest;

use crate::Cx;
use crate::entity::{Account, PasswordPolicy};
use crate::error::Result;

/// Length where a request does not say.
const DEFAULT_LENGTH: i32 = 6;

/// Sets the rules for console passwords.
pub async fn update_account_password_policy(cx: &Cx<'_>, input: UpdateAccountPasswordPolicyRequest) -> Result<()> {
    let policy = PasswordPolicy {
        minimum_length: input.minimum_password_length.unwrap_or(DEFAULT_LENGTH),
        require_symbols: input.require_symbols.unwrap_or(false),
        require_numbers: input.require_numbers.unwrap_or(false),
        require_uppercase: input.require_uppercase_characters.unwrap_or(false),
        require_lowercase: input.require_lowercase_characters.unwrap_or(false),
        allow_change: input.allow_users_to_change_password.unwrap_or(false),
        max_age_d: input.max_password_age.filter(|days| *days > 0),
        reuse_prevention: input.password_reuse_prevention,
        hard_expiry: input.hard_expiry,
    };
    let set = |account: &mut Account, _: &mut store::Tx| {
        account.password_policy = Some(policy.clone());
        Ok(())
    };
    cx.change_settings(set).await
}
