//! The stage's cache ("Enable API caching to enhance responsiveness"): answers kept in memory by their key for their time,
//! bounded in bytes; what was used longest ago goes first.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use http::HeaderMap;
use world::Lock;

/// Largest answer that is kept, in bytes (guide: 1,048,576).
pub const MAX_ENTRY_BYTES: usize = 1_048_576;
/// Most bytes of one stage here, however large the cluster is said to be.
pub const MAX_STAGE_BYTES: usize = 64 * 1024 * 1024;
/// What an entry costs besides its bytes.
const ENTRY_OVERHEAD: usize = 256;

/// A kept answer.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// The cache of one stage. It outlives deployments; keys name the deployment.
#[derive(Debug, Default)]
pub struct StageCache(Lock<Entries>);

#[derive(Debug, Default)]
struct Entries {
    by_key: HashMap<String, Entry>,
    /// Keys by when they were last used.
    by_use: BTreeMap<u64, String>,
    uses: u64,
    bytes: usize,
}

#[derive(Debug)]
struct Entry {
    kept: Kept,
    until_ns: u64,
    used: u64,
    cost: usize,
}

impl StageCache {
    /// The answer under a key, unless its time is over. `now_ns` is the wall clock's, in nanoseconds.
    pub(crate) fn get(&self, key: &str, now_ns: u64) -> Option<Kept> {
        let mut entries = self.0.lock();
        if entries.by_key.get(key)?.until_ns <= now_ns {
            entries.remove(key);
            return None;
        }
        entries.uses += 1;
        let use_now = entries.uses;
        let entry = entries.by_key.get_mut(key)?;
        let used = std::mem::replace(&mut entry.used, use_now);
        let kept = entry.kept.clone();
        if let Some(key) = entries.by_use.remove(&used) {
            entries.by_use.insert(use_now, key);
        }
        Some(kept)
    }

    /// Keeps an answer, unless it is too large.
    pub(crate) fn put(&self, key: String, kept: Kept, until_ns: u64, capacity: usize) {
        let headers: usize = kept.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        let cost = ENTRY_OVERHEAD + key.len() * 2 + headers + kept.body.len();
        let capacity = capacity.min(MAX_STAGE_BYTES);
        if kept.body.len() > MAX_ENTRY_BYTES || cost > capacity {
            return;
        }
        let mut entries = self.0.lock();
        entries.remove(&key);
        while entries.bytes + cost > capacity {
            let Some(oldest) = entries.by_use.first_key_value().map(|(_, key)| key.clone()) else { break };
            entries.remove(&oldest);
        }
        entries.uses += 1;
        let used = entries.uses;
        entries.bytes += cost;
        entries.by_use.insert(used, key.clone());
        entries.by_key.insert(key, Entry { kept, until_ns, used, cost });
    }

    /// Forgets one answer.
    pub(crate) fn invalidate(&self, key: &str) {
        self.0.lock().remove(key);
    }

    /// Forgets all (FlushStageCache).
    pub fn flush(&self) {
        *self.0.lock() = Entries::default();
    }

    /// Bytes that are kept.
    pub fn bytes(&self) -> usize {
        self.0.lock().bytes
    }
}

impl Entries {
    fn remove(&mut self, key: &str) {
        if let Some(entry) = self.by_key.remove(key) {
            self.by_use.remove(&entry.used);
            self.bytes -= entry.cost;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kept(len: usize) -> Kept {
        Kept { status: 200, headers: HeaderMap::new(), body: Bytes::from(vec![b'x'; len]) }
    }

    #[test]
    fn answers_live_for_their_time() {
        let cache = StageCache::default();
        cache.put("a".into(), kept(1), 100, MAX_STAGE_BYTES);
        assert!(cache.get("a", 99).is_some());
        assert!(cache.get("a", 100).is_none());
        assert_eq!(cache.bytes(), 0);
    }

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let cache = StageCache::default();
        let capacity = 2 * (ENTRY_OVERHEAD + 2 + 1000);
        cache.put("a".into(), kept(1000), 100, capacity);
        cache.put("b".into(), kept(1000), 100, capacity);
        assert!(cache.get("a", 0).is_some());
        cache.put("c".into(), kept(1000), 100, capacity);
        assert!(cache.get("b", 0).is_none());
        assert!(cache.get("a", 0).is_some() && cache.get("c", 0).is_some());
        cache.put("d".into(), kept(MAX_ENTRY_BYTES + 1), 100, MAX_STAGE_BYTES);
        assert!(cache.get("d", 0).is_none());
        cache.flush();
        assert!(cache.get("a", 0).is_none());
    }

    proptest! {
        #[test]
        fn the_cache_never_outgrows_its_capacity(puts in proptest::collection::vec((0u8..20, 0usize..2000), 0..200)) {
            let cache = StageCache::default();
            for (key, len) in puts {
                cache.put(key.to_string(), kept(len), 100, 5000);
                prop_assert!(cache.bytes() <= 5000);
            }
            for key in 0..20u8 {
                cache.invalidate(&key.to_string());
            }
            prop_assert_eq!(cache.bytes(), 0);
        }
    }
}
