//! Emits the operation table, the errors, and `MODEL`.

use serde_json::Value;

use super::HEADER;
use super::model::Model;
use super::shapes::{option, strings};
use crate::Outcome;

/// `operations.rs`: the table, sorted by name.
pub fn emit(model: &Model) -> Outcome<String> {
    let mut out = format!(
        "{HEADER}//! The operation table, sorted by name.\n\nuse aws_types::schema::{{Auth, Operation}};\n\nuse crate::{{errors, shapes}};\n\npub static OPERATIONS: &[Operation] = &[\n"
    );
    for (name, body) in model.operations() {
        out.push_str(&operation(model, name, body));
    }
    out.push_str("];\n");
    Ok(out)
}

fn operation(model: &Model, name: &str, body: &Value) -> String {
    let errors: Vec<String> = body["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|error| error["shape"].as_str())
        .map(|shape| format!("&errors::{}", model.static_name(shape)))
        .collect();
    let shape = |side: &str| {
        body[side]["shape"]
            .as_str()
            .map_or_else(|| "None".to_owned(), |shape| format!("Some(&shapes::{})", model.static_name(shape)))
    };
    format!(
        "    Operation {{\n        name: {name:?},\n        method: {:?},\n        uri: {:?},\n        status: {},\n        auth: Auth::{},\n        input: {},\n        output: {},\n        result_wrapper: {},\n        input_location_name: {},\n        errors: &[{}],\n    }},\n",
        body["http"]["method"].as_str().unwrap_or("POST"),
        body["http"]["requestUri"].as_str().unwrap_or("/"),
        body["http"]["responseCode"].as_u64().unwrap_or(200),
        auth(body),
        shape("input"),
        shape("output"),
        option(&body["output"]["resultWrapper"]),
        option(&body["input"]["locationName"]),
        errors.join(", "),
    )
}

fn auth(body: &Value) -> &'static str {
    match body["authtype"].as_str() {
        Some("none") => "None",
        _ if strings(&body["auth"]).contains(&"smithy.api#noAuth") => "None",
        Some("v4-unsigned-body") => "SigV4UnsignedBody",
        _ => "SigV4",
    }
}

/// `errors.rs`: each error shape of the model, those included that no operation lists.
pub fn emit_errors(model: &Model) -> Outcome<String> {
    let mut out =
        format!("{HEADER}//! The errors of the model.\n\nuse aws_types::schema::ErrorShape;\n\nuse crate::shapes;\n\n");
    for name in model.errors() {
        let body = model.shape(name);
        let fault = body["fault"].as_bool() == Some(true);
        let status = body["error"]["httpStatusCode"].as_u64().unwrap_or(if fault { 500 } else { 400 });
        let sender = body["error"]["senderFault"].as_bool().unwrap_or(!fault && status < 500);
        let id = model.static_name(name);
        out.push_str(&format!(
            "pub static {id}: ErrorShape = ErrorShape {{ name: {name:?}, code: {:?}, status: {status}, sender_fault: {sender}, shape: &shapes::{id} }};\n",
            body["error"]["code"].as_str().unwrap_or(name),
        ));
    }
    Ok(out)
}

/// `MODEL`.
pub fn emit_service(model: &Model) -> Outcome<String> {
    let protocol = match model.metadata("protocol") {
        Some("json") => "AwsJson11",
        Some("query") => "AwsQuery",
        Some("rest-json") => "RestJson1",
        Some("rest-xml") => "RestXml",
        other => return Err(format!("{}: no such protocol as {other:?}", model.name).into()),
    };
    let endpoint = model.metadata("endpointPrefix").ok_or("a model without endpoint prefix")?;
    let text = |value: Option<&str>| value.map_or_else(|| "None".to_owned(), |text| format!("Some({text:?})"));
    Ok(format!(
        "/// The service.\npub static MODEL: aws_types::schema::ServiceModel = aws_types::schema::ServiceModel {{\n    name: {:?},\n    signing_name: {:?},\n    endpoint_prefix: {endpoint:?},\n    protocol: aws_types::schema::Protocol::{protocol},\n    target_prefix: {},\n    api_version: {:?},\n    xml_namespace: {},\n    operations: operations::OPERATIONS,\n}};\n",
        model.name,
        model.metadata("signingName").unwrap_or(endpoint),
        text(model.metadata("targetPrefix")),
        model.metadata("apiVersion").unwrap_or_default(),
        text(model.xml_namespace()),
    ))
}
