//! CreateFunction. The zip is read whole and found good before anything is kept, so that a function is ready as soon as it
//! is there.

use aws_types::Arn;
use model_lambda::types::{CreateFunctionRequest, FunctionConfiguration, PackageType};
use store::{StoreError, Tx};

use crate::Cx;
use crate::compile::seal_environment;
use crate::configuration::{self, Elsewhere, Shown, count, to_wire};
use crate::entity::{Function, Logging, Version};
use crate::error::{
    Result, code_storage_exceeded, cross_account_role, exists, invalid_parameter, not_here, role_not_assumable,
};
use crate::name::{FunctionName, LATEST};
use crate::table::{FUNCTION_SK, FUNCTIONS, function_index, function_pk};
use crate::upload::{Upload, keep};
use crate::versions::count_code;

/// Seconds, megabytes where nothing else is said.
const TIMEOUT_S: i32 = 3;
const MEMORY_MB: i32 = 128;
const EPHEMERAL_MB: i32 = 512;

/// Makes a function.
pub async fn create_function(cx: &Cx<'_>, mut input: CreateFunctionRequest) -> Result<FunctionConfiguration> {
    let reference = cx.reference(&input.function_name, None)?;
    if reference.qualifier.is_some() {
        // own
        return Err(invalid_parameter("A new function's name has no qualifier."));
    }
    let name = reference.function;
    let code = std::mem::take(&mut input.code);
    let upload = Upload {
        zip: code.zip_file,
        bucket: code.s3_bucket,
        key: code.s3_key,
        version: code.s3_object_version,
        image: code.image_uri,
    };
    if input.package_type == Some(PackageType::Image) || upload.image.is_some() {
        return Err(not_here("A container image (PackageType Image)"));
    }
    check_role(cx, &input.role).await?;
    let publish = input.publish == Some(true);
    let tags = input.tags.take().unwrap_or_default();
    configuration::tags(&tags)?;
    let latest = version(cx, &name, input).await?;
    if FUNCTIONS.get(cx.store(), &function_pk(&name), FUNCTION_SK).await?.is_some() {
        return Err(exists(&name.name));
    }
    let (zip, code) = upload.read(cx).await?;
    let held = keep(cx, &zip).await?;
    let mut function = Function {
        account: name.account.clone(),
        region: name.region.clone(),
        name: name.name.clone(),
        latest: Version { code, ..latest },
        published: 0,
        published_mark: None,
        reserved_concurrency: None,
        tags,
        recursive_loop: None,
    };
    let mut tx = Tx::new();
    count_code(&mut tx, &function.account, &function.region, count(function.latest.code.size)?);
    let published = if publish { Some(cx.service.publish(&mut tx, &mut function, None, cx.now())?) } else { None };
    FUNCTIONS.insert(&mut tx, &function_pk(&name), FUNCTION_SK, &function, function_index(&function))?;
    let committed = cx.store().commit(tx).await;
    if committed.is_err() {
        let sha256 = held.sha256.clone();
        drop(held);
        cx.service.doors.code.release([sha256]).await;
    }
    committed.map_err(|error| match error {
        StoreError::Conflict => exists(&name.name),
        StoreError::Limit => code_storage_exceeded(),
        error => error.into(),
    })?;
    let shown = published.as_ref().unwrap_or(&function.latest);
    to_wire(cx.store().sealer(), &function, shown, published.as_ref().map(|v| v.number.as_str()), Shown::Created)
}

/// Lambda must be able to take the role on.
///
/// # Errors
/// `InvalidParameterValueException`, `AccessDeniedException`, the store's.
pub async fn check_role(cx: &Cx<'_>, role: &str) -> Result<()> {
    if Arn::parse(role).is_none_or(|arn| arn.account != cx.call.account.as_str()) {
        return Err(cross_account_role());
    }
    if cx.service.doors.roles.trusts_lambda(role, cx.now()).await? { Ok(()) } else { Err(role_not_assumable()) }
}

async fn version(cx: &Cx<'_>, name: &FunctionName, input: CreateFunctionRequest) -> Result<Version> {
    let (Some(runtime), Some(handler)) = (input.runtime, input.handler) else {
        // memory
        return Err(invalid_parameter(
            "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
        ));
    };
    Elsewhere {
        vpc: input.vpc_config,
        file_systems: input.file_system_configs,
        dead_letters: input.dead_letter_config,
        image: input.image_config,
        durable: input.durable_config,
        capacity: input.capacity_provider_config,
        tenancy: input.tenancy_config,
    }
    .refuse()?;
    if input.code_signing_config_arn.is_some() {
        return Err(not_here("CodeSigningConfigArn"));
    }
    let environment = input.environment.map(configuration::environment).transpose()?;
    let sealer = cx.store().sealer();
    Ok(Version {
        number: LATEST.to_owned(),
        mark: cx.service.uuid(),
        revision: cx.service.uuid(),
        modified: cx.now(),
        runtime: configuration::runtime(runtime)?,
        handler,
        role: input.role,
        code: crate::entity::Code { sha256: String::new(), size: 0, source: None },
        description: input.description.unwrap_or_default(),
        timeout_s: input.timeout.unwrap_or(TIMEOUT_S),
        memory_mb: input.memory_size.unwrap_or(MEMORY_MB),
        ephemeral_mb: input.ephemeral_storage.map_or(EPHEMERAL_MB, |storage| storage.size),
        environment: environment.map(|variables| seal_environment(sealer, name, &variables)).transpose()?,
        architectures: configuration::architectures(input.architectures)?,
        layers: cx.layers(&input.layers.unwrap_or_default()).await?,
        logging: input.logging_config.map_or(Ok(Logging::default()), configuration::logging)?,
        tracing: input.tracing_config.and_then(|tracing| tracing.mode).map(|mode| mode.as_str().to_owned()),
        snap_start: input.snap_start.and_then(|snap| snap.apply_on).map(|apply| apply.as_str().to_owned()),
        kms_key_arn: input.kms_key_arn.filter(|arn| !arn.is_empty()),
        runtime_management: None,
    })
}
