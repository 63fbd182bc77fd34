//! An identity provider in software, for tests: it signs whatever it is told to.

#![expect(clippy::unwrap_used, clippy::missing_panics_doc, reason = "only tests use it, and they want to fail loudly")]

use std::collections::BTreeSet;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::c14n::exclusive;
use crate::signature::{DS, ENVELOPED, EXCLUSIVE};
use crate::tree::{Element, Limits, parse};

/// Where a signature goes in a text that is to be signed: in the element whose `ID` follows.
pub const PLACE: &str = "<!--signature-->";

/// An identity provider with a key.
#[derive(Debug)]
pub struct SoftProvider {
    key: KeyPair,
    /// Its certificate in DER.
    pub certificate: Vec<u8>,
}

impl Default for SoftProvider {
    fn default() -> Self {
        Self::new()
    }
}

impl SoftProvider {
    /// One with a new key.
    pub fn new() -> Self {
        let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let der: Pkcs8V1Der<'_> = key.as_der().unwrap();
        let pkcs8 = der.as_ref().to_vec();
        let for_certificate = rcgen::KeyPair::try_from(pkcs8).unwrap();
        let params = rcgen::CertificateParams::new(vec!["idp.example.com".to_owned()]).unwrap();
        let certificate = params.self_signed(&for_certificate).unwrap().der().to_vec();
        Self { key, certificate }
    }

    /// Its metadata.
    pub fn metadata(&self, entity_id: &str) -> String {
        let certificate = STANDARD.encode(&self.certificate);
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity_id}">
  <md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="{DS}"><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
    </md:KeyDescriptor>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>"#
        )
    }

    /// Signs the element of that ID, and puts the signature where [`PLACE`] stands. Everything but the signature must
    /// be as it will be.
    pub fn sign(&self, document: &str, id: &str) -> String {
        let root = read(document);
        let element = find(&root, id);
        let digested = STANDARD.encode(digest(&SHA256, &exclusive(element, &BTreeSet::new(), None).unwrap()));
        document.replacen(PLACE, &self.signature(&format!("#{id}"), &digested), 1)
    }

    /// A signature over a digest.
    pub fn signature(&self, uri: &str, digested: &str) -> String {
        let info = format!(
            r#"<ds:SignedInfo xmlns:ds="{DS}"><ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod><ds:Reference URI="{uri}"><ds:Transforms><ds:Transform Algorithm="{ENVELOPED}"></ds:Transform><ds:Transform Algorithm="{EXCLUSIVE}"></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>{digested}</ds:DigestValue></ds:Reference></ds:SignedInfo>"#
        );
        self.signature_of(&info)
    }

    /// A signature whose `SignedInfo` is that text, which must be canonical.
    pub fn signature_of(&self, info: &str) -> String {
        let mut value = vec![0; self.key.public_modulus_len()];
        self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), info.as_bytes(), &mut value).unwrap();
        let value = STANDARD.encode(value);
        format!(r#"<ds:Signature xmlns:ds="{DS}">{info}<ds:SignatureValue>{value}</ds:SignatureValue></ds:Signature>"#)
    }
}

fn read(document: &str) -> Element {
    parse(document.as_bytes(), Limits { bytes: 1 << 24, elements: 1 << 20 }).unwrap()
}

fn find<'a>(root: &'a Element, id: &str) -> &'a Element {
    let mut found = None;
    root.visit(&mut |element, _| {
        if element.attribute("ID") == Some(id) {
            found = found.or(Some(element));
        }
        Ok(())
    })
    .unwrap();
    found.unwrap()
}

/// An assertion as providers make it, to be changed and signed.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its issuer, and the response's.
    pub issuer: String,
    /// The assertion's ID.
    pub id: String,
    /// `NameID`, as XML.
    pub name_id: String,
    /// Its format.
    pub format: String,
    /// `IssueInstant` and `NotBefore`.
    pub issued: String,
    /// Every `NotOnOrAfter`.
    pub expires: String,
    /// `Audience`.
    pub audience: String,
    /// `Recipient` and `Destination`.
    pub recipient: String,
    /// More of `AuthnStatement`'s attributes.
    pub session: String,
    /// Attributes with their values, as XML.
    pub attributes: Vec<(String, Vec<String>)>,
}

impl Draft {
    /// The assertion, with [`PLACE`].
    pub fn assertion(&self) -> String {
        let Self { issuer, id, name_id, format, issued, expires, audience, recipient, session, .. } = self;
        let attributes = self.attributes.iter().map(|(name, values)| {
            let values = values.iter().map(|value| format!("<saml:AttributeValue>{value}</saml:AttributeValue>"));
            format!(r#"<saml:Attribute Name="{name}">{}</saml:Attribute>"#, values.collect::<String>())
        });
        let attributes: String = attributes.collect();
        format!(
            r#"<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{id}" Version="2.0" IssueInstant="{issued}"><saml:Issuer>{issuer}</saml:Issuer>{PLACE}<saml:Subject><saml:NameID Format="{format}">{name_id}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="{expires}" Recipient="{recipient}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{issued}" NotOnOrAfter="{expires}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{issued}" SessionIndex="s1"{session}><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"#
        )
    }

    /// A response that holds that.
    pub fn response(&self, holds: &str) -> String {
        let Self { issuer, issued, recipient, .. } = self;
        format!(
            r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="response" Version="2.0" IssueInstant="{issued}" Destination="{recipient}"><saml:Issuer>{issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>{holds}</samlp:Response>"#
        )
    }

    /// A whole response in base64, whose assertion is signed.
    pub fn signed(&self, provider: &SoftProvider) -> String {
        STANDARD.encode(provider.sign(&self.response(&self.assertion()), &self.id))
    }
}
