//! UpdateFunctionConfiguration: what is not named stays.

use std::collections::BTreeMap;

use model_lambda::types::{FunctionConfiguration, UpdateFunctionConfigurationRequest};

use super::create_function::check_role;
use crate::Cx;
use crate::compile::seal_environment;
use crate::configuration::{self, Elsewhere, Shown, to_wire};
use crate::entity::{LayerUse, Logging, Version};
use crate::error::{Result, invalid_parameter, revision_differs};
use crate::name::{FunctionName, LATEST};

/// Changes the configuration of `$LATEST`.
pub async fn update_function_configuration(
    cx: &Cx<'_>,
    input: UpdateFunctionConfigurationRequest,
) -> Result<FunctionConfiguration> {
    let reference = cx.reference(&input.function_name, None)?;
    if reference.qualifier.as_deref().is_some_and(|qualifier| qualifier != LATEST) {
        // own
        return Err(invalid_parameter("Only $LATEST can be changed."));
    }
    let name = reference.function;
    cx.function(&name).await?;
    let revision = input.revision_id.clone();
    let change = Change::read(cx, input).await?;
    let (function, old_layers) = cx
        .change(&name, |function, _| {
            if revision.as_ref().is_some_and(|revision| *revision != function.latest.revision) {
                return Err(revision_differs());
            }
            let old: Vec<String> = function.latest.layers.iter().map(|layer| layer.sha256.clone()).collect();
            change.apply(cx, &name, &mut function.latest)?;
            function.latest.mark = cx.service.uuid();
            function.latest.revision = cx.service.uuid();
            function.latest.modified = cx.now();
            Ok(old)
        })
        .await?;
    cx.service.doors.code.release(old_layers).await;
    cx.service.doors.runs.forget(&name.to_string(), Some(&function.latest.mark));
    to_wire(cx.store().sealer(), &function, &function.latest, None, Shown::Updated)
}

/// What is to be set, checked.
struct Change {
    role: Option<String>,
    handler: Option<String>,
    description: Option<String>,
    timeout_s: Option<i32>,
    memory_mb: Option<i32>,
    ephemeral_mb: Option<i32>,
    environment: Option<BTreeMap<String, String>>,
    runtime: Option<String>,
    kms_key_arn: Option<String>,
    tracing: Option<String>,
    layers: Option<Vec<LayerUse>>,
    snap_start: Option<String>,
    logging: Option<Logging>,
}

impl Change {
    async fn read(cx: &Cx<'_>, input: UpdateFunctionConfigurationRequest) -> Result<Self> {
        Elsewhere {
            vpc: input.vpc_config,
            file_systems: input.file_system_configs,
            dead_letters: input.dead_letter_config,
            image: input.image_config,
            durable: input.durable_config,
            capacity: input.capacity_provider_config,
            tenancy: None,
        }
        .refuse()?;
        if let Some(role) = &input.role {
            check_role(cx, role).await?;
        }
        Ok(Self {
            role: input.role,
            handler: input.handler,
            description: input.description,
            timeout_s: input.timeout,
            memory_mb: input.memory_size,
            ephemeral_mb: input.ephemeral_storage.map(|storage| storage.size),
            environment: input.environment.map(configuration::environment).transpose()?,
            runtime: input.runtime.map(configuration::runtime).transpose()?,
            kms_key_arn: input.kms_key_arn,
            tracing: input.tracing_config.and_then(|tracing| tracing.mode).map(|mode| mode.as_str().to_owned()),
            layers: match &input.layers {
                Some(arns) => Some(cx.layers(arns).await?),
                None => None,
            },
            snap_start: input.snap_start.and_then(|snap| snap.apply_on).map(|apply| apply.as_str().to_owned()),
            logging: input.logging_config.map(configuration::logging).transpose()?,
        })
    }

    fn apply(&self, cx: &Cx<'_>, name: &FunctionName, version: &mut Version) -> Result<()> {
        fn set<T: Clone>(to: &mut T, given: Option<&T>) {
            if let Some(given) = given {
                to.clone_from(given);
            }
        }
        set(&mut version.role, self.role.as_ref());
        set(&mut version.handler, self.handler.as_ref());
        set(&mut version.description, self.description.as_ref());
        set(&mut version.timeout_s, self.timeout_s.as_ref());
        set(&mut version.memory_mb, self.memory_mb.as_ref());
        set(&mut version.ephemeral_mb, self.ephemeral_mb.as_ref());
        set(&mut version.runtime, self.runtime.as_ref());
        set(&mut version.layers, self.layers.as_ref());
        set(&mut version.logging, self.logging.as_ref());
        if self.tracing.is_some() {
            version.tracing.clone_from(&self.tracing);
        }
        if self.snap_start.is_some() {
            version.snap_start.clone_from(&self.snap_start);
        }
        if let Some(arn) = &self.kms_key_arn {
            version.kms_key_arn = Some(arn.clone()).filter(|arn| !arn.is_empty());
        }
        if let Some(variables) = &self.environment {
            let sealed = seal_environment(cx.store().sealer(), name, variables)?;
            version.environment = Some(sealed).filter(|_| !variables.is_empty());
        }
        Ok(())
    }
}
