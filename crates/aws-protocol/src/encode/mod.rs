//! From an operation's answer, or an error, to an HTTP response.

mod head;
mod json;
mod s3_names;
mod xml;

use aws_types::schema::{ErrorShape, Kind, Location, Member, Operation, Protocol, ServiceModel, Structure};
use aws_types::wire::{Fields, Value};
use aws_types::{AwsError, Fault};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Response;

use crate::scalar::Moments;
use crate::xml::Writer;
use crate::{fault, payload};
use head::Head;

const AWS_JSON: &str = "application/x-amz-json-1.1";
const JSON: &str = "application/json";
const XML: &str = "application/xml";
const TEXT_XML: &str = "text/xml";

/// See [`crate::Protocol::encode`].
pub fn encode(
    model: &ServiceModel,
    operation: &'static Operation,
    output: Value,
    status: Option<u16>,
    request_id: &str,
) -> Response<Bytes> {
    let head = Head::new(model, status.unwrap_or(operation.status), request_id);
    let fields = match output {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    };
    let structure = operation.output.and_then(|shape| match &shape.kind {
        Kind::Structure(structure) => Some(structure),
        _ => None,
    });
    match model.protocol {
        Protocol::AwsJson11 => aws_json(head, structure, &fields),
        Protocol::AwsQuery => query(model, operation, structure, &fields, (head, request_id)),
        Protocol::RestJson1 | Protocol::RestXml => rest(model, operation, structure, &fields, head),
    }
}

fn aws_json(mut head: Head, structure: Option<&'static Structure>, fields: &Fields) -> Response<Bytes> {
    head.content_type(AWS_JSON);
    head.finish(json_body(structure, fields))
}

fn json_body(structure: Option<&'static Structure>, fields: &Fields) -> Vec<u8> {
    let mut body = Vec::with_capacity(256);
    match structure {
        Some(structure) => json::structure(structure, fields, &mut body),
        None => body.extend_from_slice(b"{}"),
    }
    body
}

fn query(
    model: &ServiceModel,
    operation: &'static Operation,
    structure: Option<&'static Structure>,
    fields: &Fields,
    (mut head, request_id): (Head, &str),
) -> Response<Bytes> {
    head.content_type(TEXT_XML);
    let response = format!("{}Response", operation.name);
    let mut out = Writer::default();
    out.open(&response, &[("xmlns", model.xml_namespace.unwrap_or_default())]);
    if let Some(structure) = structure {
        let derived = format!("{}Result", operation.name);
        let result = operation.result_wrapper.unwrap_or(&derived);
        out.open(result, &[]);
        xml::structure(structure, fields, Moments::Iso8601, &mut out);
        out.close(result);
    }
    out.open("ResponseMetadata", &[]);
    out.leaf("RequestId", request_id);
    out.close("ResponseMetadata");
    out.close(&response);
    head.finish(out.finish())
}

fn rest(
    model: &ServiceModel,
    operation: &'static Operation,
    structure: Option<&'static Structure>,
    fields: &Fields,
    mut head: Head,
) -> Response<Bytes> {
    let Some(structure) = structure else { return head.finish(Bytes::new()) };
    head.members(structure, fields);
    if let Some(member) = payload(structure) {
        let value = fields.get(member.name).filter(|value| !value.is_null());
        return rest_payload(model, member, value, head);
    }
    if model.protocol == Protocol::RestJson1 {
        head.content_type(JSON);
        return head.finish(json_body(Some(structure), fields));
    }
    if !structure.members.iter().any(|member| member.location == Location::Body) {
        return head.finish(Bytes::new());
    }
    head.content_type(XML);
    head.finish(s3_document(operation, structure, fields))
}

fn rest_payload(
    model: &ServiceModel,
    member: &'static Member,
    value: Option<&Value>,
    mut head: Head,
) -> Response<Bytes> {
    match (&member.shape.kind, value) {
        (Kind::Blob(blob), _) if blob.streaming => {
            head.content_type("binary/octet-stream");
            head.finish(Bytes::new())
        }
        (Kind::Blob(_), Some(Value::String(text))) => {
            // What a function answers is JSON.
            head.content_type(if model.name == "lambda" { JSON } else { "application/octet-stream" });
            head.finish(STANDARD.decode(text).unwrap_or_default())
        }
        (Kind::String(_), Some(Value::String(text))) => {
            // The one such member is a bucket's policy.
            head.content_type(JSON);
            head.finish(text.clone())
        }
        (Kind::Structure(structure), Some(Value::Object(fields))) if model.protocol == Protocol::RestJson1 => {
            head.content_type(JSON);
            head.finish(json_body(Some(structure), fields))
        }
        (Kind::Structure(structure), Some(Value::Object(fields))) => {
            head.content_type(XML);
            head.finish(document(member.wire_name(), structure, fields))
        }
        _ => head.finish(Bytes::new()),
    }
}

fn s3_document(operation: &Operation, structure: &'static Structure, fields: &Fields) -> String {
    let name = s3_names::root(operation.name).map_or_else(|| format!("{}Result", operation.name), str::to_owned);
    if name != s3_names::LOCATION {
        return document(&name, structure, fields);
    }
    let mut out = Writer::document();
    out.open(&name, &[("xmlns", s3_names::NAMESPACE)]);
    out.text(fields.get(s3_names::LOCATION).and_then(Value::as_str).unwrap_or_default());
    out.close(&name);
    out.finish()
}

fn document(name: &str, structure: &'static Structure, fields: &Fields) -> String {
    let mut out = Writer::document();
    let mut attributes = xml::attributes(structure, fields);
    if !attributes.iter().any(|(name, _)| name == "xmlns") {
        attributes.push(("xmlns".to_owned(), s3_names::NAMESPACE.to_owned()));
    }
    let attributes: Vec<_> = attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    out.open(name, &attributes);
    xml::structure(structure, fields, Moments::Iso8601Ms, &mut out);
    out.close(name);
    out.finish()
}

/// See [`crate::Protocol::encode_error`].
pub fn error(
    model: &ServiceModel,
    shape: Option<&'static ErrorShape>,
    error: &AwsError,
    request_id: &str,
) -> Response<Bytes> {
    let head = Head::new(model, error.status, request_id);
    match model.protocol {
        Protocol::AwsJson11 | Protocol::RestJson1 => json_error(model, shape, error, head),
        Protocol::AwsQuery => query_error(model, error, (head, request_id)),
        Protocol::RestXml => s3_error(model, error, (head, request_id)),
    }
}

/// Characters of a message that its header repeats.
const MAX_MESSAGE_HEADER: usize = 1024;

fn json_error(
    model: &ServiceModel,
    shape: Option<&'static ErrorShape>,
    error: &AwsError,
    mut head: Head,
) -> Response<Bytes> {
    let (code, message) = fault::named(model, error);
    let structure = shape.and_then(|shape| match &shape.shape.kind {
        Kind::Structure(structure) => Some(structure),
        _ => None,
    });
    let mut body = Fields::new();
    if model.protocol == Protocol::AwsJson11 {
        body.insert("__type".to_owned(), code.into());
        head.content_type(AWS_JSON);
        let short: String = message.chars().take(MAX_MESSAGE_HEADER).collect();
        head.set("x-amzn-errormessage", &short);
    } else {
        head.content_type(JSON);
    }
    // Cognito's front end writes type and URI, of which the second is empty.
    let colon = if model.name.starts_with("cognito-") { ":" } else { "" };
    head.set("x-amzn-errortype", &format!("{code}{colon}"));
    if model.name == "lambda" {
        let whose = if error.fault == Fault::Sender { "User" } else { "Server" };
        body.insert("Type".to_owned(), whose.into());
    }
    if !message.is_empty() {
        body.insert(message_member(structure).to_owned(), message.into());
    }
    if let Some(structure) = structure {
        let named: Fields = error.fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        head.members(structure, &named);
    }
    for (name, value) in &error.fields {
        let member = structure.and_then(|structure| structure.members.iter().find(|member| member.name == *name));
        if member.is_none_or(|member| member.location == Location::Body) {
            body.insert(member.map_or(*name, Member::wire_name).to_owned(), value.clone());
        }
    }
    let mut out = Vec::with_capacity(128);
    json::raw(&Value::Object(body), &mut out);
    head.finish(out)
}

/// The model says `message` or `Message`.
fn message_member(structure: Option<&'static Structure>) -> &'static str {
    let members = structure.map(|structure| structure.members).unwrap_or_default();
    members.iter().find(|member| member.name.eq_ignore_ascii_case("message")).map_or("message", Member::wire_name)
}

fn query_error(model: &ServiceModel, error: &AwsError, (mut head, request_id): (Head, &str)) -> Response<Bytes> {
    let (code, message) = fault::named(model, error);
    head.content_type(TEXT_XML);
    let mut out = Writer::default();
    out.open("ErrorResponse", &[("xmlns", model.xml_namespace.unwrap_or_default())]);
    out.open("Error", &[]);
    out.leaf("Type", if error.fault == Fault::Sender { "Sender" } else { "Receiver" });
    out.leaf("Code", code);
    out.leaf("Message", message);
    error.fields.iter().for_each(|(name, value)| xml::shapeless(name, value, &mut out));
    out.close("Error");
    out.leaf("RequestId", request_id);
    out.close("ErrorResponse");
    head.finish(out.finish())
}

fn s3_error(model: &ServiceModel, error: &AwsError, (mut head, request_id): (Head, &str)) -> Response<Bytes> {
    let (code, message) = fault::named(model, error);
    head.content_type(XML);
    let mut out = Writer::document();
    out.open("Error", &[]);
    out.leaf("Code", code);
    out.leaf("Message", message);
    error.fields.iter().for_each(|(name, value)| xml::shapeless(name, value, &mut out));
    out.leaf("RequestId", request_id);
    out.leaf("HostId", &head::host_id(request_id));
    out.close("Error");
    head.finish(out.finish())
}
