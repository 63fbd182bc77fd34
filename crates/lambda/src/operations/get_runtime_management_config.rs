//! GetRuntimeManagementConfig.

use model_lambda::types::{GetRuntimeManagementConfigRequest, GetRuntimeManagementConfigResponse, UpdateRuntimeOn};

use crate::Cx;
use crate::error::Result;

/// Shows when a version's runtime is renewed.
pub async fn get_runtime_management_config(
    cx: &Cx<'_>,
    input: GetRuntimeManagementConfigRequest,
) -> Result<GetRuntimeManagementConfigResponse> {
    let reference = cx.reference(&input.function_name, input.qualifier.as_deref())?;
    let found = cx.service.find(&reference).await?;
    let (mode, arn) = found.version.runtime_management.unwrap_or(("Auto".to_owned(), None));
    Ok(GetRuntimeManagementConfigResponse {
        update_runtime_on: UpdateRuntimeOn::parse(&mode),
        function_arn: Some(reference.arn()),
        runtime_version_arn: arn,
    })
}
