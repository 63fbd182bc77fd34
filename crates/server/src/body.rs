//! Bodies: bounded in size and time on the way in, whole or streamed on the way out.

use std::io;
use std::time::Duration;

use aws_types::ByteStream;
use bytes::Bytes;
use http_body::{Body as _, Frame};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};

/// A request's body, whatever brought it.
pub type RequestBody = UnsyncBoxBody<Bytes, StreamError>;
/// A response's body.
pub type ResponseBody = UnsyncBoxBody<Bytes, StreamError>;
/// Why a body broke off.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct StreamError(#[from] io::Error);

/// Largest body of an AWS call that is held in memory, in bytes.
pub const AWS_CALL_LIMIT: usize = 10 * 1024 * 1024;
/// Largest body of a call of Lambda's, which may hold a function's code (recorded from AWS).
pub const FUNCTION_CALL_LIMIT: usize = 70_167_211;
/// Largest body of a gateway call (API Gateway quota "Payload size").
pub const GATEWAY_LIMIT: usize = 10 * 1024 * 1024;
/// Largest body of a form on the hosted pages.
pub const FORM_LIMIT: usize = 256 * 1024;
/// A body that is held must be there after this time.
pub const BODY_TIME: Duration = Duration::from_secs(30);

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// More bytes than allowed.
    #[error("the request body is too large")]
    TooLarge,
    /// It did not arrive in time.
    #[error("the request body did not arrive in time")]
    TimedOut,
    /// The connection broke or the transfer coding was wrong.
    #[error("the request body broke off")]
    Broken,
}

/// Reads a whole body of at most `limit` bytes within [`BODY_TIME`].
pub async fn read(body: RequestBody, limit: usize) -> Result<Bytes, BodyError> {
    read_within(body, limit, BODY_TIME).await
}

/// Reads a whole body of at most `limit` bytes within `time`.
pub async fn read_within(body: RequestBody, limit: usize, time: Duration) -> Result<Bytes, BodyError> {
    // An announced length is believed where it is too large: nothing is read then.
    if usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX) > limit {
        return Err(BodyError::TooLarge);
    }
    let whole =
        tokio::time::timeout(time, Limited::new(body, limit).collect()).await.map_err(|_| BodyError::TimedOut)?;
    whole
        .map(http_body_util::Collected::to_bytes)
        .map_err(|error| if error.is::<LengthLimitError>() { BodyError::TooLarge } else { BodyError::Broken })
}

/// A body that is in memory.
pub fn whole(bytes: impl Into<Bytes>) -> ResponseBody {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// A body that is a stream.
pub fn streamed(stream: ByteStream) -> ResponseBody {
    http_body_util::StreamBody::new(Frames(stream)).boxed_unsync()
}

struct Frames(ByteStream);

impl futures_core::Stream for Frames {
    type Item = Result<Frame<Bytes>, StreamError>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        self.0.0.as_mut().poll_next(cx).map(|item| item.map(|chunk| chunk.map(Frame::data).map_err(StreamError::from)))
    }
}

/// The data of a request's body as a stream; trailers are left out.
pub fn into_stream(body: RequestBody) -> ByteStream {
    ByteStream(Box::pin(Data(body)))
}

struct Data(RequestBody);

impl futures_core::Stream for Data {
    type Item = io::Result<Bytes>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        use std::task::Poll;
        loop {
            let frame = match std::pin::Pin::new(&mut self.0).poll_frame(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error.0))),
                Poll::Ready(Some(Ok(frame))) => frame,
            };
            if let Ok(data) = frame.into_data() {
                return Poll::Ready(Some(Ok(data)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(stream: impl futures_core::Stream<Item = io::Result<Bytes>> + Send + 'static) -> RequestBody {
        streamed(ByteStream(Box::pin(stream)))
    }

    #[tokio::test]
    async fn a_body_at_its_bound_is_read_and_one_over_it_is_not() {
        assert_eq!(read(whole("12345"), 5).await.as_deref(), Ok(&b"12345"[..]));
        assert_eq!(read(whole("123456"), 5).await, Err(BodyError::TooLarge));
        let stream = ByteStream::from_bytes(Bytes::from_static(b"123456"));
        assert_eq!(read(streamed(stream), 5).await, Err(BodyError::TooLarge));
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_is_given_up() {
        struct Never;
        impl futures_core::Stream for Never {
            type Item = io::Result<Bytes>;
            fn poll_next(
                self: std::pin::Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Option<Self::Item>> {
                std::task::Poll::Pending
            }
        }
        assert_eq!(read_within(body(Never), 5, Duration::from_millis(1)).await, Err(BodyError::TimedOut));
    }
}
