//! A response and its judgement (SAML Core section 3.3.3, Profiles section 4.1.4.3).

use std::collections::BTreeSet;

use aws_types::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::signature::{SigningKey, verify};
use crate::tree::{Element, Limits, parse};
use crate::{MAX_RESPONSE, Refusal, Result};

/// The namespace of the protocol.
pub const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// The namespace of assertions.
pub const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// The status of a response that says yes.
const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
/// How bearers are confirmed: they hold it.
const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
/// Most elements of a response.
const MAX_ELEMENTS: usize = 10_000;

/// What must be true of a response.
pub struct Expected<'a> {
    /// The identity provider's entity id.
    pub issuer: &'a str,
    /// Its keys.
    pub keys: &'a [SigningKey],
    /// Names of this service provider: one of them must be an audience.
    pub audiences: &'a [&'a str],
    /// Whether a URL is one at which this service provider takes responses.
    pub is_recipient: &'a (dyn Fn(&str) -> bool + Sync),
    /// Which request it may answer.
    pub solicited: Solicited<'a>,
    /// The time.
    pub now: Timestamp,
    /// By how many milliseconds the provider's clock may be ahead. Nothing is taken after its end.
    pub ahead_ms: i64,
}

/// Which request a response may answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Solicited<'a> {
    /// Any or none: the requests are not ours.
    Unknown,
    /// None: the provider begins by itself.
    No,
    /// The request of this ID.
    By(&'a str),
}

/// A response that was read, of which nothing is proven yet.
#[derive(Debug)]
pub struct Response(Element);

/// An assertion that was proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// `ID`: never to be taken twice from this issuer before [`Self::expires`].
    pub id: String,
    /// Who made it.
    pub issuer: String,
    /// When it was made.
    pub issued: Timestamp,
    /// From when on it is refused: the earliest end that it names.
    pub expires: Timestamp,
    /// Whom it is about.
    pub subject: NameId,
    /// Where it was sent: the `Recipient` by which it was confirmed.
    pub recipient: String,
    /// Which of the expected audiences it names.
    pub audience: String,
    /// `SessionNotOnOrAfter`: when the session at the provider ends.
    pub session_expires: Option<Timestamp>,
    /// `SessionIndex`.
    pub session_index: Option<String>,
    /// In order.
    pub attributes: Vec<Attribute>,
}

/// Whom an assertion is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameId {
    /// The name.
    pub value: String,
    /// `urn:oasis:names:tc:SAML:2.0:nameid-format:persistent`.
    pub format: Option<String>,
    /// `NameQualifier`.
    pub name_qualifier: Option<String>,
    /// `SPNameQualifier`.
    pub sp_name_qualifier: Option<String>,
}

/// What an assertion says of its subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// `Name`.
    pub name: String,
    /// `FriendlyName`.
    pub friendly_name: Option<String>,
    /// The whole texts of its values, in order.
    pub values: Vec<String>,
}

impl Assertion {
    /// All values of the attributes of a name.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.attributes.iter().filter(move |attribute| attribute.name == name);
        named.flat_map(|attribute| attribute.values.iter().map(String::as_str))
    }
}

impl Response {
    /// Reads the base64 text of a response, as it stands in the form field `SAMLResponse`.
    ///
    /// # Errors
    /// `Base64`, `Bounds`, `Xml`, and `Malformed` where it is no response.
    pub fn from_base64(text: &str) -> Result<Self> {
        // The most characters that can stand for so many bytes, with line ends.
        if text.len() > MAX_RESPONSE * 2 {
            return Err(Refusal::Bounds("bytes"));
        }
        let compact: String = text.split_ascii_whitespace().collect();
        Self::from_xml(&STANDARD.decode(compact).map_err(|_| Refusal::Base64)?)
    }

    /// Reads the XML of a response.
    ///
    /// # Errors
    /// `Bounds`, `Xml`, and `Malformed` where it is no response.
    pub fn from_xml(document: &[u8]) -> Result<Self> {
        let root = parse(document, Limits { bytes: MAX_RESPONSE, elements: MAX_ELEMENTS })?;
        if !root.is(PROTOCOL, "Response") || root.attribute("Version") != Some("2.0") {
            return Err(Refusal::Malformed("not a response of SAML 2.0"));
        }
        Ok(Self(root))
    }

    /// Who says that the response is theirs. Nothing of it is proven: it may only tell which provider to ask for.
    pub fn unproven_issuer<'a>(&'a self) -> Option<&'a str> {
        let of = |element: &'a Element| element.one(ASSERTION, "Issuer").ok().flatten()?.text().ok();
        self.0.all(ASSERTION, "Assertion").next().and_then(of).or_else(|| of(&self.0))
    }

    /// The `InResponseTo` of the response, unproven: it may only tell which request to look up.
    pub fn unproven_request(&self) -> Option<&str> {
        self.0.attribute("InResponseTo")
    }

    /// Proves it.
    ///
    /// # Errors
    /// Every [`Refusal`] but `Base64`'s and `Bounds`' of reading.
    pub fn verify(&self, expected: &Expected<'_>) -> Result<Assertion> {
        let root = &self.0;
        check_status(root)?;
        let assertion = the_assertion(root)?;
        check_signatures(root, assertion, expected.keys)?;
        check_envelope(root, expected)?;
        read(assertion, expected)
    }
}

/// The one assertion, where nothing else in the document could be taken for it. (attack 127)
fn the_assertion(root: &Element) -> Result<&Element> {
    let (mut ids, mut assertions) = (BTreeSet::new(), 0_usize);
    root.visit(&mut |element, parent| {
        let id = ["ID", "Id", "id"].into_iter().find_map(|name| element.attribute(name));
        if id.is_some_and(|id| !ids.insert(id)) {
            return Err(Refusal::Malformed("an ID twice"));
        }
        match element.local.as_str() {
            "EncryptedAssertion" => return Err(Refusal::Unsupported("encrypted assertions")),
            "Assertion" => assertions += 1,
            "Response" if parent.is_some() => return Err(Refusal::Malformed("a response in a response")),
            "Signature" if !parent.is_some_and(is_signable) => {
                return Err(Refusal::Malformed("a signature at a place of its own"));
            }
            _ => {}
        }
        Ok(())
    })?;
    let found = root.one(ASSERTION, "Assertion")?.ok_or(Refusal::Malformed("no assertion"))?;
    if assertions != 1 { Err(Refusal::Malformed("several assertions")) } else { Ok(found) }
}

fn is_signable(element: &Element) -> bool {
    element.is(PROTOCOL, "Response") || element.is(ASSERTION, "Assertion")
}

/// Every signature must hold, and one of them must cover the assertion.
fn check_signatures(root: &Element, assertion: &Element, keys: &[SigningKey]) -> Result<()> {
    let on_response = verify(root, keys)?;
    let on_assertion = verify(assertion, keys)?;
    on_response.or(on_assertion).ok_or(Refusal::Unsigned)
}

fn check_status(root: &Element) -> Result<()> {
    let status = root.one(PROTOCOL, "Status")?.ok_or(Refusal::Malformed("no status"))?;
    let code = status.one(PROTOCOL, "StatusCode")?.ok_or(Refusal::Malformed("no status code"))?;
    if code.attribute("Value") == Some(SUCCESS) { Ok(()) } else { Err(Refusal::Status) }
}

/// What the response says of itself.
fn check_envelope(root: &Element, expected: &Expected<'_>) -> Result<()> {
    if let Some(issuer) = root.one(ASSERTION, "Issuer")? {
        check_issuer(issuer, expected)?;
    }
    if root.attribute("Destination").is_some_and(|place| !(expected.is_recipient)(place)) {
        return Err(Refusal::Recipient);
    }
    check_request(root.attribute("InResponseTo"), expected)
}

fn check_issuer(issuer: &Element, expected: &Expected<'_>) -> Result<()> {
    if issuer.text()? == expected.issuer { Ok(()) } else { Err(Refusal::Issuer) }
}

fn check_request(answered: Option<&str>, expected: &Expected<'_>) -> Result<()> {
    let holds = match expected.solicited {
        Solicited::Unknown => true,
        Solicited::No => answered.is_none(),
        Solicited::By(request) => answered == Some(request),
    };
    if holds { Ok(()) } else { Err(Refusal::InResponseTo) }
}

fn read(assertion: &Element, expected: &Expected<'_>) -> Result<Assertion> {
    if assertion.attribute("Version") != Some("2.0") {
        return Err(Refusal::Malformed("another version"));
    }
    let issuer = assertion.one(ASSERTION, "Issuer")?.ok_or(Refusal::Malformed("no issuer"))?;
    check_issuer(issuer, expected)?;
    let id = assertion.attribute("ID").filter(|id| !id.is_empty()).ok_or(Refusal::Malformed("no ID"))?;
    let issued = time(assertion, "IssueInstant")?.ok_or(Refusal::Malformed("no IssueInstant"))?;
    if issued > expected.now.plus_ms(expected.ahead_ms) {
        return Err(Refusal::NotYetValid);
    }
    let conditions = assertion.one(ASSERTION, "Conditions")?.ok_or(Refusal::Audience)?;
    let ends = in_time(conditions, expected)?;
    let audience = audience(conditions, expected)?;
    let subject = assertion.one(ASSERTION, "Subject")?.ok_or(Refusal::Malformed("no subject"))?;
    let confirmed = confirmed(subject, expected)?;
    let session = session(assertion, expected)?;
    Ok(Assertion {
        id: id.to_owned(),
        issuer: expected.issuer.to_owned(),
        issued,
        expires: ends.map_or(confirmed.ends, |ends| ends.min(confirmed.ends)),
        subject: name_id(subject)?,
        recipient: confirmed.recipient,
        audience,
        session_expires: session.ends,
        session_index: session.index,
        attributes: attributes(assertion)?,
    })
}

/// `NotBefore` and `NotOnOrAfter` of an element; the latter.
fn in_time(element: &Element, expected: &Expected<'_>) -> Result<Option<Timestamp>> {
    if time(element, "NotBefore")?.is_some_and(|begin| begin > expected.now.plus_ms(expected.ahead_ms)) {
        return Err(Refusal::NotYetValid);
    }
    let end = time(element, "NotOnOrAfter")?;
    if end.is_some_and(|end| end <= expected.now) { Err(Refusal::Expired) } else { Ok(end) }
}

/// `xs:dateTime` in UTC (SAML Core section 1.3.3).
fn time(element: &Element, name: &str) -> Result<Option<Timestamp>> {
    let Some(text) = element.attribute(name) else { return Ok(None) };
    let strict = text.ends_with('Z') && text.contains('T') && text.len() <= 32;
    let read = Timestamp::parse_iso8601(text).filter(|_| strict);
    read.map(Some).ok_or(Refusal::Malformed("a time"))
}

/// Every `AudienceRestriction` must name this service provider, and there must be one. A condition that is not known
/// could mean anything, so that nothing is known of an assertion with one (SAML Core section 2.5.1.1).
fn audience(conditions: &Element, expected: &Expected<'_>) -> Result<String> {
    let mut found = None;
    for condition in conditions.elements() {
        if condition.is(ASSERTION, "AudienceRestriction") {
            let mut meant = None;
            for audience in condition.all(ASSERTION, "Audience") {
                let text = audience.text()?.trim();
                meant = meant.or(expected.audiences.iter().find(|known| **known == text));
            }
            found = Some(meant.ok_or(Refusal::Audience)?);
        } else if !condition.is(ASSERTION, "OneTimeUse") && !condition.is(ASSERTION, "ProxyRestriction") {
            return Err(Refusal::Unsupported("a condition"));
        }
    }
    found.map(|audience| (*audience).to_owned()).ok_or(Refusal::Audience)
}

struct Confirmed {
    recipient: String,
    ends: Timestamp,
}

/// One confirmation by bearer must hold; where none does, the last says why.
fn confirmed(subject: &Element, expected: &Expected<'_>) -> Result<Confirmed> {
    let mut refusal = Refusal::Confirmation;
    let bearers = subject.all(ASSERTION, "SubjectConfirmation");
    for confirmation in bearers.filter(|confirmation| confirmation.attribute("Method") == Some(BEARER)) {
        match confirmed_by(confirmation, expected) {
            Ok(confirmed) => return Ok(confirmed),
            Err(reason) => refusal = reason,
        }
    }
    Err(refusal)
}

fn confirmed_by(confirmation: &Element, expected: &Expected<'_>) -> Result<Confirmed> {
    let data = confirmation.one(ASSERTION, "SubjectConfirmationData")?.ok_or(Refusal::Confirmation)?;
    let recipient = data.attribute("Recipient").filter(|place| (expected.is_recipient)(place));
    let recipient = recipient.ok_or(Refusal::Recipient)?.to_owned();
    check_request(data.attribute("InResponseTo"), expected)?;
    let ends = in_time(data, expected)?.ok_or(Refusal::Confirmation)?;
    Ok(Confirmed { recipient, ends })
}

fn name_id(subject: &Element) -> Result<NameId> {
    let name = subject.one(ASSERTION, "NameID")?.ok_or(Refusal::Malformed("no name"))?;
    let value = name.text()?.trim();
    if value.is_empty() {
        return Err(Refusal::Malformed("no name"));
    }
    let attribute = |local: &str| name.attribute(local).map(str::to_owned);
    Ok(NameId {
        value: value.to_owned(),
        format: attribute("Format"),
        name_qualifier: attribute("NameQualifier"),
        sp_name_qualifier: attribute("SPNameQualifier"),
    })
}

struct Session {
    ends: Option<Timestamp>,
    index: Option<String>,
}

/// What the first statement of authentication says of the session; the earliest end of all.
fn session(assertion: &Element, expected: &Expected<'_>) -> Result<Session> {
    let mut session = Session { ends: None, index: None };
    for statement in assertion.all(ASSERTION, "AuthnStatement") {
        let ends = time(statement, "SessionNotOnOrAfter")?;
        if ends.is_some_and(|ends| ends <= expected.now) {
            return Err(Refusal::Expired);
        }
        session.ends = session.ends.into_iter().chain(ends).min();
        session.index = session.index.or_else(|| statement.attribute("SessionIndex").map(str::to_owned));
    }
    Ok(session)
}

fn attributes(assertion: &Element) -> Result<Vec<Attribute>> {
    let mut attributes = Vec::new();
    for statement in assertion.all(ASSERTION, "AttributeStatement") {
        if statement.elements().any(|child| !child.is(ASSERTION, "Attribute")) {
            return Err(Refusal::Unsupported("encrypted attributes"));
        }
        for attribute in statement.elements() {
            let name = attribute.attribute("Name").ok_or(Refusal::Malformed("an attribute without a name"))?;
            attributes.push(Attribute {
                name: name.to_owned(),
                friendly_name: attribute.attribute("FriendlyName").map(str::to_owned),
                values: attribute.all(ASSERTION, "AttributeValue").map(Element::deep_text).collect(),
            });
        }
    }
    Ok(attributes)
}
