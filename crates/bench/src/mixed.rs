//! An API with one method of each kind: a function as authorizer, signatures, keys, a template that works, a backend, a
//! cache.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::Outcome;
use crate::aws::{Client, text};

/// A template that loops over the query.
const TEMPLATE: &str = r##"#set($seen = [])#foreach($n in [1..20])#if($n % 2 == 0)#set($ignore = $seen.add($n))#end#end{"q": "$util.escapeJavaScript($input.params('q'))", "seen": $seen, "size": $seen.size()}"##;

/// The API's id; it is deployed to stage `test`.
pub fn make(client: &mut Client, backend: SocketAddr) -> Outcome<String> {
    let made = client.apigateway("POST", "/restapis", &json!({ "name": "mixed" }))?;
    let (api, root) = (text(&made, "/id")?, text(&made, "/rootResourceId")?);
    let base = format!("/restapis/{api}");
    let function = "arn:aws:lambda:us-east-1:123456789012:function:check";
    let authorizer = json!({
        "name": "check", "type": "TOKEN", "identitySource": "method.request.header.Auth",
        "authorizerUri": format!("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"),
        "authorizerResultTtlInSeconds": 1,
    });
    let authorizer = text(&client.apigateway("POST", &format!("{base}/authorizers"), &authorizer)?, "/id")?;
    let mock = json!({ "type": "MOCK", "requestTemplates": { "application/json": r#"{"statusCode": 200}"# } });
    let proxy = json!({ "type": "HTTP_PROXY", "httpMethod": "GET", "uri": format!("http://{backend}/dragons") });
    let open = json!({ "authorizationType": "NONE" });
    for (part, method, integration) in [
        ("guarded", json!({ "authorizationType": "CUSTOM", "authorizerId": authorizer }), &mock),
        ("signed", json!({ "authorizationType": "AWS_IAM" }), &mock),
        ("keyed", json!({ "authorizationType": "NONE", "apiKeyRequired": true }), &mock),
        ("template", open.clone(), &mock),
        ("backend", open.clone(), &proxy),
        ("cached", open.clone(), &proxy),
    ] {
        let resource = client.apigateway("POST", &format!("{base}/resources/{root}"), &json!({ "pathPart": part }))?;
        let place = format!("{base}/resources/{}/methods/GET", text(&resource, "/id")?);
        client.apigateway("PUT", &place, &method)?;
        client.apigateway("PUT", &format!("{place}/responses/200"), &json!({}))?;
        client.apigateway("PUT", &format!("{place}/integration"), integration)?;
        let response = json!({ "responseTemplates": { "application/json": TEMPLATE } });
        client.apigateway("PUT", &format!("{place}/integration/responses/200"), &response)?;
    }
    let deployment = json!({ "stageName": "test", "cacheClusterEnabled": true, "cacheClusterSize": "0.5" });
    client.apigateway("POST", &format!("{base}/deployments"), &deployment)?;
    let replace = |path: &str, value: &str| json!({ "op": "replace", "path": path, "value": value });
    let patch: Value = json!({ "patchOperations": [
        replace("/~1cached/GET/caching/enabled", "true"),
        replace("/~1cached/GET/caching/ttlInSeconds", "1"),
    ] });
    client.apigateway("PATCH", &format!("{base}/stages/test"), &patch)?;
    Ok(api)
}

/// A call's target and headers, and the status that it must have.
pub type Call = (String, Vec<(&'static str, &'static str)>, u16);

/// Calls of the API.
pub fn calls(api: &str) -> Vec<Call> {
    let at = |path: &str| format!("/_aws/execute-api/{api}/test/{path}");
    vec![
        (at("guarded"), vec![("auth", "good")], 200),
        (at("guarded"), vec![("auth", "bad")], 403),
        (at("guarded"), vec![], 401),
        (at("signed"), vec![], 403),
        (at("keyed"), vec![("x-api-key", "a-key-that-nobody-was-given")], 403),
        (at("template?q=a%22b"), vec![], 200),
        (at("backend"), vec![], 200),
        (at("cached"), vec![], 200),
    ]
}
