//! How a batch gets where it goes: as an object of a bucket, or as a request to an endpoint.

use std::sync::Arc;

use async_trait::async_trait;
use aws_types::call::Caller;
use aws_types::{AccountId, Arn, AwsError, ByteStream, CallContext, Region, Service as _, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Request;
use s3::S3;
use serde_json::{Value, json};
use world::{Clock, HttpClient, HttpOptions, Rng};

use super::queue::{Batch, Place};
use super::settings::To;

/// How long an endpoint may take, in milliseconds (Firehose's three minutes).
const ENDPOINT_TIME_MS: u64 = 180_000;
/// Largest answer of an endpoint, in bytes.
const MOST_ANSWER: usize = 1024 * 1024;

/// The buckets of this server's S3.
#[async_trait]
pub trait Shelf: Send + Sync {
    /// Puts an object.
    ///
    /// # Errors
    /// Why it is not there.
    async fn put(&self, region: &str, (bucket, key): (&str, &str), content: Bytes) -> Result<(), String>;

    /// Whether a bucket is there.
    ///
    /// # Errors
    /// The store's.
    async fn has(&self, bucket: &str) -> Result<bool, AwsError>;
}

/// S3 as the services that deliver logs see it: the account's own buckets.
pub struct OwnBuckets {
    /// Where they are.
    pub s3: Arc<S3>,
    /// Whose.
    pub account: AccountId,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Ids of requests.
    pub rng: Arc<dyn Rng>,
}

impl OwnBuckets {
    fn call(&self, region: &str) -> CallContext {
        CallContext {
            account: self.account.clone(),
            region: Region::parse(region).unwrap_or_default(),
            request_id: world::rng::uuid(self.rng.as_ref()),
            caller: Caller::Root,
            source_ip: "127.0.0.1".to_owned(),
            user_agent: "delivery.logs.amazonaws.com".to_owned(),
            now: self.clock.now(),
        }
    }
}

#[async_trait]
impl Shelf for OwnBuckets {
    async fn put(&self, region: &str, (bucket, key): (&str, &str), content: Bytes) -> Result<(), String> {
        let input = json!({ "Bucket": bucket, "Key": key, "ContentLength": content.len() });
        let body = ByteStream::from_bytes(content);
        let put = self.s3.call(&self.call(region), "PutObject", input, Some(body)).await;
        put.map(drop)
            .map_err(|error| error.internal.as_ref().map_or_else(|| error.to_string(), |cause| cause.to_string()))
    }

    async fn has(&self, bucket: &str) -> Result<bool, AwsError> {
        match self.s3.call(&self.call(""), "HeadBucket", json!({ "Bucket": bucket }), None).await {
            Ok(_) => Ok(true),
            Err(error) if error.internal.is_some() => Err(error),
            Err(_) => Ok(false),
        }
    }
}

/// `2026/03/12/19`
fn hour(at: Timestamp) -> String {
    let c = at.civil();
    format!("{:04}/{:02}/{:02}/{:02}", c.year, c.month, c.day, c.hour)
}

/// The key of a delivery stream's object ("Amazon S3 object name format"): `{prefix}YYYY/MM/DD/HH/` by the oldest line, in
/// UTC, then stream, version, time and id.
pub(super) fn stream_key(prefix: &str, name: &str, batch: &Batch) -> String {
    let c = batch.since.civil();
    format!(
        "{prefix}{}/{name}-1-{:04}-{:02}-{:02}-{:02}-{:02}-{:02}-{}",
        hour(batch.since),
        c.year,
        c.month,
        c.day,
        c.hour,
        c.minute,
        c.second,
        batch.id
    )
}

/// The key of an object of a user pool's logs: under `AWSLogs/{account}/`, as all logs that services deliver to buckets.
pub(super) fn pool_key(pool: &Arn, batch: &Batch) -> String {
    let (account, region, c) = (&pool.account, &pool.region, batch.since.civil());
    let id = pool.resource.strip_prefix("userpool/").unwrap_or_default();
    let unique = batch.id.get(..8).unwrap_or_default();
    format!(
        "AWSLogs/{account}/cognito-idp/{region}/{id}/{}/{account}_cognito-idp_{region}_{id}_\
         {:04}{:02}{:02}T{:02}{:02}Z_{unique}.log",
        hour(batch.since),
        c.year,
        c.month,
        c.day,
        c.hour,
        c.minute
    )
}

/// Sends a batch once.
pub(super) async fn carry(
    (shelf, http): (&dyn Shelf, &dyn HttpClient),
    to: Option<(&str, &To)>,
    batch: &Batch,
    now: Timestamp,
) -> Result<(), String> {
    let content = || Bytes::from(batch.lines.concat());
    match (&batch.place, to) {
        (Place::PoolBucket(bucket, pool), _) => {
            let pool = Arn::parse(pool).ok_or_else(|| "the pool's ARN is none".to_owned())?;
            shelf.put(&pool.region, (bucket, &pool_key(&pool, batch)), content()).await
        }
        (Place::Stream(arn), Some((name, To::Bucket { bucket, prefix }))) => {
            let region = Arn::parse(arn).map(|arn| arn.region).unwrap_or_default();
            shelf.put(&region, (bucket, &stream_key(prefix, name, batch)), content()).await
        }
        (Place::Stream(arn), Some((_, To::Endpoint { url, access_key }))) => {
            let access_key = access_key.as_ref().map(|key| key.expose().as_str());
            let request = request((url, access_key), arn, batch, now)?;
            let answer = http.send(request, HttpOptions::new(ENDPOINT_TIME_MS, MOST_ANSWER)).await;
            let answer = answer.map_err(|error| error.to_string())?;
            accepted(answer.status().as_u16(), answer.body(), &batch.id)
        }
        (Place::Stream(_), None) => Err("the delivery stream is not declared".to_owned()),
    }
}

/// "HTTP endpoint delivery request and response specifications".
fn request(
    (url, access_key): (&str, Option<&str>),
    arn: &str,
    batch: &Batch,
    now: Timestamp,
) -> Result<Request<Bytes>, String> {
    let records: Vec<Value> = batch.lines.iter().map(|line| json!({ "data": STANDARD.encode(line) })).collect();
    let body = json!({ "requestId": batch.id, "timestamp": now.ms(), "records": records });
    let request = Request::post(url)
        .header("content-type", "application/json")
        .header("x-amz-firehose-protocol-version", "1.0")
        .header("x-amz-firehose-request-id", &batch.id)
        .header("x-amz-firehose-source-arn", arn);
    let request = access_key.iter().fold(request, |request, key| request.header("x-amz-firehose-access-key", *key));
    request.body(Bytes::from(body.to_string())).map_err(|error| error.to_string())
}

/// 200, and an answer that names the request: anything else is a failure.
fn accepted(status: u16, body: &[u8], id: &str) -> Result<(), String> {
    if status != 200 {
        return Err(format!("the endpoint answered {status}"));
    }
    let answer: Option<Value> = serde_json::from_slice(body).ok();
    let named = answer.as_ref().and_then(|answer| answer.get("requestId")).and_then(Value::as_str);
    if named == Some(id) { Ok(()) } else { Err("the endpoint's answer does not name the request".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log_delivery::queue::Queue;
    use crate::log_delivery::settings::Bounds;

    fn batch() -> Batch {
        let mut queue = Queue::default();
        let at = Timestamp::from_secs(1_773_342_238);
        let bounds = Bounds { bytes: 1, wait_ms: 0 };
        queue.put(Place::Stream("arn".to_owned()), bounds, at, "a".to_owned());
        queue.take_due(at, || "11111111-2222-4333-8444-555555555555".to_owned()).remove(0)
    }

    #[test]
    fn objects_are_named_by_the_hour_and_the_stream() {
        assert_eq!(
            stream_key("calls/", "amazon-apigateway-x", &batch()),
            "calls/2026/03/12/19/amazon-apigateway-x-1-2026-03-12-19-03-58-11111111-2222-4333-8444-555555555555"
        );
        let pool = Arn::parse("arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Ab3dE5fG7").unwrap();
        assert_eq!(
            pool_key(&pool, &batch()),
            "AWSLogs/123456789012/cognito-idp/eu-west-1/eu-west-1_Ab3dE5fG7/2026/03/12/19/123456789012_cognito-idp_\
             eu-west-1_eu-west-1_Ab3dE5fG7_20260312T1903Z_11111111.log"
        );
    }

    #[test]
    fn a_request_is_firehoses_and_its_answer_names_it() {
        let arn = "arn:aws:firehose:eu-west-1:123456789012:deliverystream/x";
        let made = request(("https://example.com/x", Some("key")), arn, &batch(), Timestamp::from_secs(7)).unwrap();
        let header = |name: &str| made.headers().get(name).and_then(|value| value.to_str().ok());
        let id = "11111111-2222-4333-8444-555555555555";
        assert_eq!(header("x-amz-firehose-request-id"), Some(id));
        assert_eq!(header("x-amz-firehose-access-key"), Some("key"));
        assert_eq!(header("x-amz-firehose-source-arn"), Some(arn));
        assert_eq!(header("x-amz-firehose-protocol-version"), Some("1.0"));
        let body: Value = serde_json::from_slice(made.body()).unwrap();
        assert_eq!(body, json!({ "requestId": id, "timestamp": 7_000, "records": [{ "data": "YQo=" }] }));
        let good = json!({ "requestId": id, "timestamp": 1 }).to_string();
        assert_eq!(accepted(200, good.as_bytes(), id), Ok(()));
        assert!(accepted(202, good.as_bytes(), id).is_err());
        assert!(accepted(200, good.as_bytes(), "other").is_err());
        assert!(accepted(200, b"ok", id).is_err());
    }
}
