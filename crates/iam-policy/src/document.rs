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
        let before = document.get(..at).unwrap_or(document);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or("").chars().count() + 1,
        }
    }
}
