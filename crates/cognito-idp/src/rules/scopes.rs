//! The scopes of a resource server.

use std::collections::BTreeSet;

use model_cognito_idp::types::ResourceServerScopeType;

use crate::error::{Result, invalid_parameter};

/// The scopes to keep: names are unique in their server.
///
/// # Errors
/// `InvalidParameterException`.
pub fn check(scopes: Vec<ResourceServerScopeType>) -> Result<Vec<ResourceServerScopeType>> {
    let mut names = BTreeSet::new();
    match scopes.iter().find(|scope| !names.insert(scope.scope_name.as_str())) {
        Some(twice) => Err(invalid_parameter(format_args!("The scope {} is given twice.", twice.scope_name))),
        None => Ok(scopes),
    }
}
