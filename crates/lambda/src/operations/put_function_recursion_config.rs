//! PutFunctionRecursionConfig.

use model_lambda::types::{PutFunctionRecursionConfigRequest, PutFunctionRecursionConfigResponse};

use crate::Cx;
use crate::error::Result;

/// Says what becomes of a ring of functions.
pub async fn put_function_recursion_config(
    cx: &Cx<'_>,
    input: PutFunctionRecursionConfigRequest,
) -> Result<PutFunctionRecursionConfigResponse> {
    let name = cx.reference(&input.function_name, None)?.function;
    let put = |function: &mut crate::entity::Function, _: &mut store::Tx| {
        function.recursive_loop = Some(input.recursive_loop.as_str().to_owned());
        Ok(())
    };
    cx.change(&name, put).await?;
    Ok(PutFunctionRecursionConfigResponse { recursive_loop: Some(input.recursive_loop) })
}
