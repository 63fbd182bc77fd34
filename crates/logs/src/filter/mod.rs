//! Filter patterns (user guide, "Filter pattern syntax for metric filters, subscription filters, filter log events, and
//! Live Tail"): terms, JSON conditions, and conditions on fields with spaces between.
//!
//! In: a pattern's text and messages. Out: whether they match. A pattern is parsed once; matching is linear in the message
//! but for the number of conditions, which the pattern's length bounds.

mod condition;
mod expression;
mod fields;
mod json;
mod terms;

#[cfg(test)]
mod tests;

use fields::Fields;
use json::Json;
use terms::Terms;

/// Longest pattern (API reference, FilterLogEvents).
pub const MAX_PATTERN: usize = 1024;

/// A pattern.
#[derive(Debug)]
pub struct FilterPattern(Kind);

#[derive(Debug)]
enum Kind {
    All,
    Terms(Terms),
    Json(Json),
    Fields(Fields),
}

/// What is wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError(pub(crate) String);

impl std::fmt::Display for PatternError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PatternError {}

impl PatternError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl FilterPattern {
    /// Reads a pattern. An empty one matches everything.
    ///
    /// # Errors
    /// What is wrong, in the words that follow `Invalid filter pattern: `.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        if text.chars().count() > MAX_PATTERN {
            return Err(PatternError::new("the pattern is too long"));
        }
        let text = text.trim();
        Ok(Self(match text.chars().next() {
            None => Kind::All,
            Some('{') => Kind::Json(Json::parse(text)?),
            Some('[') => Kind::Fields(Fields::parse(text)?),
            Some(_) => Kind::Terms(Terms::parse(text)?),
        }))
    }

    /// Whether a message matches.
    pub fn matches(&self, message: &str) -> bool {
        match &self.0 {
            Kind::All => true,
            Kind::Terms(terms) => terms.matches(message),
            Kind::Json(json) => json.matches(message),
            Kind::Fields(fields) => fields.matches(message),
        }
    }
}
