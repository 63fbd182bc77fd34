//! Where things lie. All that belongs to a function lies in its partition, so that it goes with it; layers have partitions
//! of their own, because functions outlive them. Zips lie beside the store, named by their digest; whoever names one says
//! so in [`CODE_OF`].

use store::{Index, Table};

use crate::entity::{Alias, EventConfig, Function, LayerVersion, Permissions, Provisioned, Queued, UrlConfig, Version};
use crate::name::FunctionName;

/// Functions: partition [`function_pk`], place [`FUNCTION_SK`].
pub const FUNCTIONS: Table<Function> = Table::new("lambda-function", 1);
/// Published versions: partition [`function_pk`], place [`version_sk`].
pub const VERSIONS: Table<Version> = Table::new("lambda-version", 1);
/// Aliases: partition [`function_pk`], place [`alias_sk`].
pub const ALIASES: Table<Alias> = Table::new("lambda-alias", 1);
/// Policies: partition [`function_pk`], place [`policy_sk`].
pub const POLICIES: Table<Permissions> = Table::new("lambda-policy", 1);
/// How asynchronous calls are treated: partition [`function_pk`], place [`event_config_sk`].
pub const EVENT_CONFIGS: Table<EventConfig> = Table::new("lambda-event-config", 1);
/// Provisioned concurrency: partition [`function_pk`], place [`provisioned_sk`].
pub const PROVISIONED: Table<Provisioned> = Table::new("lambda-provisioned", 1);
/// Addresses: partition [`function_pk`], place [`url_sk`].
pub const URLS: Table<UrlConfig> = Table::new("lambda-url", 1);
/// Versions of layers: partition [`layer_pk`], place [`layer_sk`].
pub const LAYERS: Table<LayerVersion> = Table::new("lambda-layer", 1);
/// The number of a layer's last version: partition [`layer_pk`], place [`LAYER_LAST_SK`].
pub const LAYER_LAST: Table<u64> = Table::new("lambda-layer-last", 1);
/// Asynchronous calls: partition [`QUEUE_PK`], place [`queue_sk`].
pub const QUEUE: Table<Queued> = Table::new("lambda-queued", 1);

/// Place of a function.
pub const FUNCTION_SK: &str = "function";
/// First letters of versions' places.
pub const VERSION_PREFIX: &str = "version#";
/// First letters of aliases' places.
pub const ALIAS_PREFIX: &str = "alias#";
/// First letters of event configurations' places.
pub const EVENT_CONFIG_PREFIX: &str = "event#";
/// First letters of provisioned concurrency's places.
pub const PROVISIONED_PREFIX: &str = "provisioned#";
/// First letters of addresses' places.
pub const URL_PREFIX: &str = "url#";
/// Place of the number of a layer's last version: above all versions.
pub const LAYER_LAST_SK: &str = "~last";
/// First letters of layer versions' places.
pub const LAYER_PREFIX: &str = "v#";
/// Partition of asynchronous calls.
pub const QUEUE_PK: &str = "lambda.queue";
/// Index of functions by account and region.
pub const FUNCTIONS_OF: &str = "lambda.functions";
/// Index of functions and versions by account and region.
pub const VERSIONS_OF: &str = "lambda.versions";
/// Index of layers by account and region.
pub const LAYERS_OF: &str = "lambda.layers";
/// Index of addresses by their id.
pub const URL_ID: &str = "lambda.url-id";
/// Index of whatever names a zip, by its digest.
pub const CODE_OF: &str = "lambda.code";

/// Partition of a function.
pub fn function_pk(function: &FunctionName) -> String {
    format!("lambda.function#{}/{}/{}", function.account, function.region, function.name)
}

/// Place of a version; in the order of their numbers.
pub fn version_sk(number: &str) -> String {
    format!("{VERSION_PREFIX}{number:0>10}")
}

/// Place of an alias.
pub fn alias_sk(name: &str) -> String {
    format!("{ALIAS_PREFIX}{name}")
}

/// Place of a policy: the function's own without qualifier.
pub fn policy_sk(qualifier: Option<&str>) -> String {
    format!("policy#{}", qualifier.unwrap_or_default())
}

/// Place of an event configuration.
pub fn event_config_sk(qualifier: &str) -> String {
    format!("{EVENT_CONFIG_PREFIX}{qualifier}")
}

/// Place of provisioned concurrency.
pub fn provisioned_sk(qualifier: &str) -> String {
    format!("{PROVISIONED_PREFIX}{qualifier}")
}

/// Place of an address.
pub fn url_sk(qualifier: Option<&str>) -> String {
    format!("{URL_PREFIX}{}", qualifier.unwrap_or_default())
}

/// Partition of a layer.
pub fn layer_pk(account: &str, region: &str, name: &str) -> String {
    format!("lambda.layer#{account}/{region}/{name}")
}

/// Place of a layer's version.
pub fn layer_sk(number: u64) -> String {
    format!("{LAYER_PREFIX}{number:010}")
}

/// Place of an asynchronous call: in the order in which they are due.
pub fn queue_sk(due_ms: i64, id: &str) -> String {
    format!("{due_ms:015}#{id}")
}

/// Key of an account and region.
pub fn home(account: &str, region: &str) -> String {
    format!("{account}/{region}")
}

/// Counter of the bytes of all zips of an account and region.
pub fn code_counter(account: &str, region: &str) -> String {
    format!("lambda.code-bytes#{account}/{region}")
}

/// Index entries of a function.
pub fn function_index(function: &Function) -> Index {
    let home = home(&function.account, &function.region);
    let mut index = version_index(&function.latest, &home);
    index.push((FUNCTIONS_OF, home));
    index
}

/// Index entries of a version.
pub fn version_index(version: &Version, home: &str) -> Index {
    let layers = version.layers.iter().map(|layer| (CODE_OF, layer.sha256.clone()));
    let mut index: Index = layers.collect();
    index.push((CODE_OF, version.code.sha256.clone()));
    index.push((VERSIONS_OF, home.to_owned()));
    index.sort_unstable();
    index.dedup();
    index
}

/// Index entries of a layer's version.
pub fn layer_index(layer: &LayerVersion) -> Index {
    vec![(CODE_OF, layer.code.sha256.clone()), (LAYERS_OF, home(&layer.account, &layer.region))]
}

/// Index entries of an address.
pub fn url_index(url: &UrlConfig) -> Index {
    vec![(URL_ID, url.id.clone())]
}
