//! Branding of the managed login pages, and the terms documents they link to.

use std::collections::BTreeMap;

use aws_types::Timestamp;
use model_cognito_idp::types::{
    AssetType, ManagedLoginBrandingType, TermsDescriptionType, TermsEnforcementType, TermsSourceType, TermsType,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::moment;

/// The style of one client's pages. Its images lie beside it, each in a document of its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Branding {
    /// `ManagedLoginBrandingId`.
    pub id: String,
    /// The pool.
    pub pool_id: String,
    /// The client; it has one style at most.
    pub client_id: String,
    /// `UseCognitoProvidedValues`: nothing is customised.
    pub defaults_only: bool,
    /// What was customised, checked.
    pub settings: Option<Value>,
    /// Bytes of each image, by its place.
    pub assets: BTreeMap<String, usize>,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// When it was last changed.
    #[serde(with = "moment")]
    pub modified: Timestamp,
}

impl Branding {
    /// As the API shows it.
    pub fn to_wire(&self, settings: Option<Value>, assets: Vec<AssetType>) -> ManagedLoginBrandingType {
        ManagedLoginBrandingType {
            managed_login_branding_id: Some(self.id.clone()),
            user_pool_id: Some(self.pool_id.clone()),
            use_cognito_provided_values: Some(self.defaults_only),
            settings,
            assets: (!assets.is_empty()).then_some(assets),
            creation_date: Some(self.created),
            last_modified_date: Some(self.modified),
        }
    }
}

/// A terms document of a client.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Terms {
    /// `TermsId`.
    pub id: String,
    /// The pool.
    pub pool_id: String,
    /// The client.
    pub client_id: String,
    /// `terms-of-use` or `privacy-policy`; each once a client.
    pub name: String,
    /// LINK.
    pub source: TermsSourceType,
    /// NONE.
    pub enforcement: TermsEnforcementType,
    /// URL by language.
    pub links: BTreeMap<String, String>,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// When it was last changed.
    #[serde(with = "moment")]
    pub modified: Timestamp,
}

impl Terms {
    /// As the API shows it.
    pub fn to_wire(&self) -> TermsType {
        TermsType {
            terms_id: Some(self.id.clone()),
            user_pool_id: Some(self.pool_id.clone()),
            client_id: Some(self.client_id.clone()),
            terms_name: Some(self.name.clone()),
            terms_source: Some(self.source),
            enforcement: Some(self.enforcement),
            links: Some(self.links.clone()),
            creation_date: Some(self.created),
            last_modified_date: Some(self.modified),
        }
    }

    /// As ListTerms shows it.
    pub fn to_description(&self) -> TermsDescriptionType {
        TermsDescriptionType {
            terms_id: Some(self.id.clone()),
            terms_name: Some(self.name.clone()),
            enforcement: Some(self.enforcement),
            creation_date: Some(self.created),
            last_modified_date: Some(self.modified),
        }
    }
}
