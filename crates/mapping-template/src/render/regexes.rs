//! Java's regular expressions on a linear-time engine: what needs backtracking (look-around, back references) fails.

use std::sync::Arc;

use regex::{Captures, Regex, RegexBuilder};

use super::{Outcome, Renderer};
use crate::limits::RenderError;

/// Largest compiled expression, in bytes.
const MAX_COMPILED_BYTES: usize = 1 << 18;
/// Compiled expressions kept during one rendering.
const KEPT: usize = 16;
/// Steps that compiling an expression is charged.
const COMPILE_STEPS: usize = 500;
/// Bytes searched by one step.
const BYTES_A_STEP: usize = 1024;
/// Matches found by one step.
const MATCHES_A_STEP: usize = 4;

impl Renderer<'_, '_> {
    pub(super) fn regex(&mut self, method: &str, pattern: &str) -> Outcome<Regex> {
        if let Some((_, regex)) = self.regexes.iter().find(|(kept, _)| &**kept == pattern) {
            return Ok(regex.clone());
        }
        self.charge_steps(COMPILE_STEPS + pattern.len())?;
        let built = RegexBuilder::new(&from_java(pattern))
            .size_limit(MAX_COMPILED_BYTES)
            .dfa_size_limit(MAX_COMPILED_BYTES)
            .build();
        let regex =
            built.map_err(|_| RenderError::method(method, format!("unsupported regular expression {pattern}")))?;
        if self.regexes.len() < KEPT {
            self.regexes.push((Arc::from(pattern), regex.clone()));
        }
        Ok(regex)
    }

    /// Charges for one match among many, by its number. With a repetition, finding it may have meant looking at all that is left;
    /// without one, no further than the pattern is long.
    pub(super) fn charge_match(&mut self, regex: &Regex, number: usize, left: usize) -> Outcome<()> {
        let unbounded = regex.as_str().contains(['*', '+', '{']);
        self.charge_steps(usize::from(number.is_multiple_of(MATCHES_A_STEP)))?;
        self.charge_steps(if unbounded { left / BYTES_A_STEP } else { 0 })
    }

    /// `replaceAll` and `replaceFirst`, the result within the output's bound.
    pub(super) fn replace_regex(
        &mut self,
        text: &str,
        regex: &Regex,
        replacement: &[Piece],
        most: usize,
    ) -> Outcome<String> {
        let mut out = String::new();
        let mut copied = 0;
        for (number, captures) in regex.captures_iter(text).take(most).enumerate() {
            let Some(whole) = captures.get(0) else { break };
            self.charge_match(regex, number, text.len() - whole.end())?;
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

/// Java's `\d`, `\w` and `\s` are ASCII; `\h` and `\Q…\E` this engine does not know.
fn from_java(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        let Some(escaped) = chars.next() else {
            out.push('\\');
            return out;
        };
        rest = chars.as_str();
        match escaped {
            'd' => out.push_str("[0-9]"),
            'D' => out.push_str("[^0-9]"),
            'w' => out.push_str("[0-9A-Za-z_]"),
            'W' => out.push_str("[^0-9A-Za-z_]"),
            's' => out.push_str(r"[ \t\n\x0B\f\r]"),
            'S' => out.push_str(r"[^ \t\n\x0B\f\r]"),
            'h' => out.push_str(r"[ \t]"),
            'R' => out.push_str(r"(?:\r\n|[\n\x0B\f\r\x{85}\x{2028}\x{2029}])"),
            // To the engine these two are word boundaries.
            '<' | '>' => out.push(escaped),
            'p' | 'P' => match posix_class(rest) {
                Some((class, length)) => {
                    let negated = if escaped == 'P' { "[^" } else { "[" };
                    out.extend([negated, class, "]"]);
                    rest = rest.get(length..).unwrap_or_default();
                }
                None => out.extend(['\\', escaped]),
            },
            'Q' => {
                let (literal, after) = rest.split_once(r"\E").unwrap_or((rest, ""));
                out.push_str(&regex::escape(literal));
                rest = after;
            }
            _ => out.extend(['\\', escaped]),
        }
    }
    out.push_str(rest);
    out
}

/// Java's `\p{Punct}` and its kin, which are ASCII there: the ranges and how much of the pattern names them.
fn posix_class(rest: &str) -> Option<(&'static str, usize)> {
    let (name, _) = rest.strip_prefix('{')?.split_once('}')?;
    let ranges = match name {
        "Lower" => "a-z",
        "Upper" => "A-Z",
        "ASCII" => r"\x00-\x7F",
        "Alpha" => "A-Za-z",
        "Digit" => "0-9",
        "Alnum" => "0-9A-Za-z",
        "Punct" => r"!-/:-@\[-`{-~",
        "Graph" => "!-~",
        "Print" => r"\x20-~",
        "Blank" => r"\x20\t",
        "Cntrl" => r"\x00-\x1F\x7F",
        "XDigit" => "0-9A-Fa-f",
        "Space" => r"\x20\t\n\x0B\f\r",
        _ => return None,
    };
    Some((ranges, name.len() + 2))
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
