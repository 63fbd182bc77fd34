//! A position in the source, with the looks ahead that the grammar needs.

/// The directives that a backslash can escape.
const KNOWN: [&str; 11] =
    ["if", "elseif", "else", "end", "set", "foreach", "break", "stop", "define", "macro", "include"];

#[derive(Debug, Clone)]
pub(super) struct Cursor<'s> {
    source: &'s str,
    pos: usize,
    last_directive: usize,
}

impl<'s> Cursor<'s> {
    pub(super) fn new(source: &'s str) -> Self {
        Cursor { source, pos: 0, last_directive: 0 }
    }

    pub(super) fn pos(&self) -> usize {
        self.pos
    }

    pub(super) fn rewind(&mut self, pos: usize) {
        self.pos = pos;
    }

    /// Where the last directive began, for messages.
    pub(super) fn last_directive(&self) -> usize {
        self.last_directive
    }

    pub(super) fn mark_directive(&mut self) {
        self.last_directive = self.pos;
    }

    pub(super) fn rest(&self) -> &'s str {
        self.source.get(self.pos..).unwrap_or_default()
    }

    pub(super) fn since(&self, from: usize) -> &'s str {
        self.source.get(from..self.pos).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.pos += c.len_utf8();
        Some(c)
    }

    pub(super) fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.pos += token.len();
        }
        found
    }

    /// Takes `length` bytes, which must end between characters.
    pub(super) fn take_bytes(&mut self, length: usize) -> &'s str {
        let taken = self.rest().get(..length).unwrap_or_default();
        self.pos += taken.len();
        taken
    }

    pub(super) fn take_while(&mut self, accept: impl Fn(char) -> bool) -> &'s str {
        let rest = self.rest();
        self.take_bytes(rest.find(|c| !accept(c)).unwrap_or(rest.len()))
    }

    /// Takes up to and with `end`, or to the end of the source; gives what came before `end`.
    pub(super) fn take_through(&mut self, end: &str) -> Option<&'s str> {
        let rest = self.rest();
        let found = rest.find(end);
        self.pos += found.map_or(rest.len(), |at| at + end.len());
        found.and_then(|at| rest.get(..at))
    }

    /// Text up to the next character that may begin something.
    pub(super) fn take_text(&mut self) -> &'s str {
        self.take_while(|c| !matches!(c, '$' | '#' | '\\'))
    }

    pub(super) fn skip_blanks(&mut self) {
        self.take_while(|c| c == ' ' || c == '\t');
    }

    pub(super) fn skip_space(&mut self) {
        self.take_while(|c| matches!(c, ' ' | '\t' | '\n' | '\r'));
    }

    /// Blanks and one line end after a directive; blanks without a line end stay.
    pub(super) fn skip_line_end(&mut self) {
        let from = self.pos;
        self.skip_blanks();
        if !(self.eat("\r\n") || self.eat("\n") || self.eat("\r")) {
            self.pos = from;
        }
    }

    /// A name: a letter or `_`, then letters, digits, `_`, and `-` before a letter. (Velocity 1.7 takes every hyphen;
    /// leaving `$a-` and `$a-1` alone only helps.)
    pub(super) fn take_identifier(&mut self) -> Option<&'s str> {
        let length = identifier_length(self.rest());
        (length > 0).then(|| self.take_bytes(length))
    }

    /// `$`, `$!`, `${` or `$!{` with a name after it.
    pub(super) fn at_reference(&self) -> bool {
        let Some(rest) = self.rest().strip_prefix('$') else { return false };
        let rest = rest.strip_prefix('!').unwrap_or(rest);
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        rest.starts_with(is_name_start)
    }

    /// The word after `#`, with or without braces, and the length of it all.
    pub(super) fn directive_word(&self) -> Option<(&'s str, usize)> {
        let rest = self.rest().strip_prefix('#')?;
        let (inner, braces) = rest.strip_prefix('{').map_or((rest, 0), |inner| (inner, 1));
        if !inner.starts_with(is_name_start) {
            return None;
        }
        let length = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(inner.len());
        if braces == 1 && !inner.get(length..)?.starts_with('}') {
            return None;
        }
        Some((inner.get(..length)?, 1 + length + 2 * braces))
    }

    pub(super) fn at_known_directive(&self) -> Option<usize> {
        self.directive_word().and_then(|(word, length)| {
            (KNOWN.contains(&word) || ["parse", "evaluate"].contains(&word)).then_some(length)
        })
    }
}

fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

pub(super) fn identifier_length(text: &str) -> usize {
    if !text.starts_with(is_name_start) {
        return 0;
    }
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        let hyphen = byte == b'-' && bytes.peek().is_some_and(|(_, next)| next.is_ascii_alphabetic());
        if !(byte.is_ascii_alphanumeric() || byte == b'_' || hyphen) {
            return at;
        }
    }
    text.len()
}
