//! The call itself. One match over the kinds; each kind in a file.

pub(crate) mod http_endpoint;
pub(crate) mod mock;

use bytes::Bytes;
use http::HeaderMap;

use crate::error::GatewayError;
use crate::execution_log::ExecutionLog;
use crate::gateway::Doors;
use crate::integration_request::IntegrationRequest;

/// What an integration answered.
#[derive(Debug)]
pub(crate) struct IntegrationAnswer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Of the backend, in microseconds; absent where none was called.
    pub latency_us: Option<u64>,
}

/// Calls the integration.
pub(crate) async fn call(
    doors: &Doors,
    request: IntegrationRequest,
    log: &mut ExecutionLog,
) -> Result<IntegrationAnswer, GatewayError> {
    match request {
        IntegrationRequest::Mock { document } => mock::answer(&document),
        IntegrationRequest::Http { request, timeout_ms } => http_endpoint::call(doors, *request, timeout_ms, log).await,
    }
}
