//! A service on a store in memory, with the registry that its plans go to.

use std::sync::Arc;

use aws_types::call::Caller;
use aws_types::{AccountId, AwsError, CallContext, Region, Service as _};
use http_api::Plans;
use serde_json::{Value, json};
use store::{MasterKey, Store};
use world::Clock as _;
use world::fake::{ManualClock, SeededRng};

use crate::ports::{Issuers, NoDomains};
use crate::{ApiGatewayV2, Config, Doors};

/// Issuers whose names hold `good` answer.
struct SomeIssuers;

#[async_trait::async_trait]
impl Issuers for SomeIssuers {
    async fn discover(&self, issuer: &str) -> Result<(), String> {
        if issuer.contains("good") { Ok(()) } else { Err("no answer".to_owned()) }
    }
}

pub struct Fixture {
    pub service: Arc<ApiGatewayV2>,
    pub plans: Arc<Plans>,
    pub sockets: Arc<websocket_api::plans::Plans>,
    pub account: &'static str,
}

impl Fixture {
    pub fn new() -> Self {
        Self::over(Store::in_memory(MasterKey::from_bytes([7; 32])).unwrap(), 1)
    }

    /// A node over a store that others may use too.
    pub fn over(store: Store, seed: u64) -> Self {
        let plans = Arc::new(Plans::new());
        let sockets = Arc::new(websocket_api::plans::Plans::new());
        let doors = Doors {
            store,
            rng: Arc::new(SeededRng::new(seed)),
            plans: Arc::clone(&plans),
            socket_plans: Arc::clone(&sockets),
            issuers: Arc::new(SomeIssuers),
            domains: Arc::new(NoDomains),
        };
        let config = Config { base_url: "http://localhost:4566".to_owned() };
        Self { service: ApiGatewayV2::new(config, doors), plans, sockets, account: "123456789012" }
    }

    pub async fn call(&self, operation: &str, input: Value) -> Result<Value, AwsError> {
        let call = CallContext {
            account: AccountId::parse(self.account).unwrap(),
            region: Region::default(),
            request_id: "11111111-2222-4333-8444-555555555555".to_owned(),
            caller: Caller::Root,
            source_ip: "127.0.0.1".to_owned(),
            user_agent: "test".to_owned(),
            now: ManualClock::default().now(),
        };
        self.service.call(&call, operation, input, None).await.map(|answer| answer.output)
    }

    /// An operation that succeeds.
    pub async fn ok(&self, operation: &str, input: Value) -> Value {
        self.call(operation, input.clone()).await.unwrap_or_else(|error| panic!("{operation} {input}: {error}"))
    }

    /// An operation that fails, as `code: message`.
    pub async fn error(&self, operation: &str, input: Value) -> String {
        match self.call(operation, input.clone()).await {
            Ok(answer) => panic!("{operation} {input} succeeded: {answer}"),
            Err(error) => format!("{}: {}", error.code, error.message),
        }
    }

    /// An HTTP API's id.
    pub async fn http_api(&self) -> String {
        text(&self.ok("CreateApi", json!({ "Name": "pets", "ProtocolType": "HTTP" })).await, "ApiId")
    }

    /// A WebSocket API's id.
    pub async fn socket_api(&self) -> String {
        let input = json!({ "Name": "chat", "ProtocolType": "WEBSOCKET",
            "RouteSelectionExpression": "$request.body.action" });
        text(&self.ok("CreateApi", input).await, "ApiId")
    }

    /// An HTTP_PROXY integration's id.
    pub async fn integration(&self, api: &str) -> String {
        let input = json!({ "ApiId": api, "IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY",
            "IntegrationUri": "https://backend.example/{proxy}", "PayloadFormatVersion": "1.0" });
        text(&self.ok("CreateIntegration", input).await, "IntegrationId")
    }

    /// A route's id.
    pub async fn route(&self, api: &str, key: &str) -> String {
        let integration = self.integration(api).await;
        let input = json!({ "ApiId": api, "RouteKey": key, "Target": format!("integrations/{integration}") });
        text(&self.ok("CreateRoute", input).await, "RouteId")
    }
}

/// A member of an answer.
pub fn text(answer: &Value, member: &str) -> String {
    answer[member].as_str().unwrap_or_else(|| panic!("no {member} in {answer}")).to_owned()
}
