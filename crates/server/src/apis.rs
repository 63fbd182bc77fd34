//! The control planes of APIs, put together with what they ask of their neighbours.

use std::sync::Arc;

use apigateway::ApiGateway;
use apigateway::ports::Objects;
use apigatewayv2::ApiGatewayV2;
use async_trait::async_trait;
use aws_types::AwsError;
use store::Store;
use tokio::task::JoinHandle;
use world::Clock as _;

use crate::config::Config;
use crate::issuers::Issuers;
use crate::shared_domains::SharedDomains;
use crate::wiring::Doors;

/// What the control planes are made of.
pub struct Parts {
    /// Where everything is kept.
    pub store: Store,
    /// Compiled stages of REST APIs.
    pub rest_plans: Arc<execute_api::Plans>,
    /// Compiled stages of HTTP APIs.
    pub http_plans: Arc<http_api::Plans>,
    /// Compiled stages of WebSocket APIs.
    pub socket_plans: Arc<websocket_api::plans::Plans>,
    /// What REST APIs reach.
    pub gateway: execute_api::Doors,
    /// Where truststores lie.
    pub objects: Arc<dyn Objects>,
    /// Who issues tokens.
    pub issuers: Arc<Issuers>,
}

/// The control planes.
pub struct Apis {
    /// REST APIs, and domain names.
    pub rest: Arc<ApiGateway>,
    /// HTTP and WebSocket APIs.
    pub http: Arc<ApiGatewayV2>,
}

impl Apis {
    /// Puts them together and loads what they serve. `base_url` is what clients reach the server by.
    ///
    /// # Errors
    /// The store's.
    pub async fn load(parts: Parts, config: &Config, doors: &Doors, base_url: &str) -> Result<Self, AwsError> {
        let rest = ApiGateway::new(
            apigateway::Config { host_names: config.host_names.clone() },
            apigateway::Doors {
                store: parts.store.clone(),
                plans: parts.rest_plans,
                gateway: parts.gateway,
                objects: parts.objects,
            },
        );
        rest.load().await?;
        let http = ApiGatewayV2::new(
            apigatewayv2::Config { base_url: base_url.trim_end_matches('/').to_owned() },
            apigatewayv2::Doors {
                store: parts.store,
                rng: Arc::clone(&doors.rng),
                plans: parts.http_plans,
                socket_plans: parts.socket_plans,
                issuers: parts.issuers,
                domains: Arc::new(SharedDomains(Arc::clone(&rest))),
            },
        );
        http.load(doors.clock.now()).await?;
        Ok(Self { rest, http })
    }

    /// The tasks that keep what is served as it is kept.
    pub fn follow(&self) -> [JoinHandle<()>; 2] {
        [
            world::spawn("api plans", Arc::clone(&self.rest).follow()),
            world::spawn("http api plans", Arc::clone(&self.http).follow()),
        ]
    }
}

#[async_trait]
impl apigatewayv2::ports::Issuers for Issuers {
    async fn discover(&self, issuer: &str) -> Result<(), String> {
        // No key has the empty name: what is asked for is whether the issuer answers.
        let found = self.find(issuer, "").await;
        found.map(drop).ok_or_else(|| "the discovery document or the key set it names could not be fetched".to_owned())
    }
}
