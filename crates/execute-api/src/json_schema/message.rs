//! The sentences of json-schema-validator, which `$context.error.validationErrorString` shows (from memory of its message
//! bundle; the one for missing properties is seen in the wild).

use serde_json::Value;

use super::Primitive;

/// Longest piece of a body in a sentence, in characters.
const SHOWN: usize = 100;

pub(super) fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= SHOWN { text } else { text.chars().take(SHOWN).chain("...".chars()).collect() }
}

pub(super) fn short(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}

/// `["a","b"]`, in alphabetic order.
pub(super) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = names.into_iter().collect();
    names.sort_unstable();
    let quoted: Vec<String> = names.iter().take(20).map(|name| Value::from(short(name)).to_string()).collect();
    format!("[{}]", quoted.join(","))
}

pub(super) fn wrong_type(found: Primitive, allowed: &[Primitive]) -> String {
    let allowed = list(allowed.iter().map(|kind| kind.as_str()));
    format!("instance type ({}) does not match any allowed primitive type (allowed: {allowed})", found.as_str())
}

pub(super) fn not_in_enum(value: &Value, values: &[Value]) -> String {
    let values: Vec<String> = values.iter().take(20).map(shown).collect();
    format!("instance value ({}) not found in enum (possible values: [{}])", shown(value), values.join(","))
}
