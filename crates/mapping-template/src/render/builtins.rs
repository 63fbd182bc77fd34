//! `$input` and `$util` ("$input variables", "$util variables" in the mapping template reference).

use std::fmt::Write as _;
use std::rc::Rc;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::{Outcome, Renderer, VALUE_BYTES};
use crate::ast::{Base, Reference, Segment};
use crate::jsonpath::{JsonPath, JsonPathError, Matches};
use crate::limits::RenderError;
use crate::value::{Entries, ListStyle, Value};

/// What `java.net.URLEncoder` leaves alone, besides letters and digits.
const URL_ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'*').remove(b' ');

/// How many of a JSON path's visits make one step.
const VISITS_A_STEP: usize = 16;

impl<'t> Renderer<'t, '_> {
    pub(super) fn input(&mut self, segments: &'t [Segment]) -> Outcome<(Value, &'t [Segment])> {
        let Some((first, rest)) = segments.split_first() else { return Ok((Value::Null, segments)) };
        let value = match first {
            Segment::Property(name) if &**name == "body" => {
                let body = self.body_text();
                self.new_text(body)?
            }
            Segment::InputJson(path) => self.input_json(path)?,
            Segment::InputPath(path) => self.input_path(path)?,
            Segment::Call(name, arguments) => {
                let arguments = self.arguments(arguments)?;
                self.input_method(name, &arguments)?
            }
            _ => Value::Null,
        };
        Ok((value, rest))
    }

    /// Charges for the values that parsing a JSON text may make.
    fn charge_parsing(&mut self, text: &str) -> Outcome<()> {
        let separators = text.bytes().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count();
        self.charge_memory(separators.saturating_mul(VALUE_BYTES))
    }

    fn query<'v>(&mut self, method: &str, path: &JsonPath, body: &'v serde_json::Value) -> Outcome<Matches<'v>> {
        let bound = usize::try_from(self.steps).unwrap_or(usize::MAX).saturating_mul(VISITS_A_STEP);
        let mut visits = bound;
        let matches = path.query_within(body, &mut visits);
        self.charge_steps((bound - visits) / VISITS_A_STEP)?;
        matches.map_err(|error| match error {
            JsonPathError::TooMuch => RenderError::TooManySteps,
            JsonPathError::Syntax { .. } => RenderError::method(method, error.to_string()),
        })
    }

    /// Prints `$input.body` and `$input.json('…')`, if the reference is one, without a copy in between.
    pub(super) fn print_input(&mut self, reference: &Reference, out: &mut String) -> Outcome<bool> {
        match (reference.base, reference.segments.as_slice()) {
            (Base::Input, [Segment::Property(name)]) if &**name == "body" => self.push(out, self.body_text())?,
            (Base::Input, [Segment::InputJson(path)]) => self.write_input_json(path, out)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn input_method(&mut self, name: &str, arguments: &[Value]) -> Outcome<Value> {
        match (name, arguments) {
            ("json" | "path", [path]) => {
                let text = self.text_of(path)?;
                self.charge_steps(20)?;
                let path = JsonPath::compile(&text).map_err(|error| RenderError::method(name, error.to_string()))?;
                if name == "json" { self.input_json(&path) } else { self.input_path(&path) }
            }
            ("params", []) => self.all_params(),
            ("params", [name]) => {
                let name = self.text_of(name)?;
                match self.scope.params.find(&name) {
                    Some(text) => self.new_text(text),
                    None => Ok(Value::Null),
                }
            }
            ("body", []) => {
                let body = self.body_text();
                self.new_text(body)
            }
            _ => Ok(Value::Null),
        }
    }

    /// The body; an empty one reads as an empty object.
    fn body_text(&self) -> &'t str {
        if self.scope.body.is_empty() { "{}" } else { self.scope.body }
    }

    fn body_json(&mut self) -> Outcome<Rc<serde_json::Value>> {
        if let Some(body) = &self.body {
            return Ok(Rc::clone(body));
        }
        self.charge_parsing(self.body_text())?;
        let parsed = serde_json::from_str(self.body_text());
        let body = Rc::new(parsed.map_err(|error| RenderError::BodyNotJson(error.to_string()))?);
        self.body = Some(Rc::clone(&body));
        Ok(body)
    }

    fn input_json(&mut self, path: &JsonPath) -> Outcome<Value> {
        let mut text = String::new();
        self.write_input_json(path, &mut text)?;
        self.new_text(&text)
    }

    /// `$input.json(path)`: the JSON text of what matches; of nothing, an empty string's.
    fn write_input_json(&mut self, path: &JsonPath, out: &mut String) -> Outcome<()> {
        let body = self.body_json()?;
        let matches = self.query("json", path, &body)?;
        match matches {
            Matches::Definite(None) => self.push(out, "\"\""),
            Matches::Definite(Some(found)) => self.write_json(out, &found),
            Matches::Indefinite(found) => {
                self.push(out, "[")?;
                for (at, item) in found.into_iter().enumerate() {
                    self.push(out, if at == 0 { "" } else { "," })?;
                    self.write_json(out, item)?;
                }
                self.push(out, "]")
            }
        }
    }

    /// `$input.path(path)`: the object itself, or null.
    fn input_path(&mut self, path: &JsonPath) -> Outcome<Value> {
        if path.is_root()
            && let Some(root) = &self.root
        {
            return Ok(root.clone());
        }
        let body = self.body_json()?;
        let matches = self.query("path", path, &body)?;
        let value = match matches {
            Matches::Definite(None) => Value::Null,
            Matches::Definite(Some(found)) => self.json_to_value(&found)?,
            Matches::Indefinite(found) => {
                let items = found.into_iter().map(|item| self.json_to_value(item)).collect::<Outcome<Vec<_>>>()?;
                self.new_list(ListStyle::Json, items)?
            }
        };
        if path.is_root() {
            self.root = Some(value.clone());
        }
        Ok(value)
    }

    fn all_params(&mut self) -> Outcome<Value> {
        let params = self.scope.params;
        let mut entries = Entries::default();
        for (name, texts) in [("path", &params.path), ("querystring", &params.querystring), ("header", &params.header)]
        {
            entries.put(Arc::from(name), self.text_map(texts)?);
        }
        self.new_map(entries)
    }

    pub(super) fn util(&mut self, segments: &'t [Segment]) -> Outcome<(Value, &'t [Segment])> {
        let Some((Segment::Call(name, arguments), rest)) = segments.split_first() else {
            return Ok((Value::Null, segments));
        };
        let arguments = self.arguments(arguments)?;
        let [argument] = arguments.as_slice() else { return Ok((Value::Null, rest)) };
        let text = self.text_of(argument)?;
        Ok((self.util_function(name, &text)?, rest))
    }

    fn util_function(&mut self, name: &str, text: &str) -> Outcome<Value> {
        let failed = |reason: String| RenderError::method(name, reason);
        match name {
            "escapeJavaScript" => self.new_text(&escape_java_script(text)),
            "parseJson" => {
                self.charge_parsing(text)?;
                let json: serde_json::Value = serde_json::from_str(text).map_err(|error| failed(error.to_string()))?;
                self.json_to_value(&json)
            }
            "urlEncode" => self.new_text(&utf8_percent_encode(text, URL_ENCODED).to_string().replace(' ', "+")),
            "urlDecode" => self.new_text(&percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy()),
            "base64Encode" => self.new_text(&STANDARD.encode(text)),
            "base64Decode" => {
                let bytes = STANDARD.decode(text.trim()).map_err(|error| failed(error.to_string()))?;
                self.new_text(&String::from_utf8_lossy(&bytes))
            }
            _ => Ok(Value::Null),
        }
    }
}

/// As a string literal of JavaScript: quotes, backslash and slash with a backslash, everything beyond ASCII and all
/// control characters by number.
fn escape_java_script(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '"' | '\'' | '\\' | '/' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a String cannot fail.
                    let _ = write!(out, "\\u{unit:04X}");
                }
            }
        }
    }
    out
}
