//! One file per operation, named after it.

pub mod abort_multipart_upload;
pub mod complete_multipart_upload;
pub mod copy_object;
pub mod create_bucket;
pub mod create_multipart_upload;
pub mod delete_bucket;
pub mod delete_bucket_cors;
pub mod delete_bucket_encryption;
pub mod delete_bucket_ownership_controls;
pub mod delete_bucket_policy;
pub mod delete_bucket_tagging;
pub mod delete_bucket_website;
pub mod delete_object;
pub mod delete_object_tagging;
pub mod delete_objects;
pub mod delete_public_access_block;
pub mod get_bucket_acl;
pub mod get_bucket_cors;
pub mod get_bucket_encryption;
pub mod get_bucket_location;
pub mod get_bucket_ownership_controls;
pub mod get_bucket_policy;
pub mod get_bucket_policy_status;
pub mod get_bucket_tagging;
pub mod get_bucket_versioning;
pub mod get_bucket_website;
pub mod get_object;
pub mod get_object_acl;
pub mod get_object_attributes;
pub mod get_object_tagging;
pub mod get_public_access_block;
pub mod head_bucket;
pub mod head_object;
pub mod list_buckets;
pub mod list_multipart_uploads;
pub mod list_object_versions;
pub mod list_objects;
pub mod list_objects_v2;
pub mod list_parts;
pub mod put_bucket_acl;
pub mod put_bucket_cors;
pub mod put_bucket_encryption;
pub mod put_bucket_ownership_controls;
pub mod put_bucket_policy;
pub mod put_bucket_tagging;
pub mod put_bucket_versioning;
pub mod put_bucket_website;
pub mod put_object;
pub mod put_object_acl;
pub mod put_object_tagging;
pub mod put_public_access_block;
pub mod upload_part;
pub mod upload_part_copy;

use aws_types::{AccountId, AwsError};
use model_s3::ObjectOwnership;

use crate::access::Given;
use crate::entity::{Acl, Ownership};
use crate::error;

/// The ACL of a request: canned, by grant headers, or none of both.
fn requested_acl(account: &AccountId, canned: Option<&str>, granted: Option<Acl>) -> Result<(Acl, Given), AwsError> {
    match (canned, granted) {
        (Some(_), Some(_)) => Err(error::canned_and_grants()),
        (Some(name), None) => {
            let harmless = matches!(name, "private" | "bucket-owner-full-control");
            Ok((Acl::canned(name, account), if harmless { Given::Harmless } else { Given::Explicit }))
        }
        (None, Some(granted)) => Ok((granted, Given::Explicit)),
        (None, None) => Ok((Acl::private(account), Given::Not)),
    }
}

fn ownership(wire: ObjectOwnership) -> Ownership {
    match wire {
        ObjectOwnership::BucketOwnerPreferred => Ownership::BucketOwnerPreferred,
        ObjectOwnership::ObjectWriter => Ownership::ObjectWriter,
        ObjectOwnership::BucketOwnerEnforced => Ownership::BucketOwnerEnforced,
    }
}
