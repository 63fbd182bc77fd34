//! Answers of Lambda authorizers that are still good. Found by a hash over what they depend on, so that no token lies in
//! memory for longer than its request.

use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use aws_types::Timestamp;

/// Most answers; a full cache forgets what is over, and where nothing is, everything.
const MOST: usize = 10_000;

/// What an answer is found by.
pub type Key = [u8; 32];

struct Kept<T> {
    answer: Arc<T>,
    until: Timestamp,
}

/// The cache.
pub struct AnswerCache<T>(papaya::HashMap<Key, Kept<T>>);

impl<T> Default for AnswerCache<T> {
    fn default() -> Self {
        Self(papaya::HashMap::new())
    }
}

/// A key over all parts, each with its length, so that no two lists of parts run together.
pub fn key<'a>(parts: impl IntoIterator<Item = &'a str>) -> Key {
    let mut hash = Context::new(&SHA256);
    for part in parts {
        hash.update(&part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut out = [0; 32];
    out.iter_mut().zip(hash.finish().as_ref()).for_each(|(to, from)| *to = *from);
    out
}

impl<T> AnswerCache<T> {
    /// An answer that is still good.
    pub fn get(&self, key: &Key, now: Timestamp) -> Option<Arc<T>> {
        let kept = self.0.pin();
        let found = kept.get(key).filter(|kept| now < kept.until)?;
        Some(Arc::clone(&found.answer))
    }

    /// Keeps an answer for so many seconds.
    pub fn put(&self, key: Key, answer: Arc<T>, now: Timestamp, ttl_s: i64) {
        let kept = self.0.pin();
        if kept.len() >= MOST {
            kept.retain(|_, kept| now < kept.until);
            if kept.len() >= MOST {
                kept.clear();
            }
        }
        kept.insert(key, Kept { answer, until: now.plus_ms(ttl_s.saturating_mul(1000)) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_good_until_its_time_has_come() {
        let (cache, key) = (AnswerCache::default(), key(["a"]));
        cache.put(key, Arc::new(1), Timestamp::from_ms(0), 2);
        assert_eq!(cache.get(&key, Timestamp::from_ms(1_999)).as_deref(), Some(&1));
        assert_eq!(cache.get(&key, Timestamp::from_ms(2_000)), None);
    }

    #[test]
    fn no_two_lists_of_parts_have_one_key() {
        assert_ne!(key(["a", "b"]), key(["ab"]));
        assert_ne!(key(["a", ""]), key(["a"]));
    }

    #[test]
    fn a_full_cache_forgets_first_what_is_over_and_then_everything() {
        let cache = AnswerCache::default();
        let keys: Vec<Key> = (0..=MOST).map(|n| key([n.to_string().as_str()])).collect();
        let (last, first) = keys.split_last().unwrap();
        let at = |s: i64| Timestamp::from_ms(s * 1000);
        first.iter().enumerate().for_each(|(n, key)| cache.put(*key, Arc::new(n), at(0), if n == 0 { 9 } else { 1 }));
        cache.put(*last, Arc::new(MOST), at(5), 9);
        assert!(cache.get(&first[0], at(5)).is_some() && cache.get(last, at(5)).is_some());
        first.iter().for_each(|key| cache.put(*key, Arc::new(0), at(5), 9));
        assert!(cache.0.len() <= MOST && cache.get(last, at(5)).is_none());
    }
}
