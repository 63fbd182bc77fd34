//! Password hashes: Argon2id, kept as PHC strings, worked out on a bounded number of threads so that a flood of
//! sign-ins can take neither the memory nor the request threads of the server.

use std::sync::atomic::{AtomicU64, Ordering};

use argon2::Params;
use argon2::password_hash::{PasswordHash, SaltString};
use aws_types::{AwsError, Secret};
use world::{Rng, Workers, rng};
use zeroize::Zeroizing;

use super::foreign_hash;
use super::scratch::Scratch;
use super::slots::BoundedSlots;
use crate::config::HashParams;
use crate::error;

/// Longest password that is looked at, in bytes: the model's 256 characters at four bytes each.
pub const MAX_PASSWORD_BYTES: usize = 1024;
/// Memory a stored hash may demand, whatever its PHC string says.
const MAX_MEMORY_KIB: u32 = 64 * 1024;
const MAX_ITERATIONS: u32 = 10;

/// Makes and checks hashes.
pub struct PasswordHasher {
    params: Params,
    scratch: Scratch,
    slots: BoundedSlots,
    workers: Workers,
    evaluations: AtomicU64,
}

impl PasswordHasher {
    /// Starts with nothing running. Parameters outside Argon2's bounds are read as its defaults (19 MiB, two passes).
    pub fn new(params: HashParams) -> Self {
        let price = Params::new(params.memory_kib, params.iterations, 1, None).unwrap_or_default();
        Self {
            scratch: Scratch::new(price.clone(), params.slots),
            params: price,
            slots: BoundedSlots::new(params.slots, params.queue),
            workers: Workers::new("passwords", params.slots),
            evaluations: AtomicU64::new(0),
        }
    }

    /// A PHC string for a new password.
    ///
    /// # Errors
    /// TooManyRequestsException where slots and queue are full.
    pub async fn hash(&self, rng: &dyn Rng, password: &str) -> Result<Secret<String>, AwsError> {
        self.evaluations.fetch_add(1, Ordering::SeqCst);
        let salt =
            SaltString::encode_b64(&rng::bytes::<16>(rng)).map_err(|cause| AwsError::internal(cause.to_string()))?;
        let scratch = self.scratch.clone();
        let password = bounded(password)?;
        self.run(move || scratch.hash(&password, &salt).map(Secret::new)).await
    }

    /// Whether the password is the one behind the hash. Without a hash (no such user, no password) the same work is done
    /// and the answer is no.
    ///
    /// # Errors
    /// TooManyRequestsException where slots and queue are full.
    pub async fn verify(&self, hash: Option<&Secret<String>>, password: &str) -> Result<bool, AwsError> {
        self.evaluations.fetch_add(1, Ordering::SeqCst);
        let scratch = self.scratch.clone();
        let password = bounded(password)?;
        let hash = hash.cloned();
        self.run(move || match hash {
            Some(hash) if foreign_hash::is_foreign(hash.expose()) => {
                foreign_hash::verify(hash.expose(), &password).map_err(|error| error.to_string())
            }
            Some(hash) => check(&scratch, hash.expose(), &password),
            None => dummy(&scratch, &password).map(|()| false),
        })
        .await
    }

    /// Other dear work, in a slot of its own.
    ///
    /// # Errors
    /// TooManyRequestsException where slots and queue are full; what `work` says as an internal error.
    pub async fn compute<T, F>(&self, work: F) -> Result<T, AwsError>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T, &'static str> + Send + 'static,
    {
        self.run(move || work().map_err(str::to_owned)).await
    }

    /// How many hashes were begun since the start; sign-ins of unknown users count like all others.
    pub fn evaluations(&self) -> u64 {
        self.evaluations.load(Ordering::SeqCst)
    }

    async fn run<T, F>(&self, work: F) -> Result<T, AwsError>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T, String> + Send + 'static,
    {
        let permit = self.slots.acquire().await?;
        let job = self.workers.run(move || {
            let outcome = work();
            drop(permit);
            outcome
        });
        job.await.map_err(|_| AwsError::internal("a worker failed"))?.map_err(AwsError::internal)
    }
}

impl std::fmt::Debug for PasswordHasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PasswordHasher({} KiB, {} passes)", self.params.m_cost(), self.params.t_cost())
    }
}

fn bounded(password: &str) -> Result<Zeroizing<Vec<u8>>, AwsError> {
    if password.len() > MAX_PASSWORD_BYTES {
        return Err(error::incorrect_username_or_password());
    }
    Ok(Zeroizing::new(password.as_bytes().to_vec()))
}

fn check(scratch: &Scratch, hash: &str, password: &[u8]) -> Result<bool, String> {
    let parsed = PasswordHash::new(hash).map_err(|cause| cause.to_string())?;
    let params = Params::try_from(&parsed).map_err(|cause| cause.to_string())?;
    if params.m_cost() > MAX_MEMORY_KIB || params.t_cost() > MAX_ITERATIONS {
        return Err("a stored hash is dearer than allowed".to_owned());
    }
    scratch.check(&parsed, password)
}

/// The work of one hash over a fixed salt, its outcome thrown away.
fn dummy(scratch: &Scratch, password: &[u8]) -> Result<(), String> {
    let salt = SaltString::from_b64("bm8gc3VjaCB1c2VyIQ").map_err(|cause| cause.to_string())?;
    std::hint::black_box(scratch.hash(password, &salt)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use world::fake::SeededRng;

    fn cheap(slots: usize, queue: usize) -> PasswordHasher {
        PasswordHasher::new(HashParams { memory_kib: 64, iterations: 1, slots, queue })
    }

    #[tokio::test]
    async fn the_right_password_and_no_other_passes() {
        let hasher = cheap(2, 8);
        let hash = hasher.hash(&SeededRng::new(1), "P@ssw0rd-1").await.unwrap();
        assert!(hash.expose().starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
        assert!(hasher.verify(Some(&hash), "P@ssw0rd-1").await.unwrap());
        assert!(!hasher.verify(Some(&hash), "P@ssw0rd-2").await.unwrap());
        assert!(!hasher.verify(None, "P@ssw0rd-1").await.unwrap());
        assert_eq!(hasher.evaluations(), 4);
    }

    #[tokio::test]
    async fn passwords_are_not_cut_and_may_hold_nul() {
        let hasher = cheap(2, 8);
        let long = "x".repeat(200);
        let hash = hasher.hash(&SeededRng::new(1), &format!("{long}\0a")).await.unwrap();
        assert!(!hasher.verify(Some(&hash), &format!("{long}\0b")).await.unwrap());
        assert!(!hasher.verify(Some(&hash), &long).await.unwrap());
        assert!(hasher.verify(Some(&hash), &format!("{long}\0a")).await.unwrap());
        assert!(hasher.verify(Some(&hash), &"x".repeat(MAX_PASSWORD_BYTES + 1)).await.is_err());
    }

    #[tokio::test]
    async fn a_stored_hash_cannot_ask_for_more_than_the_bound() {
        let dear = Secret::new("$argon2id$v=19$m=4194304,t=1,p=1$bm8gc3VjaCB1c2VyIQ$AAAAAAAAAAAAAAAAAAAAAA".to_owned());
        assert!(cheap(1, 1).verify(Some(&dear), "x").await.is_err());
    }
}
