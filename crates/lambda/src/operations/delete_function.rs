//! DeleteFunction: of a whole function, or of one version.

use aws_types::AwsError;
use model_lambda::types::{DeleteFunctionRequest, DeleteFunctionResponse};
use store::{Expect, Tx, retry};

use crate::Cx;
use crate::configuration::count;
use crate::error::{Result, conflict, invalid_parameter, lost};
use crate::lookup::is_number;
use crate::name::{FunctionName, LATEST};
use crate::table::{
    ALIAS_PREFIX, ALIASES, FUNCTIONS, VERSION_PREFIX, VERSIONS, event_config_sk, function_pk, policy_sk,
    provisioned_sk, version_sk,
};
use crate::versions::{count_code, count_reserved};

/// What is read at once.
const PAGE: usize = 500;

/// Deletes a function or version.
pub async fn delete_function(cx: &Cx<'_>, input: DeleteFunctionRequest) -> Result<DeleteFunctionResponse> {
    let reference = cx.reference(&input.function_name, input.qualifier.as_deref())?;
    let name = &reference.function;
    let run = || async {
        match reference.qualifier.as_deref() {
            None => whole(cx, name).await,
            Some(qualifier) => version(cx, name, qualifier).await,
        }
    };
    let zips = retry(cx.store(), run).await.map_err(lost)?;
    if reference.qualifier.is_none() {
        cx.service.forget_plans(name);
        cx.service.doors.runs.forget(&name.to_string(), None);
    }
    cx.service.doors.code.release(zips).await;
    Ok(DeleteFunctionResponse { status_code: Some(204) })
}

/// Everything in the function's partition. Answers the zips that it named.
async fn whole(cx: &Cx<'_>, name: &FunctionName) -> Result<Vec<String>, AwsError> {
    let function = cx.function(name).await?;
    let pk = function_pk(name);
    let mut tx = Tx::new();
    FUNCTIONS.delete(&mut tx, &function);
    let mut zips = vec![function.latest.code.sha256.clone()];
    zips.extend(function.latest.layers.iter().map(|layer| layer.sha256.clone()));
    let mut bytes = count(function.latest.code.size)?;
    let mut after: Option<String> = None;
    loop {
        let page = cx.store().query(&pk, "", after.as_deref(), PAGE).await?;
        let last = page.last().map(|item| item.sk.clone());
        for item in page.into_iter().filter(|item| item.sk != function.sk) {
            tx.delete_raw(&pk, &item.sk, Expect::Any);
            if item.sk.starts_with(VERSION_PREFIX) {
                let version = VERSIONS.read(item)?;
                zips.push(version.code.sha256.clone());
                zips.extend(version.layers.iter().map(|layer| layer.sha256.clone()));
                bytes = bytes.saturating_add(count(version.code.size)?);
            }
        }
        match last {
            Some(last) => after = Some(last),
            None => break,
        }
    }
    count_code(&mut tx, &name.account, &name.region, -bytes);
    let reserved = i64::from(function.reserved_concurrency.unwrap_or_default());
    count_reserved(&mut tx, &name.account, &name.region, -reserved);
    cx.commit(tx).await?;
    zips.sort_unstable();
    zips.dedup();
    Ok(zips)
}

/// One version, which no alias may name. One that is not there is gone already.
async fn version(cx: &Cx<'_>, name: &FunctionName, qualifier: &str) -> Result<Vec<String>, AwsError> {
    let function = cx.function(name).await?;
    if qualifier == LATEST {
        // memory, as the two below
        return Err(invalid_parameter("$LATEST version cannot be deleted without deleting the function."));
    }
    if !is_number(qualifier) {
        return Err(invalid_parameter("Deletion of aliases is not currently supported."));
    }
    let pk = function_pk(name);
    let Some(version) = VERSIONS.get(cx.store(), &pk, &version_sk(qualifier)).await? else { return Ok(Vec::new()) };
    let mut after: Option<String> = None;
    loop {
        let aliases = ALIASES.list(cx.store(), &pk, ALIAS_PREFIX, after.as_deref(), PAGE).await?;
        let names = |alias: &&store::Versioned<crate::entity::Alias>| {
            alias.value.version == qualifier || alias.weights.contains_key(qualifier)
        };
        if let Some(alias) = aliases.iter().find(names) {
            return Err(conflict(format_args!("Version {qualifier} is referenced by alias: {}", alias.name)));
        }
        match aliases.last() {
            Some(last) => after = Some(last.sk.clone()),
            None => break,
        }
    }
    let mut tx = Tx::new();
    // Aliases are made under the function's own version, so that none comes to name what goes.
    let mut changed = function.value.clone();
    if qualifier == changed.published.to_string() {
        changed.published_mark = None;
    }
    FUNCTIONS.update(&mut tx, &function, &changed, crate::table::function_index(&changed))?;
    VERSIONS.delete(&mut tx, &version);
    tx.delete_raw(&pk, policy_sk(Some(qualifier)), Expect::Any);
    tx.delete_raw(&pk, event_config_sk(qualifier), Expect::Any);
    tx.delete_raw(&pk, provisioned_sk(qualifier), Expect::Any);
    count_code(&mut tx, &name.account, &name.region, -count(version.code.size)?);
    cx.commit(tx).await?;
    let layers = version.layers.iter().map(|layer| layer.sha256.clone());
    Ok(layers.chain([version.code.sha256.clone()]).collect())
}
