//! The data folder: the owner's alone, and one process's at a time.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::StoreError;
use crate::key::{private, sync_folder};

/// A folder that this process holds until the value is dropped.
pub(super) struct Folder {
    path: PathBuf,
    /// Locked as long as it is open; the system lets go of it even after a kill.
    _lock: File,
}

impl Folder {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        create_private(path).map_err(|error| unavailable(path, &error))?;
        let name = path.join("portcullis.lock");
        let lock = open_private(&name).map_err(|error| unavailable(&name, &error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(unavailable(&name, &error)),
        }
    }

    /// The database file, made for the owner alone: SQLite gives its log files the same mode.
    pub(super) fn database(&self) -> Result<PathBuf, StoreError> {
        let file = self.path.join("portcullis.db");
        open_private(&file).map_err(|error| unavailable(&file, &error))?;
        Ok(file)
    }

    /// Makes the names of new files durable.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        sync_folder(&self.path).map_err(|error| unavailable(&self.path, &error))
    }
}

fn open_private(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().read(true).write(true).create(true).truncate(false)).open(path)
}

fn create_private(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

fn unavailable(path: &Path, error: &io::Error) -> StoreError {
    StoreError::Unavailable(format!("{}: {error}", path.display()))
}
