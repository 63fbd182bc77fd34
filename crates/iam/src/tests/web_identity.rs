//! AssumeRoleWithWebIdentity, and identities that the server proved itself.

use aws_types::{Caller, Timestamp};
use serde_json::{Value, json};

use crate::entity::Tag;
use crate::sts::WebIdentity;
use crate::testing::{ISSUER, World, document, text};

const PROVIDER: &str = "arn:aws:iam::123456789012:oidc-provider/accounts.example.com/pool";
const ROLE: &str = "arn:aws:iam::123456789012:role/web";
const NOW: i64 = 1_767_323_045;

async fn world() -> World {
    let world = World::new();
    world.ok("CreateOpenIDConnectProvider", json!({"Url": ISSUER, "ClientIDList": ["app"]})).await;
    let statement = json!({"Effect": "Allow", "Principal": {"Federated": PROVIDER}, "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {"accounts.example.com/pool:sub": "someone", "accounts.example.com/pool:aud": "app"}}});
    let trust = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    world.ok("CreateRole", json!({"RoleName": "web", "AssumeRolePolicyDocument": trust})).await;
    world
}

fn claims() -> Value {
    json!({"iss": ISSUER, "aud": "app", "sub": "someone", "iat": NOW - 10, "exp": NOW + 600})
}

fn input(token: &str) -> Value {
    json!({"RoleArn": ROLE, "RoleSessionName": "session", "WebIdentityToken": token})
}

async fn refused(world: &World, claims: Value) -> String {
    let token = world.issuer.sign(&claims).unwrap();
    world.refused_as(Caller::Anonymous, "AssumeRoleWithWebIdentity", input(&token)).await
}

fn without(claim: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[claim] = value;
    claims
}

#[tokio::test]
async fn a_good_token_gets_the_role() {
    let world = world().await;
    let token = world.issuer.sign(&claims()).unwrap();
    let answer = world.ok_as(Caller::Anonymous, "AssumeRoleWithWebIdentity", input(&token)).await;
    assert_eq!(answer["AssumedRoleUser"]["Arn"], "arn:aws:sts::123456789012:assumed-role/web/session");
    assert_eq!(
        (&answer["SubjectFromWebIdentityToken"], &answer["Provider"], &answer["Audience"]),
        (&json!("someone"), &json!(ISSUER), &json!("app"))
    );
    let statement = json!({"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/${accounts.example.com/pool:sub}",
        "Condition": {"StringEquals": {"aws:FederatedProvider": PROVIDER}}});
    let policy = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    world.ok("PutRolePolicy", json!({"RoleName": "web", "PolicyName": "p", "PolicyDocument": policy})).await;
    let now = world.context(Caller::Root).now;
    for (resource, may) in [("arn:aws:s3:::b/someone", true), ("arn:aws:s3:::b/other", false)] {
        let question = crate::Question::new("s3:GetObject", resource, now);
        let verdict = world.rooms.principals.authorize(&world.session(&answer), &question).await.unwrap();
        assert_eq!(verdict.is_allowed(), may, "{resource}");
    }
}

#[tokio::test]
async fn attack_147_tokens_that_are_not_the_providers_are_refused() {
    let world = world().await;
    let invalid = |text: &str| format!("InvalidIdentityToken: {text}");
    let malformed =
        invalid("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");
    for token in ["", "x", "a.b.c", "e30.e30.e30"] {
        assert_eq!(world.refused_as(Caller::Anonymous, "AssumeRoleWithWebIdentity", input(token)).await, malformed);
    }
    let issuer = "https://evil.example.com";
    let unknown = invalid(&format!("No OpenIDConnect provider found in your account for {issuer}"));
    assert_eq!(refused(&world, without("iss", json!(issuer))).await, unknown);
    assert!(
        refused(&world, without("iss", json!("http://accounts.example.com/pool"))).await.contains("No OpenIDConnect")
    );
    for aud in [json!("other"), json!(["other"]), json!([])] {
        assert_eq!(refused(&world, without("aud", aud)).await, invalid("Incorrect token audience"));
    }
    let mut wrong_party = claims();
    wrong_party["azp"] = json!("other");
    assert_eq!(refused(&world, wrong_party).await, invalid("Incorrect token audience"));
    assert_eq!(
        refused(&world, without("exp", json!(NOW))).await,
        format!(
            "ExpiredTokenException: Token expired: current date/time {NOW} must be before the expiration date/time {NOW}"
        )
    );
    assert!(refused(&world, without("nbf", json!(NOW + 60))).await.starts_with("InvalidIdentityToken: "));
    assert!(refused(&world, without("exp", json!("soon"))).await.starts_with("InvalidIdentityToken: "));
    let stranger = jose::SigningKey::generate().unwrap();
    let token = stranger.sign(&claims()).unwrap();
    assert!(
        world.refused_as(Caller::Anonymous, "AssumeRoleWithWebIdentity", input(&token)).await.starts_with(
            "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider,  please"
        )
    );
    let token = world.issuer.sign(&claims()).unwrap();
    let (body, signature) = token.rsplit_once('.').unwrap();
    let altered =
        format!("{body}.{}{}", if signature.starts_with('A') { "B" } else { "A" }, signature.get(1..).unwrap());
    let refusal = world.refused_as(Caller::Anonymous, "AssumeRoleWithWebIdentity", input(&altered)).await;
    assert_eq!(refusal, invalid("JWT signature verification failed"));
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_is_told() {
    let world = world().await;
    world
        .ok("CreateOpenIDConnectProvider", json!({"Url": "https://silent.example.com", "ClientIDList": ["app"]}))
        .await;
    let refusal = refused(&world, without("iss", json!("https://silent.example.com"))).await;
    assert!(refusal.starts_with("InvalidIdentityToken: Couldn't retrieve verification key"), "{refusal}");
}

#[tokio::test]
async fn whom_the_trust_policy_does_not_mean_is_refused() {
    let world = world().await;
    let no = "AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity";
    assert_eq!(refused(&world, without("sub", json!("other"))).await, no);
    let token = world.issuer.sign(&claims()).unwrap();
    let mut absent = input(&token);
    absent["RoleArn"] = json!("arn:aws:iam::123456789012:role/none");
    assert_eq!(world.refused_as(Caller::Anonymous, "AssumeRoleWithWebIdentity", absent.clone()).await, no);
    absent["RoleArn"] = json!("nothing");
    assert_eq!(
        world.refused_as(Caller::Anonymous, "AssumeRoleWithWebIdentity", absent).await,
        "ValidationError: nothing is invalid"
    );
    world.role("open", json!({"AWS": "*"})).await;
    let mut open = input(&token);
    open["RoleArn"] = json!("arn:aws:iam::123456789012:role/open");
    assert_eq!(world.refused_as(Caller::Anonymous, "AssumeRoleWithWebIdentity", open).await, no);
}

#[tokio::test]
async fn lists_of_audiences_and_authorized_parties_count() {
    let world = world().await;
    for claims in [without("aud", json!(["x", "app"])), {
        let mut claims = without("aud", json!("anything"));
        claims["azp"] = json!("app");
        claims
    }] {
        let token = world.issuer.sign(&claims).unwrap();
        let answer = world.ok_as(Caller::Anonymous, "AssumeRoleWithWebIdentity", input(&token)).await;
        assert_eq!(answer["Audience"], "app");
    }
}

#[tokio::test]
async fn other_refusals() {
    let world = world().await;
    let token = world.issuer.sign(&claims()).unwrap();
    let with = |key: &str, value: Value| {
        let mut input = input(&token);
        input[key] = value;
        input
    };
    for (input, start) in [
        (
            with("DurationSeconds", json!(7_200)),
            "ValidationError: The requested DurationSeconds exceeds the MaxSession",
        ),
        (with("Policy", json!("{")), "MalformedPolicyDocument: Syntax errors in policy."),
        (with("ProviderId", json!("graph.facebook.com")), "InvalidIdentityToken: "),
        (
            with("Policy", json!(document("Allow", "s3:*", &format!("arn:aws:s3:::{}", "k".repeat(2_048))))),
            "PackedPolicyTooLarge: ",
        ),
    ] {
        let refusal = world.refused_as(Caller::Anonymous, "AssumeRoleWithWebIdentity", input).await;
        assert!(refusal.starts_with(start), "{refusal}");
    }
}

#[tokio::test]
async fn an_identity_pool_is_a_provider_of_every_account() {
    let world = World::new();
    let statement = json!({"Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"},
        "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
        "Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:pool"},
            "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}}});
    let trust = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    world.ok("CreateRole", json!({"RoleName": "web", "AssumeRolePolicyDocument": trust})).await;
    let claims = json!({"iss": "https://cognito-identity.amazonaws.com", "aud": "eu-west-1:pool", "sub": "eu-west-1:id",
        "amr": ["authenticated", "pool"], "exp": NOW + 600});
    let token = world.issuer.sign(&claims).unwrap();
    let answer = world.ok_as(Caller::Anonymous, "AssumeRoleWithWebIdentity", input(&token)).await;
    assert_eq!(answer["Provider"], "cognito-identity.amazonaws.com");

    let mut identity = WebIdentity {
        role_arn: ROLE.to_owned(),
        session_name: "CognitoIdentityCredentials".to_owned(),
        provider: "cognito-identity.amazonaws.com".to_owned(),
        keys: vec![("cognito-identity.amazonaws.com:aud".to_owned(), "eu-west-1:pool".to_owned())],
        lists: vec![("cognito-identity.amazonaws.com:amr".to_owned(), vec!["authenticated".to_owned()])],
        tags: vec![Tag { key: "team".to_owned(), value: "a".to_owned() }],
        ..WebIdentity::default()
    };
    let now = Timestamp::from_secs(NOW);
    let credentials = world.rooms.sts.assume_for(&identity, now).await.unwrap();
    let id = credentials.access_key_id.clone();
    let opened = world.rooms.principals.open_session(&id, Some(credentials.session_token.expose()), now).unwrap();
    assert_eq!(opened.secret.expose(), credentials.secret.expose());
    assert_eq!(opened.session.tags, identity.tags);
    identity.lists.clear();
    let refused = world.rooms.sts.assume_for(&identity, now).await.unwrap_err();
    assert_eq!(refused.to_string(), "AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity");
    assert!(text(&answer, "/Credentials/AccessKeyId").starts_with("ASIA"));
}

/// A world whose role may be tagged and told its source, and inherits to another.
async fn tagging() -> World {
    let world = World::new();
    world.ok("CreateOpenIDConnectProvider", json!({"Url": ISSUER, "ClientIDList": ["app"]})).await;
    let statement = json!({"Effect": "Allow", "Principal": {"Federated": PROVIDER},
        "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity"],
        "Condition": {"StringLikeIfExists": {"aws:RequestTag/team": "a*", "sts:SourceIdentity": "some*"},
            "ForAllValues:StringEquals": {"sts:TransitiveTagKeys": ["team"]}}});
    let trust = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    world.ok("CreateRole", json!({"RoleName": "web", "AssumeRolePolicyDocument": trust})).await;
    world
}

#[tokio::test]
async fn a_tokens_tags_and_source_identity_become_the_sessions() {
    let world = tagging().await;
    let nested = json!({"principal_tags": {"team": ["a1"], "site": ["x"]}, "transitive_tag_keys": ["team"]});
    let mut tagged = without("https://aws.amazon.com/tags", nested);
    tagged["https://aws.amazon.com/source_identity"] = json!("someone");
    let mut flat = without("https://aws.amazon.com/tags/principal_tags/team", json!("a1"));
    flat["https://aws.amazon.com/tags/principal_tags/site"] = json!(["x"]);
    flat["https://aws.amazon.com/tags/transitive_tag_keys"] = json!(["team"]);
    flat["https://aws.amazon.com/source_identity"] = json!("someone");
    for claims in [tagged, flat] {
        let token = world.issuer.sign(&claims).unwrap();
        let answer = world.ok_as(Caller::Anonymous, "AssumeRoleWithWebIdentity", input(&token)).await;
        assert_eq!(answer["SourceIdentity"], "someone");
        let crate::Identity::Session(session) = world.session(&answer) else { panic!("no session") };
        let mut tags: Vec<_> = session.tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())).collect();
        tags.sort_unstable();
        assert_eq!(tags, [("site", "x"), ("team", "a1")]);
        assert_eq!(session.transitive, ["team"]);
    }
}

#[tokio::test]
async fn attack_145_tags_that_the_trust_policy_does_not_want_are_refused() {
    let world = tagging().await;
    let no = "AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity";
    let tags = |tags: Value| without("https://aws.amazon.com/tags", tags);
    for claims in [
        tags(json!({"principal_tags": {"team": ["b"]}})),
        tags(json!({"principal_tags": {"team": ["a"], "site": ["x"]}, "transitive_tag_keys": ["site"]})),
        without("https://aws.amazon.com/source_identity", json!("other")),
    ] {
        assert_eq!(refused(&world, claims).await, no);
    }
    let bad = "InvalidIdentityToken: The session tags of the token are not valid";
    for wrong in [
        json!("team"),
        json!({"principal_tags": ["team"]}),
        json!({"principal_tags": {"team": ["a", "b"]}}),
        json!({"principal_tags": {"team": []}}),
        json!({"principal_tags": {"team": 7}}),
        json!({"principal_tags": {"aws:team": ["a"]}}),
        json!({"principal_tags": {"team": ["a".repeat(257)]}}),
        json!({"principal_tags": {"": ["a"]}}),
        json!({"transitive_tag_keys": "team"}),
        json!({"transitive_tag_keys": [7]}),
    ] {
        assert_eq!(refused(&world, tags(wrong.clone())).await, bad, "{wrong}");
    }
    let absent = tags(json!({"transitive_tag_keys": ["team"]}));
    assert!(refused(&world, absent).await.starts_with("InvalidParameterValue: "));
    let many: serde_json::Map<String, Value> = (0..51).map(|n| (format!("k{n}"), json!(["v"]))).collect();
    assert!(refused(&world, tags(json!({"principal_tags": many}))).await.starts_with("ValidationError: "));
    let source = without("https://aws.amazon.com/source_identity", json!("a b"));
    assert!(refused(&world, source).await.starts_with("InvalidIdentityToken: Source Identity"));
    // A role that may not be tagged gets no untagged session in its stead.
    let plain = self::world().await;
    assert_eq!(refused(&plain, tags(json!({"principal_tags": {"team": ["a"]}}))).await, no);
}
