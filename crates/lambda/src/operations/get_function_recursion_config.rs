//! GetFunctionRecursionConfig.

use model_lambda::types::{GetFunctionRecursionConfigRequest, GetFunctionRecursionConfigResponse, RecursiveLoop};

use crate::Cx;
use crate::error::Result;

/// Shows what becomes of a ring of functions.
pub async fn get_function_recursion_config(
    cx: &Cx<'_>,
    input: GetFunctionRecursionConfigRequest,
) -> Result<GetFunctionRecursionConfigResponse> {
    let function = cx.function(&cx.reference(&input.function_name, None)?.function).await?;
    let said = function.recursive_loop.as_deref().and_then(RecursiveLoop::parse);
    Ok(GetFunctionRecursionConfigResponse { recursive_loop: Some(said.unwrap_or(RecursiveLoop::Terminate)) })
}
