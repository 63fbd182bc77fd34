//! A service on a store in memory, with the registry that its plans go to.

use std::sync::Arc;

use aws_types::{AccountId, CallContext, Caller, Service};
use http_api::Plans;
use serde_json::{Value, json};
use store::{MasterKey, Store};
pub use testkit::Calls;
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
