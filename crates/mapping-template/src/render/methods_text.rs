//! `java.lang.String`'s methods. Positions count UTF-16 units, as Java's do.

use std::sync::Arc;

use super::references::int;
use super::regexes::replacement;
use super::text_regions::{code_point_at, out_of_range};
use super::{Outcome, Renderer};
use crate::limits::RenderError;
use crate::value::Value;

impl Renderer<'_, '_> {
    pub(super) fn text_method(&mut self, text: &Arc<str>, name: &str, arguments: &[Value]) -> Outcome<Value> {
        self.charge_steps(text.len() / 1024)?;
        match arguments {
            [Value::Text(format), values @ ..] if name == "format" => self.format(format, values),
            [Value::Text(delimiter), parts @ ..] if name == "join" => self.join(delimiter, parts),
            [] => self.plain_text_method(text, name),
            [Value::Int(at)] => self.text_position_method(text, name, *at),
            [Value::Text(other)] => {
                self.charge_steps(other.len() / 1024)?;
                self.text_text_method(text, name, other)
            }
            [Value::Int(character), Value::Int(from)] if matches!(name, "indexOf" | "lastIndexOf") => {
                self.text_from_method(text, name, &code_point(*character), *from)
            }
            [Value::Int(from), Value::Int(to)] => self.text_range_method(text, name, *from, *to),
            [Value::Text(first), Value::Text(second)] => self.replace_method(text, name, first, second),
            [.., Value::Int(_), Value::Text(_), Value::Int(_), Value::Int(_)] if name == "regionMatches" => {
                self.region_matches(text, arguments)
            }
            [Value::Text(other), Value::Int(number)] => self.text_from_method(text, name, other, *number),
            [other] if matches!(name, "concat" | "contains" | "valueOf") => {
                let other = self.text_of(other)?;
                self.text_text_method(text, name, &other)
            }
            _ => Ok(Value::Null),
        }
    }

    fn plain_text_method(&mut self, text: &Arc<str>, name: &str) -> Outcome<Value> {
        match name {
            "length" => Ok(int(utf16_length(text))),
            "isEmpty" => Ok(Value::Bool(text.is_empty())),
            "isBlank" => Ok(Value::Bool(text.trim().is_empty())),
            "trim" => self.new_text(text.trim_matches(|c| c <= ' ')),
            "strip" => self.new_text(text.trim()),
            "stripLeading" => self.new_text(text.trim_start()),
            "stripTrailing" => self.new_text(text.trim_end()),
            "getBytes" => self.bytes(text, "UTF-8"),
            "toLowerCase" => self.new_text(&text.to_lowercase()),
            "toUpperCase" => self.new_text(&text.to_uppercase()),
            "intern" => Ok(Value::Text(Arc::clone(text))),
            "toCharArray" => {
                self.charge_steps(text.len() / 16)?;
                let items = text.chars().map(|c| self.new_text(c.encode_utf8(&mut [0; 4]))).collect::<Outcome<_>>()?;
                self.java_list(items)
            }
            _ => Ok(Value::Null),
        }
    }

    fn text_position_method(&mut self, text: &str, name: &str, at: i64) -> Outcome<Value> {
        match name {
            "substring" => {
                let end = i64::try_from(utf16_length(text)).unwrap_or(i64::MAX);
                self.substring(text, name, at, end)
            }
            "charAt" => self.substring(text, name, at, at.saturating_add(1)),
            "indexOf" | "lastIndexOf" => {
                // Java's indexOf(int) takes a code point.
                self.text_text_method(text, name, &code_point(at))
            }
            "repeat" => self.repeat(text, at),
            "codePointAt" => code_point_at(text, at).ok_or_else(|| out_of_range(name, at)),
            "codePointBefore" => {
                at.checked_sub(1).and_then(|at| code_point_at(text, at)).ok_or_else(|| out_of_range(name, at))
            }
            "concat" | "contains" | "valueOf" => self.text_text_method(text, name, &at.to_string()),
            _ => Ok(Value::Null),
        }
    }

    pub(super) fn substring(&mut self, text: &str, name: &str, from: i64, to: i64) -> Outcome<Value> {
        let (start, end) = (byte_at(text, from), byte_at(text, to));
        match (start, end) {
            (Some(start), Some(end)) if start <= end => self.new_text(text.get(start..end).unwrap_or_default()),
            _ => Err(RenderError::method(name, format!("String index out of range: {from}, {to}"))),
        }
    }

    fn text_text_method(&mut self, text: &str, name: &str, other: &str) -> Outcome<Value> {
        match name {
            "contains" => Ok(Value::Bool(text.contains(other))),
            "startsWith" => Ok(Value::Bool(text.starts_with(other))),
            "endsWith" => Ok(Value::Bool(text.ends_with(other))),
            "equalsIgnoreCase" => Ok(Value::Bool(text.to_lowercase() == other.to_lowercase())),
            "contentEquals" => Ok(Value::Bool(text == other)),
            "compareTo" => Ok(Value::Int(compare(text, other))),
            "compareToIgnoreCase" => Ok(Value::Int(compare(&text.to_lowercase(), &other.to_lowercase()))),
            "indexOf" => Ok(position(text, text.find(other))),
            "lastIndexOf" => Ok(position(text, text.rfind(other))),
            "concat" => {
                let mut joined = String::new();
                self.push(&mut joined, text)?;
                self.push(&mut joined, other)?;
                self.new_text(&joined)
            }
            "valueOf" => self.new_text(other),
            "getBytes" => self.bytes(text, other),
            "matches" => {
                let regex = self.regex(name, &format!(r"\A(?:{other})\z"))?;
                self.charge_steps(text.len() / 256)?;
                Ok(Value::Bool(regex.is_match(text)))
            }
            "split" => self.split(text, other, 0),
            _ => Ok(Value::Null),
        }
    }

    fn text_from_method(&mut self, text: &str, name: &str, other: &str, number: i64) -> Outcome<Value> {
        match name {
            "split" => self.split(text, other, number),
            "indexOf" => {
                let from = byte_at(text, number.max(0)).unwrap_or(text.len());
                let found = text.get(from..).and_then(|rest| rest.find(other)).map(|at| at + from);
                Ok(position(text, found))
            }
            "lastIndexOf" => Ok(position(text, last_found(text, other, number))),
            "startsWith" => {
                let from = byte_at(text, number);
                Ok(Value::Bool(from.and_then(|from| text.get(from..)).is_some_and(|rest| rest.starts_with(other))))
            }
            _ => Ok(Value::Null),
        }
    }

    fn replace_method(&mut self, text: &str, name: &str, first: &str, second: &str) -> Outcome<Value> {
        match name {
            "replace" => {
                let mut out = String::new();
                let mut copied = 0;
                for (at, found) in text.match_indices(first) {
                    self.push(&mut out, text.get(copied..at).unwrap_or_default())?;
                    self.push(&mut out, second)?;
                    copied = at + found.len();
                }
                self.push(&mut out, text.get(copied..).unwrap_or_default())?;
                self.new_text(&out)
            }
            "replaceAll" | "replaceFirst" => {
                let regex = self.regex(name, first)?;
                self.charge_steps(text.len() / 256)?;
                let pieces = replacement(second, regex.captures_len());
                let pieces = pieces.ok_or_else(|| RenderError::method(name, "illegal group reference"))?;
                let most = if name == "replaceFirst" { 1 } else { usize::MAX };
                let replaced = self.replace_regex(text, &regex, &pieces, most)?;
                self.new_text(&replaced)
            }
            _ => Ok(Value::Null),
        }
    }

    /// Java's split: a limit of 0 drops empty texts at the end, and an empty match at the beginning gives none.
    fn split(&mut self, text: &str, pattern: &str, limit: i64) -> Outcome<Value> {
        let regex = self.regex("split", pattern)?;
        self.charge_steps(text.len() / 256)?;
        let most = usize::try_from(limit).ok().filter(|limit| *limit > 0).unwrap_or(usize::MAX);
        let mut items = Vec::new();
        let mut copied = 0;
        for (number, found) in regex.find_iter(text).enumerate() {
            if items.len() + 1 >= most {
                break;
            }
            self.charge_match(&regex, number, text.len() - found.end())?;
            if found.end() == 0 || (found.is_empty() && found.start() == text.len()) {
                continue;
            }
            items.push(self.new_text(text.get(copied..found.start()).unwrap_or_default())?);
            copied = found.end();
        }
        items.push(self.new_text(text.get(copied..).unwrap_or_default())?);
        if limit == 0 {
            while items.len() > 1 && matches!(items.last(), Some(Value::Text(last)) if last.is_empty()) {
                items.pop();
            }
        }
        self.java_list(items)
    }
}

fn utf16_length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(char::len_utf16).sum() }
}

fn position(text: &str, found: Option<usize>) -> Value {
    found.and_then(|at| text.get(..at)).map_or(Value::Int(-1), |before| int(utf16_length(before)))
}

/// The byte where a UTF-16 position is; inside a pair of surrogates, the byte after it.
pub(super) fn byte_at(text: &str, position: i64) -> Option<usize> {
    let position = usize::try_from(position).ok()?;
    if text.is_ascii() {
        return (position <= text.len()).then_some(position);
    }
    let mut units = 0;
    for (at, c) in text.char_indices() {
        if units >= position {
            return Some(at);
        }
        units += c.len_utf16();
    }
    (units >= position).then_some(text.len())
}

/// The difference of the first unlike UTF-16 units, or of the lengths.
fn compare(left: &str, right: &str) -> i64 {
    let unlike = left.encode_utf16().zip(right.encode_utf16()).find(|(left, right)| left != right);
    let length = |text| i64::try_from(utf16_length(text)).unwrap_or(i64::MAX);
    match unlike {
        Some((left, right)) => i64::from(left) - i64::from(right),
        None => length(left) - length(right),
    }
}

/// Where `other` is found last, beginning at `position` or before it.
fn last_found(text: &str, other: &str, position: i64) -> Option<usize> {
    let position = usize::try_from(position).ok()?;
    let mut units = 0;
    let starts = text.char_indices().take_while(|(_, c)| {
        let start = units;
        units += c.len_utf16();
        start <= position
    });
    let from = starts.last().map_or(0, |(at, _)| at);
    // An empty text is found at the very end, too.
    let from = if units <= position { text.len() } else { from };
    let end = from.saturating_add(other.len()).min(text.len());
    let end = (end..=text.len()).find(|end| text.is_char_boundary(*end))?;
    text.get(..end)?.rfind(other).filter(|at| *at <= from)
}

/// The text of one code point; nothing for what is none.
fn code_point(number: i64) -> String {
    u32::try_from(number).ok().and_then(char::from_u32).map(String::from).unwrap_or_default()
}
