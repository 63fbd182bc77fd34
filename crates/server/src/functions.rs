//! Functions as the other rooms reach them, and what functions need of other rooms.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock, Weak};

use async_trait::async_trait;
use aws_types::{AccountId, AwsError, CallContext, Region, Service as _, Timestamp};
use bytes::Bytes;
use iam::sts::ServiceSession;
use iam::{Identity, Principals, Question, Sts};
use lambda::entity::S3Place;
use lambda::ports::NoObject;
use lambda::{CodeStore, Lambda};
use lambda_runtime::ports::{CodeSource, Credentials, FunctionLogs, LogEvent, LogPlace, RoleCredentials};
use lambda_runtime::{Adopts, Bounds, Launcher, Runner, RunnerConfig};
use s3::S3;
use store::Store;
use world::{Clock, FunctionAnswer, FunctionCall, FunctionInvoker, FunctionStream, InvokeError};

use crate::body::BodyError;
use crate::config::Config;
use crate::wiring::{Buckets, Doors, StartError};

/// Whom a role's trust policy names.
const LAMBDA: &str = "lambda.amazonaws.com";
/// How long the credentials of a process live, seconds.
const CREDENTIALS_S: i32 = 12 * 3_600;

/// The functions that live here, and behind them those of another endpoint. The service is known last, since rooms that
/// call functions are made before it; and weakly, since its roles lead back to user pools, which call functions.
pub struct Functions {
    here: OnceLock<Weak<Lambda>>,
    elsewhere: Option<Arc<dyn FunctionInvoker>>,
}

impl Functions {
    /// With the endpoint where functions are called that do not live here; those here can be called after [`Self::serve`].
    pub fn new(elsewhere: Option<Arc<dyn FunctionInvoker>>) -> Arc<Self> {
        Arc::new(Self { here: OnceLock::new(), elsewhere })
    }

    /// Makes the functions that live here known.
    pub fn serve(&self, here: &Arc<Lambda>) {
        // A second time is the same service.
        let _ = self.here.set(Arc::downgrade(here));
    }

    fn here(&self) -> Result<Arc<Lambda>, InvokeError> {
        self.here.get().and_then(Weak::upgrade).ok_or(InvokeError::NotFound)
    }
}

#[async_trait]
impl FunctionInvoker for Functions {
    async fn invoke(&self, call: FunctionCall) -> Result<FunctionAnswer, InvokeError> {
        let Some(elsewhere) = &self.elsewhere else { return self.here()?.invoke_for(call).await };
        match self.here()?.invoke_for(call.clone()).await {
            Err(InvokeError::NotFound) => elsewhere.invoke(call).await,
            answer => answer,
        }
    }

    async fn invoke_later(&self, call: FunctionCall) -> Result<(), InvokeError> {
        let Some(elsewhere) = &self.elsewhere else { return self.here()?.invoke_later_for(call).await };
        match self.here()?.invoke_later_for(call.clone()).await {
            Err(InvokeError::NotFound) => elsewhere.invoke_later(call).await,
            answer => answer,
        }
    }

    async fn open(&self, call: FunctionCall) -> Result<FunctionStream, InvokeError> {
        let Some(elsewhere) = &self.elsewhere else { return self.here()?.open_for(call).await };
        match self.here()?.open_for(call.clone()).await {
            Err(InvokeError::NotFound) => elsewhere.open(call).await,
            answer => answer,
        }
    }
}

/// Execution roles: STS, as Lambda takes them on, and what their policies allow.
pub struct ExecutionRoles {
    /// Whose trust policies are asked.
    pub sts: Arc<Sts>,
    /// Whose permissions are asked.
    pub principals: Arc<Principals>,
    /// Time.
    pub clock: Arc<dyn Clock>,
}

impl ExecutionRoles {
    async fn taken_on(&self, role_arn: &str, now: Timestamp) -> Result<Option<Identity>, AwsError> {
        match self.sts.assume_as_service(role_arn, LAMBDA, now).await {
            // What is no role's ARN is no role.
            Err(error) if error.internal.is_none() => Ok(None),
            other => other,
        }
    }
}

#[async_trait]
impl lambda::ports::Roles for ExecutionRoles {
    async fn trusts_lambda(&self, role_arn: &str, now: Timestamp) -> Result<bool, AwsError> {
        Ok(self.taken_on(role_arn, now).await?.is_some())
    }

    async fn may(&self, role_arn: &str, action: &str, resource: &str, now: Timestamp) -> Result<bool, AwsError> {
        let Some(identity) = self.taken_on(role_arn, now).await? else { return Ok(false) };
        let verdict = self.principals.authorize(&identity, &Question::new(action, resource, now)).await?;
        Ok(verdict.is_allowed())
    }
}

#[async_trait]
impl RoleCredentials for ExecutionRoles {
    async fn of(&self, role_arn: &str, session_name: &str) -> Option<Credentials> {
        let session = ServiceSession { service: LAMBDA, name: session_name, duration_s: CREDENTIALS_S };
        let given = self.sts.credentials_as_service(role_arn, session, self.clock.now()).await;
        let given = given.unwrap_or_else(|error| {
            tracing::error!(?error, role = role_arn, "a function's role could not be taken on");
            None
        })?;
        Some(Credentials {
            access_key_id: given.access_key_id,
            secret_access_key: given.secret,
            session_token: given.session_token.into_inner(),
            expires: given.expires,
        })
    }
}

/// Where functions' lines go: CloudWatch Logs.
struct Lines(Arc<logs::Writer>);

impl FunctionLogs for Lines {
    fn write(&self, place: &LogPlace, events: Vec<LogEvent>) {
        let (Some(account), Some(region)) = (AccountId::parse(&place.account), Region::parse(&place.region)) else {
            return;
        };
        let lines = events.into_iter().map(|event| logs::Line { at: event.at, message: event.message }).collect();
        self.0.put(logs::Place { account: &account, region: &region }, &place.group, &place.stream, lines);
    }
}

#[async_trait]
impl lambda::ports::Objects for Buckets {
    async fn read(&self, call: &CallContext, place: &S3Place, most: usize) -> Result<Bytes, NoObject> {
        let (bucket, key) = (&place.bucket, &place.key);
        let input = match &place.version {
            None => serde_json::json!({ "Bucket": bucket, "Key": key }),
            Some(version) => serde_json::json!({ "Bucket": bucket, "Key": key, "VersionId": version }),
        };
        let answer = self.0.call(call, "GetObject", input, None).await.map_err(|error| match error.internal {
            Some(_) => NoObject::Failed(error),
            None => NoObject::Refused(error.code.into_owned(), error.message.into_owned()),
        })?;
        let broken = || NoObject::Failed(AwsError::internal("an object could not be read"));
        let body = crate::body::streamed(answer.body.ok_or_else(broken)?);
        crate::body::read(body, most).await.map_err(|error| match error {
            BodyError::TooLarge => NoObject::TooLarge,
            BodyError::TimedOut | BodyError::Broken => broken(),
        })
    }
}

/// The rooms that functions reach.
#[derive(Clone, Copy)]
pub struct Neighbours<'a> {
    /// Roles.
    pub iam: &'a iam::Rooms,
    /// Code.
    pub s3: &'a Arc<S3>,
    /// Lines.
    pub logs: &'a Arc<logs::Logs>,
}

/// The functions that live here, and what runs them: each process behind this program's own sandbox, in a folder of the
/// data folder.
///
/// # Errors
/// The folder cannot be made.
pub fn build(
    config: &Config,
    (account, base_url): (&AccountId, &str),
    doors: &Doors,
    store: &Store,
    neighbours: Neighbours<'_>,
) -> Result<(Arc<Lambda>, Arc<Runner>), StartError> {
    let code = CodeStore::new(config.data.join("function-code"), store.clone());
    let roles = Arc::new(ExecutionRoles {
        sts: Arc::clone(&neighbours.iam.sts),
        principals: Arc::clone(&neighbours.iam.principals),
        clock: doors.clock.clone(),
    });
    let runner_doors = lambda_runtime::Doors {
        clock: doors.clock.clone(),
        rng: Arc::clone(&doors.rng),
        code: Arc::clone(&code) as Arc<dyn CodeSource>,
        logs: Arc::new(Lines(Arc::clone(neighbours.logs.writer()))),
        roles: Arc::clone(&roles) as Arc<dyn RoleCredentials>,
    };
    let runner = Runner::new(runner_config(config, base_url), runner_doors);
    let runner = runner.map_err(|error| StartError::Data(format!("the folder of functions: {error}")))?;
    let lambda = Lambda::new(
        lambda::Config { account: account.clone(), base_url: base_url.to_owned() },
        lambda::Doors {
            store: store.clone(),
            clock: doors.clock.clone(),
            rng: Arc::clone(&doors.rng),
            code,
            runs: Arc::clone(&runner) as Arc<dyn lambda::ports::Runs>,
            objects: Arc::new(Buckets(Arc::clone(neighbours.s3))),
            roles,
        },
    );
    Ok((lambda, runner))
}

fn runner_config(config: &Config, base_url: &str) -> RunnerConfig {
    let mut environment = BTreeMap::from([("AWS_ENDPOINT_URL".to_owned(), base_url.to_owned())]);
    if let Some(daemon) = &config.xray_daemon {
        environment.insert("AWS_XRAY_DAEMON_ADDRESS".to_owned(), daemon.clone());
        environment.insert("AWS_XRAY_CONTEXT_MISSING".to_owned(), "LOG_ERROR".to_owned());
    }
    RunnerConfig {
        folder: config.data.join("functions"),
        hidden: vec![config.data.clone(), config.master_key.clone()],
        search_path: config.search_path.clone(),
        launcher: Launcher::Sandbox {
            program: PathBuf::from("/proc/self/exe"),
            arguments: vec!["run-function".to_owned()],
        },
        bounds: Bounds::default(),
        environment,
        adopts: Adopts::Yes,
    }
}
