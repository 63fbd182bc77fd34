//! PutFunctionConcurrency.

use model_lambda::errors as shapes;
use model_lambda::types::{Concurrency, PutFunctionConcurrencyRequest};

use crate::Cx;
use crate::error::{Result, invalid_parameter};
use crate::versions::count_reserved;

/// Keeps a part of the account's concurrency for a function, and bounds it by that.
pub async fn put_function_concurrency(cx: &Cx<'_>, input: PutFunctionConcurrencyRequest) -> Result<Concurrency> {
    let name = cx.reference(&input.function_name, None)?.function;
    let wanted = input.reserved_concurrent_executions;
    let put = |function: &mut crate::entity::Function, tx: &mut store::Tx| {
        let before = function.reserved_concurrency.replace(wanted).unwrap_or_default();
        count_reserved(tx, &function.account, &function.region, i64::from(wanted) - i64::from(before));
        Ok(())
    };
    let changed = cx.change(&name, put).await.map_err(|error| {
        // The one counter that this transaction can bring over its bound.
        if !error.is(&shapes::CODE_STORAGE_EXCEEDED_EXCEPTION) {
            return error;
        }
        // memory
        invalid_parameter(
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below \
             its minimum value of [100].",
        )
    });
    changed.map(|_| Concurrency { reserved_concurrent_executions: Some(wanted) })
}
