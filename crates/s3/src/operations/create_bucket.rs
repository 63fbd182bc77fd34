//! CreateBucket. New buckets block public access and have ACLs off, as since April 2023.

use std::collections::BTreeMap;

use aws_types::AwsError;
use aws_types::arn::DEFAULT_REGION;
use model_s3::{CreateBucketOutput, CreateBucketRequest};
use store::{StoreError, Tx};

use crate::Cx;
use crate::access::admissible;
use crate::entity::acl::grant_headers;
use crate::entity::{Acl, Bucket, Ownership, PublicAccessBlock};
use crate::error;
use crate::table::{BUCKETS, BUCKETS_PK};

/// Buckets an account may have (S3 quota).
const MAX_BUCKETS: usize = 10_000;

/// Makes a bucket.
pub async fn create_bucket(cx: &Cx<'_>, input: CreateBucketRequest) -> Result<CreateBucketOutput, AwsError> {
    cx.owner_only()?;
    check_name(&input.bucket)?;
    if input.object_lock_enabled_for_bucket == Some(true) {
        return Err(error::not_implemented("x-amz-bucket-object-lock-enabled"));
    }
    let region = region(cx, &input)?;
    let bucket = new_bucket(cx, &input, region)?;
    if let Some(existing) = BUCKETS.get(cx.store(), BUCKETS_PK, &input.bucket).await? {
        return again(&existing.value, &bucket);
    }
    if BUCKETS.list(cx.store(), BUCKETS_PK, "", None, MAX_BUCKETS).await?.len() >= MAX_BUCKETS {
        return Err(error::too_many_buckets());
    }
    let mut tx = Tx::new();
    BUCKETS.insert(&mut tx, BUCKETS_PK, &bucket.name, &bucket, Vec::new())?;
    match cx.store().commit(tx).await {
        Ok(_) => Ok(answer(&bucket)),
        Err(StoreError::Conflict) => Err(error::conflict()),
        Err(other) => Err(other.into()),
    }
}

fn new_bucket(cx: &Cx<'_>, input: &CreateBucketRequest, region: String) -> Result<Bucket, AwsError> {
    let account = &cx.service.config.account;
    let rng = cx.service.doors.rng.as_ref();
    let ownership = input.object_ownership.map_or(Ownership::BucketOwnerEnforced, super::ownership);
    let mut bucket = Bucket {
        name: input.bucket.clone(),
        id: world::rng::uuid(rng),
        region,
        created_ms: cx.call.now.ms(),
        ownership: Some(ownership),
        public_access_block: Some(PublicAccessBlock::ALL),
        acl: Acl::private(account),
        website: None,
        versioning: None,
        cors: Vec::new(),
        policy: None,
        tags: BTreeMap::new(),
    };
    let granted = Acl::from_headers(&grant_headers!(input))?;
    let (acl, given) = super::requested_acl(account, input.acl.map(|canned| canned.as_str()), granted)?;
    bucket.acl = admissible(&bucket, acl, given)?;
    Ok(bucket)
}

/// Making a bucket that one owns again: us-east-1 says yes and changes nothing, the other regions refuse.
fn again(existing: &Bucket, wanted: &Bucket) -> Result<CreateBucketOutput, AwsError> {
    if wanted.region == DEFAULT_REGION && existing.region == DEFAULT_REGION {
        return Ok(answer(existing));
    }
    Err(error::bucket_already_owned_by_you(&existing.name))
}

fn answer(bucket: &Bucket) -> CreateBucketOutput {
    CreateBucketOutput { location: Some(format!("/{}", bucket.name)), ..CreateBucketOutput::default() }
}

/// The location constraint, which must be the endpoint's region; us-east-1 takes any.
fn region(cx: &Cx<'_>, input: &CreateBucketRequest) -> Result<String, AwsError> {
    let here = cx.call.region.as_str();
    let constraint = input.create_bucket_configuration.as_ref().and_then(|c| c.location_constraint);
    match constraint.map(|constraint| constraint.as_str()) {
        None if here == DEFAULT_REGION => Ok(here.to_owned()),
        None => Err(error::illegal_location_constraint("unspecified")),
        Some(region) if region == here || here == DEFAULT_REGION => Ok(region.to_owned()),
        Some(region) => Err(error::illegal_location_constraint(region)),
    }
}

/// S3 user guide, "Bucket naming rules".
fn check_name(name: &str) -> Result<(), AwsError> {
    let edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let well_formed = (3..=63).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-')
        && edge(name.bytes().next())
        && edge(name.bytes().last())
        && !name.contains("..")
        && name.parse::<std::net::Ipv4Addr>().is_err()
        && !["xn--", "sthree-", "amzn-s3-demo-"].iter().any(|prefix| name.starts_with(prefix))
        && !["-s3alias", "--ol-s3", ".mrap", "--x-s3"].iter().any(|suffix| name.ends_with(suffix));
    if well_formed { Ok(()) } else { Err(error::invalid_bucket_name(name)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_names() {
        for good in ["abc", "my.site-1", "0a0", &"a".repeat(63)] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        for bad in ["ab", "Abc", "a_b", "-ab", "ab-", "a..b", "10.0.0.1", "xn--abc", "a/b", &"a".repeat(64)] {
            assert_eq!(check_name(bad).unwrap_err().code, "InvalidBucketName", "{bad}");
        }
    }
}
