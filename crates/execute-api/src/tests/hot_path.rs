//! What a call costs beside the store: nothing of a definition is parsed or compiled again.

use std::sync::Arc;

use serde_json::json;

use super::fixture::*;
use crate::catalogue::HttpMethod;
use crate::compiled::count::so_far;
use crate::integration_plan::BodyModels;
use crate::json_schema::Models;

#[tokio::test]
async fn a_call_compiles_nothing() {
    let mut guarded = mock(r#"{"statusCode": 200}"#, "$input.path('$.a') $context.authorizer.claims.email");
    guarded.authorization = cognito(&[]);
    let models =
        Models::new([("Thing", r#"{"type":"object","properties":{"a":{"type":"string","pattern":"^o+k$"}}}"#)]);
    guarded.body_models = BodyModels(vec![("application/json".to_owned(), Arc::new(models.compile("Thing").unwrap()))]);
    guarded.integration.responses.insert(0, selected(404, "4..", "none"));
    let mut passed = http_proxy("http://backend.test/{id}");
    passed.integration.request_parameters = vec![
        parameter("integration.request.header.X", "method.request.body.a"),
        parameter("integration.request.path.id", "stageVariables.host"),
    ];
    let fixture = Fixture::of(vec![("/guarded", HttpMethod::Post, guarded), ("/passed/{id}", HttpMethod::Any, passed)]);
    let token = KEY.sign(&id_claims()).unwrap();
    let headers = [("authorization", token.as_str()), ("content-type", "application/json")];
    let before = so_far();
    assert!(before > 8, "compilations are counted: {before}");
    for _ in 0..3 {
        let call = async |method: &str, path: &str, headers: &[(&str, &str)], body: &str| {
            fixture.send(request(method, path, headers, body)).await.status().as_u16()
        };
        assert_eq!(call("POST", "/guarded", &headers, &json!({"a": "ook"}).to_string()).await, 200);
        assert_eq!(call("POST", "/guarded", &headers, &json!({"a": "x"}).to_string()).await, 400);
        assert_eq!(call("POST", "/guarded", &[], "{}").await, 401);
        assert_eq!(call("PUT", "/passed/7", &headers, r#"{"a":"b"}"#).await, 200);
        assert_eq!(call("GET", "/nowhere", &[], "").await, 403);
    }
    assert_eq!(so_far(), before);
}
