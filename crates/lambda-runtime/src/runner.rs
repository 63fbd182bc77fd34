//! The door of this room: takes invocations, keeps processes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use world::{Clock, Rng};

use crate::parts::{Parts, Sink};
use crate::plan::FunctionPlan;
use crate::ports::{CodeSource, FunctionLogs, RoleCredentials};
pub use crate::process::Adopts;
use crate::run::Shared;
use crate::warden;

/// How processes are started.
#[derive(Clone, Debug)]
pub enum Launcher {
    /// As they are, in a process group and with limits of time alone. For tests of this room.
    Direct,
    /// By a program that shuts itself in ([`crate`]'s `sandbox`) and then becomes the function.
    Sandbox {
        /// `/proc/self/exe`.
        program: PathBuf,
        /// What comes before the sandbox's own arguments: `run-function`.
        arguments: Vec<String>,
    },
}

/// What functions may take of the machine.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Invocations at once of one account in one region: AWS's 1,000.
    pub account_concurrency: u32,
    /// Processes at once, idle ones included; idle ones of other functions make room.
    pub processes: usize,
    /// How long a process waits for its next invocation, milliseconds.
    pub idle_ms: u64,
    /// How long a process may take to ask for its first invocation, milliseconds: AWS's 10 s.
    pub init_ms: u64,
    /// What one invocation may print, bytes.
    pub output_bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { account_concurrency: 1000, processes: 1000, idle_ms: 600_000, init_ms: 10_000, output_bytes: 4 << 20 }
    }
}

/// What the server sets up once.
#[derive(Clone, Debug)]
pub struct RunnerConfig {
    /// Where code is unpacked and processes have their folders: `{data}/functions`. Emptied of processes' folders at the start.
    pub folder: PathBuf,
    /// What functions must not see: the data folder, and files with secrets that are elsewhere.
    pub hidden: Vec<PathBuf>,
    /// Where interpreters are looked for: the folders of PATH.
    pub search_path: Vec<PathBuf>,
    /// How processes are started.
    pub launcher: Launcher,
    /// What they may take.
    pub bounds: Bounds,
    /// Set for every process before the owner's variables: `AWS_ENDPOINT_URL`.
    pub environment: BTreeMap<String, String>,
    /// Whether processes that a function leaves behind, and that have become this process's children, are ended: yes where
    /// it has no children but functions.
    pub adopts: Adopts,
}

/// What the runner reaches the world by.
#[derive(Clone)]
pub struct Doors {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// Zips.
    pub code: Arc<dyn CodeSource>,
    /// Lines.
    pub logs: Arc<dyn FunctionLogs>,
    /// Roles.
    pub roles: Arc<dyn RoleCredentials>,
}

/// Whether the caller wants the last 4 KB of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogTail {
    /// No.
    #[default]
    None,
    /// Yes (`X-Amz-Log-Type: Tail`).
    Tail,
}

/// One call of a function.
#[derive(Clone)]
pub struct Invocation {
    /// UUID.
    pub request_id: String,
    /// As invoked, with the qualifier where there was one.
    pub invoked_arn: String,
    /// The event, JSON.
    pub payload: Bytes,
    /// JSON text of the client context (not base64).
    pub client_context: Option<String>,
    /// `Root=1-…;Parent=…;Sampled=0`; what of it is absent is made.
    pub trace_id: Option<String>,
    /// Whether [`Outcome::log_tail`] is wanted.
    pub tail: LogTail,
}

impl std::fmt::Debug for Invocation {
    /// Without the event.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Invocation({} of {})", self.request_id, self.invoked_arn)
    }
}

/// What went wrong in a function (`X-Amz-Function-Error`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionError {
    /// The function reported an error itself.
    Handled,
    /// It raised, ended, or took too long.
    Unhandled,
}

impl FunctionError {
    /// AWS's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Handled => "Handled",
            Self::Unhandled => "Unhandled",
        }
    }
}

/// What came of an invocation.
#[derive(Clone)]
pub struct Outcome {
    /// What the function returned, or AWS's JSON about its error.
    pub payload: Bytes,
    /// Set where it failed.
    pub function_error: Option<FunctionError>,
    /// The last 4 KB of this invocation's log, where wanted (not base64).
    pub log_tail: Option<Vec<u8>>,
    /// `$LATEST` or a number.
    pub executed_version: String,
    /// Milliseconds from handing over the event to the answer.
    pub duration_ms: f64,
    /// Milliseconds from start to the first question for an event, where a process was started.
    pub init_ms: Option<f64>,
}

impl std::fmt::Debug for Outcome {
    /// Without the payload.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Outcome({} bytes, {:?}, {} ms)", self.payload.len(), self.function_error, self.duration_ms)
    }
}

/// Which bound of concurrency refused (the `Reason` of TooManyRequestsException).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Throttle {
    /// The function's own.
    ReservedFunctionConcurrentInvocationLimitExceeded,
    /// The account's, or the machine's.
    ConcurrentInvocationLimitExceeded,
}

/// Why nothing was run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// TooManyRequestsException 429 "Rate Exceeded."
    #[error("Rate Exceeded.")]
    TooManyRequests(Throttle),
    /// InvalidRuntimeException 502: no interpreter here, or one too old.
    #[error("{0}")]
    InvalidRuntime(String),
    /// InvalidZipFileException 502: the code could not be unpacked.
    #[error("Lambda could not unzip the deployment package: {0}")]
    InvalidZip(#[from] crate::code::CodeError),
    /// ServiceException 500: the code is gone, or no process could be started.
    #[error("{0}")]
    Unavailable(String),
}

/// Runs functions.
pub struct Runner {
    shared: Arc<Shared>,
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Runner({:?})", self.shared.config.folder)
    }
}

impl Runner {
    /// Makes the folder ready. Processes start with the first invocations; must be called within a tokio runtime.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn new(config: RunnerConfig, doors: Doors) -> std::io::Result<Arc<Self>> {
        let shared = Shared::new(config, doors)?;
        world::spawn("function-warden", warden::watch(Arc::downgrade(&shared)));
        Ok(Arc::new(Self { shared }))
    }

    /// Runs the function once. The run goes on to its end where the caller stops waiting.
    ///
    /// # Errors
    /// Nothing was run. Whatever the function itself does wrong is an [`Outcome`].
    pub async fn invoke(&self, plan: Arc<FunctionPlan>, invocation: Invocation) -> Result<Outcome, RunError> {
        let admitted = self.shared.pool.admit(&plan)?;
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let shared = Arc::clone(&self.shared);
        world::spawn("function-invocation", async move {
            let outcome = shared.run(&plan, &invocation, &Sink::Whole).await;
            drop(admitted);
            let _ = sender.send(outcome);
        });
        receiver.await.unwrap_or_else(|_| Err(RunError::Unavailable("the invocation was given up".to_owned())))
    }

    /// Runs the function once, whose answer comes in parts: done when the first is there. The run goes on to its end where
    /// the parts are no longer taken; where they are taken slowly, so does the function answer.
    ///
    /// # Errors
    /// Nothing was run.
    pub async fn open(&self, plan: Arc<FunctionPlan>, invocation: Invocation) -> Result<Parts, RunError> {
        let admitted = self.shared.pool.admit(&plan)?;
        let (sink, parts) = crate::parts::channel();
        let shared = Arc::clone(&self.shared);
        world::spawn("function-invocation", async move {
            let sink = Sink::Parts(sink);
            let outcome = shared.run(&plan, &invocation, &sink).await;
            drop(admitted);
            sink.end(outcome).await;
        });
        parts.begun().await
    }

    /// Forgets processes of a function (its unqualified ARN) that are not of this revision, all where there is none: idle
    /// ones end at once, busy ones after their answer.
    pub fn forget(&self, function_arn: &str, keep_revision: Option<&str>) {
        self.shared.pool.forget(function_arn, keep_revision);
    }

    /// Throws away unpacked code that no function names any more. `used` are the SHA-256 of all zips that are still named.
    pub fn keep_code(&self, used: &std::collections::BTreeSet<String>) {
        let unused = self.shared.code.keep(used);
        if !unused.is_empty() {
            tokio::task::spawn_blocking(move || unused.iter().for_each(|folder| crate::code::remove(folder)));
        }
    }

    /// How many processes there are, idle and busy.
    pub fn processes(&self) -> usize {
        self.shared.pool.alive().len()
    }

    /// Ends all processes and refuses what comes after. Done when the last is gone.
    pub async fn shutdown(&self) {
        self.shared.pool.close().iter().for_each(|process| process.kill());
        self.shared.pool.emptied().await;
    }
}
