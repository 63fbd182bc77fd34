//! Logins by SAML: the response of a provider, its roles, its attributes.

use ::saml::soft::{Draft, SoftProvider};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use testkit::Calls as _;
use world::Clock as _;

use super::{Room, SAML_ARN, SAML_ISSUER, SAML_PROVIDER};

const ROLE: &str = "https://aws.amazon.com/SAML/Attributes/Role";

fn role(name: &str) -> String {
    format!("arn:aws:iam::123456789012:role/{name}")
}

fn at(room: &Room, seconds: i64) -> String {
    aws_types::Timestamp::from_secs(room.world.clock.now().secs() + seconds).iso8601()
}

fn draft(room: &Room) -> Draft {
    Draft {
        issuer: SAML_ISSUER.to_owned(),
        id: "a1".to_owned(),
        name_id: "ada@example.com".to_owned(),
        format: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent".to_owned(),
        issued: at(room, 0),
        expires: at(room, 300),
        audience: "urn:amazon:webservices".to_owned(),
        recipient: "https://signin.aws.amazon.com/saml".to_owned(),
        session: String::new(),
        attributes: vec![
            (ROLE.to_owned(), vec![format!("{},{SAML_ARN}", role("one"))]),
            ("department".to_owned(), vec!["engines".to_owned()]),
            ("groups".to_owned(), vec!["readers".to_owned(), "writers".to_owned()]),
            ("sub".to_owned(), vec!["root".to_owned()]),
        ],
    }
}

/// Reads a response as a login, and asks for its credentials.
async fn credentials(room: &Room, pool: &str, draft: &Draft, custom: Option<String>) -> Result<(), String> {
    let logins = json!({SAML_ARN: draft.signed(&SAML_PROVIDER)});
    let identity = room.identity(pool, logins.clone()).await;
    let mut input = json!({"IdentityId": identity, "Logins": logins});
    if let Some(custom) = custom {
        input["CustomRoleArn"] = json!(custom);
    }
    room.call("GetCredentialsForIdentity", input).await.map(drop).map_err(|error| error.message.into_owned())
}

async fn map_roles(room: &Room, pool: &str, mapping: Value) {
    let input = json!({
        "IdentityPoolId": pool,
        "Roles": {"authenticated": role("users")},
        "RoleMappings": {SAML_ARN: mapping},
    });
    room.ok("SetIdentityPoolRoles", input).await;
}

fn role_taken(room: &Room) -> String {
    room.neighbours.assumed.lock().pop().unwrap().role_arn
}

#[tokio::test]
async fn a_providers_subject_has_one_identity_and_its_credentials() {
    let room = Room::new();
    let pool = room.pool().await;
    let login = json!({SAML_ARN: draft(&room).signed(&SAML_PROVIDER)});
    let first = room.identity(&pool, login.clone()).await;
    let again = Draft { id: "a2".to_owned(), ..draft(&room) };
    assert_eq!(room.identity(&pool, json!({SAML_ARN: again.signed(&SAML_PROVIDER)})).await, first);
    let eve = Draft { name_id: "eve@example.com".to_owned(), ..draft(&room) };
    assert_ne!(room.identity(&pool, json!({SAML_ARN: eve.signed(&SAML_PROVIDER)})).await, first);
    room.ok("GetCredentialsForIdentity", json!({"IdentityId": first, "Logins": login})).await;
    let assumed = room.neighbours.assumed.lock().pop().unwrap();
    assert_eq!(assumed.role_arn, role("users"));
    let amr = ["authenticated".to_owned(), SAML_ARN.to_owned(), format!("{SAML_ARN}:SAML:ada@example.com")];
    assert_eq!(assumed.lists.first().unwrap().1, amr);
    assert_eq!(room.ok("DescribeIdentity", json!({"IdentityId": first})).await["Logins"], json!([SAML_ARN]));
    // attack 140: somebody else's assertion opens nothing
    let input = json!({"IdentityId": first, "Logins": {SAML_ARN: eve.signed(&SAML_PROVIDER)}});
    assert_eq!(room.refused("GetCredentialsForIdentity", input).await.0, "NotAuthorizedException");
}

#[tokio::test]
async fn the_role_attribute_chooses_where_the_mapping_says_token() {
    let room = Room::new();
    let pool = room.pool().await;
    map_roles(&room, &pool, json!({"Type": "Token", "AmbiguousRoleResolution": "Deny"})).await;
    credentials(&room, &pool, &draft(&room), None).await.unwrap();
    assert_eq!(role_taken(&room), role("one"));
    let mut several = draft(&room);
    let elsewhere = format!("{},{SAML_ARN}x", role("three"));
    several.attributes[0].1.extend([format!("{SAML_ARN}, {}", role("two")), elsewhere]);
    assert_eq!(
        credentials(&room, &pool, &several, None).await.unwrap_err(),
        "No role of this identity pool is meant for this token."
    );
    credentials(&room, &pool, &several, Some(role("two"))).await.unwrap();
    assert_eq!(role_taken(&room), role("two"));
    for other in [role("three"), role("users")] {
        let refusal = credentials(&room, &pool, &several, Some(other)).await.unwrap_err();
        assert_eq!(refusal, "The custom role is not among the roles of the token.", "attack 141");
    }
    let ambiguous = json!({"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"});
    map_roles(&room, &pool, ambiguous).await;
    credentials(&room, &pool, &several, None).await.unwrap();
    assert_eq!(role_taken(&room), role("users"));
}

#[tokio::test]
async fn rules_read_attributes() {
    let room = Room::new();
    let pool = room.pool().await;
    let rule = |claim: &str, kind: &str, value: &str, to: &str| json!({"Claim": claim, "MatchType": kind, "Value": value, "RoleARN": role(to)});
    let rules = [
        rule("department", "Equals", "boilers", "no"),
        rule("sub", "Equals", "root", "no"),
        rule("groups", "Equals", "writers", "writers"),
        rule("department", "StartsWith", "eng", "engines"),
    ];
    let mapping = json!({"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": rules}});
    map_roles(&room, &pool, mapping).await;
    credentials(&room, &pool, &draft(&room), None).await.unwrap();
    assert_eq!(role_taken(&room), role("writers"));
    let mut reader = draft(&room);
    reader.attributes[2].1.pop();
    credentials(&room, &pool, &reader, None).await.unwrap();
    assert_eq!(role_taken(&room), role("engines"));
    reader.attributes[1].1 = vec!["cellar".to_owned()];
    let refusal = credentials(&room, &pool, &reader, None).await.unwrap_err();
    assert_eq!(refusal, "No role of this identity pool is meant for this token.");
}

#[tokio::test]
async fn attack_145_mapped_attributes_and_no_others_become_principal_tags() {
    let room = Room::new();
    let pool = room.pool().await;
    let map = json!({"who": "sub", "team": "department", "all": "groups", "none": "absent"});
    let input = json!({"IdentityPoolId": pool, "IdentityProviderName": SAML_ARN, "PrincipalTags": map});
    room.ok("SetPrincipalTagAttributeMap", input).await;
    let mut more = draft(&room);
    let tag = "https://aws.amazon.com/SAML/Attributes/PrincipalTag:admin".to_owned();
    more.attributes.push((tag, vec!["yes".to_owned()]));
    credentials(&room, &pool, &more, None).await.unwrap();
    let tags = room.neighbours.assumed.lock().pop().unwrap().tags;
    let wanted = [("team", "engines"), ("who", "ada@example.com")];
    assert_eq!(tags, wanted.map(|(tag, value)| (tag.to_owned(), value.to_owned())));
}

#[tokio::test]
async fn attack_127_to_132_what_proves_nobody_is_no_login() {
    let room = Room::new();
    let pool = room.pool().await;
    let good = draft(&room).signed(&SAML_PROVIDER);
    let xml = String::from_utf8(STANDARD.decode(&good).unwrap()).unwrap();
    let stranger = draft(&room).signed(&SoftProvider::new());
    let signed = |change: &dyn Fn(&mut Draft)| {
        let mut draft = draft(&room);
        change(&mut draft);
        draft.signed(&SAML_PROVIDER)
    };
    let unverified = "Invalid login token. Couldn't verify signed token.";
    for (response, refusal) in [
        (stranger, unverified),
        (STANDARD.encode(xml.replace("ada@", "eve@")), unverified),
        (STANDARD.encode(draft(&room).response(&draft(&room).assertion())), unverified),
        (signed(&|draft| draft.issuer.push('x')), "Invalid login token. Issuer doesn't match providerName"),
        (signed(&|draft| draft.audience.push('x')), "Invalid login token. Incorrect token audience."),
        (signed(&|draft| draft.expires = at(&room, 0)), "Invalid login token. Token expired."),
        (signed(&|draft| draft.issued = at(&room, 61)), "Invalid login token. Token is not valid yet."),
        (
            signed(&|draft| draft.recipient = "https://evil.example/saml".to_owned()),
            "Invalid login token. Not a valid SAML response: another recipient or destination.",
        ),
        ("*".to_owned(), "Invalid login token. Not a valid SAML response: not base64."),
        ("e30=".to_owned(), "Invalid login token. Not a valid SAML response: "),
    ] {
        let input = json!({"IdentityPoolId": pool, "Logins": {SAML_ARN: response}});
        let (code, message) = room.refused("GetId", input).await;
        assert_eq!(code, "NotAuthorizedException");
        assert!(message.starts_with(refusal), "{message}");
    }
    for provider in ["arn:aws:iam::123456789012:saml-provider/gone", "arn:aws:iam::123456789012:saml-provider/x"] {
        let input = json!({"IdentityPoolId": pool, "Logins": {provider: good}});
        let (_, message) = room.refused("GetId", input).await;
        assert_eq!(message, "Token is not from a supported provider of this identity pool.");
    }
}
