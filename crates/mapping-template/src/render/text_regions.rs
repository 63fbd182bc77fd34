//! String methods that copy, encode or compare regions. What they make is counted before it is made.

use super::methods_text::byte_at;
use super::{Outcome, Renderer, VALUE_BYTES};
use crate::limits::RenderError;
use crate::value::Value;

impl Renderer<'_, '_> {
    pub(super) fn text_range_method(&mut self, text: &str, name: &str, from: i64, to: i64) -> Outcome<Value> {
        match name {
            "substring" | "subSequence" => self.substring(text, name, from, to),
            "codePointCount" => match (byte_at(text, from), byte_at(text, to)) {
                (Some(start), Some(end)) if start <= end => {
                    let characters = text.get(start..end).unwrap_or_default().chars().count();
                    Ok(Value::Int(i64::try_from(characters).unwrap_or(i64::MAX)))
                }
                _ => Err(out_of_range(name, from)),
            },
            _ => Ok(Value::Null),
        }
    }

    /// `repeat`: within the output's bound, however large the count.
    pub(super) fn repeat(&mut self, text: &str, count: i64) -> Outcome<Value> {
        let count =
            usize::try_from(count).map_err(|_| RenderError::method("repeat", format!("count is negative: {count}")))?;
        match text.len().checked_mul(count) {
            Some(length) if length <= self.limits.output_bytes => {
                self.charge_memory(length)?;
                self.charge_steps(length / 1024)?;
                // An empty text is repeated by nobody.
                self.new_text(&if length == 0 { String::new() } else { text.repeat(count) })
            }
            _ => Err(RenderError::OutputTooLarge),
        }
    }

    /// `getBytes`: Java's array of signed bytes, which prints and is read as a list here.
    pub(super) fn bytes(&mut self, text: &str, charset: &str) -> Outcome<Value> {
        let unit_bytes = |to_bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to_bytes).collect::<Vec<u8>>();
        let narrow = |most: u32| {
            text.chars().map(move |c| u8::try_from(c).ok().filter(|_| u32::from(c) <= most).unwrap_or(b'?'))
        };
        self.charge_memory(text.len().saturating_mul(2 * VALUE_BYTES))?;
        self.charge_steps(text.len() / 16)?;
        let bytes: Vec<u8> = match charset.to_ascii_uppercase().as_str() {
            "UTF-8" | "UTF8" => text.as_bytes().to_vec(),
            "US-ASCII" | "ASCII" => narrow(0x7F).collect(),
            "ISO-8859-1" | "ISO8859_1" | "LATIN1" => narrow(0xFF).collect(),
            "UTF-16" => [vec![0xFE, 0xFF], unit_bytes(u16::to_be_bytes)].concat(),
            "UTF-16BE" => unit_bytes(u16::to_be_bytes),
            "UTF-16LE" => unit_bytes(u16::to_le_bytes),
            _ => return Err(RenderError::method("getBytes", format!("UnsupportedEncodingException: {charset:.100}"))),
        };
        self.java_list(bytes.into_iter().map(|byte| Value::Int(i64::from(byte.cast_signed()))).collect())
    }

    /// `String.join`, over the arguments or over one list.
    pub(super) fn join(&mut self, delimiter: &str, parts: &[Value]) -> Outcome<Value> {
        let parts = match parts {
            [Value::List(list)] => list.items.borrow().clone(),
            _ => parts.to_vec(),
        };
        let mut out = String::new();
        for (at, part) in parts.iter().enumerate() {
            self.charge_steps(1)?;
            self.push(&mut out, if at == 0 { "" } else { delimiter })?;
            self.print(part, &mut out)?;
        }
        self.new_text(&out)
    }

    /// `regionMatches([ignoreCase,] from, other, otherFrom, length)`.
    pub(super) fn region_matches(&mut self, text: &str, arguments: &[Value]) -> Outcome<Value> {
        let (ignore_case, rest) = match arguments {
            [Value::Bool(ignore_case), rest @ ..] => (*ignore_case, rest),
            rest => (false, rest),
        };
        let [Value::Int(from), Value::Text(other), Value::Int(other_from), Value::Int(length)] = rest else {
            return Ok(Value::Null);
        };
        self.charge_steps(other.len() / 1024)?;
        // A region of no or of negative length matches wherever both places are within the texts.
        let (left, right) = (region(text, *from, *length), region(other, *other_from, *length));
        Ok(Value::Bool(match (left, right) {
            (Some(left), Some(right)) if ignore_case => left.to_lowercase() == right.to_lowercase(),
            (Some(left), Some(right)) => left == right,
            _ => false,
        }))
    }
}

fn region(text: &str, from: i64, length: i64) -> Option<&str> {
    let end = from.checked_add(length.max(0))?;
    text.get(byte_at(text, from)?..byte_at(text, end)?)
}

/// The code point that begins at a UTF-16 position; in the middle of a pair, its second half.
pub(super) fn code_point_at(text: &str, position: i64) -> Option<Value> {
    let wanted = usize::try_from(position).ok()?;
    let mut units = 0;
    for c in text.chars() {
        if units == wanted {
            return Some(Value::Int(i64::from(u32::from(c))));
        }
        if units + c.len_utf16() > wanted {
            return c.encode_utf16(&mut [0; 2]).get(1).map(|unit| Value::Int(i64::from(*unit)));
        }
        units += c.len_utf16();
    }
    None
}

/// Java's StringIndexOutOfBoundsException.
pub(super) fn out_of_range(method: &str, position: i64) -> RenderError {
    RenderError::method(method, format!("String index out of range: {position}"))
}
