//! restJson1 as apigateway, apigatewayv2, and lambda speak it.

use aws_types::AwsError;
use http::Request;
use model_apigateway::MODEL;
use serde_json::json;

use super::{answer, header, input, operation, refused, text};
use crate::Protocol;

#[test]
fn labels_query_and_body_become_members() {
    let builder = Request::put("/restapis/abc123/resources/xyz/methods/GET");
    assert_eq!(
        input(&MODEL, builder, r#"{"authorizationType":"NONE","apiKeyRequired":true}"#),
        json!({
            "restApiId": "abc123", "resourceId": "xyz", "httpMethod": "GET",
            "authorizationType": "NONE", "apiKeyRequired": true,
        })
    );
    let builder = Request::get("/restapis/abc/resources?limit=25&embed=methods&embed=a%2Cb&position=p%20q");
    assert_eq!(
        input(&MODEL, builder, ""),
        json!({"restApiId": "abc", "limit": 25, "embed": ["methods", "a,b"], "position": "p q"})
    );
}

#[test]
fn labels_are_decoded_once() {
    let arn = "arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Fa%2525";
    let read = input(&MODEL, Request::get(format!("/tags/{arn}")), "");
    assert_eq!(read["resourceArn"], "arn:aws:apigateway:us-east-1::/restapis/a%25");
    assert_eq!(refused(&MODEL, Request::get("/tags/%ff"), "").0, "SerializationException");
}

#[test]
fn a_payload_is_the_whole_body_and_a_nameless_map_takes_what_is_left_of_the_query() {
    let builder = Request::post("/restapis?mode=import&failonwarnings=true&basepath=prepend&X-Amz-Date=1");
    assert_eq!(
        input(&MODEL, builder, "openapi: 3"),
        json!({"body": "b3BlbmFwaTogMw==", "failOnWarnings": true, "parameters": {"basepath": "prepend"}})
    );
    assert_eq!(operation(&MODEL, Request::post("/restapis?mode=import")), "ImportRestApi");
    assert_eq!(operation(&MODEL, Request::post("/restapis")), "CreateRestApi");
}

#[test]
fn slashes_at_the_end_say_nothing() {
    assert_eq!(operation(&MODEL, Request::get("/restapis/")), "GetRestApis");
    assert_eq!(operation(&model_lambda::MODEL, Request::get("/2015-03-31/functions")), "ListFunctions");
    assert_eq!(operation(&model_lambda::MODEL, Request::get("/2015-03-31/functions/")), "ListFunctions");
}

#[test]
fn what_stands_at_no_address_is_unknown() {
    for builder in [
        Request::get("/"),
        Request::get("/nothing"),
        Request::get("/restapis//resources"),
        Request::get("/restapis/a/b/c/d/e/f"),
        Request::builder().method("LINK").uri("/restapis"),
    ] {
        assert_eq!(refused(&MODEL, builder, "").0, "UnknownOperationException");
    }
}

#[test]
fn body_members_have_the_inputs_name_in_their_path_and_others_do_not() {
    let builder = || Request::builder().method("PATCH").uri("/restapis/a/gatewayresponses/DEFAULT_4XX");
    let (code, message) = refused(&MODEL, builder(), r#"{"patchOperations":[{"op":"wrong-op","path":"/x"}]}"#);
    assert_eq!(code, "ValidationException");
    assert_eq!(
        message,
        "1 validation error detected: Value 'wrong-op' at 'updateGatewayResponseInput.patchOperations.1.member.op' \
         failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]"
    );
    let builder = Request::get("/restapis/a/gatewayresponses/NONE");
    let message = refused(&MODEL, builder, "").1;
    assert!(message.starts_with("1 validation error detected: Value 'NONE' at 'responseType' failed"), "{message}");
    let (_, message) = refused(&MODEL, Request::post("/restapis"), "");
    assert_eq!(
        message,
        "1 validation error detected: Value null at 'createRestApiInput.name' failed to satisfy constraint: Member \
         must not be null"
    );
}

#[test]
fn lambda_has_plain_paths_and_adds_a_rule_for_items() {
    let builder = Request::post("/2021-10-31/functions/f/url");
    let (code, message) =
        refused(&model_lambda::MODEL, builder, r#"{"AuthType":"NONE","Cors":{"AllowMethods":["OPTIONS"]}}"#);
    assert_eq!(code, "ValidationException");
    assert_eq!(
        message,
        "1 validation error detected: Value '[OPTIONS]' at 'cors.allowMethods' failed to satisfy constraint: Member \
         must satisfy constraint: [Member must have length less than or equal to 6, Member must have length greater \
         than or equal to 0, Member must satisfy regular expression pattern: .*, Member must not be null]"
    );
}

#[test]
fn wrong_types_are_serialization_errors() {
    let (code, message) = refused(&MODEL, Request::get("/restapis?limit=ten"), "");
    assert_eq!(code, "SerializationException");
    assert_eq!(message, "STRING_VALUE can not be converted to an Integer");
    let (code, message) = refused(&MODEL, Request::post("/restapis"), r#"{"name":{}}"#);
    assert_eq!(code, "SerializationException");
    assert_eq!(message, "Start of structure or map found where not expected.");
    assert_eq!(refused(&MODEL, Request::post("/restapis"), "{").0, "SerializationException");
}

#[test]
fn answers_follow_wire_names_and_statuses() {
    let output = json!({"items": [{"id": "a", "createdDate": 1_700_000_000}], "position": "p"});
    let response = answer(&MODEL, "GetRestApis", output);
    assert_eq!(header(&response, "content-type"), "application/json");
    assert_eq!(text(&response), r#"{"position":"p","item":[{"id":"a","createdDate":1700000000}]}"#);
    let response = answer(&MODEL, "CreateRestApi", json!({"id": "a", "name": "n"}));
    assert_eq!(response.status(), 201);
    let response = answer(&MODEL, "DeleteRestApi", json!({}));
    assert_eq!((response.status().as_u16(), text(&response)), (202, ""));
    assert_eq!(answer(&MODEL, "DeleteMethod", json!({})).status(), 204);
}

#[test]
fn other_formats_of_moments_are_followed() {
    let response = answer(&model_apigatewayv2::MODEL, "GetApi", json!({"ApiId": "a", "CreatedDate": 1_767_323_045}));
    assert_eq!(text(&response), r#"{"apiId":"a","createdDate":"2026-01-02T03:04:05Z"}"#);
}

#[test]
fn a_payload_answers_as_it_is_with_the_headers_that_members_set() {
    let output = json!({"contentType": "application/yaml", "contentDisposition": "attachment; x=\"é\r\n\"", "body": "b3BlbmFwaQ=="});
    let response = answer(&MODEL, "GetExport", output);
    assert_eq!(text(&response), "openapi");
    assert_eq!(header(&response, "content-type"), "application/yaml");
    assert_eq!(header(&response, "content-disposition"), "=?UTF-8?B?YXR0YWNobWVudDsgeD0iw6ki?=");
}

#[test]
fn a_member_may_set_the_status() {
    let output = json!({"StatusCode": 202, "Payload": "e30=", "FunctionError": "Unhandled"});
    let response = answer(&model_lambda::MODEL, "Invoke", output);
    assert_eq!((response.status().as_u16(), text(&response)), (202, "{}"));
    assert_eq!(header(&response, "x-amz-function-error"), "Unhandled");
}

#[test]
fn errors_bear_their_type_in_a_header() {
    let error = AwsError::sender("BadRequestException", 400, "Invalid patch path /x");
    let response = Protocol::new(&MODEL).encode_error(&error, "req-1");
    assert_eq!(response.status(), 400);
    assert_eq!(header(&response, "x-amzn-errortype"), "BadRequestException");
    assert_eq!(header(&response, "content-type"), "application/json");
    assert_eq!(text(&response), r#"{"message":"Invalid patch path /x"}"#);
}

#[test]
fn modelled_members_of_errors_go_where_the_model_has_them() {
    let error = AwsError::sender("TooManyRequestsException", 429, "slow").with("retryAfterSeconds", "2");
    let response = Protocol::new(&MODEL).encode_error(&error, "r");
    assert_eq!(header(&response, "retry-after"), "2");
    assert_eq!(text(&response), r#"{"message":"slow"}"#);
    let error = AwsError::sender("AnyException", 400, "m").with("hint", 3);
    assert_eq!(text(&Protocol::new(&MODEL).encode_error(&error, "r")), r#"{"message":"m","hint":3}"#);
}

#[test]
fn lambda_says_whose_fault_it_was() {
    let error = AwsError::sender("ResourceNotFoundException", 404, "gone");
    let response = Protocol::new(&model_lambda::MODEL).encode_error(&error, "r");
    assert_eq!(text(&response), r#"{"Type":"User","Message":"gone"}"#);
}
