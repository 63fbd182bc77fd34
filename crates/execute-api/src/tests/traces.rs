//! Stages that trace: the header in and out, who is recorded, the document.

use std::sync::Arc;

use serde_json::{Value, json};
use world::Lock;
use world::fake::{ManualClock, SeededRng};

use super::fixture::*;
use crate::catalogue::HttpMethod;
use crate::gateway_response::GatewayResponses;
use crate::plan::MethodPlan;
use crate::ports::{Segment, TraceSink};
use crate::{Doors, Gateway, Plans};

const ROOT: &str = "1-5759e988-bd862e3fe1be46a994272793";
const PARENT: &str = "53995c3f42cd8ad8";

#[derive(Default)]
struct Collected(Lock<Vec<Segment>>);

impl TraceSink for Collected {
    fn put(&self, segment: Segment) {
        self.0.lock().push(segment);
    }
}

struct Traced {
    gateway: Gateway,
    backend: Arc<Backend>,
    clock: Arc<ManualClock>,
    collected: Arc<Collected>,
}

fn traced(routes: Vec<(&str, HttpMethod, MethodPlan)>) -> Traced {
    let (clock, backend, collected) = (Arc::new(ManualClock::default()), Arc::new(Backend::default()), Arc::default());
    let plans = Arc::new(Plans::new());
    let mut stage = stage(routes, GatewayResponses::default());
    stage.settings.tracing = true;
    stage.settings.api_name = "my dragons".to_owned();
    plans.put_stage(stage);
    let doors = Doors {
        traces: Arc::clone(&collected) as _,
        ..Doors::new(
            Arc::clone(&clock) as _,
            Arc::new(SeededRng::new(1)),
            Arc::clone(&backend) as _,
            Arc::new(TwoPools),
        )
    };
    Traced { gateway: Gateway::new(plans, doors), backend, clock, collected }
}

impl Traced {
    async fn send(&self, path: &str, header: &str) -> (u16, String) {
        let headers = [("x-amzn-trace-id", header), ("user-agent", "curl/8")];
        let headers = if header.is_empty() { &headers[1..] } else { &headers[..] };
        let response = whole(self.gateway.handle(request("GET", path, headers, "")).await);
        (response.status().as_u16(), String::from_utf8(response.body().to_vec()).unwrap())
    }

    /// What the backend was told, and the documents since.
    fn took(&self) -> (Option<String>, Vec<Value>) {
        let seen = self.backend.seen.lock().drain(..).next_back();
        let header = seen.map(|(request, _)| request.headers()["x-amzn-trace-id"].to_str().unwrap().to_owned());
        let collected = std::mem::take(&mut *self.collected.0.lock());
        (header, collected.into_iter().map(|segment| segment.document).collect())
    }
}

fn proxied() -> Traced {
    let shown = mock("{\"statusCode\":200}", "$context.xrayTraceId");
    traced(vec![
        ("/pets", HttpMethod::Get, http_proxy("http://backend.test/animals")),
        ("/id", HttpMethod::Get, shown),
        ("/closed", HttpMethod::Get, {
            let mut plan = mock("{\"statusCode\":200}", "x");
            plan.authorization = cognito(&[]);
            plan
        }),
    ])
}

#[tokio::test]
async fn the_callers_decision_is_honoured() {
    let traced = proxied();
    traced.send("/pets?a=1", &format!("Self=1-1;Root={ROOT};Parent={PARENT};Sampled=1")).await;
    let (header, documents) = traced.took();
    let document = &documents[0];
    let remote = &document["subsegments"][0];
    let next = remote["id"].as_str().unwrap();
    assert_eq!(header.unwrap(), format!("Root={ROOT};Parent={next};Sampled=1"));
    assert_eq!((&document["trace_id"], &document["parent_id"]), (&json!(ROOT), &json!(PARENT)));
    assert!(document["aws"].get("xray").is_none());
    traced.send("/pets", &format!("Root={ROOT};Parent={PARENT};Sampled=0")).await;
    let (header, documents) = traced.took();
    let header = header.unwrap();
    assert!(header.starts_with(&format!("Root={ROOT};Parent=")) && header.ends_with(";Sampled=0"), "{header}");
    assert!(!header.contains(PARENT) && documents.is_empty());
}

#[tokio::test]
async fn a_document_is_what_x_ray_takes() {
    let traced = proxied();
    let (status, _) = traced.send("/pets?a=1", "").await;
    assert_eq!(status, 200);
    let (_, documents) = traced.took();
    let document = &documents[0];
    assert_eq!(document["name"], "my dragons/dev");
    assert_eq!(document["origin"], "AWS::ApiGateway::Stage");
    assert_eq!(document["aws"]["xray"]["sampling_rule_name"], "Default");
    assert_eq!(document["aws"]["api_gateway"]["rest_api_id"], API);
    assert_eq!(document["annotations"], json!({ "aws:api_id": API, "aws:api_stage": STAGE }));
    assert_eq!(document["resource_arn"], format!("arn:aws:apigateway:us-east-1::/restapis/{API}/stages/{STAGE}"));
    let asked = &document["http"]["request"];
    assert_eq!((&asked["method"], &asked["user_agent"]), (&json!("GET"), &json!("curl/8")));
    assert!(asked["url"].as_str().unwrap().ends_with("/dev/pets?a=1"), "{asked}");
    assert_eq!(document["http"]["response"], json!({ "status": 200, "content_length": 5 }));
    assert_eq!(document["id"].as_str().unwrap().len(), 16);
    assert!(document.get("parent_id").is_none() && document.get("fault").is_none());
    let (start, end) = (document["start_time"].as_f64().unwrap(), document["end_time"].as_f64().unwrap());
    assert!((start - 1_767_323_045.0).abs() < 0.001 && end >= start);
    let remote = &document["subsegments"][0];
    assert_eq!((&remote["name"], &remote["namespace"]), (&json!("backend.test/animals"), &json!("remote")));
    assert_eq!(remote["http"]["request"], json!({ "method": "GET", "url": "http://backend.test/animals?a=1" }));
    assert_eq!(remote["http"]["response"]["status"], 200);
}

#[tokio::test]
async fn errors_and_faults_are_told_apart() {
    let traced = proxied();
    let sampled = format!("Root={ROOT};Sampled=1");
    traced.send("/closed", &sampled).await;
    traced.send("/nowhere", &sampled).await;
    traced.backend.answers.lock().push(Err(world::HttpError::Connect("cut".to_owned())));
    traced.send("/pets", &sampled).await;
    let (_, documents) = traced.took();
    assert_eq!(documents.len(), 3);
    for refused in &documents[..2] {
        assert_eq!(refused["error"], true, "{refused}");
        assert!(refused.get("fault").is_none() && refused.get("subsegments").is_none());
    }
    let broken = &documents[2];
    assert_eq!((&broken["fault"], &broken["subsegments"][0]["fault"]), (&json!(true), &json!(true)), "{broken}");
}

#[tokio::test]
async fn the_default_rule_decides_where_the_caller_does_not() {
    let traced = proxied();
    for _ in 0..200 {
        traced.send("/id", "").await;
    }
    let (_, documents) = traced.took();
    assert!((2..40).contains(&documents.len()), "{}", documents.len());
    let (_, shown) = traced.send("/id", &format!("Root={ROOT};Sampled=?")).await;
    assert_eq!(shown, ROOT);
    let (_, shown) = traced.send("/id", "Root=nonsense;Sampled=1").await;
    assert!(shown.starts_with("1-") && shown.len() == ROOT.len(), "{shown}");
    traced.took();
    // The reservoir is the second's; the request's own time is what counts.
    traced.clock.advance_s(1);
    let mut later = get("/id");
    later.received = later.received.plus_ms(1_000);
    traced.gateway.handle(later).await;
    assert_eq!(traced.took().1.len(), 1);
}

#[tokio::test]
async fn a_stage_that_does_not_trace_passes_the_header_and_records_nothing() {
    let fixture = Fixture::of(vec![
        ("/pets", HttpMethod::Get, http_proxy("http://backend.test/")),
        ("/id", HttpMethod::Get, mock("{\"statusCode\":200}", "[$!context.xrayTraceId]")),
    ]);
    let given = format!("Root={ROOT};Parent={PARENT};Sampled=1");
    fixture.send(request("GET", "/pets", &[("x-amzn-trace-id", &format!("{given};Lineage=x"))], "")).await;
    let (seen, _) = fixture.backend.seen.lock().remove(0);
    assert_eq!(seen.headers()["x-amzn-trace-id"], given);
    let shown = fixture.send(request("GET", "/id", &[("x-amzn-trace-id", &given)], "")).await;
    assert_eq!(&shown.body()[..], b"[]");
}
