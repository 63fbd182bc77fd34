//! A service on a store in memory, with the gateway that serves its plans.

use std::sync::{Arc, LazyLock};

use aws_types::{AccountId, CallContext, Caller, Service};
use bytes::Bytes;
use execute_api::ports::UserPoolKeys;
use execute_api::{Gateway, GatewayRequest, Plans};
use http::{HeaderMap, Request, Response};
use jose::{SigningKey, VerifyingKey};
use serde_json::{Value, json};
use store::{MasterKey, Store};
pub use testkit::Calls;
use world::fake::{ManualClock, ScriptedFunctions, SeededRng};
use world::{Clock as _, HttpClient, HttpError, HttpOptions};

use crate::{ApiGateway, Config, Doors};

pub const POOL: &str = "us-east-1_Pool00001";
pub const POOL_ARN: &str = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Pool00001";

pub static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate().unwrap());

struct OnePool;

impl UserPoolKeys for OnePool {
    fn key(&self, pool_id: &str, kid: &str) -> Option<Arc<VerifyingKey>> {
        let key = VerifyingKey::from_signing_key(&KEY).unwrap();
        (pool_id == POOL && key.kid() == kid).then(|| Arc::new(key))
    }

    fn is_issuer(&self, pool_id: &str, issuer: &str) -> bool {
        issuer == format!("http://localhost:4566/{pool_id}")
    }
}

struct NoBackend;

#[async_trait::async_trait]
impl HttpClient for NoBackend {
    async fn send(&self, request: Request<Bytes>, _: HttpOptions) -> Result<Response<Bytes>, HttpError> {
        Ok(Response::new(request.uri().to_string().into()))
    }
}

/// A bucket with one truststore.
struct OneTruststore(String);

#[async_trait::async_trait]
impl crate::ports::Objects for OneTruststore {
    async fn read(
        &self,
        _: &CallContext,
        object: crate::ports::Object<'_>,
        _: usize,
    ) -> Result<Vec<u8>, crate::ports::NoObject> {
        match object.key {
            "trust.pem" => Ok(self.0.clone().into_bytes()),
            "empty.pem" => Ok(Vec::new()),
            "large.pem" => Err(crate::ports::NoObject::TooLarge),
            _ => Err(crate::ports::NoObject::Missing),
        }
    }
}

/// Logs of which one delivery stream is declared.
pub struct OneStream;

impl execute_api::ports::LogSink for OneStream {
    fn put(&self, _: &str, _: &str, _: Vec<execute_api::ports::LogEvent>) {}

    fn has_stream(&self, stream: &str) -> bool {
        stream == "amazon-apigateway-calls"
    }
}

pub struct Fixture {
    pub service: Arc<ApiGateway>,
    pub gateway: Gateway,
    pub store: Store,
    pub functions: Arc<ScriptedFunctions>,
    pub account: &'static str,
}

impl Calls for Fixture {
    fn service(&self) -> &dyn Service {
        &*self.service
    }

    fn context(&self) -> CallContext {
        let call = testkit::call_at(ManualClock::default().now(), Caller::Root);
        CallContext { account: AccountId::parse(self.account).unwrap(), ..call }
    }
}

impl Fixture {
    pub fn new() -> Self {
        Self::over(Store::in_memory(MasterKey::from_bytes([7; 32])).unwrap(), 1)
    }

    /// A node over a store that others may use too.
    pub fn over(store: Store, seed: u64) -> Self {
        let functions = Arc::new(ScriptedFunctions::default());
        let gateway_doors = execute_api::Doors {
            functions: Arc::clone(&functions) as _,
            logs: Arc::new(OneStream),
            ..execute_api::Doors::new(
                Arc::new(ManualClock::default()),
                Arc::new(SeededRng::new(seed)),
                Arc::new(NoBackend),
                Arc::new(OnePool),
            )
        };
        let plans = Arc::new(Plans::new());
        let gateway = Gateway::new(Arc::clone(&plans), gateway_doors.clone());
        let now = ManualClock::default().now();
        let authority = crate::certificate::client_certificate(now, now).unwrap().certificate;
        let objects = Arc::new(OneTruststore(authority));
        let doors = Doors { store: store.clone(), plans, gateway: gateway_doors, objects };
        Self { service: ApiGateway::new(Config::default(), doors), gateway, store, functions, account: "123456789012" }
    }

    pub async fn get(&self, api: &Api, stage: &str, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
        self.send("GET", &api.id, stage, path, headers).await
    }

    pub async fn post(&self, api: &Api, stage: &str, path: &str, body: &str) -> (u16, String) {
        self.exchange(("POST", path), &api.id, stage, &[], body).await
    }

    pub async fn send(
        &self,
        method: &str,
        api_id: &str,
        stage: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> (u16, String) {
        self.exchange((method, path), api_id, stage, headers, "").await
    }

    async fn exchange(
        &self,
        (method, path): (&str, &str),
        api_id: &str,
        stage: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> (u16, String) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        let request = GatewayRequest {
            api_id: api_id.to_owned(),
            stage: stage.to_owned(),
            method: method.parse().unwrap(),
            path: path.to_owned(),
            query: String::new(),
            headers: map,
            spelling: Default::default(),
            body: Bytes::copy_from_slice(body.as_bytes()),
            source_ip: "127.0.0.1".to_owned(),
            protocol: "HTTP/1.1".to_owned(),
            secure: false,
            handshake: None,
            host: "localhost".to_owned(),
            request_id: "22222222-2222-4333-8444-555555555555".to_owned(),
            received: ManualClock::default().now(),
            custom_domain: None,
            through: None,
            signed_path: path.to_owned(),
            authority: "localhost".to_owned(),
        };
        let response = self.gateway.handle(request).await;
        let status = response.status().as_u16();
        let execute_api::Body::Whole(body) = response.into_body() else { panic!("the answer is a stream") };
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    /// An API without resources but the root.
    pub async fn api(&self) -> Api {
        let api = self.ok("CreateRestApi", json!({"name": "dragons"})).await;
        Api { id: text(&api["id"]), root: text(&api["rootResourceId"]) }
    }

    pub async fn resource(&self, api: &Api, parent: &str, part: &str) -> String {
        let input = json!({"restApiId": api.id, "parentId": parent, "pathPart": part});
        text(&self.ok("CreateResource", input).await["id"])
    }

    /// A method of type NONE over a MOCK that answers `body`.
    pub async fn mock(&self, api: &Api, resource: &str, verb: &str, body: &str) {
        let place = json!({"restApiId": api.id, "resourceId": resource, "httpMethod": verb});
        self.ok("PutMethod", with(&place, json!({"authorizationType": "NONE"}))).await;
        self.mock_integration(&place, body).await;
    }

    pub async fn mock_integration(&self, place: &Value, body: &str) {
        self.ok("PutMethodResponse", with(place, json!({"statusCode": "200"}))).await;
        let templates = json!({"application/json": "{\"statusCode\": 200}"});
        self.ok("PutIntegration", with(place, json!({"type": "MOCK", "requestTemplates": templates}))).await;
        let templates = json!({"application/json": body});
        let response = json!({"statusCode": "200", "responseTemplates": templates});
        self.ok("PutIntegrationResponse", with(place, response)).await;
    }

    pub async fn deploy(&self, api: &Api, stage: &str) -> String {
        let input = json!({"restApiId": api.id, "stageName": stage});
        text(&self.ok("CreateDeployment", input).await["id"])
    }

    pub async fn authorizer(&self, api: &Api, name: &str) -> String {
        let input = json!({
            "restApiId": api.id, "name": name, "type": "COGNITO_USER_POOLS", "providerARNs": [POOL_ARN],
            "identitySource": "method.request.header.auth-token",
        });
        text(&self.ok("CreateAuthorizer", input).await["id"])
    }

    pub fn token(&self) -> String {
        let now = ManualClock::default().now().secs();
        let claims = json!({
            "sub": "5f0c", "iss": format!("http://localhost:4566/{POOL}"), "cognito:username": "CognitoUser",
            "aud": "client1", "token_use": "id", "exp": now + 3600, "iat": now, "email": "user@example.com",
        });
        KEY.sign(&claims).unwrap()
    }
}

pub struct Api {
    pub id: String,
    pub root: String,
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// The members of both.
pub fn with(base: &Value, more: Value) -> Value {
    let mut all = base.clone();
    for (name, value) in more.as_object().unwrap() {
        all[name] = value.clone();
    }
    all
}

pub fn patch(op: &str, path: &str, value: Value) -> Value {
    json!({"patchOperations": [{"op": op, "path": path, "value": value}]})
}
