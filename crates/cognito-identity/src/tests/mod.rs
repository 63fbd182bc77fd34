//! Identity pools with fake neighbours: a user pool and an OpenID Connect issuer whose keys the tests hold, and roles that
//! are given to whoever asks, or to nobody.

mod errors;
mod flows;
mod openid;
mod saml;

use std::sync::{Arc, LazyLock};

use ::saml::soft::SoftProvider;
use async_trait::async_trait;
use aws_types::{AccountId, AwsError, CallContext, Caller, Secret, Service, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jose::{Claims, KeySet, SigningKey, VerifyingKey};
use serde_json::{Value, json};
use testkit::{Calls, World};
use world::{Clock as _, Lock};

use crate::ports::{Assumption, IssuerUnavailable, Issuers, RoleCredentials, RoleRefusal, Roles};
use crate::{CognitoIdentity, Doors};

pub const USERS: &str = "us-east-1_Users";
pub const USER_POOL: &str = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Users";
pub const USER_POOL_ISSUER: &str = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Users";
pub const OIDC: &str = "issuer.example/tenant";
pub const OIDC_ARN: &str = "arn:aws:iam::123456789012:oidc-provider/issuer.example/tenant";
pub const SAML_ARN: &str = "arn:aws:iam::123456789012:saml-provider/corp";
pub const SAML_ISSUER: &str = "https://idp.example.com/metadata";

pub static SAML_PROVIDER: LazyLock<SoftProvider> = LazyLock::new(SoftProvider::new);

/// A key that is used for tests alone.
static KEY: LazyLock<SigningKey> = LazyLock::new(|| {
    let der = STANDARD.decode(include_str!("../../testdata/signing_key.txt").trim()).unwrap();
    SigningKey::from_pkcs8(&der).unwrap()
});

/// What stands behind the ports.
#[derive(Default)]
pub struct Neighbours {
    /// What was asked of STS.
    pub assumed: Lock<Vec<Assumption>>,
    /// Whether roles are refused.
    pub untrusted: Lock<bool>,
    /// Whether the issuer answers.
    pub silent: Lock<bool>,
    /// Whether the user is still signed in.
    pub signed_out: Lock<bool>,
}

fn keys() -> Arc<KeySet> {
    let mut keys = KeySet::new();
    keys.insert(Arc::new(VerifyingKey::from_signing_key(&KEY).unwrap())).unwrap();
    Arc::new(keys)
}

#[async_trait]
impl Issuers for Neighbours {
    async fn user_pool_keys(&self, pool_id: &str) -> Result<Option<Arc<KeySet>>, AwsError> {
        Ok((pool_id == USERS).then(keys))
    }

    fn is_user_pool_issuer(&self, pool_id: &str, issuer: &str) -> bool {
        pool_id == USERS && issuer == USER_POOL_ISSUER
    }

    async fn is_signed_in(&self, _: &str, _: &Claims) -> Result<bool, AwsError> {
        Ok(!*self.signed_out.lock())
    }

    async fn issuer_keys(&self, _: &str, _: &str) -> Result<Arc<KeySet>, IssuerUnavailable> {
        if *self.silent.lock() { Err(IssuerUnavailable) } else { Ok(keys()) }
    }

    async fn saml_metadata(&self, _: &AccountId, provider_arn: &str) -> Result<Option<String>, AwsError> {
        Ok((provider_arn == SAML_ARN).then(|| SAML_PROVIDER.metadata(SAML_ISSUER)))
    }

    async fn oidc_audiences(&self, _: &AccountId, provider_arn: &str) -> Result<Option<Vec<String>>, AwsError> {
        Ok((provider_arn == OIDC_ARN).then(|| vec!["app".to_owned(), "second".to_owned()]))
    }
}

#[async_trait]
impl Roles for Neighbours {
    async fn assume(&self, assumption: Assumption, now: Timestamp) -> Result<RoleCredentials, RoleRefusal> {
        if *self.untrusted.lock() {
            return Err(RoleRefusal::Untrusted);
        }
        self.assumed.lock().push(assumption);
        Ok(RoleCredentials {
            access_key_id: "ASIAEXAMPLE".to_owned(),
            secret: Secret::new("secret".to_owned()),
            session_token: Secret::new("token".to_owned()),
            expires: now.plus_ms(3_600_000),
        })
    }
}

/// One service.
pub struct Room {
    pub world: World,
    pub neighbours: Arc<Neighbours>,
    pub service: Arc<CognitoIdentity>,
}

impl Calls for Room {
    fn service(&self) -> &dyn Service {
        &*self.service
    }

    fn context(&self) -> CallContext {
        self.world.call(Caller::Root)
    }
}

impl Room {
    pub fn new() -> Self {
        let world = World::default();
        let neighbours = Arc::new(Neighbours::default());
        let service = CognitoIdentity::new(Doors {
            store: world.store.clone(),
            rng: world.rng.clone(),
            issuers: neighbours.clone(),
            roles: neighbours.clone(),
        });
        Self { world, neighbours, service }
    }

    /// A pool that takes guests, the user pool, the issuer and the developer's own users.
    pub async fn pool(&self) -> String {
        let input = json!({
            "IdentityPoolName": "pool",
            "AllowUnauthenticatedIdentities": true,
            "DeveloperProviderName": "login.example",
            "CognitoIdentityProviders": [{"ProviderName": USER_POOL, "ClientId": "client"}],
            "OpenIdConnectProviderARNs": [OIDC_ARN],
            "SupportedLoginProviders": {"accounts.google.com": "google-app", "graph.facebook.com": "1"},
            "SamlProviderARNs": [SAML_ARN, "arn:aws:iam::123456789012:saml-provider/gone"],
        });
        let pool = self.ok("CreateIdentityPool", input).await["IdentityPoolId"].as_str().unwrap().to_owned();
        let roles = json!({
            "authenticated": "arn:aws:iam::123456789012:role/users",
            "unauthenticated": "arn:aws:iam::123456789012:role/guests",
        });
        self.ok("SetIdentityPoolRoles", json!({"IdentityPoolId": pool, "Roles": roles})).await;
        pool
    }

    /// A token with these claims beside good times.
    pub fn token(&self, claims: Value) -> String {
        let now = self.world.clock.now().secs();
        let mut all = json!({"exp": now + 3600, "iat": now});
        all.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
        KEY.sign(&all).unwrap()
    }

    /// An id token of the user pool.
    pub fn id_token(&self, sub: &str) -> String {
        self.token(json!({"iss": USER_POOL_ISSUER, "aud": "client", "sub": sub, "token_use": "id"}))
    }

    pub async fn identity(&self, pool: &str, logins: Value) -> String {
        let answer = self.ok("GetId", json!({"IdentityPoolId": pool, "Logins": logins})).await;
        answer["IdentityId"].as_str().unwrap().to_owned()
    }
}
