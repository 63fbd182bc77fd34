//! Uploads by a browser's form (S3 API reference, "POST Object"): the fields are read, the policy and its signature judged,
//! and the file streamed into a PutObject that says the same.

use std::collections::BTreeMap;
use std::io;
use std::ops::RangeInclusive;
use std::pin::Pin;
use std::task::{Context, Poll};

use aws_types::wire::Value;
use aws_types::{Answer, AwsError, ByteStream, Caller};
use bytes::Bytes;
use futures_core::Stream;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Method, Request, Response, StatusCode, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use world::Clock as _;

use super::aws_api::{context, region};
use super::multipart_form::{Form, FormError, boundary};
use super::post_policy::PostPolicy;
use super::upload;
use crate::access::{BodyProof, FormSignature, Origin, Proof};
use crate::app::{App, Arrival};
use crate::body::{RequestBody, ResponseBody, whole};
use crate::bucket_access::{Call, Signed};
use crate::wiring::Backend;

/// Bytes of all fields before the file.
const MAX_FIELDS: usize = 20 * 1024;
/// Everything but unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// Fields that are headers of a PutObject under the same name.
const HEADERS: [&str; 18] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-type",
    "expires",
    "x-amz-checksum-algorithm",
    "x-amz-checksum-crc32",
    "x-amz-checksum-crc32c",
    "x-amz-checksum-crc64nvme",
    "x-amz-checksum-sha1",
    "x-amz-checksum-sha256",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-server-side-encryption-customer-key",
    "x-amz-server-side-encryption-customer-key-md5",
    "x-amz-storage-class",
    "x-amz-website-redirect-location",
];

/// Whether a request is such a form: to the bucket itself, and no operation named.
pub fn is_form(arrival: &Arrival, bucket: Option<&str>) -> bool {
    let parts = &arrival.parts;
    let path = parts.uri.path().trim_matches('/');
    let to_bucket = if bucket.is_some() { path.is_empty() } else { !path.is_empty() && !path.contains('/') };
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_form = kind.get(..19).is_some_and(|kind| kind.eq_ignore_ascii_case("multipart/form-data"));
    parts.method == Method::POST && parts.uri.query().is_none() && to_bucket && is_form
}

/// Takes the upload.
///
/// # Errors
/// S3's refusals.
pub async fn answer(
    app: &App,
    arrival: &Arrival,
    (body, backend): (RequestBody, &Backend),
    bucket: Option<&str>,
) -> Result<Response<ResponseBody>, AwsError> {
    let in_path = arrival.parts.uri.path().trim_matches('/');
    let bucket = bucket.unwrap_or(in_path);
    let kind = arrival.parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let boundary = kind.and_then(boundary).ok_or_else(malformed)?;
    let mut length = HeaderMap::new();
    length.extend(arrival.parts.headers.get(header::CONTENT_LENGTH).cloned().map(|v| (header::CONTENT_LENGTH, v)));
    let form = Form::new(upload::open(&length, BodyProof::Any, body)?, &boundary);
    let (upload, form) = Upload::read(form, bucket).await?;
    let (proof, range) = upload.prove(app).await?;
    let parts = upload.as_put(&arrival.parts, backend, bucket)?;
    let routed = backend.protocol.route(&parts, b"")?;
    if routed.operation.name != "PutObject" {
        return Err(malformed());
    }
    let input = backend.protocol.decode(&routed, &parts, &Bytes::new())?;
    let signed = if proof.caller == Caller::Anonymous { Signed::ByRequest } else { Signed::ByForm };
    let (source_ip, region) = (arrival.peer.ip(), region(arrival));
    let origin = Origin {
        headers: &arrival.parts.headers,
        source_ip: Some(&source_ip),
        secure: arrival.peer.secure,
        region: region.as_str(),
    };
    let call = Call { app, parts: &arrival.parts, origin, operation: routed.operation, input: &input, signed };
    let leave = app.access.leave(call, &proof).await?;
    let cx = context(app, arrival, proof.caller);
    let file = ByteStream(Box::pin(Bounded { form, range, seen: 0 }));
    let answer = app.rooms.website.call_with(&cx, leave, ("PutObject", input), Some(file)).await?;
    let etag = answer.output.get("ETag").and_then(Value::as_str).unwrap_or_default().to_owned();
    let Answer { output, status, .. } = answer;
    let mut response = backend.protocol.encode(routed.operation, output, status, &cx.request_id).map(whole);
    let stored = Stored { bucket, key: &upload.key, etag: &etag, location: location(arrival, in_path, &upload.key) };
    stored.tell(&upload.fields, &mut response);
    Ok(response)
}

/// What a form says before its file.
struct Upload {
    /// By name in lower case; `bucket` among them.
    fields: BTreeMap<String, String>,
    key: String,
}

impl Upload {
    /// Reads down to the file, which is still in the form.
    async fn read(mut form: Form, bucket: &str) -> Result<(Self, Form), AwsError> {
        let mut fields = BTreeMap::from([("bucket".to_owned(), bucket.to_owned())]);
        let mut left = MAX_FIELDS;
        loop {
            let head = form.next_part().await.map_err(unreadable)?.ok_or_else(no_file)?;
            let name = head.name.to_ascii_lowercase();
            if name == "file" {
                let key = fields.get("key").filter(|key| !key.is_empty()).ok_or_else(|| missing("key"))?;
                // Some browsers send the whole path of the file.
                let filename = head.filename.unwrap_or_default();
                let filename = filename.rsplit(['/', '\\']).next().unwrap_or_default();
                let key = key.replace("${filename}", filename);
                fields.insert("key".to_owned(), key.clone());
                return Ok((Self { fields, key }, form));
            }
            left = left.checked_sub(name.len()).ok_or_else(too_long)?;
            let mut value = Vec::new();
            while let Some(piece) = form.piece().await.map_err(unreadable)? {
                left = left.checked_sub(piece.len()).ok_or_else(too_long)?;
                value.extend_from_slice(&piece);
            }
            let value = String::from_utf8(value).map_err(|_| malformed())?;
            if fields.insert(name.clone(), value).is_some_and(|former| name != "bucket" || former != bucket) {
                return Err(twice(&name));
            }
        }
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// Whose form it is, and how long its file may be. Without a policy it is nobody's.
    async fn prove(&self, app: &App) -> Result<(Proof, Option<RangeInclusive<u64>>), AwsError> {
        if self.field("awsaccesskeyid").is_some() || self.field("signature").is_some() {
            let message =
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
            return Err(AwsError::sender("InvalidRequest", 400, message));
        }
        let Some(policy) = self.field("policy") else {
            if self.field("x-amz-signature").is_some() || self.field("x-amz-credential").is_some() {
                return Err(missing("policy"));
            }
            return Ok((Proof { caller: Caller::Anonymous, identity: None, body: BodyProof::Any }, None));
        };
        if self.field("x-amz-algorithm").ok_or_else(|| missing("X-Amz-Algorithm"))? != sigv4::ALGORITHM {
            let message = "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"";
            return Err(AwsError::sender("InvalidArgument", 400, message).with("ArgumentName", "X-Amz-Algorithm"));
        }
        let form = FormSignature {
            credential: self.field("x-amz-credential").ok_or_else(|| missing("X-Amz-Credential"))?,
            signature: self.field("x-amz-signature").ok_or_else(|| missing("X-Amz-Signature"))?,
            session_token: self.field("x-amz-security-token"),
            policy,
        };
        let proof = app.access.prove_form(&form, app.clock.now()).await?;
        let policy = PostPolicy::read(policy)?;
        // Like signatures, by real time: clients reckon with theirs.
        policy.check(&self.fields, app.clock.real())?;
        Ok((proof, policy.length))
    }

    /// The head of a PutObject that says the same.
    fn as_put(&self, parts: &Parts, backend: &Backend, bucket: &str) -> Result<Parts, AwsError> {
        let key: Vec<String> = self.key.split('/').map(encoded).collect();
        let target = format!("/{bucket}/{}", key.join("/"));
        let uri = target.parse::<Uri>().map_err(|_| malformed())?;
        let mut put = Request::new(()).into_parts().0;
        (put.method, put.uri) = (Method::PUT, uri);
        for (name, value) in &self.fields {
            let header = match name.as_str() {
                "acl" => "x-amz-acl",
                same if HEADERS.contains(&same) || same.starts_with("x-amz-meta-") => same,
                _ => continue,
            };
            add(&mut put.headers, header, value)?;
        }
        if let Some(document) = self.field("tagging") {
            add(&mut put.headers, "x-amz-tagging", &tags(backend, &put.uri, document)?)?;
        }
        put.version = parts.version;
        Ok(put)
    }
}

fn add(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), AwsError> {
    let bad = || {
        AwsError::sender("InvalidArgument", 400, "A field of the form cannot be a header.").with("ArgumentName", name)
    };
    let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?;
    headers.insert(header, HeaderValue::from_bytes(value.as_bytes()).map_err(|_| bad())?);
    Ok(())
}

/// The header that says the same as the document of tags.
fn tags(backend: &Backend, object: &Uri, document: &str) -> Result<String, AwsError> {
    let mut put = Request::new(()).into_parts().0;
    put.method = Method::PUT;
    put.uri = format!("{object}?tagging").parse().map_err(|_| malformed())?;
    let body = Bytes::from(document.to_owned());
    let routed = backend.protocol.route(&put, &body)?;
    let input = backend.protocol.decode(&routed, &put, &body)?;
    let set = input.pointer("/Tagging/TagSet").and_then(Value::as_array).into_iter().flatten();
    let text = |tag: &Value, name: &str| encoded(tag.get(name).and_then(Value::as_str).unwrap_or_default());
    Ok(set.map(|tag| format!("{}={}", text(tag, "Key"), text(tag, "Value"))).collect::<Vec<_>>().join("&"))
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// Where the object is, as the browser reaches it.
fn location(arrival: &Arrival, in_path: &str, key: &str) -> String {
    let scheme = if arrival.peer.secure { "https" } else { "http" };
    let authority = arrival.parts.uri.authority().map(http::uri::Authority::as_str);
    let host = arrival.parts.headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let base = format!("{scheme}://{}", authority.or(host).unwrap_or_default());
    let bucket = if in_path.is_empty() { String::new() } else { format!("/{in_path}") };
    format!("{base}{bucket}/{}", encoded(key))
}

/// What was stored, and how it is told.
struct Stored<'a> {
    bucket: &'a str,
    key: &'a str,
    etag: &'a str,
    location: String,
}

impl Stored<'_> {
    fn tell(&self, fields: &BTreeMap<String, String>, response: &mut Response<ResponseBody>) {
        let field = |name: &str| fields.get(name).map(String::as_str);
        let elsewhere = field("success_action_redirect").or_else(|| field("redirect"));
        let (status, location) = match (elsewhere.and_then(|to| self.redirect(to)), field("success_action_status")) {
            (Some(to), _) => (StatusCode::SEE_OTHER, to),
            (None, Some("200")) => (StatusCode::OK, self.location.clone()),
            (None, Some("201")) => (StatusCode::CREATED, self.location.clone()),
            (None, _) => (StatusCode::NO_CONTENT, self.location.clone()),
        };
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.remove(header::CONTENT_LENGTH);
        if let Ok(location) = HeaderValue::from_str(&location) {
            headers.insert(header::LOCATION, location);
        }
        if status == StatusCode::CREATED {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml"));
            *response.body_mut() = whole(self.document());
        }
    }

    /// Where the browser is sent; none where that is no address, which is as good as not given.
    fn redirect(&self, to: &str) -> Option<String> {
        let uri = to.parse::<Uri>().ok().filter(|uri| matches!(uri.scheme_str(), Some("http" | "https")))?;
        let joint = if uri.query().is_some() { '&' } else { '?' };
        let (bucket, key, etag) = (encoded(self.bucket), encoded(self.key), encoded(self.etag));
        let to = to.split('#').next().unwrap_or_default();
        Some(format!("{to}{joint}bucket={bucket}&key={key}&etag={etag}"))
    }

    fn document(&self) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse><Location>{}</Location><Bucket>{}</Bucket>\
             <Key>{}</Key><ETag>{}</ETag></PostResponse>",
            escape(&self.location),
            escape(self.bucket),
            escape(self.key),
            escape(self.etag)
        )
    }
}

/// Characters that XML cannot hold become spaces.
fn escape(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| {
            if c.is_control() && !matches!(c, '\t' | '\n' | '\r') || c > '\u{fffd}' && c < '\u{10000}' {
                ' '
            } else {
                c
            }
        })
        .collect();
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    text.replace('\r', "&#13;")
}

/// The file, no shorter and no longer than the policy has it.
struct Bounded {
    form: Form,
    range: Option<RangeInclusive<u64>>,
    seen: u64,
}

impl Stream for Bounded {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let next = std::task::ready!(Pin::new(&mut this.form).poll_next(cx));
        if matches!(&next, Some(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof) {
            return Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::InvalidData, malformed()))));
        }
        if let Some(Ok(piece)) = &next {
            this.seen = this.seen.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        }
        let refusal = this.range.as_ref().and_then(|range| match &next {
            Some(Ok(_)) if this.seen > *range.end() => {
                let message = "Your proposed upload exceeds the maximum allowed size";
                let error = AwsError::sender("EntityTooLarge", 400, message);
                Some(error.with("ProposedSize", this.seen).with("MaxSizeAllowed", *range.end()))
            }
            None if this.seen < *range.start() => {
                let message = "Your proposed upload is smaller than the minimum allowed size";
                let error = AwsError::sender("EntityTooSmall", 400, message);
                Some(error.with("ProposedSize", this.seen).with("MinSizeAllowed", *range.start()))
            }
            _ => None,
        });
        Poll::Ready(match refusal {
            Some(error) => {
                this.range = None;
                Some(Err(io::Error::new(io::ErrorKind::InvalidData, error)))
            }
            None => next,
        })
    }
}

fn unreadable(error: FormError) -> AwsError {
    match error {
        FormError::Malformed => malformed(),
        FormError::Body(error) => match error.downcast::<AwsError>() {
            Ok(refusal) => refusal,
            Err(_) => AwsError::sender("IncompleteBody", 400, "The request body broke off."),
        },
    }
}

/// (S3 API reference, "Error responses")
fn malformed() -> AwsError {
    let message = "The body of your POST request is not well-formed multipart/form-data.";
    AwsError::sender("MalformedPOSTRequest", 400, message)
}

/// The spelling is AWS's; the S3 API reference has another. (field)
fn too_long() -> AwsError {
    let message = "Your POST request fields preceeding the upload file was too large.";
    AwsError::sender("MaxPostPreDataLengthExceeded", 400, message)
        .with("MaxPostPreDataLengthBytes", MAX_FIELDS.to_string())
}

/// (field)
fn no_file() -> AwsError {
    let message = "POST requires exactly one file upload per request.";
    AwsError::sender("InvalidArgument", 400, message).with("ArgumentName", "file").with("ArgumentValue", "0")
}

/// The two blanks are AWS's. (field)
fn missing(field: &str) -> AwsError {
    let message = format!(
        "Bucket POST must contain a field named '{field}'.  If it is specified, please check the order of the fields."
    );
    AwsError::sender("InvalidArgument", 400, message).with("ArgumentName", field.to_owned()).with("ArgumentValue", "")
}

/// A field that stands twice would be judged by one of its values and used by the other. (memory)
fn twice(field: &str) -> AwsError {
    let message = format!("POST requires exactly one value for the field '{field}'.");
    AwsError::sender("InvalidArgument", 400, message).with("ArgumentName", field.to_owned())
}
