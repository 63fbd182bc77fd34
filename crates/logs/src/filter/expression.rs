//! Conditions joined by `&&`, `||` and parentheses, whatever they are about.

use super::PatternError;

/// Deepest nesting of parentheses.
const MAX_DEPTH: usize = 32;

/// What is left of a pattern.
#[derive(Debug)]
pub struct Text<'p> {
    rest: &'p str,
}

impl<'p> Text<'p> {
    pub const fn new(rest: &'p str) -> Self {
        Self { rest }
    }

    pub const fn rest(&self) -> &'p str {
        self.rest
    }

    pub const fn set(&mut self, rest: &'p str) {
        self.rest = rest;
    }

    pub fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes a sign, with blanks around it.
    pub fn take(&mut self, sign: &str) -> bool {
        let Some(rest) = self.rest.trim_start().strip_prefix(sign) else { return false };
        self.rest = rest;
        // What is quoted keeps its blanks.
        if !matches!(sign, "\"" | "%") {
            self.skip_blanks();
        }
        true
    }

    /// Takes a word that stands by itself.
    pub fn take_word(&mut self, word: &str) -> bool {
        let Some(rest) = self.rest.trim_start().strip_prefix(word) else { return false };
        if rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            return false;
        }
        self.rest = rest.trim_start();
        true
    }

    /// Takes characters while they are good.
    pub fn word(&mut self, good: impl Fn(char) -> bool) -> &'p str {
        self.skip_blanks();
        let end = self.rest.find(|c| !good(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        word
    }
}

/// A tree of conditions.
#[derive(Debug)]
pub enum Expression<L> {
    All(Vec<Self>),
    Any(Vec<Self>),
    Leaf(L),
}

impl<L> Expression<L> {
    /// Reads an expression; `leaf` reads one condition.
    pub fn read(
        text: &mut Text<'_>,
        leaf: &mut dyn FnMut(&mut Text<'_>) -> Result<L, PatternError>,
        depth: usize,
    ) -> Result<Self, PatternError> {
        if depth > MAX_DEPTH {
            return Err(PatternError::new("the pattern is nested too deeply"));
        }
        let mut any = vec![Self::all(text, leaf, depth)?];
        while text.take("||") {
            any.push(Self::all(text, leaf, depth)?);
        }
        Ok(if any.len() == 1 { any.swap_remove(0) } else { Self::Any(any) })
    }

    fn all(
        text: &mut Text<'_>,
        leaf: &mut dyn FnMut(&mut Text<'_>) -> Result<L, PatternError>,
        depth: usize,
    ) -> Result<Self, PatternError> {
        let mut all = Vec::new();
        loop {
            if text.take("(") {
                all.push(Self::read(text, leaf, depth + 1)?);
                if !text.take(")") {
                    return Err(PatternError::new("a parenthesis is missing"));
                }
            } else {
                all.push(Self::Leaf(leaf(text)?));
            }
            if !text.take("&&") {
                return Ok(if all.len() == 1 { all.swap_remove(0) } else { Self::All(all) });
            }
        }
    }

    /// Whether it holds, given what holds of its conditions.
    pub fn holds(&self, leaf: &dyn Fn(&L) -> bool) -> bool {
        match self {
            Self::All(all) => all.iter().all(|one| one.holds(leaf)),
            Self::Any(any) => any.iter().any(|one| one.holds(leaf)),
            Self::Leaf(condition) => leaf(condition),
        }
    }
}
