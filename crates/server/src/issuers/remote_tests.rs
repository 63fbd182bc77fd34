use std::sync::LazyLock;

use async_trait::async_trait;
use http::Response;
use jose::SigningKey;
use serde_json::{Value, json};
use world::HttpError;
use world::fake::ManualClock;

use super::*;

const ISSUER: &str = "https://issuer.example/tenant";
static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate().unwrap());

/// Answers by URL; what has no answer is not reached. What was asked is kept.
#[derive(Default)]
struct Pages {
    pages: Lock<HashMap<String, (u16, Vec<u8>)>>,
    asked: Lock<Vec<(String, u64, usize)>>,
    /// Asking this one takes until it is let go.
    gate: Option<(String, Arc<tokio::sync::Semaphore>)>,
}

#[async_trait]
impl HttpClient for Pages {
    async fn send(&self, request: Request<Bytes>, options: HttpOptions) -> Result<Response<Bytes>, HttpError> {
        let url = request.uri().to_string();
        self.asked.lock().push((url.clone(), options.timeout_ms, options.max_answer));
        if let Some((_, gate)) = self.gate.as_ref().filter(|(prefix, _)| url.starts_with(prefix)) {
            gate.acquire().await.unwrap().forget();
        }
        let page = self.pages.lock().get(&url).cloned();
        let (status, body) = page.ok_or_else(|| HttpError::Connect("nobody".to_owned()))?;
        Ok(Response::builder().status(status).body(Bytes::from(body)).unwrap())
    }
}

impl Pages {
    fn put(&self, url: &str, body: &Value) {
        self.pages.lock().insert(url.to_owned(), (200, body.to_string().into_bytes()));
    }

    fn publish(&self, issuer: &str, keys: &[&SigningKey]) {
        let jwks_uri = format!("{issuer}/jwks");
        self.put(
            &format!("{issuer}/.well-known/openid-configuration"),
            &json!({"issuer": issuer, "jwks_uri": jwks_uri}),
        );
        let keys: Vec<_> = keys.iter().map(|key| key.public()).collect();
        self.put(&jwks_uri, &json!({ "keys": keys }));
    }

    fn count(&self) -> usize {
        self.asked.lock().len()
    }
}

struct Fixture {
    pages: Arc<Pages>,
    clock: Arc<ManualClock>,
    remote: RemoteIssuers,
}

fn fixture_over(pages: Pages, plain_http: PlainHttp) -> Fixture {
    let (pages, clock) = (Arc::new(pages), Arc::new(ManualClock::default()));
    let remote = RemoteIssuers::new(Arc::clone(&pages) as _, Arc::clone(&clock) as _, plain_http);
    Fixture { pages, clock, remote }
}

fn fixture() -> Fixture {
    let fixture = fixture_over(Pages::default(), PlainHttp::Refused);
    fixture.pages.publish(ISSUER, &[&KEY]);
    fixture
}

#[tokio::test]
async fn keys_are_fetched_once_an_hour_within_their_bounds() {
    let f = fixture();
    for _ in 0..10 {
        assert!(f.remote.keys(ISSUER, KEY.kid()).await.unwrap().key(KEY.kid()).is_some());
    }
    assert_eq!(f.pages.count(), 2);
    assert!(f.pages.asked.lock().iter().all(|(_, timeout_ms, most)| *timeout_ms <= 1_500 && *most <= 150_000));
    f.clock.advance_s(3_601);
    f.remote.keys(ISSUER, KEY.kid()).await.unwrap();
    assert_eq!(f.pages.count(), 4);
}

#[tokio::test]
async fn attack_61_a_flood_of_unknown_kids_asks_once_a_minute() {
    let f = fixture();
    for n in 0..1_000 {
        let keys = f.remote.keys(ISSUER, &format!("made-up-{n}")).await.unwrap();
        assert!(keys.key(&format!("made-up-{n}")).is_none());
    }
    assert_eq!(f.pages.count(), 2);
    f.clock.advance_s(61);
    for n in 0..1_000 {
        f.remote.keys(ISSUER, &format!("made-up-{n}")).await.unwrap();
    }
    assert_eq!(f.pages.count(), 4);
}

#[tokio::test]
async fn attack_61_key_sets_of_too_many_keys_or_bytes_are_refused() {
    let f = fixture();
    let key = serde_json::to_value(KEY.public()).unwrap();
    f.pages.put(&format!("{ISSUER}/jwks"), &json!({"keys": vec![key; 101]}));
    assert!(f.remote.keys(ISSUER, KEY.kid()).await.is_none());
}

#[tokio::test]
async fn a_key_that_is_new_is_found_after_a_minute_and_one_that_is_gone_is_gone_with_the_set() {
    let f = fixture();
    f.remote.keys(ISSUER, KEY.kid()).await.unwrap();
    let new = SigningKey::generate().unwrap();
    f.pages.publish(ISSUER, &[&new]);
    assert!(f.remote.keys(ISSUER, new.kid()).await.unwrap().key(new.kid()).is_none(), "too soon");
    f.clock.advance_s(61);
    let keys = f.remote.keys(ISSUER, new.kid()).await.unwrap();
    assert!(keys.key(new.kid()).is_some() && keys.key(KEY.kid()).is_none());
}

#[tokio::test]
async fn an_issuer_that_fails_keeps_its_keys_for_two_hours_and_is_asked_each_minute() {
    let f = fixture();
    f.remote.keys(ISSUER, KEY.kid()).await.unwrap();
    f.pages.pages.lock().clear();
    f.clock.advance_s(3_601);
    assert!(f.remote.keys(ISSUER, KEY.kid()).await.is_some());
    assert!(f.remote.keys(ISSUER, KEY.kid()).await.is_some());
    assert_eq!(f.pages.count(), 3);
    f.clock.advance_s(3_601);
    assert!(f.remote.keys(ISSUER, KEY.kid()).await.is_none());
    f.pages.publish(ISSUER, &[&KEY]);
    f.clock.advance_s(61);
    assert!(f.remote.keys(ISSUER, KEY.kid()).await.is_some());
}

#[tokio::test]
async fn attack_136_only_tls_is_spoken_and_loopback_by_option() {
    let inside =
        ["http://issuer.example", "http://127.0.0.1:1", "http://localhost:1", "ftp://issuer.example", "file:///etc"];
    let strict = fixture_over(Pages::default(), PlainHttp::Refused);
    for issuer in inside {
        strict.pages.publish(issuer, &[&KEY]);
        assert!(strict.remote.keys(issuer, KEY.kid()).await.is_none(), "{issuer}");
    }
    assert_eq!(strict.pages.count(), 0);
    let laptop = fixture_over(Pages::default(), PlainHttp::Loopback);
    for (issuer, admitted) in inside.into_iter().zip([false, true, true, false, false]) {
        laptop.pages.publish(issuer, &[&KEY]);
        assert_eq!(laptop.remote.keys(issuer, KEY.kid()).await.is_some(), admitted, "{issuer}");
    }
    // A document of an issuer that may be asked does not lead to one that may not.
    strict.pages.publish(ISSUER, &[&KEY]);
    let document = json!({"issuer": ISSUER, "jwks_uri": "http://169.254.169.254/jwks"});
    strict.pages.put(&format!("{ISSUER}/.well-known/openid-configuration"), &document);
    strict.pages.put("http://169.254.169.254/jwks", &json!({"keys": [KEY.public()]}));
    assert!(strict.remote.keys(ISSUER, KEY.kid()).await.is_none());
}

#[tokio::test]
async fn attack_136_redirects_and_other_issuers_documents_are_refused() {
    let f = fixture();
    let url = format!("{ISSUER}/.well-known/openid-configuration");
    for body in [json!({"issuer": "https://other.example", "jwks_uri": format!("{ISSUER}/jwks")}), json!([]), json!({})]
    {
        f.pages.put(&url, &body);
        assert!(f.remote.keys(ISSUER, KEY.kid()).await.is_none(), "{body}");
        f.clock.advance_s(61);
    }
    f.pages.publish(ISSUER, &[&KEY]);
    let good = f.pages.pages.lock().get(&url).cloned().unwrap();
    f.pages.pages.lock().insert(url, (302, good.1));
    assert!(f.remote.keys(ISSUER, KEY.kid()).await.is_none());
}

#[tokio::test]
async fn nobody_waits_for_another_issuer_and_those_who_wait_for_one_share_its_answer() {
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    let slow = "https://slow.example";
    let pages = Pages { gate: Some((slow.to_owned(), Arc::clone(&gate))), ..Pages::default() };
    let f = fixture_over(pages, PlainHttp::Refused);
    f.pages.publish(ISSUER, &[&KEY]);
    f.pages.publish(slow, &[&KEY]);
    let wait = async { tokio::join!(f.remote.keys(slow, KEY.kid()), f.remote.keys(slow, KEY.kid())) };
    let other = async {
        assert!(f.remote.keys(ISSUER, KEY.kid()).await.is_some());
        gate.add_permits(2);
    };
    let ((first, second), ()) = tokio::join!(wait, other);
    assert!(first.is_some() && second.is_some());
    assert_eq!(f.pages.count(), 4);
}

#[tokio::test]
async fn as_many_issuers_are_kept_as_there_is_room_for_and_the_one_unused_longest_goes() {
    let f = fixture();
    f.remote.keys(ISSUER, KEY.kid()).await.unwrap();
    for n in 0..MAX_ISSUERS {
        f.clock.advance_s(1);
        f.remote.keys(&format!("https://{n}.example"), "x").await;
        assert!(f.remote.keys(ISSUER, KEY.kid()).await.is_some());
    }
    let issuers = f.remote.issuers.lock();
    assert_eq!(issuers.len(), MAX_ISSUERS);
    assert!(issuers.contains_key(ISSUER) && !issuers.contains_key("https://0.example"));
}

#[tokio::test]
async fn while_an_issuer_is_asked_again_its_keys_of_before_are_good() {
    let gate = Arc::new(tokio::sync::Semaphore::new(2));
    let pages = Pages { gate: Some((ISSUER.to_owned(), Arc::clone(&gate))), ..Pages::default() };
    let f = fixture_over(pages, PlainHttp::Refused);
    f.pages.publish(ISSUER, &[&KEY]);
    f.remote.keys(ISSUER, KEY.kid()).await.unwrap();
    f.clock.advance_s(3_601);
    let asking = f.remote.keys(ISSUER, KEY.kid());
    let meanwhile = async {
        assert!(f.remote.keys(ISSUER, KEY.kid()).await.unwrap().key(KEY.kid()).is_some());
        assert_eq!(f.pages.count(), 3);
        gate.add_permits(2);
    };
    let (asked, ()) = tokio::join!(asking, meanwhile);
    assert!(asked.is_some());
    assert_eq!(f.pages.count(), 4);
}
