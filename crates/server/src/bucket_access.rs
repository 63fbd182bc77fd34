//! Who may do what at S3: the caller's policies together with the bucket's, and the bucket's alone for who is not proven.
//! What neither mentions is left to ACLs, which the operation reads.

use std::collections::HashMap;
use std::sync::Arc;

use aws_types::schema::Operation;
use aws_types::wire::Value;
use aws_types::{AwsError, Caller, Region};
use http::request::Parts;
use iam::{Identity, Question};
use iam_policy::Reason;
use percent_encoding::percent_decode_str;
use s3::entity::acl::canonical_id;
use s3::policy::{Asked as Unproven, BucketPolicy, Said};
use s3::{Leave, S3};
use world::Clock as _;

use crate::access::{Access, Origin, Proof, condition_keys};
use crate::app::App;
use crate::authorize::{Asked, Place, asked};

/// How a call was signed, as `s3:authType` says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// As the request shows.
    ByRequest,
    /// A form of an upload.
    ByForm,
    /// By this server itself, with a role that was given to it.
    ByService,
}

/// A call that is to be judged.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The server.
    pub app: &'a App,
    /// Its request's head, where that tells how it was signed.
    pub parts: &'a Parts,
    /// Where it came from.
    pub origin: Origin<'a>,
    /// What is called.
    pub operation: &'a Operation,
    /// With what.
    pub input: &'a Value,
    /// How it was signed.
    pub signed: Signed,
}

impl Access {
    /// Puts an operation of S3 to the policies of the caller and of the bucket.
    ///
    /// # Errors
    /// AWS's sentence of denial.
    pub async fn leave(&self, call: Call<'_>, proof: &Proof) -> Result<Leave, AwsError> {
        let region = Region::parse(call.origin.region).unwrap_or_default();
        let place = Place { account: &self.account, region: &region };
        let all = asked("s3", call.operation, call.input, call.parts, place).unwrap_or_default();
        let mut judge = Judge::new(self, call, proof);
        if call.operation.name == "DeleteObjects" {
            let mut each = Vec::with_capacity(all.len());
            for one in &all {
                each.push(judge.says(one).await?.0);
            }
            return Ok(Leave { said: Said::Nothing, lists: false, each });
        }
        let mut said = Said::Allowed;
        for one in &all {
            match judge.says(one).await? {
                (Said::Allowed, _) => {}
                (Said::Nothing, _) => said = Said::Nothing,
                (Said::Denied, sentence) => return Err(AwsError::sender("AccessDenied", 403, sentence)),
            }
        }
        let lists = match looked_at(call.operation.name, call.input) {
            Some(bucket) => {
                let list = Asked { action: "s3:ListBucket".to_owned(), resource: format!("arn:aws:s3:::{bucket}") };
                judge.says(&list).await?.0 == Said::Allowed
            }
            None => false,
        };
        Ok(Leave { said, lists, each: Vec::new() })
    }
}

/// The bucket in which an operation looks for an object that may be missing.
fn looked_at(operation: &str, input: &Value) -> Option<String> {
    let text = |member: &str| input.get(member).and_then(Value::as_str);
    match operation {
        "GetObject"
        | "HeadObject"
        | "GetObjectAttributes"
        | "GetObjectTagging"
        | "GetObjectAcl"
        | "PutObjectAcl"
        | "PutObjectTagging"
        | "DeleteObjectTagging" => text("Bucket").map(str::to_owned),
        "CopyObject" | "UploadPartCopy" => {
            let source = percent_decode_str(text("CopySource")?).decode_utf8_lossy();
            source.trim_start_matches('/').split('/').next().map(str::to_owned)
        }
        _ => None,
    }
}

/// Judges the questions of one call.
struct Judge<'a> {
    access: &'a Access,
    call: Call<'a>,
    caller: &'a Caller,
    identity: Option<Identity>,
    canonical_user: String,
    keys: Vec<(String, String)>,
    tag_keys: Vec<String>,
    tags: Option<Vec<(String, String)>>,
    policies: HashMap<String, Option<BucketPolicy>>,
}

impl<'a> Judge<'a> {
    fn new(access: &'a Access, call: Call<'a>, proof: &'a Proof) -> Self {
        // The root of local mode has no identity of its own; policies know it as the root all the same.
        let root = || (proof.caller == Caller::Root).then(|| Identity::Root { account: access.account.clone() });
        let (tag_keys, keys) = keys(&call);
        Self {
            access,
            call,
            caller: &proof.caller,
            identity: proof.identity.clone().or_else(root),
            canonical_user: canonical_id(&access.account),
            keys,
            tag_keys,
            tags: None,
            policies: HashMap::new(),
        }
    }

    /// What the policies say, and the sentence where they deny.
    async fn says(&mut self, asked: &Asked) -> Result<(Said, String), AwsError> {
        let is_root = *self.caller == Caller::Root;
        let mends = ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"];
        // Whatever a policy denies, the root can take it away (S3 user guide, "Bucket policies").
        if is_root && mends.contains(&asked.action.as_str()) {
            return Ok((Said::Allowed, String::new()));
        }
        let policy = self.policy(&asked.resource).await?;
        if is_root && policy.is_none() {
            return Ok((Said::Allowed, String::new()));
        }
        let tagged = !is_root && self.identity.is_some();
        if tagged || policy.as_ref().is_some_and(BucketPolicy::reads_object_tags) {
            self.read_tags(asked).await?;
        }
        let keys: Vec<(&str, &str)> =
            self.keys.iter().chain(self.tags.iter().flatten()).map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let tag_keys: Vec<&str> = self.tag_keys.iter().map(String::as_str).collect();
        let lists = [("s3:RequestObjectTagKeys", tag_keys.as_slice())];
        let now = self.call.app.clock.now();
        let Some(identity) = &self.identity else {
            let asked = Unproven { action: &asked.action, resource: &asked.resource, keys: &keys, lists: &lists, now };
            let said = policy.map_or(Said::Nothing, |policy| policy.says(&asked));
            return Ok((said, "Access Denied".to_owned()));
        };
        let question = Question {
            keys: &keys,
            lists: &lists,
            resource_policy: policy.as_ref().map(BucketPolicy::policy),
            resource_account: Some(self.access.account.as_str()),
            canonical_user: Some(&self.canonical_user),
            ..Question::new(&asked.action, &asked.resource, now)
        };
        let verdict = self.access.principals().authorize(identity, &question).await?;
        let said = match verdict.reason {
            Reason::Allowed => Said::Allowed,
            Reason::ExplicitDeny(_) => Said::Denied,
            Reason::ImplicitDeny(_) => Said::Nothing,
        };
        Ok((said, verdict.sentence))
    }

    fn s3(&self) -> &Arc<S3> {
        &self.call.app.rooms.website
    }

    /// The policy of the bucket that a resource is or lies in.
    async fn policy(&mut self, resource: &str) -> Result<Option<BucketPolicy>, AwsError> {
        let Some((bucket, _)) = place_of(resource) else { return Ok(None) };
        if let Some(known) = self.policies.get(bucket) {
            return Ok(known.clone());
        }
        let found = self.s3().bucket_policy(bucket).await?;
        self.policies.insert(bucket.to_owned(), found.clone());
        Ok(found)
    }

    /// The tags that the object bears already.
    async fn read_tags(&mut self, asked: &Asked) -> Result<(), AwsError> {
        self.tags = None;
        let Some((bucket, Some(key))) = place_of(&asked.resource) else { return Ok(()) };
        let text = |member: &str| self.call.input.get(member).and_then(Value::as_str);
        // A copy names the version of what it reads behind the source.
        let version = match text("CopySource") {
            Some(source) if asked.action.starts_with("s3:Get") => source.split_once("?versionId=").map(|(_, id)| id),
            Some(_) => None,
            None => text("VersionId"),
        };
        let tags = self.s3().tags_of(bucket, key, version).await?;
        self.tags = Some(tags.into_iter().map(|(k, v)| (format!("s3:ExistingObjectTag/{k}"), v)).collect());
        Ok(())
    }
}

/// Bucket and key of an ARN.
fn place_of(resource: &str) -> Option<(&str, Option<&str>)> {
    let place = resource.strip_prefix("arn:aws:s3:::")?;
    Some(place.split_once('/').map_or((place, None), |(bucket, key)| (bucket, Some(key))))
}

/// Members of inputs that are condition keys (service authorization reference, "Condition keys for Amazon S3").
const MEMBERS: [(&str, &str); 19] = [
    ("Prefix", "s3:prefix"),
    ("Delimiter", "s3:delimiter"),
    ("MaxKeys", "s3:max-keys"),
    ("VersionId", "s3:VersionId"),
    ("ACL", "s3:x-amz-acl"),
    ("GrantFullControl", "s3:x-amz-grant-full-control"),
    ("GrantRead", "s3:x-amz-grant-read"),
    ("GrantReadACP", "s3:x-amz-grant-read-acp"),
    ("GrantWrite", "s3:x-amz-grant-write"),
    ("GrantWriteACP", "s3:x-amz-grant-write-acp"),
    ("CopySource", "s3:x-amz-copy-source"),
    ("MetadataDirective", "s3:x-amz-metadata-directive"),
    ("ServerSideEncryption", "s3:x-amz-server-side-encryption"),
    ("SSECustomerAlgorithm", "s3:x-amz-server-side-encryption-customer-algorithm"),
    ("StorageClass", "s3:x-amz-storage-class"),
    ("WebsiteRedirectLocation", "s3:x-amz-website-redirect-location"),
    ("ObjectOwnership", "s3:x-amz-object-ownership"),
    ("IfMatch", "s3:if-match"),
    ("IfNoneMatch", "s3:if-none-match"),
];

/// The keys of the tags that a request brings, and the condition keys of one value.
fn keys(call: &Call<'_>) -> (Vec<String>, Vec<(String, String)>) {
    let of_request = condition_keys(&call.origin);
    let mut keys: Vec<(String, String)> = of_request.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    for (member, key) in MEMBERS {
        match call.input.get(member) {
            Some(Value::String(value)) => keys.push((key.to_owned(), value.clone())),
            Some(Value::Number(value)) => keys.push((key.to_owned(), value.to_string())),
            _ => {}
        }
    }
    let headers = call.origin.headers;
    if let Some(hash) = headers.get("x-amz-content-sha256").and_then(|value| value.to_str().ok()) {
        keys.push(("s3:x-amz-content-sha256".to_owned(), hash.to_owned()));
    }
    if let Some(kind) = auth_type(call) {
        keys.push(("s3:authType".to_owned(), kind.to_owned()));
        keys.push(("s3:signatureversion".to_owned(), sigv4::ALGORITHM.to_owned()));
    }
    let tags = request_tags(call.input);
    let tag_keys = tags.iter().map(|(key, _)| key.clone()).collect();
    keys.extend(tags.into_iter().map(|(key, value)| (format!("s3:RequestObjectTag/{key}"), value)));
    (tag_keys, keys)
}

fn auth_type(call: &Call<'_>) -> Option<&'static str> {
    let parts = call.parts;
    match call.signed {
        Signed::ByForm => Some("POST"),
        Signed::ByService => Some("REST-HEADER"),
        Signed::ByRequest if parts.headers.contains_key(http::header::AUTHORIZATION) => Some("REST-HEADER"),
        Signed::ByRequest if parts.uri.query().is_some_and(|query| query.contains("X-Amz-Signature=")) => {
            Some("REST-QUERY-STRING")
        }
        Signed::ByRequest => None,
    }
}

/// Tags that a request brings, in the header or as a document.
fn request_tags(input: &Value) -> Vec<(String, String)> {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    match input.get("Tagging") {
        Some(Value::String(header)) => {
            let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
            let pairs = header.split('&').filter(|pair| !pair.is_empty());
            pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(k, v)| (decode(k), decode(v))).collect()
        }
        Some(document) => {
            let all = document.get("TagSet").and_then(Value::as_array).into_iter().flatten();
            all.filter_map(|tag| Some((text(tag, "Key")?, text(tag, "Value").unwrap_or_default()))).collect()
        }
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tags_of_a_request_are_read_in_both_forms() {
        let expected = vec![("a b".to_owned(), "1&2".to_owned()), ("c".to_owned(), String::new())];
        assert_eq!(request_tags(&json!({ "Tagging": "a+b=1%262&c" })), expected);
        let document = json!({ "Tagging": { "TagSet": [{ "Key": "a b", "Value": "1&2" }, { "Key": "c" }] } });
        assert_eq!(request_tags(&document), expected);
        assert_eq!(request_tags(&json!({})), vec![]);
    }

    #[test]
    fn a_resource_tells_its_bucket() {
        assert_eq!(place_of("arn:aws:s3:::b/k/l"), Some(("b", Some("k/l"))));
        assert_eq!(place_of("arn:aws:s3:::b"), Some(("b", None)));
        assert_eq!(place_of("*"), None);
    }
}
