//! The one interface by which the front door calls a service, and the macro that lists a service's operations.

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::pin::Pin;

use bytes::Bytes;
use futures_core::Stream;
use serde_json::Value;

use crate::call::CallContext;
use crate::error::AwsError;
use crate::schema::ServiceModel;

/// A boxed future; operations are called through a table.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A body too long to hold.
pub struct ByteStream(pub Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>);

impl ByteStream {
    /// A stream over a body that is in memory.
    pub fn from_bytes(bytes: Bytes) -> Self {
        Self(Box::pin(Once(Some(bytes))))
    }
}

impl std::fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ByteStream")
    }
}

struct Once(Option<Bytes>);

impl Stream for Once {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.take().map(Ok))
    }
}

/// What an operation answers.
#[derive(Debug, Default)]
pub struct Answer {
    /// Members of the output by the model's names.
    pub output: Value,
    /// The streaming payload, where the model has one.
    pub body: Option<ByteStream>,
    /// Replaces the model's status (206 for a range).
    pub status: Option<u16>,
}

/// What an operation may return: its modelled output, or an [`Answer`] where it sets a body or a status of its own.
pub trait IntoAnswer {
    /// Makes the answer.
    fn into_answer(self) -> Answer;
}

impl<T: crate::wire::IntoWire> IntoAnswer for T {
    fn into_answer(self) -> Answer {
        Answer { output: self.into_wire(), body: None, status: None }
    }
}

impl IntoAnswer for Answer {
    fn into_answer(self) -> Answer {
        self
    }
}

/// How far an operation is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Built {
    /// Behaves as AWS's does, as far as known.
    Done,
    /// Works; what is missing stands beside it.
    Partial(&'static str),
}

/// A control plane, as the front door sees it.
pub trait Service: Send + Sync {
    /// Its wire model.
    fn model(&self) -> &'static ServiceModel;

    /// Operations with code, for `docs/coverage.md`; all others answer 501.
    fn built(&self) -> &'static [(&'static str, Built)];

    /// Tags of a thing of this service that policies name by `arn`, for their conditions; none where there is no such
    /// thing, or things bear none.
    fn resource_tags<'a>(
        &'a self,
        _call: &'a CallContext,
        _arn: &'a str,
    ) -> BoxFuture<'a, Result<BTreeMap<String, String>, AwsError>> {
        Box::pin(async { Ok(BTreeMap::new()) })
    }

    /// Runs an operation whose input passed the constraint check. `body` holds the streaming payload, if the model has one.
    fn call<'a>(
        &'a self,
        call: &'a CallContext,
        operation: &'a str,
        input: Value,
        body: Option<ByteStream>,
    ) -> BoxFuture<'a, Result<Answer, AwsError>>;
}

/// Lists a service's operations once: it makes the dispatch by name and the coverage table.
///
/// ```ignore
/// aws_types::operations! { CognitoIdp, Cx =>
///     SignUp: sign_up, done;
///     ListUsers: list_users, partial("filter on sub is a scan");
/// }
/// ```
/// makes `pub const BUILT` and `pub async fn dispatch(cx: &Cx<'_>, operation: &str, input: Value) -> Result<Answer, AwsError>`,
/// where each `sign_up` is a module of `operations` with `pub async fn sign_up(cx: &Cx<'_>, input: In) -> Result<Out, AwsError>`.
#[macro_export]
macro_rules! operations {
    ($cx:ident => $($name:ident : $module:ident, $state:ident $(($why:literal))?;)*) => {
        /// Operations with code, sorted as listed, for the coverage page.
        pub const BUILT: &[(&str, $crate::service::Built)] =
            &[$((stringify!($name), $crate::operations!(@state $state $($why)?)),)*];

        /// Runs the named operation; one without code answers 501.
        pub fn dispatch<'a>(
            cx: &'a $cx<'a>,
            operation: &'a str,
            input: $crate::wire::Value,
        ) -> $crate::service::BoxFuture<'a, Result<$crate::Answer, $crate::AwsError>> {
            match operation {
                $(stringify!($name) => Box::pin(async move {
                    let input = $crate::service::read(input)?;
                    let output = operations::$module::$module(cx, input).await?;
                    Ok($crate::service::IntoAnswer::into_answer(output))
                }),)*
                _ => Box::pin(async move { Err($crate::AwsError::not_implemented(operation)) }),
            }
        }
    };
    (@state done) => { $crate::service::Built::Done };
    (@state partial $why:literal) => { $crate::service::Built::Partial($why) };
}

/// Reads an operation's input; the constraint check ran before, so a failure is a malformed document.
pub fn read<T: crate::wire::FromWire>(input: Value) -> Result<T, AwsError> {
    T::from_wire(input).map_err(|error| AwsError::sender("SerializationException", 400, error.to_string()))
}

impl crate::wire::FromWire for () {
    fn from_wire(_: Value) -> Result<Self, crate::wire::WireError> {
        Ok(())
    }
}

impl crate::wire::IntoWire for () {
    fn into_wire(self) -> Value {
        Value::Object(serde_json::Map::new())
    }
}
