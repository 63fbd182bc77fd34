//! Outside identity providers, and the identities that lead to users.

use serde_json::{Value, json};

use crate::testing::{World, text};

fn oidc(pool: &str, name: &str) -> Value {
    json!({"UserPoolId": pool, "ProviderName": name, "ProviderType": "OIDC",
        "ProviderDetails": {"client_id": "me", "client_secret": "s3cret-of-the-provider", "attributes_request_method": "GET",
            "oidc_issuer": "https://auth.example.com", "authorize_scopes": "openid email"},
        "AttributeMapping": {"email": "email"}, "IdpIdentifiers": [format!("{name}.example.com")]})
}

fn key(pool: &str, name: &str) -> Value {
    json!({"UserPoolId": pool, "ProviderName": name})
}

#[tokio::test]
async fn a_provider_is_made_shown_found_changed_and_deleted() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let made = world.ok("CreateIdentityProvider", oidc(&pool, "Corp")).await;
    let shown = &made["IdentityProvider"];
    assert_eq!(shown["AttributeMapping"], json!({"email": "email", "username": "sub"}));
    assert_eq!(shown["ProviderDetails"]["client_secret"], "s3cret-of-the-provider");
    assert_eq!(shown["ProviderDetails"]["attributes_url_add_attributes"], "false");
    assert_eq!(world.ok("DescribeIdentityProvider", key(&pool, "Corp")).await, made);
    let by_identifier = json!({"UserPoolId": pool, "IdpIdentifier": "Corp.example.com"});
    assert_eq!(world.ok("GetIdentityProviderByIdentifier", by_identifier.clone()).await, made);
    let listed = world.ok("ListIdentityProviders", json!({"UserPoolId": pool})).await;
    assert_eq!(listed["Providers"][0]["ProviderName"], "Corp");
    let mut change = key(&pool, "Corp");
    change["IdpIdentifiers"] = json!(["other"]);
    let changed = world.ok("UpdateIdentityProvider", change).await;
    assert_eq!(changed["IdentityProvider"]["IdpIdentifiers"], json!(["other"]));
    assert_eq!(changed["IdentityProvider"]["ProviderDetails"]["client_secret"], "s3cret-of-the-provider");
    let refusal = world.refused("GetIdentityProviderByIdentifier", by_identifier).await;
    assert!(refusal.starts_with("ResourceNotFoundException: "), "{refusal}");
    world.ok("DeleteIdentityProvider", key(&pool, "Corp")).await;
    for operation in ["DescribeIdentityProvider", "UpdateIdentityProvider", "DeleteIdentityProvider"] {
        let refusal = world.refused(operation, key(&pool, "Corp")).await;
        assert_eq!(refusal, "ResourceNotFoundException: Identity provider Corp does not exist.", "{operation}");
    }
    world.ok("CreateIdentityProvider", oidc(&pool, "Corp")).await;
}

#[tokio::test]
pub async fn names_and_identifiers_belong_to_one_provider() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.ok("CreateIdentityProvider", oidc(&pool, "Corp")).await;
    let refusal = world.refused("CreateIdentityProvider", oidc(&pool, "Corp")).await;
    assert!(refusal.starts_with("DuplicateProviderException: "), "{refusal}");
    let mut other = oidc(&pool, "Other");
    other["IdpIdentifiers"] = json!(["Corp.example.com"]);
    let refusal = world.refused("CreateIdentityProvider", other).await;
    assert!(refusal.starts_with("DuplicateProviderException: "), "{refusal}");
    for operation in ["UpdateIdentityProvider", "DeleteIdentityProvider"] {
        let refusal = world.refused(operation, key(&pool, "COGNITO")).await;
        assert!(refusal.starts_with("UnsupportedIdentityProviderException: "), "{operation}: {refusal}");
    }
}

#[tokio::test]
async fn each_type_wants_its_details() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let saml = |details: Value| json!({"UserPoolId": pool, "ProviderName": "Saml", "ProviderType": "SAML", "ProviderDetails": details});
    let google = json!({"client_id": "g", "client_secret": "s", "authorize_scopes": "openid"});
    let social = |name: &str, kind: &str, details: &Value| json!({"UserPoolId": pool, "ProviderName": name, "ProviderType": kind, "ProviderDetails": details});
    let mut bare = oidc(&pool, "Corp");
    bare["ProviderDetails"].as_object_mut().unwrap().remove("oidc_issuer");
    let mut plain = oidc(&pool, "Corp");
    plain["ProviderDetails"]["oidc_issuer"] = json!("http://auth.example.com");
    let mut half = oidc(&pool, "Corp");
    half["ProviderDetails"]["token_url"] = json!("https://auth.example.com/t");
    let mut scopes = oidc(&pool, "Corp");
    scopes["ProviderDetails"]["authorize_scopes"] = json!("email");
    let mut acr = saml(json!({"MetadataURL": "https://a.example/m"}));
    acr["AcrMapping"] = json!({"Level1": "x"});
    for wrong in [
        bare,
        plain,
        half,
        scopes,
        acr,
        saml(json!({})),
        saml(json!({"MetadataURL": "https://a.example/m", "MetadataFile": "<EntityDescriptor/>"})),
        saml(json!({"MetadataFile": "no XML"})),
        saml(json!({"MetadataFile": "<!DOCTYPE x><EntityDescriptor><IDPSSODescriptor/></EntityDescriptor>"})),
        saml(json!({"MetadataURL": "https://a.example/m", "IDPSignout": "yes"})),
        saml(json!({"MetadataURL": "https://a.example/m", "surprise": "x"})),
        social("Goggle", "Google", &google),
        social("Google", "OIDC", &google),
        social("Google", "Google", &json!({"client_id": "g"})),
        social("SignInWithApple", "SignInWithApple", &google),
        social("COGNITO", "OIDC", &oidc(&pool, "x")["ProviderDetails"]),
    ] {
        let refusal = world.refused("CreateIdentityProvider", wrong.clone()).await;
        assert!(refusal.starts_with("InvalidParameterException: "), "{wrong}: {refusal}");
    }
    let made = world.ok("CreateIdentityProvider", social("Google", "Google", &google)).await;
    assert_eq!(made["IdentityProvider"]["ProviderDetails"]["token_url"], "https://www.googleapis.com/oauth2/v4/token");
    let file = "<EntityDescriptor><IDPSSODescriptor/></EntityDescriptor>";
    world.ok("CreateIdentityProvider", saml(json!({"MetadataFile": file}))).await;
    let facebook = json!({"client_id": "f", "client_secret": "s", "authorize_scopes": "email", "api_version": "v19.0"});
    let made = world.ok("CreateIdentityProvider", social("Facebook", "Facebook", &facebook)).await;
    assert_eq!(
        made["IdentityProvider"]["ProviderDetails"]["authorize_url"],
        "https://www.facebook.com/v19.0/dialog/oauth"
    );
    assert_eq!(made["IdentityProvider"]["AttributeMapping"], json!({"username": "id"}));
}

#[tokio::test]
async fn attack_137_a_secret_does_not_follow_a_changed_endpoint() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.ok("CreateIdentityProvider", oidc(&pool, "Corp")).await;
    let mut details = oidc(&pool, "Corp")["ProviderDetails"].clone();
    details.as_object_mut().unwrap().remove("client_secret");
    let change = |details: &Value| json!({"UserPoolId": pool, "ProviderName": "Corp", "ProviderDetails": details});
    let kept = world.ok("UpdateIdentityProvider", change(&details)).await;
    assert_eq!(kept["IdentityProvider"]["ProviderDetails"]["client_secret"], "s3cret-of-the-provider");
    for (name, value) in [("oidc_issuer", "https://evil.test"), ("client_id", "another")] {
        let mut moved = details.clone();
        moved[name] = json!(value);
        let refusal = world.refused("UpdateIdentityProvider", change(&moved)).await;
        assert!(refusal.starts_with("InvalidParameterException: The provider detail client_secret must be given"));
        moved["client_secret"] = json!("a-new-one");
        world.ok("UpdateIdentityProvider", change(&moved)).await;
        details = moved;
        details.as_object_mut().unwrap().remove("client_secret");
    }
}

#[tokio::test]
async fn attack_138_what_a_token_says_of_itself_is_not_mapped() {
    let world = World::new();
    let pool = world
        .pool(json!({"Schema": [{"Name": "role", "AttributeDataType": "String", "DeveloperOnlyAttribute": true}]}))
        .await;
    for attribute in ["sub", "identities", "cognito:groups", "cognito:username", "dev:custom:role", "custom:unknown"] {
        let mut input = oidc(&pool, "Corp");
        input["AttributeMapping"] = json!({attribute: "groups"});
        let refusal = world.refused("CreateIdentityProvider", input).await;
        assert!(refusal.starts_with("InvalidParameterException: Attribute mapping"), "{attribute}: {refusal}");
    }
    world.ok("CreateIdentityProvider", oidc(&pool, "Corp")).await;
    let change = json!({"UserPoolId": pool, "ProviderName": "Corp", "AttributeMapping": {"cognito:groups": "x"}});
    let refusal = world.refused("UpdateIdentityProvider", change).await;
    assert!(refusal.starts_with("InvalidParameterException: Attribute mapping"), "{refusal}");
}

#[tokio::test]
async fn attack_155_secrets_of_providers_are_sealed_at_rest() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.ok("CreateIdentityProvider", oidc(&pool, "Corp")).await;
    let item = world.store.get_item(&format!("pool#{pool}"), "provider#Corp").await.unwrap().unwrap();
    let body = String::from_utf8_lossy(&item.body);
    assert!(body.contains("auth.example.com") && !body.contains("s3cret-of-the-provider"), "{body}");
}

#[tokio::test]
async fn attack_149_providers_of_another_pool_do_not_exist() {
    let world = World::new();
    let (pool, other) = (world.pool(json!({})).await, world.pool(json!({})).await);
    world.ok("CreateIdentityProvider", oidc(&pool, "Corp")).await;
    let refusal = world.refused("DescribeIdentityProvider", key(&other, "Corp")).await;
    assert_eq!(refusal, "ResourceNotFoundException: Identity provider Corp does not exist.");
    let by_identifier = json!({"UserPoolId": other, "IdpIdentifier": "Corp.example.com"});
    let refusal = world.refused("GetIdentityProviderByIdentifier", by_identifier).await;
    assert!(refusal.starts_with("ResourceNotFoundException: "), "{refusal}");
    // The same identifier in another pool is another one.
    world.ok("CreateIdentityProvider", oidc(&other, "Corp")).await;
}

#[tokio::test]
async fn clients_name_providers_that_exist() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let client = json!({"UserPoolId": pool, "ClientName": "c", "SupportedIdentityProviders": ["COGNITO", "Corp"]});
    assert_eq!(
        world.refused("CreateUserPoolClient", client.clone()).await,
        format!("InvalidParameterException: The provider Corp does not exist for User Pool {pool}.")
    );
    world.ok("CreateIdentityProvider", oidc(&pool, "Corp")).await;
    let made = world.ok("CreateUserPoolClient", client.clone()).await;
    assert_eq!(made["UserPoolClient"]["SupportedIdentityProviders"], json!(["COGNITO", "Corp"]));
    let mut change = client;
    change["ClientId"] = made["UserPoolClient"]["ClientId"].clone();
    change["SupportedIdentityProviders"] = json!(["Nobody"]);
    assert!(world.refused("UpdateUserPoolClient", change).await.contains("Nobody does not exist"));
}

#[tokio::test]
pub async fn a_pool_has_at_most_three_hundred_providers() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    for i in 0..300 {
        world.ok("CreateIdentityProvider", oidc(&pool, &format!("P{i}"))).await;
    }
    let refusal = world.refused("CreateIdentityProvider", oidc(&pool, "Corp")).await;
    assert!(refusal.starts_with("LimitExceededException: "), "{refusal}");
    let listed = world.ok("ListIdentityProviders", json!({"UserPoolId": pool, "MaxResults": 60})).await;
    assert_eq!(listed["Providers"].as_array().unwrap().len(), 50);
    assert!(listed["NextToken"].is_string());
}

fn link(pool: &str, user: &str, provider: &str, value: &str) -> Value {
    json!({"UserPoolId": pool, "DestinationUser": {"ProviderName": "Cognito", "ProviderAttributeValue": user},
        "SourceUser": {"ProviderName": provider, "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": value}})
}

async fn with_users() -> (World, String) {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.ok("CreateIdentityProvider", oidc(&pool, "Corp")).await;
    for name in ["alice", "bob"] {
        let input = json!({"UserPoolId": pool, "Username": name, "MessageAction": "SUPPRESS"});
        world.ok("AdminCreateUser", input).await;
    }
    (world, pool)
}

#[tokio::test]
pub async fn an_identity_is_linked_shown_and_unlinked() {
    let (world, pool) = with_users().await;
    world.ok("AdminLinkProviderForUser", link(&pool, "alice", "Corp", "42")).await;
    let alice = json!({"UserPoolId": pool, "Username": "alice"});
    let shown = world.ok("AdminGetUser", alice.clone()).await;
    let identities = shown["UserAttributes"].as_array().unwrap().iter().find(|a| a["Name"] == "identities").unwrap();
    let identities: Value = serde_json::from_str(identities["Value"].as_str().unwrap()).unwrap();
    assert_eq!((&identities[0]["userId"], &identities[0]["providerType"]), (&json!("42"), &json!("OIDC")));
    assert_eq!(
        world.refused("AdminLinkProviderForUser", link(&pool, "alice", "Corp", "42")).await,
        "InvalidParameterException: SourceUser is already linked to DestinationUser"
    );
    let refusal = world.refused("AdminLinkProviderForUser", link(&pool, "bob", "Corp", "42")).await;
    assert!(refusal.starts_with("AliasExistsException: "), "{refusal}");
    let user =
        json!({"ProviderName": "Corp", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "42"});
    let input = json!({"UserPoolId": pool, "User": user});
    world.ok("AdminDisableProviderForUser", input.clone()).await;
    assert!(!world.ok("AdminGetUser", alice).await.to_string().contains("identities"));
    let refusal = world.refused("AdminDisableProviderForUser", input).await;
    assert_eq!(refusal, "UserNotFoundException: User does not exist.");
    world.ok("AdminLinkProviderForUser", link(&pool, "bob", "Corp", "42")).await;
    // A user who is gone holds nothing.
    world.ok("AdminDeleteUser", json!({"UserPoolId": pool, "Username": "bob"})).await;
    world.ok("AdminLinkProviderForUser", link(&pool, "alice", "Corp", "42")).await;
}

#[tokio::test]
pub async fn links_that_cannot_be_are_refused() {
    let (world, pool) = with_users().await;
    let change = |at: &str, value: Value| {
        let mut input = link(&pool, "alice", "Corp", "1");
        *input.pointer_mut(at).unwrap() = value;
        input
    };
    for (input, refusal) in [
        (change("/DestinationUser/ProviderAttributeValue", json!("nobody")), "UserNotFoundException: "),
        (change("/SourceUser/ProviderName", json!("Nobody")), "ResourceNotFoundException: "),
        (change("/SourceUser/ProviderName", json!("Cognito")), "InvalidParameterException: "),
        (change("/SourceUser/ProviderAttributeName", json!("unmapped")), "InvalidParameterException: "),
        (change("/SourceUser/ProviderAttributeValue", json!("")), "InvalidParameterException: "),
        (change("/SourceUser/ProviderAttributeName", Value::Null), "InvalidParameterException: "),
        (change("/UserPoolId", json!("eu-west-1_none")), "ResourceNotFoundException: User pool"),
    ] {
        let answer = world.refused("AdminLinkProviderForUser", input.clone()).await;
        assert!(answer.starts_with(refusal), "{input}: {answer}");
    }
    for i in 0..5 {
        world.ok("AdminLinkProviderForUser", link(&pool, "alice", "Corp", &i.to_string())).await;
    }
    let refusal = world.refused("AdminLinkProviderForUser", link(&pool, "alice", "Corp", "5")).await;
    assert!(refusal.starts_with("LimitExceededException: "), "{refusal}");
}

#[tokio::test]
async fn a_native_user_can_lose_the_password() {
    let (world, pool) = with_users().await;
    let client = world.client(&pool, json!({"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]})).await;
    let set = json!({"UserPoolId": pool, "Username": "alice", "Password": "P@ssw0rd-1", "Permanent": true});
    world.ok("AdminSetUserPassword", set).await;
    let login = json!({"ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "alice", "PASSWORD": "P@ssw0rd-1"}});
    let tokens = world.ok("InitiateAuth", login.clone()).await;
    let user = json!({"ProviderName": "Cognito", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "alice"});
    world.ok("AdminDisableProviderForUser", json!({"UserPoolId": pool, "User": user})).await;
    assert_eq!(world.refused("InitiateAuth", login).await, "NotAuthorizedException: Incorrect username or password.");
    let access = text(&tokens, "/AuthenticationResult/AccessToken");
    assert!(world.refused("GetUser", json!({"AccessToken": access})).await.starts_with("NotAuthorizedException: "));
    let forgot = json!({"ClientId": client, "Username": "alice"});
    assert!(world.refused("ForgotPassword", forgot).await.starts_with("NotAuthorizedException: "));
    let user = json!({"ProviderName": "Cognito", "ProviderAttributeName": "email", "ProviderAttributeValue": "alice"});
    let refusal = world.refused("AdminDisableProviderForUser", json!({"UserPoolId": pool, "User": user})).await;
    assert!(refusal.starts_with("InvalidParameterException: "), "{refusal}");
}
