//! GetFunctionConcurrency.

use model_lambda::types::{GetFunctionConcurrencyRequest, GetFunctionConcurrencyResponse};

use crate::Cx;
use crate::error::Result;

/// Shows what is kept for a function.
pub async fn get_function_concurrency(
    cx: &Cx<'_>,
    input: GetFunctionConcurrencyRequest,
) -> Result<GetFunctionConcurrencyResponse> {
    let function = cx.function(&cx.reference(&input.function_name, None)?.function).await?;
    Ok(GetFunctionConcurrencyResponse { reserved_concurrent_executions: function.reserved_concurrency })
}
