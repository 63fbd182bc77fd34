//! Deliveries from the line to the object or the request.

use async_trait::async_trait;
use aws_types::AwsError;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use world::fake::{ManualClock, SeededRng};
use world::{HttpError, HttpOptions};

use super::*;

/// Buckets and an endpoint that keep what comes, once they are told to.
#[derive(Default)]
struct Kept {
    open: Lock<bool>,
    objects: Lock<Vec<(String, String)>>,
    requests: Lock<Vec<Value>>,
    news: Notify,
}

#[async_trait]
impl Shelf for Kept {
    async fn put(&self, _: &str, (bucket, key): (&str, &str), content: Bytes) -> Result<(), String> {
        self.news.notify_one();
        if !*self.open.lock() {
            return Err("closed".to_owned());
        }
        let text = String::from_utf8(content.to_vec()).unwrap();
        self.objects.lock().push((format!("{bucket}/{key}"), text));
        Ok(())
    }

    async fn has(&self, bucket: &str) -> Result<bool, AwsError> {
        Ok(bucket == "logs")
    }
}

#[async_trait]
impl HttpClient for Kept {
    async fn send(&self, request: Request<Bytes>, _: HttpOptions) -> Result<Response<Bytes>, HttpError> {
        let body: Value = serde_json::from_slice(request.body()).unwrap();
        let answer = json!({ "requestId": body["requestId"], "timestamp": 1 });
        self.requests.lock().push(body);
        self.news.notify_one();
        Ok(Response::new(Bytes::from(answer.to_string())))
    }
}

const BUCKET: &str = "arn:aws:firehose:eu-west-1:123456789012:deliverystream/amazon-apigateway-bucket";
const ENDPOINT: &str = "arn:aws:firehose:eu-west-1:123456789012:deliverystream/endpoint";
const POOL: &str = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a";

fn delivery() -> (Arc<LogDelivery>, Arc<Kept>, Arc<ManualClock>) {
    let stream = |name: &str, to: To| DeliveryStream { name: name.to_owned(), to, bounds: Bounds::new(1, 60) };
    let bucket = To::Bucket { bucket: "logs".to_owned(), prefix: "calls/".to_owned() };
    let endpoint = To::Endpoint { url: "https://example.com/".to_owned(), access_key: None };
    let (kept, clock) = (Arc::new(Kept::default()), Arc::new(ManualClock::default()));
    let doors = Doors {
        clock: Arc::clone(&clock) as _,
        rng: Arc::new(SeededRng::new(1)),
        http: Arc::clone(&kept) as _,
        shelf: Arc::clone(&kept) as _,
    };
    let streams = [stream("amazon-apigateway-bucket", bucket), stream("endpoint", endpoint)];
    (LogDelivery::new(&streams, doors), kept, clock)
}

#[tokio::test]
async fn lines_arrive_together_when_the_clock_has_moved() {
    let (delivery, kept, clock) = delivery();
    *kept.open.lock() = true;
    let task = world::spawn("deliveries", Arc::clone(&delivery).run());
    delivery.to_stream(BUCKET, "one".to_owned());
    delivery.to_stream(BUCKET, "two".to_owned());
    delivery.to_stream(ENDPOINT, "three".to_owned());
    clock.advance_s(60);
    while kept.objects.lock().is_empty() || kept.requests.lock().is_empty() {
        kept.news.notified().await;
    }
    let (name, content) = kept.objects.lock().remove(0);
    assert_eq!(content, "one\ntwo\n");
    assert!(name.starts_with("logs/calls/2026/01/02/03/amazon-apigateway-bucket-1-2026-01-02-03-"), "{name}");
    assert_eq!(kept.requests.lock()[0]["records"], json!([{ "data": "dGhyZWUK" }]));
    task.abort();
}

#[tokio::test]
async fn what_waits_is_sent_before_the_server_stops() {
    let (delivery, kept, _) = delivery();
    *kept.open.lock() = true;
    let task = world::spawn("deliveries", Arc::clone(&delivery).run());
    delivery.of_pool("arn:aws:s3:::logs", POOL, "in".to_owned());
    delivery.of_pool(ENDPOINT, POOL, "in".to_owned());
    delivery.finish(10_000).await;
    let (name, content) = kept.objects.lock().remove(0);
    assert!(name.starts_with("logs/AWSLogs/123456789012/cognito-idp/eu-west-1/eu-west-1_a/2026/"), "{name}");
    assert_eq!(content, "in\n");
    assert_eq!(kept.requests.lock().len(), 1);
    assert!(delivery.render().contains("{outcome=\"delivered\"} 2\n"), "{}", delivery.render());
    task.abort();
}

#[tokio::test]
async fn a_batch_that_failed_arrives_later_and_the_lost_are_counted() {
    let (delivery, kept, clock) = delivery();
    let task = world::spawn("deliveries", Arc::clone(&delivery).run());
    delivery.to_stream(BUCKET, "one".to_owned());
    clock.advance_s(60);
    kept.news.notified().await;
    *kept.open.lock() = true;
    while kept.objects.lock().is_empty() {
        clock.advance_s(1);
        let _ = tokio::time::timeout(LOOK, kept.news.notified()).await;
    }
    *kept.open.lock() = false;
    delivery.to_stream(BUCKET, "two".to_owned());
    delivery.to_stream("arn:aws:firehose:eu-west-1:123456789012:deliverystream/undeclared", "three".to_owned());
    delivery.finish(10_000).await;
    let told = delivery.render();
    assert!(told.contains("{outcome=\"delivered\"} 1\n") && told.contains("{outcome=\"lost\"} 2\n"), "{told}");
    task.abort();
}

#[tokio::test]
async fn destinations_are_looked_for() {
    let (delivery, ..) = delivery();
    for (arn, account, there) in [
        ("arn:aws:s3:::logs", "123456789012", true),
        ("arn:aws:s3:::other", "123456789012", false),
        (BUCKET, "123456789012", true),
        (BUCKET, "999999999999", false),
        ("arn:aws:firehose:eu-west-1:123456789012:deliverystream/none", "123456789012", false),
        ("nonsense", "123456789012", false),
    ] {
        assert_eq!(delivery.is_there(arn, account).await.unwrap(), there, "{arn} {account}");
    }
}
