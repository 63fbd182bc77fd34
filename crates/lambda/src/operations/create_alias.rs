//! CreateAlias.

use std::collections::BTreeMap;

use model_lambda::types::{AliasConfiguration, AliasRoutingConfiguration, CreateAliasRequest};
use store::{StoreError, Tx};

use crate::Cx;
use crate::entity::{Alias, Function};
use crate::error::{Result, conflict, invalid_parameter, lost};
use crate::name::{FunctionName, LATEST, Reference};
use crate::table::{ALIASES, FUNCTIONS, alias_sk, function_pk};

/// Makes an alias.
pub async fn create_alias(cx: &Cx<'_>, input: CreateAliasRequest) -> Result<AliasConfiguration> {
    let name = cx.reference(&input.function_name, None)?.function;
    let function = cx.function(&name).await?;
    let weights = weights(cx, &name, &input.function_version, input.routing_config).await?;
    let alias = Alias {
        name: input.name,
        version: input.function_version,
        description: input.description.unwrap_or_default(),
        weights,
        revision: cx.service.uuid(),
    };
    let pk = function_pk(&name);
    // memory
    let exists = || conflict(format_args!("Alias already exists: {}", name.qualified(&alias.name)));
    if ALIASES.get(cx.store(), &pk, &alias_sk(&alias.name)).await?.is_some() {
        return Err(exists());
    }
    let mut tx = Tx::new();
    require(&mut tx, &function);
    ALIASES.insert(&mut tx, &pk, &alias_sk(&alias.name), &alias, Vec::new())?;
    match cx.store().commit(tx).await {
        // Another alias of that name, or a version that went: either way the caller decides anew.
        Err(StoreError::Conflict) => Err(lost(StoreError::Conflict.into())),
        other => other.map(|_| alias.to_wire(&name)).map_err(Into::into),
    }
}

/// An alias names versions that are there: whoever deletes one changes the function.
pub fn require(tx: &mut Tx, function: &store::Versioned<Function>) {
    FUNCTIONS.require(tx, function);
}

/// The second version of an alias, and that both are there.
///
/// # Errors
/// `ResourceNotFoundException`, `InvalidParameterValueException` (memory), the store's.
pub async fn weights(
    cx: &Cx<'_>,
    name: &FunctionName,
    version: &str,
    routing: Option<AliasRoutingConfiguration>,
) -> Result<BTreeMap<String, f64>> {
    let weights = routing.and_then(|routing| routing.additional_version_weights).unwrap_or_default();
    let exists = async |number: &str| {
        let reference = Reference { function: name.clone(), qualifier: Some(number.to_owned()) };
        cx.service.find(&reference).await.map(drop)
    };
    exists(version).await?;
    if weights.is_empty() {
        return Ok(weights);
    }
    if weights.len() > 1 {
        return Err(invalid_parameter("Number of items in AdditionalVersionWeights cannot be greater than 1"));
    }
    if version == LATEST {
        return Err(invalid_parameter("$LATEST is not supported for an alias pointing to more than 1 version"));
    }
    for (other, weight) in &weights {
        if other == version {
            return Err(invalid_parameter(format_args!(
                "Invalid function version {version}. Function version {version} is already included in routing \
                 configuration."
            )));
        }
        if !(0.0..=1.0).contains(weight) {
            return Err(invalid_parameter("The weight of a version must be between 0.0 and 1.0."));
        }
        exists(other).await?;
    }
    Ok(weights)
}
