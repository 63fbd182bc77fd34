use aws_types::{AwsError, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{TextMap, api_rules, if_found, moment, shown};

fn one(name: &str, value: &str) -> TextMap {
    TextMap::from([(name.to_owned(), value.to_owned())])
}

fn many(count: usize) -> TextMap {
    (0..count).map(|n| (format!("k{n}"), String::new())).collect()
}

#[test]
fn tags_within_the_bounds_are_taken_and_others_are_named() {
    for good in [TextMap::new(), one("k", ""), one(&"k".repeat(128), &"v".repeat(256)), many(50)] {
        assert_eq!(api_rules::tags(&good), Ok(()));
    }
    for (bad, sentence) in [
        (many(51), "Too many tags specified, can be at most 50"),
        (one("", "v"), "Invalid tag key: "),
        (one("AWS:k", "v"), "Invalid tag key: AWS:k"),
        (one("k", &"v".repeat(257)), "Invalid tag value for key: k"),
    ] {
        assert_eq!(api_rules::tags(&bad), Err(sentence.to_owned()));
    }
    let long = api_rules::tags(&one(&"k".repeat(129), "v")).unwrap_err();
    assert_eq!(long, format!("Invalid tag key: {}", "k".repeat(128)), "a key is told as far as it may go");
}

#[test]
fn stage_variables_within_the_bounds_are_taken_and_others_are_named() {
    for good in [TextMap::new(), one("a_1", "https://x.example/?a=1&b=2#c,~d"), one(&"n".repeat(64), &"v".repeat(512))]
    {
        assert_eq!(api_rules::stage_variables(&good), Ok(()));
    }
    let names = "Stage variable names can only contain alphanumeric characters and underscores";
    let values = "Stage variable values can only contain alphanumeric characters and -._~:/?#&=, (variable n)";
    for (bad, sentence) in [
        (many(101), "Too many stage variables specified, can be at most 100"),
        (one("", "v"), names),
        (one("a-b", "v"), names),
        (one(&"n".repeat(65), "v"), names),
        (one("n", "a b"), values),
        (one("n", "é"), values),
        (one("n", &"v".repeat(513)), values),
    ] {
        assert_eq!(api_rules::stage_variables(&bad), Err(sentence.to_owned()));
    }
}

#[test]
fn a_moment_lies_in_a_document_as_milliseconds() {
    #[derive(Serialize, Deserialize)]
    struct Document {
        #[serde(with = "moment")]
        at: Timestamp,
    }
    let document: Document = serde_json::from_str(r#"{"at":1700000000123}"#).unwrap();
    assert_eq!(document.at, Timestamp::from_ms(1_700_000_000_123));
    assert_eq!(serde_json::to_string(&document).unwrap(), r#"{"at":1700000000123}"#);
    assert!(serde_json::from_str::<Document>(r#"{"at":"soon"}"#).is_err());
}

#[test]
fn a_refusal_is_no_find_and_a_fault_stays_one() {
    assert_eq!(if_found(Ok(1)).unwrap(), Some(1));
    assert_eq!(if_found::<()>(Err(AwsError::sender("NotFoundException", 404, "None."))).unwrap(), None);
    assert_eq!(if_found::<()>(Err(AwsError::internal("the disk"))).unwrap_err().status, 500);
}

#[test]
fn an_empty_map_is_not_shown() {
    assert_eq!(shown(&TextMap::new()), None);
    assert_eq!(shown(&one("k", "v")), Some(one("k", "v")));
}

/// A service as the macro makes it.
mod made {
    use aws_types::service::Built;
    use aws_types::{AccountId, Answer, AwsError, CallContext, Caller, Region, Service as _, Timestamp};

    use crate::{TextMap, Value};

    pub struct Plain;
    crate::service! { Plain, model_logs::MODEL }

    /// The table of a crate with one operation, as [`aws_types::operations!`] makes it.
    pub const BUILT: &[(&str, Built)] = &[("Echo", Built::Done)];

    pub async fn dispatch(cx: &Cx<'_>, operation: &str, input: Value) -> Result<Answer, AwsError> {
        if operation == "Echo" {
            let output = format!("{input} to {:?} by {}", cx.service, cx.call.account.as_str());
            Ok(Answer { output: Value::from(output), ..Answer::default() })
        } else {
            Err(AwsError::not_implemented(operation))
        }
    }

    mod full {
        use super::*;

        pub struct Full;
        crate::service! { Full, model_logs::MODEL, tags: tags_of, run: run }

        impl Cx<'_> {
            async fn tags_of(&self, arn: &str) -> Result<TextMap, AwsError> {
                Ok(TextMap::from([(arn.to_owned(), self.call.account.as_str().to_owned())]))
            }

            async fn run(&self, operation: &str, _: Value) -> Result<Answer, AwsError> {
                Err(AwsError::sender("Ran", 400, format!("{operation} in {:?}", self.service)))
            }
        }
    }

    fn call() -> CallContext {
        CallContext {
            account: AccountId::default(),
            region: Region::default(),
            request_id: String::new(),
            caller: Caller::Root,
            source_ip: String::new(),
            user_agent: String::new(),
            now: Timestamp::from_ms(0),
        }
    }

    #[tokio::test]
    async fn a_service_dispatches_by_its_table() {
        let call = call();
        let answer = Plain.call(&call, "Echo", Value::from(1), None).await.unwrap();
        assert_eq!(answer.output, Value::from("1 to Plain by 123456789012"));
        assert_eq!(Plain.call(&call, "Other", Value::Null, None).await.unwrap_err().status, 501);
        assert_eq!((Plain.model().signing_name, Plain.built()), (model_logs::MODEL.signing_name, BUILT));
        assert_eq!(Plain.resource_tags(&call, "arn").await.unwrap(), TextMap::new());
        assert_eq!(format!("{Plain:?}"), "Plain");
    }

    #[tokio::test]
    async fn a_service_may_find_tags_and_run_operations_by_itself() {
        let call = call();
        assert_eq!(full::Full.resource_tags(&call, "arn").await.unwrap()["arn"], call.account.as_str());
        let error = full::Full.call(&call, "Echo", Value::Null, None).await.unwrap_err();
        assert_eq!(error.to_string(), "Ran: Echo in Full");
    }
}
