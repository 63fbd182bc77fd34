//! InvokeAsync, which AWS keeps for old clients: a call of the type `Event`.

use model_lambda::types::{InvokeAsyncRequest, InvokeAsyncResponse};

use crate::Cx;
use crate::error::{Result, event_too_large};
use crate::invoke::check_payload;
use crate::queue::{Event, MOST_EVENT};

/// Has a function called later.
pub async fn invoke_async(cx: &Cx<'_>, input: InvokeAsyncRequest) -> Result<InvokeAsyncResponse> {
    let reference = cx.reference(&input.function_name, None)?;
    let payload = cx.body.cloned().unwrap_or_default();
    if payload.len() > MOST_EVENT {
        return Err(event_too_large(payload.len(), MOST_EVENT));
    }
    cx.service.find(&reference).await?;
    let event = Event { id: cx.call.request_id.clone(), payload: check_payload(payload)?, hops: 0, trace_id: None };
    cx.service.enqueue(&reference, event).await?;
    Ok(InvokeAsyncResponse { status: Some(202) })
}
