use aws_types::Secret;
use serde_json::{Map, Value, json};
use user_pool_domain::ports::{AuthStep, Authorization, GrantWish};

use super::{arn, attributes_of, event, events, expected, lab, lab_of, metadata, says, throws};
use crate::auth::tests::{Lab, OTHER, PASSWORD, claims, flows, tokens};

async fn versioned(version: &str, mut client: Value) -> Lab {
    client.as_object_mut().unwrap().entry("ExplicitAuthFlows").or_insert(flows());
    let config = json!({ "LambdaVersion": version, "LambdaArn": arn("PreTokenGeneration") });
    let lab = lab_of(json!({ "LambdaConfig": { "PreTokenGenerationConfig": config } }), client).await;
    lab.user("alice").await;
    lab
}

async fn first() -> Lab {
    let lab = lab(&["PreTokenGeneration"], json!({})).await;
    lab.user("alice").await;
    lab
}

/// Claims of id and access token.
async fn signed(lab: &Lab) -> (Map<String, Value>, Map<String, Value>) {
    let set = lab.sign_in("alice", PASSWORD).await;
    lab.world.functions.take_calls();
    (claims(&set.id), claims(&set.access))
}

async fn group(lab: &Lab, name: &str, role: &str) {
    let input = json!({ "UserPoolId": lab.pool, "GroupName": name, "RoleArn": role, "Precedence": 1 });
    lab.ok("CreateGroup", input).await;
    lab.admin("AdminAddUserToGroup", "alice", json!({ "GroupName": name })).await;
}

#[tokio::test]
async fn version_1_is_told_groups_and_changes_the_id_token() {
    let lab = first().await;
    let role = "arn:aws:iam::123456789012:role/staff";
    group(&lab, "staff", role).await;
    says(
        &lab,
        "PreTokenGeneration",
        json!({ "claimsOverrideDetails": {
            "claimsToAddOrOverride": { "team": "blue", "email": "shown@example.com" },
            "claimsToSuppress": ["email_verified"],
            "groupOverrideDetails": {
                "groupsToOverride": ["a", "b"], "iamRolesToOverride": ["r1"], "preferredRole": "r1",
            },
        } }),
    );
    let set = lab.sign_in("alice", PASSWORD).await;
    let groups = json!({ "groupsToOverride": ["staff"], "iamRolesToOverride": [role], "preferredRole": role });
    let request = json!({ "userAttributes": attributes_of(&lab, "alice").await, "groupConfiguration": groups });
    let response = json!({ "claimsOverrideDetails": null });
    assert_eq!(event(&lab), expected(&lab, "TokenGeneration_Authentication", "alice", request, response));
    let (id, access) = (claims(&set.id), claims(&set.access));
    assert_eq!((&id["team"], &id["email"]), (&json!("blue"), &json!("shown@example.com")));
    assert!(!id.contains_key("email_verified"));
    assert_eq!((&id["cognito:groups"], &access["cognito:groups"]), (&json!(["a", "b"]), &json!(["a", "b"])));
    assert_eq!((&id["cognito:roles"], &id["cognito:preferred_role"]), (&json!(["r1"]), &json!("r1")));
    assert!(!access.contains_key("team"));
    lab.get_user(&set.access).await;
}

#[tokio::test]
async fn groups_stay_where_nothing_is_said_and_go_where_nothing_is_given() {
    let lab = first().await;
    group(&lab, "staff", "arn:aws:iam::123456789012:role/staff").await;
    says(&lab, "PreTokenGeneration", json!({ "claimsOverrideDetails": { "claimsToAddOrOverride": { "a": "b" } } }));
    assert_eq!(signed(&lab).await.0["cognito:groups"], json!(["staff"]));
    for empty in [json!(null), json!({})] {
        says(&lab, "PreTokenGeneration", json!({ "claimsOverrideDetails": { "groupOverrideDetails": empty } }));
        let (id, access) = signed(&lab).await;
        assert!(!id.contains_key("cognito:groups") && !access.contains_key("cognito:groups"));
        assert!(!id.contains_key("cognito:roles") && !id.contains_key("cognito:preferred_role"));
    }
}

#[tokio::test]
async fn every_door_has_its_source() {
    let lab = first().await;
    let source = |lab: &Lab| event(lab)["triggerSource"].as_str().unwrap().to_owned();
    let set = lab.sign_in("alice", PASSWORD).await;
    assert_eq!(source(&lab), "TokenGeneration_Authentication");
    lab.ok("InitiateAuth", lab.refresh_input(&set.refresh)).await;
    assert_eq!(source(&lab), "TokenGeneration_RefreshTokens");
    let input = json!({ "ClientId": lab.client, "RefreshToken": set.refresh, "ClientMetadata": metadata() });
    lab.ok("GetTokensFromRefreshToken", input).await;
    let told = event(&lab);
    assert_eq!(told["triggerSource"], "TokenGeneration_RefreshTokens");
    assert_eq!(told["request"]["clientMetadata"], metadata());
    lab.admin("AdminSetUserPassword", "alice", json!({ "Password": OTHER, "Permanent": false })).await;
    let next = lab.ok("InitiateAuth", lab.login("alice", OTHER)).await;
    let input = json!({
        "ClientId": lab.client, "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": next["Session"],
        "ChallengeResponses": { "USERNAME": "alice", "NEW_PASSWORD": PASSWORD }, "ClientMetadata": metadata(),
    });
    tokens(&lab.ok("RespondToAuthChallenge", input).await);
    let told = event(&lab);
    assert_eq!(told["triggerSource"], "TokenGeneration_NewPasswordChallenge");
    assert_eq!(told["request"]["clientMetadata"], metadata());
}

#[tokio::test]
async fn tokens_of_the_pages_are_changed_too() {
    let client = json!({
        "AllowedOAuthFlows": ["implicit", "code"], "AllowedOAuthScopes": ["openid", "email"],
        "AllowedOAuthFlowsUserPoolClient": true, "CallbackURLs": ["https://app.example.com/cb"],
    });
    let lab = versioned("V2_0", client).await;
    let details = json!({ "idTokenGeneration": { "claimsToAddOrOverride": { "team": { "name": "blue" } } } });
    says(&lab, "PreTokenGeneration", json!({ "claimsAndScopeOverrideDetails": details }));
    let step = lab.port().sign_in(lab.flow(), "alice", &Secret::new(PASSWORD.to_owned())).await.unwrap();
    let AuthStep::SignedIn(user) = step else { panic!("a challenge") };
    let authorization = || Authorization {
        user: user.clone(),
        redirect_uri: "https://app.example.com/cb".to_owned(),
        scopes: vec!["openid".to_owned(), "email".to_owned()],
        nonce: None,
        code_challenge: None,
    };
    let set = lab.port().issue_implicit(lab.flow(), authorization()).await.unwrap();
    let told = event(&lab);
    assert_eq!((&told["triggerSource"], &told["version"]), (&json!("TokenGeneration_HostedAuth"), &json!("2")));
    assert_eq!(told["request"]["scopes"], json!(["openid", "email"]));
    assert_eq!(claims(&set.id_token.unwrap())["team"], json!({ "name": "blue" }));
    let code = lab.port().issue_code(lab.flow(), authorization()).await.unwrap();
    let set = lab.port().redeem_code(lab.flow(), &code, "https://app.example.com/cb", None).await.unwrap();
    assert_eq!(event(&lab)["triggerSource"], "TokenGeneration_HostedAuth");
    lab.port().refresh(lab.flow(), &set.refresh_token.unwrap(), GrantWish::default()).await.unwrap();
    assert_eq!(event(&lab)["triggerSource"], "TokenGeneration_RefreshTokens");
    throws(&lab, "PreTokenGeneration", "No");
    assert!(lab.port().issue_implicit(lab.flow(), authorization()).await.is_err());
}

#[tokio::test]
async fn version_2_changes_the_access_token_and_its_scopes() {
    let lab = versioned("V2_0", json!({})).await;
    let details = json!({
        "idTokenGeneration": { "claimsToSuppress": ["email"] },
        "accessTokenGeneration": {
            "claimsToAddOrOverride": { "tenant": ["a", 1, true] },
            "scopesToAdd": ["orders/read", "aws.cognito.other"],
        },
    });
    says(&lab, "PreTokenGeneration", json!({ "claimsAndScopeOverrideDetails": details }));
    let (id, access) = signed(&lab).await;
    assert!(!id.contains_key("email"));
    assert_eq!(access["tenant"], json!(["a", 1, true]));
    assert_eq!(access["scope"], "aws.cognito.signin.user.admin orders/read");
    let details = json!({ "accessTokenGeneration": { "scopesToSuppress": ["aws.cognito.signin.user.admin"] } });
    says(&lab, "PreTokenGeneration", json!({ "claimsAndScopeOverrideDetails": details }));
    let set = lab.sign_in("alice", PASSWORD).await;
    let refused = "NotAuthorizedException: Access Token does not have required scopes";
    assert_eq!(lab.get_user_refused(&set.access).await, refused);
    for scope in ["a b", "", "a\"b"] {
        let details = json!({ "accessTokenGeneration": { "scopesToAdd": [scope] } });
        says(&lab, "PreTokenGeneration", json!({ "claimsAndScopeOverrideDetails": details }));
        let refused = "InvalidLambdaResponseException: Unrecognizable lambda output";
        assert_eq!(lab.sign_in_refused("alice", PASSWORD).await, refused, "{scope:?}");
    }
}

#[tokio::test]
async fn attack_64_who_for_whom_and_how_long_are_not_a_functions_to_say() {
    let lab = versioned("V2_0", json!({})).await;
    let (id, access) = signed(&lab).await;
    let protected = [
        "sub",
        "iss",
        "aud",
        "exp",
        "iat",
        "auth_time",
        "jti",
        "origin_jti",
        "token_use",
        "event_id",
        "nonce",
        "at_hash",
        "client_id",
        "username",
        "version",
        "device_key",
        "identities",
        "scope",
        "cognito:username",
        "cognito:groups",
        "cognito:roles",
        "cognito:preferred_role",
        "cognito:anything",
    ];
    let forged: Map<String, Value> = protected.iter().map(|name| ((*name).to_owned(), json!("forged"))).collect();
    let changes = [json!({ "claimsToAddOrOverride": forged }), json!({ "claimsToSuppress": protected })];
    for change in changes {
        let details = json!({ "idTokenGeneration": change, "accessTokenGeneration": change });
        says(&lab, "PreTokenGeneration", json!({ "claimsAndScopeOverrideDetails": details }));
        let (new_id, new_access) = signed(&lab).await;
        for (before, after) in [(&id, &new_id), (&access, &new_access)] {
            assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
            assert!(after.values().all(|value| value != "forged"), "{after:?}");
        }
    }
    let both = json!({ "claimsToAddOrOverride": { "team": "x" }, "claimsToSuppress": ["team"] });
    says(&lab, "PreTokenGeneration", json!({ "claimsAndScopeOverrideDetails": { "idTokenGeneration": both } }));
    assert!(!signed(&lab).await.0.contains_key("team"), "suppressing wins");
}

#[tokio::test]
async fn version_3_changes_a_machines_token() {
    for (version, asked) in [("V2_0", false), ("V3_0", true)] {
        let config = json!({ "LambdaVersion": version, "LambdaArn": arn("PreTokenGeneration") });
        let lab = lab_of(json!({ "LambdaConfig": { "PreTokenGenerationConfig": config } }), json!({})).await;
        let scopes = json!([{ "ScopeName": "read", "ScopeDescription": "r" }]);
        let server = json!({ "UserPoolId": lab.pool, "Identifier": "orders", "Name": "o", "Scopes": scopes });
        lab.ok("CreateResourceServer", server).await;
        let machine = json!({
            "GenerateSecret": true, "AllowedOAuthFlows": ["client_credentials"],
            "AllowedOAuthScopes": ["orders/read"], "AllowedOAuthFlowsUserPoolClient": true,
        });
        let machine = lab.world.client(&lab.pool, machine).await;
        let details = json!({ "accessTokenGeneration": { "claimsToAddOrOverride": { "sub": "x", "env": "test" } } });
        says(&lab, "PreTokenGeneration", json!({ "claimsAndScopeOverrideDetails": details }));
        let flow = crate::auth::tests::flow(&lab.pool, &machine);
        let set = lab.port().client_credentials(flow, GrantWish::default()).await.unwrap();
        let signed = claims(&set.access_token);
        assert_eq!(signed["sub"], json!(machine));
        assert_eq!(signed.get("env"), asked.then(|| json!("test")).as_ref(), "{version}");
        let told = events(&lab);
        assert_eq!(told.len(), usize::from(asked), "{version}");
        for told in told {
            assert_eq!((&told["version"], &told["userName"]), (&json!("3"), &json!("ClientCredentials")));
            assert_eq!(told["triggerSource"], "TokenGeneration_ClientCredentials");
            assert_eq!(told["callerContext"]["clientId"], json!(machine));
            let groups = json!({ "groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": null });
            let request = json!({ "userAttributes": {}, "groupConfiguration": groups, "scopes": ["orders/read"] });
            assert_eq!(told["request"], request);
        }
    }
}

#[tokio::test]
async fn a_refusal_leaves_a_rotating_refresh_token_unspent() {
    let rotation = json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 0 });
    let flows = json!(["ALLOW_USER_PASSWORD_AUTH"]);
    let client = json!({ "RefreshTokenRotation": rotation, "ExplicitAuthFlows": flows });
    let lab = lab(&["PreTokenGeneration"], client).await;
    lab.user("alice").await;
    let set = lab.sign_in("alice", PASSWORD).await;
    events(&lab);
    let refresh = |token: &str| json!({ "ClientId": lab.client, "RefreshToken": token });
    throws(&lab, "PreTokenGeneration", "Closed");
    let refused = lab.refused("GetTokensFromRefreshToken", refresh(&set.refresh)).await;
    assert_eq!(refused, "UserLambdaValidationException: PreTokenGeneration failed with error Closed.");
    let page = lab.port().refresh(lab.flow(), &set.refresh, GrantWish::default()).await;
    assert!(page.is_err());
    let details = json!({ "claimsToAddOrOverride": { "team": "blue" } });
    says(&lab, "PreTokenGeneration", json!({ "claimsOverrideDetails": details }));
    events(&lab);
    let next = tokens(&lab.ok("GetTokensFromRefreshToken", refresh(&set.refresh)).await);
    assert_eq!(claims(&next.id)["team"], "blue");
    assert_eq!(event(&lab)["triggerSource"], "TokenGeneration_RefreshTokens", "asked once");
    let reused = lab.refused("GetTokensFromRefreshToken", refresh(&set.refresh)).await;
    assert!(reused.starts_with("RefreshTokenReuseException"), "{reused}");
    assert_eq!(events(&lab), Vec::<Value>::new(), "a spent token asks no function");
}
