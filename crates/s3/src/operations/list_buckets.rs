//! ListBuckets, by name, in pages.

use aws_types::AwsError;
use model_s3::{Bucket as WireBucket, ListBucketsOutput, ListBucketsRequest, Owner};

use crate::Cx;
use crate::entity::acl::canonical_id;
use crate::error;
use crate::table::{BUCKETS, BUCKETS_PK};

/// Buckets in one answer where the caller sets no bound.
const PAGE: i32 = 10_000;
/// What the page token is bound to.
const TOKEN: &str = "s3 ListBuckets";

/// Lists the account's buckets.
pub async fn list_buckets(cx: &Cx<'_>, input: ListBucketsRequest) -> Result<ListBucketsOutput, AwsError> {
    cx.owner_only()?;
    let after = match &input.continuation_token {
        Some(token) => {
            Some(cx.store().sealer().read_page_token(TOKEN, token).ok_or_else(error::invalid_continuation_token)?)
        }
        None => None,
    };
    let limit = usize::try_from(input.max_buckets.unwrap_or(PAGE)).unwrap_or(1);
    let prefix = input.prefix.clone().unwrap_or_default();
    let mut found = BUCKETS.list(cx.store(), BUCKETS_PK, &prefix, after.as_deref(), limit + 1).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().map(|bucket| bucket.name.clone()).filter(|_| more);
    let buckets = found.into_iter().filter(|bucket| input.bucket_region.as_ref().is_none_or(|r| *r == bucket.region));
    let owner = Owner { id: Some(canonical_id(&cx.service.config.account)), display_name: None };
    Ok(ListBucketsOutput {
        buckets: Some(
            buckets
                .map(|bucket| WireBucket {
                    creation_date: Some(bucket.created()),
                    bucket_region: Some(bucket.region.clone()),
                    name: Some(bucket.value.name),
                    ..WireBucket::default()
                })
                .collect(),
        ),
        owner: Some(owner),
        continuation_token: last.map(|name| cx.store().sealer().page_token(TOKEN, &name)),
        prefix: input.prefix,
    })
}
