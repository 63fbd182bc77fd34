//! Access logs ("Set up CloudWatch logging for REST APIs"): one line a request, of `$context` variables in any format:
//! CLF, JSON, XML, CSV. What is not set prints `-`.

use aws_lc_rs::digest;
use mapping_template::ContextVariables as _;
use serde_json::Value;

use crate::context::Context;
use crate::observe::Ended;

/// Longest format, in bytes; AWS's own bound (3 KB).
pub const MAX_FORMAT_BYTES: usize = 3 * 1024;
/// Longest line, in bytes: a request's own texts are bounded, but may be named again and again.
const MAX_LINE_BYTES: usize = 64 * 1024;

/// A format, split at its variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessLogFormat(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Variable(Vec<String>, Escape),
}

/// What keeps a caller's text from being read as part of the format. (AWS writes values as they are.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Escape {
    /// Control characters only.
    Plain,
    /// Between double quotes.
    Quoted,
    /// Within XML.
    Xml,
}

/// A format is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Over [`MAX_FORMAT_BYTES`].
    #[error("the access log format is too long")]
    TooLong,
    /// Neither `$context.requestId` nor `$context.extendedRequestId` stands in it.
    #[error("the access log format must name $context.requestId or $context.extendedRequestId")]
    NoRequestId,
    /// More than one line.
    #[error("the access log format must be a single line")]
    Lines,
}

impl AccessLogFormat {
    /// Reads a format.
    ///
    /// # Errors
    /// [`FormatError`].
    pub fn compile(format: &str) -> Result<Self, FormatError> {
        crate::compiled::note();
        let format = format.trim_end_matches(['\n', '\r']);
        if format.len() > MAX_FORMAT_BYTES {
            return Err(FormatError::TooLong);
        }
        if format.contains(['\n', '\r']) {
            return Err(FormatError::Lines);
        }
        let compiled = Self(pieces(format));
        let names = |wanted: &str| {
            let is = |piece: &Piece| matches!(piece, Piece::Variable(path, _) if path.as_slice() == [wanted]);
            compiled.0.iter().any(is)
        };
        if names("requestId") || names("extendedRequestId") { Ok(compiled) } else { Err(FormatError::NoRequestId) }
    }

    /// The line of a request.
    pub(crate) fn render(&self, context: &Context<'_>, ended: &Ended<'_>) -> String {
        self.render_with(|path| ended.variable(path).or_else(|| context.get(path)))
    }

    /// A line of any variables.
    pub fn render_with(&self, value: impl Fn(&[&str]) -> Option<Value>) -> String {
        let mut line = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => line.push_str(text),
                Piece::Variable(path, escape) => {
                    let path: Vec<&str> = path.iter().map(String::as_str).collect();
                    let value = value(&path).map(plain);
                    // It bears its own quotes.
                    let escape = if path == ["error", "messageString"] { Escape::Plain } else { *escape };
                    escaped(value.as_deref().unwrap_or("-"), escape, &mut line);
                }
            }
            if line.len() > MAX_LINE_BYTES {
                break;
            }
        }
        line
    }
}

/// A stream's name: 32 hex digits, as CloudWatch shows them. One node writes one stream a group.
pub fn stream(group: &str) -> String {
    let hash = digest::digest(&digest::SHA256, group.as_bytes());
    hash.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a text can be the name of a delivery stream of Firehose (CreateDeliveryStream).
pub fn is_stream(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
}

fn pieces(format: &str) -> Vec<Piece> {
    let xml = format.trim_start().starts_with('<');
    let mut pieces = Vec::new();
    let mut quotes = 0;
    let mut rest = format;
    while let Some((before, after)) = rest.split_once("$context.") {
        quotes += before.matches('"').count();
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        let (path, tail) = path(after);
        let escape = match (xml, quotes % 2) {
            (true, _) => Escape::Xml,
            (false, 1) => Escape::Quoted,
            (false, _) => Escape::Plain,
        };
        if path.is_empty() {
            pieces.push(Piece::Text("$context.".to_owned()));
        } else {
            pieces.push(Piece::Variable(path, escape));
        }
        rest = tail;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    pieces
}

/// The names after `$context.` and what follows them. Names of claims may hold `:` and `-`.
fn path(text: &str) -> (Vec<String>, &str) {
    let mut names: Vec<String> = Vec::new();
    let mut rest = text;
    loop {
        let claim = names.first().is_some_and(|first| first == "authorizer");
        let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || (claim && (c == ':' || c == '-'));
        let end = rest.find(|c| !part(c)).unwrap_or(rest.len());
        let Some((name, after)) = rest.split_at_checked(end).filter(|(name, _)| !name.is_empty()) else {
            return (names, rest);
        };
        names.push(name.to_owned());
        match after.strip_prefix('.').filter(|next| next.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')) {
            Some(next) => rest = next,
            None => return (names, after),
        }
    }
}

fn plain(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn escaped(text: &str, escape: Escape, out: &mut String) {
    for c in text.chars() {
        match (c, escape) {
            ('"' | '\\', Escape::Quoted) => out.extend(['\\', c]),
            ('<', Escape::Xml) => out.push_str("&lt;"),
            ('>', Escape::Xml) => out.push_str("&gt;"),
            ('&', Escape::Xml) => out.push_str("&amp;"),
            ('"', Escape::Xml) => out.push_str("&quot;"),
            _ if c.is_control() => out.extend(c.escape_unicode().filter(|c| !matches!(c, '{' | '}'))),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_format_is_split_at_its_variables() {
        let format = AccessLogFormat::compile(
            r#"{"id":"$context.requestId","g":"$context.authorizer.claims.cognito:groups","s":$context.status}"#,
        )
        .unwrap();
        let variables: Vec<String> = format
            .0
            .iter()
            .filter_map(|piece| match piece {
                Piece::Variable(path, escape) => Some(format!("{} {escape:?}", path.join("."))),
                Piece::Text(_) => None,
            })
            .collect();
        assert_eq!(variables, ["requestId Quoted", "authorizer.claims.cognito:groups Quoted", "status Plain"]);
    }

    #[test]
    fn a_format_names_the_request() {
        assert_eq!(AccessLogFormat::compile("$context.status"), Err(FormatError::NoRequestId));
        assert_eq!(AccessLogFormat::compile("$context.requestId\n$context.status"), Err(FormatError::Lines));
        assert_eq!(AccessLogFormat::compile(&"x".repeat(MAX_FORMAT_BYTES + 1)), Err(FormatError::TooLong));
        assert!(AccessLogFormat::compile("$context.extendedRequestId\n").is_ok());
    }

    #[test]
    fn what_callers_send_stays_a_value() {
        let mut out = String::new();
        escaped("a\"b\\c\nd", Escape::Quoted, &mut out);
        assert_eq!(out, "a\\\"b\\\\c\\uad");
        out.clear();
        escaped("<a&\">", Escape::Xml, &mut out);
        assert_eq!(out, "&lt;a&amp;&quot;&gt;");
    }

    proptest! {
        #[test]
        fn any_format_can_be_read(text in ".{0,200}") {
            let _ = AccessLogFormat::compile(&format!("{text}$context.requestId"));
        }
    }
}
