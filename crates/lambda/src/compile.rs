//! From what is kept to what is run: a version as a [`FunctionPlan`], remembered while it is called. A version never changes
//! under its mark, so that what is remembered is never stale.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use aws_types::AwsError;
use lambda_runtime::FunctionPlan;
use store::Sealer;
use world::Lock;

use crate::Lambda;
use crate::entity::{Function, Version};
use crate::error::Result;
use crate::name::FunctionName;

/// Plans that are remembered; those of functions that nobody calls take no memory.
const REMEMBERED: usize = 256;

/// A version's mark and its function's bound.
type Key = (String, Option<i32>);

/// Plans that are remembered.
#[derive(Default)]
pub struct PlanCache(Lock<HashMap<Key, Arc<FunctionPlan>>>);

impl Lambda {
    /// The plan of a version.
    ///
    /// # Errors
    /// Variables that do not open.
    pub(crate) fn plan(&self, function: &Function, version: &Version) -> Result<Arc<FunctionPlan>> {
        let key = (version.mark.clone(), function.reserved_concurrency);
        if let Some(plan) = self.plans.0.lock().get(&key) {
            return Ok(Arc::clone(plan));
        }
        let plan = Arc::new(compile(self.store().sealer(), function, version)?);
        let mut plans = self.plans.0.lock();
        if plans.len() >= REMEMBERED {
            plans.clear();
        }
        plans.insert(key, Arc::clone(&plan));
        Ok(plan)
    }

    /// Forgets what is remembered of a function that is gone.
    pub(crate) fn forget_plans(&self, function: &FunctionName) {
        let arn = function.to_string();
        self.plans.0.lock().retain(|_, plan| plan.arn != arn);
    }
}

fn compile(sealer: &Sealer, function: &Function, version: &Version) -> Result<FunctionPlan> {
    let name = function.name();
    let number = |value: i32| u32::try_from(value).unwrap_or_default();
    Ok(FunctionPlan {
        arn: name.to_string(),
        name: function.name.clone(),
        version: version.number.clone(),
        account: function.account.clone(),
        region: function.region.clone(),
        runtime: version.runtime.clone(),
        handler: version.handler.clone(),
        code_sha256: version.code.sha256.clone(),
        layers: version.layers.iter().map(|layer| layer.sha256.clone()).collect(),
        environment: open_environment(sealer, &name, version.environment.as_deref())?.unwrap_or_default(),
        timeout_s: number(version.timeout_s),
        memory_mib: number(version.memory_mb),
        ephemeral_mib: number(version.ephemeral_mb),
        log_group: log_group(version, &function.name),
        role: version.role.clone(),
        reserved_concurrency: function.reserved_concurrency.map(number),
        revision: version.mark.clone(),
    })
}

/// Where a version's lines go.
pub fn log_group(version: &Version, name: &str) -> String {
    version.logging.group.clone().unwrap_or_else(|| format!("/aws/lambda/{name}"))
}

/// Variables as they are kept.
///
/// # Errors
/// The serializer's.
pub fn seal_environment(
    sealer: &Sealer,
    function: &FunctionName,
    variables: &BTreeMap<String, String>,
) -> Result<String> {
    let plain = serde_json::to_vec(variables).map_err(AwsError::internal)?;
    Ok(sealer.seal_text(&context(function), &plain))
}

/// Variables as they were set; none where none were.
///
/// # Errors
/// The sealer's.
pub fn open_environment(
    sealer: &Sealer,
    function: &FunctionName,
    sealed: Option<&str>,
) -> Result<Option<BTreeMap<String, String>>> {
    let Some(sealed) = sealed else { return Ok(None) };
    let plain = sealer.open_text(&context(function), sealed).map_err(AwsError::internal)?;
    // What serde says of a broken document could quote it.
    serde_json::from_slice(&plain).map(Some).map_err(|_| AwsError::internal("a function's variables cannot be read"))
}

fn context(function: &FunctionName) -> String {
    format!("lambda environment {function}")
}
