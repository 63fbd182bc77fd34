//! Query strings, raw and canonical.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

use crate::error::SigError;
use crate::presented::Form;

/// RFC 3986's unreserved letters stay as they are.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// In paths the slash stays as well.
const PATH_ENCODED: &AsciiSet = &ENCODED.remove(b'/');

/// Percent-encodes everything but unreserved letters.
pub fn encode(bytes: &[u8]) -> String {
    percent_encode(bytes, ENCODED).to_string()
}

/// Percent-encodes everything but unreserved letters and slashes.
pub fn encode_path(bytes: &[u8]) -> String {
    percent_encode(bytes, PATH_ENCODED).to_string()
}

/// The parameters of a raw query, decoded to bytes, in their order. `+` is a blank, as form encoders write it.
pub fn pairs(raw: &str) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> + '_ {
    raw.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    })
}

fn decode(text: &str) -> Vec<u8> {
    if text.contains('+') {
        percent_decode_str(&text.replace('+', " ")).collect()
    } else {
        percent_decode_str(text).collect()
    }
}

/// The value of a parameter that must not stand twice; bytes that are no UTF-8 are replaced.
pub fn once(raw: &str, name: &'static str) -> Result<Option<String>, SigError> {
    let mut values = pairs(raw).filter(|(n, _)| n == name.as_bytes());
    let first = values.next();
    if values.next().is_some() {
        return Err(SigError::Repeated(name));
    }
    Ok(first.map(|(_, value)| String::from_utf8_lossy(&value).into_owned()))
}

/// Names and values encoded anew, sorted, joined; `X-Amz-Signature` is left out of a presigned request's own query.
pub fn canonical(raw: &str, form: Form) -> String {
    let mut encoded: Vec<(String, String)> = pairs(raw)
        .filter(|(name, _)| !(form == Form::Query && name == b"X-Amz-Signature"))
        .map(|(name, value)| (encode(&name), encode(&value)))
        .collect();
    encoded.sort_unstable();
    let mut text = String::with_capacity(raw.len());
    for (name, value) in encoded {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(&name);
        text.push('=');
        text.push_str(&value);
    }
    text
}
