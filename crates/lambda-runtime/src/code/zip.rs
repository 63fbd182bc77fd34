//! Reads zips strictly (PKWARE APPNOTE 6.3.10): the central directory rules, local headers must agree with it, and every
//! path is judged before anything is written.

use std::collections::HashMap;
use std::io::Write;

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use super::{CodeError, MAX_ENTRIES, MAX_UNPACKED};

const END: &[u8] = b"PK\x05\x06";
const END_64: &[u8] = b"PK\x06\x06";
const LOCATOR_64: &[u8] = b"PK\x06\x07";
const CENTRAL: &[u8] = b"PK\x01\x02";
const LOCAL: &[u8] = b"PK\x03\x04";
const END_BYTES: usize = 22;
const CENTRAL_BYTES: usize = 46;
const LOCAL_BYTES: usize = 30;
const MAX_COMMENT: usize = 65_535;
const MAX_PATH: usize = 4_096;
const MAX_NAME: usize = 255;
const MAX_LINK: u64 = 4_096;
const CHUNK: usize = 64 * 1024;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// With the executable bit.
    Program,
    File,
    Folder,
    Link,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Stored,
    Deflate,
}

/// One entry whose path and place have been judged.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Relative, without `.`, `..` and empty parts.
    pub(crate) path: String,
    pub(crate) kind: Kind,
    method: Method,
    crc: u32,
    packed: usize,
    size: u64,
    /// Where its content begins.
    start: usize,
}

/// A zip whose directory has been read.
#[derive(Debug)]
pub(crate) struct Archive<'a> {
    data: &'a [u8],
    pub(crate) entries: Vec<Entry>,
}

impl<'a> Archive<'a> {
    pub(crate) fn open(data: &'a [u8]) -> Result<Self, CodeError> {
        let directory = directory(data)?;
        let mut at = directory.start;
        let mut entries = Vec::new();
        for _ in 0..directory.entries {
            let (entry, next) = central(data, at, directory.base)?;
            entries.extend(entry);
            at = next;
        }
        if at > directory.end {
            return Err(CodeError::Malformed("the central directory is longer than it says"));
        }
        let archive = Self { data, entries };
        archive.bounded()?;
        archive.no_path_twice()?;
        Ok(archive)
    }

    /// Bytes of all entries, unpacked.
    pub(crate) fn unpacked_size(&self) -> u64 {
        self.entries.iter().fold(0, |sum, entry| sum.saturating_add(entry.size))
    }

    fn bounded(&self) -> Result<(), CodeError> {
        if self.unpacked_size() > MAX_UNPACKED {
            return Err(CodeError::TooLarge);
        }
        let packed = self.entries.iter().fold(0_usize, |sum, entry| sum.saturating_add(entry.packed));
        if packed > self.data.len() { Err(CodeError::Malformed("entries overlap")) } else { Ok(()) }
    }

    /// No path twice, and nothing below what is no folder: a link that stands for a folder leads nowhere else.
    fn no_path_twice(&self) -> Result<(), CodeError> {
        let mut seen: HashMap<&str, Kind> = HashMap::with_capacity(self.entries.len());
        for entry in &self.entries {
            let before = seen.insert(&entry.path, entry.kind);
            if before.is_some_and(|before| (before, entry.kind) != (Kind::Folder, Kind::Folder)) {
                return Err(CodeError::Duplicate(entry.path.clone()));
            }
        }
        for entry in &self.entries {
            let above = entry.path.match_indices('/').filter_map(|(at, _)| entry.path.get(..at));
            if above.filter_map(|path| seen.get(path)).any(|kind| *kind != Kind::Folder) {
                return Err(CodeError::Duplicate(entry.path.clone()));
            }
        }
        Ok(())
    }

    /// Writes an entry's content; size and checksum are checked on the way.
    pub(crate) fn read(&self, entry: &Entry, into: &mut dyn Write) -> Result<(), CodeError> {
        let packed = slice(self.data, entry.start, entry.packed)?;
        match entry.method {
            Method::Stored => copy(packed, entry, into),
            Method::Deflate => copy(DeflateDecoder::new(packed), entry, into),
        }
    }

    /// Where a link leads; never out of the folder.
    pub(crate) fn link_target(&self, entry: &Entry) -> Result<String, CodeError> {
        let refuse = || CodeError::Link(entry.path.clone());
        if entry.size > MAX_LINK {
            return Err(refuse());
        }
        let mut target = Vec::new();
        self.read(entry, &mut target)?;
        let target = String::from_utf8(target).map_err(|_| refuse())?;
        if stays_within(&entry.path, &target) { Ok(target) } else { Err(refuse()) }
    }
}

/// Steps up come first and are fewer than the link is deep. A step up after a name could pass through another link, and
/// then words and folders would disagree about where it leads.
fn stays_within(path: &str, target: &str) -> bool {
    if target.is_empty() || target.starts_with('/') || target.contains('\0') {
        return false;
    }
    let depth = path.matches('/').count();
    let parts = || target.split('/').filter(|part| !part.is_empty() && *part != ".");
    let ups = parts().take_while(|part| *part == "..").count();
    ups <= depth && parts().skip(ups).all(|part| part != "..")
}

fn copy(mut from: impl std::io::Read, entry: &Entry, into: &mut dyn Write) -> Result<(), CodeError> {
    let mut buffer = vec![0; CHUNK];
    let (mut crc, mut left) = (Crc::new(), entry.size);
    loop {
        let n = from.read(&mut buffer).map_err(|_| CodeError::Malformed("an entry's content is damaged"))?;
        let Some(chunk) = buffer.get(..n).filter(|chunk| !chunk.is_empty()) else { break };
        left = left.checked_sub(n as u64).ok_or(CodeError::Malformed("an entry is longer than it says"))?;
        crc.update(chunk);
        into.write_all(chunk).map_err(|error| CodeError::Io(error.to_string()))?;
    }
    match left {
        0 if crc.sum() == entry.crc => Ok(()),
        0 => Err(CodeError::Checksum(entry.path.clone())),
        _ => Err(CodeError::Malformed("an entry is shorter than it says")),
    }
}

struct Directory {
    start: usize,
    end: usize,
    entries: usize,
    /// Bytes before the zip proper: a script that unpacks itself.
    base: usize,
}

fn directory(data: &[u8]) -> Result<Directory, CodeError> {
    let end = find_end(data).ok_or(CodeError::Malformed("no end of central directory"))?;
    let plain =
        (u64::from(u16_at(data, end + 10)?), u64::from(u32_at(data, end + 12)?), u64::from(u32_at(data, end + 16)?));
    let (disk, first_disk) = (u16_at(data, end + 4)?, u16_at(data, end + 6)?);
    let large = plain.0 == 0xffff || plain.1 == 0xffff_ffff || plain.2 == 0xffff_ffff;
    let ((entries, size, offset), before) = match end.checked_sub(20) {
        Some(locator) if large && data.get(locator..locator + 4) == Some(LOCATOR_64) => end_64(data, locator)?,
        _ if !large && (disk, first_disk) == (0, 0) => (plain, end),
        _ => return Err(CodeError::Malformed("it is a part of several")),
    };
    let entries = to_usize(entries)?;
    if entries > MAX_ENTRIES {
        return Err(CodeError::TooManyEntries(MAX_ENTRIES));
    }
    let out_of_place = || CodeError::Malformed("the central directory is not where it says");
    let start = before.checked_sub(to_usize(size)?).ok_or_else(out_of_place)?;
    let base = start.checked_sub(to_usize(offset)?).ok_or_else(out_of_place)?;
    Ok(Directory { start, end: before, entries, base })
}

fn end_64(data: &[u8], locator: usize) -> Result<((u64, u64, u64), usize), CodeError> {
    let at = to_usize(u64_at(data, locator + 8)?)?;
    if slice(data, at, 4)? != END_64 {
        return Err(CodeError::Malformed("no zip64 end of central directory"));
    }
    Ok(((u64_at(data, at + 32)?, u64_at(data, at + 40)?, u64_at(data, at + 48)?), at))
}

fn find_end(data: &[u8]) -> Option<usize> {
    let last = data.len().checked_sub(END_BYTES)?;
    let fits = |at: &usize| {
        data.get(*at..*at + 4) == Some(END)
            && u16_at(data, *at + 20).is_ok_and(|comment| at + END_BYTES + usize::from(comment) == data.len())
    };
    (last.saturating_sub(MAX_COMMENT)..=last).rev().find(fits)
}

/// One entry of the central directory and where the next begins. The folder itself (`./`) is no entry.
fn central(data: &[u8], at: usize, base: usize) -> Result<(Option<Entry>, usize), CodeError> {
    if slice(data, at, 4)? != CENTRAL {
        return Err(CodeError::Malformed("the central directory is cut short"));
    }
    let (name_len, extra_len) = (usize::from(u16_at(data, at + 28)?), usize::from(u16_at(data, at + 30)?));
    let comment_len = usize::from(u16_at(data, at + 32)?);
    let name = slice(data, at + CENTRAL_BYTES, name_len)?;
    let extra = slice(data, at + CENTRAL_BYTES + name_len, extra_len)?;
    let next = at + CENTRAL_BYTES + name_len + extra_len + comment_len;
    let shown = || String::from_utf8_lossy(name).chars().take(200).collect::<String>();
    if u16_at(data, at + 8)? & 0x2041 != 0 {
        return Err(CodeError::Encrypted(shown()));
    }
    let method = match u16_at(data, at + 10)? {
        0 => Method::Stored,
        8 => Method::Deflate,
        _ => return Err(CodeError::Compression(shown())),
    };
    let kind = kind(data, at, name)?.ok_or_else(|| CodeError::Kind(shown()))?;
    let path = path(name).ok_or_else(|| CodeError::Path(shown()))?;
    let sizes = [u32_at(data, at + 24)?, u32_at(data, at + 20)?, u32_at(data, at + 42)?];
    let [size, packed, offset] = large(sizes, extra)?;
    let start = content(data, base.saturating_add(to_usize(offset)?), name)?;
    let packed = to_usize(packed)?;
    slice(data, start, packed)?;
    let entry = Entry { path, kind, method, crc: u32_at(data, at + 16)?, packed, size, start };
    Ok((Some(entry).filter(|entry| !entry.path.is_empty()), next))
}

/// Where an entry's content begins; its local header must bear the same name.
fn content(data: &[u8], at: usize, name: &[u8]) -> Result<usize, CodeError> {
    if slice(data, at, 4)? != LOCAL {
        return Err(CodeError::Malformed("an entry is not where the directory says"));
    }
    let (name_len, extra_len) = (usize::from(u16_at(data, at + 26)?), usize::from(u16_at(data, at + 28)?));
    if slice(data, at + LOCAL_BYTES, name_len)? != name {
        return Err(CodeError::Malformed("an entry bears two names"));
    }
    Ok(at + LOCAL_BYTES + name_len + extra_len)
}

/// Sizes and offset, from the zip64 field (4.5.3) where the plain ones are full: those that are full only, in this order.
fn large(plain: [u32; 3], extra: &[u8]) -> Result<[u64; 3], CodeError> {
    let mut field = zip64_field(extra);
    let mut out = [0; 3];
    for (to, from) in out.iter_mut().zip(plain) {
        *to = u64::from(from);
        if from == u32::MAX {
            *to = u64_at(field, 0)?;
            field = field.get(8..).unwrap_or_default();
        }
    }
    Ok(out)
}

fn zip64_field(mut extra: &[u8]) -> &[u8] {
    while let (Ok(id), Ok(len)) = (u16_at(extra, 0), u16_at(extra, 2)) {
        let end = 4 + usize::from(len);
        if id == 1 {
            return extra.get(4..end).unwrap_or_default();
        }
        extra = extra.get(end..).unwrap_or_default();
    }
    &[]
}

/// By the mode that Unix programs write; by the name's last letter where others wrote it. `None`: a device and the like.
fn kind(data: &[u8], at: usize, name: &[u8]) -> Result<Option<Kind>, CodeError> {
    let unix = u16_at(data, at + 4)? >> 8 == 3;
    let mode = if unix { u32_at(data, at + 38)? >> 16 } else { 0 };
    let folder = name.ends_with(b"/");
    Ok(match mode & 0o170_000 {
        0o120_000 => Some(Kind::Link),
        0o040_000 => Some(Kind::Folder),
        0 | 0o100_000 if folder => Some(Kind::Folder),
        0 | 0o100_000 if mode & 0o111 != 0 => Some(Kind::Program),
        0 | 0o100_000 => Some(Kind::File),
        _ => None,
    })
}

/// A relative path that stays where it is put; `None` for any other.
fn path(name: &[u8]) -> Option<String> {
    let name = String::from_utf8_lossy(name);
    if name.starts_with('/') || name.contains('\0') || name.len() > MAX_PATH {
        return None;
    }
    let parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let good = parts.iter().all(|part| *part != ".." && part.len() <= MAX_NAME);
    good.then(|| parts.join("/"))
}

fn slice(data: &[u8], at: usize, len: usize) -> Result<&[u8], CodeError> {
    let end = at.checked_add(len).ok_or(CodeError::Malformed("it is cut short"))?;
    data.get(at..end).ok_or(CodeError::Malformed("it is cut short"))
}

fn array<const N: usize>(data: &[u8], at: usize) -> Result<[u8; N], CodeError> {
    slice(data, at, N)?.try_into().map_err(|_| CodeError::Malformed("it is cut short"))
}

fn u16_at(data: &[u8], at: usize) -> Result<u16, CodeError> {
    array(data, at).map(u16::from_le_bytes)
}

fn u32_at(data: &[u8], at: usize) -> Result<u32, CodeError> {
    array(data, at).map(u32::from_le_bytes)
}

fn u64_at(data: &[u8], at: usize) -> Result<u64, CodeError> {
    array(data, at).map(u64::from_le_bytes)
}

fn to_usize(n: u64) -> Result<usize, CodeError> {
    usize::try_from(n).map_err(|_| CodeError::Malformed("a size is too large"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_where_they_are_put() {
        for (name, expected) in [
            ("app.py", Some("app.py")),
            ("./a//b/", Some("a/b")),
            ("./", Some("")),
            ("a\\..\\b", Some("a\\..\\b")),
            ("../a", None),
            ("a/../../b", None),
            ("a/..", None),
            ("/etc/passwd", None),
            ("a\0b", None),
        ] {
            assert_eq!(path(name.as_bytes()).as_deref(), expected, "{name:?}");
        }
        assert_eq!(path("x".repeat(256).as_bytes()), None);
        assert_eq!(path("x/".repeat(3000).as_bytes()), None);
    }

    #[test]
    fn links_stay_within() {
        for (path, target, expected) in [
            ("node_modules/.bin/x", "../x/bin.js", true),
            ("a", "b/c", true),
            ("a", "..", false),
            ("a/b", "..", true),
            ("a/b", "../..", false),
            ("a", "/etc", false),
            ("a/b", "c/../d", false),
            ("a/b", "./../../etc", false),
            ("a", "", false),
        ] {
            assert_eq!(stays_within(path, target), expected, "{path} -> {target}");
        }
    }
}
