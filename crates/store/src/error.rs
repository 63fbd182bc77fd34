//! What can go wrong between a service and its data.

use std::path::PathBuf;

use aws_types::AwsError;

/// Why the store did not do what was asked. Nothing was written unless the call answered `Ok`
/// (after [`StoreError::Closed`] the outcome of a commit is unknown: the transaction stands whole or not at all).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A condition of the transaction did not hold: somebody else was quicker. Read again and decide again.
    #[error("a condition of the transaction does not hold")]
    Conflict,
    /// A counter would have passed its bound.
    #[error("a counter would pass its bound")]
    Limit,
    /// A key, a body or a transaction is over the store's bounds.
    #[error("{0} is over the store's bound")]
    TooLarge(&'static str),
    /// What is stored cannot be read: broken, foreign, or written by a newer version.
    #[error("stored data cannot be read: {what}: {why}")]
    Corrupt {
        /// The file or the item.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// The disk is full, read-only or failing. Reads may go on; the same write may succeed later without repair.
    #[error("the store cannot do this now: {0}")]
    Unavailable(String),
    /// Another process serves this folder.
    #[error("{} is in use by another Portcullis; stop it or choose another data folder", .0.display())]
    InUse(PathBuf),
    /// The engine has stopped.
    #[error("the store is closed")]
    Closed,
}

impl From<StoreError> for AwsError {
    fn from(error: StoreError) -> Self {
        AwsError::internal(error)
    }
}
