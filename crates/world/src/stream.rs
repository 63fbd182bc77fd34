//! Bodies that come piece by piece: bounded in time and pace, read up to a mark, gathered.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use aws_types::ByteStream;
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use tokio::time::Sleep;

/// Bounds of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// From now to its end.
    pub total: Duration,
    /// From one piece to the next, while somebody waits for it.
    pub idle: Duration,
    /// So many bytes come as fast as they can.
    pub free_bytes: u64,
    /// So many a second come after those.
    pub bytes_per_s: u64,
}

/// A stream that keeps to its bounds: beyond those of time it ends in an error of kind `TimedOut`.
pub fn paced(stream: ByteStream, pace: Pace) -> ByteStream {
    let end = Box::pin(tokio::time::sleep(pace.total));
    ByteStream(Box::pin(Paced { inner: Some(stream), pace, end, silence: None, hold: None, passed: 0 }))
}

struct Paced {
    /// Gone with the first error.
    inner: Option<ByteStream>,
    pace: Pace,
    end: Pin<Box<Sleep>>,
    silence: Option<Pin<Box<Sleep>>>,
    hold: Option<Pin<Box<Sleep>>>,
    passed: u64,
}

impl Paced {
    /// What is beyond the free bytes must wait for its turn.
    fn count(&mut self, length: usize) {
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        self.passed = self.passed.saturating_add(length);
        let over = self.passed.saturating_sub(self.pace.free_bytes).min(length);
        if over > 0 {
            let ms = over.saturating_mul(1000) / self.pace.bytes_per_s.max(1);
            self.hold = Some(Box::pin(tokio::time::sleep(Duration::from_millis(ms))));
        }
    }

    fn fail(&mut self, why: &'static str) -> Poll<Option<io::Result<Bytes>>> {
        self.inner = None;
        Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::TimedOut, why))))
    }
}

impl Stream for Paced {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Some(inner) = &mut this.inner else { return Poll::Ready(None) };
        if this.end.as_mut().poll(cx).is_ready() {
            return this.fail("the time for the whole was up");
        }
        if let Some(hold) = &mut this.hold {
            ready!(hold.as_mut().poll(cx));
            this.hold = None;
        }
        let Poll::Ready(next) = inner.0.as_mut().poll_next(cx) else {
            let idle = this.pace.idle;
            let silence = this.silence.get_or_insert_with(|| Box::pin(tokio::time::sleep(idle)));
            ready!(silence.as_mut().poll(cx));
            return this.fail("nothing came for too long");
        };
        this.silence = None;
        match &next {
            Some(Ok(piece)) => this.count(piece.len()),
            Some(Err(_)) | None => this.inner = None,
        }
        Poll::Ready(next)
    }
}

/// The next piece.
pub async fn next(stream: &mut ByteStream) -> Option<io::Result<Bytes>> {
    std::future::poll_fn(|cx| stream.0.as_mut().poll_next(cx)).await
}

/// A stream that is nothing but an error.
pub fn failed(error: io::Error) -> ByteStream {
    ByteStream(Box::pin(After { first: Some(Err(error)), rest: None }))
}

/// A piece before a stream.
fn after(first: Bytes, rest: ByteStream) -> ByteStream {
    let first = Some(first).filter(|first| !first.is_empty()).map(Ok);
    ByteStream(Box::pin(After { first, rest: Some(rest) }))
}

struct After {
    first: Option<io::Result<Bytes>>,
    rest: Option<ByteStream>,
}

impl Stream for After {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(first));
        }
        self.rest.as_mut().map_or(Poll::Ready(None), |rest| rest.0.as_mut().poll_next(cx))
    }
}

/// Why a mark was not found.
#[derive(Debug, thiserror::Error)]
pub enum NoMark {
    /// It is not within the bytes that it had to be in.
    #[error("the mark does not come in time")]
    TooFar,
    /// The stream ended before it.
    #[error("the stream ended before its mark")]
    Ended,
    /// The stream broke before it.
    #[error(transparent)]
    Broken(#[from] io::Error),
}

/// Reads up to a mark that must end within the first `most` bytes: what is before it, and the stream of what comes after.
///
/// # Errors
/// [`NoMark`].
pub async fn until(mut stream: ByteStream, mark: &[u8], most: usize) -> Result<(Bytes, ByteStream), NoMark> {
    let mut read = BytesMut::new();
    loop {
        if let Some(at) = find(&read, mark, most) {
            let before = read.split_to(at).freeze();
            let _ = read.split_to(mark.len());
            return Ok((before, after(read.freeze(), stream)));
        }
        if read.len() >= most {
            return Err(NoMark::TooFar);
        }
        let piece = next(&mut stream).await.ok_or(NoMark::Ended)??;
        read.extend_from_slice(&piece);
    }
}

fn find(read: &[u8], mark: &[u8], most: usize) -> Option<usize> {
    read.get(..most.min(read.len()))?.windows(mark.len().max(1)).position(|window| window == mark)
}

/// What came of a stream until it ended or broke, more than `most` bytes were there, or the time was up; never more than
/// `most`.
pub async fn gather(mut stream: ByteStream, most: usize, time: Duration) -> Bytes {
    let mut read = BytesMut::new();
    let reading = async {
        while let Some(Ok(piece)) = next(&mut stream).await {
            read.extend_from_slice(&piece);
            if read.len() > most {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(time, reading).await;
    read.truncate(most);
    read.freeze()
}

/// What comes of a future within a time.
pub async fn within<T>(time: Duration, future: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(time, future).await.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pieces, and then silence or the end.
    struct Pieces(Vec<&'static [u8]>, Ending);

    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Ending {
        End,
        Silence,
    }

    impl Stream for Pieces {
        type Item = io::Result<Bytes>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            if self.0.is_empty() {
                return if self.1 == Ending::End { Poll::Ready(None) } else { Poll::Pending };
            }
            Poll::Ready(Some(Ok(Bytes::from_static(self.0.remove(0)))))
        }
    }

    fn pieces(pieces: &[&'static [u8]], ending: Ending) -> ByteStream {
        ByteStream(Box::pin(Pieces(pieces.to_vec(), ending)))
    }

    const PACE: Pace =
        Pace { total: Duration::from_secs(900), idle: Duration::from_secs(300), free_bytes: 4, bytes_per_s: 1000 };

    async fn all(mut stream: ByteStream) -> (Vec<u8>, Option<io::Error>) {
        let mut read = Vec::new();
        while let Some(piece) = next(&mut stream).await {
            match piece {
                Ok(piece) => read.extend_from_slice(&piece),
                Err(error) => return (read, Some(error)),
            }
        }
        (read, None)
    }

    #[tokio::test]
    async fn a_stream_that_falls_silent_is_broken_off() {
        let pace = Pace { idle: Duration::from_millis(5), ..PACE };
        let (read, error) = all(paced(pieces(&[b"ab"], Ending::Silence), pace)).await;
        let error = error.unwrap();
        assert_eq!((read.as_slice(), error.kind()), (&b"ab"[..], io::ErrorKind::TimedOut));
        assert_eq!(error.to_string(), "nothing came for too long");
    }

    #[tokio::test]
    async fn a_stream_is_broken_off_when_the_time_for_the_whole_is_up() {
        let pace = Pace { total: Duration::from_millis(5), ..PACE };
        let mut stream = paced(pieces(&[b"ab"], Ending::Silence), pace);
        assert!(next(&mut stream).await.unwrap().is_ok());
        assert_eq!(next(&mut stream).await.unwrap().unwrap_err().to_string(), "the time for the whole was up");
        assert!(next(&mut stream).await.is_none());
    }

    #[tokio::test]
    async fn what_is_beyond_the_free_bytes_comes_no_faster_than_it_may() {
        let began = tokio::time::Instant::now();
        let (read, error) = all(paced(pieces(&[b"abcd", b"ef", b"ghi"], Ending::End), PACE)).await;
        assert_eq!((read.as_slice(), error.is_none()), (&b"abcdefghi"[..], true));
        assert!(began.elapsed() >= Duration::from_millis(5));
    }

    #[tokio::test]
    async fn a_mark_is_found_across_pieces_and_what_follows_stays() {
        for parts in [&[&b"{}||body"[..]][..], &[b"{", b"}|", b"|bo", b"dy"], &[b"{}||", b"body"]] {
            let (before, rest) = until(pieces(parts, Ending::End), b"||", 10).await.unwrap();
            assert_eq!(before, "{}");
            assert_eq!(all(rest).await.0, b"body");
        }
        assert!(matches!(until(pieces(&[b"{}|"], Ending::End), b"||", 10).await, Err(NoMark::Ended)));
        assert!(matches!(until(pieces(&[b"12345678", b"90||"], Ending::End), b"||", 10).await, Err(NoMark::TooFar)));
        assert!(until(pieces(&[b"12345678||"], Ending::End), b"||", 10).await.is_ok());
        let broken = until(failed(io::Error::other("x")), b"||", 10).await;
        assert!(matches!(broken, Err(NoMark::Broken(_))));
    }

    #[tokio::test]
    async fn what_is_gathered_is_bounded_in_size_and_time() {
        let time = Duration::from_millis(5);
        assert_eq!(gather(pieces(&[b"ab", b"cd"], Ending::End), 10, time).await, "abcd");
        assert_eq!(gather(pieces(&[b"ab", b"cd", b"ef"], Ending::Silence), 3, time).await, "abc");
        assert_eq!(gather(pieces(&[b"ab"], Ending::Silence), 10, time).await, "ab");
        assert_eq!(gather(failed(io::Error::other("x")), 10, time).await, "");
    }
}
