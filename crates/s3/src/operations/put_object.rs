//! PutObject. The content is written and synced before the object names it; the old content is removed after.

use std::collections::BTreeMap;

use aws_types::AwsError;
use model_s3::{PutObjectOutput, PutObjectRequest, ServerSideEncryption};

use crate::Cx;
use crate::access::{Given, admissible};
use crate::blobs::Written;
use crate::checksum::{Checks, Checksum, named_checksums, show_checksum};
use crate::entity::object::Headers;
use crate::entity::{Acl, Bucket, Object, Permission};
use crate::error;
use crate::table::owned_bucket;
use crate::uploads::{customer_key, show_sealing};
use crate::{tagging, versions};

/// Bytes of user metadata, names and values (S3 user guide, "Working with object metadata").
const MAX_METADATA: usize = 2048;
/// Bytes of `x-amz-website-redirect-location`.
const MAX_REDIRECT: usize = 2048;

/// Puts an object.
pub async fn put_object(cx: &Cx<'_>, input: PutObjectRequest) -> Result<PutObjectOutput, AwsError> {
    refuse_unbuilt(&input)?;
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    if !cx.may_bucket(&bucket, Permission::Write) {
        return Err(error::access_denied());
    }
    let customer = customer_key!(input)?;
    let new = describe(cx, &bucket, Described::of_put(&input))?;
    let checks = Checks::new(input.content_md5.as_deref(), named_checksums!(input), input.checksum_algorithm)?;
    let written = cx.write(customer.as_ref(), checks).await?;
    let length_differs = input.content_length.and_then(|n| u64::try_from(n).ok()).is_some_and(|n| n < written.size);
    let Written { blob, sealing, size, md5, checksum } = written;
    let object = Object { blob: blob.clone(), sealing: Some(sealing), size, md5, checksum, ..new };
    let admits = |current: Option<&Object>| check_conditions(current, &input);
    let placed = if length_differs {
        Err(error::incomplete_body().into())
    } else {
        versions::place(cx, &bucket, object.clone(), admits, |_| {}).await
    };
    let placed = cx.settle(placed, &[blob]).await?;
    let mut output = PutObjectOutput {
        e_tag: Some(object.etag()),
        version_id: placed,
        checksum_type: object.checksum.as_ref().map(Checksum::kind),
        ..PutObjectOutput::default()
    };
    show_checksum!(output, &object.checksum);
    show_sealing!(output, &object);
    Ok(output)
}

/// Headers that ask for what is not built are refused: an object must not seem locked or sealed otherwise than it is.
fn refuse_unbuilt(input: &PutObjectRequest) -> Result<(), AwsError> {
    refuse_sealing(input.server_side_encryption, input.ssekms_key_id.is_some())?;
    let asked = [
        (input.object_lock_mode.is_some(), "x-amz-object-lock-mode"),
        (input.object_lock_legal_hold_status.is_some(), "x-amz-object-lock-legal-hold"),
        (input.write_offset_bytes.is_some(), "x-amz-write-offset-bytes"),
    ];
    asked.iter().find(|(is, _)| *is).map_or(Ok(()), |(_, header)| Err(error::not_implemented(header)))
}

/// There is no KMS here.
pub fn refuse_sealing(asked: Option<ServerSideEncryption>, kms_key: bool) -> Result<(), AwsError> {
    match asked {
        None | Some(ServerSideEncryption::Aes256) if !kms_key => Ok(()),
        None | Some(ServerSideEncryption::Aes256) => {
            Err(error::not_implemented("x-amz-server-side-encryption-aws-kms-key-id"))
        }
        Some(_) => Err(error::not_implemented("x-amz-server-side-encryption")),
    }
}

/// What a request says of an object besides its content.
#[derive(Default)]
pub struct Described {
    /// `x-amz-acl`, by name.
    pub acl: Option<&'static str>,
    /// The list that grant headers make.
    pub granted: Option<Acl>,
    /// Why the grant headers make none.
    pub grant_error: Option<AwsError>,
    /// The key.
    pub key: String,
    /// `x-amz-meta-*`.
    pub metadata: BTreeMap<String, String>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// Other headers.
    pub headers: Headers,
    /// `x-amz-tagging`.
    pub tagging: Option<String>,
}

/// [`Described`] out of a request's members.
macro_rules! described {
    ($input:expr) => {{
        let (granted, grant_error) =
            match $crate::entity::Acl::from_headers(&$crate::entity::acl::grant_headers!($input, None)) {
                Ok(granted) => (granted, None),
                Err(error) => (None, Some(error)),
            };
        $crate::operations::put_object::Described {
            acl: $input.acl.map(|canned| canned.as_str()),
            granted,
            grant_error,
            key: $input.key.clone(),
            metadata: $input.metadata.clone().unwrap_or_default(),
            content_type: $input.content_type.clone(),
            headers: $crate::entity::object::Headers {
                cache_control: $input.cache_control.clone(),
                content_disposition: $input.content_disposition.clone(),
                content_encoding: $input.content_encoding.clone(),
                content_language: $input.content_language.clone(),
                expires: $input.expires.clone(),
                website_redirect_location: $input.website_redirect_location.clone(),
            },
            tagging: $input.tagging.clone(),
        }
    }};
}
pub(crate) use described;

impl Described {
    fn of_put(input: &PutObjectRequest) -> Self {
        described!(input)
    }
}

/// The object as it will be, without its content.
pub fn describe(cx: &Cx<'_>, bucket: &Bucket, given: Described) -> Result<Object, AwsError> {
    if given.key.len() > 1024 {
        return Err(error::key_too_long());
    }
    let metadata = given.metadata;
    if metadata.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > MAX_METADATA {
        return Err(error::metadata_too_large());
    }
    if let Some(error) = given.grant_error {
        return Err(error);
    }
    check_redirect(given.headers.website_redirect_location.as_deref())?;
    let account = &cx.service.config.account;
    let (acl, how): (Acl, Given) = super::requested_acl(account, given.acl, given.granted)?;
    let content_encoding = given.headers.content_encoding.as_deref().and_then(without_chunked);
    Ok(Object {
        key: given.key,
        blob: String::new(),
        sealing: None,
        parts: Vec::new(),
        size: 0,
        md5: String::new(),
        checksum: None,
        version_id: None,
        seq: 0,
        tags: tagging::read_header(given.tagging.as_deref())?,
        modified_ms: cx.call.now.ms(),
        content_type: given.content_type.unwrap_or_else(|| "binary/octet-stream".to_owned()),
        headers: Headers { content_encoding, ..given.headers },
        metadata,
        acl: admissible(bucket, acl, how)?,
    })
}

/// S3 user guide, "Setting page-level redirects": a page of this site, or one elsewhere by its whole address.
fn check_redirect(location: Option<&str>) -> Result<(), AwsError> {
    let Some(location) = location else { return Ok(()) };
    if location.len() > MAX_REDIRECT {
        return Err(error::invalid_redirect("The length of website redirect location cannot exceed 2,048 characters."));
    }
    if ["/", "http://", "https://"].iter().any(|prefix| location.starts_with(prefix)) {
        return Ok(());
    }
    let message = "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.";
    Err(error::invalid_redirect(message))
}

/// `aws-chunked` is the transport's and not the object's.
fn without_chunked(encoding: &str) -> Option<String> {
    let kept: Vec<&str> = encoding.split(',').map(str::trim).filter(|e| !e.is_empty() && *e != "aws-chunked").collect();
    (!kept.is_empty()).then(|| kept.join(","))
}

fn check_conditions(current: Option<&Object>, input: &PutObjectRequest) -> Result<(), AwsError> {
    conditions(current, input.if_match.as_deref(), input.if_none_match.as_deref(), &input.key)
}

/// `If-None-Match: *` and `If-Match` of a write (S3 user guide, "Conditional writes").
pub fn conditions(
    current: Option<&Object>,
    if_match: Option<&str>,
    if_none_match: Option<&str>,
    key: &str,
) -> Result<(), AwsError> {
    match (if_none_match, current) {
        (Some("*"), Some(_)) => return Err(error::precondition_failed("If-None-Match")),
        (Some("*"), None) | (None, _) => {}
        (Some(_), _) => return Err(error::not_implemented("If-None-Match")),
    }
    match (if_match, current) {
        (Some(_), None) => Err(error::no_such_key(key)),
        (Some(tag), Some(current)) if tag.trim_matches('"') != current.md5 => {
            Err(error::precondition_failed("If-Match"))
        }
        _ => Ok(()),
    }
}
