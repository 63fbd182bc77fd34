//! Bucket policies: kept beside their buckets, compiled once, remembered by the mark under which a document was written.
//! A document never changes under its mark, so that what is remembered is never stale, whoever wrote it on which node.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use aws_types::{AwsError, Timestamp};
use iam_policy::{Context, Outcome, Policy, PolicyKind, Principal, Request};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Store, Table, Tx};
use world::Lock;

use crate::blobs::{LOOKS, lost};
use crate::entity::Bucket;
use crate::table::{BUCKETS, BUCKETS_PK, VERSION_INDEX, VERSIONS, object, owned_bucket, version_key};
use crate::{Cx, S3, error};

/// Bytes of a policy (S3 user guide, "Bucket policies").
const MAX_BYTES: usize = 20 * 1024;
/// Compiled policies that are remembered.
const REMEMBERED: usize = 1_000;
/// Partition of all documents; place: the mark.
const POLICIES_PK: &str = "s3#policies";
const POLICIES: Table<Document> = Table::new("s3-policy", 1);

/// A policy as it was put.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Document {
    text: String,
}

/// Compiled policies by mark.
#[derive(Default)]
pub struct Policies(Lock<HashMap<String, Arc<Policy>>>);

impl Policies {
    fn get(&self, mark: &str) -> Option<Arc<Policy>> {
        self.0.lock().get(mark).cloned()
    }

    fn remember(&self, mark: &str, policy: &Arc<Policy>) {
        let mut all = self.0.lock();
        if all.len() >= REMEMBERED {
            all.clear();
        }
        all.insert(mark.to_owned(), Arc::clone(policy));
    }
}

/// What a policy says to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// A statement allows, and none denies.
    Allowed,
    /// Nothing.
    Nothing,
    /// A statement denies.
    Denied,
}

/// A question on behalf of somebody who is not proven.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// `s3:GetObject`.
    pub action: &'a str,
    /// ARN.
    pub resource: &'a str,
    /// Condition keys of one value.
    pub keys: &'a [(&'a str, &'a str)],
    /// Condition keys of several values.
    pub lists: &'a [(&'a str, &'a [&'a str])],
    /// The server's time.
    pub now: Timestamp,
}

/// A bucket's policy.
#[derive(Clone, Debug)]
pub struct BucketPolicy {
    policy: Arc<Policy>,
    restricts: bool,
}

impl BucketPolicy {
    /// The policy itself.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whether the policy is public and the bucket serves the account alone therefore (`RestrictPublicBuckets`).
    pub fn is_restricted(&self) -> bool {
        self.restricts && self.policy.is_public()
    }

    /// What it says to somebody who is not proven.
    pub fn says(&self, asked: &Asked<'_>) -> Said {
        if self.is_restricted() {
            return Said::Denied;
        }
        let mut context = Context::of(&Principal::Anonymous, asked.now);
        for (key, value) in asked.keys {
            context.set(*key, *value);
        }
        for (key, values) in asked.lists {
            context.set_many(*key, values.iter().copied());
        }
        match self.policy.outcome(&Request::new(&Principal::Anonymous, asked.action, asked.resource, &context)) {
            Outcome::Allow(..) => Said::Allowed,
            Outcome::Silent(_) => Said::Nothing,
            Outcome::Deny(_) => Said::Denied,
        }
    }

    /// Whether it looks at tags of objects.
    pub fn reads_object_tags(&self) -> bool {
        let tag = "s3:existingobjecttag/";
        self.policy.context_keys().any(|key| key.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag)))
    }
}

impl S3 {
    /// The policy of a bucket, where there is such a bucket and it has one.
    ///
    /// # Errors
    /// The store's.
    pub async fn bucket_policy(&self, bucket: &str) -> Result<Option<BucketPolicy>, AwsError> {
        for _ in 0..LOOKS {
            let Some(found) = BUCKETS.get(&self.doors.store, BUCKETS_PK, bucket).await? else { return Ok(None) };
            match self.policy_of(&found).await? {
                Looked::Replaced => {}
                Looked::None => return Ok(None),
                Looked::Found(policy) => return Ok(Some(policy)),
            }
        }
        Err(lost())
    }

    /// The policy of a bucket that was read.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn policy_of(&self, bucket: &Bucket) -> Result<Looked, AwsError> {
        let Some(mark) = &bucket.policy else { return Ok(Looked::None) };
        let restricts = bucket.public_access_block.is_some_and(|block| block.restrict_public_buckets);
        if let Some(policy) = self.policies.get(mark) {
            return Ok(Looked::Found(BucketPolicy { policy, restricts }));
        }
        let Some(text) = document(&self.doors.store, mark).await? else { return Ok(Looked::Replaced) };
        let broken = |error: iam_policy::PolicyError| AwsError::internal(format!("a stored bucket policy: {error}"));
        let policy = Arc::new(Policy::parse(&text, PolicyKind::Resource).map_err(broken)?);
        self.policies.remember(mark, &policy);
        Ok(Looked::Found(BucketPolicy { policy, restricts }))
    }
}

impl S3 {
    /// The tags of an object; none where there is no such object.
    ///
    /// # Errors
    /// The store's.
    pub async fn tags_of(
        &self,
        bucket: &str,
        key: &str,
        version: Option<&str>,
    ) -> Result<BTreeMap<String, String>, AwsError> {
        let store = &self.doors.store;
        let Some(bucket) = BUCKETS.get(store, BUCKETS_PK, bucket).await? else { return Ok(BTreeMap::new()) };
        let current = object(store, &bucket, key).await?;
        let current = current.map(|found| found.value);
        let found = match version {
            Some(version) if current.as_ref().is_none_or(|current| current.version() != version) => {
                let former = VERSIONS.find(store, VERSION_INDEX, &version_key(&bucket, key, version)).await?;
                former.map(|found| found.value.object)
            }
            _ => current,
        };
        Ok(found.map(|object| object.tags).unwrap_or_default())
    }
}

/// What came of looking for a bucket's policy.
pub(crate) enum Looked {
    /// There is none.
    None,
    /// It was replaced after the bucket was read.
    Replaced,
    /// This.
    Found(BucketPolicy),
}

/// The document under a mark.
pub(crate) async fn document(store: &Store, mark: &str) -> Result<Option<String>, AwsError> {
    Ok(POLICIES.get(store, POLICIES_PK, mark).await?.map(|found| found.value.text))
}

/// Removes what a bucket's mark names.
pub(crate) async fn forget(store: &Store, tx: &mut Tx, bucket: &Bucket) -> Result<(), AwsError> {
    let Some(mark) = &bucket.policy else { return Ok(()) };
    if let Some(found) = POLICIES.get(store, POLICIES_PK, mark).await? {
        POLICIES.delete(tx, &found);
    }
    Ok(())
}

/// Reads a policy for a bucket.
///
/// # Errors
/// `MalformedPolicy`.
pub(crate) fn read(bucket: &str, text: &str) -> Result<Policy, AwsError> {
    if text.len() > MAX_BYTES {
        return Err(error::policy_too_large(MAX_BYTES));
    }
    let policy = Policy::parse(text, PolicyKind::Resource)
        .map_err(|error| error::malformed_policy(error.s3_message()).with("Detail", error.place().to_owned()))?;
    let document: Value = serde_json::from_str(text).unwrap_or_default();
    for statement in one_or_many(document.get("Statement")) {
        check_statement(bucket, statement)?;
    }
    Ok(policy)
}

fn one_or_many(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(all)) => all,
        Some(one) => std::slice::from_ref(one),
        None => &[],
    }
}

fn check_statement(bucket: &str, statement: &Value) -> Result<(), AwsError> {
    let texts = |names: [&str; 2]| {
        let all = names.into_iter().flat_map(|name| one_or_many(statement.get(name)));
        all.filter_map(Value::as_str).collect::<Vec<_>>()
    };
    let of_s3 = |action: &&str| **action == *"*" || action.get(..3).is_some_and(|s| s.eq_ignore_ascii_case("s3:"));
    if !texts(["Action", "NotAction"]).iter().all(of_s3) {
        return Err(error::malformed_policy("Policy has invalid action".to_owned()));
    }
    if !texts(["Resource", "NotResource"]).iter().all(|resource| is_within(bucket, resource)) {
        return Err(error::malformed_policy("Policy has invalid resource".to_owned()));
    }
    Ok(())
}

/// Whether a resource is the bucket, or something in it; `bucket*` is the bucket with all in it.
fn is_within(bucket: &str, resource: &str) -> bool {
    let rest = resource.strip_prefix("arn:aws:s3:::").and_then(|rest| rest.strip_prefix(bucket));
    rest.is_some_and(|rest| rest.is_empty() || rest == "*" || rest.starts_with('/') || rest.starts_with("*/"))
}

/// Gives a bucket a policy in place of any it had, or none.
///
/// # Errors
/// `AccessDenied` where a public policy is blocked, `OperationAborted`, the store's.
pub(crate) async fn set(cx: &Cx<'_>, named: (&str, Option<&str>), given: Option<&str>) -> Result<(), AwsError> {
    let (name, expected_owner) = named;
    for _ in 0..LOOKS {
        let current = owned_bucket(cx, name, expected_owner).await?;
        cx.owner_only()?;
        let policy = given.map(|text| read(name, text)).transpose()?;
        let blocks = current.public_access_block.is_some_and(|block| block.block_public_policy);
        if blocks && policy.is_some_and(|policy| policy.is_public()) {
            return Err(error::public_policy_blocked());
        }
        let mut tx = Tx::new();
        forget(cx.store(), &mut tx, &current).await?;
        let mut changed = current.value.clone();
        changed.policy = given.map(|_| world::rng::uuid(cx.service.doors.rng.as_ref()));
        if let (Some(mark), Some(text)) = (&changed.policy, given) {
            POLICIES.insert(&mut tx, POLICIES_PK, mark, &Document { text: text.to_owned() }, Vec::new())?;
        }
        BUCKETS.update(&mut tx, &current, &changed, Vec::new())?;
        match cx.store().commit(tx).await {
            Ok(_) => return Ok(()),
            Err(store::StoreError::Conflict) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(error::conflict())
}
