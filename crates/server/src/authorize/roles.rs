//! Roles that a call gives away: whoever lets a service take one on must be allowed to pass it (IAM guide, "Granting a user
//! permissions to pass a role to an AWS service"; API Gateway's guide asks for it where an integration or an authorizer
//! has credentials). Without it, whoever may change an API could act as any role that trusts API Gateway.

use aws_types::wire::Value;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Asked, text};

/// The callers' own identity is nobody's role.
const CALLERS: &str = "arn:aws:iam::*:user/*";
/// Members of inputs and of definitions that name a role.
const MEMBERS: [&str; 5] =
    ["credentials", "authorizerCredentials", "cloudwatchRoleArn", "CredentialsArn", "AuthorizerCredentialsArn"];

/// The service that takes on the roles which calls of a service give away (`iam:PassedToService`).
pub fn receiver(service: &str, operation: &str) -> &'static str {
    match service {
        // The roles of text messages; those of groups become their members' by identity pools.
        "cognito-idp" if !operation.ends_with("Group") => "cognito-idp.amazonaws.com",
        "lambda" => "lambda.amazonaws.com",
        "apigateway" | "apigatewayv2" => "apigateway.amazonaws.com",
        // Roles of groups and of identities alike.
        _ => "cognito-identity.amazonaws.com",
    }
}

/// The roles in a call of API Gateway, each once: members of the input, values of patches, and what definitions say.
pub fn given(operation: &str, input: &Value) -> Vec<Asked> {
    let mut roles: Vec<String> = Vec::new();
    let mut add = |role: &str| {
        if !role.is_empty() && role != CALLERS && !roles.iter().any(|other| other == role) {
            roles.push(role.to_owned());
        }
    };
    MEMBERS.iter().filter_map(|member| text(input, member)).for_each(&mut add);
    let patches = input.get("patchOperations").and_then(Value::as_array).into_iter().flatten();
    let names_role = |path: &str| path.strip_prefix('/').is_some_and(|name| MEMBERS.contains(&name));
    let patches = patches.filter(|one| text(one, "path").is_some_and(names_role));
    patches.filter_map(|one| text(one, "value")).for_each(&mut add);
    if let Some(definition) = definition(operation, input) {
        walk(&definition, &mut add);
    }
    roles.into_iter().map(|resource| Asked { action: "iam:PassRole".to_owned(), resource }).collect()
}

/// The definition that an operation reads. What cannot be read the operation refuses.
fn definition(operation: &str, input: &Value) -> Option<Value> {
    let body = match operation {
        "ImportRestApi" | "PutRestApi" => STANDARD.decode(text(input, "body")?).ok()?,
        "ImportApi" | "ReimportApi" => text(input, "Body")?.as_bytes().to_vec(),
        _ => return None,
    };
    apigateway::openapi::document::read(&body).ok()
}

/// Definitions are bounded in depth.
fn walk(value: &Value, add: &mut impl FnMut(&str)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, add)),
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(role) if MEMBERS.contains(&name.as_str()) => add(role),
                    other => walk(other, add),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ROLE: &str = "arn:aws:iam::123456789012:role/r";

    fn roles(operation: &str, input: &Value) -> Vec<String> {
        let asked = given(operation, input);
        assert!(asked.iter().all(|one| one.action == "iam:PassRole"));
        asked.into_iter().map(|one| one.resource).collect()
    }

    #[test]
    fn whoever_gives_an_api_a_role_must_be_allowed_to_pass_it() {
        let patch = |path: &str| json!({ "patchOperations": [{ "op": "replace", "path": path, "value": ROLE }] });
        let written = json!({ "paths": { "/a": { "get": {
            "x-amazon-apigateway-integration": { "type": "aws_proxy", "credentials": ROLE } } } } });
        let folded = format!(
            "paths:\n  /a:\n    get:\n      x-amazon-apigateway-integration:\n        \"credential\\x73\": {ROLE}\n"
        );
        for (operation, input) in [
            ("PutIntegration", json!({ "credentials": ROLE })),
            ("CreateAuthorizer", json!({ "authorizerCredentials": ROLE })),
            ("UpdateIntegration", patch("/credentials")),
            ("UpdateAuthorizer", patch("/authorizerCredentials")),
            ("UpdateAccount", patch("/cloudwatchRoleArn")),
            ("CreateIntegration", json!({ "CredentialsArn": ROLE })),
            ("UpdateAuthorizer", json!({ "AuthorizerCredentialsArn": ROLE })),
            ("ImportRestApi", json!({ "body": STANDARD.encode(written.to_string()) })),
            ("PutRestApi", json!({ "body": STANDARD.encode(&folded) })),
            ("ImportApi", json!({ "Body": folded })),
        ] {
            assert_eq!(roles(operation, &input), [ROLE], "{operation}");
        }
    }

    #[test]
    fn what_gives_no_role_asks_for_nothing_more() {
        for (operation, input) in [
            ("PutIntegration", json!({ "credentials": CALLERS, "uri": ROLE })),
            ("PutIntegration", json!({ "credentials": "" })),
            ("UpdateIntegration", json!({ "patchOperations": [{ "op": "remove", "path": "/credentials" }] })),
            ("ImportRestApi", json!({ "body": "!" })),
            ("GetRestApi", json!({ "body": STANDARD.encode(json!({ "credentials": ROLE }).to_string()) })),
        ] {
            assert_eq!(roles(operation, &input), [""; 0], "{operation}");
        }
    }
}
