//! Answers in pieces, for services that call and for whoever speaks Lambda's own protocol.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use aws_types::ByteStream;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_core::Stream;
use lambda_runtime::{Outcome, Part, Parts};
use serde_json::Value;
use world::event_stream::{InvokeComplete, invoke_complete, payload_chunk};
use world::{FunctionFailed, FunctionStream};

/// Bytes of one `PayloadChunk`.
const CHUNK: usize = 64 * 1024;

/// The answer as services take it: its type is waited for.
pub async fn answer(mut parts: Parts, request_id: String) -> FunctionStream {
    let (content_type, first) = match parts.next().await {
        Some(Part::Begun { content_type }) => (Some(content_type), None),
        other => (None, other),
    };
    let body = ByteStream(Box::pin(Plain { first, parts, over: false }));
    FunctionStream { content_type, request_id: Some(request_id), body }
}

/// The function's own bytes.
struct Plain {
    first: Option<Part>,
    parts: Parts,
    over: bool,
}

impl Stream for Plain {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.over {
            return Poll::Ready(None);
        }
        loop {
            let next = match self.first.take() {
                Some(first) => Some(first),
                None => ready!(self.parts.poll_next(cx)),
            };
            let last = match next {
                Some(Part::Begun { .. }) => continue,
                Some(Part::Piece(piece)) => return Poll::Ready(Some(Ok(piece))),
                Some(Part::End(outcome)) => failure(&outcome).map(io::Error::other),
                None => Some(io::ErrorKind::UnexpectedEof.into()),
            };
            self.over = true;
            return Poll::Ready(last.map(Err));
        }
    }
}

/// How the function failed, where it did.
fn failure(outcome: &Outcome) -> Option<FunctionFailed> {
    outcome.function_error?;
    let told: Option<Value> = serde_json::from_slice(&outcome.payload).ok();
    let kind = told.as_ref().and_then(|told| told.get("errorType")).and_then(Value::as_str);
    Some(FunctionFailed {
        code: kind.unwrap_or("Unhandled").to_owned(),
        details: String::from_utf8_lossy(&outcome.payload).into_owned(),
    })
}

/// The answer as messages of an event stream.
pub fn events(parts: Parts) -> ByteStream {
    ByteStream(Box::pin(Events { parts, rest: Bytes::new(), over: false }))
}

struct Events {
    parts: Parts,
    /// Of a piece too long for one message.
    rest: Bytes,
    over: bool,
}

impl Stream for Events {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.over {
            return Poll::Ready(None);
        }
        loop {
            if !self.rest.is_empty() {
                let length = self.rest.len().min(CHUNK);
                return Poll::Ready(Some(Ok(payload_chunk(&self.rest.split_to(length)))));
            }
            match ready!(self.parts.poll_next(cx)) {
                Some(Part::Begun { .. }) => {}
                Some(Part::Piece(piece)) => self.rest = piece,
                Some(Part::End(outcome)) => {
                    self.over = true;
                    return Poll::Ready(Some(Ok(invoke_complete(complete(&outcome)))));
                }
                None => {
                    self.over = true;
                    return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
                }
            }
        }
    }
}

fn complete(outcome: &Outcome) -> InvokeComplete {
    let (error_code, error_details) = failure(outcome).map(|failed| (failed.code, failed.details)).unzip();
    InvokeComplete {
        error_code,
        error_details,
        log_result: outcome.log_tail.as_ref().map(|tail| STANDARD.encode(tail)),
    }
}
