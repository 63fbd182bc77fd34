//! What a process prints: read always, kept within bounds, handed to the log line by line.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use tokio::io::unix::AsyncFd;
use world::{Clock, Lock};

use crate::ports::{FunctionLogs, LogEvent, LogPlace};

/// Bytes of the log that a caller may have at once.
const TAIL: usize = 4 * 1024;
/// Longest event, bytes: CloudWatch Logs' 262,144 less its own 26.
const MAX_LINE: usize = 262_118;
/// What an event costs beside its text, bytes.
const PER_EVENT: usize = 26;
const CHUNK: usize = 64 * 1024;
/// Chunks that are read in a row before others have their turn.
const CHUNKS: usize = 64;

/// The reading end of a process's standard output and error, and where it goes.
pub(crate) struct Output {
    pipe: AsyncFd<OwnedFd>,
    logs: Arc<dyn FunctionLogs>,
    clock: Arc<dyn Clock>,
    place: LogPlace,
    /// What one invocation may print, bytes.
    bound: usize,
    capture: Lock<Capture>,
}

#[derive(Default)]
struct Capture {
    /// The line that is not finished yet.
    line: Vec<u8>,
    /// The last bytes of this invocation's log.
    tail: VecDeque<u8>,
    /// What may still be printed.
    left: usize,
    dropped: u64,
    events: Vec<LogEvent>,
}

/// Whether there may be more to read at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Drained {
    Empty,
    Closed,
    More,
}

impl Output {
    /// Over the reading end of a pipe, which must not block.
    #[expect(deprecated, reason = "an OwnedFd owns its descriptor, which is what `AsyncFd::new` cannot know of others")]
    pub(crate) fn new(
        pipe: OwnedFd,
        logs: Arc<dyn FunctionLogs>,
        clock: Arc<dyn Clock>,
        place: LogPlace,
        bound: usize,
    ) -> std::io::Result<Self> {
        let capture = Lock::new(Capture { left: bound, ..Capture::default() });
        Ok(Self { pipe: AsyncFd::new(pipe)?, logs, clock, place, bound, capture })
    }

    /// Reads until nobody can write any more.
    pub(crate) async fn read(&self) {
        loop {
            let Ok(mut ready) = self.pipe.readable().await else { return };
            match self.drain() {
                Drained::Empty => ready.clear_ready(),
                Drained::Closed => return,
                Drained::More => tokio::task::yield_now().await,
            }
        }
    }

    /// Takes what has been written so far.
    fn drain(&self) -> Drained {
        let mut capture = self.capture.lock();
        let mut buffer = [0; CHUNK];
        let mut drained = Drained::More;
        for _ in 0..CHUNKS {
            match rustix::io::read(self.pipe.get_ref(), &mut buffer) {
                Ok(0) => drained = Drained::Closed,
                Ok(n) => {
                    capture.take(buffer.get(..n).unwrap_or_default(), self.clock.now());
                    continue;
                }
                Err(rustix::io::Errno::INTR) => continue,
                Err(_) => drained = Drained::Empty,
            }
            break;
        }
        self.hand_over(&mut capture);
        drained
    }

    fn hand_over(&self, capture: &mut Capture) {
        if !capture.events.is_empty() {
            self.logs.write(&self.place, std::mem::take(&mut capture.events));
        }
    }

    /// A line of ours.
    pub(crate) fn line(&self, line: &str) {
        let mut capture = self.capture.lock();
        capture.own(line, self.clock.now());
        self.hand_over(&mut capture);
    }

    /// An invocation begins: what it prints is counted anew.
    pub(crate) fn begin(&self, line: &str) {
        let mut capture = self.capture.lock();
        capture.tail.clear();
        capture.left = self.bound;
        capture.own(line, self.clock.now());
        self.hand_over(&mut capture);
    }

    /// An invocation ends, with lines of ours. Answers the end of its log.
    pub(crate) fn end(&self, lines: &[String]) -> Vec<u8> {
        self.drain();
        let now = self.clock.now();
        let mut capture = self.capture.lock();
        capture.finish(now);
        lines.iter().for_each(|line| capture.own(line, now));
        self.hand_over(&mut capture);
        capture.tail.iter().copied().collect()
    }
}

impl Capture {
    fn take(&mut self, bytes: &[u8], now: aws_types::Timestamp) {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            let room = self.left.min(MAX_LINE - self.line.len());
            let kept = part.get(..room.min(part.len())).unwrap_or_default();
            self.line.extend_from_slice(kept);
            self.left -= kept.len();
            let over = part.get(kept.len()..).unwrap_or_default();
            if self.line.len() == MAX_LINE || part.ends_with(b"\n") {
                self.flush(now);
            }
            if self.left > 0 && !over.is_empty() {
                // A long line goes on in a further event.
                self.take(over, now);
            } else {
                self.dropped += over.len() as u64;
            }
        }
    }

    fn flush(&mut self, now: aws_types::Timestamp) {
        let mut line = std::mem::take(&mut self.line);
        if line.is_empty() {
            return;
        }
        // Our bootstraps keep what belongs together in one line, as AWS's do.
        line.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        self.left = self.left.saturating_sub(PER_EVENT);
        self.remember(&line);
        self.events.push(LogEvent { at: now, message: String::from_utf8_lossy(&line).into_owned() });
    }

    /// What is unfinished is finished, and what was dropped is told.
    fn finish(&mut self, now: aws_types::Timestamp) {
        self.flush(now);
        let dropped = std::mem::take(&mut self.dropped);
        if dropped > 0 {
            self.own(
                &format!("[{dropped} bytes more were printed and dropped: an invocation may print so much only]\n"),
                now,
            );
        }
    }

    fn own(&mut self, line: &str, now: aws_types::Timestamp) {
        self.flush(now);
        self.remember(line.as_bytes());
        self.events.push(LogEvent { at: now, message: line.to_owned() });
    }

    fn remember(&mut self, bytes: &[u8]) {
        let bytes = bytes.get(bytes.len().saturating_sub(TAIL)..).unwrap_or_default();
        let over = (self.tail.len() + bytes.len()).saturating_sub(TAIL);
        self.tail.drain(..over);
        self.tail.extend(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(bound: usize, bytes: &[u8]) -> (Vec<String>, Vec<u8>) {
        let now = aws_types::Timestamp::from_secs(1_767_323_045);
        let mut capture = Capture { left: bound, ..Capture::default() };
        bytes.chunks(100_000).for_each(|chunk| capture.take(chunk, now));
        capture.finish(now);
        (capture.events.into_iter().map(|event| event.message).collect(), capture.tail.into())
    }

    #[test]
    fn lines_are_events_and_the_end_is_kept() {
        let (events, tail) = printed(1000, b"one\ntwo\rthree\n\nunfinished");
        assert_eq!(events, ["one\n", "two\nthree\n", "\n", "unfinished"]);
        assert_eq!(tail, b"one\ntwo\nthree\n\nunfinished");
        let (_, tail) = printed(100_000, &b"0123456789\n".repeat(1000));
        assert_eq!(tail.len(), TAIL);
        assert!(tail.ends_with(b"0123456789\n"));
    }

    #[test]
    fn long_lines_are_cut_and_lose_nothing() {
        let (events, _) = printed(2 << 20, &vec![b'x'; 600_000]);
        assert_eq!(events.iter().map(String::len).collect::<Vec<_>>(), [MAX_LINE, MAX_LINE, 600_000 - 2 * MAX_LINE]);
    }

    #[test]
    fn what_is_beyond_the_bound_is_dropped_and_told() {
        let (events, _) = printed(1000, &b"0123456789\n".repeat(100_000));
        let kept: usize = events.iter().map(String::len).sum();
        assert!(kept < 1200, "{kept}");
        let told = events.last().unwrap();
        assert!(
            told.ends_with("bytes more were printed and dropped: an invocation may print so much only]\n"),
            "{told}"
        );
    }
}
