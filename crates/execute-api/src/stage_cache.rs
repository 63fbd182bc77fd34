//! The stage's cache ("Enable API caching to enhance responsiveness"): answers kept in memory by their key for their time,
//! bounded in bytes, each by itself and all together; what was used longest ago goes first.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use bytes::Bytes;
use http::HeaderMap;
use world::Lock;

/// Largest answer that is kept, in bytes (guide: 1,048,576).
pub const MAX_ENTRY_BYTES: usize = 1_048_576;
/// Most bytes of one stage here, however large the cluster is said to be.
pub const MAX_STAGE_BYTES: usize = 64 * 1024 * 1024;
/// Most bytes of all stages together.
pub const MAX_BYTES: usize = 512 * 1024 * 1024;
/// What an entry costs besides its bytes.
const ENTRY_OVERHEAD: usize = 256;

/// A kept answer.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// The memory that the caches of all stages share. Where it is full, the stage that holds most gives way.
#[derive(Debug)]
pub struct CacheMemory {
    used: AtomicUsize,
    most: usize,
    caches: Lock<Vec<Weak<StageCache>>>,
}

impl Default for CacheMemory {
    fn default() -> Self {
        Self::of(MAX_BYTES)
    }
}

impl CacheMemory {
    /// Of so many bytes.
    pub fn of(most: usize) -> Self {
        Self { used: AtomicUsize::new(0), most, caches: Lock::default() }
    }

    /// A stage's cache within this memory.
    pub fn open(self: &Arc<Self>) -> Arc<StageCache> {
        let cache = Arc::new(StageCache { entries: Lock::default(), memory: Arc::clone(self) });
        let mut caches = self.caches.lock();
        caches.retain(|known| known.strong_count() > 0);
        caches.push(Arc::downgrade(&cache));
        cache
    }

    /// Bytes that are kept by all.
    pub fn bytes(&self) -> usize {
        self.used.load(Ordering::Acquire)
    }

    fn take(&self, cost: usize) -> bool {
        let more = |used: usize| used.checked_add(cost).filter(|after| *after <= self.most);
        self.used.fetch_update(Ordering::AcqRel, Ordering::Acquire, more).is_ok()
    }

    fn give(&self, cost: usize) {
        self.used.fetch_sub(cost, Ordering::AcqRel);
    }

    /// Takes room for an answer, if need be from the fullest cache. The caller holds no cache's lock.
    fn reserve(&self, cost: usize) -> bool {
        while !self.take(cost) {
            let caches: Vec<Arc<StageCache>> = self.caches.lock().iter().filter_map(Weak::upgrade).collect();
            let fullest = caches.iter().max_by_key(|cache| cache.bytes());
            if !fullest.is_some_and(|cache| cache.drop_oldest(cost)) {
                return false;
            }
        }
        true
    }
}

/// The cache of one stage. It outlives deployments; keys name the deployment.
#[derive(Debug)]
pub struct StageCache {
    entries: Lock<Entries>,
    memory: Arc<CacheMemory>,
}

impl Drop for StageCache {
    fn drop(&mut self) {
        self.flush();
    }
}

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
        let mut entries = self.entries.lock();
        if entries.by_key.get(key)?.until_ns <= now_ns {
            self.memory.give(entries.remove(key));
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
        if kept.body.len() > MAX_ENTRY_BYTES || cost > capacity || !self.memory.reserve(cost) {
            return;
        }
        let mut entries = self.entries.lock();
        self.memory.give(entries.remove(&key));
        while entries.bytes + cost > capacity {
            let Some(freed) = entries.remove_oldest() else { break };
            self.memory.give(freed);
        }
        entries.uses += 1;
        let used = entries.uses;
        entries.bytes += cost;
        entries.by_use.insert(used, key.clone());
        entries.by_key.insert(key, Entry { kept, until_ns, used, cost });
    }

    /// Forgets one answer.
    pub(crate) fn invalidate(&self, key: &str) {
        let freed = self.entries.lock().remove(key);
        self.memory.give(freed);
    }

    /// Forgets what was used longest ago until so many bytes are free; whether any was.
    fn drop_oldest(&self, wanted: usize) -> bool {
        let mut entries = self.entries.lock();
        let mut freed = 0;
        while freed < wanted
            && let Some(more) = entries.remove_oldest()
        {
            freed += more;
        }
        self.memory.give(freed);
        freed > 0
    }

    /// Forgets all (FlushStageCache).
    pub fn flush(&self) {
        let gone = std::mem::take(&mut *self.entries.lock());
        self.memory.give(gone.bytes);
    }

    /// Bytes that are kept.
    pub fn bytes(&self) -> usize {
        self.entries.lock().bytes
    }
}

impl Entries {
    /// Bytes that became free.
    fn remove(&mut self, key: &str) -> usize {
        let Some(entry) = self.by_key.remove(key) else { return 0 };
        self.by_use.remove(&entry.used);
        self.bytes -= entry.cost;
        entry.cost
    }

    fn remove_oldest(&mut self) -> Option<usize> {
        let oldest = self.by_use.first_key_value().map(|(_, key)| key.clone())?;
        Some(self.remove(&oldest))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cache() -> Arc<StageCache> {
        Arc::new(CacheMemory::default()).open()
    }

    fn kept(len: usize) -> Kept {
        Kept { status: 200, headers: HeaderMap::new(), body: Bytes::from(vec![b'x'; len]) }
    }

    #[test]
    fn answers_live_for_their_time() {
        let cache = cache();
        cache.put("a".into(), kept(1), 100, MAX_STAGE_BYTES);
        assert!(cache.get("a", 99).is_some());
        assert!(cache.get("a", 100).is_none());
        assert_eq!(cache.bytes(), 0);
    }

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let cache = cache();
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

    #[test]
    fn all_caches_share_one_memory_and_the_fullest_gives_way() {
        let cost = ENTRY_OVERHEAD + 2 + 1000;
        let memory = Arc::new(CacheMemory::of(3 * cost));
        let (large, small) = (memory.open(), memory.open());
        for key in ["a", "b", "c"] {
            large.put(key.into(), kept(1000), 100, MAX_STAGE_BYTES);
        }
        small.put("d".into(), kept(1000), 100, MAX_STAGE_BYTES);
        assert_eq!((large.bytes(), small.bytes(), memory.bytes()), (2 * cost, cost, 3 * cost));
        assert!(large.get("a", 0).is_none() && large.get("c", 0).is_some());
        drop(large);
        assert_eq!(memory.bytes(), cost);
        small.put("e".into(), kept(5000), 100, MAX_STAGE_BYTES);
        assert!(memory.bytes() <= 3 * cost && small.get("e", 0).is_none());
    }

    proptest! {
        #[test]
        fn the_cache_never_outgrows_its_capacity(puts in proptest::collection::vec((0u8..20, 0usize..2000), 0..200)) {
            let cache = cache();
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
