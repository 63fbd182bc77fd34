//! `x-amazon-apigateway-integration`.

use std::collections::BTreeMap;

use model_apigatewayv2 as model;
use serde_json::{Map, Value, json};

use super::read::{members, text, text_map};
use crate::draft::integration::{apply, complete, new};
use crate::entity::{Integration, Protocol};

/// Reads an integration; it is judged later, as all are.
pub fn read(id: String, value: &Value) -> Result<Integration, String> {
    let own = |member: &str| text(value, member).map(str::to_owned);
    let kind = text(value, "type").map(str::to_ascii_uppercase).unwrap_or_default();
    let kind = model::IntegrationType::parse(&kind).ok_or_else(|| format!("Invalid integration type: {kind:.64}"))?;
    let connection = match text(value, "connectionType") {
        None => None,
        Some(text) => {
            Some(model::ConnectionType::parse(text).ok_or_else(|| format!("Invalid connection type: {text:.64}"))?)
        }
    };
    // YAML has `1.0` as a number.
    let version = value.get("payloadFormatVersion").map(|version| match version {
        Value::String(text) => text.clone(),
        Value::Number(number) => format!("{:.1}", number.as_f64().unwrap_or(0.0)),
        _ => String::new(),
    });
    let timeout = value.get("timeoutInMillis").and_then(Value::as_i64);
    let responses: BTreeMap<String, BTreeMap<String, String>> =
        members(value.get("responseParameters")).map(|(status, map)| (status.clone(), text_map(Some(map)))).collect();
    let change = model::UpdateIntegrationRequest {
        connection_id: own("connectionId"),
        connection_type: connection,
        credentials_arn: own("credentials"),
        description: own("description"),
        integration_method: own("httpMethod"),
        integration_subtype: own("integrationSubtype"),
        integration_type: Some(kind),
        integration_uri: own("uri"),
        payload_format_version: version,
        request_parameters: Some(text_map(value.get("requestParameters"))),
        response_parameters: Some(responses),
        timeout_in_millis: timeout.map(|timeout| i32::try_from(timeout).unwrap_or(i32::MAX)),
        tls_config: value.get("tlsConfig").map(|tls| model::TlsConfigInput {
            server_name_to_verify: text(tls, "serverNameToVerify").map(str::to_owned),
        }),
        ..model::UpdateIntegrationRequest::default()
    };
    let mut integration = new(id, Protocol::Http);
    apply(&mut integration, &change);
    complete(&mut integration, Protocol::Http);
    Ok(integration)
}

/// The way back.
pub fn write(integration: &Integration) -> Value {
    let mut out = Map::new();
    let mut put = |name: &str, value: Option<&String>| {
        if let Some(value) = value {
            out.insert(name.to_owned(), json!(value));
        }
    };
    put("type", Some(&integration.integration_type));
    put("httpMethod", integration.method.as_ref());
    put("uri", integration.uri.as_ref());
    put("integrationSubtype", integration.subtype.as_ref());
    put("connectionType", Some(&integration.connection_type));
    put("connectionId", integration.connection_id.as_ref());
    put("credentials", integration.credentials_arn.as_ref());
    put("description", integration.description.as_ref());
    put("payloadFormatVersion", integration.payload_format_version.as_ref());
    if !integration.request_parameters.is_empty() {
        out.insert("requestParameters".to_owned(), json!(integration.request_parameters));
    }
    if !integration.response_parameters.is_empty() {
        out.insert("responseParameters".to_owned(), json!(integration.response_parameters));
    }
    out.insert("timeoutInMillis".to_owned(), json!(integration.timeout_ms));
    if let Some(name) = &integration.server_name_to_verify {
        out.insert("tlsConfig".to_owned(), json!({ "serverNameToVerify": name }));
    }
    Value::Object(out)
}
