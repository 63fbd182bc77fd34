//! API keys and usage plans.

use std::collections::HashMap;
use std::sync::Arc;

use world::Lock;

use super::fixture::*;
use crate::Plans;
use crate::catalogue::HttpMethod;
use crate::ports::{Count, Counted, UsageCounters};
use crate::throttle::Throttle;
use crate::usage::{Period, PlanKey, Quota, UsagePlan, key_digest};

/// Counts in memory.
#[derive(Default)]
struct Memory(Lock<HashMap<String, i64>>);

#[async_trait::async_trait]
impl UsageCounters for Memory {
    async fn count(&self, count: Count<'_>) -> Counted {
        let mut all = self.0.lock();
        let used = all.entry(format!("{}/{}", count.plan_id, count.key_id)).or_default();
        match count.quota {
            Some(quota) if *used >= quota.limit => Counted::Exceeded,
            _ => {
                *used += 1;
                Counted::Within
            }
        }
    }
}

struct Broken;

#[async_trait::async_trait]
impl UsageCounters for Broken {
    async fn count(&self, _: Count<'_>) -> Counted {
        Counted::Failed
    }
}

fn fixture(plan: UsagePlan, counters: Option<Arc<dyn UsageCounters>>) -> Fixture {
    let keyed = || {
        let mut plan = mock(r#"{"statusCode": 200}"#, "$context.identity.apiKeyId $context.identity.apiKey");
        plan.api_key_required = true;
        plan
    };
    let fixture = Fixture::of(vec![("/pets/{id}", HttpMethod::Any, keyed()), ("/", HttpMethod::Get, keyed())]);
    put_plan(fixture.gateway.plans(), plan, counters);
    fixture
}

/// A plan without limits for the fixture's stage, with a good and a dead key.
pub fn open_plan(plans: &Plans) {
    put_plan(plans, UsagePlan::default(), Some(Arc::new(Memory::default())));
}

fn put_plan(plans: &Plans, plan: UsagePlan, counters: Option<Arc<dyn UsageCounters>>) {
    let usage = plans.usage();
    if let Some(counters) = counters {
        usage.set_counters(counters);
    }
    let stages = HashMap::from([((API.to_owned(), STAGE.to_owned()), HashMap::new())]);
    usage.put_plan(UsagePlan { id: "plan".to_owned(), stages, ..plan });
    for (value, enabled) in [("good-key-good-key-good", true), ("dead-key-dead-key-dead", false)] {
        usage.put_key("plan", key_digest(value), PlanKey::new(format!("id-{enabled}"), enabled));
    }
}

async fn call(fixture: &Fixture, path: &str, key: &str) -> (u16, String) {
    let response = fixture.send(request("GET", path, &[("x-api-key", key)], "")).await;
    (response.status().as_u16(), body(&response).to_owned())
}

fn memory() -> Option<Arc<dyn UsageCounters>> {
    Some(Arc::new(Memory::default()))
}

const GOOD: &str = "good-key-good-key-good";

#[tokio::test]
async fn only_an_enabled_key_of_a_plan_for_this_stage_opens_the_method() {
    let fixture = fixture(UsagePlan::default(), memory());
    assert_eq!(call(&fixture, "/", GOOD).await, (200, "id-true good-key-good-key-good".to_owned()));
    for key in
        ["", "unknown-key-unknown-key", "dead-key-dead-key-dead", "GOOD-KEY-GOOD-KEY-GOOD", "good-key-good-key-goo"]
    {
        let response = fixture.send(request("GET", "/", &[("x-api-key", key)], "")).await;
        assert_eq!((response.status().as_u16(), body(&response)), (403, r#"{"message":"Forbidden"}"#), "{key}");
        assert_eq!(header_of(&response, "x-amzn-errortype"), Some("ForbiddenException"));
    }
    assert_eq!(fixture.send(get("/")).await.status(), 403);
    let elsewhere = HashMap::from([((API.to_owned(), "prod".to_owned()), HashMap::new())]);
    let plan = UsagePlan { id: "plan".to_owned(), stages: elsewhere, ..UsagePlan::default() };
    fixture.gateway.plans().usage().put_plan(plan);
    assert_eq!(call(&fixture, "/", GOOD).await.0, 403, "a plan for another stage");
}

#[tokio::test]
async fn a_quota_ends_with_limit_exceeded() {
    let quota = Some(Quota { limit: 2, period: Period::Day, offset_days: 0 });
    let fixture = fixture(UsagePlan { quota, ..UsagePlan::default() }, memory());
    assert_eq!(call(&fixture, "/", GOOD).await.0, 200);
    assert_eq!(call(&fixture, "/pets/1", GOOD).await.0, 200);
    let response = fixture.send(request("GET", "/", &[("x-api-key", GOOD)], "")).await;
    assert_eq!((response.status().as_u16(), body(&response)), (429, r#"{"message":"Limit Exceeded"}"#));
    assert_eq!(header_of(&response, "x-amzn-errortype"), Some("LimitExceededException"));
}

#[tokio::test]
async fn throttles_of_plan_and_method() {
    let throttle = Some(Throttle { rate: 1.0, burst: 3 });
    let fixture = fixture(UsagePlan { throttle, ..UsagePlan::default() }, memory());
    let one = HashMap::from([("/pets/{id}/ANY".to_owned(), Throttle { rate: 1.0, burst: 1 })]);
    let stages = HashMap::from([((API.to_owned(), STAGE.to_owned()), one)]);
    fixture.gateway.plans().usage().put_plan(UsagePlan { id: "plan".to_owned(), throttle, stages, quota: None });
    assert_eq!(call(&fixture, "/pets/1", GOOD).await.0, 200);
    let (status, text) = call(&fixture, "/pets/2", GOOD).await;
    assert_eq!((status, text.as_str()), (429, r#"{"message":"Too Many Requests"}"#));
    assert_eq!(call(&fixture, "/", GOOD).await.0, 200, "another method");
    assert_eq!(call(&fixture, "/", GOOD).await.0, 200);
    assert_eq!(call(&fixture, "/", GOOD).await.0, 429, "the plan's bucket is empty");
}

#[tokio::test]
async fn what_cannot_be_counted_is_not_admitted() {
    for counters in [None, Some(Arc::new(Broken) as Arc<dyn UsageCounters>)] {
        let fixture = fixture(UsagePlan::default(), counters);
        assert_eq!(call(&fixture, "/", GOOD).await.0, 500);
    }
}

#[tokio::test]
async fn throttles_of_the_stage_hold_for_everyone() {
    let open = || mock(r#"{"statusCode": 200}"#, "fine");
    let routes = || vec![("/a", HttpMethod::Get, open()), ("/b", HttpMethod::Get, open())];
    let fixture = Fixture::of(routes());
    let mut limited = stage(routes(), Default::default());
    limited.throttles = HashMap::from([
        ("*/*".to_owned(), Throttle { rate: 1.0, burst: 2 }),
        ("/b/GET".to_owned(), Throttle { rate: 1.0, burst: 1 }),
    ]);
    fixture.gateway.plans().put_stage(limited);
    let mut statuses = Vec::new();
    for path in ["/a", "/a", "/a", "/b", "/b"] {
        statuses.push(fixture.send(get(path)).await.status().as_u16());
    }
    assert_eq!(statuses, [200, 200, 429, 200, 429]);
    let mut deployed = stage(routes(), Default::default());
    deployed.throttles = HashMap::from([("*/*".to_owned(), Throttle { rate: 1.0, burst: 2 })]);
    fixture.gateway.plans().put_stage(deployed);
    assert_eq!(fixture.send(get("/a")).await.status(), 429, "a deployment fills no bucket");
}
