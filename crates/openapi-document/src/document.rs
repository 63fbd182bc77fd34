//! A document of JSON or YAML as one tree of values. Size, depth and what aliases unfold to are bounded, so that a small
//! text cannot become a large tree.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};

/// Largest definition, in bytes (API Gateway quota).
pub const MAX_BYTES: usize = 6 * 1024 * 1024;
/// Deepest nesting.
const MAX_DEPTH: usize = 100;
/// Most values, with what aliases stand for.
const MAX_VALUES: usize = 500_000;
/// Most bytes of text, with what aliases stand for.
const MAX_TEXT: usize = 4 * MAX_BYTES;

/// Why a text is no document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Over a bound.
    #[error("the definition is too large or too deep")]
    TooLarge,
    /// Neither JSON nor YAML, or no object.
    #[error("the definition is neither JSON nor YAML: {0}")]
    Malformed(String),
}

/// Reads a document, whose outermost value is an object.
///
/// # Errors
/// [`DocumentError`].
pub fn read(bytes: &[u8]) -> Result<Value, DocumentError> {
    if bytes.len() > MAX_BYTES {
        return Err(DocumentError::TooLarge);
    }
    let malformed =
        |what: &dyn std::fmt::Display| DocumentError::Malformed(what.to_string().chars().take(200).collect());
    let text = std::str::from_utf8(bytes).map_err(|error| malformed(&error))?;
    let text = text.trim_start_matches('\u{feff}');
    let json = text.trim_start().starts_with('{');
    let value = match serde_json::from_str::<Value>(text) {
        Ok(value) => value,
        Err(error) if json && !error.is_syntax() => return Err(malformed(&error)),
        Err(_) => yaml(text)?,
    };
    if value.is_object() { Ok(value) } else { Err(malformed(&"it is no object")) }
}

/// A value that is being read.
enum Open {
    List(Vec<Value>, usize),
    Object { members: Map<String, Value>, key: Option<Key>, merged: Vec<Value>, anchor: usize },
}

/// A key whose value comes next.
enum Key {
    Name(String),
    /// `<<`, not in quotes: members of another object.
    Merge,
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: HashMap<usize, (Value, usize, usize)>,
    done: Option<Value>,
    values: usize,
    text: usize,
}

fn yaml(text: &str) -> Result<Value, DocumentError> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, _) =
            event.map_err(|error| DocumentError::Malformed(error.to_string().chars().take(200).collect()))?;
        if !builder.take(event)? {
            break;
        }
    }
    builder.done.ok_or_else(|| DocumentError::Malformed("it is empty".to_owned()))
}

impl Builder {
    /// Takes an event; false once the first document has ended.
    fn take(&mut self, event: Event<'_>) -> Result<bool, DocumentError> {
        match event {
            Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => {}
            Event::StreamEnd | Event::DocumentEnd => return Ok(false),
            Event::Scalar(text, style, anchor, _) => {
                self.count(1, text.len())?;
                match self.open.last_mut() {
                    Some(Open::Object { key: key @ None, .. }) if text == "<<" && style == ScalarStyle::Plain => {
                        *key = Some(Key::Merge);
                    }
                    _ => self.put(scalar(&text, style), anchor)?,
                }
            }
            Event::Alias(anchor) => {
                let found = self.anchors.get(&anchor).map(|(value, values, text)| (value.clone(), *values, *text));
                let (value, values, text) =
                    found.ok_or_else(|| DocumentError::Malformed("an alias names what is not there yet".to_owned()))?;
                self.count(values, text)?;
                self.put(value, 0)?;
            }
            Event::SequenceStart(anchor, _) => self.begin(Open::List(Vec::new(), anchor))?,
            Event::MappingStart(anchor, _) => {
                self.begin(Open::Object { members: Map::new(), key: None, merged: Vec::new(), anchor })?;
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(list, anchor)) => self.put(Value::Array(list), anchor)?,
                Some(Open::Object { mut members, merged, anchor, .. }) => {
                    merged.into_iter().for_each(|value| merge(&mut members, value));
                    self.put(Value::Object(members), anchor)?;
                }
                None => {}
            },
        }
        Ok(true)
    }

    fn count(&mut self, values: usize, text: usize) -> Result<(), DocumentError> {
        self.values = self.values.saturating_add(values);
        self.text = self.text.saturating_add(text);
        if self.values > MAX_VALUES || self.text > MAX_TEXT { Err(DocumentError::TooLarge) } else { Ok(()) }
    }

    fn begin(&mut self, open: Open) -> Result<(), DocumentError> {
        self.count(1, 0)?;
        self.open.push(open);
        if self.open.len() > MAX_DEPTH { Err(DocumentError::TooLarge) } else { Ok(()) }
    }

    fn put(&mut self, value: Value, anchor: usize) -> Result<(), DocumentError> {
        if anchor != 0 {
            let (values, text) = weight(&value);
            // A kept copy costs as much as a used one.
            self.count(values, text)?;
            self.anchors.insert(anchor, (value.clone(), values, text));
        }
        if depth(&value) + self.open.len() > MAX_DEPTH {
            return Err(DocumentError::TooLarge);
        }
        match self.open.last_mut() {
            None => self.done = Some(value),
            Some(Open::List(list, _)) => list.push(value),
            Some(Open::Object { members, key, merged, .. }) => match key.take() {
                None => *key = Some(Key::Name(key_text(&value)?)),
                Some(Key::Merge) => merged.push(value),
                Some(Key::Name(name)) if members.contains_key(&name) => {
                    return Err(DocumentError::Malformed(format!("the key {name:.100} stands twice")));
                }
                Some(Key::Name(name)) => {
                    members.insert(name, value);
                }
            },
        }
        Ok(())
    }
}

/// A merge key: members that are not there yet.
fn merge(members: &mut Map<String, Value>, value: Value) {
    let maps = match value {
        Value::Array(list) => list,
        other => vec![other],
    };
    for map in maps {
        let Value::Object(more) = map else { continue };
        for (name, value) in more {
            members.entry(name).or_insert(value);
        }
    }
}

fn key_text(value: &Value) -> Result<String, DocumentError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Null => Ok("null".to_owned()),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        _ => Err(DocumentError::Malformed("a key is no text".to_owned())),
    }
}

/// Values and bytes of text in a tree.
fn weight(value: &Value) -> (usize, usize) {
    match value {
        Value::String(text) => (1, text.len()),
        Value::Array(list) => list.iter().map(weight).fold((1, 0), |(v, t), (dv, dt)| (v + dv, t + dt)),
        Value::Object(members) => members.iter().fold((1, 0), |(v, t), (name, value)| {
            let (dv, dt) = weight(value);
            (v + dv, t + dt + name.len())
        }),
        _ => (1, 0),
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// A plain scalar by the core schema of YAML 1.2; quoted ones are text.
fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return Value::String(text.to_owned());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    // A leading zero is text: `007` is a name rather than seven.
    let digits = text.trim_start_matches(['-', '+']);
    if digits == "0" || !digits.starts_with('0') {
        let number = text.parse::<i64>().map(Value::from).or_else(|_| text.parse::<u64>().map(Value::from));
        if let Ok(number) = number {
            return number;
        }
    }
    let looks_like_a_number = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))
        && text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b))
        && text.contains(['.', 'e', 'E']);
    let number = text.parse::<f64>().ok().filter(|_| looks_like_a_number).and_then(serde_json::Number::from_f64);
    number.map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn json_and_yaml_are_the_same_document() {
        let text = "swagger: \"2.0\"\ninfo: {title: 'A b', version: 1.5}\npaths:\n  /pets:\n    get:\n      responses:\n        \
                    200: &ok {description: fine}\n        404: *ok\n      deprecated: false\n      x: ~\n      y: 007\n      \
                    z: |\n        two\n        lines\n";
        let expected = json!({
            "swagger": "2.0", "info": {"title": "A b", "version": 1.5},
            "paths": {"/pets": {"get": {
                "responses": {"200": {"description": "fine"}, "404": {"description": "fine"}},
                "deprecated": false, "x": null, "y": "007", "z": "two\nlines\n",
            }}},
        });
        assert_eq!(read(text.as_bytes()).unwrap(), expected);
        assert_eq!(read(expected.to_string().as_bytes()).unwrap(), expected);
    }

    #[test]
    fn bombs_are_refused_before_they_go_off() {
        let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for n in 1..30 {
            let before = format!("*a{}", n - 1);
            bomb += &format!("a{n}: &a{n} [{}]\n", [before.as_str(); 9].join(","));
        }
        assert_eq!(read(bomb.as_bytes()), Err(DocumentError::TooLarge));
        for (open, close) in [("[", "]"), ("{a: ", "}")] {
            let deep = format!("a: {}{}", open.repeat(5_000), close.repeat(5_000));
            assert!(read(deep.as_bytes()).is_err());
        }
        assert!(read(format!("{{\"a\":{}{}}}", "[".repeat(50_000), "]".repeat(50_000)).as_bytes()).is_err());
        assert_eq!(read(&vec![b' '; MAX_BYTES + 1]), Err(DocumentError::TooLarge));
    }

    #[test]
    fn what_is_no_object_is_no_document() {
        for bad in ["", "x", "[1]", "a: b: c", "a: 1\na: 2", "{", "\u{0}", "a: *nothing"] {
            assert!(read(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(read(&[0xff, 0xfe]).is_err());
    }

    #[test]
    fn a_merge_key_takes_what_is_not_there_and_a_quoted_one_is_a_name() {
        let text = "a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\nc: {\"<<\": *a}\nd: 18446744073709551615\n";
        let expected = json!({
            "a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 3}, "c": {"<<": {"x": 1, "y": 2}}, "d": u64::MAX,
        });
        assert_eq!(read(text.as_bytes()).unwrap(), expected);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[a-z0-9:{}\\[\\],&*<>|\"'\n -]{0,200}") {
            let _ = read(text.as_bytes());
        }

        #[test]
        fn what_is_written_as_yaml_reads_back(words in proptest::collection::btree_map("[ -~]{1,12}", "[ -~\n\u{e9}]{0,20}", 1..6)) {
            let value = json!({"a": words, "b": [1, true, null, {"c": []}, {}]});
            prop_assert_eq!(read(crate::to_yaml(&value).as_bytes()).unwrap(), value);
        }
    }
}
