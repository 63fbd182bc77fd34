//! Buckets as the website endpoints see them: anonymous, public objects only.

use std::sync::Arc;

use async_trait::async_trait;
use aws_types::AwsError;
use model_s3 as wire;
use s3_website::plan::{RedirectAll, RoutingRule, WebsitePlan};
use s3_website::ports::Want;
use s3_website::{PublicObject, Unreadable, WebsiteSource};

use crate::S3;
use crate::access::everybody_may;
use crate::blobs::{LOOKS, lost};
use crate::conditions::range;
use crate::entity::{Bucket, Object, Permission};
use crate::table::{BUCKETS, BUCKETS_PK, object};

#[async_trait]
impl WebsiteSource for S3 {
    async fn bucket_exists(&self, bucket: &str) -> Result<bool, AwsError> {
        Ok(BUCKETS.get(&self.doors.store, BUCKETS_PK, bucket).await?.is_some())
    }

    async fn website(&self, bucket: &str) -> Result<Option<Arc<WebsitePlan>>, AwsError> {
        let found = BUCKETS.get(&self.doors.store, BUCKETS_PK, bucket).await?;
        Ok(found.and_then(|bucket| bucket.value.website).map(|website| Arc::new(compile(website))))
    }

    async fn public_object(&self, bucket: &str, key: &str, want: Want<'_>) -> Result<PublicObject, Unreadable> {
        for _ in 0..LOOKS {
            let found = self.readable(bucket, key).await?;
            let part = match want {
                Want::Head => return Ok(public(found)),
                Want::Content => None,
                Want::Part(header) => {
                    range(Some(header), found.size).map_err(|_| Unreadable::InvalidRange(found.size))?
                }
            };
            let (start, len) = part.unwrap_or((0, found.size));
            if found.sealed().is_some_and(|sealing| sealing.customer_md5.is_some()) {
                return Err(Unreadable::AccessDenied);
            }
            let pieces = if len == 0 { Vec::new() } else { found.pieces(start, len) };
            let content = self.blobs.read(pieces, self.doors.store.sealer(), None).await.map_err(Unreadable::Broken)?;
            if content.is_some() {
                return Ok(PublicObject { body: content, part, ..public(found) });
            }
        }
        Err(Unreadable::Broken(lost()))
    }
}

impl S3 {
    /// An object that anybody may read.
    async fn readable(&self, bucket: &str, key: &str) -> Result<Object, Unreadable> {
        let broken = |error: store::StoreError| Unreadable::Broken(error.into());
        let found = BUCKETS.get(&self.doors.store, BUCKETS_PK, bucket).await.map_err(broken)?;
        let bucket = found.ok_or(Unreadable::AccessDenied)?;
        let found = object(&self.doors.store, &bucket, key).await.map_err(Unreadable::Broken)?;
        let Some(found) = found else { return Err(missing(&bucket)) };
        if everybody_may(&bucket, &found, Permission::Read) { Ok(found.value) } else { Err(Unreadable::AccessDenied) }
    }
}

fn missing(bucket: &Bucket) -> Unreadable {
    let listable = bucket.honours_public_acls() && bucket.acl.allows_everybody(Permission::Read);
    if listable { Unreadable::NoSuchKey } else { Unreadable::AccessDenied }
}

fn public(object: Object) -> PublicObject {
    let (etag, last_modified) = (object.etag(), object.modified());
    let named = [
        ("cache-control", object.headers.cache_control),
        ("content-disposition", object.headers.content_disposition),
        ("content-encoding", object.headers.content_encoding),
        ("content-language", object.headers.content_language),
        ("expires", object.headers.expires),
    ];
    let given = named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let metadata = object.metadata.into_iter().map(|(name, value)| (format!("x-amz-meta-{name}"), value));
    PublicObject {
        content_type: object.content_type,
        etag,
        size: object.size,
        last_modified,
        headers: given.chain(metadata).collect(),
        redirect_location: object.headers.website_redirect_location,
        part: None,
        body: None,
    }
}

fn compile(website: wire::WebsiteConfiguration) -> WebsitePlan {
    let protocol = |protocol: wire::Protocol| protocol.as_str().to_owned();
    let rule = |rule: wire::RoutingRule| {
        let condition = rule.condition;
        RoutingRule {
            key_prefix: condition.as_ref().and_then(|c| c.key_prefix_equals.clone()),
            error_code: condition.and_then(|c| c.http_error_code_returned_equals?.parse().ok()),
            host_name: rule.redirect.host_name,
            protocol: rule.redirect.protocol.map(protocol),
            status: rule.redirect.http_redirect_code.and_then(|code| code.parse().ok()),
            replace_key_prefix: rule.redirect.replace_key_prefix_with,
            replace_key: rule.redirect.replace_key_with,
        }
    };
    WebsitePlan {
        index_suffix: website.index_document.map(|index| index.suffix),
        error_key: website.error_document.map(|error| error.key),
        redirect_all: website
            .redirect_all_requests_to
            .map(|all| RedirectAll { host_name: all.host_name, protocol: all.protocol.map(protocol) }),
        routing_rules: website.routing_rules.unwrap_or_default().into_iter().map(rule).collect(),
    }
}
