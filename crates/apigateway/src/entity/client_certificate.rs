//! Client certificates: what the gateway shows to HTTPS backends so that they know it.

use aws_types::Timestamp;
use model_apigateway as model;
use serde::{Deserialize, Serialize};

use super::{TextMap, moment, shown};

/// A self-signed certificate with its key, which is sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClientCertificate {
    /// Six letters and digits.
    pub id: String,
    /// Free text.
    pub description: Option<String>,
    /// The certificate.
    pub pem: String,
    /// Its private key (PKCS#8 in PEM), sealed.
    pub sealed_key: String,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// When it is over.
    #[serde(with = "moment")]
    pub expires: Timestamp,
    /// Names and values.
    pub tags: TextMap,
}

impl ClientCertificate {
    /// As AWS shows it; the key is never shown.
    pub fn output(&self) -> model::ClientCertificate {
        model::ClientCertificate {
            client_certificate_id: Some(self.id.clone()),
            description: self.description.clone(),
            pem_encoded_certificate: Some(self.pem.clone()),
            created_date: Some(self.created),
            expiration_date: Some(self.expires),
            tags: shown(&self.tags),
        }
    }
}
