//! The `uri` of an HTTP integration, with `{name}` path parameters and `${stageVariables.name}`.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Longest URI that a template may grow to, in bytes.
const MAX_URI_BYTES: usize = 16 * 1024;
/// What may stand unencoded in a path part.
const PATH_PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// A greedy variable's slashes are slashes.
const PATH: &AsciiSet = &PATH_PART.remove(b'/');
/// What may stand unencoded in a query.
const QUERY: &AsciiSet = PATH_PART;

/// A URI split at its variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UriTemplate(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Path(String),
    StageVariable(String),
}

/// Why a URI cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UriError {
    /// `..` or `.` in a path parameter would leave the prefix that the definition gives.
    #[error("a path parameter holds a dot segment")]
    DotSegment,
    /// A path parameter stands in the host, and its value is more than a piece of a name.
    #[error("a path parameter would choose the host")]
    Host,
    /// The result is too long.
    #[error("the URI is too long")]
    TooLong,
}

/// A path parameter's value for a URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathValue {
    /// As it stood in the caller's URL, encoded already.
    Raw(String),
    /// Any text.
    Text(String),
}

impl UriTemplate {
    /// Splits the text. A brace without its partner is text.
    pub fn parse(text: &str) -> Self {
        crate::compiled::note();
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((piece, before, after)) = next_variable(rest) {
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(piece);
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Self(pieces)
    }

    /// Whether some piece is not literal.
    pub fn has_variables(&self) -> bool {
        self.0.iter().any(|piece| !matches!(piece, Piece::Text(_)))
    }

    /// Fills the variables. A stage variable that is not set gives nothing.
    ///
    /// # Errors
    /// [`UriError`].
    pub fn render(
        &self,
        stage_variables: &BTreeMap<String, String>,
        path: impl Fn(&str) -> Option<PathValue>,
    ) -> Result<String, UriError> {
        let mut uri = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => uri.push_str(text),
                Piece::StageVariable(name) => {
                    uri.push_str(stage_variables.get(name).map(String::as_str).unwrap_or_default());
                }
                Piece::Path(name) => match path(name) {
                    Some(value) => uri.push_str(&encoded(&value, Place::of(&uri))?),
                    None => uri.push_str(&format!("%7B{name}%7D")),
                },
            }
            if uri.len() > MAX_URI_BYTES {
                return Err(UriError::TooLong);
            }
        }
        Ok(uri)
    }
}

/// The first `{name}` or `${stageVariables.name}`, with what stands before and after it.
fn next_variable(text: &str) -> Option<(Piece, &str, &str)> {
    let open = text.find('{')?;
    let (before, from_brace) = text.split_at_checked(open)?;
    let (inner, after) = from_brace.strip_prefix('{')?.split_once('}')?;
    let stage_variable = before
        .strip_suffix('$')
        .and_then(|before| Some((Piece::StageVariable(inner.strip_prefix("stageVariables.")?.to_owned()), before)));
    match stage_variable {
        Some((piece, before)) => Some((piece, before, after)),
        None => Some((Piece::Path(inner.trim_end_matches('+').to_owned()), before, after)),
    }
}

/// Where a variable stands in the URI.
enum Place {
    Host,
    Path,
    Query,
}

impl Place {
    /// After what is rendered already.
    fn of(uri: &str) -> Self {
        match uri.split_once("://") {
            Some((_, rest)) if rest.contains('?') => Self::Query,
            Some((_, rest)) if rest.contains('/') => Self::Path,
            _ => Self::Host,
        }
    }
}

fn encoded(value: &PathValue, place: Place) -> Result<String, UriError> {
    let (decoded, text) = match value {
        PathValue::Raw(raw) => {
            (percent_encoding::percent_decode_str(raw).decode_utf8_lossy().into_owned(), raw.clone())
        }
        PathValue::Text(text) => (text.clone(), utf8_percent_encode(text, PATH).to_string()),
    };
    match place {
        // A dot, a colon or an at would lead to another host or port.
        Place::Host if decoded.is_empty() || !decoded.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
            Err(UriError::Host)
        }
        Place::Path if decoded.split(['/', '\\']).any(is_dot_segment) => Err(UriError::DotSegment),
        Place::Host | Place::Path => Ok(text),
        // Whole and one value, whatever a path may hold.
        Place::Query => Ok(utf8_percent_encode(&decoded, QUERY).to_string()),
    }
}

/// `..` and `.`, also with parameters behind a semicolon, which many servers take off.
fn is_dot_segment(part: &str) -> bool {
    matches!(part.split(';').next(), Some("." | ".."))
}

/// `name=value` for a query, encoded.
pub fn query_pair(name: &str, value: &str) -> String {
    format!("{}={}", utf8_percent_encode(name, QUERY), utf8_percent_encode(value, QUERY))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(template: &str, value: PathValue) -> Result<String, UriError> {
        let variables = BTreeMap::from([("host".to_owned(), "example.com".to_owned())]);
        UriTemplate::parse(template).render(&variables, |name| (name == "p").then(|| value.clone()))
    }

    #[test]
    fn variables_are_filled() {
        let cases = [
            ("http://${stageVariables.host}/x/{p}?a=b", "http://example.com/x/7?a=b"),
            ("http://${stageVariables.none}h/{p}", "http://h/7"),
            ("http://h/{q}/{p+}", "http://h/%7Bq%7D/7"),
            ("http://h/{open", "http://h/{open"),
            ("http://h", "http://h"),
        ];
        for (template, uri) in cases {
            assert_eq!(render(template, PathValue::Raw("7".into())).as_deref(), Ok(uri), "{template}");
        }
    }

    #[test]
    fn a_caller_cannot_leave_the_prefix_of_the_uri() {
        for raw in ["..", "a/../b", "%2e%2E", "a%2f..%2fb", "..\\x", "."] {
            assert_eq!(render("http://h/x/{p}", PathValue::Raw(raw.into())), Err(UriError::DotSegment), "{raw}");
        }
        // Servers that know path parameters drop what follows the semicolon.
        for raw in ["..;", "a/..;x=1/b", "%2e%2e%3B"] {
            assert_eq!(render("http://h/x/{p}", PathValue::Raw(raw.into())), Err(UriError::DotSegment), "{raw}");
        }
        assert_eq!(
            render("http://h/{p}", PathValue::Text("a b?c#d/e%".into())).unwrap(),
            "http://h/a%20b%3Fc%23d/e%25"
        );
    }

    #[test]
    fn a_caller_does_not_choose_the_host() {
        for template in ["http://{p}.example.com/", "http://h{p}", "http://h{p}/x", "${stageVariables.none}{p}", "{p}"]
        {
            for raw in ["evil.example/", "evil.example:80@", ".evil.example", "http://evil.example/", "%2e", ":80", ""]
            {
                assert_eq!(render(template, PathValue::Raw(raw.into())), Err(UriError::Host), "{template} {raw}");
                assert_eq!(render(template, PathValue::Text(raw.into())), Err(UriError::Host), "{template} {raw}");
            }
        }
        let tenant = render("http://{p}.example.com/{p}", PathValue::Raw("tenant-1".into()));
        assert_eq!(tenant.as_deref(), Ok("http://tenant-1.example.com/tenant-1"));
    }

    #[test]
    fn a_caller_does_not_add_parameters_to_the_query_of_the_uri() {
        for (raw, query) in [("1&admin=true", "1%26admin%3Dtrue"), ("a+b%20c", "a%2Bb%20c"), ("..", "..")] {
            let uri = render("http://h/x?id={p}", PathValue::Raw(raw.into()));
            assert_eq!(uri, Ok(format!("http://h/x?id={query}")), "{raw}");
        }
    }
}
