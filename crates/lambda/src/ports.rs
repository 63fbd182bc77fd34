//! What functions need of their neighbours, wired in the server.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use aws_types::{AwsError, CallContext, Timestamp};
use bytes::Bytes;
use lambda_runtime::{FunctionPlan, Invocation, Outcome, Parts, RunError, Runner};

use crate::entity::S3Place;

/// Runs functions.
#[async_trait]
pub trait Runs: Send + Sync {
    /// One call of a function.
    ///
    /// # Errors
    /// Nothing was run.
    async fn invoke(&self, plan: Arc<FunctionPlan>, invocation: Invocation) -> Result<Outcome, RunError>;

    /// One call of a function, whose answer comes in parts: done when the first is there.
    ///
    /// # Errors
    /// Nothing was run.
    async fn open(&self, plan: Arc<FunctionPlan>, invocation: Invocation) -> Result<Parts, RunError> {
        self.invoke(plan, invocation).await.map(Parts::of)
    }

    /// Ends the processes of a function (its unqualified ARN) but those of one revision.
    fn forget(&self, function_arn: &str, keep_revision: Option<&str>);

    /// Throws away unpacked code but that of these zips, by their SHA-256.
    fn keep_code(&self, used: &BTreeSet<String>);
}

#[async_trait]
impl Runs for Runner {
    async fn invoke(&self, plan: Arc<FunctionPlan>, invocation: Invocation) -> Result<Outcome, RunError> {
        Self::invoke(self, plan, invocation).await
    }

    async fn open(&self, plan: Arc<FunctionPlan>, invocation: Invocation) -> Result<Parts, RunError> {
        Self::open(self, plan, invocation).await
    }

    fn forget(&self, function_arn: &str, keep_revision: Option<&str>) {
        Self::forget(self, function_arn, keep_revision);
    }

    fn keep_code(&self, used: &BTreeSet<String>) {
        Self::keep_code(self, used);
    }
}

/// Why an object could not be read.
#[derive(Debug)]
pub enum NoObject {
    /// It is longer than asked for.
    TooLarge,
    /// S3 refused: its code and sentence.
    Refused(String, String),
    /// It broke on our side.
    Failed(AwsError),
}

/// The objects that live here.
#[async_trait]
pub trait Objects: Send + Sync {
    /// A whole object of at most `most` bytes.
    ///
    /// # Errors
    /// [`NoObject`].
    async fn read(&self, call: &CallContext, place: &S3Place, most: usize) -> Result<Bytes, NoObject>;
}

/// Execution roles.
#[async_trait]
pub trait Roles: Send + Sync {
    /// Whether there is such a role and its trust policy names Lambda.
    ///
    /// # Errors
    /// The store's.
    async fn trusts_lambda(&self, role_arn: &str, now: Timestamp) -> Result<bool, AwsError>;

    /// Whether Lambda in that role may do this.
    ///
    /// # Errors
    /// The store's.
    async fn may(&self, role_arn: &str, action: &str, resource: &str, now: Timestamp) -> Result<bool, AwsError>;
}
