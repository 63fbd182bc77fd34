//! The regular expressions of a definition: selection patterns and token validation. AWS matches them as Java does,
//! against the whole text. Ours run in linear time; what only a backtracking engine can do is refused when it is set.

use regex::{Regex, RegexBuilder};

/// Longest pattern, in bytes.
pub const MAX_PATTERN_BYTES: usize = 4096;
const MAX_COMPILED_BYTES: usize = 1 << 20;

/// A pattern that must match a whole text.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

/// Why a pattern is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Over [`MAX_PATTERN_BYTES`], or grows too large when compiled.
    #[error("the pattern is too large")]
    TooLarge,
    /// Not a regular expression, or one that needs backtracking (look-around, back-references).
    #[error("the pattern is not supported: {0}")]
    Unsupported(String),
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// [`PatternError`].
    pub fn compile(source: &str) -> Result<Self, PatternError> {
        if source.len() > MAX_PATTERN_BYTES {
            return Err(PatternError::TooLarge);
        }
        // Checked alone first, so that a stray parenthesis cannot escape the group around it.
        Self::build(source)?;
        Self::build(&format!(r"\A(?:{source})\z")).map(Self)
    }

    fn build(source: &str) -> Result<Regex, PatternError> {
        crate::compiled::note();
        RegexBuilder::new(source).size_limit(MAX_COMPILED_BYTES).dfa_size_limit(MAX_COMPILED_BYTES).build().map_err(
            |error| match error {
                regex::Error::CompiledTooBig(_) => PatternError::TooLarge,
                other => PatternError::Unsupported(other.to_string()),
            },
        )
    }

    /// Whether it matches the whole text.
    pub fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_the_whole_text_or_not_at_all() {
        let pattern = Pattern::compile("4\\d{2}|5..").unwrap();
        assert!(pattern.matches("404"));
        assert!(pattern.matches("500"));
        assert!(!pattern.matches("4040"));
        assert!(!pattern.matches("x500"));
        assert!(!pattern.matches("404\n"));
    }

    #[test]
    fn what_needs_backtracking_or_escapes_its_group_is_refused() {
        for source in ["(?=a)", r"(a)\1", "a)|(b", "(", &"a".repeat(MAX_PATTERN_BYTES + 1), "(a{1000}){1000}"] {
            assert!(Pattern::compile(source).is_err(), "{source:.20}");
        }
    }
}
