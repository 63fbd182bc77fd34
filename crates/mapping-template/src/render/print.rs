//! Printing: Java's `toString` for what the template made, JSON for lists that came from JSON.

use std::fmt::Write as _;
use std::sync::Arc;

use super::{Outcome, Renderer, VALUE_BYTES};
use crate::limits::RenderError;
use crate::value::{ListStyle, Value};

impl Renderer<'_, '_> {
    /// The value's `toString()`.
    pub(super) fn text_of(&mut self, value: &Value) -> Outcome<Arc<str>> {
        if let Value::Text(text) = value {
            self.charge_steps(text.len() / 1024)?;
            return Ok(Arc::clone(text));
        }
        let mut text = String::new();
        self.print(value, &mut text)?;
        self.charge_memory(text.len() + VALUE_BYTES)?;
        Ok(Arc::from(text))
    }

    pub(super) fn print(&self, value: &Value, out: &mut String) -> Outcome<()> {
        self.print_java(value, out, 0)
    }

    fn check_depth(&self, depth: usize) -> Outcome<()> {
        if depth >= self.limits.depth { Err(RenderError::TooDeep) } else { Ok(()) }
    }

    fn print_java(&self, value: &Value, out: &mut String, depth: usize) -> Outcome<()> {
        match value {
            Value::Text(text) => self.push(out, text),
            Value::List(list) if list.style == ListStyle::Json => self.print_json(value, out, depth),
            Value::List(list) => {
                self.check_depth(depth)?;
                self.push(out, "[")?;
                for (at, item) in list.items.borrow().iter().enumerate() {
                    self.push(out, if at == 0 { "" } else { ", " })?;
                    self.print_java(item, out, depth + 1)?;
                }
                self.push(out, "]")
            }
            Value::Map(map) => {
                self.check_depth(depth)?;
                self.push(out, "{")?;
                for (at, (key, item)) in map.entries.borrow().iter().enumerate() {
                    self.push(out, if at == 0 { "" } else { ", " })?;
                    self.print_entry(key, item, out, depth)?;
                }
                self.push(out, "}")
            }
            Value::Entry(entry) => {
                self.check_depth(depth)?;
                self.print_entry(&entry.key, &entry.value.borrow(), out, depth)
            }
            _ => self.print_scalar(value, out),
        }
    }

    fn print_entry(&self, key: &str, value: &Value, out: &mut String, depth: usize) -> Outcome<()> {
        self.push(out, key)?;
        self.push(out, "=")?;
        self.print_java(value, out, depth + 1)
    }

    fn print_scalar(&self, value: &Value, out: &mut String) -> Outcome<()> {
        match value {
            Value::Bool(value) => self.push(out, if *value { "true" } else { "false" }),
            Value::Int(value) => {
                let from = out.len();
                // Writing to a String cannot fail.
                let _ = write!(out, "{value}");
                if out.len() > self.limits.output_bytes {
                    out.truncate(from);
                    return Err(RenderError::OutputTooLarge);
                }
                Ok(())
            }
            Value::Double(value) => self.push(out, &java_double(*value)),
            Value::Iterator(_) => self.push(out, "java.util.ArrayList$Itr"),
            _ => self.push(out, "null"),
        }
    }

    pub(super) fn print_json(&self, value: &Value, out: &mut String, depth: usize) -> Outcome<()> {
        self.check_depth(depth)?;
        match value {
            Value::Text(text) => self.push(out, &json_string(text)),
            Value::List(list) => {
                self.push(out, "[")?;
                for (at, item) in list.items.borrow().iter().enumerate() {
                    self.push(out, if at == 0 { "" } else { "," })?;
                    self.print_json(item, out, depth + 1)?;
                }
                self.push(out, "]")
            }
            Value::Map(map) => {
                self.push(out, "{")?;
                for (at, (key, item)) in map.entries.borrow().iter().enumerate() {
                    self.push(out, if at == 0 { "" } else { "," })?;
                    self.push(out, &json_string(key))?;
                    self.push(out, ":")?;
                    self.print_json(item, out, depth + 1)?;
                }
                self.push(out, "}")
            }
            Value::Entry(entry) => self.print_entry(&entry.key, &entry.value.borrow(), out, depth),
            Value::Double(value) if !value.is_finite() => self.push(out, "null"),
            _ => self.print_scalar(value, out),
        }
    }
}

pub(crate) fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// `Double.toString`: plain between 10^-3 and 10^7, otherwise with an exponent; always a fraction.
pub(super) fn java_double(value: f64) -> String {
    let size = value.abs();
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() }
    } else if value == 0.0 || (1e-3..1e7).contains(&size) {
        format!("{value:?}")
    } else {
        let text = format!("{value:E}");
        match text.split_once('E') {
            Some((mantissa, exponent)) if !mantissa.contains('.') => format!("{mantissa}.0E{exponent}"),
            _ => text,
        }
    }
}
