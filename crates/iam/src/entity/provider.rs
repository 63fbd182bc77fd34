//! Identity providers that roles may trust.

use aws_types::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Tag, moment};

/// An OpenID Connect provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OidcProvider {
    /// The account.
    pub account: String,
    /// The issuer without `https://`: `accounts.example.com/path`.
    pub url: String,
    /// Audiences whose tokens are taken.
    pub client_ids: Vec<String>,
    /// SHA-1 of certificates, as given. Kept and given back: keys come over verified TLS or from pools that live here.
    pub thumbprints: Vec<String>,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// Tags.
    pub tags: Vec<Tag>,
}

impl OidcProvider {
    /// `arn:aws:iam::123456789012:oidc-provider/accounts.example.com/path`.
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{}:oidc-provider/{}", self.account, self.url)
    }
}

/// A SAML provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SamlProvider {
    /// The account.
    pub account: String,
    /// `Name`.
    pub name: String,
    /// A random UUID.
    pub uuid: String,
    /// The provider's metadata, as given.
    pub metadata: String,
    /// When the metadata ends.
    #[serde(with = "moment")]
    pub valid_until: Timestamp,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// Tags.
    pub tags: Vec<Tag>,
    /// `AssertionEncryptionMode`: `Required` or `Allowed`.
    pub encryption: Option<String>,
}

impl SamlProvider {
    /// `arn:aws:iam::123456789012:saml-provider/name`.
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{}:saml-provider/{}", self.account, self.name)
    }
}
