//! Bounds on wrong guesses beside the lock-out of one name: over many names by address and by pool, and by the day at one
//! user's second factor. They are counted in the same transaction.
//!
//! A guess is counted before it is judged and taken back when it was right, so that any number at once cannot pass. An
//! IPv6 address counts by its /64, which one person has to themselves. Devices that are known do not count.

use std::net::IpAddr;

use store::{StoreError, Tx};

use super::visit::{Guess, Lane};
use crate::CognitoIdp;
use crate::entity::UserPool;
use crate::error::{self, Result};

const HOUR_MS: i64 = 3_600_000;
/// Length of a window, ms.
const WINDOW_MS: i64 = 15 * 60 * 1000;

const DAY_MS: i64 = 86_400_000;
/// Wrong codes at one user's second factor in a day. The lock-out alone would let an attacker who has the password try
/// some seven hundred.
pub const SECOND_FACTOR_FAILURES: u32 = 50;
/// Codes that one user may try in an hour while they set up a software token.
const TOKEN_TRIES: i64 = 30;

impl CognitoIdp {
    /// Counts a try at the first code of a software token that is being set up.
    ///
    /// # Errors
    /// TooManyRequestsException.
    pub(crate) async fn count_token_try(&self, pool: &UserPool, sub: &str) -> Result<()> {
        let hour = self.now().ms().div_euclid(HOUR_MS);
        let counter = format!("cognito.limit#{}/software-token/{sub}/{hour}", pool.id);
        let mut tx = Tx::new();
        tx.add(&counter, 1, Some(TOKEN_TRIES), Some(self.now().plus_ms(HOUR_MS)));
        match self.store().commit(tx).await {
            Err(StoreError::Limit) => Err(error::too_many_requests()),
            outcome => Ok(outcome.map(drop)?),
        }
    }

    /// Adds the counting of a guess to `tx`: its commit ends in [`store::StoreError::Limit`] where one of the bounds is
    /// passed. Answers what was counted, to be taken back.
    pub(crate) fn count_guess(&self, tx: &mut Tx, guess: Guess<'_>) -> Vec<String> {
        let (limits, now) = (self.config().sign_in_limits, self.now());
        let (pool, window) = (&guess.pool.id, now.ms().div_euclid(WINDOW_MS));
        let second = guess.second_of.map(|sub| {
            let day = now.ms().div_euclid(DAY_MS);
            (format!("cognito.guess#{pool}/second/{sub}/{day}"), SECOND_FACTOR_FAILURES)
        });
        let by_address = guess.address.map(|address| {
            (format!("cognito.guess#{pool}/address/{}/{window}", network(address)), limits.failures_per_address)
        });
        let by_pool = (format!("cognito.guess#{pool}/all/{window}"), limits.failures_per_pool);
        let strangers = by_address.into_iter().chain([by_pool]).filter(|_| guess.lane == Lane::Everybody);
        second
            .into_iter()
            .chain(strangers)
            .map(|(counter, bound)| {
                tx.add(&counter, 1, Some(i64::from(bound)), Some(now.plus_ms(DAY_MS)));
                counter
            })
            .collect()
    }
}

impl CognitoIdp {
    /// Counts a call that asks for a code or gives one, whoever it is about.
    ///
    /// # Errors
    /// TooManyRequestsException.
    pub(crate) async fn count_code_call(&self, pool: &UserPool, address: &str) -> Result<()> {
        let (now, bound) = (self.now(), self.config().sign_in_limits.code_calls_per_address);
        let window = now.ms().div_euclid(WINDOW_MS);
        let counter = format!("cognito.code-call#{}/{}/{window}", pool.id, network(address));
        let mut tx = Tx::new();
        tx.add(&counter, 1, Some(i64::from(bound)), Some(now.plus_ms(WINDOW_MS)));
        match self.store().commit(tx).await {
            Err(StoreError::Limit) => Err(error::too_many_requests()),
            Err(error) => Err(error.into()),
            Ok(_) => Ok(()),
        }
    }
}

/// Adds to `tx` that a guess was no wrong one.
pub(crate) fn take_back_guess(tx: &mut Tx, counted: &[String]) {
    for counter in counted {
        tx.add(counter, -1, None, None);
    }
}

/// What stands for an address: itself, or its /64.
pub(crate) fn network(address: &str) -> String {
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(address) => address.to_string(),
            None => address.segments().iter().take(4).map(|part| format!("{part:x}:")).collect(),
        },
        Ok(address) => address.to_string(),
        Err(_) => super::hashed(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_address_counts_by_its_network() {
        assert_eq!(network("192.0.2.7"), "192.0.2.7");
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network(&"x".repeat(5000)).len(), 64);
    }
}
