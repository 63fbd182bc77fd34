//! A call of an HTTP API without sockets: what a JWT authorizer adds to plain proxying, beside what the signature check
//! alone costs. Ten thousand tokens take turns, and nothing is kept of those that were good.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use aws_types::{AccountId, Region};
use bytes::Bytes;
use execute_api::catalogue::HttpMethod;
use execute_api::ports::UserPoolKeys;
use execute_api::throttle::Throttle;
use execute_api::uri_template::UriTemplate;
use http::header::{AUTHORIZATION, HOST, HeaderMap, HeaderValue};
use http::{Method, Request, Response};
use http_api::plan::{
    Authorization, DeploymentPlan, Endpoint, HttpApiPlan, HttpTarget, IdentitySource, IntegrationKind, IntegrationPlan,
    JwtAuthorizer, MAX_TIMEOUT_MS, RouteKey, RoutePlan, RouteSettings, Router,
};
use http_api::ports::NoIssuers;
use http_api::{Destination, HttpApis, HttpRequest, Plans};
use jose::{KeySet, SigningKey, VerifyingKey};
use serde_json::json;
use tokio::runtime::Runtime;
use world::{Clock as _, HttpClient, HttpError, HttpOptions, SystemClock, SystemRng};

use crate::report::{Row, Table, per_second};
use crate::room::runtime;
use crate::{Bench, Outcome};

const API: &str = "a1b2c3d4e5";
const POOL: &str = "us-east-1_Pool00001";
const ISSUER: &str = "http://localhost:4566/us-east-1_Pool00001";
const TOKENS: usize = 10_000;

/// Measures.
pub fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new(
        "HTTP APIs",
        "In process, one call after the other, over a backend that answers at once: 10,000 different tokens in turn, each \
         proven every time. The limit is a signature check and a proxied call, one after the other.",
    );
    let key = SigningKey::generate()?;
    let tokens = (0..TOKENS).map(|n| token(&key, n)).collect::<Outcome<Vec<_>>>()?;
    let caller = Caller { runtime: runtime()?, apis: apis(&key)?, clock: SystemClock::new() };
    let mut keys = KeySet::new();
    keys.insert(Arc::new(VerifyingKey::from_signing_key(&key)?))?;
    let mut turn = tokens.iter().cycle();
    let verify = bench.watch.rate(|| Ok(jose::verify(turn.next().map_or("", String::as_str), &keys)?))?.cpu_us();
    let plain = caller.us(bench, "/open", &[])?;
    let guarded = caller.us(bench, "/guarded", &tokens)?;
    let row = |what: &str, us: f64| Row::new(what, format!("{us:.1} µs, {} per core", per_second(1e6 / us)));
    table.push(row("a token verified, alone", verify));
    table.push(row("HTTP_PROXY route, open", plain));
    let limit = verify + plain;
    let last = row("HTTP_PROXY route behind a JWT authorizer", guarded);
    table.push(last.at_most(guarded / limit, 1.3, "times the limit").limit(format!("{limit:.1} µs")));
    Ok(table)
}

fn token(key: &SigningKey, n: usize) -> Outcome<String> {
    let claims = json!({
        "sub": format!("0f0e0d0c-1111-4222-8333-{n:012}"), "token_use": "access", "iss": ISSUER,
        "scope": "aws.cognito.signin.user.admin dragons/read", "client_id": "1example23456789abcdefghij",
        "auth_time": 1_767_323_000, "iat": 1_767_323_000, "exp": 4_102_444_800_i64, "username": format!("user{n}"),
        "jti": format!("9d9c9b9a-1111-4222-8333-{n:012}"), "version": 2,
    });
    Ok(key.sign(&claims)?)
}

/// The pool that signed.
struct OnePool(Arc<VerifyingKey>);

impl UserPoolKeys for OnePool {
    fn key(&self, _: &str, kid: &str) -> Option<Arc<VerifyingKey>> {
        (self.0.kid() == kid).then(|| Arc::clone(&self.0))
    }

    fn is_issuer(&self, pool_id: &str, issuer: &str) -> bool {
        pool_id == POOL && issuer == ISSUER
    }
}

/// A backend that costs nothing.
struct AtOnce;

#[async_trait]
impl HttpClient for AtOnce {
    async fn send(&self, _: Request<Bytes>, _: HttpOptions) -> Result<Response<Bytes>, HttpError> {
        Ok(Response::new(Bytes::from_static(b"ok")))
    }
}

fn apis(key: &SigningKey) -> Outcome<HttpApis> {
    let mut router = Router::default();
    let guard = Authorization::Jwt {
        authorizer: Arc::new(JwtAuthorizer {
            id: "auth123".to_owned(),
            name: "pool".to_owned(),
            identity_sources: IdentitySource::parse("$request.header.Authorization").into_iter().collect(),
            issuer: ISSUER.to_owned(),
            audience: vec!["1example23456789abcdefghij".to_owned()],
        }),
        scopes: vec!["dragons/read".to_owned()],
    };
    for (text, authorization) in [("GET /open", Authorization::None), ("GET /guarded", guard)] {
        let key = RouteKey::parse(text)?;
        let target = HttpTarget {
            method: HttpMethod::Any,
            endpoint: Endpoint::Internet(UriTemplate::parse("http://backend.example/dragons")),
        };
        let integration = IntegrationPlan {
            id: "integ01".to_owned(),
            kind: IntegrationKind::Http(target),
            timeout_ms: MAX_TIMEOUT_MS,
            request_parameters: Vec::new(),
            response_parameters: BTreeMap::new(),
        };
        let route = RoutePlan {
            id: "route01".to_owned(),
            key: key.clone(),
            key_text: text.to_owned(),
            authorization,
            integration: Some(Arc::new(integration)),
        };
        router.insert(&key, route)?;
    }
    let plans = Arc::new(Plans::new());
    plans.put_stage(HttpApiPlan {
        account: AccountId::parse("123456789012").ok_or("an account")?,
        region: Region::parse("us-east-1").ok_or("a region")?,
        api_id: API.to_owned(),
        api_name: "dragons".to_owned(),
        stage: "$default".to_owned(),
        variables: BTreeMap::new(),
        cors: None,
        deployment: Arc::new(DeploymentPlan { id: "dep123".to_owned(), router }),
        default_route: RouteSettings::default(),
        routes: HashMap::new(),
        access_log: None,
    });
    let pool = OnePool(Arc::new(VerifyingKey::from_signing_key(key)?));
    let doors = execute_api::Doors::new(
        Arc::new(SystemClock::new()),
        Arc::new(SystemRng::new()),
        Arc::new(AtOnce),
        Arc::new(pool),
    );
    // What is measured is the call, not its refusal.
    let unlimited = Throttle { rate: 1e9, burst: u32::MAX };
    Ok(HttpApis::new(plans, doors, Arc::new(NoIssuers)).with_account_throttle(unlimited))
}

struct Caller {
    runtime: Runtime,
    apis: HttpApis,
    clock: SystemClock,
}

impl Caller {
    /// CPU time of a call, in microseconds.
    fn us(&self, bench: &Bench, path: &str, tokens: &[String]) -> Outcome<f64> {
        let mut turn = tokens.iter().cycle();
        let one = async || {
            let request = self.request(path, turn.next().map(String::as_str))?;
            let to = Destination::DefaultEndpoint { api_id: API.to_owned() };
            let got = self.apis.handle(request, to).await.status().as_u16();
            if got == 200 { Ok(()) } else { Err(format!("{path} answered {got}").into()) }
        };
        Ok(self.runtime.block_on(bench.watch.rate_async(one))?.cpu_us())
    }

    fn request(&self, path: &str, token: Option<&str>) -> Outcome<HttpRequest> {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("localhost"));
        if let Some(token) = token {
            headers.insert(AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {token}"))?);
        }
        Ok(HttpRequest {
            method: Method::GET,
            raw_path: path.to_owned(),
            query: String::new(),
            signed_path: path.to_owned(),
            authority: String::new(),
            headers,
            body: Bytes::new(),
            source_ip: "127.0.0.1".to_owned(),
            protocol: "HTTP/1.1".to_owned(),
            secure: false,
            host: "localhost".to_owned(),
            received: self.clock.now(),
        })
    }
}
