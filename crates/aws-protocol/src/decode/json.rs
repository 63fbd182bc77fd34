//! JSON documents, walked by shape. Members are moved, not copied.

use aws_types::schema::{Kind, Location, Shape, Structure, TimestampFormat};
use aws_types::wire::{Fields, IntoWire, Value};

use crate::fault::Mismatch;
use crate::{MAX_DEPTH, scalar};

/// Parses a body. Depth is bounded before anything is built.
pub fn parse(body: &[u8]) -> Result<Value, Mismatch> {
    if depth(body) > MAX_DEPTH {
        return Err(Mismatch::DEPTH);
    }
    let body = std::str::from_utf8(body).map_err(|_| Mismatch("The request body is not valid UTF-8".into()))?;
    serde_json::from_str(body).map_err(|error| {
        Mismatch(
            format!("The request body is not valid JSON (line {}, column {})", error.line(), error.column()).into(),
        )
    })
}

/// How deep brackets nest outside of strings.
fn depth(body: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0usize, 0usize);
    let (mut in_string, mut escaped) = (false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Reads the body members of a structure.
pub fn structure(shape: &'static Structure, mut fields: Fields, depth: usize) -> Result<Fields, Mismatch> {
    if depth > MAX_DEPTH {
        return Err(Mismatch::DEPTH);
    }
    let mut read = Fields::with_capacity(shape.members.len().min(fields.len()));
    for member in shape.members.iter().filter(|member| member.location == Location::Body) {
        let Some((key, value)) = fields.swap_remove_entry(member.wire_name()) else { continue };
        if value.is_null() {
            continue;
        }
        let value = value_of(member.shape, value, depth + 1)?;
        let key = if member.location_name.is_some() { member.name.to_owned() } else { key };
        read.insert(key, value);
    }
    if shape.union && read.len() > 1 {
        return Err(Mismatch::UNION);
    }
    Ok(read)
}

/// Reads a value; a null was passed over before.
pub fn value_of(shape: &'static Shape, value: Value, depth: usize) -> Result<Value, Mismatch> {
    match (&shape.kind, value) {
        (Kind::Document, value) => Ok(value),
        (Kind::Structure(structure_shape), Value::Object(fields)) => {
            structure(structure_shape, fields, depth).map(Value::Object)
        }
        (Kind::Map(map), Value::Object(entries)) => {
            let read = entries.into_iter().filter(|(_, value)| !value.is_null());
            let read = read.map(|(key, value)| Ok((key, value_of(map.value, value, depth + 1)?)));
            Ok(Value::Object(read.collect::<Result<Fields, Mismatch>>()?))
        }
        (Kind::List(list), Value::Array(items)) => {
            let read = items.into_iter().filter(|item| !item.is_null());
            Ok(Value::Array(read.map(|item| value_of(list.member, item, depth + 1)).collect::<Result<_, _>>()?))
        }
        (Kind::List(_), Value::Object(_)) => Err(Mismatch::STRUCTURE),
        (Kind::List(_), _) => Err(Mismatch::NO_LIST),
        (_, Value::Array(_)) => Err(Mismatch::LIST),
        (Kind::Structure(_) | Kind::Map(_), _) => Err(Mismatch::NO_STRUCTURE),
        (_, Value::Object(_)) => Err(Mismatch::STRUCTURE),
        (_, value) => scalar_of(shape, value),
    }
}

fn scalar_of(shape: &Shape, value: Value) -> Result<Value, Mismatch> {
    match (&shape.kind, &value) {
        (Kind::String(_), Value::String(_)) | (Kind::Boolean, Value::Bool(_)) => Ok(value),
        (Kind::Float(_) | Kind::Double(_), Value::Number(_)) => Ok(value),
        (Kind::Timestamp(_), Value::Number(number)) if number.as_f64().is_some_and(f64::is_finite) => Ok(value),
        (Kind::Timestamp(format), Value::String(text)) if *format != TimestampFormat::Default => {
            scalar::moment(text).map(IntoWire::into_wire).ok_or_else(|| mismatch(shape, &value))
        }
        (Kind::Integer(_), Value::Number(_)) => {
            whole(&value).filter(|n| i32::try_from(*n).is_ok()).map(Value::from).ok_or_else(|| mismatch(shape, &value))
        }
        (Kind::Long(_), Value::Number(_)) => whole(&value).map(Value::from).ok_or_else(|| mismatch(shape, &value)),
        (Kind::Blob(_), Value::String(text)) => scalar::blob(text),
        _ => Err(mismatch(shape, &value)),
    }
}

/// An integer; a fraction is cut off, as AWS does.
fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let number = value.as_f64().filter(|n| n.abs() < 9.2e18)?;
        #[expect(clippy::cast_possible_truncation, reason = "cutting off is what is wanted, and the range was checked")]
        Some(number as i64)
    })
}

fn mismatch(shape: &Shape, value: &Value) -> Mismatch {
    let found = match value {
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        _ => "STRING_VALUE",
    };
    Mismatch::scalar(found, scalar::wanted(shape))
}
