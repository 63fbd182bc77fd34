//! GetFunctionEventInvokeConfig.

use model_lambda::types::{FunctionEventInvokeConfig, GetFunctionEventInvokeConfigRequest};

use super::put_function_event_invoke_config::meant;
use crate::Cx;
use crate::entity::EventConfig;
use crate::error::{Result, not_found};
use crate::name::Reference;
use crate::table::{EVENT_CONFIGS, event_config_sk, function_pk};

/// Shows how asynchronous calls are treated.
pub async fn get_function_event_invoke_config(
    cx: &Cx<'_>,
    input: GetFunctionEventInvokeConfigRequest,
) -> Result<FunctionEventInvokeConfig> {
    let (reference, qualifier) = meant(cx, &input.function_name, input.qualifier.as_deref()).await?;
    kept(cx, &reference, &qualifier).await.map(|config| config.to_wire(reference.arn()))
}

/// What was said.
///
/// # Errors
/// `ResourceNotFoundException` (memory), the store's.
pub async fn kept(cx: &Cx<'_>, reference: &Reference, qualifier: &str) -> Result<EventConfig> {
    let pk = function_pk(&reference.function);
    let config = EVENT_CONFIGS.get(cx.store(), &pk, &event_config_sk(qualifier)).await?;
    let missing = || not_found(format_args!("The function {} doesn't have an EventInvokeConfig", reference.arn()));
    config.map(|config| config.value).ok_or_else(missing)
}
