//! CloudWatch Logs in the words of policies (service authorization reference, "Actions, resources, and condition keys for
//! Amazon CloudWatch Logs"): log groups are named with `:*` at the end, streams after `:log-stream:`.

use aws_types::wire::Value;

use crate::authorize::{Asked, Place};

/// Operations whose resource is a stream.
const OF_STREAMS: [&str; 3] = ["DeleteLogStream", "GetLogEvents", "PutLogEvents"];

/// What is asked by an operation.
pub fn asked(operation: &str, input: &Value, place: Place<'_>) -> Vec<Asked> {
    let text = |member: &str| input.get(member).and_then(Value::as_str);
    let one = |resource: String| Asked { action: format!("logs:{operation}"), resource };
    let of = |name: &str| {
        // A group may be named by its ARN, with or without what stands for its streams.
        let arn = name.starts_with("arn:").then(|| name.strip_suffix(":*").unwrap_or(name).to_owned());
        arn.unwrap_or_else(|| format!("arn:aws:logs:{}:{}:log-group:{name}", place.region, place.account))
    };
    let group = text("logGroupName").or_else(|| text("logGroupIdentifier")).map(of);
    match (operation, group) {
        ("DescribeLogGroups", _) => {
            let group = text("logGroupNamePrefix").map_or_else(|| of("*"), |prefix| of(&format!("{prefix}*")));
            vec![one(format!("{group}:*"))]
        }
        (_, Some(group)) if OF_STREAMS.contains(&operation) => {
            vec![one(format!("{group}:log-stream:{}", text("logStreamName").unwrap_or_default()))]
        }
        (_, Some(group)) => vec![one(format!("{group}:*"))],
        (_, None) => {
            let many = input.get("logGroupIdentifiers").and_then(Value::as_array).into_iter().flatten();
            let mut all: Vec<Asked> =
                many.filter_map(Value::as_str).map(|name| one(format!("{}:*", of(name)))).collect();
            all.extend(text("resourceArn").map(|arn| one(format!("{}:*", of(arn)))));
            if all.is_empty() { vec![one("*".to_owned())] } else { all }
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_types::{AccountId, Region};
    use serde_json::json;

    use super::*;

    fn check(operation: &str, input: &Value, expected: &[&str]) {
        let (account, region) = (AccountId::default(), Region::default());
        let asked = asked(operation, input, Place { account: &account, region: &region });
        let action = format!("logs:{operation}");
        assert!(asked.iter().all(|one| one.action == action));
        let resources: Vec<&str> = asked.iter().map(|one| one.resource.as_str()).collect();
        assert_eq!(resources, expected, "{operation} {input}");
    }

    #[test]
    fn groups_and_streams_are_named_as_policies_name_them() {
        let group = "arn:aws:logs:us-east-1:123456789012:log-group:g";
        let all = format!("{group}:*");
        check("CreateLogGroup", &json!({ "logGroupName": "g" }), &[&all]);
        check("CreateLogStream", &json!({ "logGroupName": "g", "logStreamName": "s" }), &[&all]);
        check("FilterLogEvents", &json!({ "logGroupIdentifier": group }), &[&all]);
        check("FilterLogEvents", &json!({ "logGroupIdentifier": all }), &[&all]);
        let stream = json!({ "logGroupName": "g", "logStreamName": "s" });
        check("PutLogEvents", &stream, &[&format!("{group}:log-stream:s")]);
        check("TagResource", &json!({ "resourceArn": group }), &[&all]);
        check("StartLiveTail", &json!({ "logGroupIdentifiers": [group] }), &[&all]);
        check("DescribeLogGroups", &json!({}), &["arn:aws:logs:us-east-1:123456789012:log-group:*:*"]);
        check("StopQuery", &json!({}), &["*"]);
    }
}
