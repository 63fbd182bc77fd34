//! A runner with a folder, a memory for code and one for lines.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use aws_types::{Secret, Timestamp};
use bytes::Bytes;
use lambda_runtime::ports::{CodeSource, Credentials, FunctionLogs, LogEvent, LogPlace, RoleCredentials};
use lambda_runtime::{
    Adopts, Bounds, Doors, FunctionPlan, Invocation, Launcher, LogTail, Outcome, Parts, RunError, Runner, RunnerConfig,
};
use serde_json::Value;
use world::{Lock, SystemClock, SystemRng};

pub struct House {
    pub runner: Arc<Runner>,
    pub clock: Arc<SystemClock>,
    pub data: tempfile::TempDir,
    code: Arc<Zips>,
    lines: Arc<Lines>,
    calls: AtomicU64,
}

#[derive(Default)]
struct Zips(Lock<HashMap<String, Bytes>>);

#[async_trait]
impl CodeSource for Zips {
    async fn zip(&self, sha256: &str) -> Option<Bytes> {
        self.0.lock().get(sha256).cloned()
    }
}

#[derive(Default)]
struct Lines(Lock<Vec<(LogPlace, LogEvent)>>);

impl FunctionLogs for Lines {
    fn write(&self, place: &LogPlace, events: Vec<LogEvent>) {
        self.0.lock().extend(events.into_iter().map(|event| (place.clone(), event)));
    }
}

struct OneRole;

#[async_trait]
impl RoleCredentials for OneRole {
    async fn of(&self, role_arn: &str, session_name: &str) -> Option<Credentials> {
        Some(Credentials {
            access_key_id: "ASIAEXAMPLE".to_owned(),
            secret_access_key: Secret::new("secret".to_owned()),
            session_token: format!("{role_arn} for {session_name}"),
            expires: Timestamp::from_secs(4_000_000_000),
        })
    }
}

impl House {
    pub fn new() -> Self {
        Self::with(Bounds::default())
    }

    pub fn with(bounds: Bounds) -> Self {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_run-function"));
        Self::launched(bounds, Launcher::Sandbox { program, arguments: Vec::new() })
    }

    pub fn launched(bounds: Bounds, launcher: Launcher) -> Self {
        let data = tempfile::tempdir().unwrap();
        std::fs::write(data.path().join("secret"), "the master key").unwrap();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let config = RunnerConfig {
            folder: data.path().join("functions"),
            hidden: vec![data.path().to_owned()],
            search_path: std::env::split_paths(&path).collect(),
            launcher,
            bounds,
            environment: BTreeMap::from([("AWS_ENDPOINT_URL".to_owned(), "http://localhost:4566".to_owned())]),
            adopts: Adopts::Yes,
        };
        let (code, lines, clock) = (Arc::<Zips>::default(), Arc::<Lines>::default(), Arc::new(SystemClock::new()));
        let doors = Doors {
            clock: clock.clone(),
            rng: Arc::new(SystemRng::new()),
            code: code.clone(),
            logs: lines.clone(),
            roles: Arc::new(OneRole),
        };
        let runner = Runner::new(config, doors).unwrap();
        Self { runner, clock, data, code, lines, calls: AtomicU64::new(0) }
    }

    pub fn python(&self, app: &str) -> FunctionPlan {
        self.function("python3.12", "app.handler", &[("app.py", app)])
    }

    pub fn function(&self, runtime: &str, handler: &str, files: &[(&str, &str)]) -> FunctionPlan {
        FunctionPlan {
            arn: "arn:aws:lambda:eu-west-1:123456789012:function:check".to_owned(),
            name: "check".to_owned(),
            version: "$LATEST".to_owned(),
            account: "123456789012".to_owned(),
            region: "eu-west-1".to_owned(),
            runtime: runtime.to_owned(),
            handler: handler.to_owned(),
            code_sha256: self.keep(files),
            layers: Vec::new(),
            environment: BTreeMap::from([("GREETING".to_owned(), "hello".to_owned())]),
            timeout_s: 20,
            memory_mib: 256,
            ephemeral_mib: 512,
            log_group: "/aws/lambda/check".to_owned(),
            role: "arn:aws:iam::123456789012:role/check".to_owned(),
            reserved_concurrency: None,
            revision: self.calls.fetch_add(1, Ordering::SeqCst).to_string(),
        }
    }

    /// Keeps files as a zip, under a name that is not its hash but as good.
    pub fn keep(&self, files: &[(&str, &str)]) -> String {
        let zip = zip(files);
        let mut zips = self.code.0.lock();
        let name = format!("{:064x}", zips.len() + 1);
        zips.insert(name.clone(), zip.into());
        name
    }

    pub async fn try_invoke(&self, plan: &FunctionPlan, event: &str) -> Result<Outcome, RunError> {
        self.runner.invoke(Arc::new(plan.clone()), self.invocation(plan, event)).await
    }

    pub async fn open(&self, plan: &FunctionPlan, event: &str) -> Parts {
        self.runner.open(Arc::new(plan.clone()), self.invocation(plan, event)).await.unwrap()
    }

    fn invocation(&self, plan: &FunctionPlan, event: &str) -> Invocation {
        let n = self.calls.fetch_add(1, Ordering::SeqCst);
        Invocation {
            request_id: format!("00000000-0000-4000-8000-{n:012}"),
            invoked_arn: format!("{}:live", plan.arn),
            payload: Bytes::from(event.to_owned()),
            client_context: Some("{\"custom\":\n{\"a\": \"ü\"}}".to_owned()),
            trace_id: None,
            tail: LogTail::Tail,
        }
    }

    pub async fn invoke(&self, plan: &FunctionPlan, event: &str) -> Outcome {
        self.try_invoke(plan, event).await.expect("it is run")
    }

    /// What a function that works answers.
    pub async fn answer(&self, plan: &FunctionPlan, event: &str) -> Value {
        let outcome = self.invoke(plan, event).await;
        let text = String::from_utf8_lossy(&outcome.payload).into_owned();
        assert_eq!(outcome.function_error, None, "{text}\n{}", self.log());
        serde_json::from_str(&text).expect("JSON")
    }

    /// The same, whatever it is.
    pub async fn answer_bytes(&self, plan: &FunctionPlan, event: &str) -> Vec<u8> {
        let outcome = self.invoke(plan, event).await;
        assert_eq!(outcome.function_error, None, "{:?}\n{}", outcome.payload, self.log());
        outcome.payload.to_vec()
    }

    /// What one that fails answers, its request's id made `ID`.
    pub async fn failure(&self, plan: &FunctionPlan, event: &str) -> String {
        let outcome = self.invoke(plan, event).await;
        assert!(outcome.function_error.is_some(), "{:?}\n{}", outcome.payload, self.log());
        let text = String::from_utf8(outcome.payload.to_vec()).unwrap();
        match text.find("00000000-0000-4000-8000-") {
            Some(at) => format!("{}ID{}", &text[..at], &text[at + 36..]),
            None => text,
        }
    }

    pub fn log(&self) -> String {
        self.lines.0.lock().iter().map(|(_, event)| event.message.clone()).collect()
    }

    pub fn places(&self) -> Vec<LogPlace> {
        self.lines.0.lock().iter().map(|(place, _)| place.clone()).collect()
    }
}

pub fn tail(outcome: &Outcome) -> String {
    String::from_utf8_lossy(outcome.log_tail.as_deref().unwrap_or_default()).into_owned()
}

/// Waits for something that others bring about.
pub async fn until(what: &str, done: impl Fn() -> bool) {
    let waiting = async {
        while !done() {
            tokio::task::yield_now().await;
        }
    };
    let bound = std::time::Duration::from_secs(10);
    assert!(tokio::time::timeout(bound, waiting).await.is_ok(), "waited in vain: {what}");
}

pub fn lives(pid: &Value) -> bool {
    PathBuf::from(format!("/proc/{pid}")).exists()
}

/// Files as they are, `bootstrap` executable.
fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let (mut out, mut central) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let mut crc = flate2::Crc::new();
        crc.update(content.as_bytes());
        let len = u32::try_from(content.len()).unwrap().to_le_bytes();
        let name_len = u16::try_from(name.len()).unwrap().to_le_bytes();
        let numbers =
            [&[20, 0, 0, 8, 0, 0, 0, 0, 0, 0], &crc.sum().to_le_bytes()[..], &len, &len, &name_len, &[0; 2]].concat();
        let offset = u32::try_from(out.len()).unwrap().to_le_bytes();
        out.extend([b"PK\x03\x04", &numbers[..], name.as_bytes(), content.as_bytes()].concat());
        let mode = if *name == "bootstrap" { 0o100_755_u32 } else { 0o100_644 };
        let rest = [&[0; 2][..], &[0; 4], &(mode << 16).to_le_bytes(), &offset, name.as_bytes()].concat();
        central.extend([b"PK\x01\x02\x14\x03", &numbers[..], &rest].concat());
    }
    let count = u16::try_from(files.len()).unwrap().to_le_bytes();
    let sizes = [u32::try_from(central.len()).unwrap().to_le_bytes(), u32::try_from(out.len()).unwrap().to_le_bytes()];
    let end = [&b"PK\x05\x06\0\0\0\0"[..], &count, &count, &sizes.concat(), &[0; 2]].concat();
    [out, central, end].concat()
}
