//! Java's regular expressions on a linear-time engine: what needs backtracking (look-around, back references) fails.

use std::sync::Arc;

use regex::{Captures, Regex, RegexBuilder};

use super::{Outcome, Renderer};
use crate::limits::RenderError;

/// Largest compiled expression, in bytes.
const MAX_COMPILED_BYTES: usize = 1 << 20;
/// Compiled expressions kept during one rendering.
const KEPT: usize = 16;
/// Steps that compiling an expression is charged.
const COMPILE_STEPS: usize = 200;

impl Renderer<'_, '_> {
    pub(super) fn regex(&mut self, method: &str, pattern: &str) -> Outcome<Regex> {
        if let Some((_, regex)) = self.regexes.iter().find(|(kept, _)| &**kept == pattern) {
            return Ok(regex.clone());
        }
        self.charge_steps(COMPILE_STEPS + pattern.len())?;
        let built =
            RegexBuilder::new(pattern).size_limit(MAX_COMPILED_BYTES).dfa_size_limit(MAX_COMPILED_BYTES).build();
        let regex =
            built.map_err(|_| RenderError::method(method, format!("unsupported regular expression {pattern}")))?;
        if self.regexes.len() < KEPT {
            self.regexes.push((Arc::from(pattern), regex.clone()));
        }
        Ok(regex)
    }

    /// `replaceAll` and `replaceFirst`, the result within the output's bound.
    pub(super) fn replace_regex(
        &self,
        text: &str,
        regex: &Regex,
        replacement: &[Piece],
        most: usize,
    ) -> Outcome<String> {
        let mut out = String::new();
        let mut copied = 0;
        for captures in regex.captures_iter(text).take(most) {
            let Some(whole) = captures.get(0) else { break };
            self.push(&mut out, text.get(copied..whole.start()).unwrap_or_default())?;
            for piece in replacement {
                self.push(&mut out, piece.text(&captures))?;
            }
            copied = whole.end();
        }
        self.push(&mut out, text.get(copied..).unwrap_or_default())?;
        Ok(out)
    }
}

/// A part of a Java replacement text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Group(usize),
    Named(String),
}

impl Piece {
    fn text<'a>(&'a self, captures: &Captures<'a>) -> &'a str {
        match self {
            Piece::Text(text) => text,
            Piece::Group(number) => captures.get(*number).map_or("", |found| found.as_str()),
            Piece::Named(name) => captures.name(name).map_or("", |found| found.as_str()),
        }
    }
}

/// Reads a Java replacement: `$1`, `${name}`, and `\x` for a plain `x`.
pub(super) fn replacement(text: &str, groups: usize) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => plain.push(chars.next()?),
            '$' => {
                if !plain.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                }
                if chars.next_if_eq(&'{').is_some() {
                    pieces.push(Piece::Named(name(&mut chars)?));
                } else {
                    pieces.push(Piece::Group(group(&mut chars, groups)?));
                }
            }
            _ => plain.push(c),
        }
    }
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    Some(pieces)
}

fn name(chars: &mut impl Iterator<Item = char>) -> Option<String> {
    let mut name = String::new();
    loop {
        match chars.next()? {
            '}' => return Some(name),
            c => name.push(c),
        }
    }
}

/// The first digit, and further ones as long as there is such a group.
fn group(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, groups: usize) -> Option<usize> {
    let mut number = chars.next()?.to_digit(10)? as usize;
    while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
        let longer = number * 10 + digit as usize;
        if longer >= groups {
            break;
        }
        number = longer;
        chars.next();
    }
    (number < groups).then_some(number)
}
