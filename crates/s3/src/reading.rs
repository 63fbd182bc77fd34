//! Contents on their way out: file after file, piece after piece, opened where they are sealed.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::sealing::{FileKey, PIECE, TAG};
use aws_types::ByteStream;
use bytes::Bytes;
use futures_core::Stream;

/// Pieces that are read and opened in one go: fewer hand-overs between threads against more memory for each reader.
const PIECES: usize = 2;

/// A file, or where it is.
pub enum Opening {
    /// Open already.
    Open(File),
    /// To be opened when it is reached.
    Later(PathBuf),
}

/// What is wanted of one file.
pub struct Content {
    /// The file.
    pub file: Opening,
    /// Opens its pieces; `None` where it lies open.
    pub key: Option<FileKey>,
    /// First byte.
    pub start: u64,
    /// Bytes.
    pub left: u64,
}

type Step = Pin<Box<dyn Future<Output = io::Result<(Option<Reader>, Bytes)>> + Send>>;

/// Reads one file. All of it blocks, and runs on a thread that may.
struct Reader {
    file: File,
    key: Option<FileKey>,
    /// Number of the piece that comes next.
    number: u64,
    /// Bytes of it that are not wanted.
    skip: usize,
    left: u64,
}

impl Content {
    fn begin(self) -> io::Result<Reader> {
        let mut file = match self.file {
            Opening::Open(file) => file,
            Opening::Later(place) => File::open(place)?,
        };
        let (number, skip) = (self.start / PIECE as u64, usize::try_from(self.start % PIECE as u64).unwrap_or(0));
        if number > 0 {
            let stride = if self.key.is_some() { PIECE + TAG } else { PIECE };
            file.seek(io::SeekFrom::Start(number * stride as u64))?;
        }
        Ok(Reader { file, key: self.key, number, skip, left: self.left })
    }
}

impl Reader {
    /// The next bytes; the reader comes back where there is more.
    fn step(mut self) -> io::Result<(Option<Self>, Bytes)> {
        let size = PIECE + if self.key.is_some() { TAG } else { 0 };
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).saturating_add(self.skip);
        let pieces = wanted.div_ceil(PIECE).clamp(1, PIECES);
        let mut buffer = Vec::with_capacity(pieces * size);
        self.file.by_ref().take((pieces * size) as u64).read_to_end(&mut buffer)?;
        let plain = self.open(&mut buffer, size)?;
        buffer.truncate(plain);
        let mut bytes = Bytes::from(buffer);
        if self.skip >= bytes.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes = bytes.slice(self.skip..);
        bytes.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
        self.left = self.left.saturating_sub(bytes.len() as u64);
        (self.number, self.skip) = (self.number + pieces as u64, 0);
        let more = self.left > 0;
        Ok((more.then_some(self), bytes))
    }

    /// Opens the pieces that lie in a buffer and moves their contents together; how many bytes these are.
    fn open(&self, buffer: &mut [u8], size: usize) -> io::Result<usize> {
        let Some(key) = &self.key else { return Ok(buffer.len()) };
        let (total, mut plain) = (buffer.len(), 0);
        for (number, at) in (self.number..).zip((0..total).step_by(size)) {
            let piece = buffer.get_mut(at..total.min(at + size)).ok_or_else(broken)?;
            let opened = key.open_piece(number, piece).ok_or_else(broken)?.len();
            buffer.copy_within(at..at + opened, plain);
            plain += opened;
        }
        Ok(plain)
    }
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "an object's content is not what was written")
}

/// Runs a step where it may block.
fn aside(step: impl FnOnce() -> io::Result<(Option<Reader>, Bytes)> + Send + 'static) -> Step {
    Box::pin(async move { tokio::task::spawn_blocking(step).await.map_err(io::Error::other)? })
}

/// A body over contents.
pub fn stream(contents: VecDeque<Content>) -> ByteStream {
    ByteStream(Box::pin(Contents { waiting: contents, step: None }))
}

struct Contents {
    waiting: VecDeque<Content>,
    step: Option<Step>,
}

impl Stream for Contents {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            let Some(step) = &mut this.step else {
                match this.waiting.pop_front() {
                    Some(content) if content.left > 0 => {
                        this.step = Some(aside(|| content.begin()?.step()));
                        continue;
                    }
                    Some(_) => continue,
                    None => return Poll::Ready(None),
                }
            };
            let (reader, bytes) = match ready!(step.as_mut().poll(cx)) {
                Ok(stepped) => stepped,
                Err(error) => {
                    (this.step, this.waiting) = (None, VecDeque::new());
                    return Poll::Ready(Some(Err(error)));
                }
            };
            this.step = reader.map(|reader| aside(|| reader.step()));
            return Poll::Ready(Some(Ok(bytes)));
        }
    }
}

/// The whole of a body.
///
/// # Errors
/// The stream's.
#[cfg(test)]
pub async fn collect(mut body: ByteStream) -> io::Result<Vec<u8>> {
    let mut all = Vec::new();
    while let Some(piece) = std::future::poll_fn(|cx| body.0.as_mut().poll_next(cx)).await {
        all.extend_from_slice(&piece?);
    }
    Ok(all)
}
