//! Tokens made of tokens (RFC 8693; guide, GetDerivedToken): for one service, with fewer scopes, naming who acts.
//!
//! A derived token belongs to the sign-in of the one it was made of: it ends no later, and falls with it.

use aws_types::AwsError;
use jose::TokenUse;
use model_cognito_idp::types::{IssuedTokenTypeIdentifierType as Issued, TokenTypeIdentifierType as Kind};
use serde_json::{Map, Value, json};

use super::access_token::Bearer;
use super::introspection::is_machine;
use super::token::Subject;
use crate::CognitoIdp;
use crate::entity::{AppClient, UserPool};
use crate::error::{self, Result};
use crate::table::group::groups_of_user;
use crate::triggers::Said;
use crate::triggers::pre_token_generation::TOKEN_EXCHANGE;

/// Actors one behind the other that a token names at most.
const MAX_ACTORS: usize = 4;

/// What a token is made of and for.
#[derive(Clone, Copy)]
pub(crate) struct Exchange<'a> {
    pub pool: &'a UserPool,
    /// Asks.
    pub client: &'a AppClient,
    /// For whom.
    pub subject: &'a Bearer,
    /// `act`.
    pub actor: Option<&'a Value>,
    pub scopes: &'a [String],
    /// `aud`.
    pub audience: Option<&'a str>,
    pub issued: Issued,
}

/// A derived token.
pub(crate) struct Derived {
    pub token: String,
    /// Seconds.
    pub expires_in: i64,
}

impl CognitoIdp {
    /// The user behind a subject token of this pool.
    ///
    /// # Errors
    /// NotAuthorizedException; UserNotFoundException where the user is gone; InvalidParameterException for kinds that are
    /// not there.
    pub(crate) async fn subject_of(&self, pool: &UserPool, token: &str, kind: Kind) -> Result<Bearer> {
        let bearer = self.bearer_of(token, token_use(kind)?).await?;
        if bearer.pool.id == pool.id { Ok(bearer) } else { Err(error::invalid_access_token()) }
    }

    /// `act` of an actor token: a user's, or a machine's, and before it whom the subject token names already.
    ///
    /// # Errors
    /// As [`CognitoIdp::subject_of`].
    pub(crate) async fn actor_of(&self, pool: &UserPool, token: &str, kind: Kind, subject: &Bearer) -> Result<Value> {
        let kind = token_use(kind)?;
        let claims = self.proven_claims(pool, token, kind).await?;
        let claims = match kind == TokenUse::Access && is_machine(&claims) {
            true if self.is_revoked(pool, &claims).await? => return Err(error::access_token_revoked()),
            true => claims,
            false => self.bearer_of(token, kind).await?.claims,
        };
        let mut act = Map::new();
        act.insert("sub".to_owned(), json!(claims.str("sub")));
        act.insert("client_id".to_owned(), json!(claims.str("client_id").or_else(|| claims.str("aud"))));
        if let Some(before) = subject.claims.get("act") {
            if depth(before) >= MAX_ACTORS {
                return Err(error::invalid_parameter("The subject token names too many actors."));
            }
            act.insert("act".to_owned(), before.clone());
        }
        Ok(Value::Object(act))
    }

    /// Signs a derived token.
    ///
    /// # Errors
    /// PreTokenGeneration's, the key ring's and the store's.
    pub(crate) async fn derive_token(&self, exchange: Exchange<'_>) -> Result<Derived> {
        let Exchange { pool, client, subject, scopes, .. } = exchange;
        let said = Said::nothing(client);
        let (user, chain) = (&subject.user, &subject.chain);
        let about = Subject { pool, client, user, chain, scopes, nonce: None, source: TOKEN_EXCHANGE, said };
        let decided = self.decide_claims(about).await?;
        let groups = groups_of_user(self.store(), &pool.id, &user.sub).await?;
        let keys = self.keys().signing(&pool.id).await?;
        let (key, mut claims) = match exchange.issued {
            Issued::AccessToken => {
                let mut claims = self.access_claims(about, &groups);
                decided.apply_to_access(&mut claims);
                (&keys.access, claims)
            }
            Issued::IdToken => {
                let mut claims = self.id_claims(about, &groups, None);
                decided.apply_to_id(&mut claims);
                (&keys.id, claims)
            }
        };
        let expires_in = self.bind(&mut claims, exchange);
        Ok(Derived { token: key.sign(&claims).map_err(AwsError::internal)?, expires_in })
    }

    /// Writes for whom, by whom and how long; answers the seconds that are left.
    fn bind(&self, claims: &mut Map<String, Value>, exchange: Exchange<'_>) -> i64 {
        if let Some(audience) = exchange.audience {
            claims.insert("aud".to_owned(), json!(audience));
        }
        let before = exchange.subject.claims.get("act");
        if let Some(act) = exchange.actor.or(before) {
            claims.insert("act".to_owned(), act.clone());
        }
        // An id token that is made of fewer scopes says so, or it could be exchanged for all of them.
        if exchange.issued == Issued::IdToken && exchange.scopes != exchange.subject.chain.scopes {
            claims.insert("scope".to_owned(), json!(exchange.scopes.join(" ")));
        }
        let own = claims.get("exp").and_then(Value::as_i64).unwrap_or_default();
        let exp = exchange.subject.claims.i64("exp").map_or(own, |until| own.min(until));
        claims.insert("exp".to_owned(), json!(exp));
        exp.saturating_sub(self.now().secs())
    }
}

fn token_use(kind: Kind) -> Result<TokenUse> {
    match kind {
        Kind::AccessToken => Ok(TokenUse::Access),
        Kind::IdToken => Ok(TokenUse::Id),
        Kind::Saml2 => Err(error::outside_token()),
    }
}

/// How many actors stand in an `act` claim.
fn depth(act: &Value) -> usize {
    std::iter::successors(Some(act), |act| act.get("act")).count()
}
