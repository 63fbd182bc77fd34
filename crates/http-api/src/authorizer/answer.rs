//! What a Lambda authorizer answers ("Authorizer Lambda function response format"): read strictly. What cannot be understood
//! grants nothing.

use iam_policy::{Policy, PolicyKind};
use serde_json::{Map, Value};

use crate::plan::AuthorizerResponse;

/// Most entries of `context`.
const MAX_CONTEXT: usize = 300;

/// An answer that was understood.
#[derive(Debug)]
pub(crate) struct Admission {
    pub principal_id: Option<String>,
    pub verdict: Verdict,
    /// `$context.authorizer.x`
    pub context: Map<String, Value>,
}

/// Whether the caller may go on.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Whatever route is called.
    Simple(bool),
    /// Where the policy says so.
    Policy(Box<Policy>),
}

/// Reads an answer.
pub(super) fn read(payload: &[u8], form: AuthorizerResponse) -> Result<Admission, &'static str> {
    let members: Map<String, Value> =
        serde_json::from_slice(payload).map_err(|_| "the authorizer's answer is no object")?;
    let context = match members.get("context") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(entries)) if entries.len() <= MAX_CONTEXT => entries.clone(),
        Some(_) => return Err("the authorizer's context is no object"),
    };
    match form {
        AuthorizerResponse::Simple => {
            let authorized = members.get("isAuthorized").and_then(Value::as_bool);
            let authorized = authorized.ok_or("the authorizer's isAuthorized is neither true nor false")?;
            Ok(Admission { principal_id: None, verdict: Verdict::Simple(authorized), context })
        }
        AuthorizerResponse::Policy => {
            let principal = members.get("principalId").and_then(Value::as_str).filter(|id| !id.is_empty());
            let document = members.get("policyDocument").filter(|document| document.is_object());
            let document = document.ok_or("the authorizer's policyDocument is no object")?.to_string();
            let policy = Policy::parse(&document, PolicyKind::Identity);
            let policy = policy.map_err(|_| "the authorizer's policyDocument is no policy")?;
            Ok(Admission {
                principal_id: Some(principal.ok_or("the authorizer's principalId is no text")?.to_owned()),
                verdict: Verdict::Policy(Box::new(policy)),
                context,
            })
        }
    }
}

/// Whether a failed function means that the caller is unknown: its error's whole message is `Unauthorized`.
pub(super) fn says_unauthorized(payload: &[u8]) -> bool {
    let value: Option<Value> = serde_json::from_slice(payload).ok();
    value.as_ref().and_then(|value| value.get("errorMessage")?.as_str()) == Some("Unauthorized")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_malformed_grants_nothing() {
        for payload in [
            "",
            "null",
            "[]",
            "true",
            "\"x\"",
            r#"{"isAuthorized": "true"}"#,
            r#"{"isAuthorized": 1}"#,
            "{}",
            r#"{"isAuthorized": true, "context": []}"#,
        ] {
            assert!(read(payload.as_bytes(), AuthorizerResponse::Simple).is_err(), "{payload}");
        }
        let allow = json!({"Version": "2012-10-17", "Statement":
            [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]});
        for answer in [
            json!({"isAuthorized": true}),
            json!({"policyDocument": allow}),
            json!({"principalId": "", "policyDocument": allow}),
            json!({"principalId": "u"}),
            json!({"principalId": "u", "policyDocument": allow.to_string()}),
            json!({"principalId": "u", "policyDocument": {"Statement": [{"Effect": "allow", "Action": "*", "Resource": "*"}]}}),
        ] {
            assert!(read(answer.to_string().as_bytes(), AuthorizerResponse::Policy).is_err(), "{answer}");
        }
        let good = json!({"principalId": "u", "policyDocument": allow, "context": {"a": {"b": [1]}}});
        assert_eq!(read(good.to_string().as_bytes(), AuthorizerResponse::Policy).unwrap().context["a"]["b"][0], 1);
    }

    proptest! {
        #[test]
        fn any_answer_can_be_read(payload in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&payload, AuthorizerResponse::Simple);
            let _ = read(&payload, AuthorizerResponse::Policy);
            let _ = says_unauthorized(&payload);
        }
    }
}
