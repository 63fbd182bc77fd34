//! Methods of `Integer`, `Long`, `Double` and `Boolean`, with the static ones templates reach through an instance.

use super::operators::as_double;
use super::{Outcome, Renderer};
use crate::limits::RenderError;
use crate::value::Value;

impl Renderer<'_, '_> {
    pub(super) fn scalar_method(&mut self, value: &Value, name: &str, arguments: &[Value]) -> Outcome<Value> {
        match (name, arguments) {
            ("intValue" | "longValue" | "shortValue", []) => Ok(truncated(value)),
            ("doubleValue" | "floatValue", []) => Ok(as_double(value).map_or(Value::Null, Value::Double)),
            ("booleanValue", []) if matches!(value, Value::Bool(_)) => Ok(value.clone()),
            ("compareTo", [other]) => {
                let order = as_double(value).zip(as_double(other)).and_then(|(left, right)| left.partial_cmp(&right));
                Ok(order.map_or(Value::Null, |order| Value::Int(order as i64)))
            }
            ("isNaN", []) => Ok(Value::Bool(as_double(value).is_some_and(f64::is_nan))),
            ("isInfinite", []) => Ok(Value::Bool(as_double(value).is_some_and(f64::is_infinite))),
            ("parseInt" | "parseLong" | "parseDouble" | "parseFloat" | "parseBoolean" | "valueOf", [text]) => {
                let text = self.text_of(text)?;
                parse(value, name, &text)
            }
            _ => Ok(Value::Null),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "Java's narrowing from double to long truncates and saturates too")]
fn truncated(value: &Value) -> Value {
    match value {
        Value::Double(value) => Value::Int(*value as i64),
        Value::Int(_) => value.clone(),
        _ => Value::Null,
    }
}

fn parse(receiver: &Value, method: &str, text: &str) -> Outcome<Value> {
    let whole = || text.parse().ok().map(Value::Int);
    let decimal = || text.trim().parse().ok().map(Value::Double);
    let parsed = match (method, receiver) {
        ("parseBoolean", _) | ("valueOf", Value::Bool(_)) => Some(Value::Bool(text.eq_ignore_ascii_case("true"))),
        ("parseDouble" | "parseFloat", _) | ("valueOf", Value::Double(_)) => decimal(),
        _ => whole(),
    };
    parsed.ok_or_else(|| RenderError::method(method, format!("For input string: \"{text}\"")))
}
