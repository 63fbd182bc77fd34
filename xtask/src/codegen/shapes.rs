//! Emits each shape as a static of `aws_types::schema::Shape`.

use serde_json::Value;

use super::model::Model;
use crate::Outcome;

/// One item for each shape that an operation or an error reaches.
pub fn emit(model: &Model) -> Outcome<Vec<String>> {
    let roots = model.roots("input").into_iter().chain(model.roots("output")).chain(model.errors());
    model.reachable(roots).into_iter().map(|name| shape(model, name)).collect()
}

fn shape(model: &Model, name: &str) -> Outcome<String> {
    let body = model.shape(name);
    Ok(format!(
        "pub static {}: Shape = Shape {{ name: {name:?}, sensitive: {}, kind: {} }};\n",
        model.static_name(name),
        flag(&body["sensitive"]),
        kind(model, name, body)?,
    ))
}

fn kind(model: &Model, name: &str, body: &Value) -> Outcome<String> {
    if flag(&body["document"]) {
        return Ok("Kind::Document".to_owned());
    }
    Ok(match body["type"].as_str().unwrap_or_default() {
        "structure" => structure(model, body)?,
        "list" => list(model, body)?,
        "map" => map(model, body)?,
        "string" => text(body),
        "integer" => format!("Kind::Integer({})", range(body)),
        "long" => format!("Kind::Long({})", range(body)),
        "float" => format!("Kind::Float({})", range(body)),
        "double" => format!("Kind::Double({})", range(body)),
        "boolean" => "Kind::Boolean".to_owned(),
        "timestamp" => format!("Kind::Timestamp(TimestampFormat::{})", timestamp_format(body)?),
        "blob" => {
            format!("Kind::Blob(Blob {{ length: {}, streaming: {} }})", length(body), model.is_streaming(name))
        }
        other => return Err(format!("{name}: no such type as {other:?}").into()),
    })
}

fn structure(model: &Model, body: &Value) -> Outcome<String> {
    let required: Vec<&str> = body["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut members = String::new();
    for (name, member) in body["members"].as_object().into_iter().flatten() {
        members.push_str(&format!(
            "        Member {{ name: {name:?}, location_name: {}, location: Location::{}, required: {}, flattened: {}, xml_attribute: {}, shape: &{} }},\n",
            option(&member["locationName"]),
            location(member)?,
            required.contains(&name.as_str()),
            flag(&member["flattened"]),
            flag(&member["xmlAttribute"]),
            reference(model, member),
        ));
    }
    let members = if members.is_empty() { "&[]".to_owned() } else { format!("&[\n{members}    ]") };
    Ok(format!(
        "Kind::Structure(Structure {{\n    members: {members},\n    payload: {},\n    union: {},\n    xml_namespace: {},\n}})",
        option(&body["payload"]),
        flag(&body["union"]) || flag(&body["eventstream"]),
        xml_namespace(&body["xmlNamespace"]),
    ))
}

fn list(model: &Model, body: &Value) -> Outcome<String> {
    let member = &body["member"];
    Ok(format!(
        "Kind::List(List {{ member: &{}, location_name: {}, flattened: {}, length: {} }})",
        reference(model, member),
        option(&member["locationName"]),
        flag(&body["flattened"]),
        length(body),
    ))
}

fn map(model: &Model, body: &Value) -> Outcome<String> {
    let (key, value) = (&body["key"], &body["value"]);
    Ok(format!(
        "Kind::Map(Map {{ key: &{}, value: &{}, key_name: {}, value_name: {}, flattened: {}, length: {} }})",
        reference(model, key),
        reference(model, value),
        option(&key["locationName"]),
        option(&value["locationName"]),
        flag(&body["flattened"]),
        length(body),
    ))
}

fn text(body: &Value) -> String {
    let values: Vec<String> = strings(&body["enum"]).iter().map(|value| format!("{value:?}")).collect();
    format!(
        "Kind::String(Text {{ length: {}, pattern: {}, values: &[{}] }})",
        length(body),
        option(&body["pattern"]),
        values.join(", "),
    )
}

/// Texts of a JSON list.
pub fn strings(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// A JSON text as `Option<&str>` in Rust.
pub fn option(value: &Value) -> String {
    value.as_str().map_or_else(|| "None".to_owned(), |text| format!("Some({text:?})"))
}

fn reference<'a>(model: &'a Model, value: &Value) -> &'a str {
    model.static_name(value["shape"].as_str().unwrap_or_default())
}

fn flag(value: &Value) -> bool {
    value.as_bool() == Some(true)
}

/// A bound; botocore writes some as floats.
fn bound(value: &Value) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "bounds of the models are small whole numbers")]
    let whole = value.as_i64().or_else(|| value.as_f64().map(|n| n as i64));
    whole.map_or_else(|| "None".to_owned(), |n| format!("Some({n})"))
}

fn length(body: &Value) -> String {
    format!("Length {{ min: {}, max: {} }}", bound(&body["min"]), bound(&body["max"]))
}

fn range(body: &Value) -> String {
    format!("Range {{ min: {}, max: {} }}", bound(&body["min"]), bound(&body["max"]))
}

fn location(member: &Value) -> Outcome<&'static str> {
    Ok(match member["location"].as_str() {
        None => "Body",
        Some("uri") => "Uri",
        Some("querystring") => "QueryString",
        Some("header") => "Header",
        Some("headers") => "Headers",
        Some("statusCode") => "StatusCode",
        Some(other) => return Err(format!("no such location as {other:?}").into()),
    })
}

fn timestamp_format(body: &Value) -> Outcome<&'static str> {
    Ok(match body["timestampFormat"].as_str() {
        None => "Default",
        Some("iso8601") => "Iso8601",
        Some("rfc822") => "Rfc822",
        Some("unixTimestamp") => "Unix",
        Some(other) => return Err(format!("no such timestamp format as {other:?}").into()),
    })
}

fn xml_namespace(value: &Value) -> String {
    value["uri"].as_str().map_or_else(
        || "None".to_owned(),
        |uri| format!("Some(XmlNamespace {{ prefix: {}, uri: {uri:?} }})", option(&value["prefix"])),
    )
}
