//! Who may call: local mode, enforced mode, pages of other origins, rebound host names.

use world::{Clock as _, SystemClock};

use server::run::start;
use server::wiring::Doors;

use crate::support::{Server, Signed, config, server};

const LIST: &str = "{\"MaxResults\":1}";
const ENFORCED: &str =
    "mode = \"enforced\"\n[[root_keys]]\naccess_key_id = \"AKIAROOT\"\nsecret_access_key = \"sesame\"\n";

fn list<'a>(id: &'a str, secret: &'a str) -> Signed<'a> {
    Signed { key: (id, secret), target: "ListUserPools", body: LIST, session_token: None }
}

#[tokio::test]
async fn in_local_mode_any_key_is_root_and_no_key_is_nobody() {
    let server = server("").await;
    assert_eq!(server.call(&list("anything", "x"), &[]).await.status, 200);
    let target = ("X-Amz-Target", "AWSCognitoIdentityProviderService.ListUserPools");
    let answer = server.send("POST", "/", "localhost", &[target], LIST).await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.body,
        "{\"__type\":\"MissingAuthenticationTokenException\",\"message\":\"Request is missing Authentication Token\"}"
    );
}

#[tokio::test]
async fn a_configured_key_is_verified_in_local_mode_too() {
    let server = server(&ENFORCED.replace("enforced", "local")).await;
    assert_eq!(server.call(&list("AKIAROOT", "sesame"), &[]).await.status, 200);
    let answer = server.call(&list("AKIAROOT", "wrong"), &[]).await;
    assert!(answer.body.contains("InvalidSignatureException"), "{}", answer.body);
}

#[tokio::test]
async fn enforced_mode_takes_its_root_key_and_no_other() {
    let server = server(ENFORCED).await;
    assert_eq!(server.call(&list("AKIAROOT", "sesame"), &[]).await.status, 200);
    let answer = server.call(&list("AKIAROOT", "wrong"), &[]).await;
    assert!(answer.body.contains("InvalidSignatureException"), "{}", answer.body);
    let answer = server.call(&list("AKIAOTHER", "sesame"), &[]).await;
    assert!(answer.body.contains("UnrecognizedClientException"), "{}", answer.body);
    assert!(answer.body.contains("The security token included in the request is invalid."), "{}", answer.body);
}

#[tokio::test]
async fn a_session_token_that_nobody_issued_is_refused_in_both_modes() {
    for settings in ["", ENFORCED] {
        let server = server(settings).await;
        let signed = Signed { session_token: Some("made-up"), ..list("AKIAROOT", "sesame") };
        let answer = server.call(&signed, &[]).await;
        assert_eq!(answer.status, 400, "{settings}");
        assert!(answer.body.contains("The security token included in the request is invalid."), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_page_elsewhere_is_not_root() {
    let server = server("").await;
    for origin in ["https://evil.example", "null", "http://localhost.evil.example"] {
        let answer = server.call(&list("test", "test"), &[("Origin", origin)]).await;
        assert!(answer.body.contains("AccessDeniedException"), "{origin}: {}", answer.body);
    }
    assert_eq!(server.call(&list("test", "test"), &[("Origin", "http://localhost:3000")]).await.status, 200);
}

#[tokio::test]
async fn a_rebound_name_reaches_neither_operations_nor_inbox() {
    let server = server("").await;
    let answer = server.call(&list("test", "test"), &[("Host", "evil.example")]).await;
    assert!(answer.body.contains("AccessDeniedException"), "{}", answer.body);
    for page in ["/_portcullis/messages", "/_portcullis/inbox", "/_portcullis/clock"] {
        assert_eq!(server.send("GET", page, "evil.example", &[], "").await.status, 403, "{page}");
        assert_eq!(server.send("GET", page, "localhost", &[], "").await.status, 200, "{page}");
        assert_eq!(server.send("GET", page, "localhost", &[("Origin", "https://evil.example")], "").await.status, 403);
    }
}

#[tokio::test]
async fn inbox_and_clock_do_not_exist_in_enforced_mode() {
    let server = server(ENFORCED).await;
    for page in ["/_portcullis/messages", "/_portcullis/inbox", "/_portcullis/clock"] {
        assert_eq!(server.send("GET", page, "localhost", &[], "").await.status, 403, "{page}");
    }
    assert_eq!(server.send("POST", "/_portcullis/clock", "localhost", &[], "{\"advance_s\":1}").await.status, 403);
    assert_eq!(server.send("GET", "/_portcullis/health", "any.example", &[], "").await.status, 200);
}

#[tokio::test]
async fn an_open_operation_may_be_called_from_any_page() {
    let server = server("").await;
    let headers = [("X-Amz-Target", "AWSCognitoIdentityProviderService.GetUser"), ("Origin", "https://app.example")];
    let answer = server.send("POST", "/", "localhost", &headers, "{\"AccessToken\":\"x.y.z\"}").await;
    assert!(answer.body.contains("NotAuthorizedException"), "{}", answer.body);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let preflight = server.send("OPTIONS", "/", "localhost", &headers, "").await;
    assert_eq!((preflight.status, preflight.header("access-control-allow-origin")), (200, Some("*")));
    assert!(preflight.header("access-control-allow-headers").unwrap().contains("x-amz-target"));
}

/// Text between two tags of an XML answer; empty where there are none.
fn element(answer: &testkit::raw::Answer, name: &str) -> String {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let found = answer.body.split_once(&open).and_then(|(_, rest)| rest.split_once(&close));
    found.map(|(value, _)| value.to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn a_user_may_what_its_policies_allow_in_both_modes() {
    for (settings, root) in [("", ("test", "test")), (ENFORCED, ("AKIAROOT", "sesame"))] {
        let server = server(settings).await;
        let iam = |form: &'static str| server.query("iam", root, form);
        assert_eq!(iam("Action=CreateUser&Version=2010-05-08&UserName=bob").await.status, 200);
        let key = iam("Action=CreateAccessKey&Version=2010-05-08&UserName=bob").await;
        let (id, secret) = (element(&key, "AccessKeyId"), element(&key, "SecretAccessKey"));
        let refused = server.call(&list(&id, &secret), &[]).await;
        let sentence = "User: arn:aws:iam::123456789012:user/bob is not authorized to perform: cognito-idp:ListUserPools on \
                        resource: * because no identity-based policy allows the cognito-idp:ListUserPools action";
        assert!(refused.body.contains("AccessDeniedException") && refused.body.contains(sentence), "{}", refused.body);
        let policy = "Action=PutUserPolicy&Version=2010-05-08&UserName=bob&PolicyName=p&PolicyDocument=%7B%22Version%22%3A%222012-10-17%22%2C\
                      %22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22cognito-idp%3AList%2A%22%2C%22Resource%22%3A%22%2A%22%7D%7D";
        assert_eq!(iam(policy).await.status, 200);
        assert_eq!(server.call(&list(&id, &secret), &[]).await.status, 200);
        let create = Signed { target: "CreateUserPool", body: "{\"PoolName\":\"x\"}", ..list(&id, &secret) };
        assert!(server.call(&create, &[]).await.body.contains("AccessDeniedException"));
        let forged = server.call(&list(&id, "wrong"), &[]).await;
        assert!(forged.body.contains("InvalidSignatureException"), "{}", forged.body);
        let identity = server.query("sts", (&id, &secret), "Action=GetCallerIdentity&Version=2011-06-15").await;
        assert_eq!(element(&identity, "Arn"), "arn:aws:iam::123456789012:user/bob");
        let form = format!("Action=UpdateAccessKey&Version=2010-05-08&UserName=bob&AccessKeyId={id}&Status=Inactive");
        assert_eq!(server.query("iam", root, &form).await.status, 200);
        let inactive = server.call(&list(&id, &secret), &[]).await;
        assert!(inactive.body.contains("UnrecognizedClientException"), "{}", inactive.body);
    }
}

#[tokio::test]
async fn an_image_on_a_page_elsewhere_calls_nothing() {
    let server = server("").await;
    let signed = |service: &str| {
        let stamp = SystemClock::new().real().iso8601_basic();
        format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=any%2F{}%2Fus-east-1%2F{service}%2Faws4_request\
             &X-Amz-Date={stamp}&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=0",
            stamp.get(..8).unwrap()
        )
    };
    let call = format!("/?Action=ListUsers&Version=2010-05-08&{}", signed("iam"));
    let list = format!("/?{}", signed("s3"));
    let image = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "image")];
    let link = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")];
    let own = [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "image")];
    for (target, headers, refused) in [
        (&call, &image, true),
        (&call, &link, true),
        (&call, &own, false),
        (&list, &image, true),
        (&list, &link, false),
        (&list, &own, false),
    ] {
        let answer = server.send("GET", target, "localhost", headers, "").await;
        assert_eq!(answer.body.contains("<Code>AccessDenied</Code>"), refused, "{target} {headers:?}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_site_served_here_does_not_read_the_inbox() {
    let server = server("").await;
    for host in ["site.s3-website-us-east-1.localhost", "photos.localhost", "abc.execute-api.us-east-1.localhost"] {
        assert_eq!(server.send("GET", "/_portcullis/messages", host, &[], "").await.status, 403, "{host}");
        assert_eq!(server.send("GET", "/_portcullis/health", host, &[], "").await.status, 200, "{host}");
    }
    assert_eq!(server.send("GET", "/_portcullis/_portcullis/clock", "localhost", &[], "").await.status, 404);
}

#[tokio::test]
async fn a_preflight_of_a_bucket_without_cors_is_refused_in_s3s_words() {
    let server = server("").await;
    assert_eq!(server.s3(("test", "test"), ("PUT", "/bucket"), &[], "").await.status, 200);
    let asked = [("Origin", "https://app.example"), ("Access-Control-Request-Method", "PUT")];
    let answer = server.send("OPTIONS", "/bucket/key", "localhost", &asked, "").await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("<Code>AccessForbidden</Code>"), "{}", answer.body);
    assert!(answer.body.contains("CORSResponse: CORS is not enabled for this bucket."), "{}", answer.body);
    assert_eq!(answer.header("access-control-allow-origin"), None);
    let answer = server.send("OPTIONS", "/bucket/key", "localhost", &[], "").await;
    assert!(answer.status == 400 && answer.body.contains("Origin request header needed"), "{}", answer.body);
}

#[tokio::test]
async fn the_old_way_to_sign_an_address_is_told_to_be_refused() {
    let server = server("").await;
    let old = "/bucket/key?AWSAccessKeyId=test&Signature=eA%3D%3D&Expires=2000000000";
    let answer = server.send("GET", old, "localhost", &[], "").await;
    assert!(answer.body.contains("Please use AWS4-HMAC-SHA256"), "{}", answer.body);
}

#[tokio::test]
async fn a_denial_holds_for_every_spelling_of_its_resource() {
    let server = server("").await;
    let root = |form: &'static str| server.query("iam", ("test", "test"), form);
    assert_eq!(root("Action=CreateUser&Version=2010-05-08&UserName=victim&Path=/div/").await.status, 200);
    assert_eq!(root("Action=CreateUser&Version=2010-05-08&UserName=bob").await.status, 200);
    let key = root("Action=CreateAccessKey&Version=2010-05-08&UserName=bob").await;
    let (id, secret) = (element(&key, "AccessKeyId"), element(&key, "SecretAccessKey"));
    let policy = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iam:*\",\"Resource\":\"*\"},\
                  {\"Effect\":\"Deny\",\"Action\":\"iam:DeleteUser\",\"Resource\":\"arn:aws:iam::123456789012:user/div/victim\"}]}";
    let encoded: String = policy.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let form = format!("Action=PutUserPolicy&Version=2010-05-08&UserName=bob&PolicyName=p&PolicyDocument={encoded}");
    assert_eq!(server.query("iam", ("test", "test"), &form).await.status, 200);
    for name in ["victim", "VICTIM", "%56ictim"] {
        let form = format!("Action=DeleteUser&Version=2010-05-08&UserName={name}");
        let answer = server.query("iam", (&id, &secret), &form).await;
        assert!(answer.status == 403 && answer.body.contains("explicit deny"), "{name}: {}", answer.body);
    }
    assert_eq!(root("Action=GetUser&Version=2010-05-08&UserName=victim").await.status, 200);
}

fn policy(effect: &str, action: &str, resource: &str) -> String {
    let document = format!(
        "{{\"Version\":\"2012-10-17\",\"Statement\":{{\"Effect\":\"{effect}\",\"Action\":\"{action}\",\
         \"Resource\":\"{resource}\"}}}}"
    );
    document.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// `POST /b?delete` of two keys, of which a policy forbids the second.
#[tokio::test]
async fn what_a_policy_forbids_is_not_done_as_anybody_either() {
    let server = server("").await;
    let root = ("test", "test");
    for form in [
        "Action=CreateUser&Version=2010-05-08&UserName=bob".to_owned(),
        format!(
            "Action=PutUserPolicy&Version=2010-05-08&UserName=bob&PolicyName=p&PolicyDocument={}",
            policy("Deny", "s3:DeleteObject", "arn:aws:s3:::open-to-all/kept")
        ),
    ] {
        assert_eq!(server.query("iam", root, &form).await.status, 200, "{form}");
    }
    let key = server.query("iam", root, "Action=CreateAccessKey&Version=2010-05-08&UserName=bob").await;
    let bob = (element(&key, "AccessKeyId"), element(&key, "SecretAccessKey"));
    let writable = [("x-amz-acl", "public-read-write")];
    let owned = [("x-amz-object-ownership", "ObjectWriter")];
    for (method, target, headers, body) in [
        ("PUT", "/open-to-all", &owned[..], ""),
        ("DELETE", "/open-to-all?publicAccessBlock=", &[], ""),
        ("PUT", "/open-to-all?acl=", &writable, ""),
        ("PUT", "/open-to-all/kept", &[], "1"),
        ("PUT", "/open-to-all/other", &[], "1"),
    ] {
        let answer = server.s3(root, (method, target), headers, body).await;
        assert!(answer.status < 300, "{method} {target}: {}", answer.body);
    }
    let keys = |names: &[&str]| {
        let objects: String = names.iter().map(|name| format!("<Object><Key>{name}</Key></Object>")).collect();
        format!("<Delete>{objects}</Delete>")
    };
    let delete = ("POST", "/open-to-all?delete=");
    let bob = (bob.0.as_str(), bob.1.as_str());
    // Each key is judged by itself.
    let done = server.s3(bob, delete, &[], &keys(&["other", "kept"])).await;
    assert!(done.body.contains("<Deleted><Key>other</Key></Deleted>"), "{}", done.body);
    assert!(done.body.contains("<Error><Key>kept</Key><Code>AccessDenied</Code>"), "{}", done.body);
    assert_eq!(server.s3(root, ("GET", "/open-to-all/kept"), &[], "").await.status, 200);
    assert_eq!(server.s3(root, ("GET", "/open-to-all/other"), &[], "").await.status, 404);
}

#[tokio::test]
async fn a_user_moves_nobody_to_where_it_may_not_touch_them() {
    let server = server("").await;
    let root = ("test", "test");
    let put = "Action=PutUserPolicy&Version=2010-05-08&UserName=bob&PolicyDocument=";
    for form in [
        "Action=CreateUser&Version=2010-05-08&UserName=bob".to_owned(),
        "Action=CreateUser&Version=2010-05-08&UserName=eve&Path=/dev/".to_owned(),
        format!("{put}{}&PolicyName=a", policy("Allow", "iam:*", "*")),
        format!("{put}{}&PolicyName=d", policy("Deny", "iam:*", "arn:aws:iam::123456789012:user/admin/*")),
    ] {
        assert_eq!(server.query("iam", root, &form).await.status, 200, "{form}");
    }
    let key = server.query("iam", root, "Action=CreateAccessKey&Version=2010-05-08&UserName=bob").await;
    let (id, secret) = (element(&key, "AccessKeyId"), element(&key, "SecretAccessKey"));
    for (change, status) in [
        ("NewPath=/admin/", 403),
        ("NewPath=/admin/&NewUserName=eva", 403),
        ("NewPath=/ops/", 200),
        ("NewUserName=eva", 200),
    ] {
        let form = format!("Action=UpdateUser&Version=2010-05-08&UserName=eve&{change}");
        let answer = server.query("iam", (&id, &secret), &form).await;
        assert_eq!(answer.status, status, "{change}: {}", answer.body);
    }
}

/// The data of one account, served as another: its keys stand in the store, its root is not this one's.
#[tokio::test]
async fn a_key_of_another_account_is_nobodys() {
    let first = server(ENFORCED).await;
    let iam = |form: &'static str| first.query("iam", ("AKIAROOT", "sesame"), form);
    let key = iam("Action=CreateAccessKey&Version=2010-05-08").await;
    let (id, secret) = (element(&key, "AccessKeyId"), element(&key, "SecretAccessKey"));
    assert_eq!(first.call(&list(&id, &secret), &[]).await.status, 200);
    let session = first.query("sts", (&id, &secret), "Action=GetSessionToken&Version=2011-06-15").await;
    let (temporary, sealed) = (element(&session, "AccessKeyId"), element(&session, "SecretAccessKey"));
    let token = element(&session, "SessionToken");
    let signed = Signed { session_token: Some(&token), ..list(&temporary, &sealed) };
    assert_eq!(first.call(&signed, &[]).await.status, 200);
    let Server { running, folder } = first;
    running.stop().await;
    for mode in [ENFORCED.to_owned(), ENFORCED.replace("enforced", "local")] {
        let settings = format!("account = \"210987654321\"\n{mode}");
        let running = start(&config(&folder, &settings), Doors::default()).await.unwrap();
        let other = Server { running, folder: tempfile::tempdir().unwrap() };
        for refused in [other.call(&list(&id, &secret), &[]).await, other.call(&signed, &[]).await] {
            assert!(refused.body.contains("UnrecognizedClientException"), "{mode}: {}", refused.body);
        }
        other.running.stop().await;
    }
}
