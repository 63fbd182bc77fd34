//! Redirect URIs (RFC 6749 3.1.2, RFC 9700 4.1; `CallbackURLs` and `LogoutURLs` of CreateUserPoolClient): strict at
//! registration, byte for byte at request.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::params::is_percent_encoded;

/// The longest redirect URI.
pub const MAX_REDIRECT_URI_BYTES: usize = 1024;

/// RFC 3986's unreserved letters stay as they are.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const LOOPBACK_HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];
/// Schemes that make a browser run, read or open something instead of handing the answer to an app.
const REFUSED_SCHEMES: [&str; 20] = [
    "about",
    "blob",
    "chrome",
    "content",
    "data",
    "file",
    "filesystem",
    "ftp",
    "intent",
    "jar",
    "javascript",
    "mailto",
    "resource",
    "sms",
    "tel",
    "urn",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];

/// Why a redirect URI is not registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedirectUriError {
    /// Empty or over [`MAX_REDIRECT_URI_BYTES`].
    #[error("the length is not between 1 and 1024")]
    Length,
    /// White space, control characters, backslash, letters that no URI holds, broken percent-encoding.
    #[error("it holds characters that are not allowed")]
    Characters,
    /// It has a fragment.
    #[error("it must not have a fragment")]
    Fragment,
    /// No scheme, or one that is refused.
    #[error("its scheme is not allowed")]
    Scheme,
    /// `http` to something else than this machine.
    #[error("http is allowed for localhost only")]
    NotLoopback,
    /// User name or password before the host, no host, or a bad port.
    #[error("its host is not allowed")]
    Authority,
}

/// Checks a URI that is to be registered: `https`, or `http` to `localhost`, `127.0.0.1` or `[::1]` on any port, or an
/// app's own scheme (`myapp://…`, `com.example.app:/…`).
///
/// # Errors
/// The first rule that it breaks; CreateUserPoolClient and UpdateUserPoolClient refuse with InvalidParameterException.
pub fn check_registration(uri: &str) -> Result<(), RedirectUriError> {
    if uri.is_empty() || uri.len() > MAX_REDIRECT_URI_BYTES {
        return Err(RedirectUriError::Length);
    }
    if uri.contains('#') {
        return Err(RedirectUriError::Fragment);
    }
    let foreign = |b: u8| !b.is_ascii_graphic() || b"\"<>\\^`{|}".contains(&b);
    if uri.bytes().any(foreign) || !is_percent_encoded(uri.as_bytes()) {
        return Err(RedirectUriError::Characters);
    }
    let (scheme, rest) = uri.split_once(':').ok_or(RedirectUriError::Scheme)?;
    match scheme.to_ascii_lowercase().as_str() {
        "https" => host(rest).map(|_| ()),
        "http" if LOOPBACK_HOSTS.contains(&host(rest)?.to_ascii_lowercase().as_str()) => Ok(()),
        "http" => Err(RedirectUriError::NotLoopback),
        other if !is_scheme(other) || REFUSED_SCHEMES.contains(&other) => Err(RedirectUriError::Scheme),
        _ if !rest.starts_with('/') => Err(RedirectUriError::Scheme),
        _ if rest.strip_prefix("//").is_some_and(|rest| authority(rest).contains('@')) => {
            Err(RedirectUriError::Authority)
        }
        _ => Ok(()),
    }
}

/// The registered URI that a request's is, byte for byte. Nothing is normalised, nothing is a pattern.
pub fn registered<'a>(requested: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known.into_iter().find(|known| *known == requested)
}

/// The URI with the parameters added to its query.
pub fn append_query(uri: &str, params: &[(&str, &str)]) -> String {
    let mut text = uri.to_owned();
    if !params.is_empty() {
        match uri.split_once('?') {
            None => text.push('?'),
            Some((_, query)) if query.is_empty() || query.ends_with('&') => {}
            Some(_) => text.push('&'),
        }
    }
    push_params(&mut text, params);
    text
}

/// The URI with the parameters as its fragment, which a registered URI does not have.
pub fn with_fragment(uri: &str, params: &[(&str, &str)]) -> String {
    let mut text = format!("{uri}#");
    push_params(&mut text, params);
    text
}

/// A text as one part of a URI: everything but RFC 3986's unreserved letters encoded.
pub fn percent_encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

fn push_params(text: &mut String, params: &[(&str, &str)]) {
    for (at, (name, value)) in params.iter().enumerate() {
        if at > 0 {
            text.push('&');
        }
        text.extend(utf8_percent_encode(name, ENCODED));
        text.push('=');
        text.extend(utf8_percent_encode(value, ENCODED));
    }
}

/// RFC 3986 3.1.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

fn authority(rest: &str) -> &str {
    rest.split(['/', '?']).next().unwrap_or_default()
}

/// The host of `//host[:port][/…]`.
fn host(rest: &str) -> Result<&str, RedirectUriError> {
    let authority = rest.strip_prefix("//").map(authority).ok_or(RedirectUriError::Authority)?;
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let good_port = port.is_none_or(|port| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok());
    let good_host = if host.starts_with('[') {
        host.ends_with(']') && host.trim_matches(['[', ']']).parse::<std::net::Ipv6Addr>().is_ok()
    } else {
        !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
    };
    if good_host && good_port { Ok(host) } else { Err(RedirectUriError::Authority) }
}
