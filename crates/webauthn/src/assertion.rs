//! Authentication (section 7.2).

use serde::Deserialize;
use serde_json::Value;

use crate::authenticator_data::{AuthenticatorData, sha256};
use crate::client_data::ClientData;
use crate::cose::PublicKey;
use crate::registration::{MAX_CLIENT_DATA, bounded, credential_id};
use crate::{Expected, Refusal, Result};

const MAX_DATA: usize = 4096;
const MAX_SIGNATURE: usize = 1024;
/// Longest user handle (section 5.4.3).
const MAX_HANDLE: usize = 64;

/// What a browser answers to request options.
#[derive(Debug)]
pub struct Assertion {
    id: Vec<u8>,
    client_json: Vec<u8>,
    client: ClientData,
    data: Vec<u8>,
    signature: Vec<u8>,
    handle: Option<Vec<u8>>,
}

/// What is known of a credential.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// In COSE form.
    pub public_key: &'a [u8],
    /// How often it had signed.
    pub sign_count: u32,
}

/// What an assertion shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// How often it has signed now.
    pub sign_count: u32,
    /// Whether the authenticator knew its user.
    pub user_verified: bool,
}

#[derive(Deserialize)]
struct Wire {
    id: String,
    #[serde(rename = "rawId")]
    raw_id: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    response: WireResponse,
}

#[derive(Deserialize)]
struct WireResponse {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    #[serde(rename = "authenticatorData")]
    data: String,
    signature: String,
    #[serde(rename = "userHandle", default)]
    handle: Option<String>,
}

impl Assertion {
    /// Reads an `AuthenticationResponseJSON`. Nothing is proven yet.
    ///
    /// # Errors
    /// [`Refusal::Malformed`].
    pub fn read(credential: &Value) -> Result<Self> {
        let wire = Wire::deserialize(credential).map_err(|_| Refusal::Malformed("credential"))?;
        let client_json = bounded(&wire.response.client_data, MAX_CLIENT_DATA)?;
        let handle = wire.response.handle.filter(|handle| !handle.is_empty());
        Ok(Self {
            id: credential_id(&wire.id, wire.raw_id.as_deref(), &wire.kind)?,
            client: ClientData::read(&client_json)?,
            client_json,
            data: bounded(&wire.response.data, MAX_DATA)?,
            signature: bounded(&wire.response.signature, MAX_SIGNATURE)?,
            handle: handle.map(|handle| bounded(&handle, MAX_HANDLE)).transpose()?,
        })
    }

    /// Which credential signed, as the browser says.
    pub fn credential_id(&self) -> &[u8] {
        &self.id
    }

    /// Whose credential it is, as the authenticator says.
    pub fn user_handle(&self) -> Option<&[u8]> {
        self.handle.as_deref()
    }

    /// Judges it.
    ///
    /// # Errors
    /// In the order of section 7.2: type, challenge, origin, relying party, flags, signature, counter.
    pub fn verify(&self, expected: Expected<'_>, known: Known<'_>) -> Result<Seen> {
        self.client.check("webauthn.get", expected)?;
        let data = AuthenticatorData::read(&self.data)?;
        data.check(expected)?;
        let signed = [self.data.as_slice(), sha256(&self.client_json).as_ref()].concat();
        if !PublicKey::from_cose(known.public_key)?.verifies(&signed, &self.signature) {
            return Err(Refusal::Signature);
        }
        let counts = data.sign_count != 0 || known.sign_count != 0;
        if counts && data.sign_count <= known.sign_count {
            return Err(Refusal::SignCount);
        }
        Ok(Seen { sign_count: data.sign_count, user_verified: data.is_verified() })
    }
}
