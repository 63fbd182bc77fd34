//! GetAccount.

use model::GetAccountRequest;
use model_apigateway as model;

use crate::Cx;
use crate::entity::Account;
use crate::error::Result;
use crate::table::{ACCOUNT_SK, ACCOUNTS, account_pk};

/// Shows the account's settings in the call's region.
pub async fn get_account(cx: &Cx<'_>, _input: GetAccountRequest) -> Result<model::Account> {
    let stored = ACCOUNTS.get(cx.store(), &account_pk(cx.call), ACCOUNT_SK).await?;
    Ok(stored.map_or_else(Account::default, |account| account.value).output())
}
