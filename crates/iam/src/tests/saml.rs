//! AssumeRoleWithSAML.

use std::sync::LazyLock;

use aws_types::Caller;
use saml::soft::{Draft, SoftProvider};
use serde_json::{Value, json};

use crate::testing::{World, document, text};

const PROVIDER: &str = "arn:aws:iam::123456789012:saml-provider/corp";
const ROLE: &str = "arn:aws:iam::123456789012:role/federated";
const ISSUER: &str = "https://idp.example.com/metadata";
const ENDPOINT: &str = "https://signin.aws.amazon.com/saml";
const OPERATION: &str = "AssumeRoleWithSAML";

static IDP: LazyLock<SoftProvider> = LazyLock::new(SoftProvider::new);

async fn world() -> World {
    let world = World::new();
    let metadata = IDP.metadata(ISSUER);
    world.ok("CreateSAMLProvider", json!({"Name": "corp", "SAMLMetadataDocument": metadata})).await;
    let statement = json!({"Effect": "Allow", "Principal": {"Federated": PROVIDER},
        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession", "sts:SetSourceIdentity"],
        "Condition": {"StringEquals": {"saml:aud": ENDPOINT, "saml:iss": ISSUER, "saml:sub": "someone",
            "saml:sub_type": "persistent", "saml:doc": "123456789012/corp"}}});
    let trust = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    world.ok("CreateRole", json!({"RoleName": "federated", "AssumeRolePolicyDocument": trust})).await;
    world
}

fn attribute(name: &str, values: &[&str]) -> (String, Vec<String>) {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    (format!("https://aws.amazon.com/SAML/Attributes/{name}"), values)
}

fn draft() -> Draft {
    Draft {
        issuer: ISSUER.to_owned(),
        id: "_1".to_owned(),
        name_id: "someone".to_owned(),
        format: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent".to_owned(),
        issued: "2026-01-02T03:04:00Z".to_owned(),
        expires: "2026-01-02T03:14:00Z".to_owned(),
        audience: ENDPOINT.to_owned(),
        recipient: ENDPOINT.to_owned(),
        session: String::new(),
        attributes: vec![
            attribute("Role", &[&format!("{ROLE},{PROVIDER}")]),
            attribute("RoleSessionName", &["someone@example.com"]),
        ],
    }
}

fn input(assertion: &str) -> Value {
    json!({"RoleArn": ROLE, "PrincipalArn": PROVIDER, "SAMLAssertion": assertion})
}

async fn refused(world: &World, draft: &Draft) -> String {
    world.refused_as(Caller::Anonymous, OPERATION, input(&draft.signed(&IDP))).await
}

#[tokio::test]
async fn a_good_assertion_gets_the_role_once() {
    let world = world().await;
    let mut draft = draft();
    draft.attributes.push(attribute("PrincipalTag:team", &["red"]));
    draft.attributes.push(attribute("TransitiveTagKeys", &["team"]));
    draft.attributes.push(attribute("SourceIdentity", &["someone"]));
    let input = input(&draft.signed(&IDP));
    let mut too_long = input.clone();
    too_long["DurationSeconds"] = json!(7_200);
    let refusal = world.refused_as(Caller::Anonymous, OPERATION, too_long).await;
    assert!(refusal.starts_with("ValidationError: The requested DurationSeconds exceeds"), "{refusal}");
    let answer = world.ok_as(Caller::Anonymous, OPERATION, input.clone()).await;
    assert_eq!(
        answer["AssumedRoleUser"]["Arn"],
        "arn:aws:sts::123456789012:assumed-role/federated/someone@example.com"
    );
    for (member, value) in [
        ("Subject", "someone"),
        ("SubjectType", "persistent"),
        ("Issuer", ISSUER),
        ("Audience", ENDPOINT),
        ("SourceIdentity", "someone"),
    ] {
        assert_eq!(answer[member], value, "{member}");
    }
    assert_eq!(text(&answer, "/NameQualifier").len(), 28);
    world.open(&answer);
    // attack 131
    assert_eq!(
        world.refused_as(Caller::Anonymous, OPERATION, input).await,
        "InvalidIdentityToken: Response has already been redeemed"
    );
}

#[tokio::test]
async fn attack_127_to_132_what_the_provider_did_not_prove_is_refused() {
    let world = world().await;
    let invalid = |text: &str| format!("InvalidIdentityToken: {text}");
    let stranger = draft().signed(&SoftProvider::new());
    for (assertion, sentence) in
        [(stranger.as_str(), "Response signature invalid"), ("*", "Invalid base64 SAMLResponse")]
    {
        assert_eq!(world.refused_as(Caller::Anonymous, OPERATION, input(assertion)).await, invalid(sentence));
    }
    let with = |change: &dyn Fn(&mut Draft)| {
        let mut draft = draft();
        change(&mut draft);
        draft
    };
    for (draft, refusal) in [
        (with(&|d| d.issuer = "https://x".to_owned()), invalid("Issuer not present in specified provider")),
        (with(&|d| d.audience = "https://x".to_owned()), invalid("Response does not contain the required audience")),
        (with(&|d| d.recipient = "https://x".to_owned()), invalid("Response does not contain the required recipient")),
        (with(&|d| d.attributes.truncate(1)), invalid("RoleSessionName is required in AuthnResponse")),
        (
            with(&|d| d.attributes[1].1 = vec!["a b".to_owned()]),
            invalid("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}"),
        ),
        (
            with(&|d| d.attributes.push(attribute("SourceIdentity", &["x"]))),
            invalid("Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with \"aws:\""),
        ),
        (
            with(&|d| d.issued = "2026-01-02T02:59:05Z".to_owned()),
            "ExpiredTokenException: Token must be redeemed within 5 minutes of issuance".to_owned(),
        ),
        (
            with(&|d| d.name_id = "other".to_owned()),
            "AccessDenied: Not authorized to perform sts:AssumeRoleWithSAML".to_owned(),
        ),
        (
            with(&|d| d.attributes[0].1 = vec![format!("{ROLE}x,{PROVIDER}")]),
            "AccessDenied: Not authorized to perform sts:AssumeRoleWithSAML".to_owned(),
        ),
    ] {
        assert_eq!(refused(&world, &draft).await, refusal);
    }
}

#[tokio::test]
async fn other_refusals_of_saml() {
    let world = world().await;
    let assertion = draft().signed(&IDP);
    let with = |key: &str, value: Value| {
        let mut input = input(&assertion);
        input[key] = value;
        input
    };
    let big = document("Allow", "s3:*", &format!("arn:aws:s3:::{}", "k".repeat(2_048)));
    for (input, start) in [
        (with("PrincipalArn", json!(format!("{PROVIDER}x"))), "InvalidIdentityToken: Specified provider doesn't exist"),
        (with("RoleArn", json!("nothing")), "ValidationError: nothing is invalid"),
        (with("Policy", json!("{")), "MalformedPolicyDocument: "),
        (with("Policy", json!(big)), "PackedPolicyTooLarge: "),
    ] {
        let refusal = world.refused_as(Caller::Anonymous, OPERATION, input).await;
        assert!(refusal.starts_with(start), "{refusal}");
    }
    // None of them used it up.
    world.ok_as(Caller::Anonymous, OPERATION, input(&assertion)).await;
}

#[tokio::test]
async fn a_provider_that_authenticated_nobody_is_told() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let world = world().await;
    let xml = String::from_utf8(STANDARD.decode(draft().signed(&IDP)).unwrap()).unwrap();
    let rejected = STANDARD.encode(xml.replace("status:Success", "status:Responder"));
    let refusal = world.refused_as(Caller::Anonymous, OPERATION, input(&rejected)).await;
    assert!(refusal.starts_with("IDPRejectedClaim: "), "{refusal}");
}
