//! GetAlias.

use model_lambda::types::{AliasConfiguration, GetAliasRequest};

use crate::Cx;
use crate::error::{Result, no_alias};
use crate::table::{ALIASES, alias_sk, function_pk};

/// Shows an alias.
pub async fn get_alias(cx: &Cx<'_>, input: GetAliasRequest) -> Result<AliasConfiguration> {
    let name = cx.reference(&input.function_name, None)?.function;
    cx.function(&name).await?;
    let alias = ALIASES.get(cx.store(), &function_pk(&name), &alias_sk(&input.name)).await?;
    alias.map(|alias| alias.to_wire(&name)).ok_or_else(|| no_alias(name.qualified(&input.name)))
}
