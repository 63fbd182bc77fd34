//! Zips of functions and layers: files beside the store, each sealed, named by the digest of what is in them, so that a zip
//! that several versions name lies there once. A file goes when nothing names it any more ([`CODE_OF`]).

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use aws_lc_rs::digest::{SHA256, digest};
use aws_types::AwsError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use lambda_runtime::ports::CodeSource;
use store::Store;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::Mutex;
use world::Lock;

use crate::error::Result;
use crate::ports::Runs;
use crate::table::CODE_OF;

/// The folder of zips.
pub struct CodeStore {
    folder: PathBuf,
    store: Store,
    /// Writing and removing take turns, so that no file goes while another operation is about to name it.
    turn: Mutex<()>,
    /// Zips that operations under way are about to name.
    held: Lock<HashMap<String, usize>>,
    /// Zips went since unpacked code was looked through.
    went: AtomicBool,
}

/// A zip that is there and stays there as long as this does.
pub struct Held {
    code: Arc<CodeStore>,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// Bytes of the zip.
    pub size: u64,
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut held = self.code.held.lock();
        let left = held.get_mut(&self.sha256).map(|count| {
            *count = count.saturating_sub(1);
            *count
        });
        if left == Some(0) {
            held.remove(&self.sha256);
        }
    }
}

impl CodeStore {
    /// Over a folder that need not exist yet.
    pub fn new(folder: PathBuf, store: Store) -> Arc<Self> {
        Arc::new(Self {
            folder,
            store,
            turn: Mutex::new(()),
            held: Lock::new(HashMap::new()),
            went: AtomicBool::new(true),
        })
    }

    /// Keeps a zip and holds it until an item names it.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn keep(self: &Arc<Self>, zip: &[u8]) -> Result<Held> {
        let sha256 = hex(zip);
        let _turn = self.turn.lock().await;
        *self.held.lock().entry(sha256.clone()).or_insert(0) += 1;
        let held = Held { code: Arc::clone(self), size: zip.len().try_into().unwrap_or(u64::MAX), sha256 };
        let place = self.folder.join(&held.sha256);
        if !tokio::fs::try_exists(&place).await.map_err(AwsError::internal)? {
            let sealed = self.store.sealer().seal(&context(&held.sha256), zip);
            self.write(&place, &sealed).await.map_err(AwsError::internal)?;
        }
        Ok(held)
    }

    /// Written beside its place, synced, then moved: a crash leaves no half of a zip under its name.
    async fn write(&self, place: &std::path::Path, sealed: &[u8]) -> io::Result<()> {
        tokio::fs::create_dir_all(&self.folder).await?;
        let temporary = place.with_extension("part");
        let mut file = tokio::fs::File::create(&temporary).await?;
        file.write_all(sealed).await?;
        file.sync_all().await?;
        tokio::fs::rename(&temporary, place).await?;
        tokio::fs::File::open(&self.folder).await?.sync_all().await
    }

    /// A zip; none where it is not there.
    ///
    /// # Errors
    /// What the disk says, or that the file is not what was sealed.
    pub async fn read(&self, sha256: &str) -> Result<Option<Bytes>> {
        if !is_digest(sha256) {
            return Ok(None);
        }
        match tokio::fs::read(self.folder.join(sha256)).await {
            Ok(sealed) => {
                let opened = self.store.sealer().open(&context(sha256), &sealed).map_err(AwsError::internal)?;
                Ok(Some(Bytes::copy_from_slice(&opened)))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(AwsError::internal(error)),
        }
    }

    /// Removes those of these zips that nothing names any more. What fails is left for the next sweep.
    pub async fn release(&self, all: impl IntoIterator<Item = String> + Send) {
        let all: Vec<String> = all.into_iter().collect();
        for sha256 in all {
            if let Err(error) = self.release_one(&sha256).await {
                tracing::warn!(?error, "a function's code could not be removed");
            }
        }
    }

    async fn release_one(&self, sha256: &str) -> Result<()> {
        let _turn = self.turn.lock().await;
        if self.held.lock().contains_key(sha256) || !self.store.lookup(CODE_OF, sha256, None, 1).await?.is_empty() {
            return Ok(());
        }
        self.went.store(true, Ordering::Relaxed);
        match tokio::fs::remove_file(self.folder.join(sha256)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(AwsError::internal(error)),
            _ => Ok(()),
        }
    }

    /// Has unpacked code thrown away that nothing names any more, where zips went since the last time.
    ///
    /// # Errors
    /// The store's.
    pub async fn prune_unpacked(&self, runs: &dyn Runs) -> Result<()> {
        if !self.went.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        // Nobody comes to name a zip meanwhile that is not held.
        let _turn = self.turn.lock().await;
        let mut used = BTreeSet::new();
        let mut pages = self.store.index_pages(CODE_OF, "");
        while let Some(page) = pages.next().await? {
            used.extend(page.into_iter().map(|(key, _, _)| key));
        }
        used.extend(self.held.lock().keys().cloned());
        runs.keep_code(&used);
        Ok(())
    }

    /// Removes what a crash left behind. For the time after a start.
    ///
    /// # Errors
    /// What the disk says, the store's.
    pub async fn sweep(&self) -> Result<()> {
        let mut entries = match tokio::fs::read_dir(&self.folder).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(AwsError::internal)?,
        };
        while let Some(entry) = entries.next_entry().await.map_err(AwsError::internal)? {
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_digest(&name) {
                self.release_one(&name).await?;
            } else if name.strip_suffix(".part").is_some_and(is_digest) {
                let _turn = self.turn.lock().await;
                let _ = tokio::fs::remove_file(entry.path()).await;
            }
        }
        Ok(())
    }
}

#[async_trait]
impl CodeSource for CodeStore {
    async fn zip(&self, sha256: &str) -> Option<Bytes> {
        self.read(sha256).await.unwrap_or_else(|error| {
            tracing::error!(?error, "a function's code could not be read");
            None
        })
    }
}

fn context(sha256: &str) -> String {
    format!("lambda code {sha256}")
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// SHA-256 in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A digest as the API shows it: `CodeSha256` is base64.
pub fn shown(sha256: &str) -> String {
    let byte = |at: usize| sha256.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Vec<u8> = (0..sha256.len()).step_by(2).filter_map(byte).collect();
    STANDARD.encode(bytes)
}
