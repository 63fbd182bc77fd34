//! How the client spelled the names of its headers. They mean the same in any case, and HTTP libraries keep them in lower
//! case; API Gateway shows them to functions and templates as they were sent.

use std::borrow::Cow;
use std::collections::HashMap;

use bytes::Bytes;

use crate::execution_log::spelled;

/// The spelling of a request's header names.
#[derive(Clone, Debug, Default)]
pub struct HeaderSpelling(Known);

#[derive(Clone, Debug, Default)]
enum Known {
    /// Nothing: names are shown as people write them.
    #[default]
    Nothing,
    /// HTTP/2 has lower-case names alone.
    Lower,
    /// Lines that begin with a name and a colon.
    Lines(Bytes),
}

impl HeaderSpelling {
    /// Reads the head of an HTTP/1.1 request as received. Lines that name no header do not matter.
    pub const fn of_head(head: Bytes) -> Self {
        Self(Known::Lines(head))
    }

    /// Takes names as somebody wrote them.
    pub fn of_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let lines: Vec<String> = names.into_iter().map(|name| format!("{name}:")).collect();
        Self(Known::Lines(lines.join("\n").into()))
    }

    /// Of an HTTP/2 request.
    pub const fn http2() -> Self {
        Self(Known::Lower)
    }

    /// Made once for all names of a request.
    pub(crate) fn table(&self) -> Spellings<'_> {
        let sent = match &self.0 {
            Known::Nothing => HashMap::new(),
            // The one name that API Gateway writes itself whatever came.
            Known::Lower => HashMap::from([("user-agent".to_owned(), "User-Agent")]),
            Known::Lines(lines) => lines.split(|byte| *byte == b'\n').filter_map(name_of).collect(),
        };
        Spellings { sent, lower: matches!(self.0, Known::Lower) }
    }
}

fn name_of(line: &[u8]) -> Option<(String, &str)> {
    let end = line.iter().position(|byte| *byte == b':')?;
    let name = std::str::from_utf8(line.get(..end)?).ok()?;
    Some((name.to_ascii_lowercase(), name))
}

/// Names in lower case with their spelling.
pub(crate) struct Spellings<'a> {
    sent: HashMap<String, &'a str>,
    lower: bool,
}

impl Spellings<'_> {
    /// The spelling of a name that is given in lower case.
    pub(crate) fn of<'n>(&'n self, name: &'n str) -> Cow<'n, str> {
        match self.sent.get(name) {
            Some(sent) => Cow::Borrowed(sent),
            None if self.lower => Cow::Borrowed(name),
            None => usual(name),
        }
    }
}

/// Where nothing is known: clients write standard names and `X-` ones in title case, their own often in lower case.
fn usual(name: &str) -> Cow<'_, str> {
    const STANDARD: [&str; 27] = [
        "accept",
        "accept-charset",
        "accept-encoding",
        "accept-language",
        "authorization",
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-type",
        "cookie",
        "date",
        "dnt",
        "forwarded",
        "from",
        "host",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "origin",
        "pragma",
        "range",
        "referer",
        "user-agent",
        "via",
    ];
    if STANDARD.contains(&name) || name.starts_with("x-") { spelled(name).into() } else { name.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(spelling: &HeaderSpelling, names: &[&str]) -> Vec<String> {
        let table = spelling.table();
        names.iter().map(|name| table.of(name).into_owned()).collect()
    }

    #[test]
    fn names_of_a_head_are_shown_as_they_were_sent() {
        let head = "GET /a:b HTTP/1.1\r\nhOsT: a\r\nAUTH-token:x\r\nx-lower: y\r\nX-Folded: a\r\n b: c\r\n\r\n";
        let spelling = HeaderSpelling::of_head(Bytes::from_static(head.as_bytes()));
        let names = ["host", "auth-token", "x-lower", "x-folded", "x-not-there", "mine"];
        let expected = ["hOsT", "AUTH-token", "x-lower", "X-Folded", "X-Not-There", "mine"];
        assert_eq!(shown(&spelling, &names), expected);
    }

    #[test]
    fn http_2_has_lower_case_names() {
        let names = ["user-agent", "authorization", "x-mine"];
        assert_eq!(shown(&HeaderSpelling::http2(), &names), ["User-Agent", "authorization", "x-mine"]);
    }

    #[test]
    fn names_of_which_nothing_is_known_are_shown_as_people_write_them() {
        let names = ["user-agent", "authorization", "x-mine", "mine"];
        assert_eq!(shown(&HeaderSpelling::default(), &names), ["User-Agent", "Authorization", "X-Mine", "mine"]);
        assert_eq!(shown(&HeaderSpelling::of_names(["x-MINE"]), &names)[2], "x-MINE");
    }

    #[test]
    fn bytes_that_are_no_text_are_passed_over() {
        let spelling = HeaderSpelling::of_head(Bytes::from_static(b"\xff\xfe: x\r\n:\nA\0b: c\n\n"));
        assert_eq!(shown(&spelling, &["x-a"]), ["X-A"]);
    }
}
