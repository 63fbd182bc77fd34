//! Operations against a bucket of its own each, in memory and a temporary folder.

use aws_types::{AccountId, Answer, AwsError, ByteStream, CallContext, Caller, Region, Service as _};
use s3_website::ports::Want;
use s3_website::{Unreadable, Visitor, WebsiteSource as _};
use serde_json::{Value, json};
use std::sync::Arc;
use testkit::World;

use super::*;

mod listing;
mod policies;

struct Room {
    world: Arc<World>,
    s3: Arc<S3>,
    caller: Caller,
    region: &'static str,
    folder: tempfile::TempDir,
}

fn room() -> Room {
    let folder = tempfile::tempdir().unwrap();
    let world = Arc::new(World::default());
    let doors = Doors { store: world.store.clone(), clock: world.clock.clone(), rng: world.rng.clone() };
    let s3 = S3::new(Config { account: AccountId::default(), objects: folder.path().to_owned() }, doors);
    Room { world, s3, caller: Caller::Root, region: "us-east-1", folder }
}

impl Room {
    fn anonymous(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            world: Arc::clone(&self.world),
            s3: Arc::clone(&self.s3),
            caller: Caller::Anonymous,
            region: self.region,
            folder,
        }
    }

    async fn send(&self, operation: &str, input: Value, body: Option<&str>) -> Result<Answer, AwsError> {
        let region = Region::parse(self.region).unwrap();
        let call = CallContext { region, ..self.world.call(self.caller.clone()) };
        let body = body.map(|text| ByteStream::from_bytes(text.to_owned().into()));
        self.s3.call(&call, operation, input, body).await
    }

    async fn ok(&self, operation: &str, input: Value) -> Value {
        self.send(operation, input, None).await.unwrap().output
    }

    async fn refused(&self, operation: &str, input: Value) -> (String, u16) {
        let error = self.send(operation, input, None).await.unwrap_err();
        (error.code.into_owned(), error.status)
    }

    async fn put(&self, key: &str, content: &str, more: Value) -> Result<Value, AwsError> {
        let mut input = json!({ "Bucket": "bucket", "Key": key });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.send("PutObject", input, Some(content)).await.map(|answer| answer.output)
    }

    async fn get(&self, key: &str, more: Value) -> Result<(Value, String, Option<u16>), AwsError> {
        let mut input = json!({ "Bucket": "bucket", "Key": key });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = self.send("GetObject", input, None).await?;
        Ok((answer.output, text(answer.body).await, answer.status))
    }

    /// A bucket whose objects may be made public by ACL.
    async fn open_bucket(&self) {
        self.ok("CreateBucket", json!({ "Bucket": "bucket", "ObjectOwnership": "ObjectWriter" })).await;
        self.ok("DeletePublicAccessBlock", json!({ "Bucket": "bucket" })).await;
    }

    fn files(&self) -> usize {
        fn count(folder: &std::path::Path) -> usize {
            let entries = std::fs::read_dir(folder).unwrap();
            entries.map(|e| e.unwrap().path()).map(|p| if p.is_dir() { count(&p) } else { 1 }).sum()
        }
        count(self.folder.path())
    }
}

async fn text(body: Option<ByteStream>) -> String {
    let mut all = Vec::new();
    let Some(mut body) = body else { return String::new() };
    while let Some(piece) = std::future::poll_fn(|cx| body.0.as_mut().poll_next(cx)).await {
        all.extend_from_slice(&piece.unwrap());
    }
    String::from_utf8(all).unwrap()
}

fn code(result: Result<impl Sized, AwsError>) -> (String, u16) {
    let error = result.err().unwrap();
    (error.code.into_owned(), error.status)
}

fn is(code: &str, status: u16) -> (String, u16) {
    (code.to_owned(), status)
}

#[tokio::test]
async fn a_bucket_lives_and_dies() {
    let room = room();
    assert_eq!(room.ok("CreateBucket", json!({ "Bucket": "bucket" })).await["Location"], "/bucket");
    room.ok("CreateBucket", json!({ "Bucket": "bucket" })).await;
    assert_eq!(room.ok("HeadBucket", json!({ "Bucket": "bucket" })).await["BucketRegion"], "us-east-1");
    assert_eq!(room.ok("ListBuckets", json!({})).await["Buckets"][0]["Name"], "bucket");
    room.put("k", "v", json!({})).await.unwrap();
    assert_eq!(room.refused("DeleteBucket", json!({ "Bucket": "bucket" })).await, is("BucketNotEmpty", 409));
    room.ok("DeleteObject", json!({ "Bucket": "bucket", "Key": "k" })).await;
    room.ok("DeleteBucket", json!({ "Bucket": "bucket" })).await;
    assert_eq!(room.refused("HeadBucket", json!({ "Bucket": "bucket" })).await, is("NoSuchBucket", 404));
    assert_eq!(room.refused("DeleteBucket", json!({ "Bucket": "bucket" })).await, is("NoSuchBucket", 404));
}

#[tokio::test]
async fn create_bucket_refuses_bad_names_and_places() {
    let mut room = room();
    assert_eq!(room.refused("CreateBucket", json!({ "Bucket": "Bad_Name" })).await, is("InvalidBucketName", 400));
    let elsewhere = json!({ "Bucket": "bucket", "CreateBucketConfiguration": { "LocationConstraint": "eu-west-1" } });
    room.region = "eu-central-1";
    assert_eq!(room.refused("CreateBucket", elsewhere.clone()).await.0, "IllegalLocationConstraintException");
    assert_eq!(
        room.refused("CreateBucket", json!({ "Bucket": "bucket" })).await.0,
        "IllegalLocationConstraintException"
    );
    room.region = "eu-west-1";
    room.ok("CreateBucket", elsewhere.clone()).await;
    assert_eq!(room.refused("CreateBucket", elsewhere).await, is("BucketAlreadyOwnedByYou", 409));
    let location = room.ok("GetBucketLocation", json!({ "Bucket": "bucket" })).await;
    assert_eq!(location["LocationConstraint"], "eu-west-1");
    let locked = json!({ "Bucket": "locked", "ObjectLockEnabledForBucket": true });
    assert_eq!(room.refused("CreateBucket", locked).await, is("NotImplemented", 501));
}

#[tokio::test]
async fn an_object_comes_back_as_it_was_put() {
    let room = room();
    room.open_bucket().await;
    let more = json!({ "ContentType": "text/plain", "CacheControl": "no-cache", "Metadata": { "a": "b" }, "ContentEncoding": "gzip,aws-chunked" });
    let put = room.put("a/b c", "hello", more).await.unwrap();
    assert_eq!(put["ETag"], "\"5d41402abc4b2a76b9719d911017c592\"");
    let (head, content, status) = room.get("a/b c", json!({})).await.unwrap();
    assert_eq!((content.as_str(), status), ("hello", None));
    assert_eq!(head["ContentType"], "text/plain");
    assert_eq!(head["ContentEncoding"], "gzip");
    assert_eq!(head["Metadata"]["a"], "b");
    assert_eq!(head["ContentLength"], 5);
    let told = room.ok("HeadObject", json!({ "Bucket": "bucket", "Key": "a/b c" })).await;
    assert_eq!((&told["ETag"], &told["CacheControl"]), (&head["ETag"], &head["CacheControl"]));
    assert_eq!(room.get("none", json!({})).await.err().unwrap().fields[0].1, "none");
}

#[tokio::test]
async fn ranges_and_conditions() {
    let room = room();
    room.open_bucket().await;
    let put = room.put("k", "0123456789", json!({})).await.unwrap();
    let (head, content, status) = room.get("k", json!({ "Range": "bytes=2-4" })).await.unwrap();
    assert_eq!((content.as_str(), status, head["ContentRange"].as_str().unwrap()), ("234", Some(206), "bytes 2-4/10"));
    assert_eq!(code(room.get("k", json!({ "Range": "bytes=10-" })).await), is("InvalidRange", 416));
    let (_, content, status) = room.get("k", json!({ "IfNoneMatch": put["ETag"] })).await.unwrap();
    assert_eq!((content.as_str(), status), ("", Some(304)));
    assert_eq!(code(room.get("k", json!({ "IfMatch": "\"x\"" })).await), is("PreconditionFailed", 412));
    assert_eq!(code(room.put("k", "x", json!({ "IfNoneMatch": "*" })).await), is("PreconditionFailed", 412));
    assert_eq!(code(room.put("n", "x", json!({ "IfMatch": "\"x\"" })).await), is("NoSuchKey", 404));
    assert_eq!(code(room.put("k", "x", json!({ "IfMatch": "\"x\"" })).await), is("PreconditionFailed", 412));
}

#[tokio::test]
async fn replacing_and_refusing_leave_one_content() {
    let room = room();
    room.open_bucket().await;
    room.put("k", "one", json!({})).await.unwrap();
    room.put("k", "two", json!({})).await.unwrap();
    assert_eq!(room.files(), 1);
    assert_eq!(
        code(room.put("k", "3", json!({ "ContentMD5": "AAAAAAAAAAAAAAAAAAAAAA==" })).await),
        is("BadDigest", 400)
    );
    assert_eq!(code(room.put("k", "3", json!({ "ContentMD5": "xyz" })).await), is("InvalidDigest", 400));
    assert_eq!(code(room.put("k", "3", json!({ "ChecksumCRC32": "AAAAAA==" })).await), is("BadDigest", 400));
    assert_eq!(code(room.put("k", "3", json!({ "ChecksumSHA256": "AAAA" })).await), is("InvalidRequest", 400));
    assert_eq!(code(room.put("k", "3", json!({ "ServerSideEncryption": "aws:kms" })).await), is("NotImplemented", 501));
    assert_eq!(code(room.put(&"k".repeat(1025), "3", json!({})).await), is("KeyTooLongError", 400));
    let fat = json!({ "Metadata": { "a": "b".repeat(2048) } });
    assert_eq!(code(room.put("k", "3", fat).await), is("MetadataTooLarge", 400));
    assert_eq!(room.files(), 1);
    assert_eq!(room.get("k", json!({})).await.unwrap().1, "two");
    assert_eq!(
        room.put("k", "123456789", json!({ "ChecksumCRC32": "y/Q5Jg==" })).await.unwrap()["ChecksumCRC32"],
        "y/Q5Jg=="
    );
}

#[tokio::test]
async fn a_crash_between_content_and_name_is_swept_away() {
    let room = room();
    room.open_bucket().await;
    room.put("k", "kept", json!({})).await.unwrap();
    std::fs::create_dir_all(room.folder.path().join("ab")).unwrap();
    std::fs::write(room.folder.path().join("ab/ab-orphan"), "lost").unwrap();
    std::fs::write(room.folder.path().join("x.part"), "half").unwrap();
    assert_eq!(room.s3.sweep().await.unwrap(), 2);
    assert_eq!(room.get("k", json!({})).await.unwrap().1, "kept");
}

#[tokio::test]
async fn the_sweep_leaves_an_upload_under_way_alone() {
    let room = room();
    let content = ByteStream::from_bytes("new".into());
    let sealer = room.world.store.sealer();
    let rng = room.world.rng.as_ref();
    let writing = blobs::Writing { sealer, rng, customer: None, checks: checksum::Checks::default() };
    let written = room.s3.blobs.write(content, writing).await.unwrap();
    assert_eq!(room.s3.sweep().await.unwrap(), 0);
    let piece = entity::Piece { blob: written.blob, sealing: Some(written.sealing), start: 0, len: 3 };
    let content = room.s3.blobs.read(vec![piece], sealer, None).await.unwrap().unwrap();
    assert_eq!(reading::collect(content).await.unwrap(), b"new");
    let doors = Doors {
        store: room.world.store.clone(),
        clock: room.world.clock.clone(),
        rng: Arc::new(world::fake::SeededRng::new(2)),
    };
    let next = S3::new(Config { account: AccountId::default(), objects: room.folder.path().to_owned() }, doors);
    assert_eq!(next.sweep().await.unwrap(), 1);
}

struct Never;

impl futures_core::Stream for Never {
    type Item = std::io::Result<bytes::Bytes>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Pending
    }
}

#[tokio::test]
async fn an_upload_whose_client_goes_away_leaves_nothing() {
    let room = room();
    room.open_bucket().await;
    let call = room.world.call(Caller::Root);
    let input = json!({ "Bucket": "bucket", "Key": "k" });
    let body = Some(ByteStream(Box::pin(Never)));
    tokio::select! {
        answer = room.s3.call(&call, "PutObject", input, body) => panic!("{:?}", answer.err()),
        () = async { while room.files() == 0 { tokio::task::yield_now().await } } => {}
    }
    assert_eq!(room.files(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_read_amid_replacements_gets_one_content_or_the_other() {
    let room = room();
    room.open_bucket().await;
    room.put("k", "old", json!({ "ACL": "public-read" })).await.unwrap();
    let writes = async {
        for _ in 0..30 {
            room.put("k", "new", json!({ "ACL": "public-read" })).await.unwrap();
        }
    };
    let reads = async {
        for _ in 0..60 {
            let (_, content, _) = room.get("k", json!({})).await.unwrap();
            assert!(content == "old" || content == "new", "{content}");
            assert!(room.s3.public_object(Visitor::default(), "bucket", "k", Want::Content).await.is_ok());
            let copy = json!({ "Bucket": "bucket", "Key": "copy", "CopySource": "bucket/k" });
            room.ok("CopyObject", copy).await;
        }
    };
    tokio::join!(writes, reads);
    assert_eq!(room.files(), 2);
}

#[tokio::test]
async fn a_link_that_anybody_can_write_replaces_no_headers() {
    let room = room();
    room.open_bucket().await;
    room.put("k", "<script>", json!({ "ACL": "public-read", "ContentType": "text/plain" })).await.unwrap();
    let page = json!({ "ResponseContentType": "text/html" });
    assert_eq!(code(room.anonymous().get("k", page.clone()).await), is("InvalidRequest", 400));
    assert_eq!(room.get("k", page).await.unwrap().0["ContentType"], "text/html");
    assert_eq!(room.anonymous().get("k", json!({})).await.unwrap().0["ContentType"], "text/plain");
}

#[tokio::test]
async fn a_redirect_leads_to_a_page_or_an_address() {
    let room = room();
    room.open_bucket().await;
    for good in ["/other.html", "https://example.com/"] {
        room.put("k", "", json!({ "WebsiteRedirectLocation": good })).await.unwrap();
    }
    for bad in ["javascript:alert(1)", "other.html", "", &format!("/{}", "a".repeat(2048))] {
        let refused = room.put("k", "", json!({ "WebsiteRedirectLocation": bad })).await;
        assert_eq!(code(refused), is("InvalidRedirectLocation", 400), "{bad}");
    }
}

#[tokio::test]
async fn anonymous_callers_see_what_is_public_and_nothing_else() {
    let room = room();
    room.open_bucket().await;
    room.put("open", "o", json!({ "ACL": "public-read" })).await.unwrap();
    room.put("shut", "s", json!({})).await.unwrap();
    let anyone = room.anonymous();
    assert_eq!(anyone.get("open", json!({})).await.unwrap().1, "o");
    for key in ["shut", "missing"] {
        assert_eq!(code(anyone.get(key, json!({})).await), is("AccessDenied", 403), "{key}");
    }
    for operation in
        ["ListObjectsV2", "GetBucketAcl", "GetBucketWebsite", "DeleteBucket", "HeadBucket", "GetPublicAccessBlock"]
    {
        assert_eq!(
            anyone.refused(operation, json!({ "Bucket": "bucket" })).await,
            is("AccessDenied", 403),
            "{operation}"
        );
    }
    assert_eq!(anyone.refused("ListBuckets", json!({})).await, is("AccessDenied", 403));
    assert_eq!(code(anyone.put("open", "x", json!({})).await), is("AccessDenied", 403));
    assert_eq!(
        anyone.refused("DeleteObject", json!({ "Bucket": "bucket", "Key": "open" })).await,
        is("AccessDenied", 403)
    );
    room.ok("PutBucketAcl", json!({ "Bucket": "bucket", "ACL": "public-read" })).await;
    assert_eq!(code(anyone.get("missing", json!({})).await), is("NoSuchKey", 404));
    let block = json!({ "IgnorePublicAcls": true });
    room.ok("PutPublicAccessBlock", json!({ "Bucket": "bucket", "PublicAccessBlockConfiguration": block })).await;
    assert_eq!(code(anyone.get("open", json!({})).await), is("AccessDenied", 403));
}

#[tokio::test]
async fn new_buckets_take_no_public_acl() {
    let room = room();
    room.ok("CreateBucket", json!({ "Bucket": "bucket" })).await;
    let public = json!({ "ACL": "public-read" });
    assert_eq!(code(room.put("k", "v", public.clone()).await), is("AccessControlListNotSupported", 400));
    room.put("k", "v", json!({ "ACL": "bucket-owner-full-control" })).await.unwrap();
    let rules = json!({ "Rules": [{ "ObjectOwnership": "BucketOwnerPreferred" }] });
    room.ok("PutBucketOwnershipControls", json!({ "Bucket": "bucket", "OwnershipControls": rules })).await;
    assert_eq!(code(room.put("k", "v", public.clone()).await), is("AccessDenied", 403));
    let told = room.ok("GetPublicAccessBlock", json!({ "Bucket": "bucket" })).await;
    assert_eq!(told["PublicAccessBlockConfiguration"]["BlockPublicAcls"], true);
    room.ok("DeletePublicAccessBlock", json!({ "Bucket": "bucket" })).await;
    assert_eq!(
        room.refused("GetPublicAccessBlock", json!({ "Bucket": "bucket" })).await.0,
        "NoSuchPublicAccessBlockConfiguration"
    );
    room.put("k", "v", public).await.unwrap();
    let acl = room.ok("GetObjectAcl", json!({ "Bucket": "bucket", "Key": "k" })).await;
    assert_eq!(acl["Grants"][1]["Grantee"]["URI"], "http://acs.amazonaws.com/groups/global/AllUsers");
    room.ok("DeleteBucketOwnershipControls", json!({ "Bucket": "bucket" })).await;
    assert_eq!(
        room.refused("GetBucketOwnershipControls", json!({ "Bucket": "bucket" })).await.0,
        "OwnershipControlsNotFoundError"
    );
}

#[tokio::test]
async fn acls_in_every_form() {
    let room = room();
    room.open_bucket().await;
    let bucket = |more: Value| {
        let mut input = json!({ "Bucket": "bucket" });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    assert_eq!(room.refused("PutBucketAcl", bucket(json!({}))).await, is("MissingSecurityHeader", 400));
    let both = json!({ "ACL": "private", "GrantRead": "id=\"x\"" });
    assert_eq!(room.refused("PutBucketAcl", bucket(both)).await.0, "InvalidArgument");
    let id = entity::acl::canonical_id(&AccountId::default());
    let both = json!({ "ACL": "private", "GrantRead": format!("id=\"{id}\"") });
    assert_eq!(room.refused("PutBucketAcl", bucket(both)).await.0, "InvalidRequest");
    for (grant, message) in
        [("uri=\"http://x\"", "Invalid group uri"), ("id=\"x\"", "Invalid id"), ("x", "Argument format not recognized")]
    {
        let error = room.send("PutBucketAcl", bucket(json!({ "GrantRead": grant })), None).await.unwrap_err();
        assert_eq!(error.message, message);
    }
    room.ok("PutBucketAcl", bucket(json!({ "GrantRead": "uri=\"http://acs.amazonaws.com/groups/global/AllUsers\"" })))
        .await;
    assert!(room.anonymous().send("ListObjectsV2", bucket(json!({})), None).await.is_ok());
    let told = room.ok("GetBucketAcl", bucket(json!({}))).await;
    room.ok(
        "PutBucketAcl",
        bucket(json!({ "AccessControlPolicy": { "Grants": told["Grants"], "Owner": told["Owner"] } })),
    )
    .await;
    assert_eq!(room.ok("GetBucketAcl", bucket(json!({}))).await, told);
    let ownerless = json!({ "AccessControlPolicy": { "Grants": told["Grants"] } });
    assert_eq!(room.refused("PutBucketAcl", bucket(ownerless)).await.0, "MalformedACLError");
    let mixed = json!({ "ACL": "private", "AccessControlPolicy": { "Grants": told["Grants"] } });
    assert_eq!(room.refused("PutBucketAcl", bucket(mixed)).await.0, "UnexpectedContent");
    let enforced = json!({ "OwnershipControls": { "Rules": [{ "ObjectOwnership": "BucketOwnerEnforced" }] } });
    assert_eq!(
        room.refused("PutBucketOwnershipControls", bucket(enforced)).await.0,
        "InvalidBucketAclWithObjectOwnership"
    );
}

#[tokio::test]
async fn lists_roll_up_and_go_on() {
    let room = room();
    room.open_bucket().await;
    for key in ["a", "b/1", "b/2", "c/1/x", "d", "é/1"] {
        room.put(key, "v", json!({})).await.unwrap();
    }
    let names = |listed: &Value| -> Vec<String> {
        let keys = listed["Contents"].as_array().unwrap().iter().map(|o| o["Key"].as_str().unwrap().to_owned());
        let prefixes =
            listed["CommonPrefixes"].as_array().unwrap().iter().map(|p| p["Prefix"].as_str().unwrap().to_owned());
        let mut all: Vec<String> = keys.chain(prefixes).collect();
        all.sort();
        all
    };
    let all = room.ok("ListObjectsV2", json!({ "Bucket": "bucket", "Delimiter": "/" })).await;
    assert_eq!(names(&all), ["a", "b/", "c/", "d", "é/"]);
    let (mut token, mut seen) = (Value::Null, Vec::new());
    for page in 0.. {
        assert!(page < 10, "the list does not end");
        let listed = room
            .ok(
                "ListObjectsV2",
                json!({ "Bucket": "bucket", "Delimiter": "/", "MaxKeys": 1, "ContinuationToken": token }),
            )
            .await;
        seen.extend(names(&listed));
        token = listed["NextContinuationToken"].clone();
        if listed["IsTruncated"] == false {
            break;
        }
    }
    assert_eq!(seen, ["a", "b/", "c/", "d", "é/"]);
    let first = room.ok("ListObjectsV2", json!({ "Bucket": "bucket", "MaxKeys": 1 })).await;
    let stolen = json!({ "Bucket": "bucket", "Prefix": "b/", "ContinuationToken": first["NextContinuationToken"] });
    assert_eq!(room.refused("ListObjectsV2", stolen).await, is("InvalidArgument", 400));
    let v1 = room.ok("ListObjects", json!({ "Bucket": "bucket", "Marker": "b/1", "EncodingType": "url" })).await;
    assert_eq!(names(&v1), ["%C3%A9/1", "b/2", "c/1/x", "d"]);
    assert_eq!(
        room.refused("ListObjectsV2", json!({ "Bucket": "bucket", "MaxKeys": -1 })).await,
        is("InvalidArgument", 400)
    );
}

#[tokio::test]
async fn a_prefix_is_told_once_whatever_its_keys_go_on_with() {
    let room = room();
    room.open_bucket().await;
    for key in ["a/1", "a/\u{10FFFF}x", "a/\u{10FFFF}y", "b/\u{10FFFF}", "c"] {
        room.put(key, "v", json!({})).await.unwrap();
    }
    for n in 0..40 {
        room.put(&format!("d/{n}"), "v", json!({})).await.unwrap();
        room.put(&format!("e/{n}"), "v", json!({})).await.unwrap();
    }
    for size in [1, 2, 3, 1000] {
        let (mut token, mut seen) = (Value::Null, Vec::new());
        loop {
            let page = json!({ "Bucket": "bucket", "Delimiter": "/", "MaxKeys": size, "ContinuationToken": token });
            let listed = room.ok("ListObjectsV2", page).await;
            let keys = listed["Contents"].as_array().unwrap().iter().map(|o| o["Key"].as_str().unwrap());
            let prefixes = listed["CommonPrefixes"].as_array().unwrap().iter().map(|p| p["Prefix"].as_str().unwrap());
            seen.extend(keys.chain(prefixes).map(str::to_owned));
            assert!(seen.len() < 10, "the list does not end: {seen:?}");
            token = listed["NextContinuationToken"].clone();
            if listed["IsTruncated"] == false {
                break;
            }
        }
        seen.sort();
        assert_eq!(seen, ["a/", "b/", "c", "d/", "e/"], "{size}");
    }
}

#[tokio::test]
async fn many_are_deleted_at_once_and_copies_are_made() {
    let room = room();
    room.open_bucket().await;
    room.put("a", "v", json!({ "Metadata": { "m": "1" }, "ContentType": "text/plain" })).await.unwrap();
    room.ok("CopyObject", json!({ "Bucket": "bucket", "Key": "b", "CopySource": "/bucket/a" })).await;
    let (head, content, _) = room.get("b", json!({})).await.unwrap();
    assert_eq!(
        (content.as_str(), &head["Metadata"]["m"], &head["ContentType"]),
        ("v", &json!("1"), &json!("text/plain"))
    );
    let itself = json!({ "Bucket": "bucket", "Key": "a", "CopySource": "bucket/a" });
    assert_eq!(room.refused("CopyObject", itself).await, is("InvalidRequest", 400));
    assert_eq!(
        room.refused("CopyObject", json!({ "Bucket": "bucket", "Key": "c", "CopySource": "x" })).await,
        is("InvalidArgument", 400)
    );
    let doomed = json!({ "Objects": [{ "Key": "a" }, { "Key": "none" }, { "Key": "b", "ETag": "\"00\"" }] });
    let deleted = room.ok("DeleteObjects", json!({ "Bucket": "bucket", "Delete": doomed })).await;
    assert_eq!(deleted["Deleted"].as_array().unwrap().len(), 2);
    assert_eq!(deleted["Errors"][0]["Code"], "PreconditionFailed");
    assert_eq!(
        room.refused("DeleteObjects", json!({ "Bucket": "bucket", "Delete": { "Objects": [] } })).await,
        is("MalformedXML", 400)
    );
    assert_eq!(room.files(), 1);
}

#[tokio::test]
async fn website_configurations_are_checked_and_served() {
    let room = room();
    room.open_bucket().await;
    let put = |website: Value| json!({ "Bucket": "bucket", "WebsiteConfiguration": website });
    let index = json!({ "Suffix": "index.html" });
    for (bad, code) in [
        (json!({}), "InvalidArgument"),
        (json!({ "IndexDocument": { "Suffix": "a/b" } }), "InvalidArgument"),
        (json!({ "RedirectAllRequestsTo": { "HostName": "x" }, "IndexDocument": index }), "InvalidArgument"),
        (
            json!({ "IndexDocument": index, "RoutingRules": [{ "Redirect": { "ReplaceKeyWith": "a", "ReplaceKeyPrefixWith": "b" } }] }),
            "InvalidRequest",
        ),
        (json!({ "IndexDocument": index, "RoutingRules": [{ "Condition": {}, "Redirect": {} }] }), "InvalidRequest"),
        (
            json!({ "IndexDocument": index, "RoutingRules": [{ "Redirect": { "HttpRedirectCode": "200" } }] }),
            "InvalidRequest",
        ),
    ] {
        assert_eq!(room.refused("PutBucketWebsite", put(bad.clone())).await.0, code, "{bad}");
    }
    assert_eq!(
        room.refused("GetBucketWebsite", json!({ "Bucket": "bucket" })).await,
        is("NoSuchWebsiteConfiguration", 404)
    );
    room.ok("PutBucketWebsite", put(json!({ "IndexDocument": index, "ErrorDocument": { "Key": "e" } }))).await;
    assert_eq!(room.ok("GetBucketWebsite", json!({ "Bucket": "bucket" })).await["ErrorDocument"]["Key"], "e");
    let plan = room.s3.website("bucket").await.unwrap().unwrap();
    assert_eq!(plan.index_suffix.as_deref(), Some("index.html"));
    room.put("index.html", "home", json!({ "ACL": "public-read", "ContentType": "text/html" })).await.unwrap();
    room.put("shut", "s", json!({})).await.unwrap();
    let part =
        room.s3.public_object(Visitor::default(), "bucket", "index.html", Want::Part("bytes=1-1")).await.unwrap();
    assert_eq!((part.part, part.size > 1, text(part.body).await.len()), (Some((1, 1)), true, 1));
    let behind = room.s3.public_object(Visitor::default(), "bucket", "index.html", Want::Part("bytes=99-")).await;
    assert!(matches!(behind, Err(Unreadable::InvalidRange(_))));
    let page = room.s3.public_object(Visitor::default(), "bucket", "index.html", Want::Content).await.unwrap();
    assert_eq!(text(page.body).await, "home");
    for key in ["shut", "none"] {
        assert!(
            matches!(
                room.s3.public_object(Visitor::default(), "bucket", key, Want::Head).await,
                Err(Unreadable::AccessDenied)
            ),
            "{key}"
        );
    }
    room.ok("DeleteBucketWebsite", json!({ "Bucket": "bucket" })).await;
    assert!(room.s3.website("bucket").await.unwrap().is_none());
}
