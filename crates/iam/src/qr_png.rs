//! The QR code of a seed as a PNG (ISO/IEC 15948): one bit a pixel, not compressed, for a code is small.

use qrcodegen::{QrCode, QrCodeEcc};

/// Light modules around the code, which readers need.
const QUIET: i32 = 4;
/// Pixels of a module's side.
const SCALE: i32 = 4;
const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];

/// The picture of a text; none where it is too long for a code.
pub fn qr_png(text: &str) -> Option<Vec<u8>> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let side = (code.size() + 2 * QUIET) * SCALE;
    let mut pixels = Vec::new();
    for y in 0..side {
        pixels.push(0); // each row begins with its filter: none
        pixels.extend(row(&code, side, y));
    }
    let side = u32::try_from(side).ok()?.to_be_bytes();
    // one bit, gray, deflate, no filter, not interlaced
    let head = [&side[..], &side[..], &[1, 0, 0, 0, 0]].concat();
    let mut png = SIGNATURE.to_vec();
    chunk(&mut png, *b"IHDR", &head);
    chunk(&mut png, *b"IDAT", &stored(&pixels)?);
    chunk(&mut png, *b"IEND", &[]);
    Some(png)
}

/// A row of pixels, light ones set.
fn row(code: &QrCode, side: i32, y: i32) -> Vec<u8> {
    let is_dark = |x: i32| x < side && code.get_module(x / SCALE - QUIET, y / SCALE - QUIET);
    let byte = |at: i32| (0..8).fold(0_u8, |byte, bit| (byte << 1) | u8::from(!is_dark(at * 8 + bit)));
    (0..(side + 7) / 8).map(byte).collect()
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], body: &[u8]) {
    png.extend(u32::try_from(body.len()).unwrap_or_default().to_be_bytes());
    let begin = png.len();
    png.extend(kind);
    png.extend(body);
    let sum = crc32(png.get(begin..).unwrap_or_default());
    png.extend(sum.to_be_bytes());
}

/// A zlib stream (RFC 1950) of one stored block (RFC 1951, 3.2.4); none where the data is too long for one.
fn stored(data: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(data.len()).ok()?;
    let mut stream = vec![0x78, 0x01, 1];
    stream.extend(length.to_le_bytes());
    stream.extend((!length).to_le_bytes());
    stream.extend(data);
    stream.extend(adler32(data).to_be_bytes());
    Some(stream)
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 })
    };
    !bytes.iter().fold(!0, step)
}

fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    (b << 16) | a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_their_standards() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn a_code_is_a_square_picture() {
        let png = qr_png("otpauth://totp/alice@123456789012?secret=JBSWY3DPEHPK3PXP").unwrap();
        assert!(png.starts_with(&SIGNATURE) && png.get(12..16) == Some(b"IHDR"));
        assert_eq!(png.get(16..20), png.get(20..24));
        assert!(qr_png(&"x".repeat(5_000)).is_none());
    }
}
