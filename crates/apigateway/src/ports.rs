//! What this room asks of its neighbours; the server wires these to the rooms that know.

use async_trait::async_trait;
use aws_types::CallContext;

/// Objects that a call names by `s3://bucket/key`: truststores of mutual TLS.
#[async_trait]
pub trait Objects: Send + Sync {
    /// The object's content, up to `most` bytes, as the caller of `call` may read it.
    async fn read(&self, call: &CallContext, object: Object<'_>, most: usize) -> Result<Vec<u8>, NoObject>;
}

/// An object by its name.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    /// The bucket.
    pub bucket: &'a str,
    /// The key.
    pub key: &'a str,
    /// A version of it; `None` means the newest.
    pub version: Option<&'a str>,
}

/// Why there is no content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoObject {
    /// No such object, or no such version of it.
    Missing,
    /// Larger than asked for.
    TooLarge,
    /// It could not be read.
    Failed,
}

/// Where there are no objects.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoObjects;

#[async_trait]
impl Objects for NoObjects {
    async fn read(&self, _: &CallContext, _: Object<'_>, _: usize) -> Result<Vec<u8>, NoObject> {
        Err(NoObject::Missing)
    }
}
