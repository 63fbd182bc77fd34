//! GetFunctionCodeSigningConfig: no function here has one.

use model_lambda::types::{GetFunctionCodeSigningConfigRequest, GetFunctionCodeSigningConfigResponse};

use crate::Cx;
use crate::error::Result;

/// Shows that none is set.
pub async fn get_function_code_signing_config(
    cx: &Cx<'_>,
    input: GetFunctionCodeSigningConfigRequest,
) -> Result<GetFunctionCodeSigningConfigResponse> {
    let function = cx.function(&cx.reference(&input.function_name, None)?.function).await?;
    Ok(GetFunctionCodeSigningConfigResponse {
        function_name: Some(function.value.name),
        ..GetFunctionCodeSigningConfigResponse::default()
    })
}
