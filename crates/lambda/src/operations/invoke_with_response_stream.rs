//! InvokeWithResponseStream. Not built: tenants.

use aws_types::Answer;
use aws_types::wire::IntoWire as _;
use bytes::Bytes;
use lambda_runtime::LogTail;
use model_lambda::types::{
    InvokeWithResponseStreamRequest, InvokeWithResponseStreamResponse, LogType, ResponseStreamingInvocationType,
};
use world::event_stream::CONTENT_TYPE;

use super::invoke::client_context;
use crate::Cx;
use crate::error::{Result, not_here, request_too_large};
use crate::invoke::{Call, MOST_PAYLOAD, check_payload};
use crate::stream::events;

/// Calls a function whose answer comes in pieces, or says whether it could be.
pub async fn invoke_with_response_stream(cx: &Cx<'_>, input: InvokeWithResponseStreamRequest) -> Result<Answer> {
    let reference = cx.reference(&input.function_name, input.qualifier.as_deref())?;
    let payload = input.payload.unwrap_or_default().0;
    if payload.len() > MOST_PAYLOAD {
        return Err(request_too_large(MOST_PAYLOAD, "InvokeWithResponseStream"));
    }
    if input.tenant_id.is_some() {
        return Err(not_here("A tenant"));
    }
    let client_context = input.client_context.as_deref().map(client_context).transpose()?;
    let payload = check_payload(Bytes::from(payload))?;
    if input.invocation_type == Some(ResponseStreamingInvocationType::DryRun) {
        cx.service.find(&reference).await?;
        let output = InvokeWithResponseStreamResponse { status_code: Some(204), ..Default::default() };
        return Ok(Answer { output: output.into_wire(), ..Answer::default() });
    }
    let tail = if input.log_type == Some(LogType::Tail) { LogTail::Tail } else { LogTail::None };
    let call = Call { request_id: cx.call.request_id.clone(), payload, client_context, tail, trace_id: None };
    let (parts, version) = cx.service.open(&reference, call).await?;
    let output = InvokeWithResponseStreamResponse {
        status_code: Some(200),
        executed_version: Some(version),
        event_stream: None,
        response_stream_content_type: Some(CONTENT_TYPE.to_owned()),
    };
    Ok(Answer { output: output.into_wire(), body: Some(events(parts)), status: None })
}
