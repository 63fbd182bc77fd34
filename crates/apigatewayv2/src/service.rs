//! The service as the server holds it.

use std::sync::Arc;

use aws_types::{AwsError, Timestamp};
use control_plane::if_found;
use store::Store;
use world::rng::{LOWER_ALNUM, pick};

use crate::config::{Config, Doors};
use crate::entity::TextMap;
use crate::refresh::Followed;
use crate::tag::{self, Tagged};
use crate::{BUILT, dispatch};

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

control_plane::service! { ApiGatewayV2, model_apigatewayv2::MODEL, tags: tags_of }

impl Cx<'_> {
    /// Tags of what an ARN means.
    async fn tags_of(&self, arn: &str) -> Result<TextMap, AwsError> {
        let Some(owner) = tag::owner(self.call.region.as_str(), arn) else { return Ok(TextMap::new()) };
        let found = if_found(Tagged::find(self, &owner).await)?;
        Ok(found.map(|found| found.tags().clone()).unwrap_or_default())
    }

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
