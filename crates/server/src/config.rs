//! The server's settings: a TOML file, then the environment, then the command line; the later wins. Only this file reads
//! the environment.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_types::{AccountId, Secret};
use cognito_idp::{OperationRates, SignInLimits};
use execute_api::throttle::{ACCOUNT_THROTTLE, Throttle};
use serde::Deserialize;

use crate::log_delivery::{self, DeliveryStream, FileStream};
use crate::network::{Cidr, VpcEndpointSettings};
use crate::outgoing::{FileLimits, FileOutgoing, FileSms, FileSmtp, Outgoing};

/// The port that AWS emulators' wrappers (awslocal, cdklocal, tflocal) expect.
pub const DEFAULT_PORT: u16 = 4566;
/// HTTPS stands beside it.
pub const DEFAULT_HTTPS_PORT: u16 = 4567;

/// Who may call the AWS operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// An unknown access key acts as the account's root; loopback only.
    Local,
    /// Every signed operation needs a known key.
    Enforced,
}

/// Which `iss` tokens bear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IssuerForm {
    /// `{base URL}/{pool id}`.
    Server,
    /// `https://cognito-idp.{region}.amazonaws.com/{pool id}`, which aws-jwt-verify wants.
    Aws,
}

/// `user_pool_rates` of the file.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum FileRates {
    Unbounded,
    Provisioned,
}

impl FileRates {
    const fn rates(self) -> OperationRates {
        match self {
            Self::Unbounded => OperationRates::Unbounded,
            Self::Provisioned => OperationRates::Provisioned,
        }
    }
}

/// An access key of the account's root, configured by the operator.
#[derive(Clone, Debug)]
pub struct RootKey {
    /// `AKIA…`.
    pub access_key_id: String,
    /// Its secret.
    pub secret: Secret<String>,
}

/// All settings, decided.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address to listen on.
    pub listen: IpAddr,
    /// HTTP port; 0 lets the system choose.
    pub port: u16,
    /// HTTPS port, if any.
    pub https_port: Option<u16>,
    /// Data folder.
    pub data: PathBuf,
    /// Where the master key is kept; beside the data file, never in it.
    pub master_key: PathBuf,
    /// Local or enforced.
    pub mode: Mode,
    /// The account everything belongs to, where one is named; else the data folder's own, or the default.
    pub account: Option<AccountId>,
    /// `iss` form.
    pub issuer: IssuerForm,
    /// What clients reach the server by, without a final slash; derived from the port where unset.
    pub base_url: Option<String>,
    /// Host names (beside loopback, `.localhost` and AWS's) that the server answers to.
    pub host_names: Vec<String>,
    /// Where functions are invoked, without a final slash; `None` where there are none.
    pub functions_endpoint: Option<String>,
    /// Folders in which interpreters of functions are looked for: those of `PATH`.
    pub search_path: Vec<PathBuf>,
    /// Addresses (`host:port`) behind VPC links, by a link's id or its load balancer's ARN.
    pub vpc_links: BTreeMap<String, String>,
    /// Root keys for enforced mode.
    pub root_keys: Vec<RootKey>,
    /// Mail, text messages, keys of custom senders.
    pub outgoing: Outgoing,
    /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    pub trusted_proxies: Vec<Cidr>,
    /// Listeners that stand for interface endpoints of `execute-api`.
    pub vpc_endpoints: Vec<VpcEndpointSettings>,
    /// Calls of all APIs of a region together.
    pub account_throttle: Throttle,
    /// Whether rates of user pools' operations count.
    pub operation_rates: OperationRates,
    /// How many wrong guesses are judged.
    pub sign_in_limits: SignInLimits,
    /// Bytes that all log events may have together; the oldest go first.
    pub log_bytes: u64,
    /// How long slow clients are waited for.
    pub patience: Patience,
    /// Delivery streams of Firehose that lead somewhere.
    pub delivery_streams: Vec<DeliveryStream>,
    /// `host:port` of the X-Ray daemon that segments are sent to.
    pub xray_daemon: Option<String>,
}

/// How long a client may take to send what it is about to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// A request's head, the first one of a connection too; an idle HTTP/1.1 connection closes after it.
    pub head: Duration,
    /// A body that is held in memory.
    pub body: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { head: Duration::from_secs(30), body: crate::body::BODY_TIME }
    }
}

/// What was wrong with the settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {0}: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// The file is no valid configuration.
    #[error("{0} is not a valid configuration: {1}")]
    Malformed(PathBuf, toml::de::Error),
    /// A setting makes no sense.
    #[error("{0}")]
    Invalid(String),
}

/// The file's form. Unknown members are refused, so that a misspelt security setting is noticed.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: Option<IpAddr>,
    port: Option<u16>,
    https_port: Option<u16>,
    https: Option<bool>,
    data: Option<PathBuf>,
    master_key: Option<PathBuf>,
    mode: Option<FileMode>,
    account: Option<String>,
    issuer: Option<IssuerForm>,
    user_pool_rates: Option<FileRates>,
    base_url: Option<String>,
    functions_endpoint: Option<String>,
    #[serde(default)]
    host_names: Vec<String>,
    #[serde(default)]
    vpc_links: BTreeMap<String, String>,
    #[serde(default)]
    root_keys: Vec<FileKey>,
    smtp: Option<FileSmtp>,
    sms: Option<FileSms>,
    #[serde(default)]
    kms_keys: BTreeMap<String, PathBuf>,
    messages: Option<FileLimits>,
    #[serde(default)]
    trusted_proxies: Vec<String>,
    #[serde(default)]
    vpc_endpoints: Vec<VpcEndpointSettings>,
    account_rate_limit: Option<f64>,
    account_burst_limit: Option<u32>,
    head_time_ms: Option<NonZeroU32>,
    body_time_ms: Option<NonZeroU32>,
    sign_in: Option<FileSignIn>,
    log_megabytes: Option<NonZeroU32>,
    #[serde(default)]
    delivery_streams: Vec<FileStream>,
    xray_daemon: Option<String>,
}

/// `[sign_in]`: wrong guesses and calls about codes that are judged in a quarter of an hour.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSignIn {
    failures_per_address: Option<NonZeroU32>,
    failures_per_pool: Option<NonZeroU32>,
    code_calls_per_address: Option<NonZeroU32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum FileMode {
    Local,
    Enforced,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileKey {
    access_key_id: String,
    secret_access_key: String,
}

impl std::fmt::Debug for FileKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FileKey {}", self.access_key_id)
    }
}

/// What the command line says.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--config`.
    pub file: Option<PathBuf>,
    /// `--listen`.
    pub listen: Option<IpAddr>,
    /// `--port`.
    pub port: Option<u16>,
    /// `--https-port`.
    pub https_port: Option<u16>,
    /// `--no-https`.
    pub no_https: bool,
    /// `--data`.
    pub data: Option<PathBuf>,
    /// `--enforced`.
    pub enforced: bool,
    /// `--local-mode-on-open-address`.
    pub local_on_open_address: bool,
    /// `--base-url`.
    pub base_url: Option<String>,
    /// `--functions-endpoint`.
    pub functions_endpoint: Option<String>,
    /// `--aws-issuer`.
    pub aws_issuer: bool,
    /// `--account`.
    pub account: Option<String>,
}

impl Config {
    /// Puts file, environment and command line together and checks the whole.
    pub fn load(overrides: &Overrides) -> Result<Self, ConfigError> {
        let mut file = match overrides.file.clone().or_else(|| environment("PORTCULLIS_CONFIG").map(PathBuf::from)) {
            Some(path) => read_file(&path)?,
            None => File::default(),
        };
        let outgoing = FileOutgoing {
            smtp: file.smtp.take(),
            sms: file.sms.take(),
            kms_keys: std::mem::take(&mut file.kms_keys),
            messages: file.messages.take(),
        };
        let https = !overrides.no_https && file.https.unwrap_or(true);
        let https_port = overrides.https_port.or(file.https_port).unwrap_or(DEFAULT_HTTPS_PORT);
        let listen = overrides.listen.or(file.listen).unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let data = overrides.data.clone().or(file.data).unwrap_or_else(|| PathBuf::from("portcullis-data"));
        let mode = mode(overrides, file.mode, listen)?;
        Ok(Self {
            listen,
            port: overrides.port.or(file.port).unwrap_or(DEFAULT_PORT),
            https_port: https.then_some(https_port),
            master_key: file.master_key.unwrap_or_else(|| data.join("master.key")),
            data,
            mode,
            account: account(overrides.account.clone().or(file.account))?,
            issuer: if overrides.aws_issuer { IssuerForm::Aws } else { file.issuer.unwrap_or(IssuerForm::Server) },
            base_url: overrides.base_url.clone().or(file.base_url).map(|url| url.trim_end_matches('/').to_owned()),
            host_names: file.host_names,
            functions_endpoint: endpoint(overrides.functions_endpoint.clone().or(file.functions_endpoint))?,
            search_path: environment("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default(),
            vpc_links: vpc_links(file.vpc_links)?,
            root_keys: root_keys(file.root_keys),
            operation_rates: file.user_pool_rates.map_or(OperationRates::Unbounded, FileRates::rates),
            sign_in_limits: sign_in_limits(file.sign_in.unwrap_or_default()),
            patience: patience(file.head_time_ms, file.body_time_ms),
            outgoing: Outgoing::load(outgoing, environment("PORTCULLIS_SMTP_PASSWORD"))?,
            trusted_proxies: cidrs(&file.trusted_proxies)?,
            vpc_endpoints: vpc_endpoints(file.vpc_endpoints)?,
            account_throttle: Throttle {
                rate: file.account_rate_limit.unwrap_or(ACCOUNT_THROTTLE.rate),
                burst: file.account_burst_limit.unwrap_or(ACCOUNT_THROTTLE.burst),
            },
            delivery_streams: log_delivery::streams(file.delivery_streams)?,
            xray_daemon: log_delivery::daemon(environment("PORTCULLIS_XRAY_DAEMON").or(file.xray_daemon))?,
            log_bytes: file.log_megabytes.map_or(logs::DEFAULT_MAX_BYTES, |given| u64::from(given.get()) << 20),
        })
    }

    /// The address of the HTTP listener.
    pub const fn http_address(&self) -> SocketAddr {
        SocketAddr::new(self.listen, self.port)
    }

    /// What clients reach the server by, given the port that was bound.
    pub fn base_url(&self, bound_port: u16) -> String {
        self.base_url.clone().unwrap_or_else(|| format!("http://localhost:{bound_port}"))
    }
}

fn mode(overrides: &Overrides, file: Option<FileMode>, listen: IpAddr) -> Result<Mode, ConfigError> {
    if overrides.enforced || file == Some(FileMode::Enforced) {
        return Ok(Mode::Enforced);
    }
    if listen.is_loopback() || overrides.local_on_open_address {
        return Ok(Mode::Local);
    }
    Err(ConfigError::Invalid(format!(
        "{listen} can be reached from other machines, and in local mode whoever reaches the server is the account's root. \
         Use --enforced with a root key, or say --local-mode-on-open-address if that is what you want."
    )))
}

fn patience(head_ms: Option<NonZeroU32>, body_ms: Option<NonZeroU32>) -> Patience {
    let usual = Patience::default();
    let time = |ms: NonZeroU32| Duration::from_millis(u64::from(ms.get()));
    Patience { head: head_ms.map_or(usual.head, time), body: body_ms.map_or(usual.body, time) }
}

fn sign_in_limits(given: FileSignIn) -> SignInLimits {
    let default = SignInLimits::default();
    let limit = |given: Option<NonZeroU32>, default: u32| given.map_or(default, NonZeroU32::get);
    SignInLimits {
        failures_per_address: limit(given.failures_per_address, default.failures_per_address),
        failures_per_pool: limit(given.failures_per_pool, default.failures_per_pool),
        code_calls_per_address: limit(given.code_calls_per_address, default.code_calls_per_address),
    }
}

fn account(text: Option<String>) -> Result<Option<AccountId>, ConfigError> {
    let parse = |text: String| {
        AccountId::parse(&text).ok_or_else(|| ConfigError::Invalid("account must be twelve digits".to_owned()))
    };
    text.map(parse).transpose()
}

/// An absolute URL of HTTP without query.
fn endpoint(text: Option<String>) -> Result<Option<String>, ConfigError> {
    let Some(text) = text else { return Ok(None) };
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let good = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(['?', '#', ' ']));
    if !good {
        return Err(ConfigError::Invalid(format!("functions_endpoint must be an http or https URL, not {text}")));
    }
    Ok(Some(text.trim_end_matches('/').to_owned()))
}

/// Each is a host and a port.
fn vpc_links(links: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, ConfigError> {
    let good = |address: &str| {
        address
            .parse::<http::uri::Authority>()
            .is_ok_and(|authority| authority.port_u16().is_some() && !address.contains('@'))
    };
    match links.iter().find(|(_, address)| !good(address)) {
        Some((name, address)) => {
            Err(ConfigError::Invalid(format!("vpc_links: {name} must lead to host:port, not {address}")))
        }
        None => Ok(links),
    }
}

fn root_keys(from_file: Vec<FileKey>) -> Vec<RootKey> {
    let from_environment =
        environment("PORTCULLIS_ROOT_ACCESS_KEY_ID").zip(environment("PORTCULLIS_ROOT_SECRET_ACCESS_KEY"));
    from_file
        .into_iter()
        .map(|key| (key.access_key_id, key.secret_access_key))
        .chain(from_environment)
        .map(|(access_key_id, secret)| RootKey { access_key_id, secret: Secret::new(secret) })
        .collect()
}

fn cidrs(texts: &[String]) -> Result<Vec<Cidr>, ConfigError> {
    let invalid = |text: &String| ConfigError::Invalid(format!("trusted_proxies: {text} is no range of addresses"));
    texts.iter().map(|text| Cidr::parse(text).ok_or_else(|| invalid(text))).collect()
}

fn vpc_endpoints(all: Vec<VpcEndpointSettings>) -> Result<Vec<VpcEndpointSettings>, ConfigError> {
    all.iter().try_for_each(|one| one.endpoint().map(drop)).map_err(ConfigError::Invalid)?;
    Ok(all)
}

fn read_file(path: &Path) -> Result<File, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Unreadable(path.to_owned(), error))?;
    toml::from_str(&text).map_err(|error| ConfigError::Malformed(path.to_owned(), error))
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listening(on: &str, overrides: Overrides) -> Result<Config, ConfigError> {
        Config::load(&Overrides { listen: Some(on.parse().unwrap()), ..overrides })
    }

    #[test]
    fn local_mode_refuses_an_open_address_unless_told_so() {
        let refused = listening("0.0.0.0", Overrides::default()).unwrap_err().to_string();
        assert!(refused.contains("--local-mode-on-open-address"), "{refused}");
        let told = listening("0.0.0.0", Overrides { local_on_open_address: true, ..Overrides::default() }).unwrap();
        assert_eq!(told.mode, Mode::Local);
        assert_eq!(listening("::1", Overrides::default()).unwrap().mode, Mode::Local);
    }

    #[test]
    fn limits_of_sign_in_are_set_one_by_one_and_never_zero() {
        let read =
            |text: &str| toml::from_str::<File>(text).map(|file| sign_in_limits(file.sign_in.unwrap_or_default()));
        let default = SignInLimits::default();
        assert_eq!(read("").unwrap(), default);
        let set = read("[sign_in]\nfailures_per_address = 7").unwrap();
        assert_eq!(set, SignInLimits { failures_per_address: 7, ..default });
        let all =
            read("[sign_in]\nfailures_per_address = 1\nfailures_per_pool = 2\ncode_calls_per_address = 3").unwrap();
        let expected = SignInLimits { failures_per_address: 1, failures_per_pool: 2, code_calls_per_address: 3 };
        assert_eq!(all, expected);
        for wrong in ["failures_per_pool = 0", "failures_per_pool = -1", "failures = 3"] {
            assert!(read(&format!("[sign_in]\n{wrong}")).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_account_is_twelve_digits() {
        let with = |text: &str| Config::load(&Overrides { account: Some(text.to_owned()), ..Overrides::default() });
        assert_eq!(with("111122223333").unwrap().account, AccountId::parse("111122223333"));
        assert_eq!(Config::load(&Overrides::default()).unwrap().account, None);
        for wrong in ["", "11112222333", "1111222233334", "11112222333x"] {
            assert!(with(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_functions_endpoint_is_a_url() {
        let with = |text: &str| Overrides { functions_endpoint: Some(text.to_owned()), ..Overrides::default() };
        let config = listening("127.0.0.1", with("http://127.0.0.1:3001/")).unwrap();
        assert_eq!(config.functions_endpoint.as_deref(), Some("http://127.0.0.1:3001"));
        for wrong in ["", "127.0.0.1:3001", "ftp://x", "http://", "http://x?y"] {
            assert!(listening("127.0.0.1", with(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn vpc_links_lead_to_a_host_and_port() {
        let link = |address: &str| vpc_links(BTreeMap::from([("abc123".to_owned(), address.to_owned())]));
        for good in ["127.0.0.1:8080", "backend.internal:80", "[::1]:80"] {
            assert!(link(good).is_ok(), "{good}");
        }
        for wrong in ["", "backend", "http://backend:80", "user@backend:80", "backend:80/x", "backend:99999"] {
            assert!(link(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_misspelt_setting_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("portcullis.toml");
        std::fs::write(&path, "mode = \"enforced\"\nroot_key = []\n").unwrap();
        let refused = Config::load(&Overrides { file: Some(path.clone()), ..Overrides::default() }).unwrap_err();
        assert!(refused.to_string().contains("root_key"), "{refused}");
        std::fs::write(
            &path,
            "mode = \"enforced\"\n[[root_keys]]\naccess_key_id = \"AKIAX\"\nsecret_access_key = \"s\"\n",
        )
        .unwrap();
        let config = Config::load(&Overrides { file: Some(path), ..Overrides::default() }).unwrap();
        assert_eq!(config.mode, Mode::Enforced);
        assert!(!format!("{config:?}").contains("\"s\""));
    }
}
