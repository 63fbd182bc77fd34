//! AWS's four wire protocols, walked over the description of a service that its `model-*` crate exports: awsJson 1.1,
//! awsQuery, restJson1 and restXml (the flavour S3 speaks).
//!
//! What comes in: the head and body of an HTTP request, a [`ServiceModel`], and what an operation answered. What goes
//! out: which operation is meant, its input as one [`Value`] tree keyed by the model's member names (bytes as base64
//! text, moments as epoch seconds), and HTTP responses. The constraint check of the model runs inside [`Protocol::decode`]
//! and speaks AWS's own sentences.
//!
//! What it must not know: sockets, clocks, signatures, what any operation does.
//!
//! The rooms: `route` (which operation), `decode` (wire to value), `validate` and [`pattern`] (constraints), `encode`
//! (value to wire), `fault` (the errors that a protocol itself makes, in each service's words). To add a service, nothing
//! is needed here unless its words for protocol errors differ: those stand in `fault`. S3's names for the roots of its
//! answers, which the model does not carry, stand in `encode::s3_names`.

mod decode;
mod encode;
mod fault;
pub mod pattern;
mod route;
mod scalar;
mod uri;
mod validate;
mod xml;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use aws_types::schema::{ErrorShape, Kind, Operation, ServiceModel, Shape};
use aws_types::{AwsError, wire::Value};
use bytes::Bytes;

pub use route::Routed;

/// Deepest nesting of a request's document that is read.
pub const MAX_DEPTH: usize = 64;

/// One service's protocol: its model with compiled routes and, as they are first needed, compiled patterns.
/// Make one per service and keep it.
pub struct Protocol {
    model: &'static ServiceModel,
    router: route::Router,
    patterns: pattern::Cache,
    errors: HashMap<&'static str, &'static ErrorShape>,
}

impl Protocol {
    /// Compiles the routes of a model.
    pub fn new(model: &'static ServiceModel) -> Self {
        let errors = model.operations.iter().flat_map(|op| op.errors).map(|shape| (shape.code, *shape)).collect();
        Self { model, router: route::Router::new(model), patterns: pattern::Cache::default(), errors }
    }

    /// The service's model.
    pub const fn model(&self) -> &'static ServiceModel {
        self.model
    }

    /// Finds the operation a request means: by `X-Amz-Target`, by `Action`, or by method, path, and query. The body is
    /// read for awsQuery only.
    ///
    /// # Errors
    /// The service's word for an unknown operation, or for a target that cannot be read.
    pub fn route(&self, parts: &http::request::Parts, body: &[u8]) -> Result<Routed, AwsError> {
        self.router.route(self.model, parts, body)
    }

    /// Decodes the operation's input and checks it against the model's constraints. A streaming payload is left alone.
    ///
    /// # Errors
    /// The protocol's word for a document that cannot be read, or the service's for one that breaks a constraint.
    pub fn decode(&self, routed: &Routed, parts: &http::request::Parts, body: &Bytes) -> Result<Value, AwsError> {
        let input = decode::decode(self.model, routed, parts, body)?;
        validate::check(self.model, routed.operation, &input, &self.patterns)?;
        Ok(input)
    }

    /// Writes an operation's answer. `status` replaces the model's. Where the output's payload is a stream the body is
    /// empty and the caller attaches the stream.
    pub fn encode(
        &self,
        operation: &'static Operation,
        output: Value,
        status: Option<u16>,
        request_id: &str,
    ) -> http::Response<Bytes> {
        encode::encode(self.model, operation, output, status, request_id)
    }

    /// Writes an error: the only place where an [`AwsError`] becomes a response. Its internal cause is never shown.
    pub fn encode_error(&self, error: &AwsError, request_id: &str) -> http::Response<Bytes> {
        let shape = self.errors.get(error.code.as_ref()).copied();
        encode::error(self.model, shape, error, request_id)
    }
}

/// Whether the request's body is a stream that the operation reads by itself.
pub fn has_streaming_input(operation: &Operation) -> bool {
    operation.input.is_some_and(has_streaming_payload)
}

/// Whether the response's body is a stream that the operation hands over.
pub fn has_streaming_output(operation: &Operation) -> bool {
    operation.output.is_some_and(has_streaming_payload)
}

fn has_streaming_payload(shape: &'static Shape) -> bool {
    let Kind::Structure(structure) = &shape.kind else { return false };
    payload(structure).is_some_and(|member| matches!(&member.shape.kind, Kind::Blob(blob) if blob.streaming))
}

fn payload(structure: &'static aws_types::schema::Structure) -> Option<&'static aws_types::schema::Member> {
    let name = structure.payload?;
    structure.members.iter().find(|member| member.name == name)
}
