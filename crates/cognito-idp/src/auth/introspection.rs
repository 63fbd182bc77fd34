//! What a token is worth now (RFC 7662), the revocation of whichever kind (RFC 7009), and whom an old id token names.

use aws_types::{AwsError, Timestamp};
use jose::{Claims, TokenUse};
use serde_json::{Map, Value, json};
use store::{Expect, Tx};
use user_pool_domain::ports::Hint;

use super::hashed;
use super::refresh_token::Revoked;
use crate::CognitoIdp;
use crate::entity::{AppClient, UserPool};
use crate::error::Result;
use crate::table::{pool_pk, user};

impl CognitoIdp {
    /// The claims of a token of this client, where it is worth anything now.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn introspect_token(
        &self,
        pool: &UserPool,
        client: &AppClient,
        token: &str,
    ) -> Result<Option<Map<String, Value>>> {
        if let Some(claims) = self.introspect_refresh_token(pool, client, token).await? {
            return Ok(Some(claims));
        }
        let Some(claims) = self.signed_claims_or_none(pool, token).await? else { return Ok(None) };
        let own = claims.check_client(&client.id).is_ok() && claims.check_time(self.now().secs(), 0).is_ok();
        if !own || !self.stands(pool, &claims).await? {
            return Ok(None);
        }
        let mut shown = claims.into_map();
        shown.insert("token_type".to_owned(), "Bearer".into());
        Ok(Some(shown))
    }

    async fn introspect_refresh_token(
        &self,
        pool: &UserPool,
        client: &AppClient,
        token: &str,
    ) -> Result<Option<Map<String, Value>>> {
        let Some((chain, user, until)) = self.living_refresh_token(pool, client, token).await? else {
            return Ok(None);
        };
        let shown = json!({
            "sub": user.sub,
            "username": user.username,
            "client_id": client.id,
            "scope": chain.scopes.join(" "),
            "iss": self.keys().issuer(&pool.id),
            "auth_time": chain.auth_time,
            "exp": until.secs(),
            "origin_jti": chain.origin_jti,
            "event_id": chain.event_id,
            "token_use": "refresh",
        });
        Ok(shown.as_object().cloned())
    }

    /// Whether user, chain and revocations still stand behind proven claims.
    async fn stands(&self, pool: &UserPool, claims: &Claims) -> Result<bool> {
        let name = claims.str("username").or_else(|| claims.str("cognito:username"));
        let (Some(name), Some(sub), Some(event_id)) = (name, claims.str("sub"), claims.str("event_id")) else {
            return Ok(is_machine(claims) && !self.is_revoked(pool, claims).await?);
        };
        let user = user::by_username(self.store(), pool, name).await?;
        let Some(user) = user.filter(|user| user.enabled && user.sub == sub) else { return Ok(false) };
        let chain = self.chain(pool, sub, event_id).await?;
        Ok(chain.is_some_and(|chain| chain.is_current(&user)))
    }

    /// Whether a machine's token is on the list of those that count no more.
    ///
    /// # Errors
    /// The store's.
    pub(super) async fn is_revoked(&self, pool: &UserPool, claims: &Claims) -> Result<bool> {
        let jti = claims.str("jti").unwrap_or_default();
        Ok(self.store().get_item(&pool_pk(&pool.id), &revoked_sk(jti)).await?.is_some())
    }

    /// Ends the sign-in that a refresh or access token belongs to; a machine's token, which belongs to none, is put on
    /// the list of those that introspection calls inactive.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn revoke_token(&self, pool: &UserPool, client: &AppClient, token: &str) -> Result<Revoked> {
        let as_refresh_token = self.revoke_chain(pool, client, token).await?;
        if as_refresh_token != Revoked::NoRefreshToken {
            return Ok(as_refresh_token);
        }
        let Some(claims) = self.signed_claims_or_none(pool, token).await? else { return Ok(as_refresh_token) };
        if claims.check_token_use(TokenUse::Access).is_err() {
            return Ok(as_refresh_token);
        }
        if claims.check_client(&client.id).is_err() {
            return Ok(Revoked::OtherClient);
        }
        match (claims.str("sub"), claims.str("event_id")) {
            (Some(sub), Some(event_id)) => self.end_chain(pool, sub, event_id).await?,
            _ => self.list_revoked(pool, &claims).await?,
        }
        Ok(Revoked::Yes)
    }

    async fn list_revoked(&self, pool: &UserPool, claims: &Claims) -> Result<()> {
        let (Some(jti), Some(exp)) = (claims.str("jti"), claims.i64("exp")) else { return Ok(()) };
        let mut tx = Tx::new();
        let ends = Timestamp::from_secs(exp);
        tx.put_raw(pool_pk(&pool.id), revoked_sk(jti), Vec::new(), Expect::Any, Some(ends), Vec::new());
        self.store().commit(tx).await?;
        Ok(())
    }

    /// Whom an id token of this pool names, however old.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn hinted(&self, pool: &UserPool, token: &str) -> Result<Option<Hint>> {
        let claims = self.signed_claims_or_none(pool, token).await?;
        let claims = claims.filter(|claims| claims.check_token_use(TokenUse::Id).is_ok());
        Ok(claims.and_then(|claims| {
            Some(Hint { client_id: claims.str("aud")?.to_owned(), sub: claims.str("sub")?.to_owned() })
        }))
    }

    async fn signed_claims_or_none(&self, pool: &UserPool, token: &str) -> Result<Option<Claims>> {
        none_where_refused(self.signed_claims(pool, token).await)
    }
}

/// A refusal is the answer "nothing"; what broke stays an error.
fn none_where_refused<T>(result: Result<T, AwsError>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.internal.is_none() => Ok(None),
        Err(error) => Err(error),
    }
}

/// A token of the client credentials grant speaks for the client itself.
pub(super) fn is_machine(claims: &Claims) -> bool {
    claims.str("client_id").is_some_and(|client| claims.str("sub") == Some(client))
}

fn revoked_sk(jti: &str) -> String {
    format!("revoked-token#{}", hashed(jti))
}
