//! Unpacked code, by the hash of its zip: made once, shared by all processes, never written again.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::OnceCell;
use world::Lock;

use super::unpack::unpack;
use crate::ports::CodeSource;
use crate::runner::RunError;

/// The folder of unpacked code.
pub(crate) struct CodeCache {
    folder: PathBuf,
    source: Arc<dyn CodeSource>,
    /// A cell for each that is there or being made; a failure leaves it empty for the next to try.
    cells: Lock<HashMap<String, Arc<OnceCell<PathBuf>>>>,
}

impl CodeCache {
    /// Over an empty folder.
    pub(crate) fn new(folder: PathBuf, source: Arc<dyn CodeSource>) -> Self {
        Self { folder, source, cells: Lock::default() }
    }

    /// The folder of a zip, unpacked at the first question.
    pub(crate) async fn folder(&self, sha256: &str) -> Result<PathBuf, RunError> {
        if sha256.len() != 64 || !sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(RunError::Unavailable("the code's hash is none".to_owned()));
        }
        let cell = Arc::clone(self.cells.lock().entry(sha256.to_owned()).or_default());
        let made = cell.get_or_try_init(|| self.make(sha256)).await.cloned();
        if made.is_err() {
            let mut cells = self.cells.lock();
            if cells.get(sha256).is_some_and(|cell| cell.get().is_none()) {
                cells.remove(sha256);
            }
        }
        made
    }

    async fn make(&self, sha256: &str) -> Result<PathBuf, RunError> {
        let zip = self.source.zip(sha256).await;
        let zip = zip.ok_or_else(|| RunError::Unavailable("the function's code is gone".to_owned()))?;
        let (folder, new) = (self.folder.join(sha256), self.folder.join(format!(".new-{sha256}")));
        let made = folder.clone();
        let work = move || {
            remove(&new);
            remove(&folder);
            let done = unpack(&zip, &new);
            let done =
                done.and_then(|()| std::fs::rename(&new, &folder).map_err(|e| crate::CodeError::Io(e.to_string())));
            if done.is_err() {
                remove(&new);
            }
            done
        };
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|error| RunError::Unavailable(error.to_string()))??;
        Ok(made)
    }

    /// Throws away what is not in `used`.
    pub(crate) fn keep(&self, used: &BTreeSet<String>) -> Vec<PathBuf> {
        let mut cells = self.cells.lock();
        let unused: Vec<String> = cells
            .iter()
            .filter(|(sha, cell)| !used.contains(*sha) && cell.get().is_some())
            .map(|(sha, _)| sha.clone())
            .collect();
        unused.iter().filter_map(|sha| cells.remove(sha)).filter_map(|cell| cell.get().cloned()).collect()
    }
}

/// Removes a folder where there is one.
pub(crate) fn remove(folder: &Path) {
    if let Err(error) = std::fs::remove_dir_all(folder)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(folder = %folder.display(), %error, "a folder of functions could not be removed");
    }
}
