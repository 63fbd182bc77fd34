//! Test-invoke and its log.

use std::sync::Arc;

use super::fixture::*;
use crate::catalogue::HttpMethod;
use crate::plan::{MethodPlan, StagePlan};
use crate::test_invoke::{
    TestAnswer, TestRequest, answer_headers, test_headers, test_invoke_authorizer, test_invoke_method,
};

async fn invoke(plan: MethodPlan, path: &str) -> (TestAnswer, Fixture) {
    let fixture = Fixture::of(Vec::new());
    let stage = StagePlan { stage: crate::test_invoke::STAGE.to_owned(), ..stage(Vec::new(), Default::default()) };
    let resource = crate::plan::ResourcePlan {
        id: "res123".to_owned(),
        path: "/pets/{petId}".to_owned(),
        methods: [(HttpMethod::Get, plan)].into(),
    };
    let test = TestRequest { path_with_query: path.to_owned(), ..TestRequest::default() };
    let answer = test_invoke_method(fixture.gateway.doors(), Arc::new(stage), &resource, "GET", test).await.unwrap();
    (answer, fixture)
}

fn without_dates(log: &str) -> String {
    log.replace("Fri Jan 02 03:04:05 UTC 2026 : ", "<d> : ")
}

#[tokio::test]
async fn the_log_of_a_mock_reads_as_recorded() {
    let (answer, _) =
        invoke(mock(r#"{"statusCode": 200}"#, "{\"id\": \"$input.params('petId')\"}"), "/pets/123?foo=bar").await;
    assert_eq!(answer.response.status(), 200);
    assert_eq!(body(&answer.response), r#"{"id": "123"}"#);
    assert_eq!(answer_headers(&answer.response), [("Content-Type".to_owned(), "application/json".to_owned())]);
    let log = without_dates(&answer.log);
    let (first, rest) = log.split_once('\n').unwrap();
    let id = first.strip_prefix("Execution log for request ").unwrap();
    assert_eq!(
        rest,
        format!(
            "<d> : Starting execution for request: {id}\n\
             <d> : HTTP Method: GET, Resource Path: /pets/123\n\
             <d> : Method request path: {{petId=123}}\n\
             <d> : Method request query string: {{foo=bar}}\n\
             <d> : Method request headers: {{}}\n\
             <d> : Method request body before transformations: \n\
             <d> : Method response body after transformations: {{\"id\": \"123\"}}\n\
             <d> : Method response headers: {{Content-Type=application/json}}\n\
             <d> : Successfully completed execution\n\
             <d> : Method completed with status: 200\n"
        )
    );
}

#[tokio::test]
async fn the_log_of_a_backend_shows_both_sides() {
    let (answer, _) = invoke(http_proxy("http://backend.test/{petId}"), "/pets/7").await;
    for line in [
        "Endpoint request URI: http://backend.test/7",
        "Endpoint request headers: {",
        "Endpoint request body after transformations: ",
        "Sending request to http://backend.test/7",
        "Received response. Status: 200, Integration latency: 0 ms",
        "Endpoint response headers: {}",
        "Endpoint response body before transformations: hello",
    ] {
        assert!(answer.log.contains(line), "{line}\n{}", answer.log);
    }
}

#[tokio::test]
async fn a_failure_is_named_in_the_log() {
    let (answer, _) = invoke(http_proxy("nonsense"), "/pets/7").await;
    assert_eq!(answer.response.status(), 500);
    assert_eq!(body(&answer.response), r#"{"message": "Internal server error"}"#);
    assert!(answer_headers(&answer.response).iter().any(|(name, _)| name == "x-amzn-ErrorType"));
    let log = without_dates(&answer.log);
    let end = "<d> : Execution failed due to configuration error: Invalid endpoint address\n\
        <d> : Method completed with status: 500\n";
    assert!(log.ends_with(end), "{log}");
}

#[tokio::test]
async fn authorizers_are_skipped_and_paths_filled_as_far_as_they_fit() {
    let template = "$input.params('petId')|$context.stage";
    for (path, expected) in
        [("", "{petId}|test-invoke-stage"), ("/pets/9", "9|test-invoke-stage"), ("/x", "|test-invoke-stage")]
    {
        let mut plan = mock(r#"{"statusCode": 200}"#, template);
        plan.authorization = cognito(&[]);
        let (answer, _) = invoke(plan, path).await;
        assert_eq!((answer.response.status().as_u16(), body(&answer.response)), (200, expected), "{path}");
    }
}

#[test]
fn an_authorizer_is_tested_alone() {
    let fixture = Fixture::of(Vec::new());
    let doors = fixture.gateway.doors();
    let good = test_headers([("Authorization".to_owned(), KEY.sign(&id_claims()).unwrap())]).unwrap();
    let answer = test_invoke_authorizer(doors, &authorizer(None), &good.map);
    assert_eq!((answer.client_status, answer.principal_id.as_deref()), (200, Some("5f0c")));
    assert_eq!(answer.claims["cognito:username"], "alice");
    assert_eq!(answer.claims["email"], "alice@example.com");
    assert_eq!(answer.claims["token_use"], "id");
    assert!(!answer.log.contains(good.map["authorization"].to_str().unwrap()), "the token is not logged");
    for headers in [test_headers([]).unwrap(), test_headers([("Authorization".to_owned(), "x".to_owned())]).unwrap()] {
        let answer = test_invoke_authorizer(doors, &authorizer(None), &headers.map);
        assert_eq!((answer.client_status, answer.claims.len()), (401, 0));
        assert!(answer.log.contains("Unauthorized request: "), "{}", answer.log);
    }
    assert!(test_headers([("a".to_owned(), "x\r\ny".to_owned())]).is_none());
}

#[tokio::test]
async fn whoever_tries_a_method_is_its_caller() {
    let fixture = Fixture::of(Vec::new());
    let template = "$context.identity.accountId|$context.identity.caller|$context.identity.user|\
        $context.identity.userArn|$context.identity.accessKey|$context.identity.userAgent|$context.identity.apiKeyId|\
        $context.identity.cognitoIdentityId";
    let tester = |account: &str, caller: &aws_types::Caller| {
        crate::ports::IamIdentity::of_call(&aws_types::AccountId::parse(account).unwrap(), caller)
    };
    let alice = aws_types::Caller::Principal {
        access_key_id: "AKIAALICE".to_owned(),
        arn: "arn:aws:iam::123456789012:user/alice".to_owned(),
    };
    let alice = crate::ports::IamIdentity { user_id: "AIDAALICE".to_owned(), ..tester("123456789012", &alice) };
    let root = tester("123456789012", &aws_types::Caller::Root);
    let expected_root = "123456789012|123456789012|123456789012|arn:aws:iam::123456789012:root||aws-cli/2|\
        test-invoke-api-key-id|";
    let expected_alice = "123456789012|AIDAALICE|AIDAALICE|arn:aws:iam::123456789012:user/alice|AKIAALICE|aws-cli/2|\
        test-invoke-api-key-id|";
    for (tester, expected) in [(root, expected_root), (alice, expected_alice)] {
        let stage = StagePlan { stage: crate::test_invoke::STAGE.to_owned(), ..stage(Vec::new(), Default::default()) };
        let resource = crate::plan::ResourcePlan {
            id: "res123".to_owned(),
            path: "/".to_owned(),
            methods: [(HttpMethod::Get, mock(r#"{"statusCode": 200}"#, template))].into(),
        };
        // What the test sends is not what tries it.
        let headers = test_headers([("User-Agent".to_owned(), "theirs".to_owned())]).unwrap();
        let (tester, user_agent) = (Arc::new(tester), "aws-cli/2".to_owned());
        let test = TestRequest { headers, tester, user_agent, ..TestRequest::default() };
        let doors = fixture.gateway.doors();
        let answer = test_invoke_method(doors, Arc::new(stage), &resource, "GET", test).await.unwrap();
        assert_eq!(body(&answer.response), expected);
    }
}
