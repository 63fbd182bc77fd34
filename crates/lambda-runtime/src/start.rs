//! Starts a process: code, interpreter, folder, user, credentials, and then the process itself.

use std::collections::BTreeMap;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};

use aws_types::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::watch;
use world::rng;

use crate::interpreter::Interpreter;
use crate::output::Output;
use crate::plan::{Family, FunctionPlan, family};
use crate::ports::{Credentials, LogPlace};
use crate::process::{Keeper, Process};
use crate::run::Shared;
use crate::runner::RunError;
use crate::runtime_api::RuntimeApi;
use crate::sandbox::{Places, Spec, StandardInput};
use crate::spawn::{Spawned, spawn};

/// What came of it.
pub(crate) enum Started {
    /// It runs, and will ask for its first event.
    Process(Arc<Process>),
    /// The code has nothing to run; its log goes here.
    NoBootstrap(LogPlace),
}

/// A process's identity and belongings before it is.
struct Berth {
    log: LogPlace,
    folder: PathBuf,
    listener: Option<TcpListener>,
    expires: Option<Timestamp>,
}

fn unavailable(error: impl std::fmt::Display) -> RunError {
    RunError::Unavailable(format!("no process could be started: {error}"))
}

impl Shared {
    /// Starts a process of this version.
    pub(crate) async fn start(self: &Arc<Self>, plan: &Arc<FunctionPlan>) -> Result<Started, RunError> {
        let family = family(&plan.runtime);
        let family = family
            .ok_or_else(|| RunError::InvalidRuntime(format!("The runtime {} cannot be run here.", plan.runtime)))?;
        let place = self.pool.place()?;
        let interpreter = self.interpreter(family, plan).await?;
        let (instance, log) = self.name(plan);
        let Some(places) = self.places(plan, interpreter.as_ref(), &instance).await? else {
            return Ok(Started::NoBootstrap(log));
        };
        let listener = match family {
            Family::Provided => Some(TcpListener::bind(("127.0.0.1", 0)).await.map_err(unavailable)?),
            Family::Python | Family::Node => None,
        };
        let credentials = self.doors.roles.of(&plan.role, &plan.name).await;
        let expires = credentials.as_ref().map(|credentials| credentials.expires);
        let folder = self.run_folder().join(&instance);
        let berth = Berth { log, folder, listener, expires };
        let spec = self.spec(family, plan, places, &berth, credentials)?;
        let process = self.launch(plan, spec, berth, interpreter).await?;
        self.pool.enter(Arc::clone(&process), place);
        Ok(Started::Process(process))
    }

    async fn interpreter(
        self: &Arc<Self>,
        family: Family,
        plan: &FunctionPlan,
    ) -> Result<Option<Interpreter>, RunError> {
        if family == Family::Provided {
            return Ok(None);
        }
        if let Some(known) = self.interpreters.known(&plan.runtime) {
            return Ok(Some(known));
        }
        let (shared, runtime) = (Arc::clone(self), plan.runtime.clone());
        let look = move || {
            let found = || shared.interpreters.find(&runtime, &shared.config.search_path, &shared.bootstraps());
            shared.leaders.undisturbed(found)
        };
        let found = tokio::task::spawn_blocking(look).await.map_err(unavailable)?;
        found.map(Some).map_err(RunError::InvalidRuntime)
    }

    fn name(&self, plan: &FunctionPlan) -> (String, LogPlace) {
        let instance = format!("{:032x}", u128::from_be_bytes(rng::bytes::<16>(self.doors.rng.as_ref())));
        let day = self.doors.clock.now().civil();
        let stream = format!("{:04}/{:02}/{:02}/[{}]{instance}", day.year, day.month, day.day, plan.version);
        let (account, region) = (plan.account.clone(), plan.region.clone());
        (instance, LogPlace { account, region, group: plan.log_group.clone(), stream })
    }

    /// Where everything is; `None` where the zip is to bring its own program and does not.
    async fn places(
        &self,
        plan: &FunctionPlan,
        interpreter: Option<&Interpreter>,
        instance: &str,
    ) -> Result<Option<Places>, RunError> {
        let task = self.code.folder(&plan.code_sha256).await?;
        let mut layers = Vec::new();
        for layer in &plan.layers {
            layers.push(self.code.folder(layer).await?);
        }
        let program = match interpreter {
            Some(interpreter) => Some(interpreter.program.clone()),
            None => {
                std::iter::once(&task).chain(layers.iter().rev()).map(|folder| folder.join("bootstrap")).find(|file| {
                    std::fs::metadata(file).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
                })
            }
        };
        let Some(program) = program else { return Ok(None) };
        let prefix = interpreter.map(|interpreter| interpreter.prefix.clone());
        let tmp = self.run_folder().join(instance).join("tmp");
        Ok(Some(Places { program, prefix, task, runtime: self.bootstraps(), tmp, layers }))
    }

    fn spec(
        &self,
        family: Family,
        plan: &FunctionPlan,
        places: Places,
        berth: &Berth,
        credentials: Option<Credentials>,
    ) -> Result<Spec, RunError> {
        let mut reserved = reserved(family, plan, berth);
        if let Some(listener) = &berth.listener {
            let address = listener.local_addr().map_err(unavailable)?;
            reserved.insert("AWS_LAMBDA_RUNTIME_API".to_owned(), address.to_string());
        }
        if let Some(credentials) = credentials {
            reserved.insert("AWS_ACCESS_KEY_ID".to_owned(), credentials.access_key_id);
            reserved.insert("AWS_SECRET_ACCESS_KEY".to_owned(), credentials.secret_access_key.into_inner());
            reserved.insert("AWS_SESSION_TOKEN".to_owned(), credentials.session_token);
        }
        let standard_input = if berth.listener.is_some() { StandardInput::Empty } else { StandardInput::Runtime };
        Ok(Spec {
            family: family.into(),
            runtime: plan.runtime.clone(),
            places,
            ours: self.config.environment.clone(),
            theirs: plan.environment.clone(),
            reserved,
            user: None,
            memory_mib: plan.memory_mib,
            ephemeral_mib: plan.ephemeral_mib,
            hidden: self.config.hidden.clone(),
            standard_input,
        })
    }

    async fn launch(
        self: &Arc<Self>,
        plan: &Arc<FunctionPlan>,
        mut spec: Spec,
        berth: Berth,
        interpreter: Option<Interpreter>,
    ) -> Result<Arc<Process>, RunError> {
        let user = if self.sandboxed() { self.users.take()? } else { None };
        spec.user = user.as_ref().map(crate::users::User::id);
        let (shared, folder) = (Arc::clone(self), berth.folder.clone());
        let work = move || {
            let started = make_folder(&spec.places.tmp, spec.user).map_err(|error| error.to_string());
            let started = started.and_then(|()| spawn(&shared.config.launcher, &spec, &shared.leaders));
            if started.is_err() {
                crate::code::remove(&folder);
            }
            started
        };
        let spawned = tokio::task::spawn_blocking(work).await.map_err(unavailable)?.map_err(unavailable)?;
        self.isolation(&spawned.report);
        let Spawned { child, socket, output, .. } = spawned;
        let (logs, clock) = (Arc::clone(&self.doors.logs), Arc::clone(&self.doors.clock));
        let output =
            Output::new(output, logs, clock, berth.log, self.config.bounds.output_bytes).map_err(unavailable)?;
        output.line(&init_start(plan, interpreter.as_ref()));
        let (exit_sender, exit) = watch::channel(None);
        let process = Arc::new(Process {
            plan: Arc::clone(plan),
            pid: i32::try_from(child.id()).map_err(unavailable)?,
            api: RuntimeApi::new(),
            output: Arc::new(output),
            folder: berth.folder,
            expires: berth.expires,
            user,
            peak_mib: AtomicU64::new(0),
            exit,
            retired: AtomicBool::new(false),
        });
        let (leaders, adopts) = (Arc::clone(&self.leaders), self.config.adopts);
        let keeper = Keeper { child, process: Arc::clone(&process), exit: exit_sender, leaders, adopts };
        self.attend(keeper, socket, berth.listener);
        Ok(process)
    }

    /// The tasks of a process: who waits for its end, and who speaks with it.
    fn attend(self: &Arc<Self>, keeper: Keeper, socket: std::os::unix::net::UnixStream, listener: Option<TcpListener>) {
        let process = Arc::clone(&keeper.process);
        let serving = match listener {
            Some(listener) => world::spawn("function-runtime-api", Arc::clone(&process).serve_loopback(listener)),
            None => world::spawn("function-runtime-api", Arc::clone(&process).serve_socket(socket)),
        };
        let shared = Arc::downgrade(self);
        world::spawn("function-keeper", async move {
            keeper.keep().await;
            serving.abort();
            if let Some(shared) = shared.upgrade() {
                shared.pool.leave(&process);
            }
        });
    }
}

/// Variables that are AWS's own ("Defined runtime environment variables").
fn reserved(family: Family, plan: &FunctionPlan, berth: &Berth) -> BTreeMap<String, String> {
    let mut pairs = vec![
        ("_HANDLER", plan.handler.clone()),
        ("AWS_REGION", plan.region.clone()),
        ("AWS_DEFAULT_REGION", plan.region.clone()),
        ("AWS_LAMBDA_FUNCTION_NAME", plan.name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", plan.version.clone()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", plan.memory_mib.to_string()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", berth.log.group.clone()),
        ("AWS_LAMBDA_LOG_STREAM_NAME", berth.log.stream.clone()),
    ];
    if family != Family::Provided {
        pairs.push(("AWS_EXECUTION_ENV", format!("AWS_Lambda_{}", plan.runtime)));
    }
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn init_start(plan: &FunctionPlan, interpreter: Option<&Interpreter>) -> String {
    match interpreter {
        Some(found) => format!("INIT_START Runtime Version: {} (run by {})\n", plan.runtime, found.version),
        None => format!("INIT_START Runtime Version: {}\n", plan.runtime),
    }
}

/// The process's own temporary folder, which nobody else may enter.
fn make_folder(tmp: &std::path::Path, user: Option<u32>) -> std::io::Result<()> {
    if let Some(parent) = tmp.parent() {
        std::fs::DirBuilder::new().mode(0o755).create(parent)?;
    }
    std::fs::DirBuilder::new().mode(0o700).create(tmp)?;
    std::os::unix::fs::chown(tmp, user, user)
}
