//! The way of a connection: the handshake with `$connect`, messages, the end with `$disconnect`.

use std::sync::Arc;
use std::time::Duration;

use aws_types::Timestamp;
use bytes::Bytes;
use execute_api::Doors;
use execute_api::throttle::{ACCOUNT_THROTTLE, Throttle};
use http::Response;
use serde_json::Value;

use crate::authorizer;
use crate::connections::{Connection, Connections, Inbox, Limits, Outgoing};
use crate::context::{Body, Call, Event};
use crate::error::{Kind, Refusal};
use crate::integration::{self, Answer};
use crate::metrics::Happened;
use crate::observe::access;
use crate::plan::{CONNECT, DEFAULT, DISCONNECT, RoutePlan, RouteResponse};
use crate::plans::{Plans, Stage};
use crate::request::{Handshake, accepted, new_id};

/// How often connections whose time is over are looked for.
const SWEEP: Duration = Duration::from_secs(1);

/// The runtime.
#[derive(Clone)]
pub struct WebSocketApis(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub plans: Arc<Plans>,
    pub doors: Doors,
    pub connections: Connections,
    pub limits: Limits,
    /// All calls of an account in a region together.
    account_throttle: Throttle,
}

/// A connection whose handshake was good. It stands once it runs.
pub struct Session {
    pub(crate) apis: WebSocketApis,
    pub(crate) stage: Stage,
    pub(crate) connection: Arc<Connection>,
    pub(crate) inbox: Inbox,
    head: Option<Response<Bytes>>,
}

impl Session {
    /// The answer that opens the connection.
    pub fn head(&mut self) -> Response<Bytes> {
        self.head.take().unwrap_or_default()
    }
}

impl WebSocketApis {
    /// Serves the plans.
    pub fn new(plans: Arc<Plans>, doors: Doors) -> Self {
        let (connections, limits) = (Connections::default(), Limits::default());
        Self(Arc::new(Inner { plans, doors, connections, limits, account_throttle: ACCOUNT_THROTTLE }))
    }

    /// With other bounds than AWS's.
    #[must_use]
    pub fn with_limits(self, limits: Limits, account_throttle: Throttle) -> Self {
        let inner = &self.0;
        Self(Arc::new(Inner {
            plans: Arc::clone(&inner.plans),
            doors: inner.doors.clone(),
            connections: Connections::default(),
            limits,
            account_throttle,
        }))
    }

    /// The plans it serves.
    pub fn plans(&self) -> &Arc<Plans> {
        &self.0.plans
    }

    /// Connections that stand.
    pub fn connections(&self) -> usize {
        self.0.connections.len()
    }

    /// Ends connections whose time is over, for as long as the server runs.
    pub async fn run(self) {
        loop {
            tokio::time::sleep(SWEEP).await;
            self.sweep();
        }
    }

    /// Ends connections whose time is over.
    pub fn sweep(&self) {
        self.0.connections.sweep(self.0.limits, self.now());
    }

    /// Ends all connections.
    pub fn close_all(&self) {
        self.0.connections.close_all();
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.doors.clock.now()
    }

    /// Judges a handshake.
    ///
    /// # Errors
    /// The answer that refuses it.
    pub async fn handshake(&self, handshake: Handshake) -> Result<Session, Response<Bytes>> {
        let plans = &self.0.plans;
        let (api, name) = (handshake.api_id.as_str(), handshake.stage.as_str());
        let stage = if handshake.by_domain { plans.stage_behind_domain(api, name) } else { plans.stage(api, name) };
        let Some(stage) = stage else { return Err(Refusal::forbidden("there is no such stage").render(None)) };
        let proof = handshake.check().map_err(|refusal| refusal.render(None))?;
        let rng = &*self.0.doors.rng;
        let (id, request_id) = (new_id(rng), new_id(rng));
        let refuse = |refusal: Refusal| {
            tracing::debug!(api.id = stage.plan.api_id, reason = refusal.reason, "a handshake was refused");
            refusal.render(Some((&id, &request_id)))
        };
        let opened = self.open(&stage, handshake, (&id, &request_id)).await.map_err(refuse)?;
        let (connection, inbox, answer) = opened;
        let offered = connection.handshake.header("sec-websocket-protocol").unwrap_or_default();
        let offers =
            |value: &http::HeaderValue| offered.split(',').any(|one| one.trim().as_bytes() == value.as_bytes());
        let protocol = answer.protocol.filter(offers);
        let head = Some(accepted(proof, protocol));
        Ok(Session { apis: self.clone(), stage, connection, inbox, head })
    }

    /// Access control and the `$connect` route.
    async fn open(
        &self,
        stage: &Stage,
        handshake: Handshake,
        (id, request_id): (&str, &str),
    ) -> Result<(Arc<Connection>, Inbox, Answer), Refusal> {
        if self.0.connections.len() >= self.0.limits.connections {
            return Err(Refusal::new(Kind::Throttled, "there are too many connections"));
        }
        let now = self.now();
        let opening = |handshake: Handshake, admitted: authorizer::Admitted| {
            Connection::new(
                id.to_owned(),
                handshake,
                (admitted.authorizer, admitted.identity),
                (now, self.0.connections.waiting()),
            )
        };
        let Some(route) = stage.plan.deployment.routes.get(CONNECT) else {
            self.throttle(stage, CONNECT)?;
            let (connection, inbox) = opening(handshake, authorizer::Admitted::default());
            return Ok((connection, inbox, Answer { status: 200, ..Answer::default() }));
        };
        let (asking, _) = opening(handshake.clone(), authorizer::Admitted::default());
        let event = Event::Connect;
        let call =
            |connection| Call { plan: &stage.plan, connection, route_key: CONNECT, event: &event, request_id, at: now };
        let admitted = authorizer::authorize(&self.0.doors, call(&asking), &route.authorization).await;
        let admitted = match admitted.and_then(|admitted| self.throttle(stage, CONNECT).map(|()| admitted)) {
            Ok(admitted) => admitted,
            Err(refusal) => {
                stage.metrics.record(Happened::ClientError);
                access(&self.0.doors, call(&asking), Err(&refusal));
                return Err(refusal);
            }
        };
        let (connection, inbox) = opening(handshake, admitted);
        stage.metrics.record(Happened::Connect);
        let answer = match &route.integration {
            None => Ok(Answer { status: 200, ..Answer::default() }),
            Some(_) => self.integrate(stage, call(&connection), route).await,
        };
        access(&self.0.doors, call(&connection), answer.as_ref());
        let answer = answer?;
        if (200..300).contains(&answer.status) {
            Ok((connection, inbox, answer))
        } else {
            let reason = format!("$connect answered {}", answer.status);
            Err(Refusal::new(Kind::Status(answer.status.max(400)), reason))
        }
    }

    async fn integrate(&self, stage: &Stage, call: Call<'_>, route: &RoutePlan) -> Result<Answer, Refusal> {
        let Some(integration) = &route.integration else {
            return Err(Refusal::internal("the route has no integration"));
        };
        let answer = integration::call(&self.0.doors, call, integration).await;
        if answer.as_ref().map_or(true, |answer| answer.status >= 400) {
            stage.metrics.record(Happened::IntegrationError);
        }
        answer
    }

    /// Takes a token of every bucket that the call falls into: the route's or the stage's, then the account's.
    fn throttle(&self, stage: &Stage, route_key: &str) -> Result<(), Refusal> {
        let now_ns = self.0.doors.clock.monotonic_ns();
        let settings = stage.plan.routes.get(route_key).copied().unwrap_or(stage.plan.default_route);
        let limit = settings.throttle.or(stage.plan.default_route.throttle);
        let within = limit.is_none_or(|limit| stage.buckets.take(route_key, limit, now_ns))
            && stage.account.take(self.0.account_throttle, now_ns);
        if within { Ok(()) } else { Err(Refusal::new(Kind::Throttled, "over the limit")) }
    }

    /// The stage of a connection as it is now; as it was, where it is gone meanwhile.
    fn stage_now(&self, session_stage: &Stage) -> Stage {
        let plan = &session_stage.plan;
        let now = self.0.plans.stage_behind_domain(&plan.api_id, &plan.stage);
        now.unwrap_or_else(|| session_stage.clone())
    }

    /// Answers a message: what goes back to the client, if anything.
    pub(crate) async fn message(self, stage: Stage, connection: Arc<Connection>, body: Body) -> Option<Outgoing> {
        let stage = self.stage_now(&stage);
        let request_id = new_id(&*self.0.doors.rng);
        stage.metrics.record(Happened::Message);
        match self.route(&stage, &connection, &body, &request_id).await {
            Ok(text) => text.map(Outgoing::Text),
            Err(refusal) => {
                tracing::debug!(api.id = stage.plan.api_id, reason = refusal.reason, "a message was refused");
                let happened =
                    if refusal.kind == Kind::Internal { Happened::ExecutionError } else { Happened::ClientError };
                stage.metrics.record(happened);
                Some(Outgoing::Text(refusal.message(&connection.id, &request_id)))
            }
        }
    }

    async fn route(
        &self,
        stage: &Stage,
        connection: &Connection,
        body: &Body,
        request_id: &str,
    ) -> Result<Option<String>, Refusal> {
        let deployment = &stage.plan.deployment;
        let named = match body {
            Body::Text(text) => {
                let message: Option<Value> = serde_json::from_str(text).ok();
                message.and_then(|message| deployment.selection.select(&message))
            }
            Body::Binary(_) => None,
        };
        // Nobody but the gateway itself calls the first and the last route.
        let named = named.filter(|key| key != CONNECT && key != DISCONNECT);
        let found = named.and_then(|key| deployment.routes.get_key_value(key.as_str()));
        let found = found.or_else(|| deployment.routes.get_key_value(DEFAULT));
        let route_key = found.map_or(DEFAULT, |(key, _)| key.as_str());
        let id = new_id(&*self.0.doors.rng);
        let event = Event::Message { id: &id, body };
        let call = Call { plan: &stage.plan, connection, route_key, event: &event, request_id, at: self.now() };
        let answer = match (found, self.throttle(stage, route_key)) {
            (None, _) => Err(Refusal::forbidden("no route takes the message")),
            (_, Err(refusal)) => Err(refusal),
            (Some((_, route)), Ok(())) => self.integrate(stage, call, route).await,
        };
        access(&self.0.doors, call, answer.as_ref());
        let two_way = found.is_some_and(|(_, route)| route.response == RouteResponse::TwoWay);
        Ok(answer?.body.filter(|_| two_way))
    }

    /// The end of a connection. Whatever its route says, it is over.
    pub(crate) async fn disconnected(&self, stage: &Stage, connection: &Connection, (code, reason): (u16, &str)) {
        let stage = self.stage_now(stage);
        let Some(route) = stage.plan.deployment.routes.get(DISCONNECT) else { return };
        let request_id = new_id(&*self.0.doors.rng);
        let event = Event::Disconnect { code, reason };
        let call = Call {
            plan: &stage.plan,
            connection,
            route_key: DISCONNECT,
            event: &event,
            request_id: &request_id,
            at: self.now(),
        };
        let answer = self.integrate(&stage, call, route).await;
        access(&self.0.doors, call, answer.as_ref());
        if let Err(refusal) = answer {
            tracing::debug!(api.id = stage.plan.api_id, reason = refusal.reason, "$disconnect failed");
        }
    }
}
