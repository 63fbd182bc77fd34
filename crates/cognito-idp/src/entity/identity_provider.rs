//! An outside identity provider of a pool.

use std::collections::BTreeMap;

use aws_types::Timestamp;
use model_cognito_idp::types::{IdentityProviderType, IdentityProviderTypeType, ProviderDescription};
use serde::{Deserialize, Serialize};

use super::moment;

/// A provider's configuration. Its secrets are sealed; [`crate::CognitoIdp::provider_view`] opens them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IdentityProvider {
    /// `ProviderName`, unique in the pool.
    pub name: String,
    /// The pool.
    pub pool_id: String,
    /// SAML, OIDC, or a social one.
    pub provider_type: IdentityProviderTypeType,
    /// `ProviderDetails` without secrets, as given.
    pub details: BTreeMap<String, String>,
    /// The secret ones, each sealed and bound to pool, provider and key.
    pub secrets: BTreeMap<String, String>,
    /// Pool attribute to the provider's claim.
    pub attribute_mapping: BTreeMap<String, String>,
    /// Other names, unique in the pool.
    pub identifiers: Vec<String>,
    /// `Level1` … to the provider's own values.
    pub acr_mapping: Option<BTreeMap<String, String>>,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// When it was last changed.
    #[serde(with = "moment")]
    pub modified: Timestamp,
}

impl IdentityProvider {
    /// As the API shows it; `details` with what belongs to the type and with the secrets.
    pub fn to_wire(&self, details: BTreeMap<String, String>) -> IdentityProviderType {
        IdentityProviderType {
            user_pool_id: Some(self.pool_id.clone()),
            provider_name: Some(self.name.clone()),
            provider_type: Some(self.provider_type),
            provider_details: Some(details),
            attribute_mapping: Some(self.attribute_mapping.clone()),
            idp_identifiers: Some(self.identifiers.clone()),
            acr_mapping: self.acr_mapping.clone(),
            last_modified_date: Some(self.modified),
            creation_date: Some(self.created),
        }
    }

    /// As ListIdentityProviders shows it.
    pub fn to_description(&self) -> ProviderDescription {
        ProviderDescription {
            provider_name: Some(self.name.clone()),
            provider_type: Some(self.provider_type),
            last_modified_date: Some(self.modified),
            creation_date: Some(self.created),
        }
    }
}
