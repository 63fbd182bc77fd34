//! The gateway without sockets: what routing, authorizer, templates and answer cost around one verified signature.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use aws_types::{AccountId, Region};
use bytes::Bytes;
use execute_api::catalogue::{HttpMethod, PassthroughBehavior};
use execute_api::gateway_response::GatewayResponses;
use execute_api::plan::{
    Authorization, CognitoAuthorizer, ContentTemplates, DeploymentPlan, IntegrationKind, IntegrationPlan,
    IntegrationResponsePlan, MethodPlan, RequiredParameters, ResourcePlan, StagePlan,
};
use execute_api::ports::UserPoolKeys;
use execute_api::router::Router;
use execute_api::{Doors, Gateway, GatewayRequest, Plans};
use jose::{KeySet, SigningKey, VerifyingKey};
use mapping_template::{Limits, Params, Scope, Template};
use serde_json::json;
use world::{Clock as _, HyperClient, SystemClock, SystemRng};

use crate::crypto::claims;
use crate::report::{Row, Table, limited, per_second};
use crate::{Bench, Outcome};

const API: &str = "a1b2c3d4e5";
const POOL: &str = "us-east-1_Pool00001";
const BODY: &str = r#"[{"dragon_name_str":"Smolder"},{"dragon_name_str":"Brim"}]"#;

/// Measures.
pub fn run(bench: &Bench) -> Outcome<Table> {
    let mut table =
        Table::new("Gateway", "In process, one call after the other; the token's signature is checked each time.");
    let key = SigningKey::generate()?;
    let token = key.sign(&claims())?;
    let keys = OnePool(Arc::new(VerifyingKey::from_signing_key(&key)?));
    let mut set = KeySet::new();
    set.insert(Arc::clone(&keys.0))?;
    let verify = bench.watch.rate(|| Ok(drop(jose::verify(&token, &set)?)))?.per_core();
    let gateway = gateway(keys)?;
    let runtime = crate::room::runtime()?;
    let call = |path: &str, token: Option<&str>, status: u16| {
        let request = request(path, token);
        let one = async || {
            let answer = gateway.handle(request.clone()).await;
            let got = answer.status().as_u16();
            if got == status { Ok(()) } else { Err(format!("{path} answered {got}").into()) }
        };
        Outcome::Ok(runtime.block_on(bench.watch.rate_async(one))?.per_core())
    };
    let behind = call("/dragons", Some(&token), 200)?;
    table.push(limited("MOCK behind a Cognito authorizer, good token", behind, ("verify alone", verify)));
    for (what, path, status) in [("MOCK behind it, no token", "/dragons", 401), ("MOCK, open", "/open", 200)] {
        let rate = call(path, None, status)?;
        table.push(Row::new(what, format!("{} per core", per_second(rate))));
    }
    table.push(render(bench)?);
    Ok(table)
}

/// The pool that lives here.
struct OnePool(Arc<VerifyingKey>);

impl UserPoolKeys for OnePool {
    fn key(&self, pool_id: &str, kid: &str) -> Option<Arc<VerifyingKey>> {
        (pool_id == POOL && self.0.kid() == kid).then(|| Arc::clone(&self.0))
    }

    fn is_issuer(&self, pool_id: &str, issuer: &str) -> bool {
        issuer.strip_prefix("http://localhost:4566/") == Some(pool_id)
    }
}

fn gateway(keys: OnePool) -> Outcome<Gateway> {
    let mut router = Router::default();
    let authorizer = CognitoAuthorizer {
        id: "auth12".to_owned(),
        token_header: http::header::AUTHORIZATION,
        token_validation: None,
        pool_ids: vec![POOL.to_owned()],
    };
    let cognito = Authorization::CognitoUserPools { authorizer: Arc::new(authorizer), scopes: Vec::new() };
    for (path, authorization) in [("/dragons", cognito), ("/open", Authorization::None)] {
        let methods = HashMap::from([(HttpMethod::Get, mock(authorization))]);
        router.insert(path, ResourcePlan { id: "res123".to_owned(), path: path.to_owned(), methods })?;
    }
    let plans = Arc::new(Plans::new());
    plans.put_stage(StagePlan {
        account: AccountId::default(),
        region: Region::default(),
        api_id: API.to_owned(),
        stage: "test".to_owned(),
        variables: BTreeMap::new(),
        deployment: Arc::new(DeploymentPlan {
            id: "dep123".to_owned(),
            router,
            gateway_responses: GatewayResponses::default(),
        }),
    });
    let doors = Doors {
        clock: Arc::new(SystemClock::new()),
        rng: Arc::new(SystemRng::new()),
        http: Arc::new(HyperClient::new()),
        user_pool_keys: Arc::new(keys),
    };
    Ok(Gateway::new(plans, doors))
}

fn mock(authorization: Authorization) -> MethodPlan {
    let response = IntegrationResponsePlan {
        status: 200,
        selection: None,
        headers: Vec::new(),
        templates: ContentTemplates::compile([("application/json", BODY)]),
    };
    MethodPlan {
        authorization,
        required_parameters: RequiredParameters::default(),
        integration: IntegrationPlan {
            kind: IntegrationKind::Mock,
            request_parameters: Vec::new(),
            request_templates: ContentTemplates::compile([("application/json", r#"{"statusCode": 200}"#)]),
            passthrough: PassthroughBehavior::WhenNoMatch,
            responses: vec![response],
        },
        responses: BTreeSet::from([200]),
    }
}

fn request(path: &str, token: Option<&str>) -> GatewayRequest {
    let mut headers = http::HeaderMap::new();
    headers.insert(http::header::HOST, http::HeaderValue::from_static("a1b2c3d4e5.execute-api.us-east-1.localhost"));
    if let Some(token) = token.and_then(|token| token.parse().ok()) {
        headers.insert(http::header::AUTHORIZATION, token);
    }
    GatewayRequest {
        api_id: API.to_owned(),
        stage: "test".to_owned(),
        method: http::Method::GET,
        path: path.to_owned(),
        query: String::new(),
        headers,
        body: Bytes::new(),
        source_ip: "127.0.0.1".to_owned(),
        protocol: "HTTP/1.1".to_owned(),
        secure: false,
        host: format!("{API}.execute-api.us-east-1.localhost"),
        request_id: "00000000-0000-4000-8000-000000000000".to_owned(),
        received: SystemClock::new().now(),
    }
}

const TEMPLATE: &str = r##"#set($root = $input.path('$'))
{
  "caller": "$context.authorizer.claims.email",
  "stage": "$stageVariables.name",
  "family": "$util.escapeJavaScript($input.params('family'))",
  "dragons": [#foreach($dragon in $root.dragons)
    { "name": "$dragon.name", "age": $dragon.age }#if($foreach.hasNext),#end
  #end]
}"##;

/// A template with a loop over ten dragons, as the guide's examples have.
fn render(bench: &Bench) -> Outcome<Row> {
    let template = Template::compile(TEMPLATE)?;
    let dragons: Vec<_> = (0..10).map(|age| json!({ "name": "Smolder", "age": age })).collect();
    let body = json!({ "dragons": dragons }).to_string();
    let params = Params { querystring: BTreeMap::from([("family".to_owned(), "red".to_owned())]), ..Params::default() };
    let context = json!({ "authorizer": { "claims": { "email": "alice@example.com" } } });
    let stage_variables = BTreeMap::from([("name".to_owned(), "test".to_owned())]);
    let scope = Scope { body: &body, params: &params, context: &context, stage_variables: &stage_variables };
    let rendered = bench.watch.rate(|| Ok(drop(template.render(&scope, Limits::default())?)))?;
    Ok(Row::new("mapping template with a loop of ten", format!("{} per core", per_second(rendered.per_core()))))
}
