//! Scenarios as data: `scenarios/*.yaml`. Each names a plan by its controls, and calls with what comes of them: status,
//! body, error type, headers, what the function was asked, what is explained of a refusal, what the logs say (some lines,
//! or `wholeExecutionLog`).

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use aws_types::AwsError;
use bytes::Bytes;
use iam_policy::{Policy, PolicyKind, Principal};
use serde_json::{Value, json};
use sigv4::{SigError, SignedRequest};
use world::fake::{ManualClock, ScriptedFunctions, SeededRng};
use world::{FunctionAnswer, InvokeError};

use super::fixture::*;
use crate::access_log::AccessLogFormat;
use crate::access_plan::{IdentitySource, LambdaInput, Through, VpcEndpoint, function_of};
use crate::catalogue::HttpMethod;
use crate::domains::Guard;
use crate::explain::Statement;
use crate::gateway_response::GatewayResponses;
use crate::pattern::Pattern;
use crate::plan::*;
use crate::ports::{IamCaller, IamCallers, IamIdentity, IamQuestion, IamVerdict};
use crate::router::Router;
use crate::stage_settings::*;
use crate::throttle::Throttle;
use crate::{Doors, Gateway, GatewayRequest, HeaderSpelling, Plans};

const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:check";
const ECHO: &str = "$context.authorizer.principalId|$context.authorizer.level|$context.identity.userArn|\
    $context.identity.vpceId|$context.identity.apiKeyId";

/// Whoever signs as `AKIAALICE` is alice, whom her policy lets get, as `AKIAFRESH` with the right to throw kept answers away; `AKIAOTHER` is of another account and may all.
struct Alice;

struct Known(Arc<IamIdentity>, Policy);

#[async_trait]
impl IamCallers for Alice {
    async fn prove(&self, request: &SignedRequest<'_>) -> Result<Arc<dyn IamCaller>, SigError> {
        let presented = sigv4::presented(request)?.ok_or(SigError::MissingToken)?;
        let (account, action) = match presented.access_key_id.as_str() {
            "AKIAALICE" | "AKIAFRESH" => ("123456789012", "arn:aws:execute-api:*:*:*/*/GET/*"),
            "AKIAOTHER" => ("210987654321", "*"),
            other => return Err(SigError::UnknownKey { access_key_id: other.to_owned() }),
        };
        let policy = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": action},
            {"Effect": if presented.access_key_id == "AKIAFRESH" { "Allow" } else { "Deny" },
             "Action": "execute-api:InvalidateCache", "Resource": action},
        ]});
        let identity = IamIdentity {
            account_id: account.to_owned(),
            access_key: presented.access_key_id.clone(),
            user_id: "AIDAALICE".to_owned(),
            user_arn: format!("arn:aws:iam::{account}:user/alice"),
            cognito: None,
        };
        let policy = Policy::parse(&policy.to_string(), PolicyKind::Identity).unwrap();
        Ok(Arc::new(Known(Arc::new(identity), policy)))
    }
}

#[async_trait]
impl IamCaller for Known {
    fn identity(&self) -> &Arc<IamIdentity> {
        &self.0
    }

    async fn may(&self, asked: &IamQuestion<'_>) -> Result<IamVerdict, AwsError> {
        let principal = Principal::User {
            account: self.0.account_id.clone(),
            arn: self.0.user_arn.clone(),
            id: self.0.user_id.clone(),
            name: "alice".to_owned(),
        };
        let mut context = iam_policy::Context::of(&principal, aws_types::Timestamp::from_secs(now_s()));
        for (key, value) in asked.keys {
            context.set(*key, value.as_str());
        }
        let request = iam_policy::Request::new(&principal, asked.action, asked.resource, &context);
        let policies = iam_policy::Policies {
            identity: &[&self.1],
            resource: asked.policy,
            resource_account: Some(asked.owner.as_str()),
            vpc_endpoint: asked.vpc_endpoint,
            ..iam_policy::Policies::default()
        };
        let decision = iam_policy::evaluate(&request, &policies);
        let arn = iam_policy::masked_account(asked.resource);
        let sentence = decision.denial_text(&self.0.user_arn, asked.action, &arn);
        let denial = (!decision.is_allowed()).then_some(sentence);
        Ok(IamVerdict { denial, by: Statement::of(&decision) })
    }
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

fn authorization(plan: &Value) -> Authorization {
    let lambda = |input: LambdaInput| {
        let uri = format!("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations");
        Authorization::Lambda(Arc::new(LambdaAuthorizer {
            id: "auth12".to_owned(),
            input,
            function: function_of(&uri).unwrap(),
            credentials: None,
            ttl_s: plan["ttl"].as_i64().unwrap_or(300),
        }))
    };
    match text(plan, "authorization").unwrap_or("NONE") {
        "NONE" => Authorization::None,
        "COGNITO_USER_POOLS" => cognito(&[]),
        "AWS_IAM" => Authorization::AwsIam,
        "TOKEN" => lambda(LambdaInput::Token {
            header: http::HeaderName::from_static("authorization"),
            validation: text(plan, "validation").map(|pattern| Pattern::compile(pattern).unwrap()),
        }),
        "REQUEST" => lambda(LambdaInput::Request {
            sources: IdentitySource::parse_list(text(plan, "sources").unwrap_or_default()).unwrap(),
        }),
        other => panic!("no such authorization: {other}"),
    }
}

/// What stands in place of the echo: a MOCK with templates of its own, answers that count, required parameters, models.
fn integrate(method: &mut MethodPlan, plan: &Value) {
    if let Some(mock) = plan.get("mock") {
        let own = super::fixture::mock(text(mock, "request").unwrap(), text(mock, "response").unwrap_or_default());
        method.integration = own.integration;
    }
    if plan["counting"] == true {
        method.integration = http_proxy("http://backend.test/").integration;
    }
    for name in plan["required"].as_array().into_iter().flatten() {
        let name = name.as_str().unwrap();
        let header = name.strip_prefix("method.request.header.").map(str::to_owned);
        let query = name.strip_prefix("method.request.querystring.").map(str::to_owned);
        method.required_parameters.headers.extend(header);
        method.required_parameters.query.extend(query);
    }
}

/// Caches, and a log of each kind.
fn settings(plan: &Value) -> StageSettings {
    let mut settings = <StageSettings as Default>::default();
    let mut all = MethodSettings::default();
    if let Some(cache) = plan.get("cache") {
        settings.cache_bytes = Some(1 << 20);
        settings.cache_scope = "dep123".to_owned();
        all.caching = true;
        all.require_authorization = cache["requireAuthorization"] != false;
        all.unauthorized = match text(cache, "strategy").unwrap_or_default() {
            "FAIL_WITH_403" => UnauthorizedCacheControl::Fail,
            "SUCCEED_WITHOUT_RESPONSE_HEADER" => UnauthorizedCacheControl::SucceedWithoutResponseHeader,
            _ => UnauthorizedCacheControl::SucceedWithResponseHeader,
        };
    }
    if plan["executionLog"] == true {
        all.logging = LogLevel::Info;
        all.data_trace = plan["dataTrace"] == true;
    }
    settings.methods.insert("*/*".to_owned(), all);
    settings.access_log = text(plan, "accessLog").map(|format| AccessLogSettings {
        destination: AccessLogDestination::Group("access".to_owned()),
        format: AccessLogFormat::compile(&format!("{format} $context.requestId")).unwrap(),
    });
    settings
}

struct World {
    gateway: Gateway,
    logs: Arc<KeptLogs>,
    backend: Arc<Backend>,
    guard: Option<Arc<Guard>>,
    functions: Arc<ScriptedFunctions>,
    clock: Arc<ManualClock>,
    endpoint: Arc<VpcEndpoint>,
}

fn world(plan: &Value) -> World {
    let mut router = Router::default();
    for path in ["/", "/pets", "/pets/{id}", "/admin/{proxy+}"] {
        let mut method = mock(r#"{"statusCode": 200}"#, ECHO);
        method.authorization = authorization(plan);
        method.api_key_required = plan["apiKeyRequired"] == true;
        integrate(&mut method, plan);
        let methods = HashMap::from([(HttpMethod::Any, method)]);
        router.insert(path, ResourcePlan { id: "res123".to_owned(), path: path.to_owned(), methods }).unwrap();
    }
    let policy = plan.get("policy").map(|policy| Policy::parse(&policy.to_string(), PolicyKind::Resource).unwrap());
    let deployment = DeploymentPlan {
        id: "dep123".to_owned(),
        router,
        api_key_source: if plan["apiKeySource"] == "AUTHORIZER" {
            ApiKeySource::Authorizer
        } else {
            ApiKeySource::Header
        },
        policy,
        ..DeploymentPlan::empty()
    };
    let reach = match plan.get("private") {
        None => Reach::Public,
        Some(ids) => Reach::Private {
            vpc_endpoint_ids: ids.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect(),
        },
    };
    let plans = Arc::new(Plans::new());
    let base = stage(Vec::new(), GatewayResponses::default());
    let settings = settings(plan);
    plans.put_stage(StagePlan { reach, settings, deployment: Arc::new(deployment), ..base });
    super::api_keys::open_plan(&plans);
    let (clock, functions) = (Arc::new(ManualClock::default()), Arc::new(ScriptedFunctions::default()));
    let (backend, logs) = (Arc::new(Backend::default()), Arc::new(KeptLogs::default()));
    let doors = Doors {
        functions: Arc::clone(&functions) as _,
        callers: Arc::new(Alice),
        logs: Arc::clone(&logs) as _,
        ..Doors::new(
            Arc::clone(&clock) as _,
            Arc::new(SeededRng::new(1)),
            Arc::clone(&backend) as _,
            Arc::new(TwoPools),
        )
    };
    let mut gateway = Gateway::new(plans, doors).explaining();
    if let Some(burst) = plan.get("accountBurst").and_then(Value::as_u64) {
        gateway = gateway.with_account_throttle(Throttle { rate: 1.0, burst: u32::try_from(burst).unwrap() });
    }
    let policy = plan.get("endpointPolicy");
    let policy = policy.map(|policy| Policy::parse(&policy.to_string(), PolicyKind::VpcEndpoint).unwrap());
    let endpoint = Arc::new(VpcEndpoint { id: "vpce-1".to_owned(), vpc_id: "vpc-1".to_owned(), policy });
    let guard = plan.get("domain").map(|domain| {
        let policy =
            domain.get("policy").map(|policy| Policy::parse(&policy.to_string(), PolicyKind::Resource).unwrap());
        let arn = "arn:aws:execute-api:us-east-1:123456789012:/domainnames/inner.example.com+abcd123456".to_owned();
        Arc::new(Guard { arn, policy })
    });
    World { gateway, logs, backend, guard, functions, clock, endpoint }
}

impl World {
    /// What the function answers from now on.
    fn teach(&self, function: &Value) {
        let function = function.clone();
        self.functions.on(FUNCTION, move |_| {
            if let Some(failure) = text(&function, "fails") {
                return Err(if failure == "timeout" {
                    InvokeError::TimedOut
                } else {
                    InvokeError::Refused(failure.to_owned())
                });
            }
            let function_error = function.get("error").map(|_| "Unhandled".to_owned());
            let payload = function.get("error").or_else(|| function.get("answers")).cloned().unwrap_or(Value::Null);
            Ok(FunctionAnswer { payload: Bytes::from(payload.to_string()), function_error, request_id: None })
        });
    }

    fn request(&self, call: &Value) -> GatewayRequest {
        let mut headers: Vec<(String, String)> = call["headers"]
            .as_object()
            .iter()
            .flat_map(|map| map.iter())
            .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
            .collect();
        match text(call, "token") {
            Some("good") => headers.push(("authorization".to_owned(), KEY.sign(&id_claims()).unwrap())),
            Some("expired") => {
                let mut claims = id_claims();
                claims["exp"] = json!(now_s() - 1);
                headers.push(("authorization".to_owned(), KEY.sign(&claims).unwrap()));
            }
            Some(other) => headers.push(("authorization".to_owned(), other.to_owned())),
            None => {}
        }
        if let Some(key) = text(call, "signedBy") {
            let credential = format!("Credential={key}/20260102/us-east-1/execute-api/aws4_request");
            let value = format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0");
            headers.extend([
                ("authorization".to_owned(), value),
                ("x-amz-date".to_owned(), "20260102T030405Z".to_owned()),
            ]);
        }
        let pairs: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut request = request(text(call, "method").unwrap_or("GET"), text(call, "path").unwrap_or("/"), &pairs, "");
        request.spelling = HeaderSpelling::of_names(pairs.iter().map(|(name, _)| *name));
        if let Some(ip) = text(call, "sourceIp") {
            ip.clone_into(&mut request.source_ip);
        }
        if let Some(through) = text(call, "through") {
            let endpoint = Arc::clone(&self.endpoint);
            if through == "domain" {
                let guard = self.guard.clone();
                request.custom_domain = Some(crate::CustomDomain { guard, ..crate::CustomDomain::default() });
            }
            request.through = Some(Through { endpoint, by_associated_name: through == "name" });
        }
        request
    }

    async fn check(&self, name: &str, call: &Value) {
        if let Some(function) = call.get("function") {
            self.teach(function);
        }
        self.clock.advance_s(call["after"].as_i64().unwrap_or(0));
        if let Some(answer) = text(call, "backend") {
            self.backend.answers.lock().push(Ok(http::Response::new(Bytes::copy_from_slice(answer.as_bytes()))));
        }
        let request = self.request(call);
        let request_id = request.request_id.clone();
        let response = super::fixture::whole(self.gateway.handle(request).await);
        let what = format!("{name}: {call}");
        assert_eq!(
            u64::from(response.status().as_u16()),
            call["status"].as_u64().unwrap(),
            "{what} {}",
            body(&response)
        );
        if let Some(expected) = text(call, "body") {
            assert_eq!(body(&response), expected, "{what}");
        }
        if let Some(expected) = text(call, "errorType") {
            assert_eq!(header_of(&response, "x-amzn-errortype"), Some(expected), "{what}");
        }
        for (header, value) in call["answerHeaders"].as_object().into_iter().flatten() {
            assert_eq!(header_of(&response, header), value.as_str(), "{what} {header}");
        }
        self.check_logs(&what, call);
        let asked = self.functions.take_calls();
        if let Some(expected) = call.get("asked") {
            let events: Vec<Value> = asked.iter().map(|call| serde_json::from_slice(&call.payload).unwrap()).collect();
            assert_eq!(u64::try_from(events.len()).unwrap(), expected.as_u64().unwrap(), "{what} {events:?}");
        }
        if let Some(expected) = call.get("event") {
            let event: Value = serde_json::from_slice(&asked.first().unwrap().payload).unwrap();
            for (pointer, value) in expected.as_object().unwrap() {
                assert_eq!(event.pointer(pointer).unwrap_or(&Value::Null), value, "{what} {pointer} {event}");
            }
        }
        if let Some(expected) = call.get("explained") {
            assert!(response.headers().contains_key("x-portcullis-explain"), "{what}");
            let told = self.gateway.refusals().unwrap().find(&request_id).unwrap();
            for (pointer, value) in expected.as_object().unwrap() {
                assert_eq!(told.pointer(pointer).unwrap_or(&Value::Null), value, "{what} {pointer} {told}");
            }
        }
    }
}

impl World {
    fn check_logs(&self, what: &str, call: &Value) {
        let logs = std::mem::take(&mut *self.logs.0.lock());
        let id = " 11111111-2222-4333-8444-555555555555";
        let access = logs.iter().find(|(group, _)| group == "access").map(|(_, line)| line.trim_end_matches(id));
        if let Some(expected) = text(call, "accessLog") {
            assert_eq!(access, Some(expected), "{what}");
        }
        if let Some(expected) = call.get("wholeExecutionLog") {
            let lines = logs.iter().filter(|(group, _)| group.starts_with("API-Gateway-Execution-Logs_"));
            let lines: Vec<&str> =
                lines.map(|(_, line)| line.trim_start_matches(&format!("({}) ", id.trim()))).collect();
            assert_eq!(&json!(lines), expected, "{what}");
        }
        for expected in call["executionLog"].as_array().into_iter().flatten() {
            let expected = expected.as_str().unwrap();
            assert!(logs.iter().any(|(_, line)| line.contains(expected)), "{what} lacks {expected}: {logs:#?}");
        }
    }
}

async fn run(file: &str) {
    // Its reader wants an object outermost.
    let file = openapi_document::read(format!("scenarios:\n{file}").as_bytes()).unwrap();
    for scenario in file["scenarios"].as_array().unwrap() {
        let world = world(&scenario["plan"]);
        if let Some(function) = scenario.get("function") {
            world.teach(function);
        }
        let calls = scenario["calls"].as_array().unwrap();
        assert!(!calls.is_empty());
        for call in calls {
            world.check(text(scenario, "name").unwrap(), call).await;
        }
    }
}

#[tokio::test]
async fn scenarios_of_lambda_authorizers() {
    run(include_str!("../../scenarios/lambda_authorizers.yaml")).await;
}

#[tokio::test]
async fn scenarios_of_iam() {
    run(include_str!("../../scenarios/aws_iam.yaml")).await;
}

#[tokio::test]
async fn scenarios_of_resource_policies() {
    run(include_str!("../../scenarios/resource_policies.yaml")).await;
}

#[tokio::test]
async fn scenarios_of_limits_and_keys() {
    run(include_str!("../../scenarios/keys_and_limits.yaml")).await;
}

#[tokio::test]
async fn scenarios_of_caches() {
    run(include_str!("../../scenarios/stage_cache.yaml")).await;
}

#[tokio::test]
async fn scenarios_of_private_domain_names() {
    run(include_str!("../../scenarios/private_domain_names.yaml")).await;
}

#[tokio::test]
async fn scenarios_of_integrations_and_validators() {
    run(include_str!("../../scenarios/integrations.yaml")).await;
}

#[tokio::test]
async fn scenarios_of_logs() {
    run(include_str!("../../scenarios/logs.yaml")).await;
}
