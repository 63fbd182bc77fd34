//! Percent signs, once.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// Most pairs of a query or form that are read.
const MAX_PAIRS: usize = 50_000;

/// What stands behind the percent signs is not UTF-8, or there is too much of it.
#[derive(Debug, PartialEq, Eq)]
pub struct NotUtf8;

/// A piece of a path; `+` stands for itself.
pub fn path_piece(raw: &str) -> Result<Cow<'_, str>, NotUtf8> {
    percent_decode_str(raw).decode_utf8().map_err(|_| NotUtf8)
}

/// Names and values, in order.
pub type Pairs<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// Name and value pairs of a query or form, in order; `+` stands for a blank; a name without `=` has an empty value.
pub fn pairs(query: &str) -> Result<Pairs<'_>, NotUtf8> {
    let mut pairs = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        if pairs.len() == MAX_PAIRS {
            return Err(NotUtf8);
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        pairs.push((form_piece(name)?, form_piece(value)?));
    }
    Ok(pairs)
}

fn form_piece(raw: &str) -> Result<Cow<'_, str>, NotUtf8> {
    if !raw.contains('+') {
        return path_piece(raw);
    }
    let spaced = raw.replace('+', " ");
    Ok(Cow::Owned(path_piece(&spaced)?.into_owned()))
}
