//! Listens in on a connection for what the HTTP library does not tell of a head: how the client spelled the names of its
//! headers, and whether it framed its body twice. What a request says, the library alone reads.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use execute_api::HeaderSpelling;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, Version};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use world::Lock;

/// Heads beyond this, in bytes, are not kept: no API takes them.
const MAX_HEAD: usize = 16 * 1024;
const BLANK_LINE: &[u8] = b"\r\n\r\n";

/// What has come in since a request may begin.
#[derive(Clone, Debug, Default)]
pub struct HeadTap(Arc<Lock<Heard>>);

#[derive(Debug, Default)]
struct Heard {
    bytes: Vec<u8>,
    /// The head is whole, or its request is being answered.
    enough: bool,
    /// What came behind the head before: requests that are sent at once come in one piece. Where nothing did, that head.
    before: Bytes,
}

impl Heard {
    /// What begins with the head of the request that was read last, as far as one knows.
    fn latest(&mut self) -> Bytes {
        if self.bytes.is_empty() { self.before.clone() } else { std::mem::take(&mut self.bytes).into() }
    }
}

impl HeadTap {
    fn hear(&self, new: &[u8]) {
        let mut heard = self.0.lock();
        if heard.enough || new.is_empty() {
            return;
        }
        let from = heard.bytes.len().saturating_sub(BLANK_LINE.len() - 1);
        let room = MAX_HEAD.saturating_sub(heard.bytes.len());
        heard.bytes.extend_from_slice(new.get(..room).unwrap_or(new));
        let ends = heard.bytes.get(from..).unwrap_or_default().windows(BLANK_LINE.len()).any(|part| part == BLANK_LINE);
        heard.enough = ends || heard.bytes.len() >= MAX_HEAD;
    }

    /// Whether a request that has just been read says its body's length in two ways. The library believes the transfer
    /// coding and forgets the length; whoever stands before this server may believe the other (RFC 9112, 6.1).
    pub fn framed_twice(&self, headers: &HeaderMap) -> bool {
        if !headers.contains_key(TRANSFER_ENCODING) {
            return false;
        }
        let heard = self.0.lock();
        let latest = if heard.bytes.is_empty() { heard.before.as_ref() } else { heard.bytes.as_slice() };
        let mut lines = latest.split(|byte| *byte == b'\n').take_while(|line| !line.trim_ascii().is_empty());
        headers.contains_key(CONTENT_LENGTH) || lines.any(|line| names(line, CONTENT_LENGTH.as_str()))
    }

    /// The spelling of a request that has just been read.
    pub fn spelling(&self, version: Version) -> HeaderSpelling {
        let mut heard = self.0.lock();
        heard.enough = true;
        if version > Version::HTTP_11 {
            *heard = Heard { enough: true, ..Heard::default() };
            return HeaderSpelling::http2();
        }
        let mut rest = heard.latest();
        let end = rest.windows(BLANK_LINE.len()).position(|part| part == BLANK_LINE);
        let head = rest.split_to(end.map_or(rest.len(), |at| at + BLANK_LINE.len()));
        heard.bytes = Vec::new();
        heard.before = if rest.is_empty() { head.clone() } else { rest };
        HeaderSpelling::of_head(head)
    }

    /// The next request may begin.
    pub fn listen(&self) {
        let mut heard = self.0.lock();
        heard.bytes.clear();
        heard.enough = false;
    }
}

/// Whether a line of a head is a header's of that name.
fn names(line: &[u8], name: &str) -> bool {
    let end = line.iter().position(|byte| *byte == b':').unwrap_or(0);
    line.get(..end).is_some_and(|given| given.eq_ignore_ascii_case(name.as_bytes()))
}

/// A stream whose bytes are heard.
#[derive(Debug)]
pub struct Tapped<S> {
    inner: S,
    tap: HeadTap,
}

impl<S> Tapped<S> {
    /// Over a stream.
    pub const fn new(inner: S, tap: HeadTap) -> Self {
        Self { inner, tap }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tapped<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut self.inner).poll_read(cx, buffer);
        self.tap.hear(buffer.filled().get(before..).unwrap_or_default());
        outcome
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tapped<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    fn heard(tap: &HeadTap) -> String {
        String::from_utf8(tap.0.lock().bytes.clone()).unwrap()
    }

    #[tokio::test]
    async fn what_comes_in_is_heard_up_to_the_end_of_the_head() {
        let (ours, mut theirs) = tokio::io::duplex(64);
        let tap = HeadTap::default();
        let mut ours = Tapped::new(ours, tap.clone());
        let mut taken = [0; 64];
        for piece in ["GET / HTTP/1.1\r\nA: b\r\n\r", "\nbody", "more"] {
            theirs.write_all(piece.as_bytes()).await.unwrap();
            assert_eq!(ours.read(&mut taken).await.unwrap(), piece.len());
        }
        assert_eq!(heard(&tap), "GET / HTTP/1.1\r\nA: b\r\n\r\nbody");
    }

    #[test]
    fn a_body_that_is_framed_twice_is_noticed_in_any_order() {
        let coded = HeaderMap::from_iter([(TRANSFER_ENCODING, http::HeaderValue::from_static("chunked"))]);
        for (head, expected) in [
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nCONTENT-length: 3\r\n\r\n", true),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nX-Content-Length: 3\r\n\r\n", false),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nContent-Length: 3\r\n", false),
        ] {
            let tap = HeadTap::default();
            tap.hear(head.as_bytes());
            assert_eq!(tap.framed_twice(&coded), expected, "{head}");
            assert!(!tap.framed_twice(&HeaderMap::new()));
        }
    }

    #[test]
    fn what_is_heard_is_bounded_and_begins_anew() {
        let tap = HeadTap::default();
        for _ in 0..10 {
            tap.hear(&[b'x'; 10_000]);
        }
        assert_eq!(heard(&tap).len(), MAX_HEAD);
        tap.listen();
        tap.hear(b"GET");
        assert_eq!(heard(&tap), "GET");
        tap.spelling(Version::HTTP_11);
        tap.hear(b"body");
        assert_eq!(heard(&tap), "");
    }
}
