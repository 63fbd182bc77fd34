//! One invocation, from the event to the answer.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use world::rng;

use crate::code::CodeCache;
use crate::failure::Failure;
use crate::interpreter::Interpreters;
use crate::parts::Sink;
use crate::plan::FunctionPlan;
use crate::pool::Pool;
use crate::ports::{LogEvent, LogPlace};
use crate::process::{Adopts, Exit, Leaders, Process};
use crate::relay;
use crate::runner::{Doors, FunctionError, Invocation, Launcher, LogTail, Outcome, RunError, RunnerConfig};
use crate::runtime_api::{Job, Phase, Reply, headers};
use crate::start::Started;
use crate::users::Users;

const BOOTSTRAPS: [(&str, &str); 3] = [
    ("bootstrap.py", include_str!("bootstrap/bootstrap.py")),
    ("portcullis_runtime.py", include_str!("bootstrap/portcullis_runtime.py")),
    ("bootstrap.cjs", include_str!("bootstrap/bootstrap.cjs")),
];
/// Processes that turn out to have ended before they took the event, before a new one is started.
const STALE: usize = 3;

/// What all invocations share.
pub(crate) struct Shared {
    pub(crate) config: RunnerConfig,
    pub(crate) doors: Doors,
    pub(crate) pool: Pool,
    pub(crate) code: CodeCache,
    pub(crate) interpreters: Interpreters,
    pub(crate) leaders: Arc<Leaders>,
    pub(crate) users: Users,
    told: AtomicBool,
}

/// How a run ended.
pub(crate) enum End {
    Reply(Reply),
    Failure(Failure),
}

/// A process that is ready, or an answer for want of one.
enum Ready {
    Process(Arc<Process>, Option<f64>),
    Outcome(Outcome),
}

impl Shared {
    pub(crate) fn new(mut config: RunnerConfig, doors: Doors) -> std::io::Result<Arc<Self>> {
        // Processes have a working folder of their own: paths must not depend on ours.
        std::fs::create_dir_all(&config.folder)?;
        config.folder = std::fs::canonicalize(&config.folder)?;
        let absolute = |path: &PathBuf| std::fs::canonicalize(path).ok();
        config.hidden = config.hidden.iter().filter_map(absolute).collect();
        let folder = |name: &str| config.folder.join(name);
        // What a server before us left is of no use: processes are gone, and code is unpacked again.
        [folder("run"), folder("code")].iter().for_each(|old| crate::code::remove(old));
        for name in ["run", "code", "runtime"] {
            std::fs::create_dir_all(folder(name))?;
        }
        for (name, text) in BOOTSTRAPS {
            std::fs::write(folder("runtime").join(name), text)?;
        }
        if config.adopts == Adopts::Yes
            && let Err(error) = rustix::process::set_child_subreaper(Some(rustix::process::getpid()))
        {
            tracing::warn!(%error, "processes that functions leave behind may go on");
        }
        let code = CodeCache::new(folder("code"), Arc::clone(&doors.code));
        let pool = Pool::new(config.bounds);
        let users = Users::of_this_process();
        let (interpreters, leaders, told) = (Interpreters::default(), Arc::default(), AtomicBool::new(false));
        Ok(Arc::new(Self { config, doors, pool, code, interpreters, leaders, users, told }))
    }

    pub(crate) fn bootstraps(&self) -> PathBuf {
        self.config.folder.join("runtime")
    }

    pub(crate) fn run_folder(&self) -> PathBuf {
        self.config.folder.join("run")
    }

    pub(crate) fn sandboxed(&self) -> bool {
        matches!(self.config.launcher, Launcher::Sandbox { .. })
    }

    /// Says once what of the isolation took.
    pub(crate) fn isolation(&self, report: &str) {
        if !self.told.swap(true, Ordering::SeqCst) {
            tracing::info!(isolation = report, users = ?self.users, "functions run");
        }
    }

    /// Runs the function once.
    pub(crate) async fn run(
        self: &Arc<Self>,
        plan: &Arc<FunctionPlan>,
        invocation: &Invocation,
        sink: &Sink,
    ) -> Result<Outcome, RunError> {
        for _ in 0..STALE {
            let Some(process) = self.pool.take(plan) else { break };
            if let Some(outcome) = self.call(process, invocation, None, sink).await {
                return Ok(outcome);
            }
        }
        match self.ready(plan, invocation).await? {
            Ready::Outcome(outcome) => Ok(outcome),
            Ready::Process(process, init_ms) => match self.call(process, invocation, init_ms, sink).await {
                Some(outcome) => Ok(outcome),
                None => Err(RunError::Unavailable("the function's process ended before it took the event".to_owned())),
            },
        }
    }

    /// A new process that has asked for its first event. One that does not within 10 s is ended, and a second has as long as
    /// the function may run, as AWS does it.
    async fn ready(self: &Arc<Self>, plan: &Arc<FunctionPlan>, invocation: &Invocation) -> Result<Ready, RunError> {
        for (bound_ms, last) in [(self.config.bounds.init_ms, false), (u64::from(plan.timeout_s) * 1000, true)] {
            let began = self.doors.clock.monotonic_ns();
            let process = match self.start(plan).await? {
                Started::Process(process) => process,
                Started::NoBootstrap(log) => return Ok(Ready::Outcome(self.nothing_to_run(plan, invocation, &log))),
            };
            let mut phase = process.api.phase();
            let asked = phase.wait_for(|phase| *phase != Phase::Starting);
            let bound = tokio::time::sleep(Duration::from_millis(bound_ms));
            let ended = tokio::select! {
                biased;
                phase = asked => match phase.map(|phase| *phase) {
                    Ok(Phase::Failed) => End::Reply(Reply::Error(process.api.init_error())),
                    _ => return Ok(Ready::Process(process, Some(self.since_ms(began)))),
                },
                exit = process.exited() => End::Failure(Failure::exited(exit)),
                () = bound => End::Failure(Failure::timed_out(plan.timeout_s)),
            };
            let init_ms = self.since_ms(began);
            process.kill();
            let timed_out = matches!(&ended, End::Failure(failure) if failure.is_time_out());
            if timed_out {
                process
                    .output
                    .line(&format!("INIT_REPORT Init Duration: {init_ms:.2} ms\tPhase: init\tStatus: timeout\n"));
            }
            if last || !timed_out {
                return Ok(Ready::Outcome(self.init_failed(&process, invocation, ended, init_ms)));
            }
        }
        Err(RunError::Unavailable("no process became ready".to_owned()))
    }

    fn since_ms(&self, began_ns: u64) -> f64 {
        let ns = self.doors.clock.monotonic_ns().saturating_sub(began_ns);
        Duration::from_nanos(ns).as_secs_f64() * 1000.0
    }

    fn init_failed(&self, process: &Process, invocation: &Invocation, end: End, init_ms: f64) -> Outcome {
        process.output.begin(&start_line(&process.plan, invocation));
        self.outcome(process, invocation, end, (0.0, Some(init_ms)))
    }

    /// Has the process run one event. `None` where it ended before it took it.
    async fn call(
        &self,
        process: Arc<Process>,
        invocation: &Invocation,
        init_ms: Option<f64>,
        sink: &Sink,
    ) -> Option<Outcome> {
        let plan = &process.plan;
        process.output.begin(&start_line(plan, invocation));
        let timeout = Duration::from_secs(plan.timeout_s.into());
        let job = self.job(plan, invocation);
        let began = self.doors.clock.monotonic_ns();
        let mut reply = process.api.hand_over(job);
        let bound = tokio::time::sleep(timeout);
        tokio::pin!(bound);
        let end = tokio::select! {
            biased;
            Ok(reply) = &mut reply => End::Reply(reply),
            exit = process.exited() => self.exit_in_call(&process, &mut reply, exit)?,
            () = &mut bound => End::Failure(Failure::timed_out(plan.timeout_s)),
        };
        let end = match end {
            End::Reply(Reply::Streamed(streamed)) => tokio::select! {
                biased;
                end = relay::pass_on(&process, streamed, sink) => end,
                () = bound => End::Failure(Failure::timed_out(plan.timeout_s)),
            },
            other => other,
        };
        let times = (self.since_ms(began), init_ms);
        let replied = matches!(end, End::Reply(_));
        let outcome = self.outcome(&process, invocation, end, times);
        if replied {
            self.pool.give_back(process, self.doors.clock.now().ms());
        } else {
            process.kill();
        }
        Some(outcome)
    }

    /// The process ended: with its answer given, without, or before it knew of the event.
    fn exit_in_call(
        &self,
        process: &Process,
        reply: &mut tokio::sync::oneshot::Receiver<Reply>,
        exit: Exit,
    ) -> Option<End> {
        match reply.try_recv() {
            Ok(reply) => Some(End::Reply(reply)),
            Err(_) if process.api.take_back() => None,
            Err(_) => Some(End::Failure(Failure::exited(exit))),
        }
    }

    fn job(&self, plan: &FunctionPlan, invocation: &Invocation) -> Job {
        let deadline = self.doors.clock.real().plus_ms(i64::from(plan.timeout_s) * 1000).ms().to_string();
        let trace = self.trace_id(invocation.trace_id.as_deref());
        let context = invocation.client_context.as_deref().and_then(one_line);
        let mut pairs = vec![
            ("lambda-runtime-aws-request-id", invocation.request_id.as_str()),
            ("lambda-runtime-deadline-ms", &deadline),
            ("lambda-runtime-invoked-function-arn", &invocation.invoked_arn),
            ("lambda-runtime-trace-id", &trace),
        ];
        pairs.extend(context.as_deref().map(|text| ("lambda-runtime-client-context", text)));
        Job { request_id: invocation.request_id.clone(), event: invocation.payload.clone(), headers: headers(&pairs) }
    }

    /// `Root=1-<seconds>-<24 digits>;Parent=<16 digits>;Sampled=0`, of which the caller's parts stay.
    fn trace_id(&self, given: Option<&str>) -> String {
        let digits = |n| rng::pick(self.doors.rng.as_ref(), b"0123456789abcdef", n);
        let root = || format!("Root=1-{:08x}-{}", self.doors.clock.now().secs(), digits(24));
        let mut trace = given.filter(|given| given.contains("Root=")).map_or_else(root, str::to_owned);
        if !trace.contains("Parent=") {
            trace.push_str(&format!(";Parent={}", digits(16)));
        }
        if !trace.contains("Sampled=") {
            trace.push_str(";Sampled=0");
        }
        trace
    }

    /// Writes the invocation's last lines and makes the answer. `times`: of the run and of the start, milliseconds.
    fn outcome(&self, process: &Process, invocation: &Invocation, end: End, times: (f64, Option<f64>)) -> Outcome {
        let report = Report { plan: &process.plan, id: &invocation.request_id, times, memory_mib: process.peak_mib() };
        let (lines, payload, function_error) = report.of(end, self.doors.clock.now());
        let tail = process.output.end(&lines);
        report.outcome(payload, function_error, Some(tail).filter(|_| invocation.tail == LogTail::Tail))
    }

    /// As [`Self::outcome`], where there never was a process.
    fn nothing_to_run(&self, plan: &FunctionPlan, invocation: &Invocation, log: &LogPlace) -> Outcome {
        let at = self.doors.clock.now();
        let report = Report { plan, id: &invocation.request_id, times: (0.0, None), memory_mib: 0 };
        let (mut lines, payload, function_error) = report.of(End::Failure(Failure::no_bootstrap()), at);
        lines.insert(0, start_line(plan, invocation));
        let tail = lines.concat().into_bytes();
        self.doors.logs.write(log, lines.into_iter().map(|message| LogEvent { at, message }).collect());
        report.outcome(payload, function_error, Some(tail).filter(|_| invocation.tail == LogTail::Tail))
    }
}

/// What is said at the end of an invocation.
struct Report<'a> {
    plan: &'a FunctionPlan,
    id: &'a str,
    times: (f64, Option<f64>),
    memory_mib: u64,
}

impl Report<'_> {
    fn of(&self, end: End, now: aws_types::Timestamp) -> (Vec<String>, Bytes, Option<FunctionError>) {
        let failure = match end {
            End::Reply(Reply::Response(answer)) => return (self.lines(None), answer, None),
            End::Reply(Reply::Error(error)) => return (self.lines(None), error, Some(FunctionError::Unhandled)),
            End::Reply(Reply::TooLarge) => Failure::too_large(),
            // What comes in pieces was passed on before.
            End::Reply(Reply::Streamed(_)) => return (self.lines(None), Bytes::new(), None),
            End::Failure(failure) => failure,
        };
        let mut lines = vec![failure.line(self.id, now)];
        lines.extend(self.lines(Some(&failure)));
        (lines, failure.payload(self.id), Some(FunctionError::Unhandled))
    }

    fn lines(&self, failure: Option<&Failure>) -> Vec<String> {
        let (duration, init) = self.times;
        let init = init.map(|init| format!("Init Duration: {init:.2} ms\t")).unwrap_or_default();
        let status = match failure {
            None => String::new(),
            Some(failure) if failure.is_time_out() => "Status: timeout".to_owned(),
            Some(failure) => format!("Status: error\tError Type: {}", failure.kind),
        };
        let report = format!(
            "REPORT RequestId: {}\tDuration: {duration:.2} ms\tBilled Duration: {:.0} ms\tMemory Size: {} MB\tMax Memory Used: {} \
             MB\t{init}{status}\n",
            self.id,
            duration.ceil(),
            self.plan.memory_mib,
            self.memory_mib,
        );
        vec![format!("END RequestId: {}\n", self.id), report]
    }

    fn outcome(&self, payload: Bytes, function_error: Option<FunctionError>, log_tail: Option<Vec<u8>>) -> Outcome {
        let (duration_ms, init_ms) = self.times;
        Outcome { payload, function_error, log_tail, executed_version: self.plan.version.clone(), duration_ms, init_ms }
    }
}

fn start_line(plan: &FunctionPlan, invocation: &Invocation) -> String {
    format!("START RequestId: {} Version: {}\n", invocation.request_id, plan.version)
}

/// A header has no line ends.
fn one_line(json: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(json).ok()?;
    Some(value.to_string())
}
