//! Which constraints of a shape a value breaks.

use aws_types::schema::{Kind, Length, Range, Shape, Text};
use aws_types::wire::Value;

use super::report::Rule;
use crate::pattern::{Cache, Error};

/// A pattern is not tried on text that is longer than this and also longer than its shape allows.
const PATTERN_WORTHWHILE: usize = 64 << 10;

/// Whether a shape is neither structure nor list nor map.
pub fn is_scalar(shape: &Shape) -> bool {
    !matches!(shape.kind, Kind::Structure(_) | Kind::List(_) | Kind::Map(_))
}

/// The rules that a value itself breaks, in AWS's order.
pub fn broken(shape: &Shape, value: &Value, patterns: &Cache) -> Result<Vec<Rule>, Error> {
    Ok(match (&shape.kind, value) {
        (Kind::String(_), Value::String(text)) => broken_text(shape, text, patterns)?,
        (Kind::Integer(range) | Kind::Long(range) | Kind::Float(range) | Kind::Double(range), Value::Number(_)) => {
            broken_range(*range, value)
        }
        (Kind::List(list), Value::Array(items)) => broken_length(list.length, items.len()),
        (Kind::Map(map), Value::Object(entries)) => broken_length(map.length, entries.len()),
        (Kind::Blob(blob), Value::String(text)) => broken_length(blob.length, decoded_length(text)),
        _ => Vec::new(),
    })
}

/// As [`broken`], for text that is no value of its own: a map's key.
pub fn broken_text(shape: &Shape, text: &str, patterns: &Cache) -> Result<Vec<Rule>, Error> {
    let Kind::String(Text { length, pattern, values }) = &shape.kind else { return Ok(Vec::new()) };
    let mut rules = Vec::new();
    if length.min.is_some() || length.max.is_some() {
        rules = broken_length(*length, text.chars().count());
    }
    let hopeless = !rules.is_empty() && text.len() > PATTERN_WORTHWHILE;
    if let Some(pattern) = pattern.filter(|_| !hopeless)
        && !patterns.get(pattern)?.matches(text)
    {
        rules.push(Rule::Pattern(pattern));
    }
    if !values.is_empty() && !values.contains(&text) {
        rules.push(Rule::Enumeration(values));
    }
    Ok(rules)
}

fn broken_length(length: Length, actual: usize) -> Vec<Rule> {
    let actual = u64::try_from(actual).unwrap_or(u64::MAX);
    let too_short = length.min.filter(|min| actual < *min).map(Rule::MinLength);
    let too_long = length.max.filter(|max| actual > *max).map(Rule::MaxLength);
    too_short.into_iter().chain(too_long).collect()
}

fn broken_range(range: Range, value: &Value) -> Vec<Rule> {
    #[expect(clippy::cast_precision_loss, reason = "the models' bounds are far below 2^53")]
    let below = |bound: i64| value.as_i64().map_or_else(|| value.as_f64() < Some(bound as f64), |n| n < bound);
    #[expect(clippy::cast_precision_loss, reason = "the models' bounds are far below 2^53")]
    let above = |bound: i64| value.as_i64().map_or_else(|| value.as_f64() > Some(bound as f64), |n| n > bound);
    let too_small = range.min.filter(|min| below(*min)).map(Rule::MinValue);
    let too_great = range.max.filter(|max| above(*max)).map(Rule::MaxValue);
    too_small.into_iter().chain(too_great).collect()
}

/// Bytes behind padded base64 text.
fn decoded_length(base64: &str) -> usize {
    base64.len() / 4 * 3 - base64.bytes().rev().take(2).filter(|byte| *byte == b'=').count().min(base64.len() / 4 * 3)
}
