//! Terms: all must be there; one with `-` must not; of those with `?` one must, where there are no others. Case counts. A
//! term matches anywhere, also within a word.

use regex::Regex;

use super::PatternError;
use super::condition::regex;

/// A pattern of terms.
#[derive(Debug, Default)]
pub struct Terms {
    required: Vec<Term>,
    optional: Vec<Term>,
    excluded: Vec<Term>,
}

#[derive(Debug)]
enum Term {
    Text(String),
    Regex(Regex),
}

impl Term {
    fn is_in(&self, message: &str) -> bool {
        match self {
            Self::Text(text) => message.contains(text.as_str()),
            Self::Regex(regex) => regex.is_match(message),
        }
    }
}

impl Terms {
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let mut terms = Self::default();
        let mut rest = text;
        while !rest.is_empty() {
            let (into, body) = match rest.chars().next() {
                Some('?') => (&mut terms.optional, rest.get(1..)),
                Some('-') => (&mut terms.excluded, rest.get(1..)),
                _ => (&mut terms.required, Some(rest)),
            };
            let (term, after) = one(body.unwrap_or_default())?;
            into.push(term);
            rest = after.trim_start();
        }
        Ok(terms)
    }

    pub fn matches(&self, message: &str) -> bool {
        let all = self.required.iter().all(|term| term.is_in(message));
        let none = !self.excluded.iter().any(|term| term.is_in(message));
        // Beside other terms, those with a question mark say nothing (user guide).
        let alone = self.required.is_empty() && self.excluded.is_empty();
        all && none && (!alone || self.optional.iter().any(|term| term.is_in(message)))
    }
}

/// The first term, and what comes after it.
fn one(text: &str) -> Result<(Term, &str), PatternError> {
    if let Some(quoted) = text.strip_prefix('"') {
        let (term, rest) = unquote(quoted).ok_or_else(|| invalid(text))?;
        if term.is_empty() {
            return Err(invalid("\"\""));
        }
        return Ok((Term::Text(term), rest));
    }
    if let Some(pattern) = text.strip_prefix('%') {
        let (pattern, rest) = pattern.split_once('%').ok_or_else(|| invalid(text))?;
        return Ok((Term::Regex(regex(pattern)?), rest));
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let (term, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let good = !term.is_empty() && term.chars().all(|c| c.is_alphanumeric() || c == '_');
    if good { Ok((Term::Text(term.to_owned()), rest)) } else { Err(invalid(term)) }
}

fn invalid(term: &str) -> PatternError {
    PatternError::new(format!("Invalid character(s) in term '{term}'"))
}

/// What stands before the closing quotation mark, and what after it. A backslash takes the next mark or backslash as it is.
pub fn unquote(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((out, text.get(at + 1..)?)),
            '\\' => match chars.next()? {
                (_, c @ ('"' | '\\')) => out.push(c),
                (_, other) => out.extend(['\\', other]),
            },
            _ => out.push(c),
        }
    }
    None
}
