//! Each error that the model lists for an operation is provoked, or cannot occur here for a reason that is given.

use serde_json::{Value, json};
use testkit::Calls as _;

use super::{OIDC, Room, USER_POOL};

const ABSENT: &str = "us-east-1:00000000-0000-4000-8000-000000000000";
const ARN: &str =
    "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/us-east-1:00000000-0000-4000-8000-000000000000";

/// Errors that no operation ends in here.
const NEVER: [(&str, &str); 3] = [
    ("InternalErrorException", "what breaks on our side has no scene of its own: its cause is logged"),
    ("TooManyRequestsException", "rates are not limited; it stands for a race that was lost eight times over"),
    ("ConcurrentModificationException", "stands for a race that was lost eight times over"),
];

/// Operation, error, and why it does not end in it here.
const NOT_HERE: [(&str, &str, &str); 22] = [
    ("CreateIdentityPool", "NotAuthorizedException", SIGNED),
    ("CreateIdentityPool", "ResourceConflictException", "names need not be unique"),
    ("CreateIdentityPool", "LimitExceededException", "a thousand pools of one region"),
    ("DeleteIdentityPool", "InvalidParameterException", MODEL),
    ("DeleteIdentityPool", "NotAuthorizedException", SIGNED),
    ("DescribeIdentity", "InvalidParameterException", MODEL),
    ("DescribeIdentity", "NotAuthorizedException", SIGNED),
    ("DescribeIdentityPool", "InvalidParameterException", MODEL),
    ("DescribeIdentityPool", "NotAuthorizedException", SIGNED),
    ("DeleteIdentities", "InvalidParameterException", MODEL),
    ("GetIdentityPoolRoles", "InvalidParameterException", MODEL),
    ("GetIdentityPoolRoles", "NotAuthorizedException", SIGNED),
    ("GetIdentityPoolRoles", "ResourceConflictException", "reading changes nothing"),
    ("GetPrincipalTagAttributeMap", "InvalidParameterException", MODEL),
    ("GetPrincipalTagAttributeMap", "NotAuthorizedException", SIGNED),
    ("ListIdentityPools", "NotAuthorizedException", SIGNED),
    ("ListIdentityPools", "ResourceNotFoundException", "a region without pools is empty"),
    ("ListIdentities", "NotAuthorizedException", SIGNED),
    ("ListTagsForResource", "NotAuthorizedException", SIGNED),
    ("SetIdentityPoolRoles", "NotAuthorizedException", SIGNED),
    ("SetIdentityPoolRoles", "ResourceConflictException", "the later call wins"),
    ("SetPrincipalTagAttributeMap", "NotAuthorizedException", SIGNED),
];
const MORE_NOT_HERE: [(&str, &str, &str); 11] = [
    ("TagResource", "NotAuthorizedException", SIGNED),
    ("UntagResource", "NotAuthorizedException", SIGNED),
    ("UpdateIdentityPool", "NotAuthorizedException", SIGNED),
    ("UpdateIdentityPool", "ResourceConflictException", "names need not be unique"),
    ("UpdateIdentityPool", "LimitExceededException", "nothing is added"),
    ("LookupDeveloperIdentity", "NotAuthorizedException", SIGNED),
    ("MergeDeveloperIdentities", "NotAuthorizedException", SIGNED),
    ("UnlinkDeveloperIdentity", "NotAuthorizedException", SIGNED),
    ("UnlinkIdentity", "ResourceConflictException", "nothing is linked here"),
    ("GetCredentialsForIdentity", "LimitExceededException", "not of this operation's model"),
    ("GetOpenIdToken", "LimitExceededException", "not of this operation's model"),
];
const SIGNED: &str = "the caller's policies answer before, with AccessDeniedException";
const MODEL: &str = "what the model admits is never a bad value here: it is not there at most";

fn with(base: &Value, more: Value) -> Value {
    let mut all = base.clone();
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    all
}

fn users(source: &str, destination: &str) -> Value {
    json!({"SourceUserIdentifier": source, "DestinationUserIdentifier": destination})
}

/// Scenes of what configures a pool.
fn settings(pool: &str) -> Vec<(&'static str, Value)> {
    let too_many = json!({"aws:x": "y"});
    let role = json!({"authenticated": "no role at all, but long enough"});
    vec![
        (
            "CreateIdentityPool",
            json!({"IdentityPoolName": "x", "AllowUnauthenticatedIdentities": true, "IdentityPoolTags": too_many}),
        ),
        ("DeleteIdentityPool", json!({"IdentityPoolId": ABSENT})),
        ("DescribeIdentityPool", json!({"IdentityPoolId": ABSENT})),
        ("GetIdentityPoolRoles", json!({"IdentityPoolId": ABSENT})),
        ("GetPrincipalTagAttributeMap", json!({"IdentityPoolId": ABSENT, "IdentityProviderName": "p"})),
        ("ListIdentities", json!({"IdentityPoolId": ABSENT, "MaxResults": 1})),
        ("ListIdentities", json!({"IdentityPoolId": pool, "MaxResults": 1, "NextToken": "made-up"})),
        ("ListIdentityPools", json!({"MaxResults": 1, "NextToken": "made-up"})),
        ("ListTagsForResource", json!({"ResourceArn": ARN})),
        ("ListTagsForResource", json!({"ResourceArn": "arn:aws:iam::123456789012:role/x"})),
        ("SetIdentityPoolRoles", json!({"IdentityPoolId": ABSENT, "Roles": {}})),
        ("SetIdentityPoolRoles", json!({"IdentityPoolId": pool, "Roles": role})),
        ("SetPrincipalTagAttributeMap", json!({"IdentityPoolId": ABSENT, "IdentityProviderName": USER_POOL})),
        ("SetPrincipalTagAttributeMap", json!({"IdentityPoolId": pool, "IdentityProviderName": "nobody"})),
        ("TagResource", json!({"ResourceArn": ARN, "Tags": {}})),
        ("TagResource", json!({"ResourceArn": "no arn at all, but long enough", "Tags": {}})),
        ("UntagResource", json!({"ResourceArn": ARN, "TagKeys": []})),
        ("UntagResource", json!({"ResourceArn": "no arn at all, but long enough", "TagKeys": []})),
        (
            "UpdateIdentityPool",
            json!({"IdentityPoolId": ABSENT, "IdentityPoolName": "x", "AllowUnauthenticatedIdentities": true}),
        ),
        (
            "UpdateIdentityPool",
            json!({"IdentityPoolId": pool, "IdentityPoolName": "x", "AllowUnauthenticatedIdentities": true}),
        ),
    ]
}

/// Plays the scenes; answers what was provoked, as operation and code.
async fn provoked() -> Vec<(&'static str, String)> {
    let room = Room::new();
    let pool = room.pool().await;
    let plain = json!({"IdentityPoolName": "plain", "AllowUnauthenticatedIdentities": false});
    let plain = room.ok("CreateIdentityPool", plain).await["IdentityPoolId"].clone();
    let user = json!({USER_POOL: room.id_token("sub-1")});
    let identity = room.identity(&pool, user.clone()).await;
    let vouched = |user: &str| json!({"IdentityPoolId": pool, "Logins": {"login.example": user}});
    let one = room.ok("GetOpenIdTokenForDeveloperIdentity", vouched("u-1")).await["IdentityId"].clone();
    let two = room.ok("GetOpenIdTokenForDeveloperIdentity", vouched("u-2")).await["IdentityId"].clone();
    clash(&room, &pool).await;
    let bad = json!({USER_POOL: "no token"});
    let of_two = json!({USER_POOL: room.id_token("sub-1"), OIDC: room.token(oidc("linked-elsewhere"))});
    room.identity(&pool, json!({OIDC: room.token(oidc("linked-elsewhere"))})).await;
    let dev = json!({"IdentityPoolId": pool, "DeveloperProviderName": "login.example"});
    let mut scenes = settings(&pool);
    scenes.extend(vec![
        ("DescribeIdentity", json!({"IdentityId": ABSENT})),
        ("GetCredentialsForIdentity", json!({"IdentityId": ABSENT})),
        ("GetCredentialsForIdentity", json!({"IdentityId": identity})),
        ("GetCredentialsForIdentity", json!({"IdentityId": identity, "Logins": of_two})),
        ("GetCredentialsForIdentity", json!({"IdentityId": identity, "Logins": {"login.example": "u-1"}})),
        ("GetId", json!({"IdentityPoolId": ABSENT})),
        ("GetId", json!({"IdentityPoolId": plain})),
        ("GetId", json!({"IdentityPoolId": pool, "Logins": of_two})),
        ("GetId", json!({"IdentityPoolId": pool, "Logins": {"login.example": "u-1"}})),
        ("GetOpenIdToken", json!({"IdentityId": ABSENT})),
        ("GetOpenIdToken", json!({"IdentityId": identity})),
        ("GetOpenIdTokenForDeveloperIdentity", json!({"IdentityPoolId": ABSENT, "Logins": {"login.example": "u"}})),
        ("GetOpenIdTokenForDeveloperIdentity", json!({"IdentityPoolId": plain, "Logins": {"login.example": "u"}})),
        (
            "GetOpenIdTokenForDeveloperIdentity",
            with(&vouched("u-1"), json!({"Logins": with(&user, json!({"login.example": "u-1"}))})),
        ),
        (
            "GetOpenIdTokenForDeveloperIdentity",
            with(&vouched("u-1"), json!({"Logins": with(&bad, json!({"login.example": "u-9"}))})),
        ),
        ("GetOpenIdTokenForDeveloperIdentity", with(&vouched("u-2"), json!({"IdentityId": one}))),
        ("LookupDeveloperIdentity", json!({"IdentityPoolId": ABSENT, "IdentityId": one})),
        ("LookupDeveloperIdentity", json!({"IdentityPoolId": pool})),
        (
            "LookupDeveloperIdentity",
            json!({"IdentityPoolId": pool, "IdentityId": one, "DeveloperUserIdentifier": "u-2"}),
        ),
        ("MergeDeveloperIdentities", with(&dev, users("u-1", "nobody"))),
        ("MergeDeveloperIdentities", with(&dev, with(&users("u-1", "u-2"), json!({"DeveloperProviderName": "other"})))),
        ("MergeDeveloperIdentities", with(&dev, users("clash-1", "clash-2"))),
        ("UnlinkDeveloperIdentity", with(&dev, json!({"IdentityId": ABSENT, "DeveloperUserIdentifier": "u-1"}))),
        ("UnlinkDeveloperIdentity", with(&dev, json!({"IdentityId": two, "DeveloperUserIdentifier": "u-1"}))),
        (
            "UnlinkDeveloperIdentity",
            with(&dev, json!({"IdentityId": one, "DeveloperUserIdentifier": "u-1", "DeveloperProviderName": "other"})),
        ),
        ("UnlinkIdentity", json!({"IdentityId": ABSENT, "Logins": user, "LoginsToRemove": []})),
        ("UnlinkIdentity", json!({"IdentityId": one, "Logins": user, "LoginsToRemove": []})),
        ("UnlinkIdentity", json!({"IdentityId": one, "Logins": {"login.example": "u-1"}, "LoginsToRemove": []})),
    ]);
    let mut provoked = Vec::new();
    for (operation, input) in scenes {
        provoked.push((operation, room.refused(operation, input).await.0));
    }
    provoked.extend(silent_issuer(&room, &pool, &identity).await);
    provoked.extend(untrusted_role(&room, &identity).await);
    provoked.extend(too_many_logins(&room, &pool).await);
    provoked.extend(classic(&room, &pool, &identity).await);
    provoked
}

fn oidc(sub: &str) -> Value {
    json!({"iss": "https://issuer.example/tenant", "aud": "app", "sub": sub})
}

/// Two of the developer's users whom the user pool knows as two as well.
async fn clash(room: &Room, pool: &str) {
    for user in ["clash-1", "clash-2"] {
        let logins = json!({"login.example": user, USER_POOL: room.id_token(user)});
        room.ok("GetOpenIdTokenForDeveloperIdentity", json!({"IdentityPoolId": pool, "Logins": logins})).await;
    }
}

async fn silent_issuer(room: &Room, pool: &str, identity: &str) -> Vec<(&'static str, String)> {
    *room.neighbours.silent.lock() = true;
    let logins = json!({OIDC: room.token(oidc("ada"))});
    let scenes = [
        ("GetId", json!({"IdentityPoolId": pool, "Logins": logins})),
        ("GetCredentialsForIdentity", json!({"IdentityId": identity, "Logins": logins})),
        ("UnlinkIdentity", json!({"IdentityId": identity, "Logins": logins, "LoginsToRemove": []})),
    ];
    let mut provoked = Vec::new();
    for (operation, input) in scenes {
        provoked.push((operation, room.refused(operation, input).await.0));
    }
    *room.neighbours.silent.lock() = false;
    provoked
}

async fn untrusted_role(room: &Room, identity: &str) -> Vec<(&'static str, String)> {
    *room.neighbours.untrusted.lock() = true;
    let input = json!({"IdentityId": identity, "Logins": {USER_POOL: room.id_token("sub-1")}});
    let refused = room.refused("GetCredentialsForIdentity", input).await.0;
    *room.neighbours.untrusted.lock() = false;
    vec![("GetCredentialsForIdentity", refused)]
}

async fn too_many_logins(room: &Room, pool: &str) -> Vec<(&'static str, String)> {
    let vouch = |user: usize| json!({"IdentityPoolId": pool, "Logins": {"login.example": format!("many-{user}")}});
    let id = room.ok("GetOpenIdTokenForDeveloperIdentity", vouch(0)).await["IdentityId"].clone();
    for user in 1..20 {
        let mut input = vouch(user);
        input["IdentityId"] = id.clone();
        room.ok("GetOpenIdTokenForDeveloperIdentity", input).await;
    }
    let logins = json!({"login.example": "many-0", OIDC: room.token(oidc("one too many"))});
    let input = json!({"IdentityPoolId": pool, "Logins": logins});
    let refused = room.refused("GetOpenIdTokenForDeveloperIdentity", input).await.0;
    assert_eq!(refused, "LimitExceededException");
    // The same bound where only public providers are linked: the twentieth login is in place already.
    let linked = json!({USER_POOL: room.id_token("sub-many")});
    let mut input = vouch(1);
    input["Logins"].as_object_mut().unwrap().extend(linked.as_object().unwrap().clone());
    assert_eq!(room.refused("GetOpenIdTokenForDeveloperIdentity", input).await.0, "LimitExceededException");
    vec![("GetId", refused)]
}

/// What the basic flow refuses once it is open.
async fn classic(room: &Room, pool: &str, identity: &str) -> Vec<(&'static str, String)> {
    let mut open = room.ok("DescribeIdentityPool", json!({"IdentityPoolId": pool})).await;
    open["AllowClassicFlow"] = json!(true);
    room.ok("UpdateIdentityPool", open).await;
    let two = json!({USER_POOL: room.id_token("sub-1"), OIDC: room.token(oidc("linked-elsewhere"))});
    let mut provoked = Vec::new();
    for logins in [json!({}), two] {
        let input = json!({"IdentityId": identity, "Logins": logins});
        provoked.push(("GetOpenIdToken", room.refused("GetOpenIdToken", input).await.0));
    }
    *room.neighbours.silent.lock() = true;
    let input = json!({"IdentityId": identity, "Logins": {OIDC: room.token(oidc("ada"))}});
    provoked.push(("GetOpenIdToken", room.refused("GetOpenIdToken", input).await.0));
    *room.neighbours.silent.lock() = false;
    provoked
}

#[tokio::test]
async fn every_modelled_error_is_provoked_or_explained() {
    let provoked = provoked().await;
    let mut open = Vec::new();
    for operation in model_cognito_identity::MODEL.operations {
        for error in operation.errors {
            let never = NEVER.iter().any(|(code, _)| *code == error.code);
            let explained = NOT_HERE.iter().chain(&MORE_NOT_HERE);
            let explained = explained.into_iter().any(|(op, code, _)| *op == operation.name && *code == error.code);
            let shown = provoked.iter().any(|(op, code)| *op == operation.name && code == error.code);
            if !(never || explained || shown) {
                open.push(format!("{} {}", operation.name, error.code));
            }
        }
    }
    assert_eq!(open, Vec::<String>::new());
}
