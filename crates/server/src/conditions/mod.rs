//! Condition keys of the services themselves, beside those of every request (service authorization reference):
//! `apigateway:Request/…` of what a call asks for, `apigateway:Resource/…` of what is there, `lambda:…`.

mod api;
mod lambda;

use aws_types::wire::Value;
use aws_types::{AwsError, CallContext};

use crate::wiring::Backend;

/// Keys with their values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions(Vec<(String, Vec<String>)>);

impl Conditions {
    /// Those of a call.
    ///
    /// # Errors
    /// The service's, where what is kept cannot be read: then nothing is allowed.
    pub async fn of(
        call: &CallContext,
        backend: &Backend,
        operation: &'static str,
        input: &Value,
    ) -> Result<Self, AwsError> {
        match backend.service.model().name {
            "apigateway" | "apigatewayv2" => {
                let mut all = api::of_request(operation, input);
                all.0.extend(api::of_resource(call, backend, operation, input).await?.0);
                Ok(all)
            }
            "lambda" => lambda::of(call, backend, operation, input).await,
            _ => Ok(Self::default()),
        }
    }

    /// Adds a key's values; without any the key is absent.
    fn add(&mut self, key: impl Into<String>, values: impl IntoIterator<Item = String>) {
        let key = key.into();
        let values: Vec<String> = values.into_iter().collect();
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => known.extend(values),
            None if values.is_empty() => {}
            None => self.0.push((key, values)),
        }
    }

    /// Keys of one value.
    pub fn keys(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(key, values)| match values.as_slice() {
            [only] => Some((key.as_str(), only.as_str())),
            _ => None,
        })
    }

    /// Keys of several values.
    pub fn lists(&self) -> impl Iterator<Item = (&str, Vec<&str>)> {
        let several = self.0.iter().filter(|(_, values)| values.len() > 1);
        several.map(|(key, values)| (key.as_str(), values.iter().map(String::as_str).collect()))
    }
}

/// A scalar as conditions compare it.
fn told(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
