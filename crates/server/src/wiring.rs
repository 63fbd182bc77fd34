//! Puts the rooms together: the one place that knows every service by its type.

use std::collections::HashMap;
use std::os::unix::fs::DirBuilderExt as _;
use std::sync::Arc;
use std::time::Duration;

use apigateway::ports::{NoObject, Object, Objects};
use async_trait::async_trait;
use aws_protocol::Protocol;
use aws_types::schema::ServiceModel;
use aws_types::service::{BoxFuture, Built};
use aws_types::{AccountId, Answer, AwsError, ByteStream, CallContext, Service};
use cognito_identity::CognitoIdentity;
use cognito_idp::ports::SmsRoles;
use cognito_idp::{CognitoIdp, KeyRing};
use execute_api::ports::{AwsServices, LogSink, TraceSink, UserPoolKeys};
use execute_api::{Gateway, Plans};
use http_api::HttpApis;
use iam::RootAssumes;
use iam::ports::IssuerKeys;
use jose::VerifyingKey;
use lambda::Lambda;
use lambda_runtime::Runner;
use s3::S3;
use serde_json::Value;
use store::{MasterKey, Store};
use tokio::task::JoinHandle;
use user_pool_domain::Domains;
use user_pool_domain::ports::{DomainPlans, UserPool};
use websocket_api::WebSocketApis;
use world::{
    Clock, FunctionInvoker, HttpClient, HttpInvoker, HyperClient, Inbox, Lock, MessageSender, Outbox, Reach, Rng,
    SystemClock, SystemRng,
};

use crate::access::Access;
use crate::account;
use crate::apis::{Apis, Parts};
use crate::app::App;
use crate::body::BodyError;
use crate::config::{Config, IssuerForm, Mode};
use crate::functions::{self, Functions, Neighbours};
use crate::gateway_services::{ConfiguredLinks, GatewayServices};
use crate::iam_callers::Callers;
use crate::identity_roles::IdentityRoles;
use crate::issuers::Issuers;
use crate::issuers::remote::{PlainHttp, RemoteIssuers};
use crate::keys;
use crate::loggers::Loggers;
use crate::metrics::Metrics;
use crate::sms_roles::SnsRoles;

/// Messages that the local inbox keeps.
const INBOX: usize = 1_000;

/// All wire models that are served, in the order in which evidence is looked up.
pub fn models() -> Vec<&'static ServiceModel> {
    vec![
        &model_cognito_idp::MODEL,
        &model_apigateway::MODEL,
        &model_s3::MODEL,
        &model_sts::MODEL,
        &model_iam::MODEL,
        &model_cognito_identity::MODEL,
        &model_apigatewayv2::MODEL,
        &model_wafv2::MODEL,
        &model_lambda::MODEL,
        &model_logs::MODEL,
    ]
}

/// A service and its protocol.
pub struct Backend {
    /// Routes, decodes, encodes.
    pub protocol: Protocol,
    /// Answers.
    pub service: Arc<dyn Service>,
}

/// All services by name.
pub struct Backends {
    backends: HashMap<&'static str, Backend>,
    models: Vec<&'static ServiceModel>,
    fallback: Backend,
}

impl Backends {
    /// Services with code are given; the others of [`models`] answer 501.
    pub fn new(built: Vec<Arc<dyn Service>>) -> Self {
        let mut by_name: HashMap<&'static str, Arc<dyn Service>> =
            built.into_iter().map(|s| (s.model().name, s)).collect();
        let backend = |service: Arc<dyn Service>| Backend { protocol: Protocol::new(service.model()), service };
        let models = models();
        let backends = models
            .iter()
            .map(|model| (model.name, backend(by_name.remove(model.name).unwrap_or_else(|| Arc::new(Unbuilt(model))))))
            .collect();
        Self { backends, models, fallback: backend(Arc::new(Unbuilt(&model_s3::MODEL))) }
    }

    /// The service of that name; every name that the front door gives is there.
    pub fn get(&self, name: &str) -> &Backend {
        self.backends.get(name).unwrap_or(&self.fallback)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Backend> {
        self.models.iter().filter_map(|model| self.backends.get(model.name))
    }

    /// Their models.
    pub fn models(&self) -> &[&'static ServiceModel] {
        &self.models
    }
}

/// A service of which nothing is built: every operation of its model answers 501.
struct Unbuilt(&'static ServiceModel);

impl Service for Unbuilt {
    fn model(&self) -> &'static ServiceModel {
        self.0
    }

    fn built(&self) -> &'static [(&'static str, Built)] {
        &[]
    }

    fn call<'a>(
        &'a self,
        _: &'a CallContext,
        operation: &'a str,
        _: Value,
        _: Option<ByteStream>,
    ) -> BoxFuture<'a, Result<Answer, AwsError>> {
        Box::pin(async move { Err(AwsError::not_implemented(operation)) })
    }
}

/// The rooms behind the doors that are not AWS operations.
pub struct Rooms {
    /// User pools: keys and discovery.
    pub cognito_idp: Arc<CognitoIdp>,
    /// Identity pools: the keys of their tokens.
    pub cognito_identity: Arc<CognitoIdentity>,
    /// APIs.
    pub gateway: Gateway,
    /// Hosted pages.
    pub pages: Domains,
    /// Buckets as websites.
    pub website: Arc<S3>,
    /// HTTP APIs.
    pub http_apis: HttpApis,
    /// WebSocket APIs.
    pub web_sockets: WebSocketApis,
    /// CloudWatch Logs.
    pub log_groups: Arc<logs::Logs>,
    /// Functions: their addresses and their code.
    pub lambda: Arc<Lambda>,
    /// Their processes.
    pub runner: Arc<Runner>,
}

/// The outside doors of a running server.
pub struct Doors {
    /// The movable clock.
    pub clock: Arc<SystemClock>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// Outgoing HTTP.
    pub http: Arc<dyn HttpClient>,
    /// Outgoing HTTP to issuers, which are named by whoever configures a pool or an API.
    pub issuers: Arc<dyn HttpClient>,
}

impl Doors {
    /// The real ones. In local mode issuers may run on this machine.
    pub fn real(mode: Mode) -> Self {
        let reach = match mode {
            Mode::Local => Reach::PublicAndLoopback,
            Mode::Enforced => Reach::Public,
        };
        Self {
            clock: Arc::new(SystemClock::new()),
            rng: Arc::new(SystemRng::new()),
            http: Arc::new(HyperClient::new()),
            issuers: Arc::new(HyperClient::reaching(reach)),
        }
    }
}

impl Default for Doors {
    fn default() -> Self {
        Self::real(Mode::Local)
    }
}

/// The server could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder or the master key.
    #[error("{0}")]
    Data(String),
    /// A room could not load what it keeps.
    #[error("could not load the configuration: {0}")]
    Load(AwsError),
    /// A socket.
    #[error("cannot listen on {0}: {1}")]
    Listen(std::net::SocketAddr, std::io::Error),
    /// Whose folder it is.
    #[error("{0}")]
    Account(#[from] account::AccountError),
    /// Enforced mode, and nobody who could sign a first call.
    #[error(
        "enforced mode needs a root key: make one with `portcullis init` (or `portcullis keys create`), or set root_keys in \
             the configuration file"
    )]
    NoRootKey,
    /// Mail or text messages.
    #[error("{0}")]
    Settings(#[from] crate::config::ConfigError),
    /// TLS.
    #[error("{0}")]
    Tls(#[from] crate::tls::TlsError),
}

/// Opens the data folder and puts everything together. `base_url` is what clients reach the server by.
pub async fn build(config: &Config, doors: Doors, base_url: &str) -> Result<Arc<App>, StartError> {
    let store = open_store(config, doors.rng.as_ref())?;
    let account = account::settle(&store, config.account.as_ref()).await?;
    check_root(config, &store, &account, &doors).await?;
    let (inbox, outbox) = messages(config, &doors)?;
    let functions = Functions::new(functions_elsewhere(config, &doors));
    let s3 = s3(config, &account, &doors, &store);
    let loggers = Loggers::start(config, &account, &doors, &s3).await?;
    let pools = cognito_idp(config, (&account, base_url), &doors, &store, (&outbox, &functions, &loggers)).await?;
    let IdentityRooms { iam, cognito_identity, issuers } = identity(config, &account, &doors, &store, &pools);
    let (cognito_idp, _) = pools;
    let gateway_services = GatewayServices::new(&iam);
    let access = Arc::new(Access::new(config, account.clone(), Arc::clone(&iam.principals)));
    let gateway_doors = gateway_doors(config, &doors, &cognito_idp, (&gateway_services, &loggers, &access, &functions));
    let Loggers { groups, gateway: logs, delivery, traces, tasks: mut background } = loggers;
    let gateway = gateway(config, gateway_doors.clone());
    let http_apis = http_apis(config, &gateway, &issuers);
    let web_sockets = web_sockets(config, gateway_doors.clone(), &mut background);
    let neighbours = Neighbours { iam: &iam, s3: &s3, logs: &groups };
    let (lambda, runner) = functions::build(config, (&account, base_url), &doors, &store, neighbours)?;
    functions.serve(&lambda);
    let parts = Parts {
        store: store.clone(),
        rest_plans: Arc::clone(gateway.plans()),
        http_plans: Arc::clone(http_apis.plans()),
        socket_plans: Arc::clone(web_sockets.plans()),
        gateway: gateway_doors,
        objects: Arc::new(Buckets(Arc::clone(&s3))),
        issuers,
    };
    let apis = Apis::load(parts, config, &doors, base_url).await.map_err(StartError::Load)?;
    let pages = pages(&cognito_idp, &doors, &store);
    background.extend(apis.follow());
    let housekeeping = housekeeping(store, (Arc::clone(&s3), Arc::clone(&lambda)), doors.clock.clone());
    background.extend(followers(&cognito_idp, &cognito_identity, &iam, &lambda));
    background.push(world::spawn("housekeeping", housekeeping));
    let rooms = Rooms {
        cognito_idp,
        cognito_identity,
        gateway,
        http_apis,
        pages,
        website: s3,
        web_sockets,
        log_groups: groups,
        lambda,
        runner,
    };
    let app = Arc::new(App {
        mode: config.mode,
        host_names: config.host_names.clone(),
        clock: doors.clock,
        rng: doors.rng,
        inbox,
        outbox,
        access,
        trusted_proxies: config.trusted_proxies.clone(),
        patience: config.patience,
        backends: Backends::new(services(&rooms, apis, iam)),
        rooms,
        metrics: Metrics::default(),
        logs,
        delivery,
        traces,
        background: Lock::new(background),
    });
    gateway_services.serve(&app);
    Ok(app)
}

/// What keeps what is served as it is kept.
fn followers(
    cognito_idp: &Arc<CognitoIdp>,
    cognito_identity: &Arc<CognitoIdentity>,
    iam: &iam::Rooms,
    lambda: &Arc<Lambda>,
) -> [JoinHandle<()>; 4] {
    [
        world::spawn("user pool plans", Arc::clone(cognito_idp).follow()),
        world::spawn("identities", Arc::clone(cognito_identity).follow()),
        world::spawn("principals", Arc::clone(&iam.principals).follow()),
        world::spawn("asynchronous calls", Arc::clone(lambda).follow()),
    ]
}

/// Where messages go, and in local mode are kept.
fn messages(config: &Config, doors: &Doors) -> Result<(Arc<Inbox>, Arc<Outbox>), StartError> {
    let inbox = Arc::new(Inbox::new(INBOX));
    let kept = (config.mode == Mode::Local).then(|| Arc::clone(&inbox));
    let outbox = config.outgoing.start(&doors.http, kept)?;
    Ok((inbox, outbox))
}

/// In enforced mode somebody must be able to sign a first call.
async fn check_root(config: &Config, store: &Store, account: &AccountId, doors: &Doors) -> Result<(), StartError> {
    if config.mode != Mode::Enforced || !config.root_keys.is_empty() {
        return Ok(());
    }
    let can_sign = keys::root_can_sign(store, account, Arc::clone(&doors.rng)).await;
    can_sign.map_err(StartError::Load)?.then_some(()).ok_or(StartError::NoRootKey)
}

fn s3(config: &Config, account: &AccountId, doors: &Doors, store: &Store) -> Arc<S3> {
    S3::new(
        s3::Config { account: account.clone(), objects: config.data.join("objects") },
        s3::Doors { store: store.clone(), clock: doors.clock.clone(), rng: Arc::clone(&doors.rng) },
    )
}

fn pages(cognito_idp: &Arc<CognitoIdp>, doors: &Doors, store: &Store) -> Domains {
    Domains::new(
        Arc::clone(cognito_idp) as Arc<dyn DomainPlans>,
        Arc::clone(cognito_idp) as Arc<dyn UserPool>,
        Arc::clone(&doors.rng),
        store.sealer().derive("hosted pages"),
    )
}

/// What the gateway reaches.
fn gateway_doors(
    config: &Config,
    doors: &Doors,
    cognito_idp: &CognitoIdp,
    (services, loggers, access, functions): (&Arc<GatewayServices>, &Loggers, &Arc<Access>, &Arc<Functions>),
) -> execute_api::Doors {
    execute_api::Doors {
        callers: Arc::new(Callers::new(Arc::clone(access), doors.clock.clone())),
        functions: Arc::clone(functions) as Arc<dyn FunctionInvoker>,
        services: Arc::clone(services) as Arc<dyn AwsServices>,
        vpc_links: Arc::new(ConfiguredLinks(config.vpc_links.clone())),
        logs: Arc::clone(&loggers.gateway) as Arc<dyn LogSink>,
        traces: Arc::clone(&loggers.traces) as Arc<dyn TraceSink>,
        ..execute_api::Doors::new(
            doors.clock.clone(),
            Arc::clone(&doors.rng),
            Arc::clone(&doors.http),
            Arc::new(PoolKeys(Arc::clone(cognito_idp.keys()))),
        )
    }
}

/// Who may act, and as whom.
struct IdentityRooms {
    issuers: Arc<Issuers>,
    iam: iam::Rooms,
    cognito_identity: Arc<CognitoIdentity>,
}

fn identity(
    config: &Config,
    account: &AccountId,
    doors: &Doors,
    store: &Store,
    (cognito_idp, sms_roles): &UserPools,
) -> IdentityRooms {
    let plain_http = match config.mode {
        Mode::Local => PlainHttp::Loopback,
        Mode::Enforced => PlainHttp::Refused,
    };
    let remote = RemoteIssuers::new(Arc::clone(&doors.issuers), doors.clock.clone(), plain_http);
    let issuers = Issuers::new(Arc::clone(cognito_idp), remote);
    let iam = iam::Rooms::new(
        iam::Config { account: account.clone(), root_assumes: root_assumes(config.mode) },
        iam::Doors {
            store: store.clone(),
            clock: doors.clock.clone(),
            rng: Arc::clone(&doors.rng),
            issuer_keys: Arc::clone(&issuers) as Arc<dyn IssuerKeys>,
        },
    );
    let cognito_identity = CognitoIdentity::new(cognito_identity::Doors {
        store: store.clone(),
        rng: Arc::clone(&doors.rng),
        issuers: Arc::clone(&issuers) as Arc<dyn cognito_identity::ports::Issuers>,
        roles: Arc::new(IdentityRoles(Arc::clone(&iam.sts))),
    });
    issuers.join(&cognito_identity, &iam.principals);
    sms_roles.join(&iam);
    IdentityRooms { issuers, iam, cognito_identity }
}

/// How often expired items are removed.
const PURGE_TIME: Duration = Duration::from_secs(60);
/// Expired items removed in one transaction.
const PURGE: usize = 1_000;

/// Once: contents that a crash left behind. Every minute: items whose time is over.
async fn housekeeping(store: Store, (s3, lambda): (Arc<S3>, Arc<Lambda>), clock: Arc<dyn Clock>) {
    if let Err(error) = lambda.sweep().await {
        tracing::warn!(error = ?error, "code of functions could not be swept");
    }
    if let Err(error) = s3.sweep().await {
        tracing::warn!(error = ?error, "object contents could not be swept");
    }
    loop {
        tokio::time::sleep(PURGE_TIME).await;
        while let Ok(PURGE) = store.purge_expired(clock.now(), PURGE).await {}
        if let Err(error) = lambda.keep_house().await {
            tracing::warn!(error = ?error, "unpacked code of functions could not be looked through");
        }
    }
}

/// Where there is no key there is nobody but the root to assume a role; at AWS the root never may.
const fn root_assumes(mode: Mode) -> RootAssumes {
    match mode {
        Mode::Local => RootAssumes::ByTrustPolicy,
        Mode::Enforced => RootAssumes::Never,
    }
}

/// The gateway's port to the user pools that live here.
struct PoolKeys(Arc<KeyRing>);

impl UserPoolKeys for PoolKeys {
    fn key(&self, pool_id: &str, kid: &str) -> Option<Arc<VerifyingKey>> {
        self.0.verifying(pool_id, kid)
    }

    fn is_issuer(&self, pool_id: &str, issuer: &str) -> bool {
        self.0.is_issuer(pool_id, issuer)
    }
}

/// The objects that live here, for truststores.
pub(crate) struct Buckets(pub(crate) Arc<S3>);

#[async_trait]
impl Objects for Buckets {
    async fn read(&self, call: &CallContext, object: Object<'_>, most: usize) -> Result<Vec<u8>, NoObject> {
        let (bucket, key) = (object.bucket, object.key);
        let input = match object.version {
            None => serde_json::json!({ "Bucket": bucket, "Key": key }),
            Some(version) => serde_json::json!({ "Bucket": bucket, "Key": key, "VersionId": version }),
        };
        let answer = self
            .0
            .call(call, "GetObject", input, None)
            .await
            .map_err(|error| if error.internal.is_some() { NoObject::Failed } else { NoObject::Missing })?;
        let body = crate::body::streamed(answer.body.ok_or(NoObject::Failed)?);
        match crate::body::read(body, most).await {
            Ok(bytes) => Ok(bytes.to_vec()),
            Err(BodyError::TooLarge) => Err(NoObject::TooLarge),
            Err(BodyError::TimedOut | BodyError::Broken) => Err(NoObject::Failed),
        }
    }
}

pub(crate) fn open_store(config: &Config, rng: &dyn Rng) -> Result<Store, StartError> {
    let data = |error: &dyn std::fmt::Display| StartError::Data(format!("{}: {error}", config.data.display()));
    // The key is made before the store opens its folder; objects lie there too, so it is the owner's alone from the start.
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&config.data);
    made.map_err(|error| data(&error))?;
    open_folder(&config.data, config, rng)
}

/// A folder with a data file, under the server's key.
pub(crate) fn open_folder(folder: &std::path::Path, config: &Config, rng: &dyn Rng) -> Result<Store, StartError> {
    let data = |error: &dyn std::fmt::Display| StartError::Data(format!("{}: {error}", folder.display()));
    let key = MasterKey::load_or_create(&config.master_key, |bytes| rng.fill(bytes)).map_err(|error| data(&error))?;
    Store::open(folder, key).map_err(|error| data(&error))
}

/// Where functions are called that do not live here.
fn functions_elsewhere(config: &Config, doors: &Doors) -> Option<Arc<dyn FunctionInvoker>> {
    let endpoint = config.functions_endpoint.as_ref()?;
    Some(Arc::new(HttpInvoker::new(Arc::clone(&doors.http), endpoint)))
}

/// A hash on each core, within reason: each takes 19 MiB.
fn hashes_at_a_time() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 16)
}

/// User pools, and the roles that they ask once IAM is there.
type UserPools = (Arc<CognitoIdp>, Arc<SnsRoles>);

async fn cognito_idp(
    config: &Config,
    (account, base_url): (&AccountId, &str),
    doors: &Doors,
    store: &Store,
    (outbox, functions, loggers): (&Arc<Outbox>, &Arc<Functions>, &Loggers),
) -> Result<UserPools, StartError> {
    let sms_roles = Arc::new(SnsRoles::default());
    let settings = cognito_idp::Config {
        account: account.clone(),
        base_url: base_url.to_owned(),
        issuer_form: match config.issuer {
            IssuerForm::Server => cognito_idp::IssuerForm::Server,
            IssuerForm::Aws => cognito_idp::IssuerForm::Aws,
        },
        domain_url: format!("{base_url}/_aws/auth/{{domain}}"),
        kms_keys: config.outgoing.kms_keys.clone(),
        message_limits: config.outgoing.limits,
        mail_senders: config.outgoing.mail_senders.clone(),
        sign_in_limits: config.sign_in_limits,
        operation_rates: config.operation_rates,
        hash: cognito_idp::HashParams { slots: hashes_at_a_time(), ..cognito_idp::HashParams::default() },
        ..cognito_idp::Config::default()
    };
    let doors = cognito_idp::Doors {
        store: store.clone(),
        clock: doors.clock.clone(),
        rng: Arc::clone(&doors.rng),
        messages: Arc::clone(outbox) as Arc<dyn MessageSender>,
        functions: Arc::clone(functions) as Arc<dyn FunctionInvoker>,
        logs: Arc::new(loggers.of_pools()),
        sms_roles: Arc::clone(&sms_roles) as Arc<dyn SmsRoles>,
    };
    let cognito_idp = CognitoIdp::new(settings, doors);
    cognito_idp.load().await.map_err(StartError::Load)?;
    Ok((cognito_idp, sms_roles))
}

/// The services with code.
fn services(rooms: &Rooms, apis: Apis, iam: iam::Rooms) -> Vec<Arc<dyn Service>> {
    vec![
        rooms.cognito_idp.clone(),
        rooms.cognito_identity.clone(),
        apis.rest,
        apis.http,
        rooms.website.clone(),
        rooms.log_groups.clone(),
        rooms.lambda.clone(),
        iam.iam,
        iam.sts,
    ]
}

/// The runtime of WebSocket APIs, with the task that ends connections whose time is over.
fn web_sockets(config: &Config, doors: execute_api::Doors, background: &mut Vec<JoinHandle<()>>) -> WebSocketApis {
    let apis = WebSocketApis::new(Arc::new(websocket_api::Plans::new()), doors)
        .with_limits(websocket_api::Limits::default(), config.account_throttle);
    background.push(world::spawn("web sockets", apis.clone().run()));
    apis
}

/// The gateway. In local mode it tells why it refuses.
fn gateway(config: &Config, doors: execute_api::Doors) -> Gateway {
    let gateway = Gateway::new(Arc::new(Plans::new()), doors).with_account_throttle(config.account_throttle);
    if config.mode == Mode::Local { gateway.explaining() } else { gateway }
}

/// HTTP APIs. They reach what REST APIs reach, share the accounts' limits with them, and tell of refusals where they do.
fn http_apis(config: &Config, gateway: &Gateway, issuers: &Arc<Issuers>) -> HttpApis {
    let plans = Arc::new(http_api::Plans::sharing(Arc::clone(gateway.plans().accounts())));
    HttpApis::new(plans, gateway.doors().clone(), Arc::clone(issuers) as _)
        .with_account_throttle(config.account_throttle)
        .explaining(gateway.shared_refusals())
}
