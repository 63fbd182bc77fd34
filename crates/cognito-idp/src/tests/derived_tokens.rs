//! GetDerivedToken, GetSigningCertificate, and the `identities` claim.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use user_pool_domain::ports::UserPool as _;

use crate::auth::tests::{Lab, PASSWORD, claims, grants};
use crate::testing::{World, text};

const SERVICE: &str = "https://orders.example.com";

/// A pool with a resource server, and clients that may exchange tokens.
async fn lab() -> Lab {
    let flows = [
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_TOKEN_EXCHANGE_IMPERSONATION",
        "ALLOW_TOKEN_EXCHANGE_DELEGATION",
    ];
    let lab = Lab::with(json!({}), json!({ "ExplicitAuthFlows": flows })).await;
    let scopes = json!([{ "ScopeName": "read", "ScopeDescription": "Read" }]);
    let server = json!({ "UserPoolId": lab.pool, "Identifier": SERVICE, "Name": "orders", "Scopes": scopes });
    lab.ok("CreateResourceServer", server).await;
    lab.user("alice").await;
    lab
}

fn exchange(lab: &Lab, token: &str) -> Value {
    json!({ "ClientId": lab.client, "SubjectToken": token, "SubjectTokenType": "ACCESS_TOKEN" })
}

fn with(mut input: Value, more: &Value) -> Value {
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    input
}

/// A machine's client; its token.
async fn machine(lab: &Lab) -> (String, String) {
    let settings = json!({ "ClientName": "robot", "GenerateSecret": true, "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": [format!("{SERVICE}/read")] });
    let made = lab.ok("CreateUserPoolClient", with(settings, &json!({ "UserPoolId": lab.pool }))).await;
    let (id, secret) = (text(&made, "/UserPoolClient/ClientId"), text(&made, "/UserPoolClient/ClientSecret"));
    let answer = lab.ok("GetClientToken", json!({ "ClientId": id, "Secret": secret })).await;
    (id, text(&answer, "/ClientAuthenticationResult/AccessToken"))
}

#[tokio::test]
async fn a_derived_token_is_the_users_for_one_service() {
    let lab = lab().await;
    let signed_in = lab.sign_in("alice", PASSWORD).await;
    let answer =
        lab.ok("GetDerivedToken", with(exchange(&lab, &signed_in.access), &json!({ "Resources": [SERVICE] }))).await;
    assert_eq!((&answer["IssuedTokenType"], &answer["TokenType"]), (&json!("ACCESS_TOKEN"), &json!("Bearer")));
    assert_eq!((&answer["ExpiresIn"], &answer["Scopes"]), (&json!(3600), &json!(["aws.cognito.signin.user.admin"])));
    let (before, after) = (claims(&signed_in.access), claims(&text(&answer, "/IssuedToken")));
    assert_eq!(after["aud"], SERVICE);
    for same in ["sub", "username", "event_id", "origin_jti", "scope", "auth_time", "client_id", "iss"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    assert_ne!(before["jti"], after["jti"]);
    assert!(!after.contains_key("act"));
    // What is made for a service does not speak to the user pool.
    let refused = lab.get_user_refused(&text(&answer, "/IssuedToken")).await;
    assert_eq!(refused, "NotAuthorizedException: Invalid Access Token");
    // One without an audience does, until the sign-in it came from ends.
    let answer = lab.ok("GetDerivedToken", exchange(&lab, &signed_in.access)).await;
    lab.get_user(&text(&answer, "/IssuedToken")).await;
    lab.ok("GlobalSignOut", json!({ "AccessToken": signed_in.access })).await;
    assert_eq!(
        lab.get_user_refused(&text(&answer, "/IssuedToken")).await,
        "NotAuthorizedException: Access Token has been revoked"
    );
}

#[tokio::test]
async fn attack_036_what_was_made_for_one_service_stays_made_for_it() {
    let lab = lab().await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    let bound = lab.ok("GetDerivedToken", with(exchange(&lab, &access), &json!({ "Audiences": ["orders"] }))).await;
    let bound = text(&bound, "/IssuedToken");
    let again = text(&lab.ok("GetDerivedToken", exchange(&lab, &bound)).await, "/IssuedToken");
    assert_eq!(claims(&again)["aud"], "orders");
    assert_eq!(lab.get_user_refused(&again).await, "NotAuthorizedException: Invalid Access Token");
    let on = with(exchange(&lab, &bound), &json!({ "Resources": [SERVICE] }));
    assert_eq!(claims(&text(&lab.ok("GetDerivedToken", on).await, "/IssuedToken"))["aud"], SERVICE);
    let id = with(exchange(&lab, &bound), &json!({ "RequestedTokenType": "ID_TOKEN" }));
    let refused = lab.refused("GetDerivedToken", id).await;
    assert!(refused.starts_with("InvalidParameterException: A token that was made for one service"), "{refused}");
}

#[tokio::test]
async fn attack_033_an_id_token_made_of_fewer_scopes_gives_no_more_back() {
    let lab = grants::lab().await;
    let settings = json!({ "UserPoolId": lab.pool, "ClientId": lab.client,
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_TOKEN_EXCHANGE_IMPERSONATION"],
        "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email", "profile", "aws.cognito.signin.user.admin"],
        "CallbackURLs": [grants::CALLBACK] });
    lab.ok("UpdateUserPoolClient", settings).await;
    let code = grants::code(&lab).await;
    let tokens = lab.world.service.redeem_code(lab.flow(), &code, grants::CALLBACK, Some(grants::VERIFIER)).await;
    let tokens = tokens.unwrap();
    let fewer = json!({ "Scopes": ["openid"], "RequestedTokenType": "ID_TOKEN" });
    let id = lab.ok("GetDerivedToken", with(exchange(&lab, &tokens.access_token), &fewer)).await;
    let by_id = |token: &str| with(exchange(&lab, token), &json!({ "SubjectTokenType": "ID_TOKEN" }));
    let again = lab.ok("GetDerivedToken", by_id(&text(&id, "/IssuedToken"))).await;
    assert_eq!(
        (&again["Scopes"], &claims(&text(&again, "/IssuedToken"))["scope"]),
        (&json!(["openid"]), &json!("openid"))
    );
    // One of the sign-in itself stands for all that was granted there.
    let whole = lab.ok("GetDerivedToken", by_id(&tokens.id_token.unwrap())).await;
    assert_eq!(whole["Scopes"], json!(["openid", "email", "aws.cognito.signin.user.admin"]));
}

#[tokio::test]
async fn a_derived_token_ends_no_later_than_its_subject() {
    let lab = lab().await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    lab.advance_s(3000);
    let answer = lab.ok("GetDerivedToken", exchange(&lab, &access)).await;
    assert_eq!(answer["ExpiresIn"], 600);
    lab.advance_s(601);
    let refused = lab.refused("GetDerivedToken", exchange(&lab, &access)).await;
    assert_eq!(refused, "NotAuthorizedException: Access Token has expired");
}

#[tokio::test]
async fn id_tokens_are_exchanged_and_issued() {
    let lab = lab().await;
    let signed_in = lab.sign_in("alice", PASSWORD).await;
    let given = json!({ "ClientId": lab.client, "SubjectToken": signed_in.id, "SubjectTokenType": "ID_TOKEN",
        "RequestedTokenType": "ID_TOKEN" });
    let answer = lab.ok("GetDerivedToken", given.clone()).await;
    assert_eq!((&answer["IssuedTokenType"], &answer["TokenType"]), (&json!("ID_TOKEN"), &json!("N_A")));
    let issued = claims(&text(&answer, "/IssuedToken"));
    assert_eq!((&issued["token_use"], &issued["aud"]), (&json!("id"), &json!(lab.client)));
    assert_eq!(issued["email"], "alice@example.com");
    assert!(!issued.contains_key("at_hash"));
    let bound = with(given, &json!({ "Audiences": ["orders"] }));
    assert!(
        lab.refused("GetDerivedToken", bound).await.starts_with("InvalidParameterException: The audience of an ID")
    );
}

#[tokio::test]
async fn an_actor_is_named_and_so_are_those_before() {
    let lab = lab().await;
    let (robot, token) = machine(&lab).await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    let actor = json!({ "ActorToken": token, "ActorTokenType": "ACCESS_TOKEN" });
    let mut subject = access;
    for depth in 1..=4 {
        let answer = lab.ok("GetDerivedToken", with(exchange(&lab, &subject), &actor)).await;
        subject = text(&answer, "/IssuedToken");
        let act = claims(&subject)["act"].clone();
        assert_eq!((&act["sub"], &act["client_id"]), (&json!(robot), &json!(robot)));
        assert_eq!(std::iter::successors(Some(&act), |act| act.get("act")).count(), depth);
    }
    let refused = lab.refused("GetDerivedToken", with(exchange(&lab, &subject), &actor)).await;
    assert_eq!(refused, "InvalidParameterException: The subject token names too many actors.");
    // Without a new actor those who acted stay named.
    let answer = lab.ok("GetDerivedToken", exchange(&lab, &subject)).await;
    assert_eq!(claims(&text(&answer, "/IssuedToken"))["act"], claims(&subject)["act"]);
}

#[tokio::test]
async fn what_may_not_be_exchanged_is_refused() {
    let lab = lab().await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    let (_, robot) = machine(&lab).await;
    let other = lab.world.client(&lab.pool, json!({ "ClientName": "other" })).await;
    for (more, refusal) in [
        (json!({ "ClientId": other }), "OperationNotEnabledException: Token exchange of this kind"),
        (json!({ "ClientId": "absent" }), "ResourceNotFoundException: User pool client absent does not exist."),
        (json!({ "ClientSecret": "x".repeat(24) }), "NotAuthorizedException: "),
        (json!({ "SubjectToken": format!("{access}x") }), "NotAuthorizedException: Invalid Access Token"),
        (json!({ "SubjectToken": robot }), "NotAuthorizedException: Invalid Access Token"),
        (json!({ "SubjectTokenType": "ID_TOKEN" }), "NotAuthorizedException: Invalid Access Token"),
        (json!({ "SubjectTokenType": "SAML2" }), "InvalidParameterException: Tokens of outside identity providers"),
        (json!({ "SubjectTokenProviderName": "Corp" }), "InvalidParameterException: Tokens of outside"),
        (json!({ "ActorToken": access }), "InvalidParameterException: ActorToken and ActorTokenType"),
        (json!({ "Audiences": ["x"], "Resources": [SERVICE] }), "InvalidParameterException: Audiences and Resources"),
        (json!({ "Resources": ["https://absent"] }), "ResourceNotFoundException: Resource server"),
        (json!({ "Audiences": [other] }), "InvalidParameterException: The id of another app client"),
        (json!({ "Scopes": ["openid"] }), "InvalidParameterException: None of the requested scopes"),
    ] {
        let refused = lab.refused("GetDerivedToken", with(exchange(&lab, &access), &more)).await;
        assert!(refused.starts_with(refusal), "{more}: {refused}");
    }
}

#[tokio::test]
async fn a_token_of_another_pool_is_no_subject() {
    let (lab, other) = (lab().await, lab().await);
    let stranger = other.sign_in("alice", PASSWORD).await.access;
    let refused = lab.refused("GetDerivedToken", exchange(&lab, &stranger)).await;
    assert_eq!(refused, "NotAuthorizedException: Invalid Access Token");
}

#[tokio::test]
async fn a_pools_certificate_stays_for_a_year_and_holds_for_ten() {
    use x509_parser::prelude::{FromDer as _, X509Certificate};
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let shown = || world.ok("GetSigningCertificate", json!({ "UserPoolId": pool }));
    let first = shown().await;
    world.clock.advance_s(364 * 86_400);
    assert_eq!(shown().await, first);
    world.clock.advance_s(2 * 86_400);
    let second = shown().await;
    assert_ne!(second, first);
    let keys = world.service.keys().signing(&pool).await.unwrap();
    for answer in [first, second] {
        let der = STANDARD.decode(text(&answer, "/Certificate")).unwrap();
        let (rest, certificate) = X509Certificate::from_der(&der).unwrap();
        assert!(rest.is_empty());
        assert_eq!(certificate.subject().to_string(), format!("CN={pool}"));
        let validity = certificate.validity();
        let days = (validity.not_after.timestamp() - validity.not_before.timestamp()) / 86_400;
        assert_eq!(days, 3650);
        let modulus = URL_SAFE_NO_PAD.decode(keys.id.public().n.as_ref().unwrap()).unwrap();
        let found = der.windows(modulus.len()).any(|window| window == modulus.as_slice());
        assert!(found, "the certificate is of another key");
    }
    let refused = world.refused("GetSigningCertificate", json!({ "UserPoolId": "eu-west-1_AbsentPool" })).await;
    assert_eq!(refused, "ResourceNotFoundException: User pool eu-west-1_AbsentPool does not exist.");
}

#[tokio::test]
async fn linked_identities_stand_in_the_id_token() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    assert!(!claims(&lab.sign_in("alice", PASSWORD).await.id).contains_key("identities"));
    let details = json!({ "client_id": "me", "client_secret": "s3cret-of-the-provider", "attributes_request_method": "GET",
        "oidc_issuer": "https://auth.example.com", "authorize_scopes": "openid email" });
    let provider =
        json!({ "UserPoolId": lab.pool, "ProviderName": "Corp", "ProviderType": "OIDC", "ProviderDetails": details });
    lab.ok("CreateIdentityProvider", provider).await;
    let link = json!({ "UserPoolId": lab.pool,
        "DestinationUser": { "ProviderName": "Cognito", "ProviderAttributeValue": "alice" },
        "SourceUser": { "ProviderName": "Corp", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "a1" } });
    lab.ok("AdminLinkProviderForUser", link).await;
    let identities = claims(&lab.sign_in("alice", PASSWORD).await.id)["identities"].clone();
    assert_eq!((&identities[0]["providerName"], &identities[0]["userId"]), (&json!("Corp"), &json!("a1")));
    assert_eq!((&identities[0]["providerType"], &identities[0]["primary"]), (&json!("OIDC"), &json!("false")));
}
