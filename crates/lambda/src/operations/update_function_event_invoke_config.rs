//! UpdateFunctionEventInvokeConfig: what is not named stays.

use model_lambda::types::{FunctionEventInvokeConfig, UpdateFunctionEventInvokeConfigRequest};

use super::get_function_event_invoke_config::kept;
use super::put_function_event_invoke_config::{check_given, destinations, meant, write};
use crate::Cx;
use crate::error::Result;

/// Changes how asynchronous calls are treated.
pub async fn update_function_event_invoke_config(
    cx: &Cx<'_>,
    input: UpdateFunctionEventInvokeConfigRequest,
) -> Result<FunctionEventInvokeConfig> {
    let (reference, qualifier) = meant(cx, &input.function_name, input.qualifier.as_deref()).await?;
    let (retries, max_age_s) = (input.maximum_retry_attempts, input.maximum_event_age_in_seconds);
    check_given(retries, max_age_s, input.destination_config.as_ref())?;
    let (on_success, on_failure) = destinations(cx, &reference, input.destination_config).await?;
    let mut config = kept(cx, &reference, &qualifier).await?;
    config.retries = retries.or(config.retries);
    config.max_age_s = max_age_s.or(config.max_age_s);
    config.on_success = on_success.unwrap_or(config.on_success);
    config.on_failure = on_failure.unwrap_or(config.on_failure);
    config.modified = cx.now();
    write(cx, &reference, &config).await
}
