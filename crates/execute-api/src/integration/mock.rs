//! `MOCK`: the request template gives a JSON document whose `statusCode` chooses the integration response.

use bytes::Bytes;
use http::HeaderMap;
use mapping_template::lenient_json::mock_status_code;

use super::IntegrationAnswer;
use crate::error::GatewayError;

/// Reads the document. JSON as people write it is good enough: `{statusCode: 200}`.
pub(crate) fn answer(document: &str) -> Result<IntegrationAnswer, GatewayError> {
    let status = mock_status_code(document).map_err(|error| GatewayError::configuration(error.to_string()))?;
    Ok(IntegrationAnswer::of_status(status, HeaderMap::new(), Bytes::new()))
}
