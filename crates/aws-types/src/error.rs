//! The protocol-neutral error every AWS call ends in; `aws-protocol` renders it once per wire dialect.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use crate::schema::ErrorShape;

/// Whose mistake it was (`<Type>` in the query protocol's errors).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The caller's.
    Sender,
    /// Ours.
    Receiver,
}

/// An error as AWS shows it, with the internal cause kept apart: the cause is logged once and never sent.
pub struct AwsError {
    /// `NotAuthorizedException`, `NoSuchBucket`: what clients branch on.
    pub code: Cow<'static, str>,
    /// HTTP status.
    pub status: u16,
    /// The sentence a person reads.
    pub message: Cow<'static, str>,
    /// Further members of the error document (S3's `BucketName`), in wire order.
    pub fields: Vec<(&'static str, Value)>,
    /// Whose mistake.
    pub fault: Fault,
    /// What went wrong inside. Logged, never sent.
    pub internal: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl AwsError {
    /// An error of the service's model.
    pub fn of(shape: &ErrorShape, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code: Cow::Borrowed(shape.code),
            status: shape.status,
            message: message.into(),
            fields: Vec::new(),
            fault: if shape.sender_fault { Fault::Sender } else { Fault::Receiver },
            internal: None,
        }
    }

    /// A sender's error that stands outside the model (protocol and signature errors).
    pub fn sender(code: impl Into<Cow<'static, str>>, status: u16, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code: code.into(),
            status,
            message: message.into(),
            fields: Vec::new(),
            fault: Fault::Sender,
            internal: None,
        }
    }

    /// Something broke on our side. The protocol names it in its service's own words.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            code: Cow::Borrowed(INTERNAL),
            status: 500,
            message: Cow::Borrowed("Internal server error"),
            fields: Vec::new(),
            fault: Fault::Receiver,
            internal: Some(cause.into()),
        }
    }

    /// The operation is in the model and has no code here.
    pub fn not_implemented(operation: &str) -> Self {
        Self {
            code: Cow::Borrowed("NotImplementedException"),
            status: 501,
            message: format!("Portcullis has not built the operation {operation} yet. See docs/coverage.md.").into(),
            fields: Vec::new(),
            fault: Fault::Receiver,
            internal: None,
        }
    }

    /// Adds a member to the error document.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    /// Whether this is the named error.
    pub fn is(&self, shape: &ErrorShape) -> bool {
        self.code == shape.code
    }
}

/// Code of [`AwsError::internal`] until a protocol names it after its service's model.
pub const INTERNAL: &str = "InternalFailure";

impl fmt::Debug for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status, self.code, self.message)?;
        self.internal.as_ref().map_or(Ok(()), |cause| write!(f, " ({cause})"))
    }
}

impl fmt::Display for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for AwsError {}
