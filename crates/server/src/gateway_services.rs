//! The services of this server as integrations of APIs call them: as a role that trusts API Gateway, or as nobody.

use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use async_trait::async_trait;
use aws_protocol::{has_streaming_input, has_streaming_output};
use aws_types::schema::{Operation, Protocol as Wire};
use aws_types::wire::Value;
use aws_types::{Answer, AwsError, ByteStream, CallContext, Caller};
use bytes::Bytes;
use execute_api::ports::{AwsServices, CallerCredentials, CallerUse, RoleUse, ServiceCall, ServiceError, VpcLinks};
use http::request::Parts;
use http::{HeaderValue, Response, Uri};
use http_body_util::{BodyExt as _, Limited};
use iam::{Identity, Principals, Question, Sts};
use world::Clock as _;

use crate::access::{BodyProof, Origin, Proof};
use crate::app::App;
use crate::authorize::{Place, asked};
use crate::body::{GATEWAY_LIMIT, streamed};
use crate::bucket_access::{Call, Signed};
use crate::wiring::Backend;

/// Whom a role's trust policy names.
const API_GATEWAY: &str = "apigateway.amazonaws.com";

/// Services, roles and their policies. The server itself is known last, since it holds the gateway that holds this.
pub struct GatewayServices {
    sts: Arc<Sts>,
    principals: Arc<Principals>,
    app: OnceLock<Weak<App>>,
}

impl GatewayServices {
    /// Over IAM; services can be called after [`Self::serve`].
    pub fn new(iam: &iam::Rooms) -> Arc<Self> {
        Arc::new(Self { sts: Arc::clone(&iam.sts), principals: Arc::clone(&iam.principals), app: OnceLock::new() })
    }

    /// Makes the server's services known.
    pub fn serve(&self, app: &Arc<App>) {
        // A second time is the same server.
        let _ = self.app.set(Arc::downgrade(app));
    }

    async fn role(&self, role_arn: &str, at: aws_types::Timestamp) -> Result<Identity, ServiceError> {
        let refused = || ServiceError::Refused(format!("API Gateway may not assume {role_arn}"));
        let found = self.sts.assume_as_service(role_arn, API_GATEWAY, at).await;
        found.map_err(|_| refused())?.ok_or_else(refused)
    }

    async fn allowed(
        &self,
        identity: &Identity,
        (action, resource): (&str, &str),
        at: aws_types::Timestamp,
    ) -> Result<(), AwsError> {
        let verdict = self.principals.authorize(identity, &Question::new(action, resource, at)).await?;
        if verdict.is_allowed() { Ok(()) } else { Err(AwsError::sender("AccessDenied", 403, verdict.sentence)) }
    }

    /// The operation, as the front door runs it but for the signature: who calls is known.
    async fn run(
        &self,
        app: &App,
        backend: &Backend,
        call: &ServiceCall,
        identity: Option<&Identity>,
    ) -> Result<Response<Bytes>, AwsError> {
        let (parts, body) = prepared(backend, call)?;
        let routed = backend.protocol.route(&parts, &body)?;
        let input = backend.protocol.decode(&routed, &parts, &body)?;
        let model = backend.service.model();
        let now = app.clock.now();
        if model.name == "s3" {
            return self.run_s3(app, (backend, call, identity), (routed.operation, &parts), (input, body)).await;
        }
        if let Some(identity) = identity {
            let place = Place { account: &app.access.account, region: &call.region };
            let all = asked(model.name, routed.operation, &input, &parts, place);
            let all = all.ok_or_else(|| AwsError::sender("AccessDenied", 403, "API Gateway may not call this."))?;
            for one in &all {
                self.allowed(identity, (&one.action, &one.resource), now).await?;
            }
        }
        let cx = context(app, call, identity);
        let stream = has_streaming_input(routed.operation).then(|| ByteStream::from_bytes(body));
        let answer = backend.service.call(&cx, routed.operation.name, input, stream).await?;
        told(backend, routed.operation, answer, &cx).await
    }

    /// An operation of S3, of which the bucket's policy is asked as well.
    async fn run_s3(
        &self,
        app: &App,
        (backend, call, identity): (&Backend, &ServiceCall, Option<&Identity>),
        (operation, parts): (&'static Operation, &Parts),
        (input, body): (Value, Bytes),
    ) -> Result<Response<Bytes>, AwsError> {
        let cx = context(app, call, identity);
        let origin = Origin { headers: &parts.headers, source_ip: None, secure: true, region: call.region.as_str() };
        let signed = if identity.is_some() { Signed::ByService } else { Signed::ByRequest };
        let proof = Proof { caller: cx.caller.clone(), identity: identity.cloned(), body: BodyProof::Any };
        let asked = Call { app, parts, origin, operation, input: &input, signed };
        let leave = app.access.leave(asked, &proof).await?;
        let stream = has_streaming_input(operation).then(|| ByteStream::from_bytes(body));
        let answer = app.rooms.website.call_with(&cx, leave, (operation.name, input), stream).await?;
        told(backend, operation, answer, &cx).await
    }
}

fn context(app: &App, call: &ServiceCall, identity: Option<&Identity>) -> CallContext {
    CallContext {
        account: app.access.account.clone(),
        region: call.region.clone(),
        request_id: call.request_id.clone(),
        caller: identity.map_or(Caller::Anonymous, |identity| identity.caller("ASIAAPIGATEWAY")),
        source_ip: call.source_ip.clone(),
        user_agent: API_GATEWAY.to_owned(),
        now: app.clock.now(),
    }
}

/// The answer as the protocol has it, held whole.
async fn told(
    backend: &Backend,
    operation: &'static Operation,
    answer: Answer,
    cx: &CallContext,
) -> Result<Response<Bytes>, AwsError> {
    let encoded = backend.protocol.encode(operation, answer.output, answer.status, &cx.request_id);
    match answer.body.filter(|_| has_streaming_output(operation)) {
        Some(stream) => {
            let (parts, _) = encoded.into_parts();
            let body = Limited::new(streamed(stream), GATEWAY_LIMIT + 1).collect().await;
            let body = body.map_err(|_| AwsError::internal("an answer is too large or broke off"))?;
            Ok(Response::from_parts(parts, body.to_bytes()))
        }
        None => Ok(encoded),
    }
}

/// The request as the service's protocol has it.
fn prepared(backend: &Backend, call: &ServiceCall) -> Result<(Parts, Bytes), AwsError> {
    let (mut parts, mut body) = call.request.clone().into_parts();
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let bad = || AwsError::sender("BadRequest", 400, "The integration's request cannot be made.");
    parts.uri = target.parse::<Uri>().map_err(|_| bad())?;
    let model = backend.service.model();
    match (model.protocol, &call.action) {
        (Wire::AwsJson11, Some(action)) => {
            let target = format!("{}.{action}", model.target_prefix.unwrap_or_default());
            parts.headers.insert("x-amz-target", HeaderValue::from_str(&target).map_err(|_| bad())?);
            let json = HeaderValue::from_static("application/x-amz-json-1.1");
            parts.headers.insert(http::header::CONTENT_TYPE, json);
            parts.method = http::Method::POST;
        }
        (Wire::AwsQuery, Some(action)) => {
            let query = parts.uri.query().unwrap_or_default();
            let form = format!("Action={action}&Version={}&{query}", model.api_version);
            body = Bytes::from(form.trim_end_matches('&').to_owned());
            let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
            parts.headers.insert(http::header::CONTENT_TYPE, form_type);
            parts.uri = Uri::from_static("/");
            parts.method = http::Method::POST;
        }
        (_, Some(_)) => return Err(bad()),
        (_, None) => {}
    }
    parts.headers.insert(http::header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    Ok((parts, body))
}

#[async_trait]
impl AwsServices for GatewayServices {
    async fn call(&self, call: ServiceCall) -> Result<Response<Bytes>, ServiceError> {
        let unavailable = || ServiceError::Unavailable(format!("{} is not served here", call.service));
        let app = self.app.get().and_then(Weak::upgrade).ok_or_else(unavailable)?;
        let known = app.backends.models().iter().any(|model| model.name == call.service);
        let backend = app.backends.get(if known { &call.service } else { return Err(unavailable()) });
        let identity = match (&call.caller, &call.role_arn) {
            (Some(caller), _) => Some(identity_of(caller)?.clone()),
            (None, Some(role_arn)) => Some(self.role(role_arn, app.clock.now()).await?),
            (None, None) => None,
        };
        let run = self.run(&app, backend, &call, identity.as_ref());
        let limit = Duration::from_millis(call.timeout_ms);
        let outcome = tokio::time::timeout(limit, run).await.map_err(|_| ServiceError::TimedOut)?;
        Ok(outcome.unwrap_or_else(|error| {
            if let Some(cause) = &error.internal {
                tracing::error!(request.id = %call.request_id, %cause, "a service called by an integration failed");
            }
            backend.protocol.encode_error(&error, &call.request_id)
        }))
    }

    async fn role_may(&self, wanted: RoleUse<'_>) -> Result<(), ServiceError> {
        let identity = self.role(wanted.role_arn, wanted.at).await?;
        let allowed = self.allowed(&identity, (wanted.action, wanted.resource), wanted.at).await;
        allowed.map_err(|error| ServiceError::Refused(error.message.into_owned()))
    }

    async fn caller_may(&self, wanted: CallerUse<'_>) -> Result<(), ServiceError> {
        let identity = identity_of(wanted.credentials)?;
        let failed = |error: AwsError| {
            tracing::error!(?error, "policies could not be read");
            ServiceError::Unavailable("Policies could not be read".to_owned())
        };
        let app = self.app.get().and_then(Weak::upgrade);
        let policy = match (app, lambda::Reference::of_arn(wanted.resource)) {
            (Some(app), Some(reference)) => app.rooms.lambda.policy(&reference).await.map_err(failed)?,
            _ => None,
        };
        let question =
            Question { resource_policy: policy.as_deref(), ..Question::new(wanted.action, wanted.resource, wanted.at) };
        let verdict = self.principals.authorize(identity, &question).await.map_err(failed)?;
        if verdict.is_allowed() { Ok(()) } else { Err(ServiceError::Refused(verdict.sentence)) }
    }
}

/// Who a caller of an API is to IAM.
fn identity_of(caller: &CallerCredentials) -> Result<&Identity, ServiceError> {
    let unknown = || ServiceError::Refused("the caller is not known to IAM".to_owned());
    caller.0.downcast_ref::<Identity>().ok_or_else(unknown)
}

/// `[vpc_links]` of the configuration: addresses by a link's id or its load balancer's ARN.
pub struct ConfiguredLinks(pub std::collections::BTreeMap<String, String>);

impl VpcLinks for ConfiguredLinks {
    fn address(&self, link_id: &str, target_arns: &[String]) -> Option<String> {
        let mut names = std::iter::once(link_id).chain(target_arns.iter().map(String::as_str));
        names.find_map(|name| self.0.get(name).cloned())
    }
}
