//! awsJson 1.1 as cognito-idp speaks it.

use aws_types::AwsError;
use http::Request;
use http::request::Builder;
use model_cognito_idp::MODEL;
use serde_json::json;

use super::{answer, header, input, refused, text};
use crate::Protocol;

fn call(operation: &str) -> Builder {
    Request::post("/").header("x-amz-target", format!("AWSCognitoIdentityProviderService.{operation}"))
}

fn sentence(operation: &str, body: &str) -> String {
    let (code, message) = refused(&MODEL, call(operation), body);
    assert_eq!(code, "InvalidParameterException", "{message}");
    message
}

#[test]
fn a_request_becomes_its_members_and_unknown_ones_are_passed_over() {
    let body = r#"{"UserPoolId":"us-east-1_Ab3dE5fG7","Limit":10.9,"Nonsense":{"a":[1]},"Filter":null}"#;
    assert_eq!(input(&MODEL, call("ListUsers"), body), json!({"UserPoolId": "us-east-1_Ab3dE5fG7", "Limit": 10}));
}

#[test]
fn the_last_of_duplicate_members_wins() {
    let body = r#"{"UserPoolId":"us-east-1_a","UserPoolId":"us-east-1_b"}"#;
    assert_eq!(input(&MODEL, call("DescribeUserPool"), body), json!({"UserPoolId": "us-east-1_b"}));
}

#[test]
fn nulls_inside_lists_are_passed_over() {
    let body = r#"{"UserPoolId":"us-east-1_a","AttributesToGet":["email",null]}"#;
    let expected = json!({"UserPoolId": "us-east-1_a", "AttributesToGet": ["email"]});
    assert_eq!(input(&MODEL, call("ListUsers"), body), expected);
}

#[test]
fn missing_members_are_named_and_sensitive_values_are_left_out() {
    for body in ["", "{}", "  \n"] {
        assert_eq!(
            sentence("DescribeUserPool", body),
            "1 validation error detected: Value null at 'userPoolId' failed to satisfy constraint: Member must not be null"
        );
    }
    assert_eq!(
        sentence("InitiateAuth", r#"{"AuthFlow":"USER_PASSWORD_AUTH"}"#),
        "1 validation error detected: Value at 'clientId' failed to satisfy constraint: Member must not be null"
    );
    assert_eq!(
        sentence("SignUp", r#"{"ClientId":"abc","Username":"u","Password":"a b"}"#),
        "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular \
         expression pattern: [\\S]+"
    );
}

#[test]
fn several_violations_are_counted_and_joined_in_the_models_order() {
    let message = sentence("DescribeUserPoolClient", r#"{"UserPoolId":""}"#);
    assert_eq!(
        message,
        "3 validation errors detected: Value '' at 'userPoolId' failed to satisfy constraint: Member must have length \
         greater than or equal to 1; Value '' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular \
         expression pattern: [\\w-]+_[0-9a-zA-Z]+; Value at 'clientId' failed to satisfy constraint: Member must not be \
         null"
    );
}

#[test]
fn enumerations_and_ranges_are_checked() {
    let message = sentence("InitiateAuth", r#"{"AuthFlow":"X","ClientId":"abc"}"#);
    let head = "1 validation error detected: Value 'X' at 'authFlow' failed to satisfy constraint: Member must satisfy \
                enum value set: [";
    assert!(message.starts_with(head), "{message}");
    assert!(message.contains("USER_PASSWORD_AUTH"), "{message}");
    assert_eq!(
        sentence("ListUserPools", r#"{"MaxResults":0}"#),
        "1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: Member must have value \
         greater than or equal to 1"
    );
    assert_eq!(
        sentence("ListUsers", r#"{"UserPoolId":"a_b","Limit":61}"#),
        "1 validation error detected: Value '61' at 'limit' failed to satisfy constraint: Member must have value less \
         than or equal to 60"
    );
}

#[test]
fn items_of_a_list_of_scalars_are_spoken_of_together() {
    let body = r#"{"UserPoolId":"us-east-1_a","ClientName":"c","CallbackURLs":["https://a","a b"]}"#;
    assert_eq!(
        sentence("CreateUserPoolClient", body),
        "1 validation error detected: Value '[https://a, a b]' at 'callbackURLs' failed to satisfy constraint: Member \
         must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater \
         than or equal to 1, Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+]"
    );
}

#[test]
fn items_that_are_structures_have_numbers() {
    let body = r#"{"PoolName":"p","Schema":[{"Name":"a"},{"Name":"","AttributeDataType":"Text"}]}"#;
    let message = sentence("CreateUserPool", body);
    assert!(
        message.starts_with("3 validation errors detected: Value '' at 'schema.2.member.name' failed"),
        "{message}"
    );
    assert!(message.contains("Value 'Text' at 'schema.2.member.attributeDataType' failed"), "{message}");
}

#[test]
fn keys_and_values_of_maps_are_spoken_of_together() {
    let message = sentence("CreateUserPool", r#"{"PoolName":"p","UserPoolTags":{"":"v"}}"#);
    assert_eq!(
        message,
        "1 validation error detected: Value '{=v}' at 'userPoolTags' failed to satisfy constraint: Map keys must \
         satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than \
         or equal to 1]"
    );
}

#[test]
fn long_values_are_cut_and_many_violations_are_counted_but_not_all_told() {
    let name = "x".repeat(1 << 20);
    let message = sentence("CreateUserPool", &json!({"PoolName": name}).to_string());
    assert!(message.len() < 1500 && message.contains("Member must have length less than or equal to 128"), "{message}");
    let groups: Vec<_> = (0..5000).map(|_| json!({"Name": ""})).collect();
    let message = sentence("CreateUserPool", &json!({"PoolName": "p", "Schema": groups}).to_string());
    assert!(message.starts_with("10001 validation errors detected: "));
    assert!(message.len() < 100_000);
}

#[test]
fn lengths_are_counted_in_characters() {
    let name = "é".repeat(128);
    let body = json!({"UserPoolId": "us-east-1_a", "GroupName": name}).to_string();
    input(&MODEL, call("GetGroup"), &body);
    let body = json!({"UserPoolId": "us-east-1_a", "GroupName": format!("{name}x")}).to_string();
    assert!(sentence("GetGroup", &body).ends_with("Member must have length less than or equal to 128"));
}

#[test]
fn other_types_than_the_models_are_serialization_errors() {
    let pool = r#"{"UserPoolId":"us-east-1_a","#;
    for (body, message) in [
        (r#"{"UserPoolId":1}"#.to_owned(), "NUMBER_VALUE can not be converted to a String"),
        (r#"{"UserPoolId":true}"#.to_owned(), "TRUE_VALUE can not be converted to a String"),
        (format!(r#"{pool}"Limit":"1"}}"#), "STRING_VALUE can not be converted to an Integer"),
        (format!(r#"{pool}"Limit":false}}"#), "FALSE_VALUE can not be converted to an Integer"),
        (format!(r#"{pool}"Limit":99999999999}}"#), "NUMBER_VALUE can not be converted to an Integer"),
        (format!(r#"{pool}"Limit":[1]}}"#), "Start of list found where not expected"),
        (format!(r#"{pool}"Limit":{{}}}}"#), "Start of structure or map found where not expected."),
        (format!(r#"{pool}"AttributesToGet":"x"}}"#), "Expected list or null"),
        (format!(r#"{pool}"AttributesToGet":{{}}}}"#), "Start of structure or map found where not expected."),
        ("[]".to_owned(), "Start of list found where not expected"),
        ("\"x\"".to_owned(), "Expected null"),
        ("null".to_owned(), "Expected null"),
    ] {
        let refused = refused(&MODEL, call("ListUsers"), &body);
        assert_eq!(refused, ("SerializationException".to_owned(), message.to_owned()), "{body}");
    }
}

#[test]
fn broken_documents_are_serialization_errors() {
    let deep = format!("{}{}", "[".repeat(65), "]".repeat(65));
    let deep = format!(r#"{{"Unknown":{deep}}}"#);
    for body in ["{", r#"{"a":1,}"#, "{} {}", "{\"a\":\u{1}}", &deep, &"[".repeat(100_000)] {
        assert_eq!(refused(&MODEL, call("ListUsers"), body).0, "SerializationException");
    }
    let (protocol, parts) = (Protocol::new(&MODEL), super::parts(call("ListUsers")));
    let routed = protocol.route(&parts, b"").unwrap();
    let error = protocol.decode(&routed, &parts, &b"{\"UserPoolId\":\"\xff\"}"[..].into()).unwrap_err();
    assert_eq!(error.code, "SerializationException");
}

#[test]
fn unknown_and_missing_targets_are_unknown_operations() {
    let post = || Request::post("/");
    for builder in [
        post(),
        post().header("x-amz-target", ""),
        post().header("x-amz-target", "SignUp"),
        post().header("x-amz-target", "Other.SignUp"),
        post().header("x-amz-target", "AWSCognitoIdentityProviderService.Nothing"),
        post().header("x-amz-target", &b"\xff.\xfe"[..]),
    ] {
        assert_eq!(refused(&MODEL, builder, "{}").0, "UnknownOperationException");
    }
}

#[test]
fn answers_follow_the_models_order_and_leave_out_what_is_absent() {
    let output =
        json!({"UserPool": {"Name": "p", "Id": "us-east-1_a", "CreationDate": 1_700_000_000.123, "X": 1, "Arn": null}});
    let response = answer(&MODEL, "DescribeUserPool", output);
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "content-type"), "application/x-amz-json-1.1");
    assert_eq!(header(&response, "x-amzn-requestid"), "req-1");
    assert_eq!(text(&response), r#"{"UserPool":{"Id":"us-east-1_a","Name":"p","CreationDate":1700000000.123}}"#);
    assert_eq!(text(&answer(&MODEL, "DeleteUserPool", json!({}))), "{}");
    assert_eq!(text(&answer(&MODEL, "ConfirmSignUp", json!(null))), "{}");
}

#[test]
fn errors_bear_type_and_message_in_body_and_headers() {
    let error = AwsError::sender("NotAuthorizedException", 400, "Incorrect username\r\nor password.");
    let response = Protocol::new(&MODEL).encode_error(&error, "req-1");
    assert_eq!(response.status(), 400);
    assert_eq!(
        text(&response),
        r#"{"__type":"NotAuthorizedException","message":"Incorrect username\r\nor password."}"#
    );
    assert_eq!(header(&response, "x-amzn-errortype"), "NotAuthorizedException:");
    assert_eq!(header(&response, "x-amzn-errormessage"), "Incorrect usernameor password.");
    assert_eq!(header(&response, "x-amzn-requestid"), "req-1");
}

#[test]
fn internal_errors_bear_the_services_name_and_never_their_cause() {
    let response = Protocol::new(&MODEL).encode_error(&AwsError::internal("disk on fire"), "req-1");
    assert_eq!(response.status(), 500);
    assert_eq!(text(&response), r#"{"__type":"InternalErrorException","message":"Internal server error"}"#);
    assert!(!format!("{response:?}").contains("fire"));
}

#[test]
fn other_services_write_their_type_without_colon_and_their_own_message_member() {
    let error = AwsError::sender("WAFNonexistentItemException", 400, "gone");
    let response = Protocol::new(&model_wafv2::MODEL).encode_error(&error, "r");
    assert_eq!(header(&response, "x-amzn-errortype"), "WAFNonexistentItemException");
    assert_eq!(text(&response), r#"{"__type":"WAFNonexistentItemException","Message":"gone"}"#);
}
