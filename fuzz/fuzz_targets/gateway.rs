//! Requests to a deployed API: route, authorizer, templates and gateway responses, no matter what is sent.
#![no_main]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};

use aws_types::{AccountId, Region, Timestamp};
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
use fuzz::Request;
use jose::{SigningKey, VerifyingKey};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::Runtime;
use world::HyperClient;
use world::fake::{ManualClock, SeededRng};

const POOL: &str = "us-east-1_Pool00001";

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_current_thread().build().expect("a runtime"));
static GATEWAY: LazyLock<Gateway> = LazyLock::new(gateway);

fuzz_target!(|data: &[u8]| {
    let Some(request) = Request::read(data) else { return };
    let Some(parts) = request.parts() else { return };
    let protected = parts.uri.path().starts_with("/protected");
    let response = RUNTIME.block_on(GATEWAY.handle(GatewayRequest {
        api_id: "a1b2c3d4e5".to_owned(),
        stage: "test".to_owned(),
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: Bytes::copy_from_slice(request.body),
        source_ip: "127.0.0.1".to_owned(),
        protocol: "HTTP/1.1".to_owned(),
        secure: true,
        host: "localhost".to_owned(),
        request_id: "r".to_owned(),
        received: Timestamp::from_secs(1_767_323_045),
    }));
    assert!(!protected || response.status() != 200, "passed without a token");
});

struct OnePool(Arc<VerifyingKey>);

impl UserPoolKeys for OnePool {
    fn key(&self, pool_id: &str, kid: &str) -> Option<Arc<VerifyingKey>> {
        (pool_id == POOL && self.0.kid() == kid).then(|| Arc::clone(&self.0))
    }

    fn is_issuer(&self, pool_id: &str, issuer: &str) -> bool {
        issuer.ends_with(pool_id)
    }
}

fn gateway() -> Gateway {
    let key = SigningKey::generate().expect("a key");
    let keys = OnePool(Arc::new(VerifyingKey::from_signing_key(&key).expect("its public half")));
    let authorizer = CognitoAuthorizer {
        id: "auth12".to_owned(),
        token_header: http::header::AUTHORIZATION,
        token_validation: None,
        pool_ids: vec![POOL.to_owned()],
    };
    let cognito = Authorization::CognitoUserPools { authorizer: Arc::new(authorizer), scopes: Vec::new() };
    let mut router = Router::default();
    for (path, authorization) in
        [("/open/{name}", Authorization::None), ("/all/{proxy+}", Authorization::None), ("/protected", cognito)]
    {
        let methods = HashMap::from([(HttpMethod::Any, mock(authorization))]);
        let resource = ResourcePlan { id: "res123".to_owned(), path: path.to_owned(), methods };
        router.insert(path, resource).expect("a good path");
    }
    let plans = Arc::new(Plans::new());
    plans.put_stage(StagePlan {
        account: AccountId::default(),
        region: Region::default(),
        api_id: "a1b2c3d4e5".to_owned(),
        stage: "test".to_owned(),
        variables: BTreeMap::new(),
        deployment: Arc::new(DeploymentPlan {
            id: "dep123".to_owned(),
            router,
            gateway_responses: GatewayResponses::default(),
        }),
    });
    let doors = Doors {
        clock: Arc::new(ManualClock::default()),
        rng: Arc::new(SeededRng::new(1)),
        http: Arc::new(HyperClient::new()),
        user_pool_keys: Arc::new(keys),
    };
    Gateway::new(plans, doors)
}

/// Shows whatever came, raw and decoded.
const TEMPLATE: &str =
    r#"{"statusCode": 200, "all": "$util.escapeJavaScript($input.params())", "a": $input.json('$.a')}"#;

fn mock(authorization: Authorization) -> MethodPlan {
    let response = IntegrationResponsePlan {
        status: 200,
        selection: None,
        headers: Vec::new(),
        templates: ContentTemplates::compile([("application/json", "$input.body $input.params('name')")]),
    };
    MethodPlan {
        authorization,
        required_parameters: RequiredParameters::default(),
        integration: IntegrationPlan {
            kind: IntegrationKind::Mock,
            request_parameters: Vec::new(),
            request_templates: ContentTemplates::compile([("application/json", TEMPLATE)]),
            passthrough: PassthroughBehavior::WhenNoMatch,
            responses: vec![response],
        },
        responses: BTreeSet::from([200]),
    }
}
