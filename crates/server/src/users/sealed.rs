//! The file of an export: lines of text, sealed in frames.
//!
//! ```text
//! header   "PORTCULLIS USERS" ‖ version (1) ‖ key derivation (1: 0 key, 1 Argon2id)
//!          ‖ memory in KiB (4) ‖ passes (4) ‖ salt (32); numbers big-endian
//! frame    whether it is the last (1) ‖ length (4) ‖ AES-256-GCM of at most 64 KiB of text, tag at the end
//! ```
//!
//! Each file has a key of its own, made of the operator's and the salt. A frame's nonce is its number, and whether it is
//! the last: frames cannot be moved, left out or repeated, and a file that ends early, or goes on, is refused (STREAM, by
//! Hoang, Reyhanitabar, Rogaway and Vizár). All of the header is each frame's associated data.

use std::io::{self, Read, Write};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::key::{Cost, Given, SALT_BYTES};

const MAGIC: &[u8; 16] = b"PORTCULLIS USERS";
const VERSION: u8 = 1;
const HEADER_BYTES: usize = 16 + 1 + 1 + 4 + 4 + SALT_BYTES;
/// Text of a frame, in bytes.
const FRAME_BYTES: usize = 64 * 1024;
const TAG_BYTES: usize = 16;
/// Longest line in bytes: a user with everything a user may have is below it.
pub const MAX_LINE_BYTES: usize = 16 << 20;

/// Why a file is not read, or not written.
#[derive(Debug, thiserror::Error)]
pub enum SealedError {
    /// Another kind of file.
    #[error("the file is no export of users")]
    Magic,
    /// Of a version of this program that is not known here.
    #[error("the export is of version {0}, which is not known here")]
    Version(u8),
    /// The header demands another kind of key.
    #[error("the export was sealed with {0}")]
    Kind(&'static str),
    /// The header demands what no export demands.
    #[error("the export's header is broken")]
    Header,
    /// Another key, or a changed file. Which of both cannot be told.
    #[error("the export does not open: the key is another one, or the file was changed")]
    Refused,
    /// The file ends before its last frame.
    #[error("the export is cut off")]
    Truncated,
    /// Something follows the last frame.
    #[error("the export goes on after its end")]
    Trailing,
    /// No text, or a line that no export has.
    #[error("the export holds what is no line of text")]
    Line,
    /// More than a file may hold.
    #[error("the export is too long")]
    TooLong,
    /// The disk's answer.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Whether a frame ends its file.
#[derive(Clone, Copy)]
enum Place {
    Within,
    Last,
}

struct Frames {
    key: LessSafeKey,
    header: [u8; HEADER_BYTES],
    number: u64,
}

impl Frames {
    fn new(
        given: &Given,
        header: [u8; HEADER_BYTES],
        salt: &[u8; SALT_BYTES],
        cost: Cost,
    ) -> Result<Self, SealedError> {
        let key = given.derive(salt, cost).ok_or(SealedError::Header)?;
        let key = UnboundKey::new(&AES_256_GCM, key.as_slice()).map_err(|_| SealedError::Header)?;
        Ok(Self { key: LessSafeKey::new(key), header, number: 0 })
    }

    fn nonce(&mut self, place: Place) -> Result<Nonce, SealedError> {
        let mut nonce = [0; NONCE_LEN];
        let last = matches!(place, Place::Last);
        let parts = self.number.to_be_bytes().into_iter().chain([u8::from(last)]);
        nonce.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
        self.number = self.number.checked_add(1).ok_or(SealedError::TooLong)?;
        Ok(Nonce::assume_unique_for_key(nonce))
    }
}

/// Writes lines, sealed.
pub struct Writer<W> {
    to: W,
    frames: Frames,
    text: Zeroizing<Vec<u8>>,
}

impl<W: Write> Writer<W> {
    /// Begins a file. `salt` was never used before.
    ///
    /// # Errors
    /// [`SealedError::Io`].
    pub fn begin(mut to: W, given: &Given, salt: [u8; SALT_BYTES], cost: Cost) -> Result<Self, SealedError> {
        let (kind, cost) = match given {
            Given::Key(_) => (0, Cost { memory_kib: 0, iterations: 0 }),
            Given::Passphrase(_) => (1, cost),
        };
        let header = header(kind, cost, &salt);
        to.write_all(&header)?;
        let frames = Frames::new(given, header, &salt, cost)?;
        Ok(Self { to, frames, text: Zeroizing::new(Vec::with_capacity(2 * FRAME_BYTES)) })
    }

    /// Writes a line; it bears no line end.
    ///
    /// # Errors
    /// [`SealedError`].
    pub fn line(&mut self, line: &str) -> Result<(), SealedError> {
        if line.len() > MAX_LINE_BYTES || line.contains('\n') {
            return Err(SealedError::Line);
        }
        self.text.extend_from_slice(line.as_bytes());
        self.text.push(b'\n');
        while self.text.len() > FRAME_BYTES {
            let rest = Zeroizing::new(self.text.split_off(FRAME_BYTES));
            self.frame(Place::Within)?;
            self.text = rest;
        }
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// [`SealedError::Io`].
    pub fn end(mut self) -> Result<W, SealedError> {
        self.frame(Place::Last)?;
        self.to.flush()?;
        Ok(self.to)
    }

    fn frame(&mut self, place: Place) -> Result<(), SealedError> {
        let nonce = self.frames.nonce(place)?;
        let mut body = std::mem::take(&mut *self.text);
        let aad = Aad::from(self.frames.header);
        self.frames.key.seal_in_place_append_tag(nonce, aad, &mut body).map_err(|_| SealedError::TooLong)?;
        let length = u32::try_from(body.len()).map_err(|_| SealedError::TooLong)?;
        self.to.write_all(&[u8::from(matches!(place, Place::Last))])?;
        self.to.write_all(&length.to_be_bytes())?;
        Ok(self.to.write_all(&body)?)
    }
}

/// Reads lines of a sealed file. A line is given out before the file's end is known: whoever acts on lines reads the
/// file twice.
pub struct Reader<R> {
    from: R,
    frames: Frames,
    text: Zeroizing<Vec<u8>>,
    /// How far `text` was given out.
    at: usize,
    over: bool,
}

impl<R: Read> Reader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// [`SealedError`]; whether the key is right shows at the first line.
    pub fn begin(mut from: R, given: &Given) -> Result<Self, SealedError> {
        let mut header = [0; HEADER_BYTES];
        exact(&mut from, &mut header).map_err(|error| match error {
            SealedError::Truncated => SealedError::Magic,
            other => other,
        })?;
        let (cost, salt) = read_header(&header, given)?;
        let frames = Frames::new(given, header, &salt, cost)?;
        Ok(Self { from, frames, text: Zeroizing::default(), at: 0, over: false })
    }

    /// The next line without its end; none after the last, when the whole file was found to be as it was written.
    ///
    /// # Errors
    /// [`SealedError`].
    pub fn line(&mut self) -> Result<Option<Zeroizing<String>>, SealedError> {
        let mut searched = self.at;
        loop {
            let found = self.text.iter().skip(searched).position(|byte| *byte == b'\n');
            if let Some(length) = found {
                let end = searched + length;
                let line = self.text.get(self.at..end).unwrap_or_default().to_vec();
                self.at = end + 1;
                return String::from_utf8(line).map(|line| Some(Zeroizing::new(line))).map_err(|_| SealedError::Line);
            }
            if self.over {
                let rest = self.text.len() > self.at;
                return if rest { Err(SealedError::Line) } else { Ok(None) };
            }
            self.text.drain(..self.at);
            self.at = 0;
            searched = self.text.len();
            if searched > MAX_LINE_BYTES {
                return Err(SealedError::Line);
            }
            self.frame()?;
        }
    }

    fn frame(&mut self) -> Result<(), SealedError> {
        let mut head = [0; 5];
        exact(&mut self.from, &mut head)?;
        let [last, length @ ..] = head;
        let length = usize::try_from(u32::from_be_bytes(length)).map_err(|_| SealedError::Refused)?;
        if last > 1 || !(TAG_BYTES..=FRAME_BYTES + TAG_BYTES).contains(&length) {
            return Err(SealedError::Refused);
        }
        let mut body = Zeroizing::new(vec![0; length]);
        exact(&mut self.from, &mut body)?;
        self.over = last == 1;
        let nonce = self.frames.nonce(if self.over { Place::Last } else { Place::Within })?;
        let aad = Aad::from(self.frames.header);
        let opened = self.frames.key.open_in_place(nonce, aad, &mut body).map_err(|_| SealedError::Refused)?;
        self.text.extend_from_slice(opened);
        if self.over && self.from.read(&mut [0])? > 0 {
            return Err(SealedError::Trailing);
        }
        Ok(())
    }
}

fn exact(from: &mut impl Read, to: &mut [u8]) -> Result<(), SealedError> {
    from.read_exact(to).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => SealedError::Truncated,
        _ => SealedError::Io(error),
    })
}

fn header(kind: u8, cost: Cost, salt: &[u8; SALT_BYTES]) -> [u8; HEADER_BYTES] {
    let (kind, memory, passes) = ([VERSION, kind], cost.memory_kib.to_be_bytes(), cost.iterations.to_be_bytes());
    let parts = MAGIC.iter().chain(&kind).chain(&memory).chain(&passes).chain(salt);
    let mut header = [0; HEADER_BYTES];
    header.iter_mut().zip(parts).for_each(|(to, from)| *to = *from);
    header
}

fn read_header(header: &[u8; HEADER_BYTES], given: &Given) -> Result<(Cost, [u8; SALT_BYTES]), SealedError> {
    let (magic, rest) = header.split_first_chunk::<16>().ok_or(SealedError::Magic)?;
    let (&[version, kind], rest) = rest.split_first_chunk::<2>().ok_or(SealedError::Header)?;
    let (memory, rest) = rest.split_first_chunk::<4>().ok_or(SealedError::Header)?;
    let (passes, rest) = rest.split_first_chunk::<4>().ok_or(SealedError::Header)?;
    let salt = <[u8; SALT_BYTES]>::try_from(rest).map_err(|_| SealedError::Header)?;
    if magic != MAGIC {
        return Err(SealedError::Magic);
    }
    if version != VERSION {
        return Err(SealedError::Version(version));
    }
    let cost = Cost { memory_kib: u32::from_be_bytes(*memory), iterations: u32::from_be_bytes(*passes) };
    match (kind, given) {
        (0, Given::Key(_)) if cost.memory_kib == 0 && cost.iterations == 0 => Ok((cost, salt)),
        (1, Given::Passphrase(_)) if cost.is_bearable() => Ok((cost, salt)),
        (0, Given::Passphrase(_)) => Err(SealedError::Kind("a key, not with a passphrase")),
        (1, Given::Key(_)) => Err(SealedError::Kind("a passphrase, not with a key")),
        _ => Err(SealedError::Header),
    }
}

#[cfg(test)]
mod tests;
