//! The event-stream encoding (`application/vnd.amazon.eventstream`; Smithy, "Amazon Event Stream Specification"), as
//! `InvokeWithResponseStream` speaks it: messages with headers, a payload and two check sums.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use aws_types::ByteStream;
use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use futures_core::Stream;
use serde_json::{Map, Value};

use crate::function::FunctionFailed;

/// What such a body is called.
pub const CONTENT_TYPE: &str = "application/vnd.amazon.eventstream";
/// Largest message that is read, in bytes.
const MAX_MESSAGE: usize = 8 * 1024 * 1024;
/// Two lengths and their check sum.
const PRELUDE: usize = 12;
/// The check sum at the end.
const TRAILER: usize = 4;
/// The type of a header's value that is a text.
const TEXT: u8 = 7;

/// How a streamed call ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InvokeComplete {
    /// `Runtime.ExitError`, where the function failed.
    pub error_code: Option<String>,
    /// What is known of it, JSON.
    pub error_details: Option<String>,
    /// The end of the log in base64, where it was asked for.
    pub log_result: Option<String>,
}

/// A piece of a function's answer.
pub fn payload_chunk(piece: &[u8]) -> Bytes {
    message("PayloadChunk", "application/octet-stream", piece)
}

/// The last message.
pub fn invoke_complete(end: InvokeComplete) -> Bytes {
    let members = [("ErrorCode", end.error_code), ("ErrorDetails", end.error_details), ("LogResult", end.log_result)];
    let members = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), Value::String(value?))));
    message("InvokeComplete", "application/json", Value::Object(members.collect()).to_string().as_bytes())
}

fn message(event_type: &str, content_type: &str, payload: &[u8]) -> Bytes {
    let mut headers = BytesMut::new();
    for (name, value) in [(":event-type", event_type), (":content-type", content_type), (":message-type", "event")] {
        // Names and values are ours, and short.
        headers.put_u8(u8::try_from(name.len()).unwrap_or(u8::MAX));
        headers.put_slice(name.as_bytes());
        headers.put_u8(TEXT);
        headers.put_u16(u16::try_from(value.len()).unwrap_or(u16::MAX));
        headers.put_slice(value.as_bytes());
    }
    let total = PRELUDE + headers.len() + payload.len() + TRAILER;
    let mut all = BytesMut::with_capacity(total);
    all.put_u32(u32::try_from(total).unwrap_or(u32::MAX));
    all.put_u32(u32::try_from(headers.len()).unwrap_or(u32::MAX));
    all.put_u32(crc32fast::hash(&all));
    all.put_slice(&headers);
    all.put_slice(payload);
    all.put_u32(crc32fast::hash(&all));
    all.freeze()
}

/// A message that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A piece of the answer.
    Payload(Bytes),
    /// The end.
    Complete(InvokeComplete),
    /// An error in place of an event: its name.
    Exception(String),
    /// What a reader passes over.
    Other,
}

/// Bytes are no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed event stream: {0}")]
pub struct Malformed(&'static str);

/// Takes the first message off what was read; `None` where it is not whole yet.
///
/// # Errors
/// [`Malformed`].
pub fn take(read: &mut BytesMut) -> Result<Option<Event>, Malformed> {
    let Some(mut prelude) = read.get(..PRELUDE) else { return Ok(None) };
    let sum = crc32fast::hash(prelude.get(..8).unwrap_or_default());
    let (total, headers, given) = (prelude.get_u32() as usize, prelude.get_u32() as usize, prelude.get_u32());
    if sum != given {
        return Err(Malformed("a prelude's check sum is wrong"));
    }
    if total > MAX_MESSAGE || headers > total.saturating_sub(PRELUDE + TRAILER) || total < PRELUDE + TRAILER {
        return Err(Malformed("a length is out of bounds"));
    }
    if read.len() < total {
        return Ok(None);
    }
    let mut message = read.split_to(total).freeze();
    let mut trailer = message.split_off(total - TRAILER);
    if crc32fast::hash(&message) != trailer.get_u32() {
        return Err(Malformed("a message's check sum is wrong"));
    }
    message.advance(PRELUDE);
    let names = names(message.split_to(headers))?;
    event(&names, message).map(Some)
}

/// What the headers say that matter here.
#[derive(Default)]
struct Names {
    message_type: String,
    event_type: String,
    exception_type: String,
}

fn names(mut headers: Bytes) -> Result<Names, Malformed> {
    const SHORT: Malformed = Malformed("a header is cut off");
    let mut names = Names::default();
    while headers.has_remaining() {
        let length = usize::from(headers.get_u8());
        if headers.remaining() < length + 1 {
            return Err(SHORT);
        }
        let name = headers.split_to(length);
        let length = match headers.get_u8() {
            0 | 1 => 0,
            2 => 1,
            3 => 2,
            4 => 4,
            5 | 8 => 8,
            6 | TEXT if headers.remaining() >= 2 => usize::from(headers.get_u16()),
            9 => 16,
            _ => return Err(SHORT),
        };
        if headers.remaining() < length {
            return Err(SHORT);
        }
        let value = headers.split_to(length);
        let target = match name.as_ref() {
            b":message-type" => &mut names.message_type,
            b":event-type" => &mut names.event_type,
            b":exception-type" | b":error-code" => &mut names.exception_type,
            _ => continue,
        };
        *target = String::from_utf8_lossy(&value).into_owned();
    }
    Ok(names)
}

fn event(names: &Names, payload: Bytes) -> Result<Event, Malformed> {
    if names.message_type != "event" {
        return Ok(Event::Exception(names.exception_type.clone()));
    }
    match names.event_type.as_str() {
        "PayloadChunk" => Ok(Event::Payload(payload)),
        "InvokeComplete" => {
            let members: Map<String, Value> =
                serde_json::from_slice(&payload).map_err(|_| Malformed("the end is no JSON"))?;
            let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
            Ok(Event::Complete(InvokeComplete {
                error_code: text("ErrorCode"),
                error_details: text("ErrorDetails"),
                log_result: text("LogResult"),
            }))
        }
        _ => Ok(Event::Other),
    }
}

/// The function's own bytes out of a body of messages. A function that failed ends them in [`FunctionFailed`]; a body that
/// ends without its last message is broken.
pub fn payload(body: ByteStream) -> ByteStream {
    ByteStream(Box::pin(Payload { body: Some(body), read: BytesMut::new() }))
}

struct Payload {
    /// Gone with the last message or the first error.
    body: Option<ByteStream>,
    read: BytesMut,
}

impl Payload {
    /// What the messages that are whole come to: a piece, the end, or nothing yet.
    fn step(&mut self) -> Result<Option<Option<Bytes>>, io::Error> {
        while let Some(event) = take(&mut self.read).map_err(io::Error::other)? {
            match event {
                Event::Payload(piece) if piece.is_empty() => {}
                Event::Payload(piece) => return Ok(Some(Some(piece))),
                Event::Complete(InvokeComplete { error_code: None, .. }) => return Ok(Some(None)),
                Event::Complete(InvokeComplete { error_code: Some(code), error_details, .. }) => {
                    return Err(io::Error::other(FunctionFailed { code, details: error_details.unwrap_or_default() }));
                }
                Event::Exception(name) => return Err(io::Error::other(format!("the call failed: {name:.64}"))),
                Event::Other => {}
            }
        }
        Ok(None)
    }

    fn fail(&mut self, error: io::Error) -> Poll<Option<io::Result<Bytes>>> {
        (self.body, self.read) = (None, BytesMut::new());
        Poll::Ready(Some(Err(error)))
    }
}

impl Stream for Payload {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            // What was read before is stepped through before more is asked for.
            let stepped = this.step();
            match stepped {
                Ok(Some(Some(piece))) => return Poll::Ready(Some(Ok(piece))),
                Ok(Some(None)) => {
                    (this.body, this.read) = (None, BytesMut::new());
                    return Poll::Ready(None);
                }
                Ok(None) => {}
                Err(error) => return this.fail(error),
            }
            let Some(body) = &mut this.body else { return Poll::Ready(None) };
            match ready!(body.0.as_mut().poll_next(cx)) {
                Some(Ok(piece)) => this.read.extend_from_slice(&piece),
                Some(Err(error)) => return this.fail(error),
                None => return this.fail(io::ErrorKind::UnexpectedEof.into()),
            }
        }
    }
}

#[cfg(test)]
mod tests;
