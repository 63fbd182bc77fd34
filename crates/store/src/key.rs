//! The master key: 32 bytes in a file of their own, apart from the data they protect.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use zeroize::Zeroizing;

const LENGTH: usize = 32;

/// The key from which all others derive. Wiped on drop; never printed.
pub struct MasterKey(Zeroizing<[u8; LENGTH]>);

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file is there and does not hold exactly 32 bytes. It is never overwritten: data may be sealed with it.
    #[error("the master key file does not hold exactly 32 bytes")]
    Length,
    /// The file may be read or written by others than its owner.
    #[error("the master key file is open to others than its owner (wanted: mode 0600)")]
    Open,
    /// The disk's answer.
    #[error("the master key file: {0}")]
    Io(#[from] io::Error),
}

impl MasterKey {
    /// A key that is known.
    pub fn from_bytes(bytes: [u8; LENGTH]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads the key at `path`; where there is no file, `fill` makes the bytes of a new one, written once, for the owner
    /// alone, and synced before it is used.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn load_or_create(path: &Path, fill: impl FnOnce(&mut [u8])) -> Result<Self, KeyError> {
        match File::open(path) {
            Ok(file) => Self::load(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::create(path, fill),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) fn bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }

    fn load(file: File) -> Result<Self, KeyError> {
        check_private(&file)?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(LENGTH + 1));
        file.take(LENGTH as u64 + 1).read_to_end(&mut bytes)?;
        let key = <[u8; LENGTH]>::try_from(bytes.as_slice()).map_err(|_| KeyError::Length)?;
        Ok(Self::from_bytes(key))
    }

    /// Of two starters one creates the file and the other fails. A crash amid this leaves a short file, which is refused
    /// ever after: nothing can have been sealed with it, and a person may remove it.
    fn create(path: &Path, fill: impl FnOnce(&mut [u8])) -> Result<Self, KeyError> {
        let mut key = Zeroizing::new([0; LENGTH]);
        fill(key.as_mut_slice());
        let mut file = private(OpenOptions::new().write(true).create_new(true)).open(path)?;
        if let Err(error) = file.write_all(key.as_slice()).and_then(|()| file.sync_all()) {
            drop(std::fs::remove_file(path));
            return Err(error.into());
        }
        if let Some(folder) = path.parent() {
            sync_folder(folder)?;
        }
        Ok(Self(key))
    }
}

/// Opens files for their owner alone.
#[cfg(unix)]
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(not(unix))]
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(unix)]
fn check_private(file: &File) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    if file.metadata()?.permissions().mode() & 0o077 == 0 { Ok(()) } else { Err(KeyError::Open) }
}

#[cfg(not(unix))]
fn check_private(_: &File) -> Result<(), KeyError> {
    Ok(())
}

/// Makes the names in a folder durable.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
pub(crate) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
