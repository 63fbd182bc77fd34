//! ListEventSourceMappings: there are none, since no streams or queues live here.

use model_lambda::types::{ListEventSourceMappingsRequest, ListEventSourceMappingsResponse};

use crate::Cx;
use crate::error::Result;

/// Lists none.
pub async fn list_event_source_mappings(
    _: &Cx<'_>,
    _: ListEventSourceMappingsRequest,
) -> Result<ListEventSourceMappingsResponse> {
    Ok(ListEventSourceMappingsResponse { next_marker: None, event_source_mappings: Some(Vec::new()) })
}
