//! What the server tells this room: names it is known by, prices of passwords, and the doors to the world.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_types::{AccountId, Secret};
use store::Store;
use world::{Clock, FunctionInvoker, MessageSender, Rng};

use crate::ports::{LogDestinations, SmsRoles};

/// Settings of the service, fixed for the life of the process.
#[derive(Clone, Debug)]
pub struct Config {
    /// The account pools belong to.
    pub account: AccountId,
    /// Base of issuers, without a slash at the end: `http://localhost:4566`.
    pub base_url: String,
    /// Which form of issuer tokens bear.
    pub issuer_form: IssuerForm,
    /// URL of a prefix domain; `{domain}` and `{region}` are filled in:
    /// `http://{domain}.auth.{region}.localhost:4566`.
    pub domain_url: String,
    /// URL of an own domain; `{domain}` is filled in: `https://{domain}`.
    pub custom_domain_url: String,
    /// Price of a password.
    pub hash: HashParams,
    /// Wrong guesses over many names.
    pub sign_in_limits: SignInLimits,
    /// Whether public clients must use PKCE with the code grant.
    pub public_clients_need_pkce: bool,
    /// How many RSA keys lie ready; 0 makes each at its first need.
    pub reserve_keys: usize,
    /// Wrapping keys of custom senders, by the ARN that a pool names as `KMSKeyID`.
    pub kms_keys: BTreeMap<String, Arc<Secret<[u8; 32]>>>,
    /// How many messages go out.
    pub message_limits: MessageLimits,
    /// Whether rates of operations count.
    pub operation_rates: OperationRates,
    /// What pools may send mail as: addresses (`shop@example.com`) and domains (`@example.com`); `None` allows all.
    pub mail_senders: Option<Vec<String>>,
}

/// Bounds of messages, so that nobody's phone or mailbox is flooded through the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageLimits {
    /// To one address or number in an hour, from all pools together.
    pub per_target_hour: i64,
    /// From one pool in an hour.
    pub per_pool_hour: i64,
}

impl Default for MessageLimits {
    /// 30 to a target, 10,000 from a pool.
    fn default() -> Self {
        Self { per_target_hour: 30, per_pool_hour: 10_000 }
    }
}

impl Default for Config {
    /// A local server on port 4566.
    fn default() -> Self {
        Self {
            account: AccountId::default(),
            base_url: "http://localhost:4566".to_owned(),
            issuer_form: IssuerForm::Server,
            domain_url: "http://{domain}.auth.{region}.localhost:4566".to_owned(),
            custom_domain_url: "https://{domain}".to_owned(),
            hash: HashParams::default(),
            sign_in_limits: SignInLimits::default(),
            public_clients_need_pkce: true,
            reserve_keys: 4,
            kms_keys: BTreeMap::new(),
            message_limits: MessageLimits::default(),
            operation_rates: OperationRates::Unbounded,
            mail_senders: None,
        }
    }
}

/// Whether an account's calls are counted by category, as at AWS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OperationRates {
    /// They are not.
    #[default]
    Unbounded,
    /// Each category's default a second, or what UpdateProvisionedLimit has set.
    Provisioned,
}

/// The form of `iss`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssuerForm {
    /// `{base_url}/{poolId}`: discovery works from it.
    Server,
    /// `https://cognito-idp.{region}.amazonaws.com/{poolId}`: what aws-jwt-verify wants.
    Aws,
}

/// Argon2id's parameters and how many hashes may run and wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashParams {
    /// Memory of one hash, KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Hashes at a time.
    pub slots: usize,
    /// Requests that may wait for a slot; more are refused.
    pub queue: usize,
}

impl Default for HashParams {
    /// 19 MiB and two passes (OWASP's second choice), two at a time.
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, iterations: 2, slots: 2, queue: 1024 }
    }
}

/// How many wrong passwords and codes are judged in a quarter of an hour, whatever names they are for. More are refused
/// with TooManyRequestsException. The lock-out of each name stands beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignInLimits {
    /// From one address (an IPv6 network of 64 bits) at one pool.
    pub failures_per_address: u32,
    /// At one pool, from everywhere.
    pub failures_per_pool: u32,
    /// Calls that ask for codes or give them, from one address at one pool: each leaves something behind for a while,
    /// also for names that nobody has.
    pub code_calls_per_address: u32,
}

impl Default for SignInLimits {
    fn default() -> Self {
        Self { failures_per_address: 100, failures_per_pool: 10_000, code_calls_per_address: 300 }
    }
}

/// The doors to the world.
#[derive(Clone)]
pub struct Doors {
    /// Where everything is kept.
    pub store: Store,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers, codes, salts.
    pub rng: Arc<dyn Rng>,
    /// Codes and invitations go out here.
    pub messages: Arc<dyn MessageSender>,
    /// The functions of triggers.
    pub functions: Arc<dyn FunctionInvoker>,
    /// Logs for the pools' owners.
    pub logs: Arc<dyn LogDestinations>,
    /// The roles by which pools send text messages.
    pub sms_roles: Arc<dyn SmsRoles>,
}

impl std::fmt::Debug for Doors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Doors")
    }
}
