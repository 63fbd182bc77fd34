//! CreateAccountAlias. An account has one alias; a new one takes the old one's place.

use model_iam::types::CreateAccountAliasRequest;
use store::Tx;

use crate::Cx;
use crate::entity::Account;
use crate::error::{Result, exists};
use crate::table::{ACCOUNT_SK, ALIAS};

/// Gives the account its alias.
pub async fn create_account_alias(cx: &Cx<'_>, input: CreateAccountAliasRequest) -> Result<()> {
    let alias = &input.account_alias;
    let holder = cx.store().lookup(ALIAS, alias, None, 1).await?;
    if holder.first().is_some_and(|(pk, _)| *pk != cx.pk()) {
        // field
        return Err(exists(format_args!("The account alias {alias} already exists.")));
    }
    let pk = cx.pk();
    let set = |account: &mut Account, tx: &mut Tx| {
        if let Some(old) = account.alias.replace(alias.clone()).filter(|old| old != alias) {
            tx.release(ALIAS, &old, pk.as_str(), ACCOUNT_SK);
        }
        tx.reserve(ALIAS, alias, pk.as_str(), ACCOUNT_SK);
        Ok(())
    };
    cx.change_settings(set).await
}
