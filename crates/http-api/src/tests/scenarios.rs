//! `scenarios/*.json`: each names a plan, and calls with what comes of them: status, body, headers, what backend and
//! function were sent, what is explained of a refusal, what the access log says.

use http::Response;
use serde_json::{Value, json};
use world::HttpError;

use super::fixture::*;

fn headers(call: &Value) -> Vec<(String, String)> {
    let given = call["headers"].as_object().into_iter().flatten();
    let mut headers: Vec<(String, String)> = given
        .flat_map(|(name, value)| match value {
            Value::Array(values) => values.iter().map(|v| (name.clone(), v.as_str().unwrap().to_owned())).collect(),
            one => vec![(name.clone(), one.as_str().unwrap().to_owned())],
        })
        .collect();
    if let Some(overrides) = call.get("token") {
        let mut all = claims();
        for (name, value) in overrides.as_object().unwrap() {
            match (name.as_str(), value) {
                ("exp" | "nbf" | "iat", Value::Number(seconds)) => {
                    all[name] = json!(now_s() + seconds.as_i64().unwrap())
                }
                (_, Value::Null) => drop(all.as_object_mut().unwrap().remove(name)),
                _ => all[name] = value.clone(),
            }
        }
        let pool = all["iss"].as_str().is_some_and(|issuer| issuer.contains(POOL));
        let key = if pool { &*POOL_KEY } else { &*KEY };
        headers.push(("authorization".to_owned(), format!("Bearer {}", key.sign(&all).unwrap())));
    }
    if let Some(key) = text(call, "signedBy") {
        let credential = format!("Credential={key}/20260102/us-east-1/execute-api/aws4_request");
        let value = format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0");
        headers.extend([("authorization".to_owned(), value), ("x-amz-date".to_owned(), "20260102T030405Z".to_owned())]);
    }
    headers
}

fn answer_of(told: &Value) -> Result<Response<bytes::Bytes>, HttpError> {
    match text(told, "fails") {
        Some("timeout") => return Err(HttpError::TimedOut(1)),
        Some("connect") => return Err(HttpError::Connect("nobody".to_owned())),
        Some("large") => return Err(HttpError::TooLarge(1)),
        _ => {}
    }
    let mut response = Response::builder().status(u16::try_from(told["status"].as_u64().unwrap_or(200)).unwrap());
    for (name, value) in told["headers"].as_object().into_iter().flatten() {
        response = response.header(name, value.as_str().unwrap());
    }
    let body = text(told, "body").unwrap_or_default().to_owned();
    Ok(response.body(body.into()).unwrap())
}

fn check_pointers(what: &str, found: &Value, expected: &Value) {
    for (pointer, value) in expected.as_object().unwrap() {
        let there = found.pointer(pointer);
        // What must be left out is written as the text `absent`.
        let good = if value == "absent" { there.is_none() } else { there == Some(value) };
        assert!(good, "{what} {pointer}: {there:?} instead of {value} in {found}");
    }
}

impl World {
    async fn check(&self, name: &str, call: &Value) {
        if let Some(function) = call.get("function") {
            self.teach(function);
        }
        self.clock.advance_s(call["after"].as_i64().unwrap_or(0));
        if let Some(answer) = call.get("backend") {
            self.backend.answers.lock().push(answer_of(answer));
        }
        let body = text(call, "send").unwrap_or_default();
        let large = usize::try_from(call["sendBytes"].as_u64().unwrap_or(0)).unwrap();
        let body = if large > 0 { vec![b'x'; large] } else { body.as_bytes().to_vec() };
        let (method, path) = (text(call, "method").unwrap_or("GET"), text(call, "path").unwrap_or("/"));
        let path = call["longPath"]
            .as_u64()
            .map_or_else(|| path.to_owned(), |n| "/".to_owned() + &"x".repeat(usize::try_from(n).unwrap()));
        let request = request(method, &path, &headers(call), &body);
        let response = match call.get("mapped") {
            Some(mapping) => self.send_mapped(request, mapping).await,
            None => self.send(request).await,
        };
        let what = format!("{name}: {call}");
        let status = u64::from(response.status().as_u16());
        assert_eq!(status, call["status"].as_u64().unwrap(), "{what} {}", body_of(&response));
        let id = header_of(&response, "apigw-requestid").unwrap_or_else(|| panic!("{what}: no id")).to_owned();
        // A backend's own passes.
        assert!(call.get("backend").is_some() || !response.headers().contains_key("x-amzn-requestid"), "{what}");
        if let Some(expected) = text(call, "body") {
            assert_eq!(body_of(&response), expected, "{what}");
        }
        for (header, value) in call["answerHeaders"].as_object().into_iter().flatten() {
            let found = response.headers().get_all(header).iter().map(|v| v.to_str().unwrap()).collect::<Vec<_>>();
            let found = (!found.is_empty()).then(|| found.join(" | "));
            assert_eq!(found.as_deref(), value.as_str(), "{what} {header}");
        }
        self.check_seen(&what, call);
        self.check_asked(&what, call);
        self.check_logs(&what, call, &id);
        if let Some(expected) = call.get("explained") {
            let line = header_of(&response, "x-portcullis-explain").unwrap();
            assert!(line.ends_with(&format!("/_portcullis/explain/{id}")), "{what} {line}");
            check_pointers(&what, &self.refusals.find(&id).unwrap(), expected);
        }
    }

    /// What the backend was sent.
    fn check_seen(&self, what: &str, call: &Value) {
        let seen = std::mem::take(&mut *self.backend.seen.lock());
        let Some(expected) = call.get("seen") else { return };
        if expected.is_null() {
            assert!(seen.is_empty(), "{what}: {seen:?}");
            return;
        }
        let (request, timeout_ms) = seen.first().unwrap_or_else(|| panic!("{what}: the backend was not asked"));
        let headers = request.headers().iter().map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap())));
        let found = json!({
            "method": request.method().as_str(),
            "uri": request.uri().to_string(),
            "timeout": timeout_ms,
            "headers": headers.collect::<serde_json::Map<_, _>>(),
            "body": String::from_utf8_lossy(request.body()),
        });
        check_pointers(what, &found, expected);
    }

    /// What the functions were asked.
    fn check_asked(&self, what: &str, call: &Value) {
        let asked = self.functions.take_calls();
        if let Some(expected) = call.get("asked") {
            assert_eq!(u64::try_from(asked.len()).unwrap(), expected.as_u64().unwrap(), "{what} {asked:?}");
        }
        if let Some(expected) = text(call, "sourceArn") {
            assert_eq!(asked.first().unwrap().source_arn, expected, "{what}");
            assert_eq!(asked.first().unwrap().principal, "apigateway.amazonaws.com");
        }
        if let Some(expected) = call.get("event") {
            let event: Value = serde_json::from_slice(&asked.first().unwrap().payload).unwrap();
            check_pointers(what, &event, expected);
        }
    }

    fn check_logs(&self, what: &str, call: &Value, id: &str) {
        let logs = std::mem::take(&mut *self.logs.0.lock());
        let Some(expected) = text(call, "accessLog") else { return };
        let (_, line) = logs.iter().find(|(group, _)| group == "access").unwrap();
        assert_eq!(line.strip_suffix(&format!(" {id}")), Some(expected), "{what}");
    }
}

async fn run(file: &str) {
    let scenarios: Value = serde_json::from_str(file).unwrap();
    for scenario in scenarios.as_array().unwrap() {
        let world = World::new(&scenario["plan"]);
        if let Some(function) = scenario.get("function") {
            world.teach(function);
        }
        let calls = scenario["calls"].as_array().unwrap();
        assert!(!calls.is_empty());
        for call in calls {
            world.check(text(scenario, "name").unwrap(), call).await;
        }
    }
}

#[tokio::test]
async fn scenarios_of_routes_and_stages() {
    run(include_str!("../../scenarios/routes.json")).await;
}

#[tokio::test]
async fn scenarios_of_http_proxies() {
    run(include_str!("../../scenarios/http_proxy.json")).await;
}

#[tokio::test]
async fn scenarios_of_functions() {
    run(include_str!("../../scenarios/functions.json")).await;
}

#[tokio::test]
async fn scenarios_of_cors() {
    run(include_str!("../../scenarios/cors.json")).await;
}

#[tokio::test]
async fn scenarios_of_jwt_authorizers() {
    run(include_str!("../../scenarios/jwt_authorizers.json")).await;
}

#[tokio::test]
async fn scenarios_of_lambda_authorizers() {
    run(include_str!("../../scenarios/lambda_authorizers.json")).await;
}

#[tokio::test]
async fn scenarios_of_iam() {
    run(include_str!("../../scenarios/aws_iam.json")).await;
}

#[tokio::test]
async fn scenarios_of_limits_and_logs() {
    run(include_str!("../../scenarios/limits_and_logs.json")).await;
}

#[tokio::test]
async fn counters_are_kept_by_stage_and_by_route_where_that_is_asked_for() {
    let world = World::new(&json!({"routes": [{"key": "GET /own", "burst": 2}, {"key": "GET /x"}]}));
    for path in ["/own", "/own", "/own", "/x", "/none"] {
        world.send(request("GET", path, &[], b"12")).await;
    }
    let metrics = world.apis.plans().metrics();
    let values = metrics[0].values;
    assert_eq!((values.count, values.errors_4xx, values.errors_5xx, values.integration_count), (5, 2, 0, 3));
    // Three answers of `hello`, two refusals, and what was sent.
    let refusals = r#"{"message":"Too Many Requests"}"#.len() + r#"{"message":"Not Found"}"#.len();
    assert_eq!(values.data_processed, u64::try_from(3 * 5 + refusals + 5 * 2).unwrap());
    let routes: Vec<_> = metrics[0].routes.iter().map(|(key, values)| (key.as_str(), values.count)).collect();
    assert_eq!(routes, [("GET /own", 3)]);
}
