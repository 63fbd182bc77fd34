//! What a stage's settings do: cache, canary, logs, metrics.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use http::Response;

use super::fixture::*;
use crate::access_log::AccessLogFormat;
use crate::catalogue::HttpMethod;
use crate::parameter_mapping::ParameterSource;
use crate::plan::*;
use crate::stage_settings::*;

fn cached(path_settings: &[(&str, MethodSettings)]) -> Fixture {
    let mut plan = http_proxy("http://backend.test/");
    plan.integration.cache = CacheKeyPlan {
        namespace: "res123".to_owned(),
        parameters: vec![(
            "method.request.querystring.q".to_owned(),
            ParameterSource::parse_request("method.request.querystring.q").unwrap(),
        )],
    };
    let fixture = Fixture::of(vec![]);
    let other = {
        let mut plan = http_proxy("http://backend.test/");
        plan.integration.cache.namespace = "res123".to_owned();
        plan
    };
    let mut stage = stage(vec![("/", HttpMethod::Get, plan), ("/", HttpMethod::Post, other)], Default::default());
    stage.settings.cache_bytes = Some(1 << 20);
    stage.settings.cache_scope = "dep123".to_owned();
    stage.settings.methods =
        path_settings.iter().map(|(name, settings)| ((*name).to_owned(), settings.clone())).collect();
    fixture.gateway.plans().put_stage(stage);
    fixture
}

fn caching() -> MethodSettings {
    MethodSettings { caching: true, ..MethodSettings::default() }
}

fn numbered(fixture: &Fixture, texts: &[&str]) {
    let answers = texts.iter().rev().map(|text| Ok(Response::new(Bytes::copy_from_slice(text.as_bytes()))));
    fixture.backend.answers.lock().extend(answers);
}

async fn text(fixture: &Fixture, path: &str, headers: &[(&str, &str)]) -> String {
    body(&fixture.send(request("GET", path, headers, "")).await).to_owned()
}

#[tokio::test]
async fn answers_are_kept_by_their_key_for_their_time() {
    let fixture = cached(&[("*/*", caching())]);
    numbered(&fixture, &["1", "2", "3", "4"]);
    assert_eq!(text(&fixture, "/?q=a", &[]).await, "1");
    assert_eq!(text(&fixture, "/?q=a&other=x", &[("accept", "text/html")]).await, "1");
    assert_eq!(text(&fixture, "/?q=b", &[]).await, "2");
    assert_eq!(text(&fixture, "/", &[]).await, "3");
    let mut later = request("GET", "/?q=a", &[], "");
    later.received = aws_types::Timestamp::from_secs(later.received.secs() + 300);
    assert_eq!(body(&fixture.send(later).await), "4");
    let values = fixture.gateway.plans().metrics()[0].values;
    assert_eq!((values.cache_hits, values.cache_misses, values.integration_count), (1, 4, 4));
    fixture.gateway.plans().flush_cache(API, STAGE);
    assert_eq!(text(&fixture, "/?q=a", &[]).await, "hello");
}

#[tokio::test]
async fn only_get_is_kept_by_default_and_a_method_may_say_otherwise() {
    let fixture = cached(&[("*/*", caching())]);
    numbered(&fixture, &["1", "2"]);
    let post = |fixture: Fixture| async move {
        let first = body(&fixture.send(request("POST", "/", &[], "")).await).to_owned();
        (first, body(&fixture.send(request("POST", "/", &[], "")).await).to_owned())
    };
    assert_eq!(post(fixture).await, ("1".to_owned(), "2".to_owned()));
    let fixture = cached(&[("//POST", caching())]);
    numbered(&fixture, &["1", "2"]);
    assert_eq!(post(fixture).await, ("1".to_owned(), "1".to_owned()));
    let off = MethodSettings { cache_ttl_s: 0, ..caching() };
    let fixture = cached(&[("*/*", off)]);
    numbered(&fixture, &["1", "2"]);
    assert_eq!((text(&fixture, "/", &[]).await, text(&fixture, "/", &[]).await), ("1".to_owned(), "2".to_owned()));
}

#[tokio::test]
async fn refusals_of_the_backend_are_not_kept() {
    let fixture = cached(&[("*/*", caching())]);
    numbered(&fixture, &["fine"]);
    fixture.backend.answers.lock().push(Ok(Response::builder().status(500).body(Bytes::new()).unwrap()));
    assert_eq!(fixture.send(get("/")).await.status(), 500);
    assert_eq!(text(&fixture, "/", &[]).await, "fine");
}

#[tokio::test]
async fn asking_for_a_fresh_answer_under_each_strategy() {
    let fresh = [("cache-control", "no-transform, max-age=0")];
    let strategy = |require_authorization, unauthorized| {
        let fixture = cached(&[("*/*", MethodSettings { require_authorization, unauthorized, ..caching() })]);
        numbered(&fixture, &["1", "2"]);
        fixture
    };
    let fixture = strategy(false, UnauthorizedCacheControl::Fail);
    assert_eq!(text(&fixture, "/", &[]).await, "1");
    assert_eq!(text(&fixture, "/", &fresh).await, "2");
    assert_eq!(text(&fixture, "/", &[]).await, "2");
    let fixture = strategy(true, UnauthorizedCacheControl::Fail);
    let response = fixture.send(request("GET", "/", &fresh, "")).await;
    assert_eq!(response.status(), 403);
    assert!(fixture.backend.seen.lock().is_empty());
    for (unauthorized, warned) in [
        (UnauthorizedCacheControl::SucceedWithResponseHeader, true),
        (UnauthorizedCacheControl::SucceedWithoutResponseHeader, false),
    ] {
        let fixture = strategy(true, unauthorized);
        assert_eq!(text(&fixture, "/", &[]).await, "1");
        let response = fixture.send(request("GET", "/", &fresh, "")).await;
        assert_eq!((body(&response), response.headers().contains_key("warning")), ("1", warned));
        // The warning is that caller's, and not kept.
        assert!(!fixture.send(get("/")).await.headers().contains_key("warning"));
    }
}

/// An answer that was made for one who may must not be given to one who may not.
#[tokio::test]
async fn the_cache_stands_behind_the_authorizer() {
    let fixture = cached(&[("*/*", caching())]);
    let mut plan = http_proxy("http://backend.test/");
    plan.authorization = cognito(&[]);
    let mut guarded = stage(vec![("/", HttpMethod::Get, plan)], Default::default());
    guarded.settings.cache_bytes = Some(1 << 20);
    guarded.settings.methods = HashMap::from([("*/*".to_owned(), caching())]);
    fixture.gateway.plans().put_stage(guarded);
    let token = KEY.sign(&id_claims()).unwrap();
    assert_eq!(text(&fixture, "/", &[("authorization", &token)]).await, "hello");
    assert_eq!(fixture.send(get("/")).await.status(), 401);
}

#[tokio::test]
async fn a_canary_takes_its_share_with_its_own_variables() {
    let answering = |text: &str| deployment(vec![("/", HttpMethod::Get, mock("{\"statusCode\":200}", text))]);
    let serve = |percent: f64| {
        let fixture = Fixture::of(vec![]);
        let mut canary = StagePlan {
            deployment: Arc::new(answering("new $stageVariables.host $context.isCanaryRequest")),
            ..stage(vec![], Default::default())
        };
        canary.variables.insert("host".to_owned(), "canary.test".to_owned());
        canary.settings.release = Release::Canary;
        let mut production = StagePlan {
            deployment: Arc::new(answering("old $stageVariables.host $context.isCanaryRequest")),
            ..stage(vec![], Default::default())
        };
        production.settings.canary = Some(Canary { percent, plan: Arc::new(canary) });
        fixture.gateway.plans().put_stage(production);
        fixture
    };
    let count = |fixture: Fixture| async move {
        let mut new = 0;
        for _ in 0..1000 {
            match text(&fixture, "/", &[]).await.as_str() {
                "new canary.test true" => new += 1,
                "old backend.test false" => {}
                other => panic!("{other}"),
            }
        }
        new
    };
    assert_eq!(count(serve(0.0)).await, 0);
    assert_eq!(count(serve(100.0)).await, 1000);
    let some = count(serve(20.0)).await;
    assert!((150..250).contains(&some), "{some}");
    // The same dice fall alike.
    assert_eq!(count(serve(20.0)).await, some);
}

fn logged(settings: MethodSettings, format: Option<&str>) -> Fixture {
    let fixture = Fixture::of(vec![]);
    let routes = vec![
        ("/", HttpMethod::Get, http_proxy("http://backend.test/")),
        ("/closed", HttpMethod::Get, {
            let mut plan = mock("{\"statusCode\":200}", "x");
            plan.authorization = cognito(&[]);
            plan
        }),
    ];
    let mut stage = stage(routes, Default::default());
    stage.settings.methods = HashMap::from([("*/*".to_owned(), settings)]);
    stage.settings.api_name = "dragons".to_owned();
    stage.settings.access_log = format.map(|format| AccessLogSettings {
        destination: AccessLogDestination::Group("access".to_owned()),
        format: AccessLogFormat::compile(format).unwrap(),
    });
    fixture.gateway.plans().put_stage(stage);
    fixture
}

fn messages(fixture: &Fixture, group: &str) -> Vec<String> {
    let logs = fixture.logs.0.lock();
    logs.iter().filter(|(known, _)| known == group).map(|(_, message)| message.clone()).collect()
}

const EXECUTION: &str = "API-Gateway-Execution-Logs_a1b2c3d4e5/dev";
const ID: &str = "11111111-2222-4333-8444-555555555555";

#[tokio::test]
async fn the_execution_log_of_each_level() {
    let level = |logging, data_trace| MethodSettings { logging, data_trace, ..MethodSettings::default() };
    let fixture = logged(level(LogLevel::Off, true), None);
    fixture.send(get("/closed")).await;
    assert!(fixture.logs.0.lock().is_empty());
    let fixture = logged(level(LogLevel::Error, false), None);
    fixture.send(get("/")).await;
    assert!(fixture.logs.0.lock().is_empty());
    fixture.send(get("/closed")).await;
    let lines = messages(&fixture, EXECUTION);
    assert_eq!(lines[1], format!("({ID}) Gateway response type: UNAUTHORIZED with status code: 401"));
    let fixture = logged(level(LogLevel::Info, false), None);
    fixture.send(get("/?secret=1")).await;
    let lines = messages(&fixture, EXECUTION);
    let expected = [
        "Starting execution for request: 11111111-2222-4333-8444-555555555555",
        "HTTP Method: GET, Resource Path: /",
        "Sending request to http://backend.test/?secret=1",
        "Received response. Status: 200, Integration latency: 0 ms",
        "Successfully completed execution",
        "Method completed with status: 200",
    ];
    let found: Vec<String> =
        lines.iter().filter(|line| expected.iter().any(|wanted| line.ends_with(wanted))).cloned().collect();
    assert_eq!(found, expected.map(|line| format!("({ID}) {line}")));
    assert!(lines[0].starts_with(&format!("({ID}) Extended Request Id: ")));
    assert!(!lines.iter().any(|line| line.contains("Method request query string")));
    let fixture = logged(level(LogLevel::Info, true), None);
    fixture.send(request("GET", "/?secret=1", &[("authorization", "Bearer abcdefghijklmnopqrstuvwxyz")], "")).await;
    let lines = messages(&fixture, EXECUTION).join("\n");
    assert!(lines.contains("Method request query string: {secret=1}"), "{lines}");
    assert!(!lines.contains("abcdefghijklmnop"), "{lines}");
}

#[tokio::test]
async fn an_access_log_goes_to_a_delivery_stream() {
    let fixture = Fixture::of(vec![]);
    let arn = "arn:aws:firehose:us-east-1:123456789012:deliverystream/amazon-apigateway-calls";
    let mut stage = stage(vec![("/", HttpMethod::Get, mock("{\"statusCode\":200}", "x"))], Default::default());
    stage.settings.access_log = Some(AccessLogSettings {
        destination: AccessLogDestination::Stream(arn.to_owned()),
        format: AccessLogFormat::compile("$context.requestId $context.status $context.xrayTraceId").unwrap(),
    });
    fixture.gateway.plans().put_stage(stage);
    fixture.send(get("/")).await;
    assert_eq!(*fixture.logs.0.lock(), [(arn.to_owned(), format!("{ID} 200 -"))]);
}

#[tokio::test]
async fn access_logs_in_every_format() {
    let clf = r#"$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime] "$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength $context.requestId"#;
    let fixture = logged(MethodSettings::default(), Some(clf));
    fixture.send(get("/")).await;
    fixture.send(get("/none")).await;
    let lines = messages(&fixture, "access");
    assert_eq!(lines[0], format!(r#"203.0.113.9 - - [02/Jan/2026:03:04:05 +0000] "GET / HTTP/1.1" 200 5 {ID}"#));
    assert_eq!(lines[1], format!(r#"203.0.113.9 - - [02/Jan/2026:03:04:05 +0000] "GET - HTTP/1.1" 403 42 {ID}"#));
    let json = r#"{"id":"$context.requestId","agent":"$context.identity.userAgent","sub":"$context.authorizer.claims.sub","i":"$context.integration.status","l":$context.integrationLatency,"e":$context.error.messageString,"t":"$context.error.responseType"}"#;
    let fixture = logged(MethodSettings::default(), Some(json));
    fixture.send(request("GET", "/", &[("user-agent", r#"x","status":"200"#)], "")).await;
    fixture.send(get("/closed")).await;
    let lines = messages(&fixture, "access");
    assert_eq!(
        lines[0],
        format!(r#"{{"id":"{ID}","agent":"x\",\"status\":\"200","sub":"-","i":"200","l":0,"e":-,"t":"-"}}"#)
    );
    assert!(lines[1].ends_with(r#""l":-,"e":"Unauthorized","t":"UNAUTHORIZED"}"#), "{}", lines[1]);
    let token = KEY.sign(&id_claims()).unwrap();
    fixture.send(request("GET", "/closed", &[("authorization", &token)], "")).await;
    assert!(messages(&fixture, "access")[2].contains(r#""sub":"5f0c""#));
    for (format, line) in [
        (
            "<r><ip>$context.identity.sourceIp</ip><id>$context.requestId</id></r>",
            format!("<r><ip>203.0.113.9</ip><id>{ID}</id></r>"),
        ),
        ("$context.identity.sourceIp,$context.status,$context.requestId", format!("203.0.113.9,200,{ID}")),
    ] {
        let fixture = logged(MethodSettings::default(), Some(format));
        fixture.send(get("/")).await;
        assert_eq!(messages(&fixture, "access"), [line]);
    }
}

#[tokio::test]
async fn methods_are_counted_for_themselves_where_a_stage_says_so() {
    let fixture = logged(MethodSettings { metrics: true, ..MethodSettings::default() }, None);
    fixture.send(get("/")).await;
    fixture.send(get("/closed")).await;
    fixture.send(get("/none")).await;
    let snapshot = fixture.gateway.plans().metrics().remove(0);
    assert_eq!((snapshot.api_name.as_str(), snapshot.values.count), ("dragons", 3));
    let methods: Vec<_> = snapshot
        .methods
        .iter()
        .map(|(path, verb, values)| (path.as_str(), *verb, values.count, values.errors_4xx))
        .collect();
    assert_eq!(methods, [("/", "GET", 1, 0), ("/closed", "GET", 1, 1)]);
}
