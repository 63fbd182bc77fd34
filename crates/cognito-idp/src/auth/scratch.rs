//! Argon2id over memory that is kept between calls. A hash fills 19 MiB; to take them from the system each time costs a
//! twelfth of the work, in pages that must be cleared first.

use std::sync::Arc;

use argon2::password_hash::{Output, ParamsString, PasswordHash, Salt, SaltString};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, PasswordVerifier as _, Version};
use world::Lock;
use zeroize::Zeroizing;

/// Bytes of a hash made here.
const HASH_BYTES: usize = Params::DEFAULT_OUTPUT_LEN;
/// Longest hash and salt that a stored string may hold, in bytes.
const MAX_BYTES: usize = 64;

/// Makes and checks Argon2id hashes of one price over kept memory.
#[derive(Clone)]
pub struct Scratch {
    params: Params,
    kept: Arc<Lock<Vec<Vec<Block>>>>,
    most: usize,
}

impl Scratch {
    /// Keeps the memory of at most `most` calls.
    pub fn new(params: Params, most: usize) -> Self {
        Self { params, kept: Arc::default(), most }
    }

    /// A PHC string.
    ///
    /// # Errors
    /// The library's, as text.
    pub fn hash(&self, password: &[u8], salt: &SaltString) -> Result<String, String> {
        let (salt, said) = (salt.as_salt(), |cause: argon2::password_hash::Error| cause.to_string());
        let hash = Output::new(self.fill(&self.params, password, salt, HASH_BYTES)?.as_slice()).map_err(said)?;
        let phc = PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&self.params).map_err(said)?,
            salt: Some(salt),
            hash: Some(hash),
        };
        Ok(phc.to_string())
    }

    /// Whether the password is the one behind a parsed hash. One made elsewhere is checked as it is, at its own price.
    ///
    /// # Errors
    /// Where the string is not one of Argon2id.
    pub fn check(&self, parsed: &PasswordHash<'_>, password: &[u8]) -> Result<bool, String> {
        if parsed.algorithm != ARGON2ID_IDENT {
            return Err("a stored hash is not one of Argon2id".to_owned());
        }
        let params = Params::try_from(parsed).map_err(|cause| cause.to_string())?;
        let ours = parsed.version == Some(Version::V0x13.into()) && params.block_count() == self.params.block_count();
        let (Some(salt), Some(hash), true) = (parsed.salt, parsed.hash, ours) else {
            return Ok(Argon2::default().verify_password(password, parsed).is_ok());
        };
        let found = self.fill(&params, password, salt, hash.len())?;
        // The comparison of two outputs takes the same time wherever they differ.
        Ok(Output::new(&found).is_ok_and(|found| found == hash))
    }

    fn fill(
        &self,
        params: &Params,
        password: &[u8],
        salt: Salt<'_>,
        length: usize,
    ) -> Result<Zeroizing<Vec<u8>>, String> {
        let mut salt_bytes = [0; MAX_BYTES];
        let salt = salt.decode_b64(&mut salt_bytes).map_err(|cause| cause.to_string())?;
        let mut out = Zeroizing::new(vec![0; length.min(MAX_BYTES)]);
        let mut blocks = self.take(params.block_count());
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        let done = argon2.hash_password_into_with_memory(password, salt, &mut out, &mut blocks);
        self.keep(blocks);
        done.map(|()| out).map_err(|cause| cause.to_string())
    }

    fn take(&self, count: usize) -> Vec<Block> {
        let kept = (count == self.params.block_count()).then(|| self.kept.lock().pop()).flatten();
        kept.unwrap_or_else(|| vec![Block::default(); count])
    }

    /// The next call overwrites what the memory holds, as it would overwrite pages that the allocator kept.
    fn keep(&self, blocks: Vec<Block>) {
        let mut kept = self.kept.lock();
        if blocks.len() == self.params.block_count() && kept.len() < self.most {
            kept.push(blocks);
        }
    }
}

#[cfg(test)]
mod tests {
    use argon2::PasswordHasher as _;

    use super::*;

    fn scratch() -> Scratch {
        Scratch::new(Params::new(64, 2, 1, None).unwrap(), 1)
    }

    #[test]
    fn kept_memory_gives_the_hash_that_fresh_memory_gives() {
        let (scratch, salt) = (scratch(), SaltString::encode_b64(b"sixteen bytes ok").unwrap());
        let fresh = Argon2::new(Algorithm::Argon2id, Version::V0x13, scratch.params.clone());
        for password in ["first", "second", "third"] {
            let expected = fresh.hash_password(password.as_bytes(), &salt).unwrap().to_string();
            assert_eq!(scratch.hash(password.as_bytes(), &salt).unwrap(), expected);
            assert!(scratch.check(&PasswordHash::new(&expected).unwrap(), password.as_bytes()).unwrap());
            assert!(!scratch.check(&PasswordHash::new(&expected).unwrap(), b"fourth").unwrap());
        }
        assert_eq!(scratch.kept.lock().len(), 1);
    }

    #[test]
    fn hashes_made_elsewhere_are_checked_at_their_own_price_and_nothing_of_it_is_kept() {
        let (scratch, dearer) = (scratch(), Params::new(128, 1, 1, Some(24)).unwrap());
        let salt = SaltString::encode_b64(b"another salt").unwrap();
        let other = Argon2::new(Algorithm::Argon2id, Version::V0x13, dearer.clone());
        let text = other.hash_password(b"right", &salt).unwrap().to_string();
        let parsed = PasswordHash::new(&text).unwrap();
        assert!(other.verify_password(b"right", &parsed).is_ok());
        assert!(scratch.check(&parsed, b"right").unwrap());
        assert!(!scratch.check(&parsed, b"wrong").unwrap());
        assert!(scratch.kept.lock().is_empty());
    }

    #[test]
    fn a_hash_of_another_kind_is_refused() {
        let text = "$argon2i$v=19$m=64,t=1,p=1$bm8gc3VjaCB1c2VyIQ$AAAAAAAAAAAAAAAAAAAAAA";
        let parsed = PasswordHash::new(text).unwrap();
        assert!(scratch().check(&parsed, b"x").is_err());
    }
}
