//! Reading what a function answered: strictly, because a member of the wrong type may be a refusal misspelt.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::error::{Result, unrecognizable_lambda_output};

/// `response` of the event that came back, or an object within.
#[derive(Clone, Default)]
pub(crate) struct Response(Map<String, Value>);

impl Response {
    /// Of a whole event.
    ///
    /// # Errors
    /// InvalidLambdaResponseException, as all functions here.
    pub fn of_event(payload: &[u8]) -> Result<Self> {
        let event: Value = serde_json::from_slice(payload).map_err(|_| unrecognizable_lambda_output())?;
        match event {
            Value::Object(mut event) => match event.remove("response") {
                Some(Value::Object(response)) => Ok(Self(response)),
                _ => Err(unrecognizable_lambda_output()),
            },
            _ => Err(unrecognizable_lambda_output()),
        }
    }

    fn given(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Whether the member is there at all, be it null.
    pub fn mentions(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A boolean; absent means no.
    pub fn flag(&self, name: &str) -> Result<bool> {
        match self.given(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(unrecognizable_lambda_output()),
        }
    }

    /// A text.
    pub fn text(&self, name: &str) -> Result<Option<String>> {
        match self.given(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(unrecognizable_lambda_output()),
        }
    }

    /// A list of texts; absent means empty.
    pub fn texts(&self, name: &str) -> Result<Vec<String>> {
        match self.given(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => items.iter().map(own_text).collect(),
            Some(_) => Err(unrecognizable_lambda_output()),
        }
    }

    /// Texts by name; absent means none.
    pub fn text_map(&self, name: &str) -> Result<BTreeMap<String, String>> {
        let Some(inner) = self.object(name)? else { return Ok(BTreeMap::new()) };
        inner.0.iter().map(|(name, value)| Ok((name.clone(), own_text(value)?))).collect()
    }

    /// Any JSON by name; absent means none.
    pub fn values(&self, name: &str) -> Result<Map<String, Value>> {
        Ok(self.object(name)?.map(|inner| inner.0).unwrap_or_default())
    }

    /// An object within.
    pub fn object(&self, name: &str) -> Result<Option<Self>> {
        match self.given(name) {
            None => Ok(None),
            Some(Value::Object(inner)) => Ok(Some(Self(inner.clone()))),
            Some(_) => Err(unrecognizable_lambda_output()),
        }
    }
}

fn own_text(value: &Value) -> Result<String> {
    value.as_str().map(str::to_owned).ok_or_else(unrecognizable_lambda_output)
}
