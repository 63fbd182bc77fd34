//! Values to JSON by shape, straight into the body.

use aws_types::Timestamp;
use aws_types::schema::{Kind, Location, Shape, Structure, TimestampFormat};
use aws_types::wire::{Fields, FromWire, Value};
use serde::Serialize;

use crate::scalar::{self, Moments};

/// Writes the body members of a structure.
pub fn structure(shape: &'static Structure, fields: &Fields, out: &mut Vec<u8>) {
    out.push(b'{');
    let mut separator = Separator::default();
    for member in shape.members.iter().filter(|member| member.location == Location::Body) {
        let Some(value) = fields.get(member.name).filter(|value| !value.is_null()) else { continue };
        separator.write(out);
        raw(member.wire_name(), out);
        out.push(b':');
        value_of(member.shape, value, out);
    }
    out.push(b'}');
}

#[derive(Default)]
struct Separator(bool);

impl Separator {
    fn write(&mut self, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.0, true) {
            out.push(b',');
        }
    }
}

/// Writes a value. One that is not of its shape is written as it is.
pub fn value_of(shape: &'static Shape, value: &Value, out: &mut Vec<u8>) {
    match (&shape.kind, value) {
        (Kind::Structure(structure_shape), Value::Object(fields)) => structure(structure_shape, fields, out),
        (Kind::List(list), Value::Array(items)) => {
            out.push(b'[');
            let mut separator = Separator::default();
            for item in items {
                separator.write(out);
                value_of(list.member, item, out);
            }
            out.push(b']');
        }
        (Kind::Map(map), Value::Object(entries)) => {
            out.push(b'{');
            let mut separator = Separator::default();
            for (key, item) in entries {
                separator.write(out);
                raw(key, out);
                out.push(b':');
                value_of(map.value, item, out);
            }
            out.push(b'}');
        }
        (Kind::Timestamp(format), Value::Number(_)) if *format != TimestampFormat::Default => {
            moment(*format, value, out);
        }
        _ => raw(value, out),
    }
}

fn moment(format: TimestampFormat, value: &Value, out: &mut Vec<u8>) {
    let moments = Moments::Unix.or_model(format);
    match Timestamp::from_wire(value.clone()) {
        Ok(at) if moments != Moments::Unix => raw(&scalar::write_moment(at, moments, value), out),
        _ => raw(value, out),
    }
}

/// Writes any JSON; a vector takes all of it.
pub fn raw<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    let _infallible = serde_json::to_writer(out, value);
}
