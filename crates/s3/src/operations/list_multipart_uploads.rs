//! ListMultipartUploads: by key, then by upload id.

use aws_types::AwsError;
use model_s3::{
    CommonPrefix, Initiator, ListMultipartUploadsOutput, ListMultipartUploadsRequest, MultipartUpload, StorageClass,
};

use super::create_multipart_upload::kind;
use super::list_objects::encoded;
use super::list_objects_v2::{limit, owner};
use crate::Cx;
use crate::checksum::Algorithm;
use crate::entity::Upload;
use crate::table::{UPLOADS, owned_bucket, upload_sk, uploads_pk};

/// Items read at a time.
const BATCH: usize = 200;
/// Behind every text that begins alike.
const LAST: char = '\u{10FFFF}';

/// Lists the uploads under way.
pub async fn list_multipart_uploads(
    cx: &Cx<'_>,
    input: ListMultipartUploadsRequest,
) -> Result<ListMultipartUploadsOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    cx.owner_only()?;
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let (prefix, delimiter) = (input.prefix.clone().unwrap_or_default(), given(&input.delimiter));
    let limit = limit(input.max_uploads)?;
    let walk = Walk { prefix: &prefix, delimiter: delimiter.as_deref(), limit };
    let after = match (given(&input.key_marker), given(&input.upload_id_marker)) {
        (None, _) => None,
        (Some(key), Some(id)) => Some(upload_sk(&key, &id)),
        (Some(key), None) => Some(upload_sk(&key, &LAST.to_string())),
    };
    let found = walk.run(cx, &uploads_pk(&bucket), after).await?;
    let encode = |text: String| encoded(input.encoding_type, text);
    let owner = owner(cx);
    let shown = |upload: &Upload| MultipartUpload {
        upload_id: Some(upload.id.clone()),
        key: Some(encode(upload.object.key.clone())),
        initiated: Some(upload.initiated()),
        storage_class: Some(StorageClass::Standard),
        owner: Some(owner.clone()),
        initiator: Some(Initiator { id: owner.id.clone(), display_name: None }),
        checksum_algorithm: upload.algorithm.map(Algorithm::to_wire),
        checksum_type: upload.algorithm.map(|_| kind(upload.composite)),
        version_id: None,
    };
    let prefixes = found.prefixes.into_iter().map(|prefix| CommonPrefix { prefix: Some(encode(prefix)) }).collect();
    let last = found.last.filter(|_| found.more);
    Ok(ListMultipartUploadsOutput {
        bucket: Some(input.bucket),
        key_marker: Some(encode(input.key_marker.unwrap_or_default())),
        upload_id_marker: Some(input.upload_id_marker.unwrap_or_default()),
        next_key_marker: last.as_ref().map(|(key, _)| encode(key.clone())),
        next_upload_id_marker: last.and_then(|(_, id)| id),
        prefix: Some(encode(prefix.clone())),
        delimiter: delimiter.clone().map(&encode),
        max_uploads: i32::try_from(limit).ok(),
        is_truncated: Some(found.more),
        uploads: Some(found.uploads.iter().map(shown).collect()),
        common_prefixes: Some(prefixes),
        encoding_type: input.encoding_type,
        request_charged: None,
    })
}

struct Walk<'a> {
    prefix: &'a str,
    delimiter: Option<&'a str>,
    limit: usize,
}

#[derive(Default)]
struct Found {
    uploads: Vec<Upload>,
    prefixes: Vec<String>,
    /// Key and upload id of the last one told.
    last: Option<(String, Option<String>)>,
    more: bool,
}

impl Walk<'_> {
    async fn run(&self, cx: &Cx<'_>, pk: &str, mut after: Option<String>) -> Result<Found, AwsError> {
        let mut found = Found::default();
        if self.limit == 0 {
            return Ok(found);
        }
        loop {
            let read = UPLOADS.list(cx.store(), pk, self.prefix, after.as_deref(), BATCH).await?;
            let ended = read.len() < BATCH;
            for item in read {
                after = Some(item.sk);
                let rolled = self.rolled_up(&item.value.object.key);
                if rolled.is_some() && found.prefixes.last() == rolled.as_ref() {
                    continue;
                }
                if found.uploads.len() + found.prefixes.len() == self.limit {
                    found.more = true;
                    return Ok(found);
                }
                match rolled {
                    Some(rolled) => {
                        found.last = Some((format!("{rolled}{LAST}"), None));
                        found.prefixes.push(rolled);
                    }
                    None => {
                        found.last = Some((item.value.object.key.clone(), Some(item.value.id.clone())));
                        found.uploads.push(item.value);
                    }
                }
            }
            if ended {
                return Ok(found);
            }
        }
    }

    fn rolled_up(&self, key: &str) -> Option<String> {
        let delimiter = self.delimiter?;
        let (head, _) = key.strip_prefix(self.prefix)?.split_once(delimiter)?;
        Some(format!("{}{head}{delimiter}", self.prefix))
    }
}
