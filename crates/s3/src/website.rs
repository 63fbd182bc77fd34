//! Buckets as the website endpoints see them: anonymous, what policies and public lists let anybody read.

use std::sync::Arc;

use async_trait::async_trait;
use aws_types::{AwsError, Timestamp};
use model_s3 as wire;
use s3_website::plan::{RedirectAll, RoutingRule, WebsitePlan};
use s3_website::ports::Want;
use s3_website::{PublicObject, Unreadable, Visitor, WebsiteSource};

use crate::S3;
use crate::access::{everybody_may, everybody_may_bucket};
use crate::blobs::{LOOKS, lost};
use crate::conditions::range;
use crate::entity::{Bucket, Object, Permission};
use crate::policy::{Asked, BucketPolicy, Looked, Said};
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

    async fn public_object(
        &self,
        visitor: Visitor<'_>,
        bucket: &str,
        key: &str,
        want: Want<'_>,
    ) -> Result<PublicObject, Unreadable> {
        for _ in 0..LOOKS {
            let found = self.readable(visitor, bucket, key).await?;
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
    /// An object that this visitor may read: the policy allows it, or says nothing and the object's list does.
    async fn readable(&self, visitor: Visitor<'_>, name: &str, key: &str) -> Result<Object, Unreadable> {
        let broken = |error: store::StoreError| Unreadable::Broken(error.into());
        for _ in 0..LOOKS {
            let found = BUCKETS.get(&self.doors.store, BUCKETS_PK, name).await.map_err(broken)?;
            let bucket = found.ok_or(Unreadable::AccessDenied)?;
            let policy = match self.policy_of(&bucket).await.map_err(Unreadable::Broken)? {
                Looked::Replaced => continue,
                Looked::None => None,
                Looked::Found(policy) => Some(policy),
            };
            let found = object(&self.doors.store, &bucket, key).await.map_err(Unreadable::Broken)?;
            let reading = Reading { policy, visitor, now: self.doors.clock.now() };
            return match found {
                Some(found) if reading.admits(&bucket, &found) => Ok(found.value),
                None if reading.may_list(&bucket) => Err(Unreadable::NoSuchKey),
                _ => Err(Unreadable::AccessDenied),
            };
        }
        Err(Unreadable::Broken(lost()))
    }
}

/// A visitor before a bucket.
struct Reading<'a> {
    policy: Option<BucketPolicy>,
    visitor: Visitor<'a>,
    now: Timestamp,
}

impl Reading<'_> {
    fn admits(&self, bucket: &Bucket, object: &Object) -> bool {
        let resource = format!("arn:aws:s3:::{}/{}", bucket.name, object.key);
        match self.says(("s3:GetObject", &resource), object.tags.iter()) {
            Said::Allowed => true,
            Said::Denied => false,
            Said::Nothing => everybody_may(bucket, object, Permission::Read),
        }
    }

    fn may_list(&self, bucket: &Bucket) -> bool {
        match self.says(("s3:ListBucket", &format!("arn:aws:s3:::{}", bucket.name)), std::iter::empty()) {
            Said::Allowed => true,
            Said::Denied => false,
            Said::Nothing => everybody_may_bucket(bucket, Permission::Read),
        }
    }

    fn says<'t>(&self, (action, resource): (&str, &str), tags: impl Iterator<Item = (&'t String, &'t String)>) -> Said {
        let Some(policy) = &self.policy else { return Said::Nothing };
        let tags: Vec<(String, &str)> =
            tags.map(|(key, value)| (format!("s3:ExistingObjectTag/{key}"), value.as_str())).collect();
        let Visitor { source_ip, secure, user_agent, referer } = self.visitor;
        let secure = if secure { "true" } else { "false" };
        let mut keys = vec![("aws:SourceIp", source_ip), ("aws:SecureTransport", secure)];
        keys.extend(user_agent.map(|value| ("aws:UserAgent", value)));
        keys.extend(referer.map(|value| ("aws:Referer", value)));
        keys.extend(tags.iter().map(|(key, value)| (key.as_str(), *value)));
        policy.says(&Asked { action, resource, keys: &keys, lists: &[], now: self.now })
    }
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
