//! What a policy document is before anything in it is understood: its bounds and its places.

/// Longest document that is read, in bytes, blanks and all: what IAM's API accepts as `policyDocument`. The limits by
/// kind of policy count no blanks and are the caller's, by [`non_blank_len`].
pub const MAX_DOCUMENT_BYTES: usize = 131_072;
/// Most statements of a document. The largest kind of policy has room for fewer.
pub(crate) const MAX_STATEMENTS: usize = 1_024;
/// Longest action, resource, principal, condition key or condition value, in bytes.
pub(crate) const MAX_VALUE_BYTES: usize = 4_096;

/// Characters of the document that count against AWS's size limits: all but blanks.
pub fn non_blank_len(document: &str) -> usize {
    document.chars().filter(|character| !character.is_whitespace()).count()
}

/// A place in a document as `SimulateCustomPolicy` gives it, both counted from one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Line.
    pub line: usize,
    /// Column, in characters.
    pub column: usize,
}

impl Position {
    /// The place of a byte offset.
    pub(crate) fn of(document: &str, at: usize) -> Self {
        Walk::new(document).to(at)
    }
}

/// Finds the places of growing offsets in one pass.
pub(crate) struct Walk<'a> {
    rest: &'a str,
    passed: usize,
    position: Position,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(document: &'a str) -> Self {
        Self { rest: document, passed: 0, position: Position { line: 1, column: 1 } }
    }

    /// The place of an offset that is no smaller than the one before.
    pub(crate) fn to(&mut self, at: usize) -> Position {
        let step = at.saturating_sub(self.passed);
        let (before, rest) = self.rest.split_at_checked(step).unwrap_or((self.rest, ""));
        for character in before.chars() {
            if character == '\n' {
                self.position = Position { line: self.position.line + 1, column: 1 };
            } else {
                self.position.column += 1;
            }
        }
        (self.rest, self.passed) = (rest, self.passed + before.len());
        self.position
    }
}
