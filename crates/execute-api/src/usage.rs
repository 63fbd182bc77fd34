//! Usage plans ("Usage plans and API keys for REST APIs"): which key may call which stage, how often and how much. They
//! act at once, not with a deployment, so they have a registry of their own.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::digest::{SHA256, digest};
use aws_types::Timestamp;
use world::Lock;

use crate::ports::UsageCounters;
use crate::throttle::{Bucket, Buckets, Throttle};

/// SHA-256 of a key's value: values are looked up by this and never compared.
pub type KeyDigest = [u8; 32];

/// What a registry and a request's header look a key up by.
pub fn key_digest(value: &str) -> KeyDigest {
    let mut out = [0; 32];
    out.iter_mut().zip(digest(&SHA256, value.as_bytes()).as_ref()).for_each(|(to, from)| *to = *from);
    out
}

/// A usage plan.
#[derive(Clone, Debug, Default)]
pub struct UsagePlan {
    /// Unique over accounts and regions: `123456789012/us-east-1/a1b2c3`.
    pub id: String,
    /// For each key.
    pub throttle: Option<Throttle>,
    /// For each key.
    pub quota: Option<Quota>,
    /// Stages with the throttles of their methods, by `/pets/{petId}/GET`.
    pub stages: HashMap<StageId, HashMap<String, Throttle>>,
}

/// API id and stage name.
pub type StageId = (String, String);

/// A key in a plan.
#[derive(Debug)]
pub struct PlanKey {
    /// Of the key.
    pub key_id: String,
    /// Whether it opens anything.
    pub enabled: bool,
    bucket: Bucket,
    methods: Buckets,
}

/// How many requests a key may make in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Requests.
    pub limit: i64,
    /// In which time.
    pub period: Period,
    /// Days by which a week or month begins later.
    pub offset_days: i64,
}

/// Periods of a quota, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// From midnight.
    Day,
    /// From Sunday and the offset.
    Week,
    /// From the first and the offset.
    Month,
}

impl Quota {
    /// The name of the period that a moment lies in; another period has another name.
    pub fn window(&self, at: Timestamp) -> String {
        const DAY_MS: i64 = 86_400_000;
        match self.period {
            Period::Day => day(at),
            // The first day of the epoch was a Thursday.
            Period::Week => format!("w{}", (at.ms().div_euclid(DAY_MS) + 4 - self.offset_days).div_euclid(7)),
            Period::Month => {
                let c = at.plus_ms(-self.offset_days * DAY_MS).civil();
                format!("m{:04}-{:02}", c.year, c.month)
            }
        }
    }
}

/// `2026-01-02`.
pub fn day(at: Timestamp) -> String {
    let c = at.civil();
    format!("{:04}-{:02}-{:02}", c.year, c.month, c.day)
}

impl PlanKey {
    /// A key with full buckets.
    pub fn new(key_id: String, enabled: bool) -> Self {
        Self { key_id, enabled, bucket: Bucket::default(), methods: Buckets::default() }
    }

    /// Takes a token for a call of a method, of the method's bucket and of the plan's.
    pub(crate) fn admit(&self, plan: &UsagePlan, stage: &StageId, method: &str, now_ns: u64) -> bool {
        let limit = plan.stages.get(stage).and_then(|methods| methods.get(method));
        if let Some(limit) = limit {
            let name = format!("{}/{}{method}", stage.0, stage.1);
            if !self.methods.take(&name, *limit, now_ns) {
                return false;
            }
        }
        plan.throttle.is_none_or(|limit| self.bucket.take(limit, now_ns))
    }
}

type Keys = papaya::HashMap<KeyDigest, Arc<PlanKey>>;

/// A plan with its keys.
#[derive(Clone)]
pub(crate) struct Entry {
    pub plan: Arc<UsagePlan>,
    keys: Arc<Keys>,
}

/// All usage plans in memory. A request reads without a lock.
#[derive(Default)]
pub struct UsagePlans {
    plans: papaya::HashMap<String, Entry>,
    stages: papaya::HashMap<StageId, Arc<Vec<Entry>>>,
    counters: OnceLock<Arc<dyn UsageCounters>>,
    /// Held by writers only.
    writing: Lock<()>,
}

impl UsagePlans {
    /// Names who counts. Without it every call that bears a key is refused.
    pub fn set_counters(&self, counters: Arc<dyn UsageCounters>) {
        // A second registration changes nothing: there is one store.
        let _ = self.counters.set(counters);
    }

    pub(crate) fn counters(&self) -> Option<&Arc<dyn UsageCounters>> {
        self.counters.get()
    }

    /// Puts a plan in place of the one before; its keys stay.
    pub fn put_plan(&self, plan: UsagePlan) {
        let _writing = self.writing.lock();
        let plans = self.plans.pin();
        let before = plans.get(&plan.id).cloned();
        let keys = before.as_ref().map(|entry| Arc::clone(&entry.keys)).unwrap_or_default();
        let entry = Entry { plan: Arc::new(plan), keys };
        plans.insert(entry.plan.id.clone(), entry.clone());
        let gone = before.iter().flat_map(|entry| entry.plan.stages.keys());
        for stage in gone.chain(entry.plan.stages.keys()) {
            self.reindex(stage, &entry.plan.id, Some(&entry));
        }
    }

    /// The plans that are here.
    pub fn plan_ids(&self) -> Vec<String> {
        self.plans.pin().keys().cloned().collect()
    }

    /// Takes a plan away.
    pub fn remove_plan(&self, plan_id: &str) {
        let _writing = self.writing.lock();
        let plans = self.plans.pin();
        if let Some(before) = plans.remove(plan_id) {
            for stage in before.plan.stages.keys() {
                self.reindex(stage, plan_id, None);
            }
        }
    }

    fn reindex(&self, stage: &StageId, plan_id: &str, entry: Option<&Entry>) {
        let stages = self.stages.pin();
        let before = stages.get(stage).map(Arc::clone).unwrap_or_default();
        let mut after: Vec<Entry> = before.iter().filter(|entry| entry.plan.id != plan_id).cloned().collect();
        after.extend(entry.filter(|entry| entry.plan.stages.contains_key(stage)).cloned());
        if after.is_empty() {
            stages.remove(stage);
        } else {
            stages.insert(stage.clone(), Arc::new(after));
        }
    }

    /// Puts a key into a plan. One that is there already keeps its buckets' state unless it changed.
    pub fn put_key(&self, plan_id: &str, digest: KeyDigest, key: PlanKey) {
        let plans = self.plans.pin();
        let Some(entry) = plans.get(plan_id) else { return };
        let keys = entry.keys.pin();
        let same = keys.get(&digest).is_some_and(|known| known.key_id == key.key_id && known.enabled == key.enabled);
        if !same {
            keys.insert(digest, Arc::new(key));
        }
    }

    /// Takes keys out of a plan.
    pub fn retain_keys(&self, plan_id: &str, keep: impl Fn(&KeyDigest) -> bool) {
        if let Some(entry) = self.plans.pin().get(plan_id) {
            entry.keys.pin().retain(|digest, _| keep(digest));
        }
    }

    /// The plan in which a key may call a stage.
    pub(crate) fn find(&self, stage: &StageId, value: &str) -> Option<(Arc<UsagePlan>, Arc<PlanKey>)> {
        let digest = key_digest(value);
        let stages = self.stages.pin();
        let mut entries = stages.get(stage)?.iter();
        let known = |entry: &Entry| Some((Arc::clone(&entry.plan), Arc::clone(entry.keys.pin().get(&digest)?)));
        entries.find_map(known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_iso8601(text).unwrap()
    }

    fn window(period: Period, offset_days: i64, text: &str) -> String {
        Quota { limit: 1, period, offset_days }.window(at(text))
    }

    #[test]
    fn periods_change_at_their_borders() {
        assert_eq!(window(Period::Day, 0, "2026-01-02T23:59:59Z"), "2026-01-02");
        let saturday = window(Period::Week, 0, "2026-01-03T23:59:59Z");
        assert_ne!(saturday, window(Period::Week, 0, "2026-01-04T00:00:00Z"));
        assert_eq!(saturday, window(Period::Week, 1, "2026-01-04T23:59:59Z"));
        assert_eq!(window(Period::Month, 0, "2026-02-01T00:00:00Z"), "m2026-02");
        assert_eq!(window(Period::Month, 4, "2026-02-04T23:59:59Z"), "m2026-01");
        assert_eq!(window(Period::Month, 4, "2026-02-05T00:00:00Z"), "m2026-02");
    }

    #[test]
    fn a_stage_that_leaves_a_plan_is_not_opened_by_its_keys() {
        let plans = UsagePlans::default();
        let stage = |name: &str| ("api".to_owned(), name.to_owned());
        let with = |names: &[&str]| UsagePlan {
            id: "p".to_owned(),
            stages: names.iter().map(|name| (stage(name), HashMap::new())).collect(),
            ..UsagePlan::default()
        };
        plans.put_plan(with(&["a", "b"]));
        plans.put_key("p", key_digest("secret"), PlanKey::new("k".to_owned(), true));
        assert!(plans.find(&stage("a"), "secret").is_some());
        assert!(plans.find(&stage("a"), "other").is_none());
        plans.put_plan(with(&["b"]));
        assert!(plans.find(&stage("a"), "secret").is_none());
        assert!(plans.find(&stage("b"), "secret").is_some(), "the key stays");
        plans.retain_keys("p", |_| false);
        assert!(plans.find(&stage("b"), "secret").is_none());
        plans.remove_plan("p");
        assert!(plans.find(&stage("b"), "secret").is_none());
    }
}
