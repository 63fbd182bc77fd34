//! awsQuery as sts and iam speak it.

use aws_types::AwsError;
use http::Request;
use serde_json::json;

use super::{answer, header, input, refused, text};
use crate::Protocol;

fn sts(form: &str) -> serde_json::Value {
    input(&model_sts::MODEL, Request::post("/"), form)
}

fn refused_sts(form: &str) -> (String, String) {
    refused(&model_sts::MODEL, Request::post("/"), form)
}

#[test]
fn parameters_become_members_lists_and_structures() {
    let form = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fr&\
                RoleSessionName=a+b%2Bc&DurationSeconds=900&Tags.member.2.Key=second&Tags.member.2.Value=&\
                Tags.member.10.Key=tenth&Tags.member.10.Value=x&Tags.member.1.Key=first&Tags.member.1.Value=1";
    let (code, message) = refused_sts(form);
    assert_eq!(code, "ValidationError");
    assert!(message.contains("Value 'a b+c' at 'roleSessionName' failed"), "{message}");
    assert_eq!(
        sts(&form.replace("a+b%2Bc", "s%2B")),
        json!({
            "RoleArn": "arn:aws:iam::123456789012:role/r",
            "RoleSessionName": "s+",
            "DurationSeconds": 900,
            "Tags": [
                {"Key": "first", "Value": "1"},
                {"Key": "second", "Value": ""},
                {"Key": "tenth", "Value": "x"},
            ],
        })
    );
}

#[test]
fn parameters_may_stand_in_the_address() {
    let builder = Request::get("/?Action=GetCallerIdentity&Version=2011-06-15");
    assert_eq!(input(&model_sts::MODEL, builder, ""), json!({}));
}

#[test]
fn sentences_are_plain_and_named_validation_error() {
    assert_eq!(
        refused_sts("Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/r&RoleSessionName=Session1:2"),
        (
            "ValidationError".to_owned(),
            "1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member \
             must satisfy regular expression pattern: [\\w+=,.@-]*"
                .to_owned()
        )
    );
}

#[test]
fn bad_actions_and_bad_types_are_refused() {
    assert_eq!(refused_sts("Action=Nothing").0, "InvalidAction");
    assert_eq!(refused_sts("").0, "MissingAction");
    assert_eq!(refused_sts("Action=").0, "InvalidAction");
    assert_eq!(refused_sts("Action=AssumeRole&DurationSeconds=ten").0, "MalformedInput");
    assert_eq!(refused_sts("Action=AssumeRole&RoleArn=%ff").0, "MalformedQueryString");
    let deep = format!("Action=AssumeRole&{}=x", vec!["a"; 1000].join("."));
    assert_eq!(refused_sts(&deep).0, "MalformedInput");
}

#[test]
fn answers_stand_in_their_wrapper() {
    let output = json!({"UserId": "AIDA", "Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/a&b"});
    let response = answer(&model_sts::MODEL, "GetCallerIdentity", output);
    assert_eq!(header(&response, "content-type"), "text/xml");
    assert_eq!(
        text(&response),
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
         <UserId>AIDA</UserId><Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/a&amp;b</Arn>\
         </GetCallerIdentityResult><ResponseMetadata><RequestId>req-1</RequestId></ResponseMetadata>\
         </GetCallerIdentityResponse>"
    );
}

#[test]
fn an_operation_without_output_answers_its_metadata() {
    let response = answer(&model_iam::MODEL, "DeleteUser", json!({}));
    assert_eq!(
        text(&response),
        "<DeleteUserResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><ResponseMetadata>\
         <RequestId>req-1</RequestId></ResponseMetadata></DeleteUserResponse>"
    );
}

#[test]
fn lists_have_members_and_moments_are_iso_8601() {
    let users = json!([{"Path": "/", "UserName": "a", "UserId": "1", "Arn": "x", "CreateDate": 1_767_323_045}]);
    let response = answer(&model_iam::MODEL, "ListUsers", json!({"Users": users, "IsTruncated": false}));
    let body = text(&response);
    assert!(body.contains("<Users><member><Path>/</Path>"), "{body}");
    assert!(body.contains("<CreateDate>2026-01-02T03:04:05Z</CreateDate></member></Users>"), "{body}");
    assert!(body.contains("<IsTruncated>false</IsTruncated>"), "{body}");
}

#[test]
fn errors_are_documents() {
    let error = AwsError::sender("AccessDenied", 403, "no <way>");
    let response = Protocol::new(&model_sts::MODEL).encode_error(&error, "req-1");
    assert_eq!(response.status(), 403);
    assert_eq!(
        text(&response),
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
         <Code>AccessDenied</Code><Message>no &lt;way&gt;</Message></Error><RequestId>req-1</RequestId></ErrorResponse>"
    );
    let internal = Protocol::new(&model_iam::MODEL).encode_error(&AwsError::internal("x"), "r");
    assert!(text(&internal).contains("<Type>Receiver</Type><Code>ServiceFailure</Code>"));
}
