//! Tags as condition keys (IAM guide, "Controlling access to AWS resources using tags"): `aws:ResourceTag/…` of what is
//! there, `aws:RequestTag/…` and `aws:TagKeys` of what a request brings.

use aws_types::wire::Value;
use aws_types::{AwsError, CallContext};

use crate::authorize::Asked;
use crate::wiring::Backend;

/// Services whose things bear tags that are read here; `iam` reads its own.
const TAGGING: [&str; 5] = ["cognito-idp", "apigateway", "apigatewayv2", "logs", "lambda"];
/// Members of inputs that hold tags as a map.
const MAPS: [&str; 3] = ["UserPoolTags", "Tags", "tags"];
/// Members of inputs that hold keys of tags.
const KEYS: [&str; 2] = ["TagKeys", "tagKeys"];

/// Condition keys of one value, and the keys of tags that a request brings or takes away.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct TagKeys {
    /// `aws:ResourceTag/team` and its value.
    pub keys: Vec<(String, String)>,
    /// `aws:TagKeys`; absent where the request names none.
    pub tag_keys: Vec<String>,
}

impl TagKeys {
    /// Those of a call: of the thing that is asked for, and of the request.
    ///
    /// # Errors
    /// The service's, where what is kept cannot be read: then nothing is allowed.
    pub async fn of(call: &CallContext, backend: &Backend, asked: &[Asked], input: &Value) -> Result<Self, AwsError> {
        if !TAGGING.contains(&backend.service.model().name) {
            return Ok(Self::default());
        }
        let mut all = Self::of_request(input);
        if let Some(asked) = asked.first() {
            let tags = backend.service.resource_tags(call, &asked.resource).await?;
            all.keys.extend(tags.into_iter().map(|(key, value)| (format!("aws:ResourceTag/{key}"), value)));
        }
        Ok(all)
    }

    fn of_request(input: &Value) -> Self {
        let mut all = Self::default();
        let maps = MAPS.iter().filter_map(|member| input.get(member)?.as_object()).flatten();
        for (key, value) in maps {
            all.tag_keys.push(key.clone());
            let value = value.as_str().unwrap_or_default().to_owned();
            all.keys.push((format!("aws:RequestTag/{key}"), value));
        }
        let keys = KEYS.iter().filter_map(|member| input.get(member)?.as_array()).flatten();
        all.tag_keys.extend(keys.filter_map(Value::as_str).map(str::to_owned));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_request_brings_its_tags_and_their_keys() {
        for member in MAPS {
            let found = TagKeys::of_request(&json!({ member: { "team": "blue" }, "other": { "a": "b" } }));
            assert_eq!(found.keys, [("aws:RequestTag/team".to_owned(), "blue".to_owned())], "{member}");
            assert_eq!(found.tag_keys, ["team"]);
        }
        for member in KEYS {
            let found = TagKeys::of_request(&json!({ member: ["team", "cost"] }));
            assert_eq!((found.keys.len(), found.tag_keys.len()), (0, 2), "{member}");
        }
        assert_eq!(TagKeys::of_request(&json!({ "UserPoolId": "x" })), TagKeys::default());
    }
}
