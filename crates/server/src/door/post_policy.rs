//! The policy of an upload by form: until when, and what its fields must be (S3 API reference, "Creating a POST policy").

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use aws_types::{AwsError, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// Conditions of one policy.
const MAX_CONDITIONS: usize = 1_000;
/// Fields that no condition need name.
const FREE: [&str; 6] = ["policy", "x-amz-signature", "signature", "awsaccesskeyid", "file", "submit"];

/// What is asked of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Test {
    Eq,
    StartsWith,
}

/// A condition on a field.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Condition {
    test: Test,
    /// In lower case.
    field: String,
    value: String,
}

/// A policy that was read.
#[derive(Clone, Debug)]
pub struct PostPolicy {
    expires: Timestamp,
    conditions: Vec<Condition>,
    /// Bytes the file may have.
    pub length: Option<RangeInclusive<u64>>,
}

/// (memory, as all sentences here)
fn invalid(what: &str) -> AwsError {
    AwsError::sender("InvalidPolicyDocument", 400, format!("Invalid Policy: {what}"))
}

fn unfit(what: &str) -> AwsError {
    AwsError::sender("AccessDenied", 403, format!("Invalid according to Policy: {what}"))
}

impl PostPolicy {
    /// Reads the base64 of a policy.
    ///
    /// # Errors
    /// `InvalidPolicyDocument`.
    pub fn read(encoded: &str) -> Result<Self, AwsError> {
        let compact: String = encoded.chars().filter(|character| !character.is_ascii_whitespace()).collect();
        let bytes = STANDARD.decode(compact).map_err(|_| invalid("Invalid JSON."))?;
        let document: Value = serde_json::from_slice(&bytes).map_err(|_| invalid("Invalid JSON."))?;
        let document = document.as_object().ok_or_else(|| invalid("Invalid JSON."))?;
        if let Some(other) = document.keys().find(|key| !["expiration", "conditions"].contains(&key.as_str())) {
            return Err(invalid(&format!("Unexpected: '{other}'.")));
        }
        let expiration = document.get("expiration").ok_or_else(|| invalid("Policy missing expiration."))?;
        let expires = expiration.as_str().and_then(Timestamp::parse_iso8601);
        let expires = expires.ok_or_else(|| invalid("Invalid 'expiration' value."))?;
        let conditions = document.get("conditions").ok_or_else(|| invalid("Policy missing conditions."))?;
        let list = conditions.as_array().ok_or_else(|| invalid("Invalid 'conditions' value: must be a List."))?;
        if list.len() > MAX_CONDITIONS {
            return Err(invalid("Too many conditions."));
        }
        let mut policy = Self { expires, conditions: Vec::new(), length: None };
        for condition in list {
            policy.add(condition)?;
        }
        Ok(policy)
    }

    fn add(&mut self, condition: &Value) -> Result<(), AwsError> {
        match condition {
            Value::Object(members) => {
                for (field, value) in members {
                    let value = value.as_str().ok_or_else(|| simple(condition))?.to_owned();
                    self.conditions.push(Condition { test: Test::Eq, field: field.to_ascii_lowercase(), value });
                }
                if members.len() == 1 { Ok(()) } else { Err(simple(condition)) }
            }
            Value::Array(list) => self.add_list(condition, list),
            _ => Err(simple(condition)),
        }
    }

    fn add_list(&mut self, condition: &Value, list: &[Value]) -> Result<(), AwsError> {
        let [operator, second, third] = list else { return Err(simple(condition)) };
        let operator = operator.as_str().unwrap_or_default().to_ascii_lowercase();
        let test = match operator.as_str() {
            "content-length-range" => {
                let bounds = [second, third].map(number);
                let [Some(least), Some(most)] = bounds else {
                    return Err(invalid(&format!("Invalid content-length-range: {condition}.")));
                };
                self.length = Some(match self.length.take() {
                    Some(range) => least.max(*range.start())..=most.min(*range.end()),
                    None => least..=most,
                });
                return Ok(());
            }
            "eq" => Test::Eq,
            "starts-with" => Test::StartsWith,
            _ => return Err(invalid(&format!("Unknown operation in condition: {condition}."))),
        };
        let field = second.as_str().and_then(|name| name.strip_prefix('$'));
        let (Some(field), Some(value)) = (field, third.as_str()) else { return Err(simple(condition)) };
        self.conditions.push(Condition { test, field: field.to_ascii_lowercase(), value: value.to_owned() });
        Ok(())
    }

    /// Whether the fields of a form are as the policy wants them: `bucket` among them, names in lower case.
    ///
    /// # Errors
    /// `AccessDenied`.
    pub fn check(&self, fields: &BTreeMap<String, String>, now: Timestamp) -> Result<(), AwsError> {
        if self.expires <= now {
            return Err(unfit("Policy expired."));
        }
        for condition in &self.conditions {
            let value = fields.get(&condition.field).map(String::as_str).unwrap_or_default();
            if !condition.holds(value) {
                return Err(unfit(&format!("Policy Condition failed: {}", condition.shown())));
            }
        }
        let named: BTreeSet<&str> = self.conditions.iter().map(|condition| condition.field.as_str()).collect();
        let extra = fields.keys().find(|field| {
            let field = field.as_str();
            !named.contains(field) && !FREE.contains(&field) && !field.starts_with("x-ignore-") && field != "bucket"
        });
        extra.map_or(Ok(()), |field| Err(unfit(&format!("Extra input fields: {field}"))))
    }
}

impl Condition {
    fn holds(&self, value: &str) -> bool {
        match self.test {
            Test::Eq => value == self.value,
            // A list of content types: each of them.
            Test::StartsWith if self.field == "content-type" => {
                value.split(',').all(|one| one.trim().starts_with(&self.value))
            }
            Test::StartsWith => value.starts_with(&self.value),
        }
    }

    fn shown(&self) -> String {
        let test = match self.test {
            Test::Eq => "eq",
            Test::StartsWith => "starts-with",
        };
        Value::from(vec![test.to_owned(), format!("${}", self.field), self.value.clone()]).to_string()
    }
}

fn simple(condition: &Value) -> AwsError {
    invalid(&format!("Invalid Simple-Condition: {condition}."))
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_secs(1_767_323_045);

    fn read(document: &str) -> Result<PostPolicy, AwsError> {
        PostPolicy::read(&STANDARD.encode(document))
    }

    fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn judged(conditions: &str, given: &[(&str, &str)]) -> Result<(), String> {
        let policy =
            read(&format!("{{\"expiration\":\"2030-01-01T00:00:00Z\",\"conditions\":[{conditions}]}}")).unwrap();
        policy.check(&fields(given), NOW).map_err(|error| error.message.into_owned())
    }

    #[test]
    fn fields_are_held_against_the_conditions() {
        let all = "{\"bucket\":\"b\"},[\"starts-with\",\"$key\",\"in/\"],[\"eq\",\"$ACL\",\"private\"],[\"starts-with\",\"$Content-Type\",\"image/\"]";
        let good = [("bucket", "b"), ("key", "in/x"), ("acl", "private"), ("content-type", "image/a, image/b")];
        assert_eq!(judged(all, &good), Ok(()));
        for (field, value, shown) in [
            ("bucket", "c", r#"["eq","$bucket","b"]"#),
            ("key", "out/x", r#"["starts-with","$key","in/"]"#),
            ("acl", "public-read", r#"["eq","$acl","private"]"#),
            ("content-type", "image/a, text/b", r#"["starts-with","$content-type","image/"]"#),
        ] {
            let mut given = good.to_vec();
            given.retain(|(name, _)| *name != field);
            let expected = format!("Invalid according to Policy: Policy Condition failed: {shown}");
            assert_eq!(judged(all, &given), Err(expected.clone()), "without {field}");
            given.push((field, value));
            assert_eq!(judged(all, &given), Err(expected));
        }
    }

    #[test]
    fn a_field_that_no_condition_names_is_too_many() {
        let given = [("bucket", "b"), ("key", "k"), ("x-ignore-me", "1"), ("policy", "p"), ("x-amz-signature", "s")];
        assert_eq!(judged("{\"key\":\"k\"}", &given), Ok(()));
        let more = [&given[..], &[("acl", "public-read")]].concat();
        let expected = "Invalid according to Policy: Extra input fields: acl";
        assert_eq!(judged("{\"key\":\"k\"}", &more), Err(expected.to_owned()));
    }

    #[test]
    fn a_policy_ends() {
        let policy = read("{\"expiration\":\"2026-01-02T03:04:05.000Z\",\"conditions\":[]}").unwrap();
        assert!(policy.check(&fields(&[]), Timestamp::from_secs(NOW.secs() - 1)).is_ok());
        let error = policy.check(&fields(&[]), NOW).unwrap_err();
        assert_eq!((&*error.code, &*error.message), ("AccessDenied", "Invalid according to Policy: Policy expired."));
    }

    #[test]
    fn what_is_no_policy_is_refused() {
        assert_eq!(PostPolicy::read("%%%").unwrap_err().message, "Invalid Policy: Invalid JSON.");
        for (document, sentence) in [
            ("[]", "Invalid JSON."),
            ("{", "Invalid JSON."),
            ("{\"conditions\":[]}", "Policy missing expiration."),
            ("{\"expiration\":\"2030-01-01T00:00:00Z\"}", "Policy missing conditions."),
            ("{\"Expiration\":\"2030-01-01T00:00:00Z\",\"conditions\":[]}", "Unexpected: 'Expiration'."),
            ("{\"expiration\":\"soon\",\"conditions\":[]}", "Invalid 'expiration' value."),
            (
                "{\"expiration\":\"2030-01-01T00:00:00Z\",\"conditions\":{}}",
                "Invalid 'conditions' value: must be a List.",
            ),
        ] {
            let error = read(document).unwrap_err();
            assert_eq!(
                (&*error.code, &*error.message),
                ("InvalidPolicyDocument", &*format!("Invalid Policy: {sentence}"))
            );
        }
        for condition in [
            "1",
            "{}",
            "{\"a\":1}",
            "{\"a\":\"1\",\"b\":\"2\"}",
            "[]",
            "[\"eq\",\"key\",\"k\"]",
            "[\"ne\",\"$key\",\"k\"]",
            "[\"content-length-range\",1]",
            "[\"content-length-range\",-1,2]",
            "[\"content-length-range\",\"x\",2]",
        ] {
            let document = format!("{{\"expiration\":\"2030-01-01T00:00:00Z\",\"conditions\":[{condition}]}}");
            assert_eq!(read(&document).unwrap_err().code, "InvalidPolicyDocument", "{condition}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(document in ".{0,200}") {
            let _ = read(&document);
            let _ = PostPolicy::read(&document);
        }
    }
}
