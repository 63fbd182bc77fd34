//! OAuth grants behind the domain's endpoints (RFC 6749, 7636; guide: "OAuth 2.0 endpoints"): authorization codes, the
//! implicit grant, refresh, client credentials.
//!
//! A code is random, kept as its hash, good for five minutes and one success, which a conditional write decides. Its
//! record stays for a day, so that a replay is known and ends the chain it gave (RFC 6749 4.1.2).

use aws_types::{AwsError, Timestamp};
use oauth2::{CodeChallenge, check_pkce};
use serde::{Deserialize, Serialize};
use store::{Table, Tx, Versioned, retry};
use user_pool_domain::ports::{Authorization, GrantError, GrantWish, SignedIn, Tokens};
use world::rng;

use super::chain::{Chain, Door, Refresh, Terms};
use super::flow::Authenticated;
use super::hashed;
use super::progress::Progress;
use super::refresh_token::{Renewal, Wish};
use super::token::{Subject, TokenSet};
use crate::CognitoIdp;
use crate::entity::{AppClient, User, UserPool};
use crate::error::{self, Result};
use crate::table::pool_pk;
use crate::table::user::{USERS, by_username};
use crate::triggers::Said;
use crate::triggers::pre_token_generation::{HOSTED_AUTH, REFRESH_TOKENS};

const CODE_MS: i64 = 5 * 60 * 1000;
const REPLAY_MS: i64 = 86_400_000;

const CODES: Table<AuthorizationCode> = Table::new("authorization-code", 1);

/// A code at rest.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct AuthorizationCode {
    client_id: String,
    username: String,
    sub: String,
    epoch: u64,
    auth_time: i64,
    redirect_uri: String,
    scopes: Vec<String>,
    nonce: Option<String>,
    code_challenge: Option<String>,
    until_ms: i64,
    /// The chain that it gave.
    spent: Option<String>,
    /// The sign-in that it came of.
    #[serde(default)]
    sign_in: String,
}

/// How a token request presents a code.
#[derive(Clone, Copy)]
pub(crate) struct Presented<'a> {
    pub code: &'a str,
    pub redirect_uri: &'a str,
    pub code_verifier: Option<&'a str>,
}

type GrantResult<T> = std::result::Result<T, GrantError>;

impl CognitoIdp {
    /// A single-use code for an authorization.
    ///
    /// # Errors
    /// NotAuthorizedException where the user may not sign in any more.
    pub(crate) async fn issue_authorization_code(
        &self,
        pool: &UserPool,
        client: &AppClient,
        authorization: Authorization,
    ) -> Result<String> {
        retry(self.store(), || self.store_authorization_code(pool, client, &authorization)).await
    }

    async fn store_authorization_code(
        &self,
        pool: &UserPool,
        client: &AppClient,
        authorization: &Authorization,
    ) -> Result<String> {
        let code = rng::uuid(self.rng());
        let user = self.authorized_user(pool, &authorization.user).await?;
        let scopes = self.standing_scopes(pool, &authorization.scopes).await?;
        let record = AuthorizationCode {
            client_id: client.id.clone(),
            username: user.username.clone(),
            sub: user.sub.clone(),
            epoch: user.epoch,
            auth_time: authorization.user.auth_time,
            redirect_uri: authorization.redirect_uri.clone(),
            scopes,
            nonce: authorization.nonce.clone(),
            code_challenge: authorization.code_challenge.clone(),
            until_ms: self.now().plus_ms(CODE_MS).ms(),
            spent: None,
            sign_in: authorization.user.id.clone(),
        };
        let mut tx = Tx::new();
        USERS.require(&mut tx, &user);
        let expires = self.now().plus_ms(REPLAY_MS);
        CODES.insert_expiring(&mut tx, &pool_pk(&pool.id), &code_sk(&code), &record, Vec::new(), expires)?;
        self.store().commit(tx).await?;
        Ok(code)
    }

    /// Tokens of the implicit grant: there is no refresh token.
    ///
    /// # Errors
    /// NotAuthorizedException where the user may not sign in any more.
    pub(crate) async fn implicit_tokens(
        &self,
        pool: &UserPool,
        client: &AppClient,
        authorization: Authorization,
    ) -> Result<Tokens> {
        let stored = retry(self.store(), || self.store_implicit(pool, client, &authorization));
        let (user, chain) = stored.await?;
        let nonce = authorization.nonce.as_deref();
        let (scopes, source, said) = (&chain.scopes, HOSTED_AUTH, Said::nothing(client));
        let subject = Subject { pool, client, user: &user, chain: &chain, scopes, nonce, source, said };
        Ok(tokens(self.sign_tokens(subject).await?, None))
    }

    async fn store_implicit(
        &self,
        pool: &UserPool,
        client: &AppClient,
        authorization: &Authorization,
    ) -> Result<(Versioned<User>, Chain)> {
        let user = self.authorized_user(pool, &authorization.user).await?;
        let signed_in = Authenticated {
            user,
            auth_time: authorization.user.auth_time,
            progress: Progress::default(),
            attempt: None,
        };
        let scopes = self.standing_scopes(pool, &authorization.scopes).await?;
        let sign_in = authorization.user.id.clone();
        let terms = Terms { door: Door::OAuth, scopes, refresh: Refresh::No, device: None, sign_in };
        let mut tx = Tx::new();
        USERS.require(&mut tx, &signed_in.user);
        let chain = self.stage_chain(&mut tx, pool, client, &signed_in, terms)?;
        self.store().commit(tx).await?;
        Ok((signed_in.user, chain))
    }

    /// Tokens for a code.
    ///
    /// # Errors
    /// [`GrantError::InvalidGrant`] for whatever is wrong with code, client, redirect URI, verifier or user.
    pub(crate) async fn redeem_authorization_code(
        &self,
        pool: &UserPool,
        client: &AppClient,
        presented: Presented<'_>,
    ) -> GrantResult<Tokens> {
        let redeemed = retry(self.store(), || self.redeem_once(pool, client, presented)).await.map_err(grant_error)?;
        let Redeemed { code, user, chain } = redeemed.ok_or(GrantError::InvalidGrant)?;
        self.keep_within_room(pool, &user).await.map_err(grant_error)?;
        let nonce = code.nonce.as_deref();
        let (scopes, source, said) = (&chain.scopes, HOSTED_AUTH, Said::nothing(client));
        let subject = Subject { pool, client, user: &user, chain: &chain, scopes, nonce, source, said };
        let set = self.sign_tokens(subject).await.map_err(grant_error)?;
        Ok(tokens(set, self.refresh_token(pool, &chain).map_err(grant_error)?))
    }

    async fn redeem_once(
        &self,
        pool: &UserPool,
        client: &AppClient,
        presented: Presented<'_>,
    ) -> Result<Option<Redeemed>> {
        let found = CODES.get(self.store(), &pool_pk(&pool.id), &code_sk(presented.code)).await?;
        let Some(code) = found.filter(|code| code.client_id == client.id) else { return Ok(None) };
        if let Some(event_id) = &code.spent {
            tracing::warn!(pool.id = pool.id, client.id = client.id, "an authorization code was replayed");
            self.end_chain(pool, &code.sub, event_id).await?;
            return Ok(None);
        }
        if self.now() >= Timestamp::from_ms(code.until_ms) || !code.is_presented_rightly(presented) {
            return Ok(None);
        }
        let user = by_username(self.store(), pool, &code.username).await?;
        let user = user.filter(|user| user.enabled && user.sub == code.sub && user.epoch == code.epoch);
        let Some(user) = user else { return Ok(None) };
        let signed_in = Authenticated { user, auth_time: code.auth_time, progress: Progress::default(), attempt: None };
        let (scopes, sign_in) = (code.scopes.clone(), code.sign_in.clone());
        let terms = Terms { door: Door::OAuth, scopes, refresh: Refresh::Yes, device: None, sign_in };
        let mut tx = Tx::new();
        USERS.require(&mut tx, &signed_in.user);
        let chain = self.stage_chain(&mut tx, pool, client, &signed_in, terms)?;
        let spent = AuthorizationCode { spent: Some(chain.event_id.clone()), ..code.value.clone() };
        CODES.update(&mut tx, &code, &spent, Vec::new())?;
        self.store().commit(tx).await?;
        Ok(Some(Redeemed { code: code.value, user: signed_in.user, chain }))
    }

    /// Tokens for a refresh token, at the token endpoint. `scopes` may only narrow what the chain was granted.
    ///
    /// # Errors
    /// [`GrantError::InvalidGrant`], [`GrantError::InvalidScope`].
    pub(crate) async fn refresh_grant(
        &self,
        pool: &UserPool,
        client: &AppClient,
        refresh_token: &str,
        wish: GrantWish,
    ) -> GrantResult<Tokens> {
        let granted = self.renewable_scopes(pool, refresh_token).await.map_err(grant_error)?;
        // Without a chain the token itself is refused.
        let granted = granted.ok_or(GrantError::InvalidGrant)?;
        let scopes = wish.scopes.unwrap_or_else(|| granted.clone());
        // Judged before the token is used up: a refusal changes nothing.
        if scopes.iter().any(|scope| !granted.contains(scope)) {
            return Err(GrantError::InvalidScope);
        }
        let (source, said) = (REFRESH_TOKENS, Said::by(client, wish.metadata.as_ref()));
        let wish = Wish { scopes: Some(&scopes), said, device_key: None };
        let renewed = self.renew(pool, client, refresh_token, wish).await;
        let Renewal { chain, user, next, decided } = renewed.map_err(grant_error)?;
        let subject = Subject { pool, client, user: &user, chain: &chain, scopes: &scopes, nonce: None, source, said };
        let set = match decided {
            Some(decided) => self.sign_decided(subject, &decided).await,
            None => self.sign_tokens(subject).await,
        };
        Ok(tokens(set.map_err(grant_error)?, next))
    }

    /// A machine's token: `scopes` are the client's custom ones, or some of them.
    ///
    /// # Errors
    /// [`GrantError::InvalidScope`].
    pub(crate) async fn client_credentials_grant(
        &self,
        pool: &UserPool,
        client: &AppClient,
        wish: GrantWish,
    ) -> GrantResult<Tokens> {
        let custom: Vec<String> =
            client.settings.oauth_scopes.iter().filter(|scope| is_custom(scope)).cloned().collect();
        let custom = self.standing_scopes(pool, &custom).await.map_err(grant_error)?;
        let scopes = wish.scopes.unwrap_or_else(|| custom.clone());
        if scopes.is_empty() || scopes.iter().any(|scope| !custom.contains(scope)) {
            return Err(GrantError::InvalidScope);
        }
        let said = Said::by(client, wish.metadata.as_ref());
        let set = self.sign_machine_token(pool, client, &scopes, said).await.map_err(grant_error)?;
        Ok(tokens(set, None))
    }

    /// Without the scopes of resource servers that are gone: clients keep them, nobody is granted them any more.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn standing_scopes(&self, pool: &UserPool, scopes: &[String]) -> Result<Vec<String>> {
        if !scopes.iter().any(|scope| is_custom(scope)) {
            return Ok(scopes.to_vec());
        }
        let known = self.custom_scopes(&pool.id).await?;
        Ok(scopes.iter().filter(|scope| !is_custom(scope) || known.contains(scope)).cloned().collect())
    }

    async fn authorized_user(&self, pool: &UserPool, signed_in: &SignedIn) -> Result<Versioned<User>> {
        let user = by_username(self.store(), pool, &signed_in.username).await?;
        let user = user.filter(|user| user.sub == signed_in.sub && user.epoch == signed_in.epoch);
        let user = user.ok_or_else(error::incorrect_username_or_password)?;
        if user.enabled { Ok(user) } else { Err(error::user_is_disabled()) }
    }
}

struct Redeemed {
    code: AuthorizationCode,
    user: Versioned<User>,
    chain: Chain,
}

impl AuthorizationCode {
    /// The redirect URI is the one of the request, and code verifier and challenge belong together; where one of these
    /// two is there without the other, somebody took it away.
    fn is_presented_rightly(&self, presented: Presented<'_>) -> bool {
        let challenge = self.code_challenge.as_deref();
        let challenge = CodeChallenge::parse(challenge, challenge.map(|_| "S256"));
        let pkce = challenge.is_ok_and(|challenge| check_pkce(challenge.as_ref(), presented.code_verifier).is_ok());
        pkce && self.redirect_uri == presented.redirect_uri
    }
}

fn tokens(set: TokenSet, refresh_token: Option<String>) -> Tokens {
    Tokens { id_token: set.id, access_token: set.access, refresh_token, expires_in: set.expires_in }
}

/// What a trigger refuses is told; whatever else the user pool refuses is an invalid grant; what broke stays an error of
/// ours.
fn grant_error(error: AwsError) -> GrantError {
    let triggers = ["UserLambdaValidationException", "UnexpectedLambdaException", "InvalidLambdaResponseException"];
    match error.fault {
        aws_types::Fault::Receiver => GrantError::Server(error),
        aws_types::Fault::Sender if triggers.contains(&error.code.as_ref()) => {
            GrantError::InvalidRequest(error.message.into_owned())
        }
        aws_types::Fault::Sender => GrantError::InvalidGrant,
    }
}

/// Of a resource server: `identifier/name`.
fn is_custom(scope: &str) -> bool {
    scope.contains('/')
}

fn code_sk(code: &str) -> String {
    format!("authorization-code#{}", hashed(code))
}
