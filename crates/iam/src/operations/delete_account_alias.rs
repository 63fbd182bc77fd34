//! DeleteAccountAlias.

use model_iam::types::DeleteAccountAliasRequest;
use store::Tx;

use crate::Cx;
use crate::entity::Account;
use crate::error::{Result, no_such_entity};
use crate::table::{ACCOUNT_SK, ALIAS};

/// Takes the account's alias away.
pub async fn delete_account_alias(cx: &Cx<'_>, input: DeleteAccountAliasRequest) -> Result<()> {
    let (alias, pk) = (&input.account_alias, cx.pk());
    let delete = |account: &mut Account, tx: &mut Tx| {
        if account.alias.as_ref() != Some(alias) {
            // memory
            return Err(no_such_entity(format_args!("The account alias with name {alias} cannot be found.")));
        }
        account.alias = None;
        tx.release(ALIAS, alias, pk.as_str(), ACCOUNT_SK);
        Ok(())
    };
    cx.change_settings(delete).await
}
