//! Lambda's own condition keys.

use aws_types::wire::Value;
use aws_types::{AwsError, CallContext};

use super::{Conditions, told};
use crate::wiring::Backend;

/// Operations on a function's address, whose kind of authorization policies may ask for.
const OF_ADDRESSES: [&str; 4] =
    ["CreateFunctionUrlConfig", "UpdateFunctionUrlConfig", "DeleteFunctionUrlConfig", "GetFunctionUrlConfig"];

/// Those of a call.
pub(super) async fn of(
    call: &CallContext,
    backend: &Backend,
    operation: &'static str,
    input: &Value,
) -> Result<Conditions, AwsError> {
    let mut all = of_request(operation, input);
    if OF_ADDRESSES.contains(&operation) && input.get("AuthType").is_none() {
        // What is there counts where the call does not say otherwise.
        let named: serde_json::Map<String, Value> = ["FunctionName", "Qualifier"]
            .into_iter()
            .filter_map(|member| Some((member.to_owned(), input.get(member)?.clone())))
            .collect();
        let shown = backend.service.call(call, "GetFunctionUrlConfig", Value::Object(named), None).await;
        match shown {
            Ok(answer) => all.add("lambda:FunctionUrlAuthType", answer.output.get("AuthType").and_then(told)),
            Err(error) if error.internal.is_some() => return Err(error),
            Err(_) => {}
        }
    }
    Ok(all)
}

fn of_request(operation: &str, input: &Value) -> Conditions {
    let mut all = Conditions::default();
    let one = |member: &str| input.get(member).and_then(told);
    match operation {
        "AddPermission" => {
            all.add("lambda:Principal", one("Principal"));
            all.add("lambda:FunctionUrlAuthType", one("FunctionUrlAuthType"));
            all.add("lambda:EventSourceToken", one("EventSourceToken"));
            all.add("lambda:InvokedViaFunctionUrl", one("InvokedViaFunctionUrl"));
        }
        "CreateFunction" | "UpdateFunctionConfiguration" => {
            let list = |pointer: &str| {
                let found = input.pointer(pointer).and_then(Value::as_array);
                found.into_iter().flatten().filter_map(told).collect::<Vec<_>>()
            };
            all.add("lambda:Layer", list("/Layers"));
            all.add("lambda:SubnetIds", list("/VpcConfig/SubnetIds"));
            all.add("lambda:SecurityGroupIds", list("/VpcConfig/SecurityGroupIds"));
            all.add("lambda:CodeSigningConfigArn", one("CodeSigningConfigArn"));
        }
        "PutFunctionCodeSigningConfig" => all.add("lambda:CodeSigningConfigArn", one("CodeSigningConfigArn")),
        "CreateEventSourceMapping" | "UpdateEventSourceMapping" => all.add("lambda:FunctionArn", one("FunctionName")),
        _ if OF_ADDRESSES.contains(&operation) => all.add("lambda:FunctionUrlAuthType", one("AuthType")),
        _ => {}
    }
    all
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_call_of_lambda_says_what_policies_may_ask_for() {
        let add = json!({ "Principal": "s3.amazonaws.com", "FunctionUrlAuthType": "NONE", "SourceArn": "x" });
        let all = of_request("AddPermission", &add);
        let keys: Vec<_> = all.keys().collect();
        assert_eq!(keys, [("lambda:Principal", "s3.amazonaws.com"), ("lambda:FunctionUrlAuthType", "NONE")]);
        let create = json!({ "Layers": ["a", "b"], "VpcConfig": { "SubnetIds": ["subnet-1"] } });
        let all = of_request("CreateFunction", &create);
        assert_eq!(all.keys().collect::<Vec<_>>(), [("lambda:SubnetIds", "subnet-1")]);
        assert_eq!(all.lists().collect::<Vec<_>>(), [("lambda:Layer", vec!["a", "b"])]);
        assert_eq!(of_request("Invoke", &add), Conditions::default());
    }
}
