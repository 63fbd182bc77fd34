//! XML signatures, as SAML Core section 5.4 narrows them: enveloped, over the very element that holds them, which they
//! name by its ID. What a signature says of its key is not read: only the keys of the metadata count.

use std::collections::BTreeSet;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{self, digest};
use aws_lc_rs::signature::{self, RsaParameters, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use x509_parser::oid_registry::OID_PKCS1_RSAENCRYPTION;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::c14n::exclusive;
use crate::tree::Element;
use crate::{Refusal, Result};

/// The namespace of signatures.
pub const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// Exclusive canonicalization without comments; also the namespace of its `InclusiveNamespaces`.
pub const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
/// The transform that leaves the signature itself out.
pub const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
/// Most prefixes of an `InclusiveNamespaces`.
const MAX_INCLUSIVE: usize = 64;

/// A key that an identity provider signs with: RSA of 2,048 bits or more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKey {
    /// An `RSAPublicKey` of PKCS #1, in DER.
    rsa: Vec<u8>,
}

impl SigningKey {
    /// The key of a certificate in DER. Neither its dates nor its issuer are asked: metadata vouches for the key.
    ///
    /// # Errors
    /// `Malformed` for what is no certificate, `Unsupported` for other keys than RSA.
    pub fn from_certificate(der: &[u8]) -> Result<Self> {
        let (rest, certificate) = X509Certificate::from_der(der).map_err(|_| Refusal::Malformed("a certificate"))?;
        if !rest.is_empty() {
            return Err(Refusal::Malformed("a certificate"));
        }
        let key = certificate.public_key();
        if key.algorithm.algorithm != OID_PKCS1_RSAENCRYPTION {
            return Err(Refusal::Unsupported("a key that is not RSA"));
        }
        Ok(Self { rsa: key.subject_public_key.data.to_vec() })
    }

    fn verifies(&self, algorithm: &'static RsaParameters, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(algorithm, &self.rsa).verify(message, signature).is_ok()
    }
}

/// Whether an element's own signature holds; none where it has none.
///
/// # Errors
/// `Malformed`, `Unsupported`, `Bounds`, and `Signature` where it does not hold.
pub fn verify(element: &Element, keys: &[SigningKey]) -> Result<Option<()>> {
    let Some(signature) = element.one(DS, "Signature")? else { return Ok(None) };
    let [info, value] = parts(signature)?;
    let [canonicalization, method, reference] = only(info, ["CanonicalizationMethod", "SignatureMethod", "Reference"])?;
    let algorithm = signature_algorithm(method)?;
    check_reference(element, signature, reference)?;
    let message = exclusive(info, &exclusive_algorithm(canonicalization)?, None)?;
    let value = base64(value)?;
    if keys.iter().any(|key| key.verifies(algorithm, &message, &value)) {
        Ok(Some(()))
    } else {
        Err(Refusal::Signature)
    }
}

/// `SignedInfo` and `SignatureValue`. A `KeyInfo` may follow; an `Object`, in which things could be hidden, may not.
fn parts(signature: &Element) -> Result<[&Element; 2]> {
    let children: Vec<&Element> = signature.elements().collect();
    let (info, value) = match children.as_slice() {
        [info, value] => (*info, *value),
        [info, value, key] if key.is(DS, "KeyInfo") => (*info, *value),
        _ => return Err(Refusal::Malformed("the parts of a signature")),
    };
    if info.is(DS, "SignedInfo") && value.is(DS, "SignatureValue") {
        Ok([info, value])
    } else {
        Err(Refusal::Malformed("the parts of a signature"))
    }
}

/// The children of an element, which must be these.
fn only<'a, const N: usize>(element: &'a Element, names: [&str; N]) -> Result<[&'a Element; N]> {
    let children: Vec<&Element> = element.elements().collect();
    let children: [&Element; N] =
        children.try_into().map_err(|_| Refusal::Malformed("the parts of a signature's element"))?;
    if children.iter().zip(names).all(|(child, name)| child.is(DS, name)) {
        Ok(children)
    } else {
        Err(Refusal::Malformed("the parts of a signature's element"))
    }
}

fn check_reference(element: &Element, signature: &Element, reference: &Element) -> Result<()> {
    let id = element.attribute("ID").filter(|id| !id.is_empty()).ok_or(Refusal::Malformed("no ID"))?;
    if reference.attribute("URI").and_then(|uri| uri.strip_prefix('#')) != Some(id) {
        return Err(Refusal::Unsupported("a reference to something else"));
    }
    let [transforms, method, value] = only(reference, ["Transforms", "DigestMethod", "DigestValue"])?;
    let [enveloped, canonical] = only(transforms, ["Transform", "Transform"])
        .map_err(|_| Refusal::Unsupported("other transforms than the two of SAML"))?;
    if algorithm(enveloped) != ENVELOPED || enveloped.elements().next().is_some() {
        return Err(Refusal::Unsupported("another transform"));
    }
    let inclusive = exclusive_algorithm(canonical)?;
    let digested = digest(digest_algorithm(method)?, &exclusive(element, &inclusive, Some(signature))?);
    verify_slices_are_equal(digested.as_ref(), &base64(value)?).map_err(|_| Refusal::Signature)
}

/// Whether a method or transform is exclusive canonicalization; its `InclusiveNamespaces`.
fn exclusive_algorithm(method: &Element) -> Result<BTreeSet<&str>> {
    if algorithm(method) != EXCLUSIVE {
        return Err(Refusal::Unsupported("another canonicalization or transform"));
    }
    let mut children = method.elements();
    let (first, second) = (children.next(), children.next());
    let Some(inclusive) = first else { return Ok(BTreeSet::new()) };
    if !inclusive.is(EXCLUSIVE, "InclusiveNamespaces") || second.is_some() {
        return Err(Refusal::Unsupported("another parameter of a transform"));
    }
    let list = inclusive.attribute("PrefixList").unwrap_or_default();
    let prefixes: BTreeSet<&str> =
        list.split_ascii_whitespace().map(|prefix| if prefix == "#default" { "" } else { prefix }).collect();
    if prefixes.len() > MAX_INCLUSIVE { Err(Refusal::Bounds("prefixes")) } else { Ok(prefixes) }
}

fn algorithm(element: &Element) -> &str {
    element.attribute("Algorithm").unwrap_or_default()
}

fn signature_algorithm(method: &Element) -> Result<&'static RsaParameters> {
    if method.elements().next().is_some() {
        return Err(Refusal::Unsupported("a parameter of a signature algorithm"));
    }
    match algorithm(method) {
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256" => Ok(&signature::RSA_PKCS1_2048_8192_SHA256),
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384" => Ok(&signature::RSA_PKCS1_2048_8192_SHA384),
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512" => Ok(&signature::RSA_PKCS1_2048_8192_SHA512),
        _ => Err(Refusal::Unsupported("another signature algorithm")),
    }
}

fn digest_algorithm(method: &Element) -> Result<&'static digest::Algorithm> {
    match algorithm(method) {
        "http://www.w3.org/2001/04/xmlenc#sha256" => Ok(&digest::SHA256),
        "http://www.w3.org/2001/04/xmldsig-more#sha384" => Ok(&digest::SHA384),
        "http://www.w3.org/2001/04/xmlenc#sha512" => Ok(&digest::SHA512),
        _ => Err(Refusal::Unsupported("another digest")),
    }
}

fn base64(element: &Element) -> Result<Vec<u8>> {
    let text: String = element.text()?.split_ascii_whitespace().collect();
    STANDARD.decode(text).map_err(|_| Refusal::Base64)
}
