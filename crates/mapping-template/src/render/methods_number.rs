//! Methods of `Integer`, `Long`, `Double` and `Boolean`, with the static ones templates reach through an instance.

use super::operators::as_double;
use super::{Outcome, Renderer};
use crate::limits::RenderError;
use crate::value::Value;

impl Renderer<'_, '_> {
    pub(super) fn scalar_method(&mut self, value: &Value, name: &str, arguments: &[Value]) -> Outcome<Value> {
        match (name, arguments) {
            ("longValue", []) => Ok(truncated(value)),
            ("intValue" | "shortValue" | "byteValue", []) => Ok(narrowed(&truncated(value), name, value)),
            ("doubleValue" | "floatValue", []) => Ok(as_double(value).map_or(Value::Null, Value::Double)),
            ("booleanValue", []) if matches!(value, Value::Bool(_)) => Ok(value.clone()),
            ("compareTo", [Value::Bool(other)]) => {
                let Value::Bool(value) = value else { return Ok(Value::Null) };
                Ok(Value::Int(i64::from(*value) - i64::from(*other)))
            }
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
            ("parseInt" | "parseLong" | "valueOf", [text, Value::Int(radix)]) => {
                let text = self.text_of(text)?;
                let bad = || RenderError::method(name, format!("For input string: \"{text:.100}\""));
                let radix = u32::try_from(*radix).ok().filter(|radix| (2..=36).contains(radix)).ok_or_else(bad)?;
                let number = i64::from_str_radix(&text, radix).ok();
                number.filter(|number| fits(name, value, *number)).map(Value::Int).ok_or_else(bad)
            }
            (_, [Value::Int(number)]) => self.number_in_text(value, name, *number),
            (_, [left, right]) => Ok(static_pair(value, name, left, right)),
            _ => Ok(Value::Null),
        }
    }

    /// `toHexString` and its kin, in two's complement, and the static `toString`.
    fn number_in_text(&mut self, receiver: &Value, name: &str, number: i64) -> Outcome<Value> {
        let Value::Int(_) = receiver else { return Ok(Value::Null) };
        let bits = i32::try_from(number).map_or(number.cast_unsigned(), |number| u64::from(number.cast_unsigned()));
        match name {
            "toHexString" => self.new_text(&format!("{bits:x}")),
            "toBinaryString" => self.new_text(&format!("{bits:b}")),
            "toOctalString" => self.new_text(&format!("{bits:o}")),
            "toString" => self.new_text(&number.to_string()),
            "bitCount" => Ok(Value::Int(i64::from(bits.count_ones()))),
            "signum" => Ok(Value::Int(number.signum())),
            _ => Ok(Value::Null),
        }
    }
}

/// Static methods of two arguments.
fn static_pair(receiver: &Value, name: &str, left: &Value, right: &Value) -> Value {
    match (receiver, name, left, right) {
        (Value::Bool(_), "logicalAnd", Value::Bool(left), Value::Bool(right)) => Value::Bool(*left && *right),
        (Value::Bool(_), "logicalOr", Value::Bool(left), Value::Bool(right)) => Value::Bool(*left || *right),
        (Value::Bool(_), "logicalXor", Value::Bool(left), Value::Bool(right)) => Value::Bool(left != right),
        (Value::Int(_), "max", Value::Int(left), Value::Int(right)) => Value::Int(*left.max(right)),
        (Value::Int(_), "min", Value::Int(left), Value::Int(right)) => Value::Int(*left.min(right)),
        (Value::Int(_), "sum", Value::Int(left), Value::Int(right)) => Value::Int(left.wrapping_add(*right)),
        (Value::Int(_), "compare", Value::Int(left), Value::Int(right)) => Value::Int(left.cmp(right) as i64),
        (Value::Double(_), _, _, _) => match (name, as_double(left), as_double(right)) {
            ("max", Some(left), Some(right)) => Value::Double(left.max(right)),
            ("min", Some(left), Some(right)) => Value::Double(left.min(right)),
            ("sum", Some(left), Some(right)) => Value::Double(left + right),
            ("compare", Some(left), Some(right)) => Value::Int(left.total_cmp(&right) as i64),
            _ => Value::Null,
        },
        _ => Value::Null,
    }
}

/// Java's narrowing: of whole numbers the lower bits, of decimals the nearest `int` first.
#[expect(clippy::cast_possible_truncation, reason = "Java's narrowing drops the upper bits too")]
fn narrowed(whole: &Value, method: &str, from: &Value) -> Value {
    let Value::Int(number) = whole else { return Value::Null };
    let number = match from {
        Value::Double(_) => (*number).clamp(i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => *number,
    };
    Value::Int(match method {
        "byteValue" => i64::from(number as i8),
        "shortValue" => i64::from(number as i16),
        _ => i64::from(number as i32),
    })
}

/// `parseInt` and an Integer's `valueOf` are for 32 bits.
fn fits(method: &str, receiver: &Value, number: i64) -> bool {
    let long = method == "parseLong" || matches!(receiver, Value::Int(receiver) if i32::try_from(*receiver).is_err());
    long || i32::try_from(number).is_ok()
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
    let whole = || text.parse().ok().filter(|number| fits(method, receiver, *number)).map(Value::Int);
    let decimal = || text.trim().parse().ok().map(Value::Double);
    let parsed = match (method, receiver) {
        ("parseBoolean", _) | ("valueOf", Value::Bool(_)) => Some(Value::Bool(text.eq_ignore_ascii_case("true"))),
        ("parseDouble" | "parseFloat", _) | ("valueOf", Value::Double(_)) => decimal(),
        _ => whole(),
    };
    parsed.ok_or_else(|| RenderError::method(method, format!("For input string: \"{text:.100}\"")))
}
