//! Registration (section 7.1).

use serde::Deserialize;
use serde_json::Value;

use crate::authenticator_data::{AuthenticatorData, sha256};
use crate::cbor::{self, Item};
use crate::client_data::ClientData;
use crate::cose::PublicKey;
use crate::{Expected, Refusal, Result, bytes_of};

/// Longest attestation object that is looked at.
const MAX_OBJECT: usize = 16 * 1024;
/// Longest client data.
pub(crate) const MAX_CLIENT_DATA: usize = 8 * 1024;
/// Transports that are kept of a credential.
const MAX_TRANSPORTS: usize = 8;
const TRANSPORTS: [&str; 7] = ["ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"];
const ATTACHMENTS: [&str; 2] = ["platform", "cross-platform"];

/// What a browser answers to creation options.
#[derive(Debug)]
pub struct Registration {
    id: Vec<u8>,
    client_json: Vec<u8>,
    client: ClientData,
    object: Vec<u8>,
    attachment: Option<String>,
    transports: Vec<String>,
}

/// A credential that may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCredential {
    /// At most 1023 bytes.
    pub id: Vec<u8>,
    /// In COSE form.
    pub public_key: Vec<u8>,
    /// How often it signed.
    pub sign_count: u32,
    /// The authenticator's model; zeros where it does not say.
    pub aaguid: [u8; 16],
    /// Whether it may live on several devices.
    pub backup_eligible: bool,
    /// `platform`, `cross-platform`.
    pub attachment: Option<String>,
    /// `internal`, `usb`, …
    pub transports: Vec<String>,
}

#[derive(Deserialize)]
struct Wire {
    id: String,
    #[serde(rename = "rawId")]
    raw_id: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    #[serde(rename = "authenticatorAttachment", default)]
    attachment: Option<String>,
    response: WireResponse,
}

#[derive(Deserialize)]
struct WireResponse {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    #[serde(rename = "attestationObject")]
    object: String,
    #[serde(default)]
    transports: Option<Vec<String>>,
}

impl Registration {
    /// Reads a `RegistrationResponseJSON`. Nothing is proven yet.
    ///
    /// # Errors
    /// [`Refusal::Malformed`].
    pub fn read(credential: &Value) -> Result<Self> {
        let wire = Wire::deserialize(credential).map_err(|_| Refusal::Malformed("credential"))?;
        let id = credential_id(&wire.id, wire.raw_id.as_deref(), &wire.kind)?;
        let client_json = bounded(&wire.response.client_data, MAX_CLIENT_DATA)?;
        let client = ClientData::read(&client_json)?;
        let object = bounded(&wire.response.object, MAX_OBJECT)?;
        let known = |names: &[&str], name: &String| names.contains(&name.as_str());
        let mut transports = wire.response.transports.unwrap_or_default();
        transports.retain(|transport| known(&TRANSPORTS, transport));
        transports.truncate(MAX_TRANSPORTS);
        let attachment = wire.attachment.filter(|attachment| known(&ATTACHMENTS, attachment));
        Ok(Self { id, client_json, client, object, attachment, transports })
    }

    /// The challenge it answers, as the browser says.
    pub fn challenge(&self) -> &[u8] {
        &self.client.challenge
    }

    /// Judges it.
    ///
    /// # Errors
    /// In the order of section 7.1: type, challenge, origin, relying party, flags, algorithm, attestation.
    pub fn verify(&self, expected: Expected<'_>) -> Result<NewCredential> {
        self.client.check("webauthn.create", expected)?;
        let object = match cbor::read(&self.object) {
            Some((object, [])) => object,
            _ => return Err(Refusal::Malformed("attestation object")),
        };
        let part = |name| object.named(name).ok_or(Refusal::Malformed("attestation object"));
        let raw = part("authData")?.bytes().ok_or(Refusal::Malformed("authenticator data"))?;
        let data = AuthenticatorData::read(raw)?;
        data.check(expected)?;
        let attested = data.attested.as_ref().ok_or(Refusal::Malformed("no credential"))?;
        if attested.id != self.id {
            return Err(Refusal::Malformed("credential id"));
        }
        let format = part("fmt")?.text().ok_or(Refusal::Malformed("attestation format"))?;
        let signed = [raw, sha256(&self.client_json).as_ref()].concat();
        check_attestation(format, part("attStmt")?, &attested.key, &signed)?;
        Ok(NewCredential {
            id: self.id.clone(),
            public_key: attested.cose.to_vec(),
            sign_count: data.sign_count,
            aaguid: attested.aaguid,
            backup_eligible: data.is_backup_eligible(),
            attachment: self.attachment.clone(),
            transports: self.transports.clone(),
        })
    }
}

/// No attestation is asked for. One that comes all the same must be the credential's own; makers' certificates, which
/// nobody here could trace to a root, are refused rather than taken for a proof.
fn check_attestation(format: &str, statement: &Item<'_>, key: &PublicKey, signed: &[u8]) -> Result<()> {
    match format {
        "none" if statement.is_empty_map() => Ok(()),
        "packed" if statement.named("x5c").is_none() => {
            let alg = statement.named("alg").and_then(Item::number);
            let signature = statement.named("sig").and_then(Item::bytes).ok_or(Refusal::Attestation)?;
            let holds = alg == Some(key.algorithm().number()) && key.verifies(signed, signature);
            if holds { Ok(()) } else { Err(Refusal::Attestation) }
        }
        "none" => Err(Refusal::Attestation),
        _ => Err(Refusal::Unsupported("attestation format")),
    }
}

/// The bytes of `id`, which `rawId` only repeats.
pub(crate) fn credential_id(id: &str, raw_id: Option<&str>, kind: &str) -> Result<Vec<u8>> {
    let bytes = bounded(id, 1023)?;
    let repeated = raw_id.is_none_or(|raw| bytes_of(raw).as_ref() == Some(&bytes));
    if bytes.is_empty() || !repeated || kind != "public-key" {
        return Err(Refusal::Malformed("credential id"));
    }
    Ok(bytes)
}

pub(crate) fn bounded(text: &str, most: usize) -> Result<Vec<u8>> {
    if text.len() > most * 2 {
        return Err(Refusal::Malformed("too long"));
    }
    bytes_of(text).filter(|bytes| bytes.len() <= most).ok_or(Refusal::Malformed("base64url"))
}
