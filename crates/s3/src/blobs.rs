//! Object contents as files: written beside their place, synced, then moved into it, so that a crash leaves the old
//! object or the new one. A file that no object names is removed by the sweep after a start; it leaves alone what this
//! run wrote, which an object may be about to name.

use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use aws_types::{AwsError, ByteStream};
use bytes::Bytes;
use futures_core::Stream;
use md5::{Digest as _, Md5};
use store::Store;
use tokio::fs::File;
use tokio::io::{AsyncRead as _, AsyncSeekExt as _, AsyncWriteExt as _, ReadBuf};

use crate::checksum::Checks;
use crate::error;
use crate::table::BLOB_INDEX;

/// Bytes read at a time.
const PIECE: usize = 128 * 1024;
/// Between an object's look-up and the opening of its content another request may replace it: so often it is looked up
/// anew before its content counts as lost.
pub const LOOKS: usize = 8;

/// An object names a content that is not there.
pub fn lost() -> AwsError {
    AwsError::internal("the content of an object is not there")
}

/// The folder of contents.
pub struct Blobs {
    folder: PathBuf,
    /// Ends the names of all that this run writes.
    run: String,
}

/// A content that was written and is not yet named by an object.
pub struct Written {
    /// Names the file.
    pub blob: String,
    /// Bytes.
    pub size: u64,
    /// MD5 in hex.
    pub md5: String,
}

impl Blobs {
    /// Over a folder that need not exist yet. `run` tells this run of the server from all others.
    pub fn new(folder: PathBuf, run: &str) -> Self {
        Self { folder, run: format!(".{run}") }
    }

    /// Two levels, so that no folder grows too long.
    fn place(&self, blob: &str) -> PathBuf {
        self.folder.join(blob.get(..2).unwrap_or("00")).join(blob)
    }

    /// Writes a content under a name made of the fresh `id` and makes it durable. On any failure nothing is left, nor
    /// when the caller goes away amid it.
    pub async fn write(&self, id: &str, content: ByteStream, checks: Checks) -> Result<Written, AwsError> {
        let blob = format!("{id}{}", self.run);
        let temporary = Temporary(self.folder.join(format!("{blob}.part")));
        tokio::fs::create_dir_all(&self.folder).await.map_err(AwsError::internal)?;
        let (size, md5) = self.fill(&temporary.0, content, checks).await?;
        self.settle(&temporary.0, &blob).await?;
        Ok(Written { blob, size, md5 })
    }

    async fn fill(&self, file: &Path, mut content: ByteStream, mut checks: Checks) -> Result<(u64, String), AwsError> {
        let mut file = File::create_new(file).await.map_err(AwsError::internal)?;
        let (mut size, mut md5) = (0u64, Md5::new());
        while let Some(piece) = next(&mut content).await {
            let piece = piece.map_err(refused)?;
            size = size.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            md5.update(&piece);
            checks.update(&piece);
            file.write_all(&piece).await.map_err(AwsError::internal)?;
        }
        let md5: [u8; 16] = md5.finalize().into();
        checks.finish(&md5)?;
        file.flush().await.map_err(AwsError::internal)?;
        file.sync_all().await.map_err(AwsError::internal)?;
        Ok((size, md5.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    async fn settle(&self, temporary: &Path, blob: &str) -> Result<(), AwsError> {
        let place = self.place(blob);
        let folder = place.parent().unwrap_or(&self.folder).to_owned();
        tokio::fs::create_dir_all(&folder).await.map_err(AwsError::internal)?;
        tokio::fs::rename(temporary, &place).await.map_err(AwsError::internal)?;
        // The name is durable only once its folder is.
        let folder = File::open(&folder).await.map_err(AwsError::internal)?;
        folder.sync_all().await.map_err(AwsError::internal)
    }

    /// Opens `len` bytes of a content from `start`. `None` where the content is gone: its object was replaced or removed
    /// after it was looked up.
    pub async fn read(&self, blob: &str, start: u64, len: u64) -> Result<Option<ByteStream>, AwsError> {
        let mut file = match File::open(self.place(blob)).await {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(AwsError::internal(error)),
        };
        if start > 0 {
            file.seek(io::SeekFrom::Start(start)).await.map_err(AwsError::internal)?;
        }
        Ok(Some(ByteStream(Box::pin(Content { file, left: len, buffer: Vec::new() }))))
    }

    /// Removes a content; one that is gone already is no error.
    pub async fn remove(&self, blob: &str) {
        if let Err(error) = tokio::fs::remove_file(self.place(blob)).await
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "an object's content could not be removed");
        }
    }

    /// Removes contents of earlier runs that no object names.
    pub async fn sweep(&self, store: &Store) -> Result<usize, AwsError> {
        let mut removed = 0;
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            let Ok(mut entries) = tokio::fs::read_dir(&folder).await else { continue };
            while let Some(entry) = entries.next_entry().await.map_err(AwsError::internal)? {
                let kind = entry.file_type().await.map_err(AwsError::internal)?;
                if kind.is_dir() {
                    folders.push(entry.path());
                    continue;
                }
                let name = entry.file_name().to_string_lossy().into_owned();
                if name.contains(&self.run) {
                    continue;
                }
                if store.lookup(BLOB_INDEX, &name, None, 1).await?.is_empty() {
                    tokio::fs::remove_file(entry.path()).await.map_err(AwsError::internal)?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }
}

/// A file that is gone when this is dropped, unless it was moved away before.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // Not awaited: the task may be gone already, and one unlink is quick.
        if let Err(error) = std::fs::remove_file(&self.0)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "an unfinished object's content could not be removed");
        }
    }
}

async fn next(stream: &mut ByteStream) -> Option<io::Result<Bytes>> {
    std::future::poll_fn(|cx| stream.0.as_mut().poll_next(cx)).await
}

/// The front door puts its refusal (a wrong hash, a broken chunk) into the stream; other errors are a body that broke off.
fn refused(error: io::Error) -> AwsError {
    error.downcast::<AwsError>().unwrap_or_else(|_| error::incomplete_body())
}

struct Content {
    file: File,
    left: u64,
    buffer: Vec<u8>,
}

impl Stream for Content {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.left == 0 {
            return Poll::Ready(None);
        }
        let want = usize::try_from(this.left).unwrap_or(PIECE).min(PIECE);
        this.buffer.resize(want, 0);
        let mut buffer = ReadBuf::new(&mut this.buffer);
        ready!(Pin::new(&mut this.file).poll_read(cx, &mut buffer))?;
        let piece = Bytes::copy_from_slice(buffer.filled());
        if piece.is_empty() {
            return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
        }
        this.left = this.left.saturating_sub(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        Poll::Ready(Some(Ok(piece)))
    }
}
