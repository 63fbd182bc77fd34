//! Connections over pipes in memory, functions that follow scripts, a clock that is moved by hand.

mod connect;
mod management;
mod messages;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use aws_types::{AccountId, AwsError, Region};
use bytes::Bytes;
use execute_api::Doors;
use execute_api::access_log::AccessLogFormat;
use execute_api::ports::{
    IamCaller, IamCallers, IamIdentity, IamQuestion, IamVerdict, LogEvent, LogSink, UserPoolKeys,
};
use execute_api::stage_settings::{AccessLogDestination, AccessLogSettings};
use execute_api::uri_template::UriTemplate;
use futures_util::{SinkExt as _, StreamExt as _};
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use jose::VerifyingKey;
use serde_json::{Value, json};
use sigv4::{SigError, SignedRequest};
use tokio::io::DuplexStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role;
use world::fake::{ManualClock, ScriptedFunctions, SeededRng};
use world::{Clock as _, FunctionAnswer, HttpClient, HttpError, HttpOptions, Lock};

use crate::plan::*;
use crate::{Handshake, ManagementCall, Plans, Session, WebSocketApis};

pub const API: &str = "a1b2c3d4e5";
pub const STAGE: &str = "dev";

/// ARN of a function.
pub fn arn(name: &str) -> String {
    format!("arn:aws:lambda:us-east-1:123456789012:function:{name}")
}

struct NoPools;

impl UserPoolKeys for NoPools {
    fn key(&self, _: &str, _: &str) -> Option<Arc<VerifyingKey>> {
        None
    }

    fn is_issuer(&self, _: &str, _: &str) -> bool {
        false
    }
}

/// A backend that says what it got.
#[derive(Default)]
pub struct Echo(pub Lock<Vec<Request<Bytes>>>);

#[async_trait]
impl HttpClient for Echo {
    async fn send(&self, request: Request<Bytes>, _: HttpOptions) -> Result<Response<Bytes>, HttpError> {
        let answer = Response::new(request.body().clone());
        self.0.lock().push(request);
        Ok(answer)
    }
}

/// Signers: whoever names himself in `x-signer`; `denied` may nothing.
pub struct Signers;

#[async_trait]
impl IamCallers for Signers {
    async fn prove(&self, request: &SignedRequest<'_>) -> Result<Arc<dyn IamCaller>, SigError> {
        let name = request.headers.iter().find(|(name, _)| name == "x-signer").ok_or(SigError::MissingToken)?;
        let identity = IamIdentity { user_arn: name.1.clone(), ..IamIdentity::default() };
        Ok(Arc::new(Signer(Arc::new(identity))))
    }
}

struct Signer(Arc<IamIdentity>);

#[async_trait]
impl IamCaller for Signer {
    fn identity(&self) -> &Arc<IamIdentity> {
        &self.0
    }

    async fn may(&self, question: &IamQuestion<'_>) -> Result<IamVerdict, AwsError> {
        let denial = (self.0.user_arn == "denied").then(|| format!("not {} on {}", question.action, question.resource));
        Ok(IamVerdict { denial, by: None })
    }
}

/// What was logged, by group.
#[derive(Default)]
pub struct KeptLogs(pub Lock<Vec<(String, String)>>);

impl LogSink for KeptLogs {
    fn put(&self, group: &str, _: &str, events: Vec<LogEvent>) {
        self.0.lock().extend(events.into_iter().map(|event| (group.to_owned(), event.message)));
    }
}

pub struct Room {
    pub logs: Arc<KeptLogs>,
    pub apis: WebSocketApis,
    pub functions: Arc<ScriptedFunctions>,
    pub clock: Arc<ManualClock>,
    pub backend: Arc<Echo>,
}

pub fn function(name: &str) -> IntegrationKind {
    IntegrationKind::FunctionProxy(FunctionTarget { function: UriTemplate::parse(&arn(name)), credentials: None })
}

pub fn integration(kind: IntegrationKind) -> IntegrationPlan {
    IntegrationPlan {
        id: "int0001".to_owned(),
        kind,
        timeout_ms: MAX_TIMEOUT_MS,
        request_headers: Vec::new(),
        request_templates: Templates::default(),
        passthrough: Passthrough::default(),
        responses: Vec::new(),
    }
}

pub fn route(integration: IntegrationPlan) -> RoutePlan {
    RoutePlan {
        id: "rou0001".to_owned(),
        authorization: Authorization::None,
        integration: Some(Arc::new(integration)),
        response: RouteResponse::TwoWay,
    }
}

pub fn authorizer(sources: Vec<IdentitySource>) -> Authorization {
    Authorization::Lambda(Arc::new(LambdaAuthorizer {
        id: "aut0001".to_owned(),
        name: "a".to_owned(),
        identity_sources: sources,
        function: UriTemplate::parse(&arn("authorizer")),
        credentials: None,
    }))
}

impl Room {
    pub fn of(routes: Vec<(&str, RoutePlan)>) -> Self {
        let (clock, functions) = (Arc::new(ManualClock::default()), Arc::new(ScriptedFunctions::default()));
        let (backend, logs) = (Arc::new(Echo::default()), Arc::new(KeptLogs::default()));
        let doors = Doors {
            functions: Arc::clone(&functions) as _,
            callers: Arc::new(Signers),
            logs: Arc::clone(&logs) as _,
            ..Doors::new(
                Arc::clone(&clock) as _,
                Arc::new(SeededRng::new(1)),
                Arc::clone(&backend) as _,
                Arc::new(NoPools),
            )
        };
        let plans = Arc::new(Plans::new());
        plans.put_stage(WebSocketApiPlan {
            account: AccountId::default(),
            region: Region::default(),
            api_id: API.to_owned(),
            api_name: "chat".to_owned(),
            stage: STAGE.to_owned(),
            variables: BTreeMap::from([("color".to_owned(), "blue".to_owned())]),
            deployment: Arc::new(DeploymentPlan {
                id: "dep001".to_owned(),
                selection: Selection::parse("$request.body.action").unwrap(),
                routes: routes.into_iter().map(|(key, route)| (key.to_owned(), route)).collect(),
            }),
            default_route: RouteSettings::default(),
            routes: HashMap::new(),
            access_log: Some(AccessLogSettings {
                destination: AccessLogDestination::Group("chat".to_owned()),
                format: AccessLogFormat::compile(
                    "$context.requestId $context.eventType $context.routeKey $context.status $context.error.message",
                )
                .unwrap(),
            }),
        });
        Self { apis: WebSocketApis::new(plans, doors), functions, clock, backend, logs }
    }

    /// A function that answers its event's body, and keeps its events.
    pub fn echoing(&self, name: &str) {
        self.functions.on(&arn(name), |call| {
            let event: Value = serde_json::from_slice(&call.payload).unwrap();
            let body = format!(
                "{} {}",
                event["requestContext"]["routeKey"].as_str().unwrap(),
                event["body"].as_str().unwrap_or("-")
            );
            Ok(answer(&json!({"statusCode": 200, "body": body})))
        });
    }

    pub fn answering(&self, name: &str, value: Value) {
        self.functions.on(&arn(name), move |_| Ok(answer(&value)));
    }

    pub fn handshake(&self) -> Handshake {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("host", "a1b2c3d4e5.execute-api.us-east-1.localhost"),
            ("connection", "keep-alive, Upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ("user-agent", "tester"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        Handshake {
            api_id: API.to_owned(),
            stage: STAGE.to_owned(),
            path: "/".to_owned(),
            method: Method::GET,
            query: "token=t1&x=1&x=2".to_owned(),
            signed_path: "/dev".to_owned(),
            authority: String::new(),
            host: "a1b2c3d4e5.execute-api.us-east-1.localhost".to_owned(),
            headers,
            source_ip: "127.0.0.1".to_owned(),
            secure: false,
            received: self.clock.now(),
            by_domain: false,
        }
    }

    /// The status and body of a refusal.
    pub async fn refused(&self, handshake: Handshake) -> (u16, String) {
        let response = self.apis.handshake(handshake).await.err().expect("a refusal");
        (response.status().as_u16(), String::from_utf8(response.body().to_vec()).unwrap())
    }

    pub async fn session(&self) -> Session {
        self.apis.handshake(self.handshake()).await.map_err(|refusal| format!("{refusal:?}")).unwrap()
    }

    pub async fn connect(&self) -> Client {
        Client::over(self.session().await).await
    }

    /// The lines of the access log, without their request's id.
    pub fn lines(&self) -> Vec<String> {
        let lines = self.logs.0.lock();
        lines.iter().map(|(_, line)| line.split_once(' ').unwrap().1.to_owned()).collect()
    }

    /// The events that functions were sent.
    pub fn events(&self) -> Vec<Value> {
        self.functions.take_calls().iter().map(|call| serde_json::from_slice(&call.payload).unwrap()).collect()
    }

    pub async fn manage(&self, method: Method, id: &str, body: &[u8]) -> Response<Bytes> {
        self.manage_as("root", method, id, body).await
    }

    pub async fn manage_as(&self, signer: &str, method: Method, id: &str, body: &[u8]) -> Response<Bytes> {
        let mut headers = HeaderMap::new();
        if !signer.is_empty() {
            headers.insert("x-signer", HeaderValue::from_str(signer).unwrap());
        }
        let call = ManagementCall {
            api_id: API.to_owned(),
            stage: STAGE.to_owned(),
            connection_id: id.to_owned(),
            method,
            signed_path: format!("/dev/@connections/{id}"),
            query: String::new(),
            authority: String::new(),
            headers,
            body: Bytes::copy_from_slice(body),
            source_ip: "127.0.0.1".to_owned(),
            secure: false,
            by_domain: false,
        };
        self.apis.manage(call, &Signers).await
    }
}

pub fn answer(value: &Value) -> FunctionAnswer {
    FunctionAnswer { payload: Bytes::from(value.to_string()), function_error: None, request_id: None }
}

/// The other end of a connection.
pub struct Client {
    pub socket: WebSocketStream<DuplexStream>,
    pub id: String,
    pub ended: tokio::task::JoinHandle<()>,
}

impl Client {
    pub async fn over(session: Session) -> Self {
        let (ours, theirs) = tokio::io::duplex(1024 * 1024);
        let id = session.connection.id.clone();
        let apis = session.apis.clone();
        let before = apis.connections();
        let ended = world::spawn("session", session.run(ours));
        while apis.connections() == before {
            tokio::task::yield_now().await;
        }
        Self { socket: WebSocketStream::from_raw_socket(theirs, Role::Client, None).await, id, ended }
    }

    pub async fn say(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    pub async fn hear(&mut self) -> String {
        match self.socket.next().await.unwrap().unwrap() {
            Message::Text(text) => text.as_str().to_owned(),
            other => panic!("{other:?}"),
        }
    }

    /// The code of the frame that ends the connection.
    pub async fn closed(&mut self) -> u16 {
        match self.socket.next().await.unwrap().unwrap() {
            Message::Close(Some(frame)) => frame.code.into(),
            other => panic!("{other:?}"),
        }
    }
}
