//! Invoke.

use aws_types::wire::Blob;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use lambda_runtime::LogTail;
use model_lambda::types::{InvocationRequest, InvocationResponse, InvocationType, LogType};

use crate::Cx;
use crate::error::{Result, event_too_large, invalid_parameter, not_here, request_too_large};
use crate::invoke::{Call, MOST_PAYLOAD, check_payload};
use crate::queue::{Event, MOST_EVENT};

/// Characters of `X-Amz-Client-Context`.
const MOST_CONTEXT: usize = 3_583;

/// Calls a function, or has it called later, or says whether it could be.
pub async fn invoke(cx: &Cx<'_>, input: InvocationRequest) -> Result<InvocationResponse> {
    let reference = cx.reference(&input.function_name, input.qualifier.as_deref())?;
    let invocation_type = input.invocation_type.unwrap_or(InvocationType::RequestResponse);
    let payload = input.payload.unwrap_or_default().0;
    if payload.len() > MOST_PAYLOAD {
        return Err(request_too_large(MOST_PAYLOAD, "InvokeFunction"));
    }
    if input.tenant_id.is_some() || input.durable_execution_name.is_some() {
        return Err(not_here("A tenant or durable execution"));
    }
    let client_context = input.client_context.as_deref().map(client_context).transpose()?;
    let found = cx.service.find(&reference).await?;
    let payload = check_payload(Bytes::from(payload))?;
    match invocation_type {
        InvocationType::DryRun => Ok(InvocationResponse { status_code: Some(204), ..InvocationResponse::default() }),
        InvocationType::Event => {
            if payload.len() > MOST_EVENT {
                return Err(event_too_large(payload.len(), MOST_EVENT));
            }
            let event = Event { id: cx.call.request_id.clone(), payload, hops: 0, trace_id: None };
            cx.service.enqueue(&reference, event).await?;
            Ok(InvocationResponse { status_code: Some(202), ..InvocationResponse::default() })
        }
        InvocationType::RequestResponse => {
            let tail = if input.log_type == Some(LogType::Tail) { LogTail::Tail } else { LogTail::None };
            let call = Call { request_id: cx.call.request_id.clone(), payload, client_context, tail, trace_id: None };
            drop(found);
            let outcome = cx.service.run(&reference, call).await?;
            Ok(InvocationResponse {
                status_code: Some(200),
                function_error: outcome.function_error.map(|error| error.as_str().to_owned()),
                log_result: outcome.log_tail.map(|tail| STANDARD.encode(tail)),
                payload: Some(Blob(outcome.payload.to_vec())),
                executed_version: Some(outcome.executed_version),
                durable_execution_arn: None,
            })
        }
    }
}

/// The context is JSON in base64.
pub(super) fn client_context(text: &str) -> Result<String> {
    // own
    let bad = || invalid_parameter("Client context must be a valid Base64-encoded JSON object.");
    if text.len() > MOST_CONTEXT {
        return Err(bad());
    }
    let bytes = STANDARD.decode(text).map_err(|_| bad())?;
    let json = String::from_utf8(bytes).map_err(|_| bad())?;
    let object = serde_json::from_str::<serde_json::Value>(&json).is_ok_and(|value| value.is_object());
    if object { Ok(json) } else { Err(bad()) }
}
