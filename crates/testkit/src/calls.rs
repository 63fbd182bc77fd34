//! Calling a service's operations as the front door does after the constraint check.

use aws_types::{AwsError, CallContext, Service};
use serde_json::Value;

/// A test's room that holds one service.
#[expect(async_fn_in_trait, reason = "a test calls rooms of its own, whose futures are known")]
pub trait Calls {
    /// The service.
    fn service(&self) -> &dyn Service;

    /// Who calls, when.
    fn context(&self) -> CallContext;

    /// Calls an operation.
    ///
    /// # Errors
    /// The operation's.
    async fn call(&self, operation: &str, input: Value) -> Result<Value, AwsError> {
        self.service().call(&self.context(), operation, input, None).await.map(|answer| answer.output)
    }

    /// Calls an operation that works.
    ///
    /// # Panics
    /// Where it does not.
    #[expect(clippy::panic, reason = "the test fails")]
    async fn ok(&self, operation: &str, input: Value) -> Value {
        self.call(operation, input.clone()).await.unwrap_or_else(|error| panic!("{operation} {input}: {error:?}"))
    }

    /// Code and sentence of a refusal that is nobody's fault but the caller's.
    ///
    /// # Panics
    /// Where the operation works, or fails by itself.
    #[expect(clippy::panic, reason = "the test fails")]
    async fn refused(&self, operation: &str, input: Value) -> (String, String) {
        match self.call(operation, input.clone()).await {
            Ok(output) => panic!("{operation} {input} succeeded: {output}"),
            Err(error) => {
                assert!(error.internal.is_none(), "{operation} {input}: {error:?}");
                (error.code.into_owned(), error.message.into_owned())
            }
        }
    }

    /// An operation that fails, as `code: message`.
    ///
    /// # Panics
    /// Where the operation works.
    #[expect(clippy::panic, reason = "the test fails")]
    async fn error(&self, operation: &str, input: Value) -> String {
        match self.call(operation, input.clone()).await {
            Ok(output) => panic!("{operation} {input} succeeded: {output}"),
            Err(error) => error.to_string(),
        }
    }
}
