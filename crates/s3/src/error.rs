//! S3's refusals: one constructor a sentence. Sources: the S3 API reference's list of error codes, and recorded answers.

use aws_types::AwsError;
use model_s3::errors;

/// No bucket of that name.
pub fn no_such_bucket(bucket: &str) -> AwsError {
    AwsError::of(&errors::NO_SUCH_BUCKET, "The specified bucket does not exist").with("BucketName", bucket)
}

/// No object under that key, told to who may list the bucket.
pub fn no_such_key(key: &str) -> AwsError {
    AwsError::of(&errors::NO_SUCH_KEY, "The specified key does not exist.").with("Key", key)
}

/// The caller may not; says nothing of what is there.
pub fn access_denied() -> AwsError {
    AwsError::of(&errors::ACCESS_DENIED, "Access Denied")
}

/// Bucket names: 3 to 63 of lower-case letters, digits, dots and hyphens.
pub fn invalid_bucket_name(bucket: &str) -> AwsError {
    AwsError::sender("InvalidBucketName", 400, "The specified bucket is not valid.").with("BucketName", bucket)
}

/// CreateBucket outside us-east-1 for a bucket one owns.
pub fn bucket_already_owned_by_you(bucket: &str) -> AwsError {
    let message = "Your previous request to create the named bucket succeeded and you already own it.";
    AwsError::of(&errors::BUCKET_ALREADY_OWNED_BY_YOU, message).with("BucketName", bucket)
}

/// Quota.
pub fn too_many_buckets() -> AwsError {
    AwsError::sender("TooManyBuckets", 400, "You have attempted to create more buckets than allowed")
}

/// The location constraint does not fit the endpoint's region.
pub fn illegal_location_constraint(constraint: &str) -> AwsError {
    let message = format!(
        "The {constraint} location constraint is incompatible for the region specific endpoint this request was sent to."
    );
    AwsError::sender("IllegalLocationConstraintException", 400, message)
}

/// DeleteBucket.
pub fn bucket_not_empty(bucket: &str) -> AwsError {
    AwsError::sender("BucketNotEmpty", 409, "The bucket you tried to delete is not empty").with("BucketName", bucket)
}

/// ACLs where object ownership is BucketOwnerEnforced.
pub fn acl_not_supported() -> AwsError {
    AwsError::sender("AccessControlListNotSupported", 400, "The bucket does not allow ACLs")
}

/// A canned ACL and grants in headers.
pub fn canned_and_grants() -> AwsError {
    AwsError::of(&errors::INVALID_REQUEST, "Specifying both Canned ACLs and Header Grants is not allowed")
}

/// PutBucketAcl without an ACL in any form.
pub fn missing_acl() -> AwsError {
    AwsError::sender("MissingSecurityHeader", 400, "Your request was missing a required header")
        .with("MissingHeaderName", "x-amz-acl")
}

/// A document that is well-formed XML and yet no such document.
pub fn malformed_acl() -> AwsError {
    let message = "The XML you provided was not well-formed or did not validate against our published schema";
    AwsError::sender("MalformedACLError", 400, message)
}

/// A value that S3 does not take.
pub fn invalid_argument(message: &'static str, name: &'static str, value: &str) -> AwsError {
    let shown: String = value.chars().take(1024).collect();
    AwsError::sender("InvalidArgument", 400, message).with("ArgumentName", name).with("ArgumentValue", shown)
}

/// A request that contradicts itself.
pub fn invalid_request(message: &'static str) -> AwsError {
    AwsError::of(&errors::INVALID_REQUEST, message)
}

/// A header asks for something that is not built; better refused than ignored.
pub fn not_implemented(header: &'static str) -> AwsError {
    let message = "A header you provided implies functionality that is not implemented";
    AwsError::sender("NotImplemented", 501, message).with("Header", header)
}

/// The bucket belongs to another account than the caller expects.
pub fn unexpected_owner() -> AwsError {
    access_denied()
}

/// `Content-MD5` is no base64 of 16 bytes.
pub fn invalid_digest() -> AwsError {
    AwsError::sender("InvalidDigest", 400, "The Content-MD5 you specified was invalid.")
}

/// The content is not what `Content-MD5` promised.
pub fn bad_digest() -> AwsError {
    AwsError::sender("BadDigest", 400, "The Content-MD5 you specified did not match what we received.")
}

/// The content is not what a checksum header promised.
pub fn bad_checksum(algorithm: &str) -> AwsError {
    AwsError::sender("BadDigest", 400, format!("The {algorithm} you specified did not match the calculated checksum."))
}

/// A checksum header that is no checksum.
pub fn invalid_checksum(header: &str) -> AwsError {
    AwsError::of(&errors::INVALID_REQUEST, format!("Value for {header} header is invalid."))
}

/// Fewer or more bytes than announced.
pub fn incomplete_body() -> AwsError {
    let message = "You did not provide the number of bytes specified by the Content-Length HTTP header";
    AwsError::sender("IncompleteBody", 400, message)
}

/// A key over 1,024 bytes.
pub fn key_too_long() -> AwsError {
    AwsError::sender("KeyTooLongError", 400, "Your key is too long").with("MaxSizeAllowed", 1024)
}

/// Metadata over 2 KB.
pub fn metadata_too_large() -> AwsError {
    let message = "Your metadata headers exceed the maximum allowed metadata size";
    AwsError::sender("MetadataTooLarge", 400, message).with("MaxSizeAllowed", 2048)
}

/// `x-amz-website-redirect-location` is no address.
pub fn invalid_redirect(message: &'static str) -> AwsError {
    AwsError::sender("InvalidRedirectLocation", 400, message)
}

/// `If-Match` and its kin.
pub fn precondition_failed(condition: &'static str) -> AwsError {
    let message = "At least one of the pre-conditions you specified did not hold";
    AwsError::sender("PreconditionFailed", 412, message).with("Condition", condition)
}

/// A range that begins behind the end.
pub fn invalid_range(size: u64) -> AwsError {
    AwsError::sender("InvalidRange", 416, "The requested range is not satisfiable")
        .with("ActualObjectSize", size.to_string())
}

/// A page token that is not ours.
pub fn invalid_continuation_token() -> AwsError {
    AwsError::sender("InvalidArgument", 400, "The continuation token provided is incorrect")
        .with("ArgumentName", "continuation-token")
}

/// GetPublicAccessBlock after it was removed.
pub fn no_public_access_block(bucket: &str) -> AwsError {
    let message = "The public access block configuration was not found";
    AwsError::sender("NoSuchPublicAccessBlockConfiguration", 404, message).with("BucketName", bucket)
}

/// GetBucketOwnershipControls after they were removed.
pub fn no_ownership_controls(bucket: &str) -> AwsError {
    let message = "The bucket ownership controls were not found";
    AwsError::sender("OwnershipControlsNotFoundError", 404, message).with("BucketName", bucket)
}

/// GetBucketWebsite without one.
pub fn no_website(bucket: &str) -> AwsError {
    let message = "The specified bucket does not have a website configuration";
    AwsError::sender("NoSuchWebsiteConfiguration", 404, message).with("BucketName", bucket)
}

/// Two writers met; the caller may try again.
pub fn conflict() -> AwsError {
    let message = "A conflicting conditional operation is currently in progress against this resource. Try again.";
    AwsError::sender("OperationAborted", 409, message)
}

/// An XML body that breaks the operation's rules.
pub fn malformed_xml() -> AwsError {
    let message = "The XML you provided was not well-formed or did not validate against our published schema";
    AwsError::sender("MalformedXML", 400, message)
}

/// A version that is not there. (recorded)
pub fn no_such_version(key: &str, version: &str) -> AwsError {
    let message = "The specified version does not exist.";
    AwsError::sender("NoSuchVersion", 404, message).with("Key", key).with("VersionId", version)
}

/// A version id that is none.
pub fn invalid_version(version: &str) -> AwsError {
    invalid_argument("Invalid version id specified", "versionId", version)
}

/// Reading a delete marker by its id.
pub fn marker_has_no_content() -> AwsError {
    let message = "The specified method is not allowed against this resource.";
    AwsError::sender("MethodNotAllowed", 405, message).with("ResourceType", "DeleteMarker")
}

/// An upload that is not there.
pub fn no_such_upload(upload_id: &str) -> AwsError {
    let message = "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted \
                   or completed.";
    AwsError::sender("NoSuchUpload", 404, message).with("UploadId", upload_id)
}

/// Parts that were not uploaded, or not with these tags.
pub fn invalid_part() -> AwsError {
    let message = "One or more of the specified parts could not be found.  The part may not have been uploaded, or the \
                   specified entity tag may not match the part's entity tag.";
    AwsError::sender("InvalidPart", 400, message)
}

/// Parts that are not in order.
pub fn invalid_part_order() -> AwsError {
    let message = "The list of parts was not in ascending order. Parts must be ordered by part number.";
    AwsError::sender("InvalidPartOrder", 400, message)
}

/// A part, but the last, under 5 MiB.
pub fn part_too_small(size: u64) -> AwsError {
    let message = "Your proposed upload is smaller than the minimum allowed size";
    AwsError::sender("EntityTooSmall", 400, message).with("ProposedSize", size).with("MinSizeAllowed", 5 << 20)
}

/// An object over 5 TiB.
pub fn object_too_large() -> AwsError {
    AwsError::sender("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size")
}

/// A part that a whole object has not.
pub fn no_such_part() -> AwsError {
    AwsError::sender("InvalidPartNumber", 416, "The requested partnumber is not satisfiable")
}

/// Tags that are none. (memory)
pub fn invalid_tag(message: &'static str) -> AwsError {
    AwsError::sender("InvalidTag", 400, message)
}

/// More tags than ten. (memory)
pub fn too_many_tags(most: usize) -> AwsError {
    AwsError::sender("BadRequest", 400, format!("Object tags cannot be greater than {most}"))
}

/// A CORS configuration that makes no sense.
pub fn invalid_cors(message: String) -> AwsError {
    AwsError::sender("InvalidRequest", 400, message)
}

/// A bucket without CORS configuration.
pub fn no_cors(bucket: &str) -> AwsError {
    let message = "The CORS configuration does not exist";
    AwsError::sender("NoSuchCORSConfiguration", 404, message).with("BucketName", bucket)
}

/// A bucket without tags.
pub fn no_tag_set(bucket: &str) -> AwsError {
    AwsError::sender("NoSuchTagSet", 404, "The TagSet does not exist").with("BucketName", bucket)
}

/// SSE-C headers that are not whole. (memory, as the six below)
pub fn incomplete_customer_key() -> AwsError {
    let message = "Requests specifying Server Side Encryption with Customer provided keys must provide the client's key, its \
                   algorithm and the MD5 of the key.";
    AwsError::sender("InvalidArgument", 400, message)
}

/// An algorithm other than AES256.
pub fn invalid_customer_algorithm(algorithm: &str) -> AwsError {
    let message = "The Encryption request you specified is not valid. Supported value: AES256.";
    AwsError::sender("InvalidEncryptionAlgorithmError", 400, message).with("ArgumentValue", algorithm)
}

/// A key that is not 32 bytes.
pub fn invalid_customer_key() -> AwsError {
    AwsError::sender("InvalidArgument", 400, "The secret key was invalid for the specified algorithm.")
}

/// A key whose MD5 is another.
pub fn customer_key_md5_mismatch() -> AwsError {
    let message = "The calculated MD5 hash of the key did not match the hash that was provided.";
    AwsError::sender("InvalidArgument", 400, message)
}

/// A key for what no customer's key sealed.
pub fn needless_customer_key() -> AwsError {
    AwsError::sender("InvalidRequest", 400, "The encryption parameters are not applicable to this object.")
}

/// No key for what a customer's key sealed.
pub fn customer_key_needed() -> AwsError {
    let message = "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to \
                   retrieve the object.";
    AwsError::sender("InvalidRequest", 400, message)
}

/// A versioning configuration without a status. (memory)
pub fn illegal_versioning() -> AwsError {
    let message = "The Versioning element must be specified";
    AwsError::sender("IllegalVersioningConfigurationException", 400, message)
}

/// A policy that is none, in the words of the policy engine or of S3.
pub fn malformed_policy(message: String) -> AwsError {
    AwsError::sender("MalformedPolicy", 400, message)
}

/// A policy over the quota. (memory)
pub fn policy_too_large(most: usize) -> AwsError {
    let message = "Normalized policy document exceeds the maximum allowed size";
    AwsError::sender("PolicyTooLarge", 400, format!("{message} of {most} bytes"))
}

/// A public policy where the bucket blocks them.
pub fn public_policy_blocked() -> AwsError {
    AwsError::of(&errors::ACCESS_DENIED, "Access Denied")
}

/// A bucket without policy. (recorded)
pub fn no_policy(bucket: &str) -> AwsError {
    AwsError::sender("NoSuchBucketPolicy", 404, "The bucket policy does not exist").with("BucketName", bucket)
}
