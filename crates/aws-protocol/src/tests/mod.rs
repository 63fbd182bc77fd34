//! Requests as clients write them, over the generated models, and over a small model of the corners that those lack.

mod aws_json;
mod corners;
mod hostile;
mod models;
mod patterns;
mod query;
mod rest_json;
mod s3;

use aws_types::AwsError;
use aws_types::schema::ServiceModel;
use aws_types::wire::Value;
use bytes::Bytes;
use http::Response;
use http::request::{Builder, Parts};

use crate::{Protocol, Routed};

fn parts(builder: Builder) -> Parts {
    builder.body(()).unwrap().into_parts().0
}

/// Routes and decodes.
fn read(model: &'static ServiceModel, builder: Builder, body: &str) -> Result<(Routed, Value), AwsError> {
    let (protocol, parts) = (Protocol::new(model), parts(builder));
    let routed = protocol.route(&parts, body.as_bytes())?;
    let input = protocol.decode(&routed, &parts, &Bytes::copy_from_slice(body.as_bytes()))?;
    Ok((routed, input))
}

fn input(model: &'static ServiceModel, builder: Builder, body: &str) -> Value {
    read(model, builder, body).unwrap().1
}

/// Code and message of what is refused.
fn refused(model: &'static ServiceModel, builder: Builder, body: &str) -> (String, String) {
    let error = read(model, builder, body).unwrap_err();
    assert!(error.status == 400 || error.status == 404 || error.status == 405, "{error:?}");
    (error.code.into_owned(), error.message.into_owned())
}

fn operation(model: &'static ServiceModel, builder: Builder) -> &'static str {
    Protocol::new(model).route(&parts(builder), b"").unwrap().operation.name
}

fn answer(model: &'static ServiceModel, operation: &str, output: Value) -> Response<Bytes> {
    Protocol::new(model).encode(model.operation(operation).unwrap(), output, None, "req-1")
}

fn text(response: &Response<Bytes>) -> &str {
    std::str::from_utf8(response.body()).unwrap()
}

fn header<'a>(response: &'a Response<Bytes>, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}
