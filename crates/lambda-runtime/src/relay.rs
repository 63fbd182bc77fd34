//! Streamed answers (developer guide, "Response streaming", "Building a custom runtime"): from the Runtime API to whoever
//! waits for them. A piece that nobody takes keeps the next from being read, so that a function is no faster than its caller.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::failure::{Failure, MAX_ANSWER, MAX_STREAM};
use crate::parts::{Part, Sink};
use crate::process::Process;
use crate::run::End;
use crate::runtime_api::Reply;

/// Pieces of one answer that wait to be passed on.
pub(crate) const PIECES: usize = 4;
const MODE: &str = "lambda-runtime-function-response-mode";
const ERROR_TYPE: &str = "lambda-runtime-function-error-type";
const ERROR_BODY: &str = "lambda-runtime-function-error-body";
/// How long it may take to learn that a process has ended whose connection broke.
const EXIT_TIME: Duration = Duration::from_secs(1);

/// An answer that has begun.
pub(crate) struct Streamed {
    pub(crate) content_type: String,
    pub(crate) pieces: mpsc::Receiver<Piece>,
}

/// A piece of it. All but the first kind are last.
pub(crate) enum Piece {
    Data(Bytes),
    End,
    /// The function failed: AWS's JSON about that.
    Error(Bytes),
    TooLarge,
    /// The connection broke.
    Broken,
}

/// Whether a runtime answers in pieces.
pub(crate) fn is_streamed(headers: &HeaderMap) -> bool {
    headers.get(MODE).is_some_and(|mode| mode.as_bytes().eq_ignore_ascii_case(b"streaming"))
}

/// Reads a body, piece by piece; answers the last. What nobody takes any more is read and dropped: the function goes on.
pub(crate) async fn read(mut body: Incoming, sender: &mpsc::Sender<Piece>) -> Piece {
    let mut length = 0_u64;
    loop {
        let frame = match body.frame().await {
            None => return Piece::End,
            Some(Err(_)) => return Piece::Broken,
            Some(Ok(frame)) => frame,
        };
        match frame.into_data() {
            Ok(data) => {
                length = length.saturating_add(u64::try_from(data.len()).unwrap_or(u64::MAX));
                if length > MAX_STREAM {
                    return Piece::TooLarge;
                }
                let _ = sender.send(Piece::Data(data)).await;
            }
            Err(frame) => {
                if let Some(error) = frame.trailers_ref().and_then(error_of) {
                    return Piece::Error(error);
                }
            }
        }
    }
}

/// What the trailers say went wrong.
fn error_of(trailers: &HeaderMap) -> Option<Bytes> {
    let text = |name: &str| trailers.get(name).and_then(|value| value.to_str().ok());
    let kind = text(ERROR_TYPE)?;
    let told = text(ERROR_BODY).and_then(|body| STANDARD.decode(body).ok());
    let told = told.filter(|told| serde_json::from_slice::<Value>(told).is_ok_and(|told| told.is_object()));
    Some(told.map_or_else(|| json!({"errorType": kind, "errorMessage": ""}).to_string().into(), Bytes::from))
}

/// Passes an answer on until its last piece.
pub(crate) async fn pass_on(process: &Process, streamed: Streamed, sink: &Sink) -> End {
    let Streamed { content_type, mut pieces } = streamed;
    sink.put(Part::Begun { content_type }).await;
    let mut whole = BytesMut::new();
    loop {
        let last = match pieces.recv().await {
            Some(Piece::Data(data)) => {
                match sink {
                    Sink::Parts(_) => sink.put(Part::Piece(data)).await,
                    Sink::Whole if whole.len() + data.len() > MAX_ANSWER => return End::Failure(Failure::too_large()),
                    Sink::Whole => whole.extend_from_slice(&data),
                }
                continue;
            }
            Some(last) => last,
            None => Piece::Broken,
        };
        return match last {
            Piece::Data(_) | Piece::End => End::Reply(Reply::Response(whole.freeze())),
            Piece::Error(error) => End::Reply(Reply::Error(error)),
            Piece::TooLarge => End::Failure(Failure::stream_too_large()),
            Piece::Broken => End::Failure(broken(process).await),
        };
    }
}

/// A connection breaks with its process, or for itself.
async fn broken(process: &Process) -> Failure {
    tokio::time::timeout(EXIT_TIME, process.exited()).await.map_or_else(|_| Failure::truncated(), Failure::exited)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trailers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn trailers_say_what_went_wrong() {
        // {"errorType":"E","errorMessage":"m"}
        let body = "eyJlcnJvclR5cGUiOiJFIiwiZXJyb3JNZXNzYWdlIjoibSJ9";
        let told = error_of(&trailers(&[(ERROR_TYPE, "E"), (ERROR_BODY, body)])).unwrap();
        assert_eq!(told, "{\"errorType\":\"E\",\"errorMessage\":\"m\"}");
        for bad in ["%", "bm8=", "W10="] {
            let told = error_of(&trailers(&[(ERROR_TYPE, "E"), (ERROR_BODY, bad)])).unwrap();
            assert_eq!(told, "{\"errorType\":\"E\",\"errorMessage\":\"\"}", "{bad}");
        }
        assert!(error_of(&trailers(&[("x-other", "E")])).is_none());
    }
}
