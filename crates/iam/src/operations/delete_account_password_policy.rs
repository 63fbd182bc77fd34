//! DeleteAccountPasswordPolicy.

use crate::Cx;
use crate::entity::Account;
use crate::error::{Result, no_password_policy};

/// Takes the rules for console passwords away.
pub async fn delete_account_password_policy(cx: &Cx<'_>, (): ()) -> Result<()> {
    let delete = |account: &mut Account, _: &mut store::Tx| {
        account.password_policy.take().map(drop).ok_or_else(|| no_password_policy(cx.account()))
    };
    cx.change_settings(delete).await
}
