//! The canonical request and the string to sign (IAM guide, "Create a signed AWS API request", steps 1 to 3).

use percent_encoding::percent_decode_str;

use crate::key::sha256_hex;
use crate::presented::Form;
use crate::query;
use crate::request::SignedRequest;
use crate::verify::Style;
use crate::{ALGORITHM, TERMINATOR};

/// A canonical request.
pub struct Canonical {
    /// The text.
    pub text: String,
    /// Whether every signed header was in the request. An absent one is written as an empty one, and refused.
    pub complete: bool,
}

/// Writes the canonical request. `signed_headers` is lower-case and sorted.
pub fn request(
    req: &SignedRequest<'_>,
    signed_headers: &[String],
    payload: &str,
    style: Style,
    form: Form,
) -> Canonical {
    let mut complete = true;
    let mut headers = String::new();
    for name in signed_headers {
        let mut values = req.values(name);
        headers.push_str(name);
        headers.push(':');
        match values.next() {
            Some(first) => push_trimmed(&mut headers, first),
            None => complete = false,
        }
        for value in values {
            headers.push(',');
            push_trimmed(&mut headers, value);
        }
        headers.push('\n');
    }
    let text = format!(
        "{}\n{}\n{}\n{headers}\n{}\n{payload}",
        req.method,
        uri(req.path, style),
        query::canonical(req.query, form),
        signed_headers.join(";"),
    );
    Canonical { text, complete }
}

/// `date/region/service/aws4_request`.
pub fn scope(date: &str, region: &str, service: &str) -> String {
    format!("{date}/{region}/{service}/{TERMINATOR}")
}

/// The string to sign of a whole request.
pub fn string_to_sign(at: &str, scope: &str, canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{at}\n{scope}\n{}", sha256_hex(canonical_request.as_bytes()))
}

/// Trims, and makes inner runs of blanks one.
fn push_trimmed(text: &mut String, value: &str) {
    for (at, word) in value.split_ascii_whitespace().enumerate() {
        if at > 0 {
            text.push(' ');
        }
        text.push_str(word);
    }
}

fn uri(path: &str, style: Style) -> String {
    match style {
        Style::Normalised => query::encode_path(without_dot_segments(path).as_bytes()),
        Style::S3 if path.is_empty() => "/".to_owned(),
        Style::S3 => query::encode_path(&percent_decode_str(path).collect::<Vec<u8>>()),
    }
}

/// RFC 3986 5.2.4, and empty segments go as well.
fn without_dot_segments(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            other => kept.push(other),
        }
    }
    let mut text = format!("/{}", kept.join("/"));
    if path.ends_with('/') && !kept.is_empty() {
        text.push('/');
    }
    text
}
