//! A function in Rust, by AWS's own runtime crate as it is: `cargo build -p lambda-runtime --example bootstrap` makes the
//! `bootstrap` of a zip for `provided.al2023`. Answers its event beside what it knows of itself; an event with a member
//! `fail` makes it fail with these words.

use lambda_runtime_client::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let (event, context) = event.into_parts();
    match event.get("fail").and_then(Value::as_str) {
        Some(words) => Err(words.into()),
        None => Ok(json!({
            "event": event,
            "requestId": context.request_id,
            "functionName": context.env_config.function_name,
            "memory": context.env_config.memory,
        })),
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    lambda_runtime_client::run(service_fn(handle)).await
}
