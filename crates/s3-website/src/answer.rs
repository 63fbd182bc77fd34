//! The life of a request at a website endpoint: method, configuration, redirects, object, index document, error document.

use aws_types::{AwsError, ByteStream};
use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Response, StatusCode};
use percent_encoding::utf8_percent_encode;

use crate::html::{self, Listed};
use crate::plan::{RedirectAll, RoutingRule, WebsitePlan};
use crate::ports::{PublicObject, Unreadable, Visitor, Want, WebsiteSource};

/// A request as the front door found it.
#[derive(Clone, Copy, Debug)]
pub struct WebsiteRequest<'a> {
    /// Bucket.
    pub bucket: &'a str,
    /// Method.
    pub method: &'a Method,
    /// Raw path on the site, beginning with a slash.
    pub path: &'a str,
    /// What stands before that path in the browser's address; redirects keep it.
    pub base: &'a str,
    /// Headers.
    pub headers: &'a HeaderMap,
    /// The other end's address, without port.
    pub source_ip: &'a str,
    /// Over TLS.
    pub secure: bool,
    /// `x-amz-request-id`.
    pub request_id: &'a str,
}

impl<'a> WebsiteRequest<'a> {
    fn visitor(&self) -> Visitor<'a> {
        let text = |name: HeaderName| self.headers.get(name).and_then(|value| value.to_str().ok());
        Visitor {
            source_ip: self.source_ip,
            secure: self.secure,
            user_agent: text(header::USER_AGENT),
            referer: text(header::REFERER),
        }
    }
}

/// A response's body.
#[derive(Debug)]
pub enum Body {
    /// In memory.
    Whole(Bytes),
    /// An object's content.
    Stream(ByteStream),
}

/// A failed look-up on its way to an error page.
struct Failure {
    status: StatusCode,
    code: &'static str,
    message: &'static str,
    more: Vec<(&'static str, String)>,
}

impl Failure {
    fn new(status: StatusCode, code: &'static str, message: &'static str) -> Self {
        Self { status, code, message, more: Vec::new() }
    }

    fn of(unreadable: &Unreadable, key: &str) -> Self {
        match unreadable {
            Unreadable::NoSuchKey => {
                let mut failure = Self::new(StatusCode::NOT_FOUND, "NoSuchKey", "The specified key does not exist.");
                failure.more.push(("Key", key.to_owned()));
                failure
            }
            Unreadable::AccessDenied => Self::new(StatusCode::FORBIDDEN, "AccessDenied", "Access Denied"),
            Unreadable::InvalidRange(size) => {
                let message = "The requested range is not satisfiable";
                let mut failure = Self::new(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange", message);
                failure.more.push(("ActualObjectSize", size.to_string()));
                failure
            }
            Unreadable::Broken(error) => Self::broken(error),
        }
    }

    fn broken(error: &AwsError) -> Self {
        tracing::error!(?error, "a website request failed");
        let message = "We encountered an internal error. Please try again.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", message)
    }

    fn lines(&self) -> Vec<(&str, &str)> {
        self.more.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }

    fn page(&self, document: Option<&Self>, request_id: &str) -> Response<Body> {
        let own = self.lines();
        let others = document.map(Self::lines).unwrap_or_default();
        let listed = Listed { code: self.code, message: self.message, more: &own };
        let document = document.map(|failure| Listed { code: failure.code, message: failure.message, more: &others });
        let page = html::page(self.status, &listed, document.as_ref(), request_id);
        let mut response = Response::new(Body::Whole(page.into()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        set(headers, HeaderName::from_static("x-amz-error-code"), self.code);
        set(headers, HeaderName::from_static("x-amz-error-message"), self.message);
        response
    }
}

/// Answers a request to a bucket's website endpoint.
pub async fn answer(source: &dyn WebsiteSource, request: WebsiteRequest<'_>) -> Response<Body> {
    let mut response = respond(source, request).await.unwrap_or_else(|failure| failure.page(None, request.request_id));
    let headers = response.headers_mut();
    set(headers, HeaderName::from_static("x-amz-request-id"), request.request_id);
    set(headers, HeaderName::from_static("x-amz-id-2"), &html::host_id(request.request_id));
    response
}

async fn respond(source: &dyn WebsiteSource, request: WebsiteRequest<'_>) -> Result<Response<Body>, Failure> {
    let want = want(request.method)?;
    let plan = plan(source, request.bucket).await?;
    let key = key(request.path)?;
    if let Some(elsewhere) = &plan.redirect_all {
        return Ok(redirect(StatusCode::MOVED_PERMANENTLY, &redirect_all(elsewhere, request.path)));
    }
    if let Some(rule) = plan.routing_rules.iter().find(|rule| rule.applies(&key, None)) {
        return Ok(by_rule(rule, &key, &request));
    }
    let suffix = plan.index_suffix.as_deref().unwrap_or("index.html");
    let wanted = if key.is_empty() || key.ends_with('/') { format!("{key}{suffix}") } else { key.clone() };
    let asked = part(want, request.headers);
    let unreadable = match source.public_object(request.visitor(), request.bucket, &wanted, asked).await {
        Ok(object) => return Ok(serve(object, StatusCode::OK, request.headers, request.base)),
        Err(unreadable) => unreadable,
    };
    // `x` is not there but `x/index.html` is: the browser must learn that it is a folder.
    if !key.is_empty() && !key.ends_with('/') {
        let folder = format!("{key}/{suffix}");
        if source.public_object(request.visitor(), request.bucket, &folder, Want::Head).await.is_ok() {
            return Ok(redirect(StatusCode::FOUND, &format!("{}{}/", request.base, on_this_site(request.path))));
        }
    }
    failed(source, request, &plan, &wanted, &unreadable).await
}

/// A part is only asked for where the object is sent whatever the visitor has already.
fn part<'a>(want: Want<'a>, headers: &'a HeaderMap) -> Want<'a> {
    let conditional = [header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE, header::IF_RANGE];
    let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    match range {
        Some(range) if want == Want::Content && !conditional.iter().any(|name| headers.contains_key(name)) => {
            Want::Part(range)
        }
        _ => want,
    }
}

fn want(method: &Method) -> Result<Want<'static>, Failure> {
    match *method {
        Method::GET => Ok(Want::Content),
        Method::HEAD => Ok(Want::Head),
        _ => {
            let message = "The specified method is not allowed against this resource.";
            let mut failure = Failure::new(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", message);
            failure.more = vec![("Method", method.to_string()), ("ResourceType", "OBJECT".to_owned())];
            Err(failure)
        }
    }
}

async fn plan(source: &dyn WebsiteSource, bucket: &str) -> Result<std::sync::Arc<WebsitePlan>, Failure> {
    let broken = |error: AwsError| Failure::broken(&error);
    if let Some(plan) = source.website(bucket).await.map_err(broken)? {
        return Ok(plan);
    }
    let mut failure = if source.bucket_exists(bucket).await.map_err(broken)? {
        let message = "The specified bucket does not have a website configuration";
        Failure::new(StatusCode::NOT_FOUND, "NoSuchWebsiteConfiguration", message)
    } else {
        Failure::new(StatusCode::NOT_FOUND, "NoSuchBucket", "The specified bucket does not exist")
    };
    failure.more.push(("BucketName", bucket.to_owned()));
    Err(failure)
}

/// The path without its slash, percent-decoded once.
fn key(path: &str) -> Result<String, Failure> {
    let raw = path.strip_prefix('/').unwrap_or(path);
    percent_encoding::percent_decode_str(raw)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| Failure::new(StatusCode::BAD_REQUEST, "InvalidURI", "Couldn't parse the specified URI."))
}

/// After a 4xx: a routing rule for that status, else the error document under the original status, else S3's page.
async fn failed(
    source: &dyn WebsiteSource,
    request: WebsiteRequest<'_>,
    plan: &WebsitePlan,
    key: &str,
    unreadable: &Unreadable,
) -> Result<Response<Body>, Failure> {
    let failure = Failure::of(unreadable, key);
    if !failure.status.is_client_error() {
        return Err(failure);
    }
    let status = Some(failure.status.as_u16());
    if let Some(rule) = plan.routing_rules.iter().find(|rule| rule.applies(key, status)) {
        return Ok(by_rule(rule, key, &request));
    }
    let Some(error_key) = &plan.error_key else { return Err(failure) };
    match source.public_object(request.visitor(), request.bucket, error_key, want(request.method)?).await {
        Ok(document) => Ok(serve(document, failure.status, &HeaderMap::new(), request.base)),
        Err(missing) => Ok(failure.page(Some(&Failure::of(&missing, error_key)), request.request_id)),
    }
}

fn redirect_all(to: &RedirectAll, path: &str) -> String {
    let protocol = to.protocol.as_deref().unwrap_or("http");
    format!("{protocol}://{}{path}", to.host_name.trim_end_matches('/'))
}

fn by_rule(rule: &RoutingRule, key: &str, request: &WebsiteRequest<'_>) -> Response<Body> {
    let status = rule.status.and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::MOVED_PERMANENTLY);
    // What the rule puts in is an address already, as in `#!/`; what the visitor asked for is not.
    let (put_in, kept) = rule.target(key);
    let (put_in, kept) = (utf8_percent_encode(put_in, ADDRESS), utf8_percent_encode(kept, KEY));
    let target = format!("/{put_in}{kept}");
    let location = match (&rule.host_name, &rule.protocol) {
        (Some(host), protocol) => format!("{}://{host}{target}", protocol.as_deref().unwrap_or("http")),
        (None, _) => format!("{}{}", request.base, on_this_site(&target)),
    };
    redirect(status, &location)
}

/// Everything but unreserved characters and slashes.
const KEY: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What cannot stand in an address at all.
const ADDRESS: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>');

/// A path that begins with two slashes would name another site: the second, which is the key's own, is written out.
fn on_this_site(path: &str) -> String {
    let second = [("//", "%2F"), ("/\\", "%5C")];
    let written_out = second.iter().find_map(|(start, own)| Some(format!("/{own}{}", path.strip_prefix(start)?)));
    written_out.unwrap_or_else(|| path.to_owned())
}

fn redirect(status: StatusCode, location: &str) -> Response<Body> {
    let mut response = Response::new(Body::Whole(Bytes::new()));
    *response.status_mut() = status;
    set(response.headers_mut(), header::LOCATION, location);
    response
}

fn serve(object: PublicObject, status: StatusCode, conditions: &HeaderMap, base: &str) -> Response<Body> {
    if let Some(location) = &object.redirect_location {
        let on_site = if location.starts_with('/') { base } else { "" };
        return redirect(StatusCode::MOVED_PERMANENTLY, &format!("{on_site}{location}"));
    }
    let unchanged = status == StatusCode::OK && not_modified(&object, conditions);
    let body = match object.body {
        Some(stream) if !unchanged => Body::Stream(stream),
        _ => Body::Whole(Bytes::new()),
    };
    let mut response = Response::new(body);
    *response.status_mut() = match object.part {
        _ if unchanged => StatusCode::NOT_MODIFIED,
        Some(_) => StatusCode::PARTIAL_CONTENT,
        None => status,
    };
    let headers = response.headers_mut();
    for (name, value) in &object.headers {
        if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
            set(headers, name, value);
        }
    }
    set(headers, header::ETAG, &object.etag);
    set(headers, header::LAST_MODIFIED, &object.last_modified.http_date());
    if !unchanged {
        set(headers, header::CONTENT_TYPE, &object.content_type);
        set(headers, header::ACCEPT_RANGES, "bytes");
        let (start, len) = object.part.unwrap_or((0, object.size));
        set(headers, header::CONTENT_LENGTH, &len.to_string());
        if object.part.is_some() {
            let last = start.saturating_add(len).saturating_sub(1);
            set(headers, header::CONTENT_RANGE, &format!("bytes {start}-{last}/{}", object.size));
        }
    }
    response
}

/// RFC 9110 13.2.2: `If-None-Match` goes before `If-Modified-Since`.
fn not_modified(object: &PublicObject, conditions: &HeaderMap) -> bool {
    let text = |name: HeaderName| conditions.get(name).and_then(|value| value.to_str().ok());
    if let Some(tags) = text(header::IF_NONE_MATCH) {
        return tags
            .split(',')
            .map(|tag| tag.trim().trim_start_matches("W/"))
            .any(|tag| tag == "*" || tag == object.etag);
    }
    text(header::IF_MODIFIED_SINCE)
        .and_then(aws_types::Timestamp::parse_http_date)
        .is_some_and(|since| object.last_modified.secs() <= since.secs())
}

/// A value that cannot stand in a header is left out.
fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
