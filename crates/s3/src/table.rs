//! Where buckets and objects are kept, and how they are found.

use aws_types::AwsError;
use store::{Index, Store, Table, Tx, Versioned};

use crate::Cx;
use crate::entity::{Bucket, Object, Part, Upload, Version};
use crate::error;

/// Partition of all buckets; place: the name.
pub const BUCKETS_PK: &str = "s3#buckets";
/// Buckets.
pub const BUCKETS: Table<Bucket> = Table::new("s3-bucket", 1);
/// Objects; partition: [`objects_pk`], place: the key.
pub const OBJECTS: Table<Object> = Table::new("s3-object", 1);
/// Versions that are not the current one, and delete markers; partition: [`versions_pk`], place: [`version_sk`].
pub const VERSIONS: Table<Version> = Table::new("s3-version", 1);
/// Uploads in parts under way; partition: [`uploads_pk`], place: [`upload_sk`].
pub const UPLOADS: Table<Upload> = Table::new("s3-upload", 1);
/// Their parts; partition: [`parts_pk`], place: [`part_sk`].
pub const PARTS: Table<Part> = Table::new("s3-part", 1);
/// From a content file to what names it.
pub const BLOB_INDEX: &str = "s3-blob";
/// From a bucket, key and version id to the place of a version that is not the current one.
pub const VERSION_INDEX: &str = "s3-version";
/// Between a key and what orders the things under it. Keys that hold it themselves are told apart by the things' own keys.
const BEHIND_KEY: char = '\0';

/// Partition of a bucket's former versions.
pub fn versions_pk(bucket: &Bucket) -> String {
    format!("s3#versions#{}", bucket.id)
}

/// What the places of a key's former versions begin with.
pub fn versions_of(key: &str) -> String {
    format!("{key}{BEHIND_KEY}")
}

/// Place of a former version: newer ones first.
pub fn version_sk(key: &str, seq: u64) -> String {
    format!("{key}{BEHIND_KEY}{:020}", u64::MAX - seq)
}

/// Key of a version in [`VERSION_INDEX`].
pub fn version_key(bucket: &Bucket, key: &str, version: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, key.as_bytes());
    format!("{}/{}/{version}", bucket.id, crate::blobs::hex(digest.as_ref()))
}

/// Partition of a bucket's uploads.
pub fn uploads_pk(bucket: &Bucket) -> String {
    format!("s3#uploads#{}", bucket.id)
}

/// Place of an upload.
pub fn upload_sk(key: &str, upload_id: &str) -> String {
    format!("{key}{BEHIND_KEY}{upload_id}")
}

/// Partition of an upload's parts.
pub fn parts_pk(upload_id: &str) -> String {
    format!("s3#parts#{upload_id}")
}

/// Place of a part.
pub fn part_sk(number: u32) -> String {
    format!("{number:05}")
}

/// Index entries of an object: its files.
pub fn object_index(object: &Object) -> Index {
    object.blobs().into_iter().map(|blob| (BLOB_INDEX, blob)).collect()
}

/// Index entries of a former version: its files and its name.
pub fn version_index(bucket: &Bucket, version: &Version) -> Index {
    let mut index = object_index(&version.object);
    index.push((VERSION_INDEX, version_key(bucket, &version.object.key, version.object.version())));
    index
}

/// Partition of a bucket's objects: by the bucket's own id, so that a later bucket of the same name never sees them.
pub fn objects_pk(bucket: &Bucket) -> String {
    format!("s3#objects#{}", bucket.id)
}

/// The bucket of that name.
pub async fn bucket(store: &Store, name: &str) -> Result<Versioned<Bucket>, AwsError> {
    BUCKETS.get(store, BUCKETS_PK, name).await?.ok_or_else(|| error::no_such_bucket(name))
}

/// The bucket of a call, which the caller expects to belong to `expected_owner`.
pub async fn owned_bucket(
    cx: &Cx<'_>,
    name: &str,
    expected_owner: Option<&str>,
) -> Result<Versioned<Bucket>, AwsError> {
    let found = bucket(cx.store(), name).await?;
    if expected_owner.is_some_and(|owner| owner != cx.service.config.account.as_str()) {
        return Err(error::unexpected_owner());
    }
    Ok(found)
}

/// The object under a key, if there is one.
pub async fn object(store: &Store, bucket: &Bucket, key: &str) -> Result<Option<Versioned<Object>>, AwsError> {
    Ok(OBJECTS.get(store, &objects_pk(bucket), key).await?)
}

/// Changes a bucket's settings; two at once are told apart by the version, and the later one tries again.
pub async fn change_bucket<F>(cx: &Cx<'_>, name: &str, expected_owner: Option<&str>, change: F) -> Result<(), AwsError>
where
    F: Fn(&mut Bucket) -> Result<(), AwsError> + Send + Sync,
{
    for _ in 0..8 {
        let current = owned_bucket(cx, name, expected_owner).await?;
        cx.owner_only()?;
        let mut changed = current.value.clone();
        change(&mut changed)?;
        let mut tx = Tx::new();
        BUCKETS.update(&mut tx, &current, &changed, Vec::new())?;
        match cx.store().commit(tx).await {
            Ok(_) => return Ok(()),
            Err(store::StoreError::Conflict) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(error::conflict())
}
