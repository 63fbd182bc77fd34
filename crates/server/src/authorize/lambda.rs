//! Lambda's operations in the words of policies (service authorization reference, "AWS Lambda").

use ::lambda::Reference;
use aws_types::wire::Value;

use super::{Asked, Place, text};

/// Operations that policies call otherwise.
const RENAMED: [(&str, &str); 3] = [
    ("Invoke", "InvokeFunction"),
    ("InvokeWithResponseStream", "InvokeFunction"),
    ("GetLayerVersionByArn", "GetLayerVersion"),
];

/// Operations about a version or an alias, which their input or the name itself may give. All others are about the function,
/// whatever qualifier stands in the name: with it they would be asked for under a name that the function's policies do not
/// speak of.
const QUALIFIED: [&str; 22] = [
    "AddPermission",
    "CreateFunctionUrlConfig",
    "DeleteFunction",
    "DeleteFunctionEventInvokeConfig",
    "DeleteFunctionUrlConfig",
    "DeleteProvisionedConcurrencyConfig",
    "GetFunction",
    "GetFunctionConfiguration",
    "GetFunctionEventInvokeConfig",
    "GetFunctionUrlConfig",
    "GetPolicy",
    "GetProvisionedConcurrencyConfig",
    "GetRuntimeManagementConfig",
    "Invoke",
    "InvokeAsync",
    "InvokeWithResponseStream",
    "PutFunctionEventInvokeConfig",
    "PutProvisionedConcurrencyConfig",
    "PutRuntimeManagementConfig",
    "RemovePermission",
    "UpdateFunctionEventInvokeConfig",
    "UpdateFunctionUrlConfig",
];

/// What an operation asks.
pub fn asked(operation: &str, input: &Value, place: Place<'_>) -> Vec<Asked> {
    let renamed = RENAMED.iter().find(|(name, _)| *name == operation).map(|(_, action)| *action);
    let action = format!("lambda:{}", renamed.unwrap_or(operation));
    let mut all = vec![Asked { action, resource: resource(operation, input, place) }];
    // Whoever gives a function a role must be allowed to give it away.
    let role = text(input, "Role").filter(|_| matches!(operation, "CreateFunction" | "UpdateFunctionConfiguration"));
    all.extend(role.map(|role| Asked { action: "iam:PassRole".to_owned(), resource: role.to_owned() }));
    all.extend(code(operation, input));
    let layers = input.get("Layers").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    all.extend(layers.map(|arn| Asked { action: "lambda:GetLayerVersion".to_owned(), resource: arn.to_owned() }));
    all
}

/// Whoever has code taken from a bucket must be allowed to read it.
fn code(operation: &str, input: &Value) -> Option<Asked> {
    let holder = match operation {
        "CreateFunction" => input.get("Code")?,
        "UpdateFunctionCode" => input,
        "PublishLayerVersion" => input.get("Content")?,
        _ => return None,
    };
    let (bucket, key) = (text(holder, "S3Bucket")?, text(holder, "S3Key")?);
    let action = if text(holder, "S3ObjectVersion").is_some() { "s3:GetObjectVersion" } else { "s3:GetObject" };
    Some(Asked { action: action.to_owned(), resource: format!("arn:aws:s3:::{bucket}/{key}") })
}

fn resource(operation: &str, input: &Value, place: Place<'_>) -> String {
    let named = text(input, "FunctionName").map(|name| {
        // Without this account or region the operation refuses by itself; nothing may be allowed by another name before.
        match Reference::read(place.account, place.region, name, text(input, "Qualifier")) {
            Ok(reference) if QUALIFIED.contains(&operation) => reference.arn(),
            Ok(reference) => reference.function.to_string(),
            Err(_) => name.to_owned(),
        }
    });
    let layer = || {
        let name = text(input, "LayerName")?;
        let name = if name.starts_with("arn:") {
            name.to_owned()
        } else {
            format!("arn:aws:lambda:{}:{}:layer:{name}", place.region, place.account)
        };
        let number = input.get("VersionNumber").and_then(Value::as_i64);
        Some(number.map_or_else(|| name.clone(), |number| format!("{name}:{number}")))
    };
    let by_arn = || {
        let arn = text(input, if operation == "GetLayerVersionByArn" { "Arn" } else { "Resource" })?;
        // The operation takes any partition for this one; policies speak of the one there is.
        Some(Reference::of_arn(arn).map_or_else(|| arn.to_owned(), |reference| reference.arn()))
    };
    named.or_else(layer).or_else(by_arn).unwrap_or_else(|| "*".to_owned())
}

#[cfg(test)]
mod tests {
    use aws_types::{AccountId, Region};
    use serde_json::json;

    use super::*;

    fn check(operation: &str, input: &Value, expected: &[(&str, &str)]) {
        let (account, region) = (AccountId::default(), Region::default());
        let asked = asked(operation, input, Place { account: &account, region: &region });
        let asked: Vec<_> = asked.iter().map(|one| (one.action.as_str(), one.resource.as_str())).collect();
        assert_eq!(asked, expected, "{operation}");
    }

    #[test]
    fn every_name_of_a_function_is_one_resource() {
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:f";
        for name in ["f", "123456789012:function:f", arn] {
            check("Invoke", &json!({ "FunctionName": name }), &[("lambda:InvokeFunction", arn)]);
            let live = format!("{arn}:live");
            let input = json!({ "FunctionName": name, "Qualifier": "live" });
            check("Invoke", &input, &[("lambda:InvokeFunction", live.as_str())]);
        }
    }

    #[test]
    fn a_qualifier_in_the_name_hides_no_function() {
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:f";
        for operation in ["PutFunctionConcurrency", "PublishVersion", "CreateAlias", "UpdateFunctionCode"] {
            let action = format!("lambda:{operation}");
            for name in ["f", "f:live", "f:$LATEST"] {
                check(operation, &json!({ "FunctionName": name }), &[(&action, arn)]);
            }
        }
        let elsewhere = arn.replace("arn:aws:", "arn:aws-cn:");
        check("TagResource", &json!({ "Resource": elsewhere }), &[("lambda:TagResource", arn)]);
        check("DeleteFunction", &json!({ "FunctionName": "f:1" }), &[("lambda:DeleteFunction", &format!("{arn}:1"))]);
    }

    #[test]
    fn roles_code_and_layers_must_be_the_callers_to_give() {
        let input = json!({
            "FunctionName": "f", "Role": "arn:aws:iam::123456789012:role/r", "Layers": ["arn:aws:lambda:us-east-1:1:layer:l:1"],
            "Code": { "S3Bucket": "b", "S3Key": "k" },
        });
        check(
            "CreateFunction",
            &input,
            &[
                ("lambda:CreateFunction", "arn:aws:lambda:us-east-1:123456789012:function:f"),
                ("iam:PassRole", "arn:aws:iam::123456789012:role/r"),
                ("s3:GetObject", "arn:aws:s3:::b/k"),
                ("lambda:GetLayerVersion", "arn:aws:lambda:us-east-1:1:layer:l:1"),
            ],
        );
        let layer = json!({ "LayerName": "l", "VersionNumber": 2 });
        check(
            "GetLayerVersion",
            &layer,
            &[("lambda:GetLayerVersion", "arn:aws:lambda:us-east-1:123456789012:layer:l:2")],
        );
    }
}
