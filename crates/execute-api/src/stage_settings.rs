//! Settings of a stage ("Set up a stage for a REST API"): caching, logging, metrics, canary. They act at once, without a
//! deployment.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use world::ClientIdentity;

use crate::access_log::{AccessLogFormat, stream};
use crate::plan::{DEFAULT_THROTTLE, StagePlan};
use crate::ports::{LogEvent, LogPlace, LogSink};
use crate::route_match::Matched;
use crate::security_policy::EndpointSecurity;

/// All of them.
#[derive(Debug, Default)]
pub struct StageSettings {
    /// The API's name, for metrics.
    pub api_name: String,
    /// Part of the traffic goes to another deployment.
    pub canary: Option<Canary>,
    /// Which release this plan is.
    pub release: Release,
    /// Whether the stage has a cache, and how large, in bytes.
    pub cache_bytes: Option<usize>,
    /// What is kept under one scope is not seen under another: the deployment, or what a canary shares with its stage.
    pub cache_scope: String,
    /// By `/pets/{petId}/GET` or `*/*`.
    pub methods: HashMap<String, MethodSettings>,
    /// Where a line a request goes.
    pub access_log: Option<AccessLogSettings>,
    /// VPC links of the account: their load balancers' ARNs by link id.
    pub vpc_links: BTreeMap<String, Vec<String>>,
    /// Whether requests are traced (`tracingEnabled`).
    pub tracing: bool,
    /// The certificate that backends are shown.
    pub client_identity: Option<Arc<ClientIdentity>>,
    /// How the API is reached.
    pub endpoint: EndpointSecurity,
}

/// Which release of a stage a plan is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Release {
    /// What the stage serves to most.
    #[default]
    Production,
    /// What the stage tries.
    Canary,
}

impl Release {
    /// `$context.isCanaryRequest`
    pub const fn is_canary(self) -> bool {
        matches!(self, Self::Canary)
    }
}

/// A canary release.
#[derive(Debug)]
pub struct Canary {
    /// Share of requests, 0 to 100.
    pub percent: f64,
    /// What they get.
    pub plan: Arc<StagePlan>,
}

/// Where access logs go.
#[derive(Debug)]
pub struct AccessLogSettings {
    /// Where lines go.
    pub destination: AccessLogDestination,
    /// One line.
    pub format: AccessLogFormat,
}

/// Where lines of an access log go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessLogDestination {
    /// To a log group, by its name.
    Group(String),
    /// To a delivery stream of Firehose, by its ARN.
    Stream(String),
}

impl AccessLogSettings {
    /// Writes a line.
    pub fn write(&self, logs: &dyn LogSink, place: LogPlace<'_>, event: LogEvent) {
        match &self.destination {
            AccessLogDestination::Group(group) => logs.put_at(place, group, &stream(group), vec![event]),
            AccessLogDestination::Stream(arn) => logs.deliver(arn, event),
        }
    }
}

/// How much of a request is written down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Nothing.
    #[default]
    Off,
    /// What went wrong.
    Error,
    /// All steps.
    Info,
}

/// What happens to a caller who asks for a fresh answer and may not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnauthorizedCacheControl {
    /// 403.
    Fail,
    /// The cached answer, with a warning.
    #[default]
    SucceedWithResponseHeader,
    /// The cached answer.
    SucceedWithoutResponseHeader,
}

/// Settings of one method, or of all that have none of their own.
#[derive(Clone, Debug)]
pub struct MethodSettings {
    /// Counted by method too.
    pub metrics: bool,
    /// What is written down.
    pub logging: LogLevel,
    /// Whether bodies and headers are written down.
    pub data_trace: bool,
    /// Whether answers are kept. `None` where only the stage's default says so.
    pub caching: bool,
    /// How long, in seconds; 0 keeps none.
    pub cache_ttl_s: u32,
    /// Whether asking for a fresh answer needs a permission.
    pub require_authorization: bool,
    /// What happens without it.
    pub unauthorized: UnauthorizedCacheControl,
}

impl Default for MethodSettings {
    fn default() -> Self {
        Self {
            metrics: false,
            logging: LogLevel::Off,
            data_trace: false,
            caching: false,
            cache_ttl_s: 300,
            require_authorization: true,
            unauthorized: UnauthorizedCacheControl::SucceedWithResponseHeader,
        }
    }
}

/// A method's settings, and whether they are its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effective<'a> {
    pub settings: &'a MethodSettings,
    pub own: bool,
}

impl StageSettings {
    /// The settings for a request's method; none where the stage has none at all.
    pub(crate) fn of(&self, matched: &Matched<'_>) -> Option<Effective<'_>> {
        if self.methods.is_empty() {
            return None;
        }
        let name = format!("{}/{}", matched.resource.path, matched.verb_of_method());
        let own = self.methods.get(&name).map(|settings| Effective { settings, own: true });
        own.or_else(|| self.default())
    }

    /// The stage's default.
    pub(crate) fn default(&self) -> Option<Effective<'_>> {
        self.methods.get(DEFAULT_THROTTLE).map(|settings| Effective { settings, own: false })
    }
}
