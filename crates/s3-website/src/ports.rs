//! What a website asks of the bucket behind it. The control plane (`s3`) implements this.

use std::sync::Arc;

use async_trait::async_trait;
use aws_types::{AwsError, ByteStream, Timestamp};

use crate::plan::WebsitePlan;

/// An object that anybody may read.
#[derive(Debug)]
pub struct PublicObject {
    /// `Content-Type`.
    pub content_type: String,
    /// Quoted.
    pub etag: String,
    /// Bytes of the whole.
    pub size: u64,
    /// First byte and length, where a part was asked for and `body` is that part.
    pub part: Option<(u64, u64)>,
    /// When it was put.
    pub last_modified: Timestamp,
    /// `Content-Encoding`, `Cache-Control`, `Content-Language`, `Content-Disposition`, and `x-amz-meta-*` as stored.
    pub headers: Vec<(String, String)>,
    /// `x-amz-website-redirect-location`.
    pub redirect_location: Option<String>,
    /// The content; absent where only the head was asked for.
    pub body: Option<ByteStream>,
}

/// Why there is nothing to serve.
#[derive(Debug)]
pub enum Unreadable {
    /// `NoSuchKey`: anybody may list the bucket and so may learn it.
    NoSuchKey,
    /// `AccessDenied`: not public, or not there and listing is not public.
    AccessDenied,
    /// The part that was asked for lies behind the end of so many bytes.
    InvalidRange(u64),
    /// Something broke; the cause is logged.
    Broken(AwsError),
}

/// Whether content is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want<'a> {
    /// Head and content.
    Content,
    /// Head and the part that this `Range` header names.
    Part(&'a str),
    /// Head only.
    Head,
}

/// Who reads, as far as a bucket's policy may ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Visitor<'a> {
    /// Address, without port.
    pub source_ip: &'a str,
    /// Over TLS.
    pub secure: bool,
    /// `User-Agent`.
    pub user_agent: Option<&'a str>,
    /// `Referer`.
    pub referer: Option<&'a str>,
}

/// Buckets and their public objects.
#[async_trait]
pub trait WebsiteSource: Send + Sync {
    /// Whether there is a bucket of that name.
    async fn bucket_exists(&self, bucket: &str) -> Result<bool, AwsError>;

    /// Its website configuration, if it has one.
    async fn website(&self, bucket: &str) -> Result<Option<Arc<WebsitePlan>>, AwsError>;

    /// An object as an anonymous reader sees it.
    async fn public_object(
        &self,
        visitor: Visitor<'_>,
        bucket: &str,
        key: &str,
        want: Want<'_>,
    ) -> Result<PublicObject, Unreadable>;
}
