//! Metadata of an identity provider (SAML Metadata sections 2.3 and 2.4).

use aws_types::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::response::PROTOCOL;
use crate::signature::{DS, SigningKey};
use crate::tree::{Element, Limits, parse};
use crate::{Refusal, Result};

/// The namespace of metadata.
pub const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
/// The most bytes of a document: what IAM takes.
const MAX_METADATA: usize = 10_000_000;
/// Most elements of a document.
const MAX_ELEMENTS: usize = 50_000;
/// Most keys, each of which is tried.
const MAX_KEYS: usize = 16;

/// An identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// `entityID`: the issuer of its assertions.
    pub entity_id: String,
    /// The keys of its signatures.
    pub keys: Vec<SigningKey>,
    /// Where users sign in.
    pub single_sign_on: Vec<Endpoint>,
    /// Where they sign out.
    pub single_logout: Vec<Endpoint>,
    /// `WantAuthnRequestsSigned`.
    pub wants_signed_requests: bool,
    /// `validUntil`.
    pub valid_until: Option<Timestamp>,
}

/// Where an identity provider is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// `urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect`.
    pub binding: String,
    /// The URL.
    pub location: String,
}

impl Metadata {
    /// Reads a document whose root is the `EntityDescriptor` of an identity provider. Who gives the document vouches for
    /// it: its own signature, if it has one, is not asked.
    ///
    /// # Errors
    /// `Bounds`, `Xml`, `Malformed`, `Unsupported` where no key could prove anything.
    pub fn parse(document: &str) -> Result<Self> {
        let root = parse(document.trim().as_bytes(), Limits { bytes: MAX_METADATA, elements: MAX_ELEMENTS })?;
        if !root.is(METADATA, "EntityDescriptor") {
            return Err(Refusal::Malformed("not an entity"));
        }
        let entity_id = root.attribute("entityID").filter(|id| !id.is_empty() && id.len() <= 1_024);
        let entity_id = entity_id.ok_or(Refusal::Malformed("no entityID"))?.to_owned();
        let descriptor = descriptor(&root)?;
        Ok(Self {
            entity_id,
            keys: keys(descriptor)?,
            single_sign_on: endpoints(descriptor, "SingleSignOnService"),
            single_logout: endpoints(descriptor, "SingleLogoutService"),
            wants_signed_requests: matches!(descriptor.attribute("WantAuthnRequestsSigned"), Some("true" | "1")),
            valid_until: valid_until(&root)?,
        })
    }
}

/// The part that is about SAML 2.0.
fn descriptor(root: &Element) -> Result<&Element> {
    let speaks = |descriptor: &&Element| {
        let protocols = descriptor.attribute("protocolSupportEnumeration").unwrap_or_default();
        protocols.split_ascii_whitespace().any(|protocol| protocol == PROTOCOL)
    };
    root.all(METADATA, "IDPSSODescriptor").find(speaks).ok_or(Refusal::Malformed("no identity provider"))
}

/// Keys for signatures; those that say no use are for both. Certificates of other kinds than RSA are passed over where
/// there is one that counts.
fn keys(descriptor: &Element) -> Result<Vec<SigningKey>> {
    let (mut keys, mut refusal) = (Vec::new(), Refusal::Malformed("no certificate"));
    let described = descriptor.all(METADATA, "KeyDescriptor");
    for key in described.filter(|key| matches!(key.attribute("use"), None | Some("signing"))) {
        for certificate in certificates(key) {
            match SigningKey::from_certificate(&certificate?) {
                Ok(key) if keys.contains(&key) => {}
                Ok(_) if keys.len() == MAX_KEYS => return Err(Refusal::Bounds("keys")),
                Ok(key) => keys.push(key),
                Err(Refusal::Unsupported(what)) => refusal = Refusal::Unsupported(what),
                Err(other) => return Err(other),
            }
        }
    }
    if keys.is_empty() { Err(refusal) } else { Ok(keys) }
}

fn certificates(key: &Element) -> impl Iterator<Item = Result<Vec<u8>>> {
    let infos = key.all(DS, "KeyInfo").flat_map(|info| info.all(DS, "X509Data"));
    infos.flat_map(|data| data.all(DS, "X509Certificate")).map(|certificate| {
        let text: String = certificate.text()?.split_ascii_whitespace().collect();
        STANDARD.decode(text).map_err(|_| Refusal::Malformed("a certificate"))
    })
}

fn endpoints(descriptor: &Element, name: &str) -> Vec<Endpoint> {
    let endpoint = |element: &Element| {
        let (binding, location) = (element.attribute("Binding")?, element.attribute("Location")?);
        Some(Endpoint { binding: binding.to_owned(), location: location.to_owned() })
    };
    descriptor.all(METADATA, name).filter_map(endpoint).collect()
}

fn valid_until(root: &Element) -> Result<Option<Timestamp>> {
    let Some(text) = root.attribute("validUntil") else { return Ok(None) };
    Timestamp::parse_iso8601(text).map(Some).ok_or(Refusal::Malformed("a time"))
}
