//! Writers that never win: a store in which somebody else is always quicker.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use aws_types::Timestamp;
use serde_json::{Value, json};
use store::{Committed, Engine, Event, Item, MasterKey, Store, StoreError, Tx};
use tokio::sync::watch;

use super::{Shown, expect};
use crate::auth::tests::{Lab, PASSWORD, flows};
use crate::testing::{World, config, text};

/// A store whose commits lose every race while it is switched on.
struct Contested {
    under: Store,
    on: Arc<AtomicBool>,
}

#[async_trait]
impl Engine for Contested {
    async fn get_item(&self, pk: &str, sk: &str) -> Result<Option<Item>, StoreError> {
        self.under.get_item(pk, sk).await
    }

    async fn query(&self, pk: &str, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<Item>, StoreError> {
        self.under.query(pk, prefix, after, limit).await
    }

    async fn lookup(
        &self,
        index: &str,
        key: &str,
        after: Option<(&str, &str)>,
        limit: usize,
    ) -> Result<Vec<(String, String)>, StoreError> {
        self.under.lookup(index, key, after, limit).await
    }

    async fn lookup_range(
        &self,
        index: &str,
        prefix: &str,
        after: Option<(&str, &str, &str)>,
        limit: usize,
    ) -> Result<Vec<(String, String, String)>, StoreError> {
        self.under.lookup_range(index, prefix, after, limit).await
    }

    async fn counter(&self, key: &str) -> Result<i64, StoreError> {
        self.under.counter(key).await
    }

    async fn commit(&self, tx: Tx) -> Result<Committed, StoreError> {
        if self.on.load(Ordering::SeqCst) { Err(StoreError::Conflict) } else { self.under.commit(tx).await }
    }

    async fn events(&self, after: i64, limit: usize) -> Result<Vec<Event>, StoreError> {
        self.under.events(after, limit).await
    }

    fn subscribe(&self) -> watch::Receiver<i64> {
        self.under.subscribe()
    }

    async fn purge_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.under.purge_expired(now, limit).await
    }
}

const CODE: &str = "ConcurrentModificationException";

/// Plays every change that can lose.
pub async fn play(shown: &mut Shown) {
    let on = Arc::new(AtomicBool::new(false));
    let under = Store::in_memory(MasterKey::from_bytes([7; 32])).unwrap();
    let engine = Contested { under, on: Arc::clone(&on) };
    let world = World::over(Store::with_engine(Arc::new(engine), MasterKey::from_bytes([7; 32])), config());
    let pool = world.pool(json!({ "AutoVerifiedAttributes": ["email"] })).await;
    let client = world.client(&pool, json!({ "ExplicitAuthFlows": flows() })).await;
    let lab = Lab { world, pool, client };
    let calls = calls(&lab).await;
    on.store(true, Ordering::SeqCst);
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
