//! The tokens that identity pools issue: OpenID Connect id tokens of `https://cognito-identity.amazonaws.com`, for the
//! basic flow and for developers' backends. One key for all pools, made at first need and kept sealed.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_types::AwsError;
use jose::{Algorithm, Claims, Jwk, Jwks, KeySet, SigningKey, VerifyingKey, verify};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Store, StoreError, Table, Tx};

use crate::entity::{Identity, IdentityPool, Login};
use crate::error::{Result, invalid_login};
use crate::login::{OWN, Proven};
use crate::service::CognitoIdentity;

/// `iss`.
pub const ISSUER: &str = "https://cognito-identity.amazonaws.com";
/// The claim of session tags (IAM guide, "Passing session tags using AssumeRoleWithWebIdentity").
const TAGS: &str = "https://aws.amazon.com/tags";

const KEYS: Table<KeyRecord> = Table::new("identity-token-key", 1);
const KEYS_PK: &str = "cognito-identity.keys";
const KEYS_SK: &str = "token";

/// The key at rest.
#[derive(Clone, Serialize, Deserialize)]
struct KeyRecord {
    public: Jwk,
    sealed: String,
}

/// What signs, and what its signatures are proven with.
pub struct TokenKeys {
    signing: SigningKey,
    verifying: KeySet,
}

/// What a token says.
pub struct TokenOf<'a> {
    /// The identity pool: `aud`.
    pub pool: &'a IdentityPool,
    /// The identity: `sub`.
    pub identity: &'a Identity,
    /// How it is known: `amr`.
    pub amr: Vec<String>,
    /// Principal tags that a developer's backend gave.
    pub tags: BTreeMap<String, String>,
    /// Seconds for which it is good.
    pub duration_s: i64,
}

impl TokenKeys {
    async fn load(store: &Store) -> Result<Self> {
        if KEYS.get(store, KEYS_PK, KEYS_SK).await?.is_none() {
            Self::make(store).await?;
        }
        let record = KEYS.get(store, KEYS_PK, KEYS_SK).await?;
        let record = record.ok_or_else(|| AwsError::internal("the key of identity tokens is gone"))?;
        let der = store.sealer().open_text(KEYS_PK, &record.sealed).map_err(AwsError::internal)?;
        let signing = SigningKey::from_pkcs8(&der).and_then(|key| key.with_algorithm(Algorithm::Rs512));
        let signing = signing.map_err(AwsError::internal)?;
        let mut verifying = KeySet::new();
        let public = VerifyingKey::from_signing_key(&signing).map_err(AwsError::internal)?;
        verifying.insert(Arc::new(public)).map_err(AwsError::internal)?;
        Ok(Self { signing, verifying })
    }

    /// Offers a new key to the store; another node's may win.
    async fn make(store: &Store) -> Result<()> {
        let made = tokio::task::spawn_blocking(SigningKey::generate).await.map_err(AwsError::internal)?;
        let key = made.and_then(|key| key.with_algorithm(Algorithm::Rs512)).map_err(AwsError::internal)?;
        let der = key.to_pkcs8().map_err(AwsError::internal)?;
        let sealed = store.sealer().seal_text(KEYS_PK, der.expose());
        let mut tx = Tx::new();
        KEYS.insert(&mut tx, KEYS_PK, KEYS_SK, &KeyRecord { public: key.public().clone(), sealed }, Vec::new())?;
        match store.commit(tx).await {
            Ok(_) | Err(StoreError::Conflict) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The public half, as it is published.
    pub fn jwks(&self) -> Jwks {
        Jwks { keys: vec![self.signing.public().clone()] }
    }
}

impl CognitoIdentity {
    pub(crate) async fn token_keys(&self) -> Result<&TokenKeys> {
        self.keys.get_or_try_init(|| TokenKeys::load(self.store())).await
    }

    /// Issues a token.
    pub(crate) async fn issue(&self, of: &TokenOf<'_>, now_s: i64) -> Result<String> {
        let mut claims = json!({
            "sub": of.identity.id,
            "aud": of.pool.id,
            "amr": of.amr,
            "iss": ISSUER,
            "exp": now_s.saturating_add(of.duration_s),
            "iat": now_s,
        });
        if let (false, Some(members)) = (of.tags.is_empty(), claims.as_object_mut()) {
            let tags: BTreeMap<&String, [&String; 1]> = of.tags.iter().map(|(tag, value)| (tag, [value])).collect();
            members.insert(TAGS.to_owned(), json!({ "principal_tags": tags }));
        }
        self.token_keys().await?.signing.sign(&claims).map_err(AwsError::internal)
    }

    /// Proves a token that an identity pool issued for this identity.
    pub(crate) async fn own(
        &self,
        token: &str,
        pool: &IdentityPool,
        identity_id: &str,
        now_s: i64,
    ) -> Result<OwnToken> {
        let keys = self.token_keys().await?;
        let claims = verify(token, &keys.verifying).map_err(|_| invalid_login("Couldn't verify signed token."))?;
        let is_of = |name: &str, wanted: &str| claims.str(name) == Some(wanted);
        if !is_of("iss", ISSUER) || !is_of("aud", &pool.id) || !is_of("sub", identity_id) {
            return Err(invalid_login("Token is not of this identity.")); // own
        }
        if claims.check_time(now_s, 0).is_err() {
            let expiry = claims.i64("exp").unwrap_or_default();
            return Err(invalid_login(format_args!("Token expired: {now_s} >= {expiry}")));
        }
        Ok(OwnToken(claims))
    }
}

/// A proven token of ours.
pub struct OwnToken(Claims);

impl OwnToken {
    /// How the identity was known when it was issued.
    pub fn amr(&self) -> Vec<String> {
        let amr = self.0.array("amr").into_iter().flatten();
        amr.filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// Whether it was issued to a guest, who proved nothing.
    pub fn is_guests(&self) -> bool {
        self.amr().iter().any(|reference| reference == "unauthenticated")
    }

    /// The principal tags that a developer's backend gave.
    pub fn tags(&self) -> Vec<(String, String)> {
        let tags = self.0.get(TAGS).and_then(|tags| tags.get("principal_tags")).and_then(Value::as_object);
        let first = |value: &Value| value.get(0).and_then(Value::as_str).map(str::to_owned);
        tags.into_iter().flatten().filter_map(|(tag, value)| Some((tag.clone(), first(value)?))).collect()
    }

    /// The token as a login for role mappings: the developer's provider.
    pub fn proven(self, pool: &IdentityPool) -> Proven {
        let provider = pool.developer_provider_name.clone().unwrap_or_else(|| OWN.to_owned());
        let subject = self.0.str("sub").unwrap_or_default().to_owned();
        Proven {
            login: Login { provider: provider.clone(), subject },
            claims: self.0.into_map(),
            roles: Vec::new(),
            preferred_role: None,
            mapping_keys: vec![provider.clone(), OWN.to_owned()],
            amr: [provider, String::new()],
        }
    }
}

/// `amr` of an identity that these logins prove; a guest's where there are none.
pub fn amr(logins: &[Proven]) -> Vec<String> {
    if logins.is_empty() {
        return vec!["unauthenticated".to_owned()];
    }
    let mut amr = vec!["authenticated".to_owned()];
    amr.extend(logins.iter().flat_map(|login| login.amr.clone()));
    amr
}
