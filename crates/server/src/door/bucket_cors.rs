//! Pages of other origins at buckets: preflights, and the headers of answers, by the bucket's own rules.

use aws_types::AwsError;
use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use s3::cors::{Asked, Granted, granted};

use crate::app::{App, Arrival};
use crate::body::{ResponseBody, whole};

/// Header names that one preflight may announce.
const MAX_HEADERS: usize = 100;

/// Answers `OPTIONS`.
///
/// # Errors
/// S3's texts, as recorded.
pub async fn preflight(app: &App, arrival: &Arrival, bucket: Option<&str>) -> Result<Response<ResponseBody>, AwsError> {
    let headers = &arrival.parts.headers;
    let Some(origin) = text(headers, &header::ORIGIN) else {
        return Err(AwsError::sender("BadRequest", 400, "Insufficient information. Origin request header needed."));
    };
    let Some(method) = text(headers, &header::ACCESS_CONTROL_REQUEST_METHOD) else {
        let message = "Invalid Access-Control-Request-Method: null";
        return Err(AwsError::sender("BadRequest", 400, message));
    };
    let forbidden = |message: &'static str| AwsError::sender("AccessForbidden", 403, message);
    let rules = match named(arrival, bucket) {
        Some(bucket) => app.rooms.website.cors(bucket).await?,
        None => None,
    };
    let rules = rules.ok_or_else(|| forbidden("CORSResponse: Bucket not found"))?;
    if rules.is_empty() {
        return Err(forbidden("CORSResponse: CORS is not enabled for this bucket."));
    }
    let wanted = list(text(headers, &header::ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or_default());
    let asked = Asked { origin, method, headers: &wanted };
    let granted = granted(&rules, &asked).ok_or_else(|| {
        forbidden(
            "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method \
             / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS \
             spec.",
        )
    })?;
    let mut response = Response::new(whole(Bytes::new()));
    *response.status_mut() = StatusCode::OK;
    apply(response.headers_mut(), &granted);
    if !granted.headers.is_empty() {
        set(response.headers_mut(), header::ACCESS_CONTROL_ALLOW_HEADERS, &granted.headers.join(", "));
    }
    Ok(response)
}

/// Adds to an answer what the bucket's rules grant the page that asked. Nothing where no page asked, or no rule fits.
pub async fn allow(app: &App, arrival: &Arrival, bucket: Option<&str>, response: &mut Response<ResponseBody>) {
    let Some(origin) = text(&arrival.parts.headers, &header::ORIGIN) else { return };
    let Some(bucket) = named(arrival, bucket) else { return };
    let Ok(Some(rules)) = app.rooms.website.cors(bucket).await else { return };
    let asked = Asked { origin, method: arrival.parts.method.as_str(), headers: &[] };
    if let Some(granted) = granted(&rules, &asked) {
        apply(response.headers_mut(), &granted);
    }
}

/// The bucket in the host, or in the path.
fn named<'a>(arrival: &'a Arrival, bucket: Option<&'a str>) -> Option<&'a str> {
    let of_path = || arrival.parts.uri.path().trim_start_matches('/').split('/').next();
    bucket.or_else(of_path).filter(|bucket| !bucket.is_empty())
}

fn apply(headers: &mut HeaderMap, granted: &Granted) {
    set(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, &granted.origin);
    set(headers, header::ACCESS_CONTROL_ALLOW_METHODS, &granted.methods.join(", "));
    if !granted.expose.is_empty() {
        set(headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, &granted.expose.join(", "));
    }
    if let Some(max_age_s) = granted.max_age_s {
        set(headers, header::ACCESS_CONTROL_MAX_AGE, &max_age_s.to_string());
    }
    if granted.credentials() {
        set(headers, header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    }
    set(headers, header::VARY, "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn list(text: &str) -> Vec<String> {
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    names.take(MAX_HEADERS).map(str::to_owned).collect()
}
