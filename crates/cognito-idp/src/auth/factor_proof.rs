//! Fresh proof of a second factor: whoever has one changes or removes factors only within an hour of having proven one
//! in the same sign-in. AWS asks for nothing but an access token; a stolen one would be enough to shed the second
//! factor, or to put the thief's in its place.
//!
//! A proof is kept under the user and the time of the sign-in, which tokens and browser sessions bear, or under the chain
//! of tokens with which a software token was set up; it goes by itself.

use store::{Expect, Tx};

use super::access_token::Bearer;
use super::second_factor::active;
use crate::CognitoIdp;
use crate::entity::UserPool;
use crate::error::{self, Result};
use crate::table::pool_pk;

/// How long a proof is fresh, ms.
const FRESH_MS: i64 = 3_600_000;

/// What is to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change<'a> {
    /// A factor is added, replaced or switched off.
    Factor,
    /// These attributes; some may be where a factor's codes go.
    Attributes(&'a [&'a str]),
}

impl CognitoIdp {
    /// Adds to `tx` that a second factor was proven by the bearer of an access token.
    pub(crate) fn stage_factor_proof(&self, tx: &mut Tx, bearer: &Bearer) {
        self.stage_proof(tx, &bearer.pool, by_chain(bearer));
    }

    /// Keeps that a second factor was proven in the sign-in of this time.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn keep_factor_proof(&self, pool: &UserPool, sub: &str, auth_time: i64) -> Result<()> {
        let mut tx = Tx::new();
        self.stage_proof(&mut tx, pool, by_time(sub, auth_time));
        self.store().commit(tx).await?;
        Ok(())
    }

    fn stage_proof(&self, tx: &mut Tx, pool: &UserPool, sk: String) {
        let expires = self.now().plus_ms(FRESH_MS);
        tx.put_raw(pool_pk(&pool.id), sk, Vec::new(), Expect::Any, Some(expires), Vec::new());
    }

    /// Refuses a change of factors where one is active and none was proven lately in this sign-in.
    ///
    /// # Errors
    /// NotAuthorizedException.
    pub(crate) async fn check_factor_change(&self, bearer: &Bearer, change: Change<'_>) -> Result<()> {
        let active = active(&bearer.pool, &bearer.user);
        let touched = match change {
            Change::Factor => !active.is_empty(),
            Change::Attributes(names) => {
                active.iter().filter_map(|factor| factor.attribute()).any(|attribute| names.contains(&attribute))
            }
        };
        if !touched {
            return Ok(());
        }
        for sk in [by_time(&bearer.user.sub, bearer.chain.auth_time), by_chain(bearer)] {
            let proof = self.store().get_item(&pool_pk(&bearer.pool.id), &sk).await?;
            if proof.is_some_and(|proof| proof.expires_at.is_none_or(|end| self.now() < end)) {
                return Ok(());
            }
        }
        Err(error::factor_not_proven_lately())
    }
}

fn by_time(sub: &str, auth_time: i64) -> String {
    format!("factor-proof#{sub}#{auth_time}")
}

fn by_chain(bearer: &Bearer) -> String {
    format!("factor-proof#{}#{}", bearer.user.sub, bearer.chain.event_id)
}
