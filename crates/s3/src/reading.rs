//! Contents on their way out: file after file, piece after piece, opened where they are sealed.

use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use aws_types::ByteStream;
use bytes::Bytes;
use futures_core::Stream;
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

use crate::sealing::{FileKey, PIECE, TAG};

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

/// Reads one file.
struct Reader {
    file: File,
    key: Option<FileKey>,
    /// Number of the piece that comes next.
    number: u64,
    /// Bytes of it that are not wanted.
    skip: usize,
    left: u64,
    buffer: Vec<u8>,
}

impl Content {
    async fn begin(self) -> io::Result<Reader> {
        let mut file = match self.file {
            Opening::Open(file) => file,
            Opening::Later(place) => File::open(place).await?,
        };
        let piece = u64::try_from(PIECE).unwrap_or(u64::MAX);
        let (number, skip) = (self.start / piece, usize::try_from(self.start % piece).unwrap_or(0));
        let stride = if self.key.is_some() { PIECE + TAG } else { PIECE };
        if number > 0 {
            file.seek(io::SeekFrom::Start(number * u64::try_from(stride).unwrap_or(u64::MAX))).await?;
        }
        Ok(Reader { file, key: self.key, number, skip, left: self.left, buffer: Vec::new() })
    }
}

impl Reader {
    /// The next bytes; the reader comes back where there is more.
    async fn step(mut self) -> io::Result<(Option<Self>, Bytes)> {
        let size = PIECE + if self.key.is_some() { TAG } else { 0 };
        self.buffer.resize(size, 0);
        let got = fill(&mut self.file, &mut self.buffer).await?;
        let broken = || io::Error::new(io::ErrorKind::InvalidData, "an object's content is not what was written");
        let held = self.buffer.get_mut(..got).ok_or_else(broken)?;
        let plain = match &self.key {
            Some(key) => key.open_piece(self.number, held).ok_or_else(broken)?,
            None => held,
        };
        let wanted = plain.get(self.skip..).ok_or_else(broken)?;
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(wanted.len());
        let bytes = Bytes::copy_from_slice(wanted.get(..most).ok_or_else(broken)?);
        if bytes.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left = self.left.saturating_sub(u64::try_from(most).unwrap_or(u64::MAX));
        (self.number, self.skip) = (self.number + 1, 0);
        let more = self.left > 0;
        Ok((more.then_some(self), bytes))
    }
}

/// Reads until the buffer is full or the file ends.
async fn fill(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut at = 0;
    while let Some(rest) = buffer.get_mut(at..).filter(|rest| !rest.is_empty()) {
        match file.read(rest).await? {
            0 => break,
            read => at += read,
        }
    }
    Ok(at)
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
                        this.step = Some(Box::pin(async move { content.begin().await?.step().await }));
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
            this.step = reader.map(|reader| Box::pin(reader.step()) as Step);
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
