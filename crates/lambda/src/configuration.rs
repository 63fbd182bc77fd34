//! What a configuration must be, and how the API shows one.

use std::collections::BTreeMap;

use aws_types::{AwsError, Timestamp};
use model_lambda::types::{self as wire, Architecture, LogFormat, Runtime, State, StateReasonCode};
use store::Sealer;

use crate::code::{hex, shown};
use crate::compile::{log_group, open_environment};
use crate::entity::{Function, Logging, Version};
use crate::error::{Result, invalid_parameter, not_here};
use crate::name::FunctionName;

/// Bytes of all variables together (Lambda quotas, "Environment variables").
const MOST_ENVIRONMENT: usize = 4 * 1024;
/// Tags of a function.
const MOST_TAGS: usize = 50;

/// Runtimes that AWS no longer takes.
const RETIRED: [&str; 21] = [
    "nodejs",
    "nodejs4.3",
    "nodejs4.3-edge",
    "nodejs6.10",
    "nodejs8.10",
    "nodejs10.x",
    "nodejs12.x",
    "nodejs14.x",
    "java8",
    "python2.7",
    "python3.6",
    "python3.7",
    "dotnetcore1.0",
    "dotnetcore2.0",
    "dotnetcore2.1",
    "dotnetcore3.1",
    "go1.x",
    "ruby2.5",
    "ruby2.7",
    "provided",
    "custom",
];

/// Names that Lambda itself sets (developer guide, "Defined runtime environment variables").
const RESERVED: [&str; 19] = [
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
    "AWS_LAMBDA_MAX_CONCURRENCY",
];

/// A runtime that functions may be made with.
///
/// # Errors
/// `InvalidParameterValueException`. (recorded)
pub fn runtime(runtime: Runtime) -> Result<String> {
    let name = runtime.as_str();
    if RETIRED.contains(&name) {
        return Err(invalid_parameter(format_args!(
            "The runtime parameter of {name} is no longer supported for creating or updating AWS Lambda functions. We \
             recommend you use a supported runtime while creating or updating functions."
        )));
    }
    Ok(name.to_owned())
}

/// Variables that a function may have.
///
/// # Errors
/// `InvalidParameterValueException`. (memory)
pub fn environment(environment: wire::Environment) -> Result<BTreeMap<String, String>> {
    let failed = "Lambda was unable to configure your environment variables because the environment variables you have \
                  provided";
    let variables = environment.variables.unwrap_or_default();
    let reserved: Vec<&str> = variables.keys().map(String::as_str).filter(|name| RESERVED.contains(name)).collect();
    if !reserved.is_empty() {
        return Err(invalid_parameter(format_args!(
            "{failed} contains reserved keys that are currently not supported for modification. Reserved keys used in \
             this request: {}",
            reserved.join(", ")
        )));
    }
    let size: usize = variables.iter().map(|(name, value)| name.len() + value.len()).sum();
    if size > MOST_ENVIRONMENT {
        return Err(invalid_parameter(format_args!("{failed} exceeded the 4KB limit.")));
    }
    if variables.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
        // own: no process can be given such a thing
        return Err(invalid_parameter(format_args!("{failed} contains a NUL character.")));
    }
    Ok(variables)
}

/// The one architecture of a function.
///
/// # Errors
/// `InvalidParameterValueException`. (own)
pub fn architectures(given: Option<Vec<Architecture>>) -> Result<Vec<String>> {
    match given.as_deref() {
        None | Some([]) => Ok(vec!["x86_64".to_owned()]),
        Some([one]) => Ok(vec![one.as_str().to_owned()]),
        Some(_) => Err(invalid_parameter("A function has exactly one architecture.")),
    }
}

/// `LoggingConfig` in place of the old one. Levels belong to `JSON`.
///
/// # Errors
/// `InvalidParameterValueException`. (memory)
pub fn logging(given: wire::LoggingConfig) -> Result<Logging> {
    let format = given.log_format.unwrap_or(LogFormat::Text);
    let (application, system) = (given.application_log_level, given.system_log_level);
    let json = format == LogFormat::Json;
    if !json && (application.is_some() || system.is_some()) {
        return Err(invalid_parameter("To use ApplicationLogLevel or SystemLogLevel, LogFormat must be set to JSON."));
    }
    let level = |named: Option<&'static str>| json.then(|| named.unwrap_or("INFO").to_owned());
    Ok(Logging {
        format: Some(format.as_str().to_owned()),
        application_level: level(application.map(wire::ApplicationLogLevel::as_str)),
        system_level: level(system.map(wire::SystemLogLevel::as_str)),
        group: given.log_group.filter(|group| !group.is_empty()),
    })
}

/// Tags that a function may bear.
///
/// # Errors
/// `InvalidParameterValueException`. (memory)
pub fn tags(tags: &BTreeMap<String, String>) -> Result<()> {
    if tags.len() > MOST_TAGS {
        return Err(invalid_parameter("Number of tags exceeds resource tag limit."));
    }
    let too_long = |(key, value): (&String, &String)| {
        key.is_empty() || key.chars().count() > 128 || value.chars().count() > 256 || key.starts_with("aws:")
    };
    if tags.iter().any(too_long) {
        return Err(invalid_parameter(
            "Tags must have keys of 1 to 128 characters that do not begin with aws: and values of at most 256.",
        ));
    }
    Ok(())
}

/// What belongs to worlds that are not here. What is empty asks for nothing.
#[derive(Default)]
pub struct Elsewhere {
    /// `VpcConfig`.
    pub vpc: Option<wire::VpcConfig>,
    /// `FileSystemConfigs`.
    pub file_systems: Option<Vec<wire::FileSystemConfig>>,
    /// `DeadLetterConfig`.
    pub dead_letters: Option<wire::DeadLetterConfig>,
    /// `ImageConfig`.
    pub image: Option<wire::ImageConfig>,
    /// `DurableConfig`.
    pub durable: Option<wire::DurableConfig>,
    /// `CapacityProviderConfig`.
    pub capacity: Option<wire::CapacityProviderConfig>,
    /// `TenancyConfig`.
    pub tenancy: Option<wire::TenancyConfig>,
}

impl Elsewhere {
    /// Refuses what is asked for, so that nobody counts on it.
    ///
    /// # Errors
    /// `InvalidParameterValueException`. (own)
    pub fn refuse(self) -> Result<()> {
        let vpc = self.vpc.unwrap_or_default();
        let some = |list: Option<Vec<String>>| list.is_some_and(|list| !list.is_empty());
        let named = |text: Option<String>| text.is_some_and(|text| !text.is_empty());
        let asked = [
            (some(vpc.subnet_ids) || some(vpc.security_group_ids), "VpcConfig"),
            (self.file_systems.is_some_and(|all| !all.is_empty()), "FileSystemConfigs"),
            (self.dead_letters.is_some_and(|dead| named(dead.target_arn)), "DeadLetterConfig"),
            (self.image.is_some(), "ImageConfig"),
            (self.durable.is_some(), "DurableConfig"),
            (self.capacity.is_some(), "CapacityProviderConfig"),
            (self.tenancy.is_some(), "TenancyConfig"),
        ];
        asked.iter().find(|(asked, _)| *asked).map_or(Ok(()), |(_, what)| Err(not_here(what)))
    }
}

/// `2026-01-02T03:04:05.678+0000`.
pub fn last_modified(at: Timestamp) -> String {
    at.iso8601_ms().replace('Z', "+0000")
}

/// What a configuration is shown for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// It was just made.
    Created,
    /// It was just changed.
    Updated,
    /// It is as it is.
    AsItIs,
    /// In a list, which leaves its state out.
    Listed,
}

/// A version as the API shows it. `qualifier` ends its ARN.
///
/// # Errors
/// Variables that do not open.
pub fn to_wire(
    sealer: &Sealer,
    function: &Function,
    version: &Version,
    qualifier: Option<&str>,
    shown_for: Shown,
) -> Result<wire::FunctionConfiguration> {
    let name = function.name();
    let mut configuration = fixed(&name, version, qualifier);
    configuration.environment = open_environment(sealer, &name, version.environment.as_deref())?
        .map(|variables| wire::EnvironmentResponse { variables: Some(variables), error: None });
    add_state(&mut configuration, shown_for);
    if shown_for == Shown::Listed {
        configuration.runtime_version_config = None;
    }
    Ok(configuration)
}

fn add_state(configuration: &mut wire::FunctionConfiguration, shown_for: Shown) {
    match shown_for {
        Shown::Listed => {}
        Shown::Created => {
            configuration.state = Some(State::Pending);
            configuration.state_reason = Some("The function is being created.".to_owned());
            configuration.state_reason_code = Some(StateReasonCode::Creating);
        }
        Shown::Updated => {
            configuration.state = Some(State::Active);
            configuration.last_update_status = Some(wire::LastUpdateStatus::InProgress);
            configuration.last_update_status_reason = Some("The function is being created.".to_owned());
        }
        Shown::AsItIs => {
            configuration.state = Some(State::Active);
            configuration.last_update_status = Some(wire::LastUpdateStatus::Successful);
        }
    }
}

fn fixed(name: &FunctionName, version: &Version, qualifier: Option<&str>) -> wire::FunctionConfiguration {
    let layer = |layer: &crate::entity::LayerUse| wire::Layer {
        arn: Some(layer.arn.clone()),
        code_size: i64::try_from(layer.size).ok(),
        ..wire::Layer::default()
    };
    let tracing = version.tracing.as_deref().and_then(wire::TracingMode::parse);
    let snap_start = version.snap_start.as_deref().and_then(wire::SnapStartApplyOn::parse);
    wire::FunctionConfiguration {
        function_name: Some(name.name.clone()),
        function_arn: Some(name.arn(qualifier)),
        runtime: Runtime::parse(&version.runtime),
        role: Some(version.role.clone()),
        handler: Some(version.handler.clone()),
        code_size: i64::try_from(version.code.size).ok(),
        description: Some(version.description.clone()),
        timeout: Some(version.timeout_s),
        memory_size: Some(version.memory_mb),
        last_modified: Some(last_modified(version.modified)),
        code_sha256: Some(shown(&version.code.sha256)),
        version: Some(version.number.clone()),
        kms_key_arn: version.kms_key_arn.clone(),
        tracing_config: Some(wire::TracingConfigResponse {
            mode: Some(tracing.unwrap_or(wire::TracingMode::PassThrough)),
        }),
        revision_id: Some(version.revision.clone()),
        layers: (!version.layers.is_empty()).then(|| version.layers.iter().map(layer).collect()),
        package_type: Some(wire::PackageType::Zip),
        architectures: Some(version.architectures.iter().filter_map(|name| Architecture::parse(name)).collect()),
        ephemeral_storage: Some(wire::EphemeralStorage { size: version.ephemeral_mb }),
        snap_start: Some(wire::SnapStartResponse {
            apply_on: Some(snap_start.unwrap_or(wire::SnapStartApplyOn::None)),
            optimization_status: Some(wire::SnapStartOptimizationStatus::Off),
        }),
        runtime_version_config: Some(wire::RuntimeVersionConfig {
            runtime_version_arn: Some(runtime_version_arn(&name.region, &version.runtime)),
            error: None,
        }),
        logging_config: Some(wire::LoggingConfig {
            log_format: Some(version.logging.format.as_deref().and_then(LogFormat::parse).unwrap_or(LogFormat::Text)),
            application_log_level: level(&version.logging.application_level, wire::ApplicationLogLevel::parse),
            system_log_level: level(&version.logging.system_level, wire::SystemLogLevel::parse),
            log_group: Some(log_group(version, &name.name)),
        }),
        ..wire::FunctionConfiguration::default()
    }
}

fn level<T>(kept: &Option<String>, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
    kept.as_deref().and_then(parse)
}

/// A runtime's name stands for its version here: the machine's interpreter is what runs.
fn runtime_version_arn(region: &str, runtime: &str) -> String {
    format!("arn:aws:lambda:{region}::runtime:{}", hex(runtime.as_bytes()))
}

/// A number of the model as the store counts it.
///
/// # Errors
/// One that no counter holds.
pub fn count(size: u64) -> Result<i64, AwsError> {
    i64::try_from(size).map_err(AwsError::internal)
}
