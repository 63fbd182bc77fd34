//! Lock-out of sign-in (guide: "Lockout behavior for failed sign-in attempts"): after five failures a name is locked
//! for one second, then two, four, up to fifteen minutes; fifteen quiet minutes forget it all.
//!
//! There is one counter a name, whatever flow is used, and names without a user have one too, so that it tells nothing.
//! An attempt is counted, by a conditional write, **before** the password is looked at, and forgiven when it was right:
//! however many guess at once, no more than the limit are evaluated.

use aws_types::{AwsError, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Expect, StoreError, Table, Tx, retry};
use tokio::sync::OwnedSemaphorePermit;
use world::Lock;

use super::hashed;
use super::slots::BoundedSlots;
use super::throttle::take_back_guess;
use super::visit::{Guess, Lane};
use crate::CognitoIdp;
use crate::config::HashParams;
use crate::entity::UserPool;
use crate::error::{self, Result};
use crate::table::pool_pk;
use crate::table::user::fold;

/// Failures before the first lock.
pub const FREE_FAILURES: u32 = 5;
/// Longest lock, and the quiet time after which failures are forgotten, ms.
pub const QUIET_MS: i64 = 15 * 60 * 1000;
const STRIPES: usize = 256;
/// Attempts of one name that a process evaluates at the same time: below [`FREE_FAILURES`], so that parallel sign-ins
/// of one user with the right password do not lock each other out.
const AT_A_TIME: usize = 2;

const ATTEMPTS: Table<Attempts> = Table::new("sign-in-attempts", 1);

/// Failures of one name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Attempts {
    failures: u32,
    last_ms: i64,
    locked_until_ms: i64,
}

impl Attempts {
    fn counted(&self, now_ms: i64) -> Self {
        let failures = self.failures.saturating_add(1);
        Self { failures, last_ms: now_ms, locked_until_ms: now_ms.saturating_add(lock_ms(failures)) }
    }
}

impl Attempts {
    /// Without so many failures.
    fn less(&self, failures: u32) -> Self {
        let failures = self.failures.saturating_sub(failures);
        Self { failures, last_ms: self.last_ms, locked_until_ms: self.last_ms.saturating_add(lock_ms(failures)) }
    }
}

/// How long a name is locked after so many failures, ms.
fn lock_ms(failures: u32) -> i64 {
    let Some(doublings) = failures.checked_sub(FREE_FAILURES) else { return 0 };
    1000_i64.checked_shl(doublings.min(20)).unwrap_or(QUIET_MS).min(QUIET_MS)
}

/// An attempt that was counted and not yet judged.
#[derive(Debug)]
#[must_use]
pub struct Attempt {
    sk: String,
    /// Failures including this attempt.
    seen: u32,
    /// As it stood before.
    before: Attempts,
    /// What was counted beside them.
    counted: Vec<String>,
    /// What it proved itself by, which is good for one success.
    spends: Option<Spent>,
    turn: Lock<Option<OwnedSemaphorePermit>>,
}

/// Something that is good for one success.
#[derive(Debug)]
struct Spent {
    sk: String,
    until: Timestamp,
}

impl Attempt {
    /// Lets the next one in before this attempt is judged: for judgements that take long.
    pub fn leave_gate(&self) {
        drop(self.turn.lock().take());
    }

    /// Takes what stands under this id for spent, until it would end anyway, in the same commit that forgets the attempt.
    pub fn spending(self, id: impl std::fmt::Display, until: Timestamp) -> Self {
        Self { spends: Some(Spent { sk: format!("spent-session#{id}"), until }), ..self }
    }
}

/// Turns at one name within this process; names share stripes.
#[derive(Debug)]
pub struct Gates(Vec<BoundedSlots>);

impl Gates {
    /// All open.
    pub fn new(hash: HashParams) -> Self {
        let stripe = || BoundedSlots::new(hash.slots.clamp(1, AT_A_TIME), hash.queue);
        Self(std::iter::repeat_with(stripe).take(STRIPES).collect())
    }

    async fn turn(&self, key: &str) -> Result<OwnedSemaphorePermit> {
        let stripe = key.bytes().fold(0usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
        let gate = self.0.get(stripe % STRIPES).ok_or_else(|| AwsError::internal("no such gate"))?;
        gate.acquire().await
    }
}

impl CognitoIdp {
    /// Counts a guess.
    ///
    /// # Errors
    /// NotAuthorizedException while the name is locked, TooManyRequestsException where address or pool passed a bound.
    pub(crate) async fn begin_attempt(&self, guess: Guess<'_>) -> Result<Attempt> {
        let sk = attempts_sk(guess);
        let turn = self.auth().gates.turn(&sk).await?;
        let (before, counted) = retry(self.store(), || self.count_attempt(guess, &sk)).await?;
        Ok(Attempt {
            sk,
            seen: before.failures.saturating_add(1),
            before,
            counted,
            spends: None,
            turn: Lock::new(Some(turn)),
        })
    }

    async fn count_attempt(&self, guess: Guess<'_>, sk: &str) -> Result<(Attempts, Vec<String>)> {
        let (pk, now) = (pool_pk(&guess.pool.id), self.now());
        let current = ATTEMPTS.get(self.store(), &pk, sk).await?;
        let fresh = current.as_ref().filter(|attempts| attempts.last_ms.saturating_add(QUIET_MS) > now.ms());
        let before = fresh.map(|attempts| attempts.value.clone()).unwrap_or_default();
        if before.locked_until_ms > now.ms() {
            return Err(error::password_attempts_exceeded());
        }
        let after = before.counted(now.ms());
        let expires = now.plus_ms(QUIET_MS);
        let mut tx = Tx::new();
        match &current {
            Some(current) => ATTEMPTS.update_expiring(&mut tx, current, &after, Vec::new(), Some(expires))?,
            None => ATTEMPTS.insert_expiring(&mut tx, &pk, sk, &after, Vec::new(), expires)?,
        }
        let counted = self.count_guess(&mut tx, guess);
        match self.store().commit(tx).await {
            Err(StoreError::Limit) => Err(error::too_many_requests()),
            Err(error) => Err(error.into()),
            Ok(_) => Ok((before, counted)),
        }
    }

    /// The attempt was right: it and the failures before it are forgotten. Attempts begun later stay counted.
    ///
    /// # Errors
    /// NotAuthorizedException where what it spends was spent before; the store's.
    pub(crate) async fn forgive(&self, pool: &UserPool, attempt: &Attempt) -> Result<()> {
        self.forget(pool, attempt, &Attempts::default()).await
    }

    /// The attempt was no failure: it alone is forgotten.
    ///
    /// # Errors
    /// As [`CognitoIdp::forgive`].
    pub(crate) async fn take_back(&self, pool: &UserPool, attempt: Attempt) -> Result<()> {
        self.forget(pool, &attempt, &attempt.before).await
    }

    /// Leaves of the failures up to this attempt what is given, beside those that came later.
    async fn forget(&self, pool: &UserPool, attempt: &Attempt, left: &Attempts) -> Result<()> {
        retry(self.store(), || async {
            let mut tx = Tx::new();
            self.stage_forgetting(&mut tx, pool, attempt, left).await?;
            if tx.is_empty() {
                return Ok(());
            }
            self.store().commit(tx).await?;
            Ok::<_, AwsError>(())
        })
        .await
    }

    /// As [`CognitoIdp::forgive`], within a commit of the caller's, who tries again where it conflicts.
    ///
    /// # Errors
    /// As [`CognitoIdp::forgive`].
    pub(crate) async fn stage_forgiving(&self, tx: &mut Tx, pool: &UserPool, attempt: &Attempt) -> Result<()> {
        self.stage_forgetting(tx, pool, attempt, &Attempts::default()).await
    }

    async fn stage_forgetting(&self, tx: &mut Tx, pool: &UserPool, attempt: &Attempt, left: &Attempts) -> Result<()> {
        self.spend(tx, pool, attempt.spends.as_ref()).await?;
        take_back_guess(tx, &attempt.counted);
        let Some(current) = ATTEMPTS.get(self.store(), &pool_pk(&pool.id), &attempt.sk).await? else { return Ok(()) };
        let later = current.failures.saturating_sub(attempt.seen);
        let remaining = if later == 0 { left.clone() } else { current.less(attempt.seen - left.failures) };
        match remaining.failures {
            0 => ATTEMPTS.delete(tx, &current),
            _ => ATTEMPTS.update(tx, &current, &remaining, Vec::new())?,
        }
        Ok(())
    }

    async fn spend(&self, tx: &mut Tx, pool: &UserPool, spends: Option<&Spent>) -> Result<()> {
        let Some(Spent { sk, until }) = spends else { return Ok(()) };
        let pk = pool_pk(&pool.id);
        // A commit that conflicts is tried again: whoever was quicker is seen then.
        if self.store().get_item(&pk, sk).await?.is_some() {
            return Err(error::incorrect_username_or_password());
        }
        tx.put_raw(pk, sk, Vec::new(), Expect::Absent, Some(*until), Vec::new());
        Ok(())
    }

    /// Forgets the failures of a name: its owner proved themselves by a code.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn forget_attempts(&self, pool: &UserPool, name: &str) -> Result<()> {
        let mut tx = Tx::new();
        let sk = attempts_sk(Guess::at_password(pool, name, None));
        tx.delete_raw(pool_pk(&pool.id), sk, Expect::Any);
        self.store().commit(tx).await?;
        Ok(())
    }
}

fn attempts_sk(guess: Guess<'_>) -> String {
    let name = hashed(&fold(guess.pool, guess.name));
    match guess.lane {
        Lane::Everybody => format!("attempts#{name}"),
        Lane::Device(key) => format!("attempts#{name}#{}", hashed(key)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_double_up_to_a_quarter_of_an_hour() {
        let locks: Vec<i64> = (3..8).map(lock_ms).collect();
        assert_eq!(locks, [0, 0, 1000, 2000, 4000]);
        assert_eq!(lock_ms(14), 512_000);
        assert_eq!(lock_ms(15), QUIET_MS);
        assert_eq!(lock_ms(u32::MAX), QUIET_MS);
    }
}
