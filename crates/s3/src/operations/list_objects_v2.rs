//! ListObjectsV2: keys in byte order, rolled up at a delimiter, in pages.

use aws_types::AwsError;
use model_s3::{
    CommonPrefix, ListObjectsV2Output, ListObjectsV2Request, Object as WireObject, ObjectStorageClass, Owner,
};

use crate::Cx;
use crate::entity::acl::canonical_id;
use crate::entity::{Bucket, Object, Permission};
use crate::error;
use crate::table::{OBJECTS, objects_pk, owned_bucket};

/// Keys and prefixes in one answer.
pub const MAX_KEYS: i32 = 1000;
/// Keys that are read at a time while each prefix rolls up more than that.
const WITHIN_PREFIX: usize = 16;

/// Lists a bucket.
pub async fn list_objects_v2(cx: &Cx<'_>, input: ListObjectsV2Request) -> Result<ListObjectsV2Output, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    if !cx.may_bucket(&bucket, Permission::Read) {
        return Err(error::access_denied());
    }
    let prefix = input.prefix.clone().unwrap_or_default();
    let delimiter = input.delimiter.clone().filter(|d| !d.is_empty());
    let query = format!("s3 ListObjectsV2 {} {prefix:?} {delimiter:?}", bucket.id);
    let after = match input.continuation_token.as_deref() {
        Some(token) => {
            Some(cx.store().sealer().read_page_token(&query, token).ok_or_else(error::invalid_continuation_token)?)
        }
        None => input.start_after.clone(),
    };
    let limit = limit(input.max_keys)?;
    let listing = Listing { prefix: &prefix, delimiter: delimiter.as_deref(), after, limit };
    let page = listing.run(cx, &bucket).await?;
    let encode = |text: String| super::list_objects::encoded(input.encoding_type, text);
    let owner = (input.fetch_owner == Some(true)).then(|| owner(cx));
    let count = page.objects.len() + page.prefixes.len();
    Ok(ListObjectsV2Output {
        is_truncated: Some(page.next.is_some()),
        name: Some(input.bucket),
        prefix: Some(encode(prefix)),
        delimiter: delimiter.map(&encode),
        max_keys: Some(input.max_keys.unwrap_or(MAX_KEYS)),
        encoding_type: input.encoding_type,
        key_count: i32::try_from(count).ok(),
        continuation_token: input.continuation_token,
        next_continuation_token: page.next.map(|key| cx.store().sealer().page_token(&query, &key)),
        start_after: input.start_after.map(&encode),
        common_prefixes: Some(page.prefixes.into_iter().map(|p| CommonPrefix { prefix: Some(encode(p)) }).collect()),
        contents: Some(
            page.objects
                .into_iter()
                .map(|object| WireObject {
                    owner: owner.clone(),
                    key: Some(encode(object.key.clone())),
                    ..wire(&object)
                })
                .collect(),
        ),
        request_charged: None,
    })
}

/// `max-keys`: 0 to 1,000; more is cut.
pub fn limit(asked: Option<i32>) -> Result<usize, AwsError> {
    let asked = asked.unwrap_or(MAX_KEYS);
    let message = "Argument maxKeys must be an integer between 0 and 2147483647";
    usize::try_from(asked.min(MAX_KEYS)).map_err(|_| error::invalid_argument(message, "maxKeys", &asked.to_string()))
}

/// The owner of everything.
pub fn owner(cx: &Cx<'_>) -> Owner {
    Owner { id: Some(canonical_id(&cx.service.config.account)), display_name: None }
}

/// An object as lists show it, without its key.
pub fn wire(object: &Object) -> WireObject {
    WireObject {
        last_modified: Some(object.modified()),
        e_tag: Some(object.etag()),
        size: i64::try_from(object.size).ok(),
        storage_class: Some(ObjectStorageClass::Standard),
        ..WireObject::default()
    }
}

/// One walk over a bucket.
pub struct Listing<'a> {
    /// Keys begin with this.
    pub prefix: &'a str,
    /// Keys that hold it after the prefix are rolled up.
    pub delimiter: Option<&'a str>,
    /// Keys and prefixes come after this.
    pub after: Option<String>,
    /// Keys and prefixes in all.
    pub limit: usize,
}

/// What a walk found.
#[derive(Default)]
pub struct Page {
    /// Objects.
    pub objects: Vec<Object>,
    /// Rolled-up prefixes.
    pub prefixes: Vec<String>,
    /// The last key or prefix, where there is more.
    pub next: Option<String>,
}

impl Page {
    const fn len(&self) -> usize {
        self.objects.len() + self.prefixes.len()
    }
}

impl Listing<'_> {
    /// Walks. A rolled-up prefix is left by a jump behind its keys, so that the cost follows the answer.
    pub async fn run(mut self, cx: &Cx<'_>, bucket: &Bucket) -> Result<Page, AwsError> {
        let pk = objects_pk(bucket);
        let mut page = Page::default();
        // A page that ended with a rolled-up prefix goes on behind all of its keys.
        let mut told = self.after.as_deref().and_then(|after| self.rolled_up(after).filter(|rolled| rolled == after));
        if let Some(rolled) = &told {
            self.after = Some(behind(rolled));
        }
        let mut last = None;
        let mut ask = self.limit + 1;
        while self.limit > 0 {
            let found = OBJECTS.list(cx.store(), &pk, self.prefix, self.after.as_deref(), ask).await?;
            if found.is_empty() {
                return Ok(page);
            }
            let before = page.len();
            for object in found.into_iter().map(|object| object.value) {
                if self.after.as_ref().is_some_and(|after| object.key <= *after) {
                    continue;
                }
                if told.as_ref().is_some_and(|told| object.key.starts_with(told.as_str())) {
                    self.after = Some(object.key);
                    continue;
                }
                if page.len() == self.limit {
                    page.next = last;
                    return Ok(page);
                }
                if let Some(rolled) = self.rolled_up(&object.key) {
                    self.after = Some(behind(&rolled));
                    (last, told) = (Some(rolled.clone()), Some(rolled.clone()));
                    page.prefixes.push(rolled);
                } else {
                    self.after = Some(object.key.clone());
                    last = Some(object.key.clone());
                    page.objects.push(object);
                }
            }
            // Where one prefix swallowed all that was read, the next may do so too: then little is read at a time.
            ask = if page.len() <= before + 1 { WITHIN_PREFIX } else { self.limit + 1 };
        }
        Ok(page)
    }

    fn rolled_up(&self, key: &str) -> Option<String> {
        let delimiter = self.delimiter?;
        let rest = key.strip_prefix(self.prefix)?;
        let (head, _) = rest.split_once(delimiter)?;
        Some(format!("{}{head}{delimiter}", self.prefix))
    }
}

/// Behind every key that begins with the prefix, but for those that go on with the last character of Unicode.
fn behind(prefix: &str) -> String {
    format!("{prefix}\u{10FFFF}")
}
