//! A passkey of a user (guide: "Passkey sign-in").

use aws_types::Timestamp;
use model_cognito_idp::types::WebAuthnCredentialDescription;
use serde::{Deserialize, Serialize};

use super::moment;

/// A registered credential.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Passkey {
    /// The credential's id, base64url.
    pub id: String,
    /// Its public key in COSE form, base64url.
    pub public_key: String,
    /// How often it had signed when it was last seen; 0 where it does not count.
    pub sign_count: u32,
    /// The relying party it was made for.
    pub relying_party: String,
    /// Made of the authenticator's model.
    pub name: String,
    /// `platform`, `cross-platform`.
    pub attachment: Option<String>,
    /// `internal`, `usb`, …
    pub transports: Vec<String>,
    /// When it was registered.
    #[serde(with = "moment")]
    pub created: Timestamp,
}

impl Passkey {
    /// As ListWebAuthnCredentials shows it.
    pub fn to_wire(&self) -> WebAuthnCredentialDescription {
        WebAuthnCredentialDescription {
            credential_id: Some(self.id.clone()),
            friendly_credential_name: Some(self.name.clone()),
            relying_party_id: Some(self.relying_party.clone()),
            authenticator_attachment: self.attachment.clone(),
            authenticator_transports: Some(self.transports.clone()),
            created_at: Some(self.created),
        }
    }
}
