//! The call itself. One match over the kinds; each kind in a file.

pub(crate) mod aws_service;
pub(crate) mod http_endpoint;
pub(crate) mod lambda;
pub(crate) mod lambda_proxy;
pub(crate) mod mock;

use aws_types::ByteStream;
use bytes::Bytes;
use http::HeaderMap;

use crate::error::GatewayError;
use crate::execution_log::ExecutionLog;
use crate::gateway::Doors;
use crate::integration_request::{IntegrationRequest, Validated};

/// What an integration answered.
#[derive(Debug)]
pub(crate) struct IntegrationAnswer {
    pub status: u16,
    /// What selection patterns are held against; absent means the status.
    pub selection: Option<String>,
    /// The message of a function that failed.
    pub failed: Option<String>,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Of the backend, in microseconds; absent where none was called.
    pub latency_us: Option<u64>,
}

/// An answer whose body is still to come.
#[derive(Debug)]
pub(crate) struct Begun {
    pub status: u16,
    /// As the backend sent them.
    pub headers: HeaderMap,
    pub body: ByteStream,
}

impl IntegrationAnswer {
    /// An answer that is selected by its status.
    pub(crate) const fn of_status(status: u16, headers: HeaderMap, body: Bytes) -> Self {
        Self { status, selection: None, failed: None, headers, body, latency_us: None }
    }
}

/// Calls the integration.
pub(crate) async fn call(
    doors: &Doors,
    validated: Validated<'_>,
    request: IntegrationRequest,
    log: &mut ExecutionLog,
) -> Result<IntegrationAnswer, GatewayError> {
    match request {
        IntegrationRequest::Mock { document } => mock::answer(&document),
        IntegrationRequest::Http(call) => http_endpoint::call(doors, *call, log).await,
        IntegrationRequest::Lambda(call) => lambda::call(doors, validated, *call, log).await,
        IntegrationRequest::Service(call) => aws_service::call(doors, *call, log).await,
    }
}
