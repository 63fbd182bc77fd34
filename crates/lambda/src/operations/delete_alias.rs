//! DeleteAlias, with all that hangs on it. One that is not there is gone already.

use model_lambda::types::DeleteAliasRequest;
use store::{Expect, Tx};

use crate::Cx;
use crate::error::Result;
use crate::table::{alias_sk, event_config_sk, function_pk, policy_sk, provisioned_sk, url_sk};

/// Deletes an alias.
pub async fn delete_alias(cx: &Cx<'_>, input: DeleteAliasRequest) -> Result<()> {
    let name = cx.reference(&input.function_name, None)?.function;
    cx.function(&name).await?;
    let (pk, alias) = (function_pk(&name), input.name.as_str());
    let mut tx = Tx::new();
    let places =
        [alias_sk(alias), policy_sk(Some(alias)), event_config_sk(alias), provisioned_sk(alias), url_sk(Some(alias))];
    for sk in places {
        tx.delete_raw(&pk, sk, Expect::Any);
    }
    cx.store().commit(tx).await?;
    Ok(())
}
