//! The hosted pages and OAuth endpoints of a pool, over a real pool in memory: whatever is sent, no answer is a server's
//! fault, and none holds what was sent as mark-up.
#![no_main]

use std::sync::{Arc, LazyLock};

use aws_types::{AccountId, CallContext, Caller, Region, Service as _};
use bytes::Bytes;
use cognito_idp::{CognitoIdp, Config, Doors, HashParams};
use fuzz::Request;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use store::{MasterKey, Store};
use tokio::runtime::Runtime;
use user_pool_domain::{DomainRequest, Domains};
use world::fake::{ManualClock, SeededRng};
use world::{Clock as _, Inbox};

const MARK: &[u8] = b"<fuzz>";

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime"));
static DOMAINS: LazyLock<(Domains, String)> = LazyLock::new(|| RUNTIME.block_on(domains()));

fuzz_target!(|data: &[u8]| {
    let Some(request) = Request::read(data) else { return };
    let (domains, client_id) = &*DOMAINS;
    // A seed cannot know the client's id.
    let named = |text: &str| text.replace("CLIENT", client_id);
    let Some(parts) = request.parts() else { return };
    let body = String::from_utf8_lossy(request.body);
    let response = RUNTIME.block_on(domains.handle(DomainRequest {
        domain: "demo".to_owned(),
        path: parts.uri.path().to_owned(),
        base: String::new(),
        query: named(parts.uri.query().unwrap_or_default()),
        host: "demo.auth.us-east-1.localhost".to_owned(),
        source_ip: "127.0.0.1".to_owned(),
        secure: true,
        request_id: "r".to_owned(),
        now: ManualClock::default().now(),
        method: parts.method,
        headers: parts.headers,
        body: Bytes::from(named(&body)),
    }));
    assert!(!response.status().is_server_error(), "{response:?}");
    let html = response.headers().get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    assert!(!html || !response.body().windows(MARK.len()).any(|window| window == MARK), "mark-up came through");
});

async fn call(service: &CognitoIdp, operation: &str, input: Value) -> Value {
    let context = CallContext {
        account: AccountId::default(),
        region: Region::default(),
        request_id: "r".to_owned(),
        caller: Caller::Root,
        source_ip: "127.0.0.1".to_owned(),
        user_agent: "fuzz".to_owned(),
        now: ManualClock::default().now(),
    };
    service.call(&context, operation, input, None).await.expect(operation).output
}

async fn domains() -> (Domains, String) {
    let store = Store::in_memory(MasterKey::from_bytes([7; 32])).expect("a store");
    let rng = Arc::new(SeededRng::new(1));
    let doors = Doors {
        store: store.clone(),
        clock: Arc::new(ManualClock::default()),
        rng: Arc::clone(&rng) as _,
        messages: Arc::new(Inbox::new(10)),
    };
    let hash = HashParams { memory_kib: 64, iterations: 1, ..HashParams::default() };
    let service = CognitoIdp::new(Config { hash, reserve_keys: 0, ..Config::default() }, doors);
    let pool = call(&service, "CreateUserPool", json!({ "PoolName": "demo" })).await;
    let pool_id = &pool["UserPool"]["Id"];
    let client = json!({
        "UserPoolId": pool_id, "ClientName": "app", "AllowedOAuthFlows": ["code", "implicit"],
        "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthScopes": ["openid", "email"],
        "CallbackURLs": ["https://example.com/callback"], "SupportedIdentityProviders": ["COGNITO"],
    });
    let client = call(&service, "CreateUserPoolClient", client).await;
    call(&service, "CreateUserPoolDomain", json!({ "UserPoolId": pool_id, "Domain": "demo" })).await;
    let client_id = client["UserPoolClient"]["ClientId"].as_str().expect("a client id").to_owned();
    let key = store.sealer().derive("hosted pages");
    (Domains::new(Arc::clone(&service) as _, service, rng, key), client_id)
}
