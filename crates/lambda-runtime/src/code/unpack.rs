//! Writes a zip's entries to a new folder.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, symlink};
use std::path::Path;

use super::CodeError;
use super::zip::{Archive, Kind};

/// Unpacks into `folder`, which must not be there yet. Everybody may read it, nobody but us write.
pub(super) fn unpack(zip: &[u8], folder: &Path) -> Result<(), CodeError> {
    let archive = Archive::open(zip)?;
    make(folder)?;
    // Links come last: nothing is ever written through one.
    let (links, others): (Vec<_>, Vec<_>) = archive.entries.iter().partition(|entry| entry.kind == Kind::Link);
    for entry in others {
        let path = folder.join(&entry.path);
        if entry.kind == Kind::Folder {
            // A folder has no content; what stands there all the same must be whole, as `check` asks.
            archive.read(entry, &mut std::io::sink())?;
            make(&path)?;
            continue;
        }
        path.parent().map_or(Ok(()), make)?;
        let mode = if entry.kind == Kind::Program { 0o755 } else { 0o644 };
        let file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&path).map_err(io)?;
        let mut file = std::io::BufWriter::new(file);
        archive.read(entry, &mut file)?;
        file.flush().map_err(io)?;
    }
    for entry in links {
        let path = folder.join(&entry.path);
        path.parent().map_or(Ok(()), make)?;
        symlink(archive.link_target(entry)?, &path).map_err(io)?;
    }
    Ok(())
}

fn make(folder: &Path) -> Result<(), CodeError> {
    DirBuilder::new().recursive(true).mode(0o755).create(folder).map_err(io)
}

fn io(error: std::io::Error) -> CodeError {
    CodeError::Io(error.to_string())
}
