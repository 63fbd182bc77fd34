//! Which operations of the served models are built, as JSON, for `cargo x coverage`.

use aws_types::service::Built;
use serde_json::{Value, json};

use crate::wiring::models;

/// One object a service, in the order of the models.
pub fn report() -> Value {
    models()
        .into_iter()
        .map(|model| {
            let built = built(model.name);
            let operations: Vec<Value> = model
                .operations
                .iter()
                .map(|operation| {
                    let (state, note) = match built.iter().find(|(name, _)| *name == operation.name) {
                        Some((_, Built::Done)) => ("done", ""),
                        Some((_, Built::Partial(why))) => ("partial", *why),
                        None => ("not yet", ""),
                    };
                    json!({ "name": operation.name, "state": state, "note": note })
                })
                .collect();
            json!({ "service": model.name, "operations": operations })
        })
        .collect()
}

fn built(service: &str) -> &'static [(&'static str, Built)] {
    match service {
        "cognito-idp" => cognito_idp::BUILT,
        "cognito-identity" => cognito_identity::BUILT,
        "apigateway" => apigateway::BUILT,
        "apigatewayv2" => apigatewayv2::BUILT,
        "s3" => s3::BUILT,
        "lambda" => lambda::BUILT,
        "logs" => logs::BUILT,
        "iam" => iam::BUILT,
        "sts" => iam::sts::BUILT,
        _ => &[],
    }
}
