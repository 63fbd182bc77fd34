//! Refresh tokens: opaque five-part text that looks like Cognito's (it begins with a JWE header) and holds, sealed,
//! which chain it renews.

use aws_types::{AwsError, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Tx, Versioned, retry};

use super::chain::{CHAINS, Chain, chain_sk};
use super::token::Subject;
use crate::CognitoIdp;
use crate::entity::{AppClient, User, UserPool};
use crate::error::{self, Result};
use crate::table::pool_pk;
use crate::table::user;
use crate::triggers::Said;
use crate::triggers::pre_token_generation::{Overrides, REFRESH_TOKENS};

/// Base64url of `{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}`.
const HEADER: &str = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ";
const MAX_TOKEN_BYTES: usize = 4096;
/// Where the sealed text is cut into the parts of a JWE: key, nonce, and from the end, tag.
const CUTS: (usize, usize, usize) = (48, 64, 22);

/// What a refresh token holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Content {
    client_id: String,
    sub: String,
    event_id: String,
    generation: u32,
    until_ms: i64,
}

/// A refresh token that is good, and what it renews.
#[derive(Clone)]
pub(crate) struct Renewal {
    pub chain: Versioned<Chain>,
    pub user: Versioned<User>,
    /// A successor, where the client rotates.
    pub next: Option<String>,
    /// What PreTokenGeneration said before the rotation; otherwise it is asked when tokens are signed.
    pub decided: Option<Overrides>,
}

/// For what tokens are renewed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wish<'a> {
    /// Fewer than the chain's.
    pub scopes: Option<&'a [String]>,
    /// The device that asks, as it says.
    pub device_key: Option<&'a str>,
    pub said: Said<'a>,
}

impl CognitoIdp {
    /// The chain's refresh token.
    ///
    /// # Errors
    /// Internal.
    pub(crate) fn refresh_token(&self, pool: &UserPool, chain: &Chain) -> Result<Option<String>> {
        let Some(until) = chain.refresh_until_ms else { return Ok(None) };
        let content = Content {
            client_id: chain.client_id.clone(),
            sub: chain.sub.clone(),
            event_id: chain.event_id.clone(),
            generation: chain.generation,
            until_ms: until,
        };
        let plain = serde_json::to_vec(&content).map_err(AwsError::internal)?;
        let sealed = self.store().sealer().seal_text(&context(pool), &plain);
        Ok(Some(dress(&sealed)))
    }

    /// Judges a refresh token for this client.
    ///
    /// # Errors
    /// NotAuthorizedException; RefreshTokenReuseException where a rotated one comes again, which ends its chain;
    /// PreTokenGeneration's, which leave the token as it was.
    pub(crate) async fn renew(
        &self,
        pool: &UserPool,
        client: &AppClient,
        token: &str,
        wish: Wish<'_>,
    ) -> Result<Renewal> {
        let content = self.open_refresh_token(pool, token).ok_or_else(error::invalid_refresh_token)?;
        if content.client_id != client.id {
            return Err(error::invalid_refresh_token());
        }
        if self.now().ms() >= content.until_ms {
            return Err(error::refresh_token_expired());
        }
        let decided = self.decide_before_rotation(pool, client, &content, wish).await?;
        let renewal = retry(self.store(), || self.renew_once(pool, client, &content, wish.device_key)).await?;
        Ok(Renewal { decided, ..renewal })
    }

    /// The scopes of a refresh token's chain, where there is one.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn renewable_scopes(&self, pool: &UserPool, token: &str) -> Result<Option<Vec<String>>> {
        let Some(content) = self.open_refresh_token(pool, token) else { return Ok(None) };
        let chain = self.chain(pool, &content.sub, &content.event_id).await?;
        Ok(chain.map(|chain| chain.value.scopes))
    }

    /// Asks PreTokenGeneration while a refusal can still leave the refresh token unspent.
    async fn decide_before_rotation(
        &self,
        pool: &UserPool,
        client: &AppClient,
        content: &Content,
        wish: Wish<'_>,
    ) -> Result<Option<Overrides>> {
        let Some(grace_s) = client.settings.rotation_grace_s() else { return Ok(None) };
        let (chain, user) = self.renewable(pool, content, wish.device_key).await?;
        if !self.is_rotatable(&chain, content.generation, grace_s) {
            return Ok(None);
        }
        let scopes = wish.scopes.unwrap_or(&chain.scopes);
        let (source, said) = (REFRESH_TOKENS, wish.said);
        let subject = Subject { pool, client, user: &user, chain: &chain, scopes, nonce: None, source, said };
        self.decide_claims(subject).await.map(Some)
    }

    /// The chain and its user, while both stand by the token.
    async fn renewable(
        &self,
        pool: &UserPool,
        content: &Content,
        device_key: Option<&str>,
    ) -> Result<(Versioned<Chain>, Versioned<User>)> {
        let chain = self.chain(pool, &content.sub, &content.event_id).await?;
        let chain = chain.ok_or_else(error::refresh_token_revoked)?;
        let owner = user::by_username(self.store(), pool, &chain.username).await?;
        let owner = owner.filter(|user| chain.is_current(user)).ok_or_else(error::refresh_token_revoked)?;
        if !owner.enabled {
            return Err(error::user_is_disabled());
        }
        self.check_chain_device(pool, &owner, &chain, device_key).await?;
        Ok((chain, owner))
    }

    async fn renew_once(
        &self,
        pool: &UserPool,
        client: &AppClient,
        content: &Content,
        device_key: Option<&str>,
    ) -> Result<Renewal> {
        let (chain, owner) = self.renewable(pool, content, device_key).await?;
        match client.settings.rotation_grace_s() {
            // Replaced while the client still rotated.
            None if content.generation != chain.generation => Err(error::refresh_token_revoked()),
            None => Ok(Renewal { chain, user: owner, next: None, decided: None }),
            Some(grace_s) => self.rotate(pool, chain, owner, (content.generation, grace_s)).await,
        }
    }

    async fn rotate(
        &self,
        pool: &UserPool,
        chain: Versioned<Chain>,
        user: Versioned<User>,
        (generation, grace_s): (u32, i64),
    ) -> Result<Renewal> {
        let now_ms = self.now().ms();
        let mut tx = Tx::new();
        if generation == chain.generation {
            let next = Chain { generation: generation + 1, rotated_ms: now_ms, ..chain.value.clone() };
            CHAINS.update(&mut tx, &chain, &next, Vec::new())?;
            let committed = self.store().commit(tx).await?;
            let chain = Versioned { value: next, version: committed.version, ..chain };
            let next = self.refresh_token(pool, &chain)?;
            return Ok(Renewal { chain, user, next, decided: None });
        }
        if self.is_rotatable(&chain, generation, grace_s) {
            let next = self.refresh_token(pool, &chain)?;
            return Ok(Renewal { chain, user, next, decided: None });
        }
        CHAINS.delete(&mut tx, &chain);
        self.store().commit(tx).await?;
        Err(error::refresh_token_reuse())
    }

    /// Whether a token of this generation is the newest, or the one before it within its grace.
    fn is_rotatable(&self, chain: &Chain, generation: u32, grace_s: i64) -> bool {
        let in_grace = self.now().ms() < chain.rotated_ms.saturating_add(grace_s.saturating_mul(1000));
        generation == chain.generation || (generation.checked_add(1) == Some(chain.generation) && in_grace)
    }

    /// Ends the chain of a refresh token. False where the text is no refresh token of this pool at all; a token of
    /// another client changes nothing.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn revoke_chain(&self, pool: &UserPool, client: &AppClient, token: &str) -> Result<Revoked> {
        let Some(content) = self.open_refresh_token(pool, token) else { return Ok(Revoked::NoRefreshToken) };
        if content.client_id != client.id {
            return Ok(Revoked::OtherClient);
        }
        self.end_chain(pool, &content.sub, &content.event_id).await?;
        Ok(Revoked::Yes)
    }

    /// Removes a chain, if it is there.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn end_chain(&self, pool: &UserPool, sub: &str, event_id: &str) -> Result<()> {
        let mut tx = Tx::new();
        tx.delete_raw(pool_pk(&pool.id), chain_sk(sub, event_id), store::Expect::Any);
        self.store().commit(tx).await?;
        Ok(())
    }

    /// What a refresh token of this client renews now, and until when it may.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn living_refresh_token(
        &self,
        pool: &UserPool,
        client: &AppClient,
        token: &str,
    ) -> Result<Option<(Versioned<Chain>, Versioned<User>, Timestamp)>> {
        let content = self.open_refresh_token(pool, token).filter(|content| content.client_id == client.id);
        let Some(content) = content.filter(|content| self.now().ms() < content.until_ms) else { return Ok(None) };
        // the client has proven itself, and asks about the token as its device would
        let chain = self.chain(pool, &content.sub, &content.event_id).await?;
        let device = chain.and_then(|chain| chain.value.device).map(|device| device.key);
        let (chain, user) = match self.renewable(pool, &content, device.as_deref()).await {
            Ok(found) => found,
            Err(error) if error.internal.is_none() => return Ok(None),
            Err(error) => return Err(error),
        };
        let grace_s = client.settings.rotation_grace_s().unwrap_or_default();
        let newest = self.is_rotatable(&chain, content.generation, grace_s);
        Ok(newest.then(|| (chain, user, Timestamp::from_ms(content.until_ms))))
    }

    fn open_refresh_token(&self, pool: &UserPool, token: &str) -> Option<Content> {
        let sealed = undress(token)?;
        let plain = self.store().sealer().open_text(&context(pool), &sealed).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}

/// What a revocation met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Revoked {
    /// The chain is ended, now or before.
    Yes,
    /// The token is another client's: nothing was done.
    OtherClient,
    /// Not a refresh token.
    NoRefreshToken,
}

fn context(pool: &UserPool) -> String {
    format!("cognito refresh {}", pool.id)
}

fn dress(sealed: &str) -> String {
    let (key, nonce, tag) = CUTS;
    let from_end = sealed.len().saturating_sub(tag);
    let part = |range: std::ops::Range<usize>| sealed.get(range).unwrap_or_default();
    format!("{HEADER}.{}.{}.{}.{}", part(0..key), part(key..nonce), part(nonce..from_end), part(from_end..sealed.len()))
}

fn undress(token: &str) -> Option<String> {
    if token.len() > MAX_TOKEN_BYTES {
        return None;
    }
    let body = token.strip_prefix(HEADER)?.strip_prefix('.')?;
    let parts: Vec<&str> = body.splitn(5, '.').collect();
    let sealed = parts.concat();
    // Only the one way of cutting is a token: no two texts stand for one.
    (parts.len() == 4 && dress(&sealed) == token).then_some(sealed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_five_parts_and_one_form() {
        let sealed = "a".repeat(300);
        let token = dress(&sealed);
        assert!(token.starts_with("eyJjdHkiOiJKV1QiLCJlbmMiOi"));
        assert_eq!(token.split('.').count(), 5);
        assert_eq!(undress(&token), Some(sealed));
        for wrong in ["", "a.b.c.d.e", &token.replacen('.', "", 1), &format!("{token}."), &format!("x{token}")] {
            assert_eq!(undress(wrong), None, "{wrong}");
        }
        let shifted = format!("{HEADER}.{}.{}.{}.{}", "a".repeat(47), "a".repeat(17), "a".repeat(214), "a".repeat(22));
        assert_eq!(undress(&shifted), None);
    }
}
