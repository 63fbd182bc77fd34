//! The aws-chunked encoding: what comes out does not depend on how the bytes arrive.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sigv4::chunked::{Decoder, Kind};

fuzz_target!(|data: &[u8]| {
    let Some(([kind, step], body)) = data.split_first_chunk() else { return };
    let kind = match kind % 3 {
        0 => Kind::Signed,
        1 => Kind::SignedTrailer,
        _ => Kind::UnsignedTrailer,
    };
    let whole = decode(kind, body, body.len());
    let pieces = decode(kind, body, usize::from(*step));
    assert_eq!(whole, pieces);
});

/// The content and the trailers, or that it is refused.
fn decode(kind: Kind, body: &[u8], step: usize) -> Option<(Vec<u8>, String)> {
    let mut decoder = Decoder::unverified(kind, None);
    let mut out = Vec::new();
    for piece in body.chunks(step.max(1)) {
        decoder.push(piece, &mut out).ok()?;
        assert!(out.len() <= body.len());
    }
    let trailers = decoder.finish().ok()?;
    Some((out, format!("{trailers:?}")))
}
