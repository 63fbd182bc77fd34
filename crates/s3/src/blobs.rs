//! Object contents as files: written beside their place, synced, then moved into it, so that a crash leaves the old
//! object or the new one. A file that no object names is removed by the sweep after a start; it leaves alone what this
//! run wrote, which an object may be about to name.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};

use aws_types::{AwsError, ByteStream};
use bytes::Bytes;
use md5::{Digest as _, Md5};
use store::{Sealer, Store};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;
use world::Rng;

use crate::checksum::{Checks, Checksum};
use crate::entity::{Piece, Sealing};
use crate::error;
use crate::reading::{self, Content, Opening};
use crate::sealing::{CustomerKey, FileKey, PIECE, TAG};
use crate::table::BLOB_INDEX;

/// Files that one answer holds open.
const MOST_OPEN: usize = 64;
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
    /// How it is sealed.
    pub sealing: Sealing,
    /// Bytes, before sealing.
    pub size: u64,
    /// MD5 in hex.
    pub md5: String,
    /// The checksum that is kept.
    pub checksum: Option<Checksum>,
}

/// What a content is written with.
pub struct Writing<'a> {
    /// Seals the file's key.
    pub sealer: &'a Sealer,
    /// Ids and keys.
    pub rng: &'a dyn Rng,
    /// The customer's key, where one was sent.
    pub customer: Option<&'a CustomerKey>,
    /// What the content must be.
    pub checks: Checks,
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

    /// Writes a content under a fresh name, sealed, and makes it durable. On any failure nothing is left, nor when the
    /// caller goes away amid it.
    pub async fn write(&self, content: ByteStream, writing: Writing<'_>) -> Result<Written, AwsError> {
        let blob = format!("{}{}", world::rng::uuid(writing.rng), self.run);
        let (key, sealing) = FileKey::make(writing.sealer, writing.rng, &blob, writing.customer)?;
        let temporary = Temporary(self.folder.join(format!("{blob}.part")));
        tokio::fs::create_dir_all(&self.folder).await.map_err(AwsError::internal)?;
        let file = File::create_new(&temporary.0).await.map_err(AwsError::internal)?;
        let (size, md5, checksum) = fill(Sealed::new(file, key), content, writing.checks).await?;
        self.settle(&temporary.0, &blob).await?;
        Ok(Written { blob, sealing, size, md5, checksum })
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

    /// Opens pieces of contents, one after the other. `None` where one is gone: its object was replaced or removed after
    /// it was looked up. All files are opened first, so that what is read afterwards is there to its end.
    pub async fn read(
        &self,
        pieces: Vec<Piece>,
        sealer: &Sealer,
        customer: Option<&CustomerKey>,
    ) -> Result<Option<ByteStream>, AwsError> {
        let mut contents = VecDeque::with_capacity(pieces.len().min(MOST_OPEN));
        for piece in pieces {
            let key = match &piece.sealing {
                Some(sealing) => Some(FileKey::open(sealer, sealing, &piece.blob, customer)?),
                None => None,
            };
            let place = self.place(&piece.blob);
            // An object of very many parts holds as many files open as a process may have; its later parts are opened
            // when they are reached.
            let file = if contents.len() < MOST_OPEN {
                match File::open(&place).await {
                    Ok(file) => Opening::Open(file.into_std().await),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                    Err(error) => return Err(AwsError::internal(error)),
                }
            } else {
                Opening::Later(place)
            };
            contents.push_back(Content { file, key, start: piece.start, left: piece.len });
        }
        Ok(Some(reading::stream(contents)))
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

async fn fill(
    mut file: Sealed,
    mut content: ByteStream,
    mut checks: Checks,
) -> Result<(u64, String, Option<Checksum>), AwsError> {
    let (mut size, mut md5) = (0u64, Md5::new());
    while let Some(piece) = next(&mut content).await {
        let piece = piece.map_err(refused)?;
        size = size.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        md5.update(&piece);
        checks.update(&piece);
        file.write(&piece).await?;
    }
    let md5: [u8; 16] = md5.finalize().into();
    let checksum = checks.finish(&md5)?;
    file.finish().await?;
    Ok((size, hex(&md5), checksum))
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file whose pieces are sealed as they fill.
struct Sealed {
    file: File,
    key: FileKey,
    number: u64,
    piece: Vec<u8>,
}

impl Sealed {
    fn new(file: File, key: FileKey) -> Self {
        Self { file, key, number: 0, piece: Vec::with_capacity(PIECE + TAG) }
    }

    async fn write(&mut self, mut bytes: &[u8]) -> Result<(), AwsError> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.piece.len()));
            self.piece.extend_from_slice(now);
            bytes = later;
            if self.piece.len() == PIECE {
                self.put().await?;
            }
        }
        Ok(())
    }

    async fn put(&mut self) -> Result<(), AwsError> {
        self.key.seal(self.number, &mut self.piece)?;
        self.file.write_all(&self.piece).await.map_err(AwsError::internal)?;
        self.piece.clear();
        self.number += 1;
        Ok(())
    }

    async fn finish(mut self) -> Result<(), AwsError> {
        if !self.piece.is_empty() {
            self.put().await?;
        }
        self.file.flush().await.map_err(AwsError::internal)?;
        self.file.sync_all().await.map_err(AwsError::internal)
    }
}

async fn next(stream: &mut ByteStream) -> Option<io::Result<Bytes>> {
    std::future::poll_fn(|cx| stream.0.as_mut().poll_next(cx)).await
}

/// The front door puts its refusal (a wrong hash, a broken chunk) into the stream; other errors are a body that broke off.
fn refused(error: io::Error) -> AwsError {
    error.downcast::<AwsError>().unwrap_or_else(|_| error::incomplete_body())
}
