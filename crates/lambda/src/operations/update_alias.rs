//! UpdateAlias: what is not named stays.

use model_lambda::types::{AliasConfiguration, UpdateAliasRequest};
use store::{Tx, retry};

use super::create_alias::{require, weights};
use crate::Cx;
use crate::error::{Result, lost, not_found, revision_differs};
use crate::table::{ALIASES, alias_sk, function_pk};

/// Changes an alias.
pub async fn update_alias(cx: &Cx<'_>, input: UpdateAliasRequest) -> Result<AliasConfiguration> {
    let name = cx.reference(&input.function_name, None)?.function;
    let pk = function_pk(&name);
    let run = || async {
        let function = cx.function(&name).await?;
        let current = ALIASES.get(cx.store(), &pk, &alias_sk(&input.name)).await?;
        // memory
        let current =
            current.ok_or_else(|| not_found(format_args!("Alias not found: {}", name.qualified(&input.name))))?;
        let mut alias = current.value.clone();
        if input.revision_id.as_ref().is_some_and(|revision| *revision != alias.revision) {
            return Err(revision_differs());
        }
        if let Some(version) = &input.function_version {
            alias.version.clone_from(version);
        }
        if let Some(description) = &input.description {
            alias.description.clone_from(description);
        }
        let kept = alias.weights.clone();
        let routing = input
            .routing_config
            .clone()
            .unwrap_or(model_lambda::types::AliasRoutingConfiguration { additional_version_weights: Some(kept) });
        alias.weights = weights(cx, &name, &alias.version, Some(routing)).await?;
        alias.revision = cx.service.uuid();
        let mut tx = Tx::new();
        require(&mut tx, &function);
        ALIASES.update(&mut tx, &current, &alias, Vec::new())?;
        cx.store().commit(tx).await?;
        Ok(alias.to_wire(&name))
    };
    retry(cx.store(), run).await.map_err(lost)
}
