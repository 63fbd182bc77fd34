//! PutFunctionEventInvokeConfig: what is not named is as if it had never been said.

use model_lambda::types::{DestinationConfig, FunctionEventInvokeConfig, PutFunctionEventInvokeConfigRequest};
use store::{Expect, Tx};

use crate::Cx;
use crate::entity::EventConfig;
use crate::error::{Result, invalid_parameter, lost, not_here};
use crate::name::{LATEST, Reference};
use crate::table::{EVENT_CONFIGS, FUNCTION_SK, event_config_sk, function_pk};

/// Says how asynchronous calls are treated.
pub async fn put_function_event_invoke_config(
    cx: &Cx<'_>,
    input: PutFunctionEventInvokeConfigRequest,
) -> Result<FunctionEventInvokeConfig> {
    let (reference, qualifier) = meant(cx, &input.function_name, input.qualifier.as_deref()).await?;
    let (retries, max_age_s) = (input.maximum_retry_attempts, input.maximum_event_age_in_seconds);
    check_given(retries, max_age_s, input.destination_config.as_ref())?;
    let (on_success, on_failure) = destinations(cx, &reference, input.destination_config).await?;
    let config = EventConfig {
        qualifier,
        retries,
        max_age_s,
        on_success: on_success.flatten(),
        on_failure: on_failure.flatten(),
        modified: cx.now(),
    };
    write(cx, &reference, &config).await
}

/// What a configuration is of: without qualifier, `$LATEST`.
///
/// # Errors
/// `ResourceNotFoundException`, the store's.
pub async fn meant(cx: &Cx<'_>, name: &str, qualifier: Option<&str>) -> Result<(Reference, String)> {
    let mut reference = cx.reference(name, qualifier)?;
    cx.service.find(&reference).await?;
    let qualifier = reference.qualifier.get_or_insert_with(|| LATEST.to_owned()).clone();
    Ok((reference, qualifier))
}

/// Something must be said. (memory)
///
/// # Errors
/// `InvalidParameterValueException`.
pub fn check_given(retries: Option<i32>, max_age_s: Option<i32>, to: Option<&DestinationConfig>) -> Result<()> {
    if retries.is_none() && max_age_s.is_none() && to.is_none() {
        return Err(invalid_parameter("You must specify at least one of error handling or destination setting."));
    }
    Ok(())
}

/// A destination that was said, and what it is then.
type Said = Option<Option<String>>;

/// The functions that are told; an empty ARN tells nobody.
///
/// # Errors
/// `InvalidParameterValueException`, the store's.
pub async fn destinations(
    cx: &Cx<'_>,
    reference: &Reference,
    config: Option<DestinationConfig>,
) -> Result<(Said, Said)> {
    let config = config.unwrap_or_default();
    let success = config.on_success.map(|to| to.destination.filter(|arn| !arn.is_empty()));
    let failure = config.on_failure.map(|to| to.destination.filter(|arn| !arn.is_empty()));
    for arn in [&success, &failure].into_iter().flatten().flatten() {
        let Some(function) = Reference::of_arn(arn) else {
            return Err(not_here("A destination that is no function"));
        };
        if function.function == reference.function {
            // memory, as the next
            return Err(invalid_parameter("You can't specify the function as a destination for itself."));
        }
        let other_region = function.function.region != reference.function.region;
        if other_region || cx.service.find(&function).await.is_err() {
            return Err(invalid_parameter(format_args!("The destination ARN {arn} is invalid.")));
        }
    }
    Ok((success, failure))
}

/// Writes a configuration.
///
/// # Errors
/// The store's.
pub async fn write(cx: &Cx<'_>, reference: &Reference, config: &EventConfig) -> Result<FunctionEventInvokeConfig> {
    let pk = function_pk(&reference.function);
    let mut tx = Tx::new();
    tx.require(&pk, FUNCTION_SK, Expect::Present);
    EVENT_CONFIGS.put(&mut tx, &pk, &event_config_sk(&config.qualifier), config, Vec::new())?;
    cx.store().commit(tx).await.map_err(|error| lost(error.into()))?;
    Ok(config.to_wire(reference.arn()))
}
