//! The REST protocols: labels, query, headers, and a body that is either one payload member or a document of members.

use aws_types::AwsError;
use aws_types::schema::{Kind, Location, Member, Protocol, ServiceModel, Structure};
use aws_types::wire::{Fields, Value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::request::Parts;

use crate::fault::Mismatch;
use crate::uri::Pairs;
use crate::{Routed, decode, fault, payload, scalar, uri};

/// Decodes the input.
pub fn input(
    model: &ServiceModel,
    input: &'static Structure,
    routed: &Routed,
    parts: &Parts,
    body: &Bytes,
) -> Result<Value, AwsError> {
    let mut fields = match payload(input) {
        Some(member) => payload_member(model, member, body)?,
        None => body_members(model, input, routed, body)?,
    };
    let query = uri::pairs(parts.uri.query().unwrap_or_default()).map_err(|_| fault::malformed_uri(model))?;
    for member in input.members {
        let read = match member.location {
            Location::Uri => from_label(member, routed),
            Location::QueryString => from_query(input, routed, member, &query),
            Location::Header => from_header(model, member, parts),
            Location::Headers => from_headers(member, parts),
            Location::Body | Location::StatusCode => Ok(None),
        };
        let value = read.map_err(|mismatch| argument(model, member, mismatch))?;
        if let Some(value) = value {
            fields.insert(member.name.to_owned(), value);
        }
    }
    Ok(Value::Object(fields))
}

/// A text that is no number where one is wanted, in the service's words.
fn argument(model: &ServiceModel, member: &Member, Mismatch(message): Mismatch) -> AwsError {
    if model.protocol == Protocol::RestJson1 {
        return fault::malformed(model, message);
    }
    let name = member.wire_name();
    AwsError::sender("InvalidArgument", 400, format!("Provided {name} not an integer or within integer range"))
        .with("ArgumentName", name)
}

fn body_members(
    model: &ServiceModel,
    input: &'static Structure,
    routed: &Routed,
    body: &Bytes,
) -> Result<Fields, AwsError> {
    if !input.members.iter().any(|member| member.location == Location::Body) {
        return Ok(Fields::new());
    }
    if model.protocol == Protocol::RestXml {
        if body.is_empty() {
            return Ok(Fields::new());
        }
        let root = crate::xml::parse(body).map_err(|_| fault::malformed_xml())?;
        let named = routed.operation.input_location_name.is_none_or(|name| root.local_name() == name);
        let read = named.then(|| decode::xml::structure(input, &root, 0).ok()).flatten();
        return read.ok_or_else(fault::malformed_xml);
    }
    match decode::json_input(model, input, body)? {
        Value::Object(fields) => Ok(fields),
        _ => Ok(Fields::new()),
    }
}

fn payload_member(model: &ServiceModel, member: &'static Member, body: &Bytes) -> Result<Fields, AwsError> {
    let mut fields = Fields::new();
    let value = match &member.shape.kind {
        Kind::Blob(blob) if blob.streaming => None,
        _ if body.is_empty() => missing_payload(model, member)?,
        Kind::Blob(_) => Some(Value::String(STANDARD.encode(body))),
        Kind::String(_) => {
            let text = std::str::from_utf8(body).map_err(|_| fault::malformed(model, "The body is not valid UTF-8"))?;
            Some(Value::String(text.to_owned()))
        }
        Kind::Structure(structure) if model.protocol == Protocol::RestJson1 => {
            Some(decode::json_input(model, structure, body)?)
        }
        _ => Some(xml_payload(member, body)?),
    };
    if let Some(value) = value {
        fields.insert(member.name.to_owned(), value);
    }
    Ok(fields)
}

fn missing_payload(model: &ServiceModel, member: &Member) -> Result<Option<Value>, AwsError> {
    if member.required && model.protocol == Protocol::RestXml {
        return Err(AwsError::sender("MissingRequestBodyError", 400, "Request Body is empty"));
    }
    Ok(None)
}

fn xml_payload(member: &'static Member, body: &[u8]) -> Result<Value, AwsError> {
    let root = crate::xml::parse(body).map_err(|_| fault::malformed_xml())?;
    if root.local_name() != member.wire_name() && root.local_name() != member.shape.name {
        return Err(fault::malformed_xml());
    }
    decode::xml::value_of(member.shape, &root, 0).map_err(|_| fault::malformed_xml())
}

fn from_label(member: &Member, routed: &Routed) -> Result<Option<Value>, Mismatch> {
    let label = routed.labels.iter().find(|(name, _)| *name == member.wire_name());
    label.map(|(_, text)| scalar::read(member.shape, text)).transpose()
}

fn from_query(
    input: &'static Structure,
    routed: &Routed,
    member: &'static Member,
    query: &Pairs<'_>,
) -> Result<Option<Value>, Mismatch> {
    let name = member.wire_name();
    let mut values = query.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_ref());
    match &member.shape.kind {
        Kind::Map(map) => {
            let rest = query.iter().filter(|(name, _)| !is_bound(input, routed, name));
            let read = rest.map(|(name, value)| Ok((name.clone().into_owned(), scalar::read(map.value, value)?)));
            let read = read.collect::<Result<Fields, Mismatch>>()?;
            Ok((!read.is_empty()).then_some(Value::Object(read)))
        }
        Kind::List(list) => {
            let items = values.map(|value| scalar::read(list.member, value)).collect::<Result<Vec<_>, _>>()?;
            Ok((!items.is_empty()).then_some(Value::Array(items)))
        }
        // A number that is given but empty says nothing.
        Kind::String(_) => values.next().map(|value| scalar::read(member.shape, value)).transpose(),
        _ => values.next().filter(|v| !v.is_empty()).map(|value| scalar::read(member.shape, value)).transpose(),
    }
}

/// Whether a query parameter belongs to a member, to the signature, or to the route, so that no map takes it.
fn is_bound(input: &'static Structure, routed: &Routed, name: &str) -> bool {
    let signature = name.get(..6).is_some_and(|head| head.eq_ignore_ascii_case("x-amz-"));
    let member = |member: &&Member| {
        member.location == Location::QueryString
            && !matches!(member.shape.kind, Kind::Map(_))
            && member.wire_name() == name
    };
    let literals = routed.operation.uri.split_once('?').map_or("", |(_, literals)| literals);
    let literal = literals.split('&').any(|pair| pair.split('=').next() == Some(name));
    signature || literal || name == "x-id" || input.members.iter().any(|candidate| member(&candidate))
}

fn from_header(model: &ServiceModel, member: &Member, parts: &Parts) -> Result<Option<Value>, Mismatch> {
    let mut texts = parts.headers.get_all(member.wire_name()).iter().map(|value| header_text(value.as_bytes()));
    match &member.shape.kind {
        Kind::List(list) => {
            let joined: Vec<_> = texts.collect();
            let pieces =
                joined.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|piece| !piece.is_empty());
            let items = pieces.map(|piece| scalar::read(list.member, piece)).collect::<Result<Vec<_>, _>>()?;
            Ok((!items.is_empty()).then_some(Value::Array(items)))
        }
        // S3 passes over a date that it cannot read.
        Kind::Timestamp(_) if model.protocol == Protocol::RestXml => {
            Ok(texts.next().and_then(|text| scalar::read(member.shape, &text).ok()))
        }
        _ => texts.next().map(|text| scalar::read(member.shape, &text)).transpose(),
    }
}

fn from_headers(member: &Member, parts: &Parts) -> Result<Option<Value>, Mismatch> {
    let prefix = member.wire_name().to_ascii_lowercase();
    let mut entries = Fields::new();
    for name in parts.headers.keys() {
        let Some(key) = name.as_str().strip_prefix(&prefix) else { continue };
        let values: Vec<_> = parts.headers.get_all(name).iter().map(|value| header_text(value.as_bytes())).collect();
        entries.insert(key.to_owned(), Value::String(values.join(",")));
    }
    Ok((!entries.is_empty()).then_some(Value::Object(entries)))
}

/// A header's text: UTF-8 where it is that, else Latin-1.
fn header_text(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| bytes.iter().copied().map(char::from).collect(), str::to_owned)
}
