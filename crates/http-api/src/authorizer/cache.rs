//! Answers of Lambda authorizers that are still good. Found by a hash over what they depend on, so that no token lies in
//! memory for longer than its request.

use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use aws_types::Timestamp;

use super::Admission;

/// Most answers; a full cache forgets what is over, and where nothing is, everything.
const MOST: usize = 10_000;

pub(super) type Key = [u8; 32];

struct Kept {
    admission: Arc<Admission>,
    until: Timestamp,
}

/// The cache.
#[derive(Default)]
pub(crate) struct AuthorizerCache(papaya::HashMap<Key, Kept>);

/// A key over all parts, each with its length, so that no two lists of parts run together.
pub(super) fn key<'a>(parts: impl IntoIterator<Item = &'a str>) -> Key {
    let mut hash = Context::new(&SHA256);
    for part in parts {
        hash.update(&part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut out = [0; 32];
    out.iter_mut().zip(hash.finish().as_ref()).for_each(|(to, from)| *to = *from);
    out
}

impl AuthorizerCache {
    pub(super) fn get(&self, key: &Key, now: Timestamp) -> Option<Arc<Admission>> {
        let kept = self.0.pin();
        let found = kept.get(key).filter(|kept| now < kept.until)?;
        Some(Arc::clone(&found.admission))
    }

    pub(super) fn put(&self, key: Key, admission: Arc<Admission>, now: Timestamp, ttl_s: i64) {
        let kept = self.0.pin();
        if kept.len() >= MOST {
            kept.retain(|_, kept| now < kept.until);
            if kept.len() >= MOST {
                kept.clear();
            }
        }
        kept.insert(key, Kept { admission, until: now.plus_ms(ttl_s.saturating_mul(1000)) });
    }
}
