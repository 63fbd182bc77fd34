//! From the wire to one value tree keyed by the model's member names. Unknown members are passed over, as AWS does; a
//! value of another type than the model's is an error of the protocol. Constraints are not looked at here.

mod form;
mod json;
mod rest;
mod xml;

use aws_types::AwsError;
use aws_types::schema::{Kind, Protocol, ServiceModel, Structure};
use aws_types::wire::{Fields, Value};
use bytes::Bytes;
use http::request::Parts;

use crate::{Routed, fault};

/// Decodes the input of a routed request.
pub fn decode(model: &ServiceModel, routed: &Routed, parts: &Parts, body: &Bytes) -> Result<Value, AwsError> {
    let Some(Kind::Structure(input)) = routed.operation.input.map(|shape| &shape.kind) else {
        return Ok(Value::Object(Fields::new()));
    };
    match model.protocol {
        Protocol::AwsJson11 => json_input(model, input, body),
        Protocol::AwsQuery => form::input(model, input, parts.uri.query().unwrap_or_default(), body),
        Protocol::RestJson1 | Protocol::RestXml => rest::input(model, input, routed, parts, body),
    }
}

/// A JSON document with the members of a structure; an empty body is an empty one.
fn json_input(model: &ServiceModel, input: &'static Structure, body: &[u8]) -> Result<Value, AwsError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Object(Fields::new()));
    }
    let document = json::parse(body).map_err(|fault::Mismatch(message)| fault::malformed(model, message))?;
    let read = match document {
        Value::Object(fields) => json::structure(input, fields, 0).map(Value::Object),
        Value::Array(_) => Err(fault::Mismatch::LIST),
        _ => Err(fault::Mismatch::NO_STRUCTURE),
    };
    read.map_err(|fault::Mismatch(message)| fault::malformed(model, message))
}
