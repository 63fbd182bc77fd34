//! Amazon S3, as far as hosting sites and their files needs it: buckets, objects, who may read them, websites.
//!
//! What comes in: operations of the S3 API, decoded, with what policies said of them ([`Leave`]); requests of website
//! endpoints through [`s3_website::WebsiteSource`].
//! What goes out: answers; objects as streams. Object contents are files beside the database, written whole or not at all.
//! What it must not know: HTTP, signatures, other services.
//! To add an operation: a file in `operations/`, a line in the table below.

mod access;
mod blobs;
pub mod checksum;
mod conditions;
pub mod cors;
mod crc;
pub mod entity;
mod error;
mod multipart;
mod operations;
pub mod policy;
mod reading;
mod sealing;
mod table;
mod tagging;
mod uploads;
mod version_listing;
mod versions;
mod website;

use std::path::PathBuf;
use std::sync::Arc;

use aws_types::schema::ServiceModel;
use aws_types::service::{BoxFuture, Built};
use aws_types::{AccountId, Answer, AwsError, ByteStream, CallContext, Service};
use serde_json::Value;
use store::Store;
use world::{Clock, Lock, Rng};

use crate::blobs::Blobs;
use crate::policy::Policies;

pub use crate::access::Leave;

#[cfg(test)]
mod tests;

/// Settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// The account that owns every bucket.
    pub account: AccountId,
    /// Folder of object contents.
    pub objects: PathBuf,
}

/// Doors.
pub struct Doors {
    /// Buckets and objects' heads.
    pub store: Store,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Ids.
    pub rng: Arc<dyn Rng>,
}

/// The service.
pub struct S3 {
    config: Config,
    doors: Doors,
    blobs: Blobs,
    policies: Policies,
}

impl S3 {
    /// Makes the service; the folder of object contents is made when the first object is put.
    pub fn new(config: Config, doors: Doors) -> Arc<Self> {
        let blobs = Blobs::new(config.objects.clone(), &world::rng::uuid(doors.rng.as_ref()));
        Arc::new(Self { config, doors, blobs, policies: Policies::default() })
    }

    /// Removes contents that no object names: what a crash between writing a file and naming it left behind. What this
    /// run wrote stays, so uploads may go on meanwhile.
    ///
    /// # Errors
    /// The store or the folder could not be read.
    pub async fn sweep(&self) -> Result<usize, AwsError> {
        self.blobs.sweep(&self.doors.store).await
    }
}

/// One call.
pub struct Cx<'a> {
    /// Who calls, from where.
    pub call: &'a CallContext,
    /// What policies said of the call.
    leave: Leave,
    /// The service.
    pub service: &'a S3,
    body: Lock<Option<ByteStream>>,
}

impl Cx<'_> {
    /// The streaming payload; there is one, once, for the operations whose model says so.
    pub(crate) fn take_body(&self) -> ByteStream {
        self.body.lock().take().unwrap_or_else(|| ByteStream::from_bytes(bytes::Bytes::new()))
    }

    pub(crate) fn store(&self) -> &Store {
        &self.service.doors.store
    }
}

aws_types::operations! { Cx =>
    AbortMultipartUpload: abort_multipart_upload, done;
    CompleteMultipartUpload: complete_multipart_upload, done;
    CopyObject: copy_object, partial("within this server; no KMS, no object lock");
    CreateBucket: create_bucket, done;
    CreateMultipartUpload: create_multipart_upload, partial("no KMS, no object lock");
    DeleteBucket: delete_bucket, done;
    DeleteBucketCors: delete_bucket_cors, done;
    DeleteBucketEncryption: delete_bucket_encryption, done;
    DeleteBucketOwnershipControls: delete_bucket_ownership_controls, done;
    DeleteBucketPolicy: delete_bucket_policy, done;
    DeleteBucketTagging: delete_bucket_tagging, done;
    DeleteBucketWebsite: delete_bucket_website, done;
    DeleteObject: delete_object, done;
    DeleteObjectTagging: delete_object_tagging, done;
    DeleteObjects: delete_objects, done;
    DeletePublicAccessBlock: delete_public_access_block, done;
    GetBucketAcl: get_bucket_acl, done;
    GetBucketCors: get_bucket_cors, done;
    GetBucketEncryption: get_bucket_encryption, done;
    GetBucketLocation: get_bucket_location, done;
    GetBucketOwnershipControls: get_bucket_ownership_controls, done;
    GetBucketPolicy: get_bucket_policy, done;
    GetBucketPolicyStatus: get_bucket_policy_status, done;
    GetBucketTagging: get_bucket_tagging, done;
    GetBucketVersioning: get_bucket_versioning, done;
    GetBucketWebsite: get_bucket_website, done;
    GetObject: get_object, done;
    GetObjectAcl: get_object_acl, done;
    GetObjectAttributes: get_object_attributes, done;
    GetObjectTagging: get_object_tagging, done;
    GetPublicAccessBlock: get_public_access_block, done;
    HeadBucket: head_bucket, done;
    HeadObject: head_object, done;
    ListBuckets: list_buckets, done;
    ListMultipartUploads: list_multipart_uploads, done;
    ListObjectVersions: list_object_versions, done;
    ListObjects: list_objects, done;
    ListObjectsV2: list_objects_v2, done;
    ListParts: list_parts, done;
    PutBucketAcl: put_bucket_acl, done;
    PutBucketCors: put_bucket_cors, done;
    PutBucketEncryption: put_bucket_encryption, partial("SSE-S3 alone: there is no KMS");
    PutBucketOwnershipControls: put_bucket_ownership_controls, done;
    PutBucketPolicy: put_bucket_policy, done;
    PutBucketTagging: put_bucket_tagging, done;
    PutBucketVersioning: put_bucket_versioning, partial("no MFA delete");
    PutBucketWebsite: put_bucket_website, done;
    PutObject: put_object, partial("no KMS, no object lock");
    PutObjectAcl: put_object_acl, done;
    PutObjectTagging: put_object_tagging, done;
    PutPublicAccessBlock: put_public_access_block, done;
    UploadPart: upload_part, done;
    UploadPartCopy: upload_part_copy, done;
}

impl Service for S3 {
    fn model(&self) -> &'static ServiceModel {
        &model_s3::MODEL
    }

    fn built(&self) -> &'static [(&'static str, Built)] {
        BUILT
    }

    fn call<'a>(
        &'a self,
        call: &'a CallContext,
        operation: &'a str,
        input: Value,
        body: Option<ByteStream>,
    ) -> BoxFuture<'a, Result<Answer, AwsError>> {
        Box::pin(async move { self.call_with(call, Leave::of(&call.caller), (operation, input), body).await })
    }
}

impl S3 {
    /// Runs an operation for a caller of whom policies have spoken.
    ///
    /// # Errors
    /// The operation's.
    pub async fn call_with(
        &self,
        call: &CallContext,
        leave: Leave,
        (operation, input): (&str, Value),
        body: Option<ByteStream>,
    ) -> Result<Answer, AwsError> {
        let cx = Cx { call, leave, service: self, body: Lock::new(body) };
        dispatch(&cx, operation, input).await
    }
}
