//! Access tokens as the user's own operations take them: signature, claims, and then whether pool, client, user and
//! chain still stand behind them.

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jose::{Claims, JwtError, KeySource, TokenUse, VerifyingKey};
use serde::Deserialize;
use store::Versioned;

use super::chain::Chain;
use super::token::USER_ADMIN_SCOPE;
use crate::CognitoIdp;
use crate::entity::{AppClient, User, UserPool};
use crate::error::{self, Result};
use crate::key_ring::KeyRing;
use crate::table::user;

/// Who an access token speaks for.
#[derive(Clone, Debug)]
pub(crate) struct Bearer {
    pub pool: Arc<Versioned<UserPool>>,
    pub client: Arc<Versioned<AppClient>>,
    pub user: Versioned<User>,
    pub chain: Versioned<Chain>,
    pub claims: Claims,
}

impl Bearer {
    /// Whether a scope was granted.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes().any(|granted| granted == scope)
    }

    /// Granted scopes.
    pub fn scopes(&self) -> impl Iterator<Item = &str> + Clone {
        self.claims.str("scope").unwrap_or_default().split(' ')
    }
}

/// One pool's keys.
struct Keys<'a> {
    ring: &'a KeyRing,
    pool_id: &'a str,
}

impl KeySource for Keys<'_> {
    fn key(&self, kid: &str) -> Option<Arc<VerifyingKey>> {
        self.ring.verifying(self.pool_id, kid)
    }
}

impl CognitoIdp {
    /// The user behind an access token for the AWS API.
    ///
    /// # Errors
    /// NotAuthorizedException with the sentence that fits; UserNotFoundException where the user is gone.
    pub(crate) async fn bearer(&self, token: &str) -> Result<Bearer> {
        let bearer = self.any_bearer(token).await?;
        // A token that was made for one service speaks to no other.
        if bearer.claims.get("aud").is_some() {
            return Err(error::invalid_access_token());
        }
        if !bearer.has_scope(USER_ADMIN_SCOPE) {
            return Err(error::access_token_lacks_scope());
        }
        Ok(bearer)
    }

    /// The user behind an access token of whatever scope.
    ///
    /// # Errors
    /// As [`CognitoIdp::bearer`].
    pub(crate) async fn any_bearer(&self, token: &str) -> Result<Bearer> {
        self.bearer_of(token, TokenUse::Access).await
    }

    /// The user behind an access or id token.
    ///
    /// # Errors
    /// As [`CognitoIdp::bearer`].
    pub(crate) async fn bearer_of(&self, token: &str, kind: TokenUse) -> Result<Bearer> {
        let pool_id = unverified_pool(token).ok_or_else(error::invalid_access_token)?;
        let pool = match self.any_pool(&pool_id).await {
            Err(error) if error.internal.is_none() => return Err(error::invalid_access_token()),
            pool => pool?,
        };
        let claims = self.proven_claims(&pool, token, kind).await?;
        let (client_claim, name_claim) = match kind {
            TokenUse::Access => ("client_id", "username"),
            TokenUse::Id => ("aud", "cognito:username"),
        };
        let claim = |name: &str| claims.str(name).ok_or_else(error::invalid_access_token);
        let client = match self.client(&pool.id, claim(client_claim)?).await {
            Err(error) if error.internal.is_none() => return Err(error::access_token_revoked()),
            client => client?,
        };
        let (sub, username) = (claim("sub")?, claim(name_claim)?);
        let user = user::by_username(self.store(), &pool, username).await?;
        let user = user.filter(|user| user.sub == sub).ok_or_else(error::user_does_not_exist)?;
        if !user.enabled {
            return Err(error::user_is_disabled());
        }
        let chain = self.chain(&pool, sub, claim("event_id")?).await?;
        let chain = chain.filter(|chain| chain.is_current(&user)).ok_or_else(error::access_token_revoked)?;
        Ok(Bearer { pool, client, user, chain, claims })
    }

    /// The claims of a token of this pool, whatever its use and age: signature and issuer.
    ///
    /// # Errors
    /// NotAuthorizedException; the store's.
    pub(crate) async fn signed_claims(&self, pool: &UserPool, token: &str) -> Result<Claims> {
        let keys = Keys { ring: self.keys(), pool_id: &pool.id };
        // A hundred groups of long names are in the token of whoever is in them.
        let verify = || jose::verify_bounded(token, &keys, jose::HARD_MAX_TOKEN_BYTES);
        let claims = match verify() {
            // Another node may have made the keys; now and then they are read again for the sake of an unknown name.
            Err(JwtError::UnknownKey) if self.keys().reload_for_unknown(&pool.id, self.now()).await? => verify(),
            verified => verified,
        };
        let claims = claims.map_err(|_| error::invalid_access_token())?;
        let issuer = claims.str("iss").unwrap_or_default();
        if self.keys().is_issuer(&pool.id, issuer) { Ok(claims) } else { Err(error::invalid_access_token()) }
    }

    /// The claims of a token of this pool: signature, issuer, use, time.
    ///
    /// # Errors
    /// NotAuthorizedException; the store's.
    pub(crate) async fn proven_claims(&self, pool: &UserPool, token: &str, kind: TokenUse) -> Result<Claims> {
        let claims = self.signed_claims(pool, token).await?;
        if claims.check_token_use(kind).is_err() {
            return Err(error::invalid_access_token());
        }
        match claims.check_time(self.now().secs(), 0) {
            Ok(()) => Ok(claims),
            Err(JwtError::Expired) => Err(error::access_token_expired()),
            Err(_) => Err(error::invalid_access_token()),
        }
    }
}

/// The one claim that says whose keys prove the others.
#[derive(Deserialize)]
struct Issued<'a> {
    #[serde(borrow)]
    iss: Cow<'a, str>,
}

/// The pool that a token says it is of. The other claims are passed over: whoever verifies reads them.
fn unverified_pool(token: &str) -> Option<String> {
    (token.len() <= jose::HARD_MAX_TOKEN_BYTES).then_some(())?;
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let issued: Issued<'_> = serde_json::from_slice(&payload).ok()?;
    let pool_id = issued.iss.rsplit('/').next()?;
    (!pool_id.is_empty() && pool_id.len() <= 55).then(|| pool_id.to_owned())
}
