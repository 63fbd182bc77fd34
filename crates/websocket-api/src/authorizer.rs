//! Who may connect ("Control access to WebSocket APIs"): asked once, at the handshake, for the connection's whole life.

use std::sync::Arc;

use bytes::Bytes;
use execute_api::Doors;
use execute_api::ports::{IamIdentity, IamQuestion, RoleUse};
use iam_policy::{Context, Policy, PolicyKind, Principal, Request};
use mapping_template::ContextVariables;
use serde_json::{Map, Value, json};
use sigv4::{BodyHash, SignedRequest};
use world::{FunctionCall, InvokeError};

use crate::context::Call;
use crate::error::{Kind, Refusal};
use crate::plan::{Authorization, IdentitySource, LambdaAuthorizer};

/// How long a function may take, in milliseconds.
const TIMEOUT_MS: u64 = 10_000;
/// Most entries of `context`.
const MAX_CONTEXT: usize = 300;
/// What a call of a route is in policies.
const ACTION: &str = "execute-api:Invoke";

/// Who was let in.
#[derive(Debug, Default)]
pub(crate) struct Admitted {
    /// `requestContext.authorizer`
    pub authorizer: Option<Value>,
    /// Who signed.
    pub identity: Option<Arc<IamIdentity>>,
}

/// Asks whoever the `$connect` route names.
pub(crate) async fn authorize(
    doors: &Doors,
    call: Call<'_>,
    authorization: &Authorization,
) -> Result<Admitted, Refusal> {
    match authorization {
        Authorization::None => Ok(Admitted::default()),
        Authorization::Lambda(authorizer) => lambda(doors, call, authorizer).await,
        Authorization::AwsIam => iam(doors, call).await,
    }
}

async fn iam(doors: &Doors, call: Call<'_>) -> Result<Admitted, Refusal> {
    let handshake = &call.connection.handshake;
    let headers = handshake.signed_headers();
    let request = SignedRequest {
        method: handshake.method.as_str(),
        path: &handshake.signed_path,
        query: &handshake.query,
        headers: &headers,
        body: BodyHash::Bytes(b""),
    };
    let caller = doors.callers.prove(&request).await.map_err(|error| Refusal::forbidden(error.to_string()))?;
    let arn = call.arn();
    let keys = condition_keys(call);
    let question = IamQuestion {
        action: ACTION,
        resource: &arn,
        keys: &keys,
        policy: None,
        owner: &call.plan.account,
        vpc_endpoint: None,
    };
    let verdict = caller.may(&question).await.map_err(|_| Refusal::internal("policies could not be read"))?;
    match verdict.denial {
        None => Ok(Admitted { authorizer: None, identity: Some(Arc::clone(caller.identity())) }),
        Some(sentence) => Err(Refusal::forbidden(sentence)),
    }
}

fn condition_keys(call: Call<'_>) -> Vec<(&'static str, String)> {
    let handshake = &call.connection.handshake;
    let mut keys =
        vec![("aws:SourceIp", handshake.source_ip.clone()), ("aws:SecureTransport", handshake.secure.to_string())];
    keys.extend(handshake.header("user-agent").map(|agent| ("aws:UserAgent", agent)));
    keys.extend(handshake.header("referer").map(|referer| ("aws:Referer", referer)));
    keys
}

async fn lambda(doors: &Doors, call: Call<'_>, authorizer: &LambdaAuthorizer) -> Result<Admitted, Refusal> {
    let missing = |source: &&IdentitySource| identity(source, call).is_none_or(|value| value.trim().is_empty());
    if authorizer.identity_sources.iter().any(|source| missing(&source)) {
        return Err(Refusal::new(Kind::Unauthorized, "an identity source is missing or empty"));
    }
    let started = doors.clock.monotonic_ns();
    let payload = ask(doors, call, authorizer).await?;
    let latency_ms = doors.clock.monotonic_ns().saturating_sub(started) / 1_000_000;
    let (principal_id, policy, context) = read(&payload).map_err(Refusal::internal)?;
    let principal = Principal::Anonymous;
    let mut asked = Context::of(&principal, call.at);
    for (key, value) in condition_keys(call) {
        asked.set(key, value);
    }
    let arn = call.arn();
    if !policy.outcome(&Request::new(&principal, ACTION, &arn, &asked)).alone().is_allowed() {
        return Err(Refusal::forbidden("the authorizer does not let the caller in"));
    }
    let mut all = context;
    all.insert("principalId".to_owned(), json!(principal_id));
    all.insert("integrationLatency".to_owned(), json!(latency_ms));
    Ok(Admitted { authorizer: Some(Value::Object(all)), identity: None })
}

fn identity(source: &IdentitySource, call: Call<'_>) -> Option<String> {
    let handshake = &call.connection.handshake;
    match source {
        IdentitySource::Header(name) => handshake.header(name.as_str()),
        IdentitySource::Query(name) => handshake.query_value(name),
        IdentitySource::StageVariable(name) => call.plan.variables.get(name).cloned(),
        IdentitySource::Context(path) => {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            ContextVariables::get(&call.context(), &path)
                .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        }
    }
}

async fn ask(doors: &Doors, call: Call<'_>, authorizer: &LambdaAuthorizer) -> Result<Bytes, Refusal> {
    let plan = call.plan;
    let function = authorizer.function.render(&plan.variables, |_| None).ok();
    let function_arn = function.filter(|arn| arn.starts_with("arn:") && arn.split(':').count() >= 7);
    let function_arn = function_arn.ok_or_else(|| Refusal::internal("the authorizer names no function"))?;
    may_call(doors, call, authorizer.credentials.as_deref(), &function_arn).await?;
    let invocation = FunctionCall {
        function_arn,
        payload: Bytes::from(call.authorizer_event().to_string()),
        timeout_ms: TIMEOUT_MS,
        source_arn: format!(
            "arn:aws:execute-api:{}:{}:{}/authorizers/{}",
            plan.region, plan.account, plan.api_id, authorizer.id
        ),
        principal: "apigateway.amazonaws.com",
        role_arn: authorizer.credentials.clone(),
        trace_id: None,
    };
    match doors.functions.invoke(invocation).await {
        Ok(answer) if answer.function_error.is_none() => Ok(answer.payload),
        Ok(answer) if says_unauthorized(&answer.payload) => {
            Err(Refusal::new(Kind::Unauthorized, "the authorizer does not know the caller"))
        }
        Ok(_) => Err(Refusal::internal("the authorizer failed")),
        Err(InvokeError::TimedOut) => Err(Refusal::internal("the authorizer did not answer in time")),
        Err(error) => Err(Refusal::internal(format!("the authorizer cannot be called: {error}"))),
    }
}

/// Whether a role, where one is named, may call a function.
pub(crate) async fn may_call(
    doors: &Doors,
    call: Call<'_>,
    role_arn: Option<&str>,
    function_arn: &str,
) -> Result<(), Refusal> {
    let Some(role_arn) = role_arn else { return Ok(()) };
    let wanted = RoleUse {
        account: &call.plan.account,
        role_arn,
        action: "lambda:InvokeFunction",
        resource: function_arn,
        at: call.at,
    };
    let may = doors.services.role_may(wanted).await;
    may.map_err(|error| Refusal::internal(format!("the function cannot be called: {error}")))
}

/// Reads an answer strictly: what cannot be understood grants nothing.
fn read(payload: &[u8]) -> Result<(String, Policy, Map<String, Value>), &'static str> {
    let members: Map<String, Value> =
        serde_json::from_slice(payload).map_err(|_| "the authorizer's answer is no object")?;
    let principal = members.get("principalId").and_then(Value::as_str).filter(|id| !id.is_empty());
    let principal = principal.ok_or("the authorizer's principalId is no text")?.to_owned();
    let document = members.get("policyDocument").filter(|document| document.is_object());
    let document = document.ok_or("the authorizer's policyDocument is no object")?.to_string();
    let policy = Policy::parse(&document, PolicyKind::Identity);
    let policy = policy.map_err(|_| "the authorizer's policyDocument is no policy")?;
    let context = match members.get("context") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(entries)) if entries.len() <= MAX_CONTEXT => entries.clone(),
        Some(_) => return Err("the authorizer's context is no object"),
    };
    // As REST APIs have it: texts, numbers and truth values.
    if context.values().any(|value| value.is_array() || value.is_object()) {
        return Err("the authorizer's context holds more than texts, numbers and truth values");
    }
    Ok((principal, policy, context))
}

fn says_unauthorized(payload: &[u8]) -> bool {
    let value: Option<Value> = serde_json::from_slice(payload).ok();
    value.as_ref().and_then(|value| value.get("errorMessage")?.as_str()) == Some("Unauthorized")
}
