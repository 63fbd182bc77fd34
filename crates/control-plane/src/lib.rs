//! What the services (control planes) have in common beside their floor plan: how a service stands before the front door,
//! how a moment lies in a stored document, and the rules that the APIs of both kinds put to tags and stage variables.
//!
//! What comes in: a service's type and model; values of its documents. What goes out: its [`aws_types::Service`], and
//! sentences that its own `error.rs` gives a code.
//! What it must not know: any service, the store, HTTP, the clock.
//!
//! To add a thing: only what two services would write alike, and only where it means the same in both.

pub mod api_rules;
pub mod moment;
mod service;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use aws_types;
pub use serde_json::Value;

use aws_types::AwsError;

/// Names and texts.
pub type TextMap = BTreeMap<String, String>;

/// What was looked for; `None` where the caller would be refused it.
///
/// # Errors
/// What is not the caller's: the store's.
pub fn if_found<T>(found: Result<T, AwsError>) -> Result<Option<T>, AwsError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.internal.is_none() => Ok(None),
        Err(error) => Err(error),
    }
}

/// A map as AWS shows it: absent where it is empty.
pub fn shown<T: Clone>(map: &BTreeMap<String, T>) -> Option<BTreeMap<String, T>> {
    (!map.is_empty()).then(|| map.clone())
}
