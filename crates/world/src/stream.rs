//! Bodies that come piece by piece: bounded in time and pace, read up to a mark, gathered.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use aws_types::ByteStream;
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use tokio::task::JoinHandle;
use tokio::time::{Instant, Sleep};

use crate::lock::Lock;

/// Bounds of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// From now to its end.
    pub total: Duration,
    /// From one piece to the next, while somebody waits for it.
    pub idle: Duration,
    /// From one piece to the next, while nobody asks for it.
    pub untaken: Duration,
    /// So many bytes come as fast as they can.
    pub free_bytes: u64,
    /// So many a second come after those.
    pub bytes_per_s: u64,
}

/// A stream that keeps to its bounds: beyond those of time it ends in an error of kind `TimedOut`. These hold also while
/// nobody takes what comes: what is behind the stream is let go of then, and the error waits.
pub fn paced(stream: ByteStream, pace: Pace) -> ByteStream {
    watched(stream, pace).0
}

/// The same, and what tells of the moment at which a bound of time is passed.
pub fn watched(stream: ByteStream, pace: Pace) -> (ByteStream, Overdue) {
    let began = Instant::now();
    let course = Course { inner: Some(stream), since: began, waiting: false, late: None, taker: None, tell: None };
    let course = Arc::new(Lock::new(course));
    let overdue = Overdue(Arc::downgrade(&course));
    let watch = watch(overdue.0.clone(), began + pace.total, pace);
    let watch = crate::task::spawn("stream-watch", watch);
    let paced = Paced { course, meter: Meter { pace, passed: 0 }, hold: None, over: false, watch };
    (ByteStream(Box::pin(paced)), overdue)
}

/// Tells when a stream did not keep to its bounds of time.
#[derive(Clone, Debug)]
pub struct Overdue(Weak<Lock<Course>>);

impl Overdue {
    /// Calls with the reason, at once where it is past; never where the stream ends or is dropped before.
    pub fn then(&self, tell: impl FnOnce(&'static str) + Send + 'static) {
        let Some(course) = self.0.upgrade() else { return };
        let mut state = course.lock();
        match state.late {
            None => state.tell = Some(Box::new(tell)),
            Some(why) => {
                drop(state);
                tell(why);
            }
        }
    }
}

/// What whoever takes a stream and whoever watches it share.
struct Course {
    /// Gone with the first error.
    inner: Option<ByteStream>,
    /// Since when a piece is waited for, or nobody asks for one.
    since: Instant,
    /// Whether somebody waits for a piece.
    waiting: bool,
    /// Which bound of time was passed.
    late: Option<&'static str>,
    taker: Option<Waker>,
    tell: Option<Box<dyn FnOnce(&'static str) + Send>>,
}

/// Looks after the bounds of time.
async fn watch(course: Weak<Lock<Course>>, end: Instant, pace: Pace) {
    while let Some(due) = course.upgrade().and_then(|course| check(&course, end, pace)) {
        tokio::time::sleep_until(due).await;
    }
}

/// When to look again; never once the stream is over.
fn check(course: &Lock<Course>, end: Instant, pace: Pace) -> Option<Instant> {
    let mut state = course.lock();
    state.inner.as_ref()?;
    let now = Instant::now();
    let (limit, other) = if state.waiting { (pace.idle, pace.untaken) } else { (pace.untaken, pace.idle) };
    let due = end.min(state.since + limit);
    if now < due {
        // Until then the other limit may have begun to count, from now at the earliest.
        return Some(due.min(now + other));
    }
    let why = match state.waiting {
        _ if due == end => "the time for the whole was up",
        true => "nothing came for too long",
        false => "nothing was taken for too long",
    };
    state.late = Some(why);
    let (inner, taker, tell) = (state.inner.take(), state.taker.take(), state.tell.take());
    drop(state);
    drop(inner);
    if let Some(tell) = tell {
        tell(why);
    }
    if let Some(taker) = taker {
        taker.wake();
    }
    None
}

/// What is beyond the free bytes must wait for its turn.
struct Meter {
    pace: Pace,
    passed: u64,
}

impl Meter {
    /// How long nothing may come after a piece.
    fn count(&mut self, length: usize) -> Duration {
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        self.passed = self.passed.saturating_add(length);
        let over = self.passed.saturating_sub(self.pace.free_bytes).min(length);
        Duration::from_millis(over.saturating_mul(1000) / self.pace.bytes_per_s.max(1))
    }
}

struct Paced {
    course: Arc<Lock<Course>>,
    meter: Meter,
    hold: Option<Pin<Box<Sleep>>>,
    over: bool,
    watch: JoinHandle<()>,
}

impl Stream for Paced {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.over {
            return Poll::Ready(None);
        }
        let mut course = this.course.lock();
        if let Some(why) = course.late {
            this.over = true;
            return Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::TimedOut, why))));
        }
        course.taker = Some(cx.waker().clone());
        if let Some(hold) = &mut this.hold {
            ready!(hold.as_mut().poll(cx));
            this.hold = None;
        }
        let Some(inner) = &mut course.inner else { return Poll::Ready(None) };
        let Poll::Ready(next) = inner.0.as_mut().poll_next(cx) else {
            if !course.waiting {
                (course.waiting, course.since) = (true, Instant::now());
            }
            return Poll::Pending;
        };
        if let Some(Ok(piece)) = &next {
            let hold = this.meter.count(piece.len());
            (course.waiting, course.since) = (false, Instant::now() + hold);
            this.hold = Some(hold).filter(|hold| !hold.is_zero()).map(|hold| Box::pin(tokio::time::sleep(hold)));
        } else {
            this.over = true;
            course.inner = None;
        }
        Poll::Ready(next)
    }
}

impl Drop for Paced {
    fn drop(&mut self) {
        self.watch.abort();
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

    const PACE: Pace = Pace {
        total: Duration::from_secs(900),
        idle: Duration::from_secs(300),
        untaken: Duration::from_secs(300),
        free_bytes: 4,
        bytes_per_s: 1000,
    };

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

    /// Silent; whoever has the other half learns when it is dropped.
    struct Held(tokio::sync::oneshot::Sender<()>);

    impl Stream for Held {
        type Item = io::Result<Bytes>;

        fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            assert!(!self.0.is_closed(), "somebody waits for the end");
            Poll::Pending
        }
    }

    #[tokio::test]
    async fn a_stream_that_nobody_takes_lets_go_of_what_is_behind_it_when_its_time_is_up() {
        let soon = Duration::from_millis(5);
        let total = (Pace { total: soon, ..PACE }, "the time for the whole was up");
        let untaken = (Pace { untaken: soon, ..PACE }, "nothing was taken for too long");
        for (pace, why) in [total, untaken] {
            let (held, gone) = tokio::sync::oneshot::channel();
            let (mut stream, overdue) = watched(ByteStream(Box::pin(Held(held))), pace);
            let (tell, told) = tokio::sync::oneshot::channel();
            overdue.then(move |why| tell.send(why).unwrap());
            assert!(gone.await.is_err());
            assert_eq!(told.await.unwrap(), why);
            let (tell, told) = tokio::sync::oneshot::channel();
            overdue.then(move |why| tell.send(why).unwrap());
            assert_eq!(told.await.unwrap(), why, "who asks late learns it at once");
            let error = next(&mut stream).await.unwrap().unwrap_err();
            assert_eq!((error.kind(), error.to_string().as_str()), (io::ErrorKind::TimedOut, why));
            assert!(next(&mut stream).await.is_none());
        }
    }

    #[tokio::test]
    async fn a_stream_that_is_dropped_lets_go_at_once_and_is_never_overdue() {
        let (held, gone) = tokio::sync::oneshot::channel();
        let (stream, overdue) = watched(ByteStream(Box::pin(Held(held))), PACE);
        let (tell, told) = tokio::sync::oneshot::channel::<&str>();
        overdue.then(move |why| tell.send(why).unwrap());
        drop(stream);
        assert!(gone.await.is_err() && told.await.is_err());
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
