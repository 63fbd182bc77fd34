//! Buckets as websites.

use http::Response;

use crate::app::{App, Arrival};
use crate::body::{ResponseBody, streamed, whole};

/// Answers a request to a website endpoint.
pub async fn answer(app: &App, arrival: &Arrival, bucket: &str, path: &str, base: &str) -> Response<ResponseBody> {
    let source_ip = arrival.peer.ip();
    let request = s3_website::WebsiteRequest {
        bucket,
        method: &arrival.parts.method,
        path,
        base,
        headers: &arrival.parts.headers,
        source_ip: &source_ip,
        secure: arrival.peer.secure,
        request_id: &arrival.request_id,
    };
    let (parts, body) = s3_website::answer(app.rooms.website.as_ref(), request).await.into_parts();
    let body = match body {
        s3_website::Body::Whole(bytes) => whole(bytes),
        s3_website::Body::Stream(stream) => streamed(stream),
    };
    Response::from_parts(parts, body)
}
