//! QR codes as SVG (ISO/IEC 18004), drawn into the page: no picture is fetched that would have the secret in its address.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// Light modules around the code, which readers need.
const QUIET: i32 = 4;

/// A code.
pub struct Picture {
    /// Modules on a side, with the quiet zone: the picture's coordinates.
    pub side: i32,
    /// The dark modules, as the path of an SVG.
    pub path: String,
}

/// The code of a text; `None` where it is too long for one.
pub fn picture(text: &str) -> Option<Picture> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for (y, x) in (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (y, x))) {
        if code.get_module(x, y) {
            // writing into a String cannot fail
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    Some(Picture { side: code.size() + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners_and_a_quiet_zone() {
        let picture = picture("otpauth://totp/demo:alice?secret=JBSWY3DPEHPK3PXP&issuer=demo").unwrap();
        assert!((picture.side - 8 - 17) % 4 == 0, "{}", picture.side);
        assert!(picture.path.starts_with("M4 4h1v1h-1z"));
        let last = picture.side - 5;
        assert!(picture.path.contains(&format!("M{last} 4h")) && picture.path.contains(&format!("M4 {last}h")));
        assert!(super::picture(&"x".repeat(5000)).is_none());
    }
}
