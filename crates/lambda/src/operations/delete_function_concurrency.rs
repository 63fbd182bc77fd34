//! DeleteFunctionConcurrency.

use model_lambda::types::DeleteFunctionConcurrencyRequest;

use crate::Cx;
use crate::error::Result;
use crate::versions::count_reserved;

/// Gives back what was kept for a function.
pub async fn delete_function_concurrency(cx: &Cx<'_>, input: DeleteFunctionConcurrencyRequest) -> Result<()> {
    let name = cx.reference(&input.function_name, None)?.function;
    let give_back = |function: &mut crate::entity::Function, tx: &mut store::Tx| {
        let before = function.reserved_concurrency.take().unwrap_or_default();
        count_reserved(tx, &function.account, &function.region, -i64::from(before));
        Ok(())
    };
    cx.change(&name, give_back).await.map(drop)
}
