//! What breaks the model's constraints never reaches an operation: the front door's check answers it.

use aws_protocol::Protocol;
use aws_types::schema::Kind;
use bytes::Bytes;
use serde_json::Value;

use super::{Shown, built, input};

/// Leaves out what is required, operation by operation.
pub fn play(shown: &mut Shown) {
    let protocol = Protocol::new(&model_cognito_idp::MODEL);
    for operation in built() {
        let Some(Kind::Structure(shape)) = operation.input.map(|shape| &shape.kind) else { continue };
        for member in shape.members.iter().filter(|member| member.required) {
            let mut broken = input(operation);
            broken.as_object_mut().unwrap().remove(member.name);
            let error = decode(&protocol, operation.name, &broken).expect_err(member.name);
            shown.insert((operation.name.to_owned(), error.code.into_owned()));
        }
    }
}

fn decode(protocol: &Protocol, operation: &str, input: &Value) -> Result<Value, aws_types::AwsError> {
    let request = http::Request::post("/")
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", format!("AWSCognitoIdentityProviderService.{operation}"))
        .body(())
        .unwrap();
    let (parts, body) = (request.into_parts().0, Bytes::from(input.to_string()));
    let routed = protocol.route(&parts, &body)?;
    protocol.decode(&routed, &parts, &body)
}
