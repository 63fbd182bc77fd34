//! A small AWS client: signs its calls and sends them to the server, like any other client.

use std::sync::Arc;

use aws_types::{Secret, Timestamp};
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};
use sigv4::{Credentials, Signer};
use world::{Clock, HttpClient, HttpOptions};

const OPTIONS: HttpOptions = HttpOptions::new(30_000, 4 * 1024 * 1024);
const REGION: &str = "us-east-1";

/// A step of a lab was refused.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// The server answered with an error.
    #[error("{step}: {status} {body}")]
    Refused {
        /// What was tried.
        step: String,
        /// Status.
        status: StatusCode,
        /// The answer.
        body: String,
    },
    /// The server could not be reached.
    #[error("{step}: {cause}")]
    Unreachable {
        /// What was tried.
        step: String,
        /// Why.
        cause: world::HttpError,
    },
    /// The answer was not what the operation answers.
    #[error("unexpected answer: {0}")]
    Unexpected(String),
}

impl LabError {
    /// An answer without what should be in it.
    pub fn unexpected(what: &str) -> Self {
        Self::Unexpected(what.to_owned())
    }
}

/// Speaks to one server.
pub struct Client {
    http: Arc<dyn HttpClient>,
    clock: Arc<dyn Clock>,
    credentials: Credentials,
    base_url: String,
    server: String,
}

/// What a call says beside its credentials.
struct Call<'a> {
    service: &'static str,
    method: Method,
    target: &'a str,
    headers: Vec<(&'static str, &'a str)>,
    body: Vec<u8>,
}

impl Client {
    /// `server` is where to connect, `http://127.0.0.1:4566`; `base_url` is what people are shown.
    pub fn new(
        http: Arc<dyn HttpClient>,
        clock: Arc<dyn Clock>,
        key: (String, Secret<String>),
        server: String,
        base_url: String,
    ) -> Self {
        let (access_key_id, secret) = key;
        Self { http, clock, credentials: Credentials { access_key_id, secret, session_token: None }, base_url, server }
    }

    /// What people reach the server by.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// An operation of Cognito user pools.
    pub async fn cognito(&self, operation: &str, input: Value) -> Result<Value, LabError> {
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let headers = vec![("content-type", "application/x-amz-json-1.1"), ("x-amz-target", target.as_str())];
        let body = input.to_string().into_bytes();
        let call = Call { service: "cognito-idp", method: Method::POST, target: "/", headers, body };
        document(self.send(call, operation).await?)
    }

    /// An operation of API Gateway, by its method and path.
    pub async fn apigateway(&self, method: &'static str, path: &str, input: Option<Value>) -> Result<Value, LabError> {
        let step = format!("{method} {path}");
        let method = Method::from_bytes(method.as_bytes()).map_err(|_| LabError::unexpected(method))?;
        let headers = vec![("content-type", "application/json")];
        let body = input.map(|input| input.to_string().into_bytes()).unwrap_or_default();
        document(self.send(Call { service: "apigateway", method, target: path, headers, body }, &step).await?)
    }

    async fn s3(
        &self,
        method: Method,
        target: &str,
        headers: Vec<(&'static str, &str)>,
        body: Vec<u8>,
    ) -> Result<Response<Bytes>, LabError> {
        let step = format!("{method} {target}");
        self.send(Call { service: "s3", method, target, headers, body }, &step).await
    }

    /// Makes the bucket unless it is there.
    pub async fn ensure_bucket(&self, bucket: &str) -> Result<(), LabError> {
        let target = format!("/{bucket}");
        match self.s3(Method::HEAD, &target, vec![], vec![]).await {
            Err(LabError::Refused { status: StatusCode::NOT_FOUND, .. }) => self
                .s3(Method::PUT, &target, vec![("x-amz-object-ownership", "ObjectWriter")], vec![])
                .await
                .map(|_| ()),
            other => other.map(|_| ()),
        }
    }

    /// Takes the blocks on public access away, as one does in the console for a website.
    pub async fn allow_public_acls(&self, bucket: &str) -> Result<(), LabError> {
        let block = "<PublicAccessBlockConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
                     <BlockPublicAcls>false</BlockPublicAcls><IgnorePublicAcls>false</IgnorePublicAcls>\
                     <BlockPublicPolicy>false</BlockPublicPolicy><RestrictPublicBuckets>false</RestrictPublicBuckets>\
                     </PublicAccessBlockConfiguration>";
        self.s3(Method::PUT, &format!("/{bucket}?publicAccessBlock"), vec![], block.into()).await.map(|_| ())
    }

    /// Puts a page that everybody may read, unless it stands there already as it is.
    pub async fn put_page(&self, bucket: &str, key: &str, html: &str) -> Result<(), LabError> {
        let target = format!("/{bucket}/{key}");
        if self.s3(Method::GET, &target, vec![], vec![]).await.is_ok_and(|there| there.body() == html.as_bytes()) {
            return Ok(());
        }
        let headers = vec![("content-type", "text/html; charset=utf-8"), ("x-amz-acl", "public-read")];
        self.s3(Method::PUT, &target, headers, html.into()).await.map(|_| ())
    }

    /// Makes the bucket a website.
    pub async fn put_website(&self, bucket: &str, index: &str) -> Result<(), LabError> {
        let website = format!(
            "<WebsiteConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IndexDocument><Suffix>{index}</Suffix>\
             </IndexDocument></WebsiteConfiguration>"
        );
        self.s3(Method::PUT, &format!("/{bucket}?website"), vec![], website.into()).await.map(|_| ())
    }

    /// The hosted sign-in page for the implicit grant.
    pub fn sign_in_url(&self, domain: &str, client_id: &str, scopes: &[&str], callback: &str) -> String {
        let encode =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        format!(
            "{}/_aws/auth/{domain}/login?client_id={client_id}&response_type=token&scope={}&redirect_uri={}",
            self.base_url,
            scopes.iter().map(|scope| encode(scope)).collect::<Vec<_>>().join("+"),
            encode(callback)
        )
    }

    /// Where an API is called.
    pub fn api_url(&self, api: &str, stage: &str, path: &str) -> String {
        format!("{}/_aws/execute-api/{api}/{stage}/{path}", self.base_url)
    }

    async fn send(&self, call: Call<'_>, step: &str) -> Result<Response<Bytes>, LabError> {
        let request = self.signed(call)?;
        let sent = self.http.send(request, OPTIONS).await;
        let response = sent.map_err(|cause| LabError::Unreachable { step: step.to_owned(), cause })?;
        if response.status().is_success() {
            return Ok(response);
        }
        let body = String::from_utf8_lossy(response.body()).chars().take(500).collect();
        Err(LabError::Refused { step: step.to_owned(), status: response.status(), body })
    }

    fn signed(&self, call: Call<'_>) -> Result<Request<Bytes>, LabError> {
        let (path, query) = call.target.split_once('?').unwrap_or((call.target, ""));
        let host = self.server.trim_start_matches("http://").to_owned();
        let now: Timestamp = self.clock.real();
        let mut headers: Vec<(String, String)> = vec![("host".to_owned(), host)];
        headers.extend(call.headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let request = sigv4::SignedRequest {
            method: call.method.as_str(),
            path,
            query,
            headers: &headers,
            body: sigv4::BodyHash::Bytes(&call.body),
        };
        let style = if call.service == "s3" { sigv4::Style::S3 } else { sigv4::Style::Normalised };
        let signer = Signer { credentials: &self.credentials, region: REGION, service: call.service, style, now };
        let added = signer.sign(&request);
        let mut request = Request::builder().method(call.method.clone()).uri(format!("{}{}", self.server, call.target));
        for (name, value) in headers.iter().skip(1).chain(&added) {
            request = request.header(name, value);
        }
        request.body(Bytes::from(call.body)).map_err(|error| LabError::Unexpected(error.to_string()))
    }
}

fn document(response: Response<Bytes>) -> Result<Value, LabError> {
    if response.body().is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(response.body()).map_err(|error| LabError::Unexpected(error.to_string()))
}

/// The text at a JSON pointer.
pub fn text(value: &Value, pointer: &str) -> Result<String, LabError> {
    value.pointer(pointer).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| LabError::unexpected(pointer))
}
