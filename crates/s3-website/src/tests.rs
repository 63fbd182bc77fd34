//! Website endpoints over a bucket in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use aws_types::{AwsError, ByteStream, Timestamp};
use http::{HeaderMap, Method, Response, StatusCode};

use super::plan::{RedirectAll, RoutingRule};
use super::ports::Want;
use super::*;

#[derive(Default)]
struct Bucket {
    plan: Option<Arc<WebsitePlan>>,
    public: BTreeMap<&'static str, &'static str>,
    listable: bool,
    redirects: BTreeMap<&'static str, &'static str>,
    refers: Option<&'static str>,
}

#[async_trait]
impl WebsiteSource for Bucket {
    async fn bucket_exists(&self, bucket: &str) -> Result<bool, AwsError> {
        Ok(bucket == "site")
    }

    async fn website(&self, bucket: &str) -> Result<Option<Arc<WebsitePlan>>, AwsError> {
        Ok(self.plan.clone().filter(|_| bucket == "site"))
    }

    async fn public_object(
        &self,
        visitor: Visitor<'_>,
        _: &str,
        key: &str,
        want: Want<'_>,
    ) -> Result<PublicObject, Unreadable> {
        if self.refers.is_some_and(|refers| visitor.referer != Some(refers)) {
            return Err(Unreadable::AccessDenied);
        }
        let Some(content) = self.public.get(key) else {
            return Err(if self.listable { Unreadable::NoSuchKey } else { Unreadable::AccessDenied });
        };
        if want == Want::Part("bytes=9-") {
            return Err(Unreadable::InvalidRange(content.len() as u64));
        }
        let part = (want == Want::Part("bytes=1-2")).then_some((1, 2));
        let content = if part.is_some() { content.get(1..3).unwrap() } else { content };
        Ok(PublicObject {
            part,
            content_type: "text/html".into(),
            etag: "\"e1\"".into(),
            size: self.public[key].len() as u64,
            last_modified: Timestamp::from_secs(1_767_323_045),
            headers: vec![("x-amz-meta-a".into(), "b".into())],
            redirect_location: self.redirects.get(key).map(|to| (*to).to_owned()),
            body: (want != Want::Head).then(|| ByteStream::from_bytes(content.into())),
        })
    }
}

fn site() -> Bucket {
    let plan = WebsitePlan { index_suffix: Some("index.html".into()), ..WebsitePlan::default() };
    let public = BTreeMap::from([
        ("index.html", "home"),
        ("docs/index.html", "docs"),
        ("a b.html", "spaced"),
        ("oops.html", "sorry"),
    ]);
    Bucket { plan: Some(Arc::new(plan)), public, listable: true, ..Bucket::default() }
}

fn planned(change: impl FnOnce(&mut WebsitePlan)) -> Bucket {
    let mut site = site();
    let mut plan = (**site.plan.as_ref().unwrap()).clone();
    change(&mut plan);
    site.plan = Some(Arc::new(plan));
    site
}

async fn send(bucket: &Bucket, method: Method, name: &str, path: &str, headers: &HeaderMap) -> (Response<()>, String) {
    let request = WebsiteRequest {
        bucket: name,
        method: &method,
        path,
        base: "",
        headers,
        source_ip: "192.0.2.1",
        secure: false,
        request_id: "r-1",
    };
    let (parts, body) = answer(bucket, request).await.into_parts();
    let text = match body {
        Body::Whole(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
        Body::Stream(mut stream) => {
            let next = std::future::poll_fn(|cx| stream.0.as_mut().poll_next(cx)).await;
            String::from_utf8(next.unwrap().unwrap().to_vec()).unwrap()
        }
    };
    (Response::from_parts(parts, ()), text)
}

async fn get(bucket: &Bucket, path: &str) -> (StatusCode, String, String) {
    let (response, text) = send(bucket, Method::GET, "site", path, &HeaderMap::new()).await;
    let location = response.headers().get("location").map(|l| l.to_str().unwrap().to_owned()).unwrap_or_default();
    (response.status(), text, location)
}

#[tokio::test]
async fn index_documents_answer_for_folders() {
    let site = site();
    assert_eq!(get(&site, "/").await, (StatusCode::OK, "home".into(), String::new()));
    assert_eq!(get(&site, "/docs/").await.1, "docs");
    assert_eq!(get(&site, "/docs").await, (StatusCode::FOUND, String::new(), "/docs/".into()));
    assert_eq!(get(&site, "/a%20b.html").await.1, "spaced");
}

#[tokio::test]
async fn a_missing_page_tells_so_in_s3s_html() {
    let (status, page, _) = get(&site(), "/nope<script>").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(page.contains("<title>404 Not Found</title>"), "{page}");
    assert!(page.contains("<li>Code: NoSuchKey</li>\n<li>Message: The specified key does not exist.</li>"), "{page}");
    assert!(page.contains("<li>Key: nope&lt;script&gt;</li>\n<li>RequestId: r-1</li>"), "{page}");
    let closed = Bucket { listable: false, ..site() };
    let (status, page, _) = get(&closed, "/nope").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(page.contains("<li>Code: AccessDenied</li>") && !page.contains("nope"), "{page}");
}

#[tokio::test]
async fn the_error_document_keeps_the_status() {
    let site = planned(|plan| plan.error_key = Some("oops.html".into()));
    let (status, page, _) = get(&site, "/nope").await;
    assert_eq!((status, page.as_str()), (StatusCode::NOT_FOUND, "sorry"));
    let broken = planned(|plan| plan.error_key = Some("gone.html".into()));
    let (status, page, _) = get(&broken, "/nope").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(page.contains("Retrieve a Custom Error Document") && page.contains("<li>Key: gone.html</li>"), "{page}");
}

#[tokio::test]
async fn redirects_of_every_kind() {
    let all = planned(|plan| {
        plan.redirect_all = Some(RedirectAll { host_name: "example.com".into(), protocol: Some("https".into()) })
    });
    assert_eq!(get(&all, "/x").await.2, "https://example.com/x");
    let rule = RoutingRule {
        key_prefix: Some("old/".into()),
        replace_key_prefix: Some("new/".into()),
        ..RoutingRule::default()
    };
    let on_error = RoutingRule {
        error_code: Some(404),
        replace_key: Some("lost".into()),
        status: Some(302),
        ..RoutingRule::default()
    };
    let ruled = planned(|plan| plan.routing_rules = vec![rule, on_error]);
    assert_eq!(get(&ruled, "/old/a").await, (StatusCode::MOVED_PERMANENTLY, String::new(), "/new/a".into()));
    assert_eq!(get(&ruled, "/nope").await, (StatusCode::FOUND, String::new(), "/lost".into()));
    let moved = Bucket { redirects: BTreeMap::from([("index.html", "/elsewhere")]), ..site() };
    assert_eq!(get(&moved, "/").await, (StatusCode::MOVED_PERMANENTLY, String::new(), "/elsewhere".into()));
}

#[tokio::test]
async fn no_redirect_leaves_the_site_unless_a_rule_says_so() {
    let lost = |replace: Option<&str>| {
        let rule = RoutingRule {
            error_code: Some(404),
            replace_key_prefix: replace.map(str::to_owned),
            ..RoutingRule::default()
        };
        planned(|plan| plan.routing_rules = vec![rule])
    };
    assert_eq!(get(&lost(Some("")), "//evil.example/x").await.2, "/%2Fevil.example/x");
    assert_eq!(get(&lost(Some("")), "/%2fevil.example").await.2, "/%2Fevil.example");
    assert_eq!(get(&lost(Some("")), "/\\evil.example").await.2, "/%5Cevil.example");
    // A single-page application's own form of address, as AWS documents it.
    assert_eq!(get(&lost(Some("#!/")), "/a b?").await.2, "/#!/a%20b%3F");
    let mut site = site();
    site.public.insert("/evil.example/index.html", "inside");
    assert_eq!(get(&site, "//evil.example").await.2, "/%2Fevil.example/");
}

#[tokio::test]
async fn redirects_keep_what_stands_before_the_site() {
    let moved = Bucket { redirects: BTreeMap::from([("index.html", "/elsewhere")]), ..site() };
    for (path, expected) in [("/", "/_aws/website/site/elsewhere"), ("/docs", "/_aws/website/site/docs/")] {
        let request = WebsiteRequest {
            bucket: "site",
            method: &Method::GET,
            path,
            base: "/_aws/website/site",
            source_ip: "192.0.2.1",
            secure: false,
            headers: &HeaderMap::new(),
            request_id: "r-1",
        };
        assert_eq!(answer(&moved, request).await.headers()["location"], expected);
    }
}

#[tokio::test]
async fn only_get_and_head_of_websites_are_answered() {
    let (response, page) = send(&site(), Method::POST, "site", "/", &HeaderMap::new()).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert!(page.contains("<li>Method: POST</li>\n<li>ResourceType: OBJECT</li>"), "{page}");
    let (response, page) = send(&site(), Method::HEAD, "site", "/", &HeaderMap::new()).await;
    assert_eq!(
        (response.status(), response.headers()["content-length"].to_str().unwrap(), page.as_str()),
        (StatusCode::OK, "4", "")
    );
    let none = Bucket { plan: None, ..site() };
    assert!(get(&none, "/").await.1.contains("NoSuchWebsiteConfiguration"));
    let (_, page) = send(&none, Method::GET, "other", "/", &HeaderMap::new()).await;
    assert!(page.contains("<li>Code: NoSuchBucket</li>") && page.contains("<li>BucketName: other</li>"), "{page}");
    assert_eq!(get(&site(), "/%ff").await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_unchanged_page_is_not_sent_again() {
    let mut headers = HeaderMap::new();
    headers.insert("if-none-match", "\"e0\", W/\"e1\"".parse().unwrap());
    let (response, page) = send(&site(), Method::GET, "site", "/", &headers).await;
    assert_eq!((response.status(), page.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert_eq!(response.headers()["x-amz-meta-a"], "b");
}

#[tokio::test]
async fn a_part_of_a_page_is_sent_where_it_is_asked_for() {
    let asked = |more: &[(&'static str, &'static str)]| {
        more.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect::<HeaderMap>()
    };
    let site = site();
    let (response, page) = send(&site, Method::GET, "site", "/", &asked(&[("range", "bytes=1-2")])).await;
    assert_eq!((response.status(), page.as_str()), (StatusCode::PARTIAL_CONTENT, "om"));
    let told = |name: &str| response.headers()[name].to_str().unwrap();
    assert_eq!((told("content-range"), told("content-length"), told("accept-ranges")), ("bytes 1-2/4", "2", "bytes"));
    let (response, page) = send(&site, Method::GET, "site", "/", &asked(&[("range", "bytes=9-")])).await;
    assert_eq!(response.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert!(page.contains("<li>Code: InvalidRange</li>"), "{page}");
    // A validator that is not looked at could glue parts of two versions together.
    let (response, page) =
        send(&site, Method::GET, "site", "/", &asked(&[("range", "bytes=1-2"), ("if-range", "\"e0\"")])).await;
    assert_eq!((response.status(), page.as_str()), (StatusCode::OK, "home"));
    let (response, _) = send(&site, Method::HEAD, "site", "/", &asked(&[("range", "bytes=1-2")])).await;
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_bucket_learns_who_reads() {
    let site = Bucket { refers: Some("https://shop.example/"), ..site() };
    assert_eq!(get(&site, "/").await.0, StatusCode::FORBIDDEN);
    let mut headers = HeaderMap::new();
    headers.insert("referer", "https://shop.example/".parse().unwrap());
    assert_eq!(send(&site, Method::GET, "site", "/", &headers).await.0.status(), StatusCode::OK);
}
