//! The Lambda Runtime API of one process (developer guide, "Lambda runtime API for custom runtimes", 2018-06-01).

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Notify, mpsc, oneshot, watch};
use world::Lock;

use crate::failure::MAX_ANSWER;
use crate::relay::{self, Piece, Streamed};

const BASE: &str = "/2018-06-01/runtime/";
/// Largest error a runtime may report, bytes.
const MAX_ERROR: usize = 256 * 1024;
const MAX_HEAD: usize = 64 * 1024;

/// An event to be taken.
pub(crate) struct Job {
    pub(crate) request_id: String,
    pub(crate) event: Bytes,
    pub(crate) headers: HeaderMap,
}

/// What the runtime made of an event.
pub(crate) enum Reply {
    Response(Bytes),
    /// The answer comes in pieces; the event is the runtime's until the last.
    Streamed(Streamed),
    Error(Bytes),
    TooLarge,
}

/// Where a process stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// It has not asked for an event yet.
    Starting,
    /// It said why it never will.
    Failed,
    /// It has asked.
    Ready,
}

/// The Runtime API of one process.
pub(crate) struct RuntimeApi {
    state: Lock<State>,
    jobs: Notify,
    phase: watch::Sender<Phase>,
}

#[derive(Default)]
struct State {
    job: Option<(Job, oneshot::Sender<Reply>)>,
    running: Option<Running>,
    init_error: Option<Bytes>,
}

/// The event that the runtime has.
struct Running {
    request_id: String,
    /// Gone once an answer has begun.
    reply: Option<oneshot::Sender<Reply>>,
}

type Answer = Response<Full<Bytes>>;

impl RuntimeApi {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { state: Lock::default(), jobs: Notify::new(), phase: watch::Sender::new(Phase::Starting) })
    }

    /// Tells when the process is ready or has failed.
    pub(crate) fn phase(&self) -> watch::Receiver<Phase> {
        self.phase.subscribe()
    }

    /// What the process said of its failure to start.
    pub(crate) fn init_error(&self) -> Bytes {
        self.state.lock().init_error.clone().unwrap_or_default()
    }

    /// Lays an event out for the process to take.
    pub(crate) fn hand_over(&self, job: Job) -> oneshot::Receiver<Reply> {
        let (sender, receiver) = oneshot::channel();
        self.state.lock().job = Some((job, sender));
        self.jobs.notify_one();
        receiver
    }

    /// Takes an event back that the process has not taken.
    pub(crate) fn take_back(&self) -> bool {
        self.state.lock().job.take().is_some()
    }

    /// Speaks on one connection until it ends.
    pub(crate) async fn serve(self: Arc<Self>, io: impl AsyncRead + AsyncWrite + Unpin) {
        let service = service_fn(move |request| {
            let api = Arc::clone(&self);
            async move { Ok::<_, Infallible>(api.answer(request).await) }
        });
        let mut server = http1::Builder::new();
        server.max_buf_size(MAX_HEAD);
        if let Err(error) = server.serve_connection(TokioIo::new(io), service).await {
            tracing::debug!(%error, "a function's connection ended");
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Answer {
        let path = request.uri().path().to_owned();
        let Some(path) = path.strip_prefix(BASE) else { return not_found() };
        match (request.method(), path) {
            (&Method::GET, "invocation/next") => self.next().await,
            (&Method::POST, "init/error") => self.init_failed(request.into_body()).await,
            (&Method::POST, _) => match path.strip_prefix("invocation/").and_then(|rest| rest.split_once('/')) {
                Some((id, "response")) if relay::is_streamed(request.headers()) => self.streamed(id, request).await,
                Some((id, "response")) => self.response(id, request.into_body()).await,
                Some((id, "error")) => self.error(id, request.into_body()).await,
                _ => not_found(),
            },
            _ => not_found(),
        }
    }

    async fn next(&self) -> Answer {
        loop {
            match self.take() {
                Ok(Some(job)) => return event(job),
                Ok(None) => self.jobs.notified().await,
                Err(refusal) => return *refusal,
            }
        }
    }

    fn take(&self) -> Result<Option<Job>, Box<Answer>> {
        let mut state = self.state.lock();
        if state.running.is_some() || *self.phase.borrow() == Phase::Failed {
            return Err(Box::new(wrong_state()));
        }
        self.phase.send_if_modified(|phase| std::mem::replace(phase, Phase::Ready) != Phase::Ready);
        Ok(state.job.take().map(|(job, sender)| {
            state.running = Some(Running { request_id: job.request_id.clone(), reply: Some(sender) });
            job
        }))
    }

    async fn init_failed(&self, body: Incoming) -> Answer {
        if *self.phase.borrow() != Phase::Starting {
            return wrong_state();
        }
        let Body::Whole(error) = read(body, MAX_ERROR).await else { return too_large() };
        self.state.lock().init_error = Some(error);
        self.phase.send_if_modified(|phase| std::mem::replace(phase, Phase::Failed) == Phase::Starting);
        accepted()
    }

    async fn response(&self, id: &str, body: Incoming) -> Answer {
        if !self.runs(id) {
            return wrong_id();
        }
        match read(body, MAX_ANSWER).await {
            Body::Whole(answer) => self.done(id, Reply::Response(answer), accepted()),
            Body::TooLarge => self.done(id, Reply::TooLarge, too_large()),
            Body::Broken => broken(),
        }
    }

    /// An answer in pieces (`Lambda-Runtime-Function-Response-Mode: streaming`). Where nobody takes a piece, the next is not
    /// read.
    async fn streamed(&self, id: &str, request: Request<Incoming>) -> Answer {
        let (sender, pieces) = mpsc::channel(relay::PIECES);
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let content_type = content_type.unwrap_or("application/octet-stream").to_owned();
        let Some(reply) = self.begin(id) else { return wrong_id() };
        let _ = reply.send(Reply::Streamed(Streamed { content_type, pieces }));
        let last = relay::read(request.into_body(), &sender).await;
        // The process may be given its next event with the last piece.
        self.state.lock().running.take_if(|running| running.request_id == id);
        let answer = match &last {
            Piece::TooLarge => too_large(),
            Piece::Broken => broken(),
            Piece::Data(_) | Piece::Error(_) | Piece::End => accepted(),
        };
        let _ = sender.send(last).await;
        answer
    }

    /// An answer to the running event begins; there is but one.
    fn begin(&self, id: &str) -> Option<oneshot::Sender<Reply>> {
        let mut state = self.state.lock();
        state.running.as_mut().filter(|running| running.request_id == id)?.reply.take()
    }

    async fn error(&self, id: &str, body: Incoming) -> Answer {
        if !self.runs(id) {
            return wrong_id();
        }
        match read(body, MAX_ERROR).await {
            Body::Whole(error) => self.done(id, Reply::Error(error), accepted()),
            Body::TooLarge => self.done(id, Reply::TooLarge, too_large()),
            Body::Broken => broken(),
        }
    }

    fn runs(&self, id: &str) -> bool {
        let state = self.state.lock();
        state.running.as_ref().is_some_and(|running| running.request_id == id && running.reply.is_some())
    }

    /// The reply goes to the caller; whoever was second is told that it is not his to give.
    fn done(&self, id: &str, reply: Reply, answer: Answer) -> Answer {
        let mut state = self.state.lock();
        let mine = |running: &mut Running| running.request_id == id && running.reply.is_some();
        match state.running.take_if(mine).and_then(|running| running.reply) {
            Some(sender) => {
                let _ = sender.send(reply);
                answer
            }
            None => wrong_id(),
        }
    }
}

enum Body {
    Whole(Bytes),
    TooLarge,
    /// It ended in its middle: nothing was answered, and nobody hears that.
    Broken,
}

async fn read(body: Incoming, limit: usize) -> Body {
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Body::Whole(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Body::TooLarge,
        Err(_) => Body::Broken,
    }
}

fn event(job: Job) -> Answer {
    let mut answer = Response::new(Full::new(job.event));
    *answer.headers_mut() = job.headers;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

fn says(status: StatusCode, body: &serde_json::Value) -> Answer {
    let mut answer = Response::new(Full::new(body.to_string().into()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

fn accepted() -> Answer {
    says(StatusCode::ACCEPTED, &json!({"status": "OK"}))
}

fn refusal(status: StatusCode, kind: &str, message: &str) -> Answer {
    says(status, &json!({"errorMessage": message, "errorType": kind}))
}

fn broken() -> Answer {
    refusal(StatusCode::BAD_REQUEST, "InvalidRequest", "The body ended before its end")
}

fn not_found() -> Answer {
    refusal(StatusCode::NOT_FOUND, "NotFound", "404 page not found")
}

fn wrong_id() -> Answer {
    refusal(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID")
}

fn wrong_state() -> Answer {
    refusal(StatusCode::FORBIDDEN, "InvalidStateTransition", "State transition is not allowed")
}

fn too_large() -> Answer {
    let message = format!("Exceeded maximum allowed payload size ({MAX_ANSWER} bytes).");
    refusal(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", &message)
}

/// The headers of an event.
pub(crate) fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let value = |text: &str| HeaderValue::from_bytes(text.as_bytes()).ok();
    pairs.iter().filter_map(|(name, text)| Some((HeaderName::from_static(name), value(text)?))).collect()
}
