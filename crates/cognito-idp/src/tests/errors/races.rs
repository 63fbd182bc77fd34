//! Writers that never win: a store in which somebody else is always quicker.

use serde_json::{Value, json};
use store::StoreError;

use super::faulty::faulty_lab;
use super::{Shown, expect};
use crate::auth::tests::{Lab, PASSWORD};
use crate::testing::text;

const CODE: &str = "ConcurrentModificationException";

/// Plays every change that can lose.
pub async fn play(shown: &mut Shown) {
    let (lab, fault) = faulty_lab().await;
    let calls = calls(&lab).await;
    *fault.lock() = Some(StoreError::Conflict);
    for (operation, mut input) in calls {
        if operation != "AssociateSoftwareToken" {
            input["UserPoolId"] = json!(lab.pool);
        }
        expect(&lab.world, shown, operation, input, CODE).await;
    }
}

async fn calls(lab: &Lab) -> Vec<(&'static str, Value)> {
    let (pool, client) = (json!(lab.pool), json!(lab.client));
    let mut factors = crate::auth::tests::factors::only_token();
    factors["UserPoolId"] = pool.clone();
    factors["MfaConfiguration"] = json!("OPTIONAL");
    lab.ok("SetUserPoolMfaConfig", factors.clone()).await;
    lab.user("alice").await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    lab.ok("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "demo" })).await;
    let sessions =
        json!({ "UserPoolId": pool, "UserSessionTracking": "ENABLED", "TokenSession": { "MaxPerUser": 20 } });
    lab.ok("SetUserPoolSessionConfiguration", sessions.clone()).await;
    let details = json!({ "client_id": "me", "client_secret": "s3cret-of-the-provider", "attributes_request_method": "GET",
        "oidc_issuer": "https://auth.example.com", "authorize_scopes": "openid email" });
    let provider =
        json!({ "UserPoolId": pool, "ProviderName": "Corp", "ProviderType": "OIDC", "ProviderDetails": details });
    lab.ok("CreateIdentityProvider", provider).await;
    let branding = json!({ "UserPoolId": pool, "ClientId": client, "UseCognitoProvidedValues": true });
    let styled = lab.ok("CreateManagedLoginBranding", branding.clone()).await;
    let style = json!({ "ManagedLoginBrandingId": text(&styled, "/ManagedLoginBranding/ManagedLoginBrandingId"),
        "UseCognitoProvidedValues": true });
    let terms = |name: &str| {
        json!({ "UserPoolId": pool, "ClientId": client, "TermsName": name, "TermsSource": "LINK", "Enforcement": "NONE",
            "Links": { "cognito:default": "https://example.com/terms" } })
    };
    let made = lab.ok("CreateTerms", terms("terms-of-use")).await;
    let made = json!({ "TermsId": text(&made, "/Terms/TermsId") });
    let other = lab.world.client(&lab.pool, json!({ "ClientName": "other" })).await;
    let unstyled = json!({ "ClientId": other, "UseCognitoProvidedValues": true });
    vec![
        ("AssociateSoftwareToken", json!({ "AccessToken": access })),
        ("CreateManagedLoginBranding", unstyled),
        ("UpdateManagedLoginBranding", style.clone()),
        ("DeleteManagedLoginBranding", style),
        ("CreateTerms", terms("privacy-policy")),
        ("UpdateTerms", made.clone()),
        ("DeleteTerms", made),
        (
            "CreateUserPoolDomain",
            json!({ "Domain": "demo.example.com",
            "CustomDomainConfig": { "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/x" } }),
        ),
        ("UpdateUserPoolDomain", json!({ "Domain": "demo", "ManagedLoginVersion": 2 })),
        ("DeleteUserPoolDomain", json!({ "Domain": "demo" })),
        ("UpdateIdentityProvider", json!({ "ProviderName": "Corp", "IdpIdentifiers": ["x"] })),
        ("DeleteIdentityProvider", json!({ "ProviderName": "Corp" })),
        ("UpdateUserPoolClient", json!({ "ClientId": client })),
        ("DeleteUserPoolClient", json!({ "ClientId": client })),
        ("UpdateUserPool", json!({})),
        ("SetUserPoolMfaConfig", factors),
        ("SetUserPoolSessionConfiguration", sessions),
        (
            "SetUserPoolClientSessionConfiguration",
            json!({ "ClientId": client, "SSOSession": { "MaxValidityMinutes": 30 } }),
        ),
    ]
}
