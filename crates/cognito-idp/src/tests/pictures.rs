//! The smallest pictures of each format, for tests.

use crate::rules::image::Format;

/// One picture a format.
pub fn all() -> Vec<(Format, Vec<u8>)> {
    vec![
        (Format::Png, png()),
        (Format::Jpeg, jpeg()),
        (Format::Webp, webp()),
        (Format::Ico, ico()),
        (Format::Svg, svg()),
    ]
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], kind, data, &[0; 4]].concat()
}

/// One pixel.
pub fn png() -> Vec<u8> {
    let header = [0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0];
    let chunks = [chunk(b"IHDR", &header), chunk(b"IDAT", &[0x78, 0x9c, 1, 0]), chunk(b"IEND", &[])].concat();
    [&b"\x89PNG\r\n\x1a\n"[..], &chunks].concat()
}

/// A frame of one pixel and a scan.
pub fn jpeg() -> Vec<u8> {
    let frame = [0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0];
    let scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0x34];
    [&[0xff, 0xd8][..], &frame, &scan, &[0xff, 0xd9]].concat()
}

fn webp() -> Vec<u8> {
    let picture = [&b"WEBPVP8L"[..], &4u32.to_le_bytes(), &[0x2f, 0, 0, 0]].concat();
    [&b"RIFF"[..], &u32::try_from(picture.len()).unwrap().to_le_bytes(), &picture].concat()
}

fn ico() -> Vec<u8> {
    let picture = png();
    let length = u32::try_from(picture.len()).unwrap().to_le_bytes();
    let entry = [&[1, 1, 0, 0, 1, 0, 32, 0][..], &length, &22u32.to_le_bytes()].concat();
    [&[0, 0, 1, 0, 1, 0][..], &entry, &picture].concat()
}

fn svg() -> Vec<u8> {
    b"<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0h1\"/></svg>".to_vec()
}

/// A pixel with much text behind it.
pub fn padded_png(bytes: usize) -> Vec<u8> {
    let header = [0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0];
    let text = vec![b'x'; bytes];
    let chunks =
        [chunk(b"IHDR", &header), chunk(b"tEXt", &text), chunk(b"IDAT", &[0x78, 0x9c, 1, 0]), chunk(b"IEND", &[])];
    [&b"\x89PNG\r\n\x1a\n"[..], &chunks.concat()].concat()
}
