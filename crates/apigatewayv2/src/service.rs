//! The service as the server holds it.

use std::sync::Arc;

use aws_types::schema::ServiceModel;
use aws_types::service::{BoxFuture, Built};
use aws_types::{Answer, AwsError, ByteStream, CallContext, Service, Timestamp};
use serde_json::Value;
use store::Store;
use world::rng::{LOWER_ALNUM, pick};

use crate::config::{Config, Doors};
use crate::entity::TextMap;
use crate::refresh::Followed;
use crate::tag::{self, Tagged};

/// HTTP and WebSocket APIs. One per process; see [`ApiGatewayV2::load`] and [`ApiGatewayV2::follow`] for its start.
pub struct ApiGatewayV2 {
    config: Config,
    doors: Doors,
    pub(crate) followed: Followed,
}

impl ApiGatewayV2 {
    /// The service over its doors. Nothing is read yet.
    pub fn new(config: Config, doors: Doors) -> Arc<Self> {
        Arc::new(Self { config, doors, followed: Followed::default() })
    }

    /// Settings.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// All doors.
    pub const fn doors(&self) -> &Doors {
        &self.doors
    }

    /// Where everything is kept.
    pub const fn store(&self) -> &Store {
        &self.doors.store
    }

    /// An identifier of so many lower-case letters and digits.
    pub(crate) fn new_id(&self, len: usize) -> String {
        pick(&*self.doors.rng, LOWER_ALNUM, len)
    }
}

impl std::fmt::Debug for ApiGatewayV2 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiGatewayV2")
    }
}

impl Service for ApiGatewayV2 {
    fn model(&self) -> &'static ServiceModel {
        &model_apigatewayv2::MODEL
    }

    fn built(&self) -> &'static [(&'static str, Built)] {
        crate::BUILT
    }

    fn resource_tags<'a>(&'a self, call: &'a CallContext, arn: &'a str) -> BoxFuture<'a, Result<TextMap, AwsError>> {
        let cx = Cx { call, service: self };
        Box::pin(async move {
            let Some(owner) = tag::owner(call.region.as_str(), arn) else { return Ok(TextMap::new()) };
            match Tagged::find(&cx, &owner).await {
                Ok(found) => Ok(found.tags().clone()),
                Err(error) if error.internal.is_none() => Ok(TextMap::new()),
                Err(error) => Err(error),
            }
        })
    }

    fn call<'a>(
        &'a self,
        call: &'a CallContext,
        operation: &'a str,
        input: Value,
        _body: Option<ByteStream>,
    ) -> BoxFuture<'a, Result<Answer, AwsError>> {
        Box::pin(async move {
            let cx = Cx { call, service: self };
            crate::dispatch(&cx, operation, input).await
        })
    }
}

/// One call: what every operation is given.
#[derive(Clone, Copy)]
pub struct Cx<'a> {
    /// Who calls, when, from where.
    pub call: &'a CallContext,
    /// The service.
    pub service: &'a ApiGatewayV2,
}

impl Cx<'_> {
    /// When the call arrived, in whole seconds: so AWS shows the dates of this service.
    pub const fn now(&self) -> Timestamp {
        Timestamp::from_secs(self.call.now.secs())
    }

    /// Where everything is kept.
    pub const fn store(&self) -> &Store {
        self.service.store()
    }

    /// An identifier: ten characters for an API, seven for what it holds.
    pub fn new_id(&self, len: usize) -> String {
        self.service.new_id(len)
    }

    /// What clients reach the server by.
    pub fn base_url(&self) -> &str {
        &self.service.config().base_url
    }
}
