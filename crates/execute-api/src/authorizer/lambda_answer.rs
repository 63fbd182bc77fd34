//! What a Lambda authorizer answers ("Output from an API Gateway Lambda authorizer"): read strictly. What cannot be
//! understood grants nothing.

use std::collections::BTreeMap;

use iam_policy::{Policy, PolicyKind};
use serde_json::Value;

/// Most entries of `context`.
const MAX_CONTEXT: usize = 300;

/// What an answer consists of; anything else in it makes the whole answer invalid (recorded, 2023).
const MEMBERS: [&str; 4] = ["principalId", "policyDocument", "context", "usageIdentifierKey"];

/// An answer that was understood.
#[derive(Debug)]
pub struct LambdaAnswer {
    /// `$context.authorizer.principalId`
    pub principal_id: String,
    /// What it allows.
    pub policy: Policy,
    /// The policy as it was written.
    pub document: String,
    /// `$context.authorizer.x`, each as text.
    pub context: BTreeMap<String, String>,
    /// The API key that the call counts for, where the API takes keys from authorizers.
    pub usage_identifier_key: Option<String>,
}

/// Reads an answer.
///
/// # Errors
/// The end of the log's line `Execution failed due to configuration error: …`.
pub(crate) fn read(payload: &[u8]) -> Result<LambdaAnswer, String> {
    let value: Value = serde_json::from_slice(payload).map_err(|_| "Invalid JSON in response")?;
    let members = value.as_object().ok_or("Could not parse policy")?;
    if let Some(unknown) = members.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
        return Err(format!("Invalid JSON in response: Unrecognized field \"{unknown}\" , not marked as ignorable"));
    }
    let principal = members.get("principalId").and_then(Value::as_str).filter(|id| !id.is_empty());
    let document = members.get("policyDocument").filter(|document| document.is_object());
    let document = document.ok_or("Could not parse policy")?.to_string();
    let policy = Policy::parse(&document, PolicyKind::Identity).map_err(|_| "Invalid policy document")?;
    let usage_identifier_key = match members.get("usageIdentifierKey") {
        None | Some(Value::Null) => None,
        Some(Value::String(key)) => Some(key.clone()),
        Some(_) => return Err("Invalid usageIdentifierKey in the authorizer response".to_owned()),
    };
    Ok(LambdaAnswer {
        principal_id: principal.ok_or("Invalid principalId in the authorizer response")?.to_owned(),
        policy,
        document,
        context: context(members.get("context"))?,
        usage_identifier_key,
    })
}

/// Texts, numbers and truth values; a list or an object makes the whole answer invalid.
fn context(value: Option<&Value>) -> Result<BTreeMap<String, String>, &'static str> {
    let entries = match value {
        None | Some(Value::Null) => return Ok(BTreeMap::new()),
        Some(Value::Object(entries)) if entries.len() <= MAX_CONTEXT => entries,
        Some(_) => return Err("Invalid context in the authorizer response"),
    };
    let mut texts = BTreeMap::new();
    for (name, value) in entries {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            Value::Null => continue,
            Value::Array(_) | Value::Object(_) => return Err("Invalid context in the authorizer response"),
        };
        texts.insert(name.clone(), text);
    }
    Ok(texts)
}

/// Whether a failed function means that the caller is unknown: its error's whole message is `Unauthorized`.
pub(crate) fn says_unauthorized(payload: &[u8]) -> bool {
    let value: Option<Value> = serde_json::from_slice(payload).ok();
    value.as_ref().and_then(|value| value.get("errorMessage")?.as_str()) == Some("Unauthorized")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn good() -> Value {
        json!({
            "principalId": "user|a1b2c3d4",
            "policyDocument": {"Version": "2012-10-17", "Statement": [
                {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": "arn:aws:execute-api:*:*:*/*/GET/*"},
            ]},
            "context": {"text": "v", "number": 1, "truth": true, "nothing": null},
            "usageIdentifierKey": "key",
        })
    }

    #[test]
    fn a_good_answer_is_read_and_its_context_is_text() {
        let answer = read(good().to_string().as_bytes()).unwrap();
        let context: Vec<_> = answer.context.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(context, [("number", "1"), ("text", "v"), ("truth", "true")]);
        assert_eq!(
            (answer.principal_id.as_str(), answer.usage_identifier_key.as_deref()),
            ("user|a1b2c3d4", Some("key"))
        );
    }

    #[test]
    fn what_is_malformed_grants_nothing() {
        for (member, value) in [
            ("principalId", json!(null)),
            ("principalId", json!("")),
            ("principalId", json!({})),
            ("policyDocument", json!(null)),
            ("policyDocument", json!("{}")),
            ("policyDocument", json!({})),
            ("policyDocument", json!({"Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke"}]})),
            ("policyDocument", json!({"Statement": [{"Effect": "allow", "Action": "*", "Resource": "*"}]})),
            ("context", json!({"list": [1]})),
            ("context", json!({"object": {}})),
            ("context", json!([])),
            ("usageIdentifierKey", json!(7)),
            ("isAuthorized", json!(true)),
            ("errorType", json!("Error")),
        ] {
            let mut answer = good();
            answer[member] = value.clone();
            assert!(read(answer.to_string().as_bytes()).is_err(), "{member} {value}");
        }
        for text in ["", "null", "[]", "\"x\"", "{", "Unauthorized"] {
            assert!(read(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn unauthorized_is_said_in_that_one_word() {
        assert!(says_unauthorized(br#"{"errorMessage": "Unauthorized", "errorType": "Exception"}"#));
        for other in
            [r#"{"errorMessage": "Unauthorized: x"}"#, r#"{"errorMessage": "unauthorized"}"#, "Unauthorized", ""]
        {
            assert!(!says_unauthorized(other.as_bytes()), "{other}");
        }
    }

    proptest! {
        #[test]
        fn any_answer_can_be_read(payload in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&payload);
            let _ = says_unauthorized(&payload);
        }
    }
}
