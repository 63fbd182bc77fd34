//! Responses that are taken, and every way in which one is not.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aws_types::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use crate::c14n::exclusive;
use crate::soft::{Draft, PLACE, SoftProvider};
use crate::tree::{Limits, parse};
use crate::{Assertion, Expected, Metadata, Refusal, Response, Result, Solicited};

const ISSUER: &str = "https://idp.example.com/metadata";
const SERVICE: &str = "https://sp.example.com";
const PLACE_OF_SERVICE: &str = "https://sp.example.com/acs";
/// 2026-01-02T03:04:05Z
const NOW: i64 = 1_767_323_045;

static PROVIDER: LazyLock<SoftProvider> = LazyLock::new(SoftProvider::new);
static METADATA: LazyLock<Metadata> = LazyLock::new(|| Metadata::parse(&PROVIDER.metadata(ISSUER)).unwrap());

fn draft() -> Draft {
    Draft {
        issuer: ISSUER.to_owned(),
        id: "assertion".to_owned(),
        name_id: "someone@example.com".to_owned(),
        format: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent".to_owned(),
        issued: "2026-01-02T03:04:00Z".to_owned(),
        expires: "2026-01-02T03:09:00.123456Z".to_owned(),
        audience: SERVICE.to_owned(),
        recipient: PLACE_OF_SERVICE.to_owned(),
        session: String::new(),
        attributes: vec![("groups".to_owned(), vec!["one".to_owned(), "two &amp; three".to_owned()])],
    }
}

fn judge_at(xml: &str, now: Timestamp, solicited: Solicited<'_>) -> Result<Assertion> {
    let expected = Expected {
        issuer: &METADATA.entity_id,
        keys: &METADATA.keys,
        audiences: &["urn:sp", SERVICE],
        is_recipient: &|url| url == PLACE_OF_SERVICE,
        solicited,
        now,
        ahead_ms: 0,
    };
    Response::from_base64(&STANDARD.encode(xml))?.verify(&expected)
}

fn judge(xml: &str) -> Result<Assertion> {
    judge_at(xml, Timestamp::from_secs(NOW), Solicited::Unknown)
}

fn good() -> String {
    PROVIDER.sign(&draft().response(&draft().assertion()), "assertion")
}

fn good_by_response() -> String {
    let unsigned = draft().response(&draft().assertion().replace(PLACE, ""));
    PROVIDER.sign(&unsigned.replacen("</saml:Issuer>", &format!("</saml:Issuer>{PLACE}"), 1), "response")
}

/// Signed after a change of the draft's text.
fn signed_with(from: &str, to: &str) -> Result<Assertion> {
    let xml = draft().response(&draft().assertion());
    assert!(xml.contains(from), "{from}");
    judge(&PROVIDER.sign(&xml.replace(from, to), "assertion"))
}

/// A document's text before the first element of a name, that element's, and what follows.
fn cut(xml: &str, name: &str) -> (String, String, String) {
    let (before, rest) = xml.split_once(&format!("<{name}")).unwrap();
    let (inner, after) = rest.split_once(&format!("</{name}>")).unwrap();
    (before.to_owned(), format!("<{name}{inner}</{name}>"), after.to_owned())
}

#[test]
fn a_signed_assertion_is_read_whole() {
    let read = judge(&good()).unwrap();
    assert_eq!((read.id.as_str(), read.issuer.as_str()), ("assertion", ISSUER));
    assert_eq!(read.subject.value, "someone@example.com");
    assert_eq!(read.values("groups").collect::<Vec<_>>(), ["one", "two & three"]);
    assert_eq!((read.audience.as_str(), read.recipient.as_str()), (SERVICE, PLACE_OF_SERVICE));
    assert_eq!(read.expires.secs(), NOW + 295);
    assert_eq!(read.session_index.as_deref(), Some("s1"));
}

#[test]
fn a_signature_over_the_response_covers_its_assertion() {
    assert_eq!(judge(&good_by_response()).unwrap(), judge(&good()).unwrap());
}

#[test]
fn both_signatures_must_hold_where_there_are_two() {
    let inner = good();
    let placed = inner.replacen("</saml:Issuer>", &format!("</saml:Issuer>{PLACE}"), 1);
    let both = PROVIDER.sign(&placed, "response");
    judge(&both).unwrap();
    let stranger = SoftProvider::new().sign(&placed, "response");
    assert_eq!(judge(&stranger).unwrap_err(), Refusal::Signature);
}

#[test]
fn attack_127_what_is_not_signed_is_refused() {
    assert_eq!(judge(&draft().response(&draft().assertion())).unwrap_err(), Refusal::Unsigned);
    let stranger = SoftProvider::new().sign(&draft().response(&draft().assertion()), "assertion");
    assert_eq!(judge(&stranger).unwrap_err(), Refusal::Signature);
    for (from, to) in
        [("someone@", "root@"), (">one<", ">admins<"), ("Recipient=\"https://sp", "Recipient=\"https://xp")]
    {
        assert_eq!(judge(&good().replace(from, to)).unwrap_err(), Refusal::Signature, "{from}");
    }
    // The status and the response's issuer are not covered by an assertion's signature, and prove nothing.
    let other = good().replacen(ISSUER, "https://other.example.com", 1);
    assert_eq!(judge(&other).unwrap_err(), Refusal::Issuer);
}

#[test]
fn attack_127_a_signature_on_another_element_is_refused() {
    // It covers the advice, and stands in the assertion.
    let advice = r#"<saml:Advice ID="advice"></saml:Advice></saml:Assertion>"#;
    let xml = draft().response(&draft().assertion()).replace("</saml:Assertion>", advice);
    assert!(matches!(judge(&PROVIDER.sign(&xml, "advice")).unwrap_err(), Refusal::Unsupported(_)));
    let inside = xml.replace(PLACE, "").replace("ID=\"advice\">", &format!("ID=\"advice\">{PLACE}"));
    assert!(matches!(judge(&PROVIDER.sign(&inside, "advice")).unwrap_err(), Refusal::Malformed(_)));
}

/// The eight forms of Somorovsky and others, "On Breaking SAML: Be Whoever You Want to Be" (2012).
#[test]
fn attack_127_all_eight_wrappings_are_refused() {
    let (by_response, by_assertion) = (good_by_response(), good());
    let evil = |xml: &str| xml.replace("someone@", "root@").replace("ID=\"assertion\"", "ID=\"evil\"");
    let (before, on_response, behind) = cut(&by_response, "ds:Signature");
    let original_response = format!("{before}{behind}");
    let open_response = before.replace("ID=\"response\"", "ID=\"evil-response\"");
    let behind = evil(&behind);
    let in_signature = on_response.replace("</ds:Signature>", &format!("{original_response}</ds:Signature>"));
    let (_, original, _) = cut(&by_assertion, "saml:Assertion");
    let (before, signature, after) = cut(&original, "ds:Signature");
    let without = format!("{before}{after}");
    let evil_assertion = evil(&without);
    let evil_signed = evil(&original);
    let object =
        |what: &str| signature.replace("</ds:Signature>", &format!("<ds:Object>{what}</ds:Object></ds:Signature>"));
    let with_signature = |assertion: &str, signature: &str| {
        assertion.replacen("</saml:Issuer>", &format!("</saml:Issuer>{signature}"), 1)
    };
    let holding = |holds: &str| draft().response(holds);
    let close = "</saml:Assertion>";
    for (form, xml) in [
        (1, format!("{open_response}{in_signature}{behind}")),
        (2, format!("{open_response}{original_response}{on_response}{behind}")),
        (3, holding(&format!("{evil_assertion}{original}"))),
        (4, holding(&evil_assertion.replace(close, &format!("{original}{close}")))),
        (5, holding(&format!("{evil_signed}{without}"))),
        (
            6,
            holding(&with_signature(
                &evil_assertion,
                &signature.replace("</ds:Signature>", &format!("{without}</ds:Signature>")),
            )),
        ),
        (7, holding(&format!("<samlp:Extensions>{evil_assertion}</samlp:Extensions>{original}"))),
        (8, holding(&with_signature(&evil_assertion, &object(&without)))),
    ] {
        parse(xml.as_bytes(), Limits { bytes: 1 << 20, elements: 1 << 10 }).unwrap();
        assert!(
            matches!(judge(&xml).unwrap_err(), Refusal::Malformed(_) | Refusal::Unsupported(_)),
            "form {form}: {:?}",
            judge(&xml)
        );
        // Nor with the same ID in both places.
        assert!(judge(&xml.replace("ID=\"evil\"", "ID=\"assertion\"")).is_err(), "form {form}");
    }
    assert!(matches!(judge(&holding(&format!("{original}{}", evil(&original)))).unwrap_err(), Refusal::Malformed(_)));
}

#[test]
fn attack_128_comments_do_not_cut_values() {
    let mut draft = draft();
    draft.name_id = "root@example.com<!-- -->.evil.example.com".to_owned();
    draft.attributes = vec![("groups".to_owned(), vec!["ad<!---->mins<![CDATA[-not]]>".to_owned()])];
    let read = judge(&PROVIDER.sign(&draft.response(&draft.assertion()), "assertion")).unwrap();
    assert_eq!(read.subject.value, "root@example.com.evil.example.com");
    assert_eq!(read.values("groups").collect::<Vec<_>>(), ["admins-not"]);
    // A comment put in later changes neither the signed bytes nor what is read.
    let commented = good().replace("someone@example.com", "someone<!-- x -->@example.com");
    assert_eq!(judge(&commented).unwrap().subject.value, "someone@example.com");
    // Elements in a name are refused, not left out.
    assert!(signed_with("someone@example.com", "some<x/>one@example.com").is_err());
}

#[test]
fn attack_129_what_parsers_could_read_in_two_ways_is_refused() {
    let good = good();
    let named = |from: &str, to: &str| judge(&good.replacen(from, to, 1)).unwrap_err();
    for doctype in ["<!DOCTYPE x>", "<!DOCTYPE x [<!ENTITY e \"v\">]>", "<!DOCTYPE x SYSTEM \"file:///etc/passwd\">"] {
        assert_eq!(judge(&format!("{doctype}{good}")).unwrap_err(), Refusal::Xml("a document type"));
    }
    assert_eq!(named("someone@", "&e;@"), Refusal::Xml("a reference"));
    assert_eq!(named("someone@", "some&#0;one@"), Refusal::Xml("a reference"));
    assert!(matches!(named("ID=\"assertion\"", "ID=\"assertion\" ID=\"assertion\""), Refusal::Xml(_)));
    let twice = "xmlns:a=\"urn:a\" xmlns:b=\"urn:a\" a:x=\"1\" b:x=\"2\" ID=\"assertion\"";
    assert_eq!(named("ID=\"assertion\"", twice), Refusal::Xml("an attribute twice"));
    assert_eq!(named("<saml:Subject>", "<saml:Subject><?pi x?>"), Refusal::Xml("a processing instruction"));
    assert!(matches!(named("<saml:Subject>", "<none:x/><saml:Subject>"), Refusal::Xml(_)));
    for encoding in ["UTF-7", "UTF-16", "ISO-8859-1"] {
        let declared = format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>{good}");
        assert_eq!(judge(&declared).unwrap_err(), Refusal::Xml("another encoding than UTF-8"));
    }
    judge(&format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{good}\n<!-- end -->")).unwrap();
    let wide: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(matches!(Response::from_xml(&wide).unwrap_err(), Refusal::Xml(_)));
    for (more, before) in [("x", false), ("<x/>", false), ("&amp;", false), ("x", true)] {
        let xml = if before { format!("{more}{good}") } else { format!("{good}{more}") };
        assert!(matches!(judge(&xml).unwrap_err(), Refusal::Xml(_)), "{more}");
    }
    let round_trip = good.replacen("<saml:Subject>", "<saml:Subject xmlns:saml=\"urn:other\">", 1);
    assert!(judge(&round_trip).is_err());
}

#[test]
fn attack_130_times_audience_recipient_and_request_are_asked() {
    let at = |now: i64| judge_at(&good(), Timestamp::from_secs(now), Solicited::Unknown);
    at(NOW + 295).unwrap();
    assert_eq!(at(NOW + 296).unwrap_err(), Refusal::Expired);
    at(NOW - 5).unwrap();
    assert_eq!(at(NOW - 6).unwrap_err(), Refusal::NotYetValid);
    let request = |solicited| judge_at(&good(), Timestamp::from_secs(NOW), solicited).map(|_| ());
    assert_eq!(request(Solicited::No), Ok(()));
    assert_eq!(request(Solicited::By("r1")), Err(Refusal::InResponseTo));
    let expired = "<saml:SubjectConfirmationData NotOnOrAfter=\"2026-01-02T03:04:05Z\"";
    let end = "<saml:SubjectConfirmationData NotOnOrAfter=\"2026-01-02T03:09:00.123456Z\"";
    for (from, to, refusal) in [
        (end, expired, Refusal::Expired),
        (end, "<saml:SubjectConfirmationData", Refusal::Confirmation),
        ("cm:bearer", "cm:holder-of-key", Refusal::Confirmation),
        ("Recipient=\"https://sp", "Recipient=\"https://other", Refusal::Recipient),
        (" Recipient=\"https://sp.example.com/acs\"", "", Refusal::Recipient),
        ("Destination=\"https://sp", "Destination=\"https://other", Refusal::Recipient),
        (">https://sp.example.com<", ">https://other.example.com<", Refusal::Audience),
        ("<saml:Audience>https://sp.example.com</saml:Audience>", "", Refusal::Audience),
        (
            "<saml:AudienceRestriction><saml:Audience>https://sp.example.com</saml:Audience></saml:AudienceRestriction>",
            "",
            Refusal::Audience,
        ),
        (
            "</saml:AudienceRestriction>",
            "</saml:AudienceRestriction><saml:AudienceRestriction><saml:Audience>x</saml:Audience></saml:AudienceRestriction>",
            Refusal::Audience,
        ),
        (
            "</saml:AudienceRestriction>",
            "</saml:AudienceRestriction><saml:Condition/>",
            Refusal::Unsupported("a condition"),
        ),
        (ISSUER, "https://other.example.com", Refusal::Issuer),
        ("status:Success", "status:Requester", Refusal::Status),
        ("SessionIndex=\"s1\"", "SessionIndex=\"s1\" SessionNotOnOrAfter=\"2026-01-02T03:04:05Z\"", Refusal::Expired),
        ("NotBefore=\"2026-01-02T03:04:00Z\"", "NotBefore=\"yesterday\"", Refusal::Malformed("a time")),
        ("NotBefore=\"2026-01-02T03:04:00Z\"", "NotBefore=\"2026-01-02T04:04:00+01:00\"", Refusal::Malformed("a time")),
        ("someone@example.com", " ", Refusal::Malformed("no name")),
    ] {
        assert_eq!(signed_with(from, to).unwrap_err(), refusal, "{to}");
    }
    let answering = good_by_response().replace("ID=\"response\"", "ID=\"response\" InResponseTo=\"r1\"");
    assert_eq!(judge_at(&answering, Timestamp::from_secs(NOW), Solicited::No).unwrap_err(), Refusal::Signature);
}

#[test]
fn attack_131_an_assertion_tells_its_id_and_end_for_the_memory_of_its_reader() {
    let mut draft = draft();
    draft.id = "_7f3a".to_owned();
    let read = judge(&PROVIDER.sign(&draft.response(&draft.assertion()), "_7f3a")).unwrap();
    assert_eq!((read.id.as_str(), read.expires.secs()), ("_7f3a", NOW + 295));
    // Nobody else can give it another.
    let renamed = PROVIDER.sign(&draft.response(&draft.assertion()), "_7f3a").replace("_7f3a", "_7f3b");
    assert_eq!(judge(&renamed).unwrap_err(), Refusal::Signature);
}

#[test]
fn attack_132_weak_or_strange_signatures_are_refused() {
    let digested = "AAAA";
    let plain = PROVIDER.signature("#assertion", digested);
    let xml = draft().response(&draft().assertion());
    let with = |from: &str, to: &str| {
        assert!(plain.contains(from), "{from}");
        judge(&xml.replacen(PLACE, &plain.replacen(from, to, 1), 1)).unwrap_err()
    };
    let sha256 = "http://www.w3.org/2001/04/xmlenc#sha256";
    let rsa = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
    let exclusive = "\"http://www.w3.org/2001/10/xml-exc-c14n#\"";
    for (from, to) in [
        (sha256, "http://www.w3.org/2000/09/xmldsig#sha1"),
        (rsa, "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
        (rsa, "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"),
        (rsa, "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"),
        (rsa, ""),
        (enveloped, "http://www.w3.org/TR/1999/REC-xslt-19991116"),
        (enveloped, "http://www.w3.org/TR/1999/REC-xpath-19991116"),
        (exclusive, "\"http://www.w3.org/2001/10/xml-exc-c14n#WithComments\""),
        (exclusive, "\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\""),
        ("URI=\"#assertion\"", "URI=\"\""),
        ("URI=\"#assertion\"", "URI=\"#response\""),
        ("URI=\"#assertion\"", "URI=\"https://evil.example.com/assertion\""),
        ("URI=\"#assertion\"", ""),
        ("<ds:Transforms>", &format!("<ds:Transforms><ds:Transform Algorithm=\"{enveloped}\"/>")),
    ] {
        let refusal = with(from, to);
        assert!(matches!(refusal, Refusal::Unsupported(_) | Refusal::Signature), "{to}: {refusal:?}");
        // The strange thing itself must be what is refused, unless the digest was judged first.
        let only_method = from == rsa || from == exclusive;
        assert!(only_method || matches!(refusal, Refusal::Unsupported(_)), "{to}: {refusal:?}");
    }
    // One reference, one SignedInfo.
    let (_, reference, _) = cut(&plain, "ds:Reference");
    let reference = reference.as_str();
    assert!(matches!(with(reference, &format!("{reference}{reference}")), Refusal::Malformed(_)));
    assert!(matches!(with(reference, ""), Refusal::Malformed(_)));
    assert!(matches!(with("</ds:Signature>", "<ds:Object/></ds:Signature>"), Refusal::Malformed(_)));
    assert_eq!(with("AAAA", "BBBB"), Refusal::Signature);
}

#[test]
fn attack_133_what_is_huge_or_deep_is_refused() {
    let big = format!("{}{}", good(), " ".repeat(crate::MAX_RESPONSE));
    assert_eq!(judge(&big).unwrap_err(), Refusal::Bounds("bytes"));
    assert_eq!(Response::from_base64(&"A".repeat(3 * crate::MAX_RESPONSE)).unwrap_err(), Refusal::Bounds("bytes"));
    assert_eq!(judge(&"<a>".repeat(49)).unwrap_err(), Refusal::Bounds("depth"));
    assert_eq!(judge(&format!("<a>{}</a>", "<b/>".repeat(10_000))).unwrap_err(), Refusal::Bounds("elements"));
    let attributes: String = (0..65).map(|n| format!(" a{n}=\"\"")).collect();
    assert_eq!(judge(&format!("<a{attributes}/>")).unwrap_err(), Refusal::Bounds("attributes"));
    // A long namespace that thousands of elements would write out.
    let long = format!("<x:a xmlns:x=\"urn:{}\"/>", "l".repeat(100));
    assert!(matches!(judge(&long).unwrap_err(), Refusal::Malformed(_)));
    let many = format!("<p:b xmlns:p=\"urn:{}\">{}</p:b>", "l".repeat(60_000), "<p:c/>".repeat(100));
    let parsed = parse(format!("<a>{many}</a>").as_bytes(), Limits { bytes: 1 << 20, elements: 10_000 }).unwrap();
    exclusive(&parsed, &BTreeSet::new(), None).unwrap();
    let flat = format!("<a xmlns:p=\"urn:{}\">{}</a>", "l".repeat(60_000), "<p:c/>".repeat(100));
    let parsed = parse(flat.as_bytes(), Limits { bytes: 1 << 20, elements: 10_000 }).unwrap();
    assert_eq!(exclusive(&parsed, &BTreeSet::new(), None).unwrap_err(), Refusal::Bounds("canonical bytes"));
}

#[test]
fn canonical_bytes_are_those_of_the_recommendation() {
    let canonical = |xml: &str, inclusive: &[&str]| {
        let root = parse(xml.as_bytes(), Limits { bytes: 1 << 20, elements: 1 << 10 }).unwrap();
        let inner = root.elements().next().unwrap_or(&root);
        String::from_utf8(exclusive(inner, &inclusive.iter().copied().collect(), None).unwrap()).unwrap()
    };
    // Exclusive XML Canonicalization 1.0, section 2.2.
    let one = "<n0:local xmlns:n0=\"foo:bar\" xmlns:n3=\"ftp://example.org\"><n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\"><n3:stuff xmlns:n3=\"ftp://example.org\"/></n1:elem2></n0:local>";
    let expected = "<n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\"><n3:stuff xmlns:n3=\"ftp://example.org\"></n3:stuff></n1:elem2>";
    assert_eq!(canonical(one, &[]), expected);
    let two = "<n2:pdu xmlns:n1=\"http://example.com\" xmlns:n2=\"http://foo.example\" xmlns:n3=\"ftp://example.org\" xml:space=\"retain\"><n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\"><n3:stuff/></n1:elem2></n2:pdu>";
    assert_eq!(canonical(two, &[]), expected);
    assert!(
        canonical(two, &["n2"])
            .starts_with("<n1:elem2 xmlns:n1=\"http://example.net\" xmlns:n2=\"http://foo.example\" xml:lang")
    );
    // Canonical XML 1.0, sections 3.3 and 3.4, without document types.
    let start_tags = "<r><e5 a:attr=\"out\" b:attr=\"sorted\" attr2=\"all\" attr=\"I'm\" xmlns:b=\"http://www.ietf.org\" xmlns:a=\"http://www.w3.org\" xmlns=\"http://example.org\"/></r>";
    assert_eq!(
        canonical(start_tags, &[]),
        "<e5 xmlns=\"http://example.org\" xmlns:a=\"http://www.w3.org\" xmlns:b=\"http://www.ietf.org\" attr=\"I'm\" attr2=\"all\" b:attr=\"sorted\" a:attr=\"out\"></e5>"
    );
    let characters =
        "<r><t a='x &amp; \"&#xD;&#10;&#9;&lt;>\r\n\ty'>&#x41;&#xD;\r\n&lt;&gt;&amp;\"<![CDATA[<&>]]></t></r>";
    assert_eq!(
        canonical(characters, &[]),
        "<t a=\"x &amp; &quot;&#xD;&#xA;&#x9;&lt;>  y\">A&#xD;\n&lt;&gt;&amp;\"&lt;&amp;&gt;</t>"
    );
    let undeclared = "<r><a xmlns=\"urn:a\"><b xmlns=\"\"><c xmlns=\"urn:a\"/></b></a></r>";
    assert_eq!(canonical(undeclared, &[]), "<a xmlns=\"urn:a\"><b xmlns=\"\"><c xmlns=\"urn:a\"></c></b></a>");
}

#[test]
fn metadata_tells_entity_keys_and_places() {
    assert_eq!(METADATA.entity_id, ISSUER);
    assert_eq!((METADATA.keys.len(), METADATA.single_sign_on[0].location.as_str()), (1, "https://idp.example.com/sso"));
    let good = PROVIDER.metadata(ISSUER);
    for (from, to) in [
        ("md:EntityDescriptor", "md:EntitiesDescriptor"),
        ("entityID", "id"),
        ("SAML:2.0:protocol", "SAML:1.1:protocol"),
        ("use=\"signing\"", "use=\"encryption\""),
        ("X509Certificate>M", "X509Certificate>N"),
        ("X509Certificate>M", "X509Certificate>*"),
        ("SAML:2.0:metadata", "SAML:2.0:other"),
        ("<?xml", "<!DOCTYPE a><?xml"),
        ("</md:IDPSSODescriptor>", ""),
    ] {
        assert!(good.contains(from), "{from}");
        assert!(Metadata::parse(&good.replace(from, to)).is_err(), "{to}");
    }
    Metadata::parse(&good.replace(" use=\"signing\"", "")).unwrap();
    let elliptic = rcgen::generate_simple_self_signed(vec!["idp.example.com".to_owned()]).unwrap();
    let certificate = STANDARD.encode(&PROVIDER.certificate);
    let of_elliptic = good.replace(&certificate, &STANDARD.encode(elliptic.cert.der()));
    assert!(matches!(Metadata::parse(&of_elliptic).unwrap_err(), Refusal::Unsupported(_)));
}

proptest! {
    #[test]
    fn no_bytes_are_a_proven_response(bytes: Vec<u8>, text in "[<>/a-z&;\" =!?\\[\\]:#x0-9-]{0,64}") {
        prop_assert!(Response::from_xml(&bytes).is_err());
        prop_assert!(judge(&text).is_err());
        prop_assert!(Response::from_base64(&text).is_err());
        prop_assert!(Metadata::parse(&text).is_err());
    }

    /// Whatever byte of a signed response is changed: it is refused, or says the same.
    #[test]
    fn a_changed_byte_changes_nothing_that_is_taken(at: prop::sample::Index, to in 0x20_u8..0x7f) {
        static GOOD: LazyLock<(String, Assertion)> = LazyLock::new(|| (good(), judge(&good()).unwrap()));
        let mut bytes = GOOD.0.clone().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Ok(read) = judge(std::str::from_utf8(&bytes).unwrap()) {
            prop_assert_eq!(&read, &GOOD.1);
        }
    }

    /// What is canonical reads as itself, and is written as itself.
    #[test]
    fn canonical_bytes_are_stable(text in "\\PC{0,40}", value in "[\\PC\t\n\r]{0,40}", prefix in "[a-c]", other in "[a-c]") {
        let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
            .replace('\r', "&#xD;").replace('\n', "&#xA;").replace('\t', "&#x9;");
        let xml = format!("<{prefix}:r xmlns:{prefix}=\"urn:1\"><{other}:e xmlns:{other}=\"urn:2\" {other}:v=\"{}\">{}</{other}:e></{prefix}:r>",
            escape(&value), escape(&text));
        let limits = Limits { bytes: 1 << 20, elements: 9 };
        if let Ok(read) = parse(xml.as_bytes(), limits) {
            let once = exclusive(&read, &BTreeSet::new(), None).unwrap();
            let again = exclusive(&parse(&once, limits).unwrap(), &BTreeSet::new(), None).unwrap();
            prop_assert_eq!(once, again);
            let element = read.elements().next().unwrap();
            prop_assert_eq!(element.text().unwrap(), text);
            prop_assert_eq!(&element.attributes[0].value, &value);
        }
    }
}
