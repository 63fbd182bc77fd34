//! The versions of a key (S3 user guide, "Retaining multiple versions of objects with S3 Versioning"). The current one lies
//! among the bucket's objects, so that reading and listing know nothing of versions; the others, and the marks of
//! deletions, lie beside, newest first. What moves between the two moves in one transaction.

use aws_types::AwsError;
use store::{Expect, MayConflict, StoreError, Tx, Versioned, retry};

use crate::Cx;
use crate::entity::object::NULL_VERSION;
use crate::entity::{Acl, Bucket, Object, Version, Versioning};
use crate::error;
use crate::table::{
    BUCKETS, OBJECTS, VERSION_INDEX, VERSIONS, object, object_index, objects_pk, version_index, version_key,
    version_sk, versions_of, versions_pk,
};

/// Why an upload failed when its content was written already.
pub enum Unnamed {
    /// No object names the content.
    Certainly(AwsError),
    /// The store closed amid the commit. An object may name the content, so it stays; the next start's sweep knows.
    Perhaps(AwsError),
}

impl From<AwsError> for Unnamed {
    fn from(error: AwsError) -> Self {
        Self::Certainly(error)
    }
}

impl From<StoreError> for Unnamed {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Closed => Self::Perhaps(error.into()),
            other => Self::Certainly(other.into()),
        }
    }
}

impl MayConflict for Unnamed {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Certainly(error) if error.is_conflict())
    }
}

/// An object that stands, and the files that nothing names any more.
pub struct Placed {
    /// `x-amz-version-id`, where versions are or were on.
    pub version_id: Option<String>,
    /// Files to remove.
    pub freed: Vec<String>,
}

/// What a deletion did.
#[derive(Default)]
pub struct Deleted {
    /// The version that was deleted, or the marker that was made.
    pub version_id: Option<String>,
    /// Whether that is a delete marker.
    pub marker: bool,
    /// Files to remove.
    pub freed: Vec<String>,
}

/// A version that was found.
pub enum Found {
    /// The current one.
    Current(Versioned<Object>),
    /// Another.
    Former(Versioned<Version>),
}

impl Found {
    /// The object, unless it is a delete marker.
    ///
    /// # Errors
    /// `MethodNotAllowed`.
    pub fn into_object(self) -> Result<Object, AwsError> {
        match self {
            Self::Current(current) => Ok(current.value),
            Self::Former(former) if former.marker => Err(error::marker_has_no_content()),
            Self::Former(former) => Ok(former.value.object),
        }
    }
}

/// Makes an object its key's current version, if `admits` lets it take the place of the one before; `more` adds to the
/// transaction.
///
/// # Errors
/// What `admits` answers, `NoSuchBucket`, `OperationAborted`, the store's.
pub async fn place(
    cx: &Cx<'_>,
    bucket: &Versioned<Bucket>,
    new: Object,
    admits: impl Fn(Option<&Object>) -> Result<(), AwsError> + Send + Sync,
    more: impl Fn(&mut Tx) + Send + Sync,
) -> Result<Placed, Unnamed> {
    let run = || async {
        let bucket = again(cx, bucket).await?;
        let current = object(cx.store(), &bucket, &new.key).await?;
        admits(current.as_deref())?;
        let (mut tx, mut new) = (Tx::new(), new.clone());
        let newest = newest(cx, &bucket, current.as_deref(), &new.key).await?;
        new.seq = newest + 1;
        new.version_id = (bucket.versioning == Some(Versioning::Enabled)).then(|| fresh_id(cx));
        let freed = make_room(cx, (&mut tx, &bucket), current.as_ref(), &new).await?;
        match &current {
            Some(current) => OBJECTS.update(&mut tx, current, &new, object_index(&new))?,
            None => OBJECTS.insert(&mut tx, &objects_pk(&bucket), &new.key, &new, object_index(&new))?,
        }
        more(&mut tx);
        // The bucket must be as it was: whether versions are kept decides what became of the one before.
        BUCKETS.require(&mut tx, &bucket);
        cx.store().commit(tx).await?;
        Ok(Placed { version_id: shown(&bucket, &new), freed })
    };
    retry(cx.store(), run).await.map_err(|error: Unnamed| match error {
        Unnamed::Certainly(error) if error.is_conflict() => error::conflict().into(),
        error => error,
    })
}

/// The version's id as answers show it: none where versions never were on.
pub fn shown(bucket: &Bucket, object: &Object) -> Option<String> {
    bucket.versioning.map(|_| object.version().to_owned())
}

fn fresh_id(cx: &Cx<'_>) -> String {
    world::rng::pick(cx.service.doors.rng.as_ref(), world::rng::ALNUM, 32)
}

/// The bucket as it is now: its settings decide what becomes of the version before.
async fn again(cx: &Cx<'_>, bucket: &Versioned<Bucket>) -> Result<Versioned<Bucket>, AwsError> {
    let now = BUCKETS.get(cx.store(), &bucket.pk, &bucket.sk).await?;
    now.filter(|now| now.id == bucket.id).ok_or_else(|| error::no_such_bucket(&bucket.name))
}

/// Number of the newest version of a key, whatever it is.
async fn newest(cx: &Cx<'_>, bucket: &Bucket, current: Option<&Object>, key: &str) -> Result<u64, AwsError> {
    let of_current = current.map_or(0, |current| current.seq);
    if bucket.versioning.is_none() {
        return Ok(of_current);
    }
    let former = newest_former(cx, bucket, key).await?;
    Ok(former.map_or(of_current, |former| former.object.seq.max(of_current)))
}

async fn newest_former(cx: &Cx<'_>, bucket: &Bucket, key: &str) -> Result<Option<Versioned<Version>>, AwsError> {
    let found = VERSIONS.list(cx.store(), &versions_pk(bucket), &versions_of(key), None, 1).await?;
    Ok(found.into_iter().find(|version| version.object.key == key))
}

/// The former version of that id.
async fn former(
    cx: &Cx<'_>,
    bucket: &Bucket,
    key: &str,
    version: &str,
) -> Result<Option<Versioned<Version>>, AwsError> {
    let places = cx.store().lookup(VERSION_INDEX, &version_key(bucket, key, version), None, 1).await?;
    let Some((pk, sk)) = places.into_iter().next() else { return Ok(None) };
    Ok(VERSIONS.get(cx.store(), &pk, &sk).await?)
}

/// What becomes of the versions before a new one: kept, or freed. Answers the files that nothing names then.
async fn make_room(
    cx: &Cx<'_>,
    (tx, bucket): (&mut Tx, &Bucket),
    current: Option<&Versioned<Object>>,
    new: &Object,
) -> Result<Vec<String>, AwsError> {
    let mut freed = Vec::new();
    match (bucket.versioning, current) {
        (None, Some(current)) => freed.extend(current.blobs()),
        (Some(Versioning::Suspended), Some(current)) if current.version_id.is_none() => freed.extend(current.blobs()),
        (Some(_), Some(current)) => keep(tx, bucket, current)?,
        (_, None) => {}
    }
    if bucket.versioning == Some(Versioning::Suspended)
        && let Some(null) = former(cx, bucket, &new.key, NULL_VERSION).await?
    {
        VERSIONS.delete(tx, &null);
        freed.extend(null.object.blobs());
    }
    Ok(freed)
}

fn keep(tx: &mut Tx, bucket: &Bucket, current: &Object) -> Result<(), StoreError> {
    let version = Version { object: current.clone(), marker: false };
    let sk = version_sk(&current.key, current.seq);
    VERSIONS.insert(tx, &versions_pk(bucket), &sk, &version, version_index(bucket, &version))
}

/// A version of a key: the current one where none is named.
///
/// # Errors
/// `NoSuchKey` or what stands for it (by the caller), `NoSuchVersion`, the store's.
pub async fn find(cx: &Cx<'_>, bucket: &Bucket, key: &str, version: Option<&str>) -> Result<Option<Found>, AwsError> {
    let current = object(cx.store(), bucket, key).await?;
    let Some(version) = version else { return Ok(current.map(Found::Current)) };
    if version.is_empty() || version.len() > 1024 {
        return Err(error::invalid_version(version));
    }
    if current.as_ref().is_some_and(|current| current.version() == version) {
        return Ok(current.map(Found::Current));
    }
    let former = former(cx, bucket, key, version).await?;
    former.map(|former| Some(Found::Former(former))).ok_or_else(|| error::no_such_version(key, version))
}

/// Deletes a key: where versions are kept, by a marker on top of them.
///
/// # Errors
/// What `admits` answers, `OperationAborted`, the store's.
pub async fn delete(
    cx: &Cx<'_>,
    bucket: &Versioned<Bucket>,
    key: &str,
    admits: impl Fn(Option<&Object>) -> Result<(), AwsError> + Send + Sync,
) -> Result<Deleted, AwsError> {
    let run = || async {
        let bucket = again(cx, bucket).await?;
        let current = object(cx.store(), &bucket, key).await?;
        admits(current.as_deref())?;
        let mut tx = Tx::new();
        let mut done = Deleted::default();
        if let Some(current) = &current {
            OBJECTS.delete(&mut tx, current);
        }
        match bucket.versioning {
            None => {
                let Some(current) = &current else { return Ok(done) };
                done.freed = current.blobs();
            }
            Some(_) => {
                let seq = newest(cx, &bucket, current.as_deref(), key).await? + 1;
                let marker = marker(cx, &bucket, key, seq);
                done.freed = make_room(cx, (&mut tx, &bucket), current.as_ref(), &marker).await?;
                let version = Version { object: marker, marker: true };
                let (pk, sk) = (versions_pk(&bucket), version_sk(key, seq));
                VERSIONS.insert(&mut tx, &pk, &sk, &version, version_index(&bucket, &version))?;
                (done.version_id, done.marker) = (Some(version.object.version().to_owned()), true);
            }
        }
        BUCKETS.require(&mut tx, &bucket);
        cx.store().commit(tx).await?;
        Ok(done)
    };
    retry(cx.store(), run).await.map_err(aborted)
}

/// A race that was lost for good, in S3's words.
fn aborted(error: AwsError) -> AwsError {
    if error.is_conflict() { error::conflict() } else { error }
}

fn marker(cx: &Cx<'_>, bucket: &Bucket, key: &str, seq: u64) -> Object {
    Object {
        key: key.to_owned(),
        blob: String::new(),
        sealing: None,
        parts: Vec::new(),
        size: 0,
        md5: String::new(),
        checksum: None,
        version_id: (bucket.versioning == Some(Versioning::Enabled)).then(|| fresh_id(cx)),
        seq,
        tags: std::collections::BTreeMap::new(),
        modified_ms: cx.call.now.ms(),
        content_type: String::new(),
        headers: crate::entity::object::Headers::default(),
        metadata: std::collections::BTreeMap::new(),
        acl: Acl::private(&cx.service.config.account),
    }
}

/// Deletes one version for good. Where it was the current one, or the marker on top, the next one becomes current.
///
/// # Errors
/// `OperationAborted`, the store's.
pub async fn delete_version(
    cx: &Cx<'_>,
    bucket: &Versioned<Bucket>,
    key: &str,
    version: &str,
) -> Result<Deleted, AwsError> {
    let run = || async {
        let found = match find(cx, bucket, key, Some(version)).await {
            Err(error) if error.code == "NoSuchVersion" => None,
            found => found?,
        };
        // One that is not there is deleted all the same.
        let mut done = Deleted { version_id: Some(version.to_owned()), ..Deleted::default() };
        let mut tx = Tx::new();
        match found {
            None => return Ok(done),
            Some(Found::Current(current)) => {
                done.freed = current.blobs();
                raise(cx, (&mut tx, bucket), Some(&current), None, key).await?;
            }
            Some(Found::Former(former)) => {
                VERSIONS.delete(&mut tx, &former);
                (done.marker, done.freed) = (former.marker, former.object.blobs());
                if object(cx.store(), bucket, key).await?.is_none() {
                    raise(cx, (&mut tx, bucket), None, Some(&former), key).await?;
                }
            }
        }
        tx.require(bucket.pk.clone(), bucket.sk.clone(), Expect::Present);
        cx.store().commit(tx).await?;
        Ok(done)
    };
    retry(cx.store(), run).await.map_err(aborted)
}

/// Makes the newest former version the current one in `place` of the one before, unless it is a delete marker; `going`
/// goes in the same transaction.
async fn raise(
    cx: &Cx<'_>,
    (tx, bucket): (&mut Tx, &Bucket),
    place: Option<&Versioned<Object>>,
    going: Option<&Versioned<Version>>,
    key: &str,
) -> Result<(), AwsError> {
    let found = VERSIONS.list(cx.store(), &versions_pk(bucket), &versions_of(key), None, 2).await?;
    let stays = |version: &Versioned<Version>| going.is_none_or(|going| going.sk != version.sk);
    let next = found.into_iter().filter(|version| version.object.key == key).find(stays);
    // What goes may lie below what stays on top: then nothing is raised.
    let is_next = |next: &Versioned<Version>| going.is_none_or(|going| going.object.seq > next.object.seq);
    let next = next.filter(|next| !next.marker && is_next(next));
    match (place, next) {
        (Some(place), Some(next)) => {
            VERSIONS.delete(tx, &next);
            OBJECTS.update(tx, place, &next.object, object_index(&next.object))?;
        }
        (Some(place), None) => OBJECTS.delete(tx, place),
        (None, Some(next)) => {
            VERSIONS.delete(tx, &next);
            OBJECTS.insert(tx, &objects_pk(bucket), key, &next.object, object_index(&next.object))?;
        }
        (None, None) => {}
    }
    Ok(())
}

/// Changes what is kept of a version besides its content.
///
/// # Errors
/// What `change` answers, `NoSuchVersion`, `OperationAborted`, the store's.
pub async fn change(
    cx: &Cx<'_>,
    bucket: &Versioned<Bucket>,
    (key, version): (&str, Option<&str>),
    change: impl Fn(&mut Object) -> Result<(), AwsError> + Send + Sync,
) -> Result<Object, AwsError> {
    let run = || async {
        let found = find(cx, bucket, key, version).await?.ok_or_else(|| cx.missing(bucket, key))?;
        let mut tx = Tx::new();
        let object = match found {
            Found::Current(current) => {
                let mut object = current.value.clone();
                change(&mut object)?;
                OBJECTS.update(&mut tx, &current, &object, object_index(&object))?;
                object
            }
            Found::Former(former) if former.marker => return Err(error::marker_has_no_content()),
            Found::Former(former) => {
                let mut version = former.value.clone();
                change(&mut version.object)?;
                VERSIONS.update(&mut tx, &former, &version, version_index(bucket, &version))?;
                version.object
            }
        };
        cx.store().commit(tx).await?;
        Ok(object)
    };
    retry(cx.store(), run).await.map_err(aborted)
}
