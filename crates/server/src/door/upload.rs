//! A body on its way into S3: undone from the aws-chunked encoding, compared with what the signature promised, bounded in
//! size and in the time between two pieces. What is wrong shows as an error of the stream, so that nothing is kept.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use aws_lc_rs::digest;
use aws_types::{AwsError, ByteStream};
use bytes::Bytes;
use futures_core::Stream;
use http::HeaderMap;
use http_body::Body as _;
use s3::checksum::Trailing;
use sigv4::chunked::Decoder;
use tokio::time::{Instant, Sleep};

use crate::access::BodyProof;
use crate::body::RequestBody;

/// Largest object of one PutObject (S3 user guide, "Uploading objects"), in bytes.
const LIMIT: u64 = 5 * 1024 * 1024 * 1024;
/// The next piece must be there after this time.
const PIECE_TIME: Duration = Duration::from_secs(30);

/// Opens the body for reading.
///
/// # Errors
/// `EntityTooLarge` where the announced length is over the limit.
pub fn open(headers: &HeaderMap, proof: BodyProof, body: RequestBody) -> Result<ByteStream, AwsError> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.parse::<u64>().ok();
    let decoded_length = number("x-amz-decoded-content-length");
    if decoded_length.or_else(|| number("content-length")).is_some_and(|length| length > LIMIT) {
        let message = "Your proposed upload exceeds the maximum allowed size";
        return Err(AwsError::sender("EntityTooLarge", 400, message).with("MaxSizeAllowed", LIMIT));
    }
    let announced = headers.get("x-amz-trailer").and_then(|value| value.to_str().ok());
    let trailing = announced.map(|name| Trailing::announced(&name.trim().to_ascii_lowercase())).transpose()?;
    let (decoder, expected) = match proof {
        BodyProof::Any => (None, None),
        BodyProof::Hash(hash) => (None, Some(hash)),
        BodyProof::Chunked(kind, Some(signer)) => (Some(Decoder::verified(kind, signer, decoded_length)), None),
        BodyProof::Chunked(kind, None) => (Some(Decoder::unverified(kind, decoded_length)), None),
    };
    let upload = Upload {
        body,
        trailing: trailing.filter(|_| decoder.is_some()),
        decoder,
        hash: expected.map(|expected| (digest::Context::new(&digest::SHA256), expected)),
        received: 0,
        patience: Box::pin(tokio::time::sleep(PIECE_TIME)),
        done: false,
    };
    Ok(ByteStream(Box::pin(upload)))
}

struct Upload {
    body: RequestBody,
    decoder: Option<Decoder>,
    trailing: Option<Trailing>,
    hash: Option<(digest::Context, String)>,
    received: u64,
    patience: Pin<Box<Sleep>>,
    done: bool,
}

impl Upload {
    /// One piece as received; what it decodes to, which may be nothing yet.
    fn take(&mut self, piece: &Bytes) -> io::Result<Bytes> {
        self.received = self.received.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        if self.received > LIMIT.saturating_add(LIMIT / 8) {
            return Err(refusal(AwsError::sender(
                "EntityTooLarge",
                400,
                "Your proposed upload exceeds the maximum allowed size",
            )));
        }
        if let Some((hash, _)) = &mut self.hash {
            hash.update(piece);
        }
        let Some(decoder) = &mut self.decoder else { return Ok(piece.clone()) };
        let mut decoded = Vec::with_capacity(piece.len());
        decoder.push(piece, &mut decoded).map_err(|error| refusal(error.to_aws()))?;
        if let Some(trailing) = &mut self.trailing {
            trailing.update(&decoded);
        }
        Ok(decoded.into())
    }

    /// The end: the encoding must be complete and the hash as promised.
    fn finish(&mut self) -> io::Result<()> {
        if let Some(decoder) = self.decoder.take() {
            let trailers = decoder.finish().map_err(|error| refusal(error.to_aws()))?;
            if let Some(trailing) = self.trailing.take() {
                trailing.finish(&trailers).map_err(refusal)?;
            }
        }
        let Some((hash, expected)) = self.hash.take() else { return Ok(()) };
        let actual: String = hash.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        if actual == expected {
            return Ok(());
        }
        let message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
        let error = AwsError::sender("XAmzContentSHA256Mismatch", 400, message);
        Err(refusal(error.with("ClientComputedContentSHA256", expected).with("S3ComputedContentSHA256", actual)))
    }
}

/// The service finds the refusal inside the stream's error and answers with it.
fn refusal(error: AwsError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

impl Stream for Upload {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        while !this.done {
            let frame = match Pin::new(&mut this.body).poll_frame(cx) {
                Poll::Pending if this.patience.as_mut().poll(cx).is_ready() => {
                    this.done = true;
                    let message = "Your socket connection to the server was not read from or written to within the timeout period.";
                    return Poll::Ready(Some(Err(refusal(AwsError::sender("RequestTimeout", 400, message)))));
                }
                Poll::Pending => return Poll::Pending,
                Poll::Ready(frame) => frame,
            };
            this.patience.as_mut().reset(Instant::now() + PIECE_TIME);
            let piece = match frame {
                None => {
                    this.done = true;
                    return Poll::Ready(this.finish().err().map(Err));
                }
                Some(Err(_)) => Err(refusal(AwsError::sender("IncompleteBody", 400, "The request body broke off."))),
                Some(Ok(frame)) => frame.into_data().map_or_else(|_| Ok(Bytes::new()), |data| this.take(&data)),
            };
            match piece {
                Ok(piece) if piece.is_empty() => {}
                Ok(piece) => return Poll::Ready(Some(Ok(piece))),
                Err(error) => {
                    this.done = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
        Poll::Ready(None)
    }
}
