//! Usage plans and API keys behind the operations: finding and changing them, what the gateway is told, and counting.
//!
//! Keys and plans belong to an account and region, not to an API, and act at once. Changes to them happen one after the
//! other, guarded by a document of their own.

use std::collections::HashMap;
use std::collections::HashSet;

use async_trait::async_trait;
use aws_types::{AwsError, Timestamp};
use execute_api::ports::{Count, Counted, UsageCounters};
use execute_api::throttle;
use execute_api::usage::{self as plan, KeyDigest, Period, day, key_digest};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Store, StoreError, Table, Tx, Versioned};

use crate::entity::{ApiKey, PlanKey, Quota, Throttle, UsageGuard, UsagePlan};
use crate::error::{Result, api_key_not_found, stored, usage_plan_not_found};
use crate::table::{
    API_KEY, API_KEYS, PLAN_KEY, PLAN_KEYS, PLAN_KEYS_BY_KEY, PLANS_BY_OWNER, USAGE_CHANGED, USAGE_GUARD_SK,
    USAGE_GUARDS, USAGE_PLAN, USAGE_PLANS, account_pk, owner_key, part_sk, plan_key_sk,
};
use crate::{ApiGateway, Cx};

/// Documents read at a time.
const BATCH: usize = 500;
/// How long counts are kept: GetUsage looks back 90 days.
const KEPT_MS: i64 = 100 * 86_400_000;

/// An account's region: where keys and plans lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    account: String,
    region: String,
}

impl Owner {
    /// Partition of keys and plans.
    pub fn pk(&self) -> String {
        format!("apigateway-account#{}/{}", self.account, self.region)
    }

    /// A plan's or key's name over all accounts and regions.
    pub fn key(&self, id: &str) -> String {
        owner_key(&self.account, &self.region, id)
    }

    pub(crate) fn parse(key: &str) -> Option<(Self, &str)> {
        let mut parts = key.splitn(3, '/');
        let (account, region, id) = (parts.next()?, parts.next()?, parts.next()?);
        Some((Self { account: account.to_owned(), region: region.to_owned() }, id))
    }
}

/// A transaction on an account's keys and plans.
pub struct UsageChange {
    pub tx: Tx,
    pub owner: Owner,
}

impl UsageChange {
    /// Writes a plan.
    pub fn put_plan(&mut self, plan: &UsagePlan) -> Result<()> {
        let index = vec![(PLANS_BY_OWNER, self.owner.key(&plan.id))];
        Ok(USAGE_PLANS.put(&mut self.tx, &self.owner.pk(), &part_sk(USAGE_PLAN, &plan.id), plan, index)?)
    }

    /// Writes a key.
    pub fn put_key(&mut self, key: &ApiKey) -> Result<()> {
        Ok(API_KEYS.put(&mut self.tx, &self.owner.pk(), &part_sk(API_KEY, &key.id), key, Vec::new())?)
    }

    /// Puts a key into a plan.
    pub fn put_plan_key(&mut self, plan_key: &PlanKey) -> Result<()> {
        let index = vec![(PLAN_KEYS_BY_KEY, self.owner.key(&plan_key.key_id))];
        let sk = plan_key_sk(&plan_key.plan_id, &plan_key.key_id);
        Ok(PLAN_KEYS.put(&mut self.tx, &self.owner.pk(), &sk, plan_key, index)?)
    }

    /// Removes a document.
    pub fn delete(&mut self, sk: &str) {
        self.tx.delete_raw(self.owner.pk(), sk, store::Expect::Any);
    }

    /// Tells followers that a plan or its keys changed.
    pub fn changed(&mut self, plan_id: &str) {
        let key = self.owner.key(plan_id);
        self.tx.event(USAGE_CHANGED, &key);
    }
}

impl Cx<'_> {
    /// Whose keys and plans the call means.
    pub fn owner(&self) -> Owner {
        Owner { account: self.call.account.to_string(), region: self.call.region.to_string() }
    }

    /// The guard, read before everything that the change depends on.
    pub async fn usage_guard(&self) -> Result<Option<Versioned<UsageGuard>>> {
        Ok(USAGE_GUARDS.get(self.store(), &account_pk(self.call), USAGE_GUARD_SK).await?)
    }

    /// Begins a change under the guard that was read; `keys` is the number of keys after it.
    pub fn usage_change(&self, guard: Option<&Versioned<UsageGuard>>, keys: usize) -> Result<UsageChange> {
        let owner = self.owner();
        let mut tx = Tx::new();
        let changed = UsageGuard { keys };
        match guard {
            Some(guard) => USAGE_GUARDS.update(&mut tx, guard, &changed, Vec::new())?,
            None => USAGE_GUARDS.insert(&mut tx, &owner.pk(), USAGE_GUARD_SK, &changed, Vec::new())?,
        }
        Ok(UsageChange { tx, owner })
    }

    /// Commits, and tells the gateway of the plans that changed.
    pub async fn commit_usage(&self, mut change: UsageChange, plan_ids: &[String]) -> Result<()> {
        for plan_id in plan_ids {
            change.changed(plan_id);
        }
        self.store().commit(change.tx).await.map_err(stored)?;
        for plan_id in plan_ids {
            self.service.refresh_usage_plan(&change.owner, plan_id).await?;
        }
        Ok(())
    }

    /// A key of the call's account and region.
    pub async fn api_key(&self, id: &str) -> Result<Versioned<ApiKey>> {
        let key = API_KEYS.get(self.store(), &self.owner().pk(), &part_sk(API_KEY, id)).await?;
        key.ok_or_else(api_key_not_found)
    }

    /// A plan of the call's account and region.
    pub async fn usage_plan(&self, id: &str) -> Result<Versioned<UsagePlan>> {
        let plan = USAGE_PLANS.get(self.store(), &self.owner().pk(), &part_sk(USAGE_PLAN, id)).await?;
        plan.ok_or_else(usage_plan_not_found)
    }

    /// Plans that a key is in.
    pub async fn plans_of_key(&self, key_id: &str) -> Result<Vec<PlanKey>> {
        let key = self.owner().key(key_id);
        let mut plans = Vec::new();
        for (pk, sk) in self.store().lookup(PLAN_KEYS_BY_KEY, &key, None, BATCH).await? {
            plans.extend(PLAN_KEYS.get(self.store(), &pk, &sk).await?.map(|found| found.value));
        }
        Ok(plans)
    }

    /// The value of a key.
    pub fn key_value(&self, key: &ApiKey) -> Result<String> {
        self.service.key_value(key)
    }

    /// Seals a key's value for its document.
    pub fn seal_key_value(&self, key_id: &str, value: &str) -> String {
        self.store().sealer().seal_text(&seal_context(key_id), value.as_bytes())
    }
}

fn seal_context(key_id: &str) -> String {
    format!("apigateway api key {key_id}")
}

/// The digest of a value as the index holds it.
pub fn digest_text(value: &str) -> String {
    key_digest(value).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// All documents of one kind in an account's region.
pub async fn all<T>(store: &Store, table: &Table<T>, owner: &Owner, kind: &str) -> Result<Vec<T>>
where
    T: Serialize + DeserializeOwned,
{
    Ok(table.all(store, &owner.pk(), kind).await?)
}

impl ApiGateway {
    fn key_value(&self, key: &ApiKey) -> Result<String> {
        let opened = self.store().sealer().open_text(&seal_context(&key.id), &key.sealed_value);
        String::from_utf8(opened.map_err(AwsError::internal)?.to_vec()).map_err(AwsError::internal)
    }

    /// Tells the gateway of every usage plan.
    pub(crate) async fn load_usage_plans(&self) -> Result<()> {
        let mut pages = self.store().index_pages(PLANS_BY_OWNER, "");
        while let Some(page) = pages.next().await? {
            for (key, _, _) in &page {
                self.refresh_usage_plan_of(key).await?;
            }
        }
        // After events were missed, what is served may be gone.
        for key in self.doors().plans.usage().plan_ids() {
            let Some((owner, plan_id)) = Owner::parse(&key) else { continue };
            if USAGE_PLANS.get(self.store(), &owner.pk(), &part_sk(USAGE_PLAN, plan_id)).await?.is_none() {
                self.refresh_usage_plan(&owner, plan_id).await?;
            }
        }
        Ok(())
    }

    /// Tells the gateway of one key that came into a plan, as it stands by now: it may have been switched off or taken
    /// out again since.
    pub(crate) async fn add_key_to_plan(&self, owner: &Owner, plan_id: &str, key_id: &str) -> Result<()> {
        let _swap = self.followed.swap.lock().await;
        if PLAN_KEYS.get(self.store(), &owner.pk(), &plan_key_sk(plan_id, key_id)).await?.is_none() {
            return Ok(());
        }
        let Some(key) = API_KEYS.get(self.store(), &owner.pk(), &part_sk(API_KEY, key_id)).await? else {
            return Ok(());
        };
        let (digest, known) = (key_digest(&self.key_value(&key)?), plan::PlanKey::new(key_id.to_owned(), key.enabled));
        self.doors().plans.usage().put_key(&owner.key(plan_id), digest, known);
        Ok(())
    }

    /// Makes the gateway's plan reflect the store, by an event's key.
    pub(crate) async fn refresh_usage_plan_of(&self, key: &str) -> Result<()> {
        match Owner::parse(key) {
            Some((owner, plan_id)) => self.refresh_usage_plan(&owner, plan_id).await,
            None => Ok(()),
        }
    }

    /// Makes the gateway's plan reflect the store.
    pub(crate) async fn refresh_usage_plan(&self, owner: &Owner, plan_id: &str) -> Result<()> {
        let _swap = self.followed.swap.lock().await;
        let usage = self.doors().plans.usage();
        let name = owner.key(plan_id);
        let Some(entity) = USAGE_PLANS.get(self.store(), &owner.pk(), &part_sk(USAGE_PLAN, plan_id)).await? else {
            usage.remove_plan(&name);
            return Ok(());
        };
        usage.put_plan(compile(&entity, name.clone()));
        let in_plan = all(self.store(), &PLAN_KEYS, owner, &format!("{PLAN_KEY}{plan_id}#")).await?;
        let mut kept: HashSet<KeyDigest> = HashSet::with_capacity(in_plan.len());
        for PlanKey { key_id, .. } in in_plan {
            let Some(key) = API_KEYS.get(self.store(), &owner.pk(), &part_sk(API_KEY, &key_id)).await? else {
                continue;
            };
            let digest = key_digest(&self.key_value(&key)?);
            usage.put_key(&name, digest, plan::PlanKey::new(key_id, key.enabled));
            kept.insert(digest);
        }
        usage.retain_keys(&name, |digest| kept.contains(digest));
        Ok(())
    }
}

/// A plan as the gateway knows it.
fn compile(entity: &UsagePlan, id: String) -> plan::UsagePlan {
    let stages = entity.api_stages.iter().map(|stage| {
        let methods: HashMap<_, _> =
            stage.throttle.iter().filter_map(|(name, limit)| Some((name.clone(), limits(*limit)?))).collect();
        ((stage.api_id.clone(), stage.stage.clone()), methods)
    });
    plan::UsagePlan {
        id,
        throttle: entity.throttle.and_then(limits),
        quota: entity.quota.as_ref().map(quota),
        stages: stages.collect(),
    }
}

/// One limit without the other takes the other from it: a rate alone holds one second's worth, a burst alone is refilled
/// within a second.
pub fn limits(throttle: Throttle) -> Option<throttle::Throttle> {
    if throttle.is_empty() {
        return None;
    }
    let burst = throttle.burst.and_then(|burst| u32::try_from(burst).ok());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float saturates; validated as >= 0")]
    let burst = burst.or_else(|| throttle.rate.map(|rate| rate.ceil() as u32)).unwrap_or(0);
    Some(throttle::Throttle { rate: throttle.rate.unwrap_or_else(|| f64::from(burst)), burst })
}

/// A quota as the gateway knows it. An unknown period, which no operation stores, is the strictest.
pub fn quota(quota: &Quota) -> plan::Quota {
    let period = match quota.period.as_str() {
        "DAY" => Period::Day,
        "WEEK" => Period::Week,
        _ => Period::Month,
    };
    plan::Quota { limit: i64::from(quota.limit), period, offset_days: i64::from(quota.offset) }
}

/// Counts in the store: a conditional addition, never a cache.
pub struct Counters {
    pub store: Store,
}

/// Counter of a key's calls on a day.
pub fn day_counter(plan_id: &str, key_id: &str, day: &str) -> String {
    format!("apigateway.usage#{plan_id}#{key_id}#day#{day}")
}

/// Counter of a key's calls in a period.
pub fn window_counter(plan_id: &str, key_id: &str, quota: plan::Quota, at: Timestamp) -> String {
    format!("apigateway.usage#{plan_id}#{key_id}#{:?}#{}", quota.period, quota.window(at))
}

#[async_trait]
impl UsageCounters for Counters {
    async fn count(&self, count: Count<'_>) -> Counted {
        let expires_at = Some(count.at.plus_ms(KEPT_MS));
        let mut tx = Tx::new();
        tx.add(&day_counter(count.plan_id, count.key_id, &day(count.at)), 1, None, expires_at);
        if let Some(quota) = count.quota {
            let counter = window_counter(count.plan_id, count.key_id, quota, count.at);
            tx.add(&counter, 1, Some(quota.limit), expires_at);
        }
        match self.store.commit(tx).await {
            Ok(_) => Counted::Within,
            Err(StoreError::Limit) => Counted::Exceeded,
            Err(error) => {
                tracing::error!(plan.id = count.plan_id, key.id = count.key_id, %error, "a call could not be counted");
                Counted::Failed
            }
        }
    }
}
