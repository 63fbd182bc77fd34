//! Images that people upload for the pages: what a file says it is must be what it is, from its first byte to its last,
//! so that no file is two things at once. Nothing is decoded.

use super::svg;

/// What an image may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    Webp,
    /// Windows icons.
    Ico,
    /// Scalable Vector Graphics, without anything that runs or loads.
    Svg,
}

/// The most pixels in a direction.
const MAX_SIDE: u32 = 16_384;
const MAX_ICONS: usize = 64;

/// Whether these bytes are an image of this format and nothing else.
///
/// # Errors
/// What is wrong with them.
pub fn check(format: Format, bytes: &[u8]) -> Result<(), &'static str> {
    match format {
        Format::Png => png(bytes).ok_or("is no well-formed PNG file"),
        Format::Jpeg => jpeg(bytes).ok_or("is no well-formed JPEG file"),
        Format::Webp => webp(bytes).ok_or("is no well-formed WebP file"),
        Format::Ico => ico(bytes).ok_or("is no well-formed ICO file"),
        Format::Svg => svg::check(bytes),
    }
}

fn side(value: u32) -> Option<()> {
    (1..=MAX_SIDE).contains(&value).then_some(())
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|four| u32::from_be_bytes(*four))
}

fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|four| u32::from_le_bytes(*four))
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|two| u16::from_be_bytes(*two))
}

fn le16(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|two| u16::from_le_bytes(*two))
}

/// Signature, IHDR first, chunks that follow each other, IEND at the very end.
fn png(bytes: &[u8]) -> Option<()> {
    let mut rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let mut first = true;
    let mut pixels = false;
    loop {
        let length = usize::try_from(be32(rest, 0)?).ok()?;
        let kind: &[u8; 4] = rest.get(4..)?.first_chunk()?;
        let data = rest.get(8..8usize.checked_add(length)?)?;
        rest = rest.get(length.checked_add(12)?..)?;
        if !kind.iter().all(u8::is_ascii_alphabetic) || first != (kind == b"IHDR") {
            return None;
        }
        if first {
            side(be32(data, 0)?)?;
            side(be32(data, 4)?)?;
        }
        first = false;
        pixels |= kind == b"IDAT";
        if kind == b"IEND" {
            return (length == 0 && rest.is_empty() && pixels).then_some(());
        }
    }
}

/// Start, segments up to the scans with a frame among them, the end mark at the very end.
fn jpeg(bytes: &[u8]) -> Option<()> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    let mut framed = false;
    loop {
        let marker = match rest {
            [0xff, marker, ..] => *marker,
            _ => return None,
        };
        let length = usize::from(be16(rest, 2)?);
        let data = rest.get(4..2usize.checked_add(length)?)?;
        match marker {
            0xda => break,
            0xc0..=0xc2 => {
                side(u32::from(be16(data, 1)?))?;
                side(u32::from(be16(data, 3)?))?;
                framed = true;
            }
            0xc4 | 0xdb..=0xdd | 0xe0..=0xef | 0xfe => {}
            _ => return None,
        }
        rest = rest.get(2usize.checked_add(length)?..)?;
    }
    (framed && bytes.ends_with(b"\xff\xd9")).then_some(())
}

/// RIFF whose length is the file's, with a picture first.
fn webp(bytes: &[u8]) -> Option<()> {
    let rest = bytes.strip_prefix(b"RIFF")?;
    let length = usize::try_from(le32(rest, 0)?).ok()?;
    let picture = rest.get(4..)?.strip_prefix(b"WEBP")?;
    let known = [&b"VP8 "[..], b"VP8L", b"VP8X"].iter().any(|kind| picture.starts_with(kind));
    let first = usize::try_from(le32(picture, 4)?).ok()?;
    let fits = first != 0 && first.checked_add(8)? <= picture.len();
    (known && fits && length.checked_add(8)? == bytes.len()).then_some(())
}

/// A directory whose pictures lie within the file, the last of them at its end.
fn ico(bytes: &[u8]) -> Option<()> {
    let directory = bytes.strip_prefix(b"\x00\x00\x01\x00")?;
    let count = usize::from(le16(directory, 0)?);
    if !(1..=MAX_ICONS).contains(&count) {
        return None;
    }
    let data_from = count.checked_mul(16)?.checked_add(6)?;
    let mut end = 0;
    for entry in 0..count {
        let place = 6 + entry * 16;
        let length = usize::try_from(le32(bytes, place + 8)?).ok()?;
        let from = usize::try_from(le32(bytes, place + 12)?).ok()?;
        let picture = bytes.get(from..from.checked_add(length)?)?;
        let bitmap = picture.starts_with(&[40, 0, 0, 0]);
        if from < data_from || !(bitmap || png(picture).is_some()) {
            return None;
        }
        end = end.max(from.checked_add(length)?);
    }
    (end == bytes.len()).then_some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tests::pictures;

    #[test]
    fn pictures_are_what_they_say() {
        for (format, bytes) in pictures::all() {
            assert_eq!(check(format, &bytes), Ok(()), "{format:?}");
            for (other, _) in pictures::all().into_iter().filter(|(other, _)| *other != format) {
                assert!(check(other, &bytes).is_err(), "{format:?} as {other:?}");
            }
            let cut = bytes.get(..bytes.len() - 1).unwrap();
            assert!(check(format, cut).is_err(), "{format:?} cut short");
            let longer = [bytes.as_slice(), b"<script>alert(1)</script>"].concat();
            assert!(check(format, &longer).is_err(), "{format:?} with something behind it");
        }
    }

    #[test]
    fn attack_118_what_only_begins_like_a_picture_is_refused() {
        for bytes in [&b"\x89PNG\r\n\x1a\n<svg onload=alert(1)>"[..], b"\x89PNG\r\n\x1a\n", b"", b"GIF89a"] {
            assert!(check(Format::Png, bytes).is_err());
        }
        for bytes in [&b"\xff\xd8\xff"[..], b"\xff\xd8\xff\xe0\xff\xff", b"\xff\xd8\xff\xd9"] {
            assert!(check(Format::Jpeg, bytes).is_err());
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_check_fall_over(bytes: Vec<u8>, head in 0usize..5) {
            for (at, (format, picture)) in pictures::all().into_iter().enumerate() {
                let mut all = if at == head { picture } else { Vec::new() };
                all.extend(&bytes);
                let _ = check(format, &all);
            }
        }
    }
}
