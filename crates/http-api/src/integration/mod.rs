//! The call itself. One match over the kinds; each kind in a file.

pub(crate) mod event;
mod function;
mod http_proxy;
mod mapped;
mod result;

use bytes::Bytes;
use http::Response;

use crate::context::Progress;
use crate::error::{Kind, Refusal};
use crate::gateway::HttpApis;
use crate::plan::IntegrationKind;

/// Largest answer, in bytes.
const MAX_ANSWER_BYTES: usize = 10 * 1024 * 1024;

/// Calls the route's integration, and maps its answer.
pub(crate) async fn call(apis: &HttpApis, progress: &mut Progress<'_>) -> Result<Response<Bytes>, Refusal> {
    let integration = progress.routed.as_ref().and_then(|routed| routed.route.integration.as_deref());
    let internal = |reason: String| Refusal::integration(Kind::Internal, reason);
    let integration = integration.ok_or_else(|| internal("The route has no integration".to_owned()))?;
    let outgoing = mapped::request(progress, &integration.request_parameters)?;
    let mut response = match &integration.kind {
        IntegrationKind::Http(target) => http_proxy::call(apis, progress, (integration, target), outgoing).await?,
        IntegrationKind::Function(target) => function::call(apis, progress, (integration, target), outgoing).await?,
        IntegrationKind::Unserved(subtype) => {
            return Err(internal(format!("The service of {subtype} is not served here")));
        }
    };
    if response.body().len() > MAX_ANSWER_BYTES {
        return Err(internal("The integration's answer is too large".to_owned()));
    }
    if let Some(mappings) = integration.response_parameters.get(&response.status().as_u16()) {
        mapped::response(progress, mappings, &mut response)?;
    }
    Ok(response)
}
