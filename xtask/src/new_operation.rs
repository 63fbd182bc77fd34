//! `cargo x new-operation <service> <Operation>`: makes the files of an operation, with the names of the model.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::Outcome;
use crate::codegen::{self, Model, snake};
use crate::process::{command, step};

/// Writes `operations/<operation>.rs` and its tests, and prints the lines that join them to the service.
pub fn run(root: &Path, service: &str, operation: &str) -> Outcome {
    let models = codegen::models(root)?;
    let model = models.iter().find(|model| model.name == service).ok_or_else(|| {
        let known: Vec<&str> = models.iter().map(|model| model.name.as_str()).collect();
        format!("no such service as {service}; there are {}", known.join(", "))
    })?;
    let operations = model.operations();
    let body = operations.get(operation).ok_or_else(|| format!("{service} has no operation {operation}"))?;
    let home = root.join("crates").join(service).join("src");
    if !home.join("lib.rs").exists() {
        return Err(format!("there is no crate crates/{service} yet").into());
    }
    let module = snake(operation);
    let file = home.join("operations").join(format!("{module}.rs"));
    if file.exists() {
        return Err(format!("{} is there already", file.display()).into());
    }
    fs::create_dir_all(home.join("operations").join(&module))?;
    fs::write(&file, source(model, operation, body))?;
    fs::write(home.join("operations").join(&module).join("tests.rs"), tests(operation, body))?;
    step("formatting", command(root, "rustfmt", &["--edition", "2024"]).arg(&file))?;
    println!("crates/{service}/src/operations/{module}.rs and {module}/tests.rs are there. Now add");
    println!("  to operations/mod.rs:       pub mod {module};");
    println!("  to the operations! table:   {operation}: {module}, partial(\"what is missing\");");
    println!("and follow docs/adding-an-operation.md.");
    Ok(())
}

fn source(model: &Model, operation: &str, body: &Value) -> String {
    let shape = |side: &str| body[side]["shape"].as_str().map_or("()", |shape| model.type_name(shape));
    let (input, output) = (shape("input"), shape("output"));
    let mut types = vec![input, output];
    types.retain(|name| *name != "()");
    let krate = model.name.replace('-', "_");
    let uses =
        if types.is_empty() { String::new() } else { format!("use model_{krate}::types::{{{}}};\n", types.join(", ")) };
    let module = snake(operation);
    format!(
        "//! `{operation}`. Deviations known: not built yet.

use aws_types::AwsError;
{uses}
use crate::Cx;

/// `{operation}`.
pub async fn {module}(cx: &Cx<'_>, input: {input}) -> Result<{output}, AwsError> {{
    let _ = (cx, input);
    Err(AwsError::not_implemented(\"{operation}\"))
}}

#[cfg(test)]
mod tests;
"
    )
}

fn tests(operation: &str, body: &Value) -> String {
    let errors = body["errors"].as_array().into_iter().flatten().filter_map(|error| error["shape"].as_str());
    let mut out =
        format!("//! Cases of `{operation}`: what it answers when all is well, and each error that the model lists:\n");
    for error in errors {
        out.push_str(&format!("//! - `{error}`\n"));
    }
    out
}

#[cfg(test)]
mod unit {
    use serde_json::json;

    use super::*;

    fn model() -> Model {
        let json = json!({
            "metadata": {},
            "operations": {"DeleteUser": {"input": {"shape": "DeleteUserRequest"}, "errors": [{"shape": "NotFound"}]}},
            "shapes": {
                "DeleteUserRequest": {"type": "structure", "members": {}},
                "NotFound": {"type": "structure", "members": {}, "exception": true},
            },
        });
        Model::new("cognito-idp", json).unwrap()
    }

    #[test]
    fn an_operation_without_answer_gives_unit() {
        let model = model();
        let text = source(&model, "DeleteUser", model.operations()["DeleteUser"]);
        assert!(text.contains("use model_cognito_idp::types::{DeleteUserRequest};"));
        assert!(
            text.contains("pub async fn delete_user(cx: &Cx<'_>, input: DeleteUserRequest) -> Result<(), AwsError>")
        );
    }

    #[test]
    fn the_tests_list_each_modelled_error() {
        let model = model();
        assert!(tests("DeleteUser", model.operations()["DeleteUser"]).ends_with("//! - `NotFound`\n"));
    }
}
