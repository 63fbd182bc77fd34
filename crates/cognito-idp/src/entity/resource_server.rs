//! A resource server: an API that defines OAuth scopes.

use model_cognito_idp::types::{ResourceServerScopeType, ResourceServerType};
use serde::{Deserialize, Serialize};

/// A resource server of a pool.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResourceServer {
    /// `https://dragons.example.com`, `dragons`.
    pub identifier: String,
    /// The pool.
    pub pool_id: String,
    /// Free name.
    pub name: String,
    /// In the order given.
    pub scopes: Vec<ResourceServerScopeType>,
}

impl ResourceServer {
    /// As the API shows it.
    pub fn to_wire(&self) -> ResourceServerType {
        ResourceServerType {
            user_pool_id: Some(self.pool_id.clone()),
            identifier: Some(self.identifier.clone()),
            name: Some(self.name.clone()),
            scopes: Some(self.scopes.clone()),
            managed_by: None,
        }
    }

    /// `identifier/scope` of each scope.
    pub fn scope_names(&self) -> impl Iterator<Item = String> + '_ {
        self.scopes.iter().map(|scope| format!("{}/{}", self.identifier, scope.scope_name))
    }
}
