//! Zips of functions and layers: checked before they are kept, unpacked before they are run.
//!
//! To take a further compression: a variant of `zip::Method`, and how it is read in `zip::Archive::read`.

mod cache;
mod unpack;
mod zip;

#[cfg(test)]
mod tests;

pub(crate) use cache::{CodeCache, remove};

/// Largest unpacked size, bytes: AWS's 250 MB.
pub const MAX_UNPACKED: u64 = 262_144_000;
/// Most entries of one zip.
pub const MAX_ENTRIES: usize = 100_000;

/// What a good zip says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeInfo {
    /// Bytes when unpacked.
    pub unpacked_size: u64,
    /// Files and folders.
    pub entries: usize,
}

/// Why a zip is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Not a zip, cut short, or its parts contradict each other. `Could not unzip uploaded file. …`
    #[error("not a well-formed zip: {0}")]
    Malformed(&'static str),
    /// More than 262,144,000 bytes when unpacked.
    #[error("unzipped size must be smaller than 262144000 bytes")]
    TooLarge,
    /// More entries than are taken.
    #[error("more than {0} entries")]
    TooManyEntries(usize),
    /// An absolute path, one that leaves the folder, one with a NUL, or one too long.
    #[error("an entry's path is not allowed: {0:?}")]
    Path(String),
    /// A link that leads out of the folder.
    #[error("a link leads out of the folder: {0:?}")]
    Link(String),
    /// Two entries of one path, or one below a file.
    #[error("two entries of one path: {0:?}")]
    Duplicate(String),
    /// Encrypted entries.
    #[error("an entry is encrypted: {0:?}")]
    Encrypted(String),
    /// A compression other than stored and deflate.
    #[error("an entry's compression is not known: {0:?}")]
    Compression(String),
    /// A device, socket or pipe.
    #[error("an entry is neither file, folder nor link: {0:?}")]
    Kind(String),
    /// An entry's checksum is not that of its content.
    #[error("an entry's checksum is wrong: {0:?}")]
    Checksum(String),
    /// The folder could not be written.
    #[error("the code could not be unpacked: {0}")]
    Io(String),
}

/// Reads a whole zip, every entry's content and checksum, without writing anything.
///
/// # Errors
/// Whatever would keep it from being unpacked.
pub fn check(zip: &[u8]) -> Result<CodeInfo, CodeError> {
    let archive = zip::Archive::open(zip)?;
    for entry in &archive.entries {
        archive.read(entry, &mut std::io::sink())?;
        if entry.kind == zip::Kind::Link {
            archive.link_target(entry)?;
        }
    }
    Ok(CodeInfo { unpacked_size: archive.unpacked_size(), entries: archive.entries.len() })
}
