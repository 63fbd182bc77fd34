//! Where buckets and objects are kept, and how they are found.

use aws_types::AwsError;
use store::{Store, Table, Tx, Versioned};

use crate::Cx;
use crate::entity::{Bucket, Object};
use crate::error;

/// Partition of all buckets; place: the name.
pub const BUCKETS_PK: &str = "s3#buckets";
/// Buckets.
pub const BUCKETS: Table<Bucket> = Table::new("s3-bucket", 1);
/// Objects; partition: [`objects_pk`], place: the key.
pub const OBJECTS: Table<Object> = Table::new("s3-object", 1);
/// From a content file to the object that names it.
pub const BLOB_INDEX: &str = "s3-blob";

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
