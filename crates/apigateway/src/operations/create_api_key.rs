//! CreateApiKey. Its stages are kept for old callers, as AWS has it: what a key opens, usage plans say.

use model::CreateApiKeyRequest;
use model_apigateway as model;
use store::retry;
use world::rng::{ALNUM, pick};

use crate::Cx;
use crate::entity::{ApiKey, TextMap};
use crate::error::{Result, bad_request, conflict, limit_exceeded};
use crate::table::{API_KEY, KEYS_BY_VALUE, part_sk};
use crate::usage::digest_text;
use crate::{tag, validate};

/// AWS's quota of keys of an account and region.
const MAX_KEYS: usize = 10_000;
/// Stages of one key.
const MAX_STAGES: usize = 100;

/// Makes a key. Its value is given or generated.
pub async fn create_api_key(cx: &Cx<'_>, input: CreateApiKeyRequest) -> Result<model::ApiKey> {
    let tags = input.tags.clone().unwrap_or_default();
    tag::check(&tags)?;
    let wanted = NewKey {
        name: input.name,
        description: input.description,
        enabled: input.enabled.unwrap_or(false),
        value: input.value.filter(|value| !value.is_empty()),
        customer_id: input.customer_id,
        tags,
        stage_keys: stage_keys(cx, input.stage_keys.unwrap_or_default()).await?,
    };
    wanted.check()?;
    retry(cx.store(), || create(cx, &wanted)).await
}

/// A key that is to be made.
#[derive(Clone, Default)]
pub(super) struct NewKey {
    pub name: Option<String>,
    pub description: Option<String>,
    pub enabled: bool,
    pub value: Option<String>,
    pub customer_id: Option<String>,
    pub tags: TextMap,
    pub stage_keys: Vec<String>,
}

/// The stages that a caller names, which must be there.
async fn stage_keys(cx: &Cx<'_>, given: Vec<model::StageKey>) -> Result<Vec<String>> {
    let mut stages = Vec::new();
    for key in given.iter().take(MAX_STAGES + 1) {
        let name = |part: &Option<String>| part.clone().unwrap_or_default();
        let stage = format!("{}/{}", name(&key.rest_api_id), name(&key.stage_name));
        check_stage(cx, &stage).await?;
        stages.push(stage);
    }
    check_stages(&mut stages)?;
    Ok(stages)
}

/// No stage twice, and not too many.
pub(super) fn check_stages(stages: &mut Vec<String>) -> Result<()> {
    stages.sort();
    stages.dedup();
    if stages.len() > MAX_STAGES {
        return Err(bad_request(format_args!("An API Key can be associated with at most {MAX_STAGES} stages")));
    }
    Ok(())
}

/// Whether there is a stage of that name, `api/stage`.
pub(super) async fn check_stage(cx: &Cx<'_>, stage: &str) -> Result<()> {
    let (api, stage) = stage.split_once('/').ok_or_else(|| bad_request("Invalid stage identifier specified"))?;
    cx.stage(&*cx.api(api).await?, stage).await.map(drop)
}

impl NewKey {
    /// The rules of a key.
    pub fn check(&self) -> Result<()> {
        check_name(self.name.as_deref())?;
        check_description(self.description.as_deref())?;
        validate::short("customerId", self.customer_id.as_deref())?;
        match self.value.as_deref().map(str::len) {
            Some(..20) => Err(bad_request("API Key value should be at least 20 characters")),
            Some(129..) => Err(bad_request("API Key value exceeds maximum size of 128 characters")),
            _ => Ok(()),
        }
    }
}

pub(super) fn check_name(name: Option<&str>) -> Result<()> {
    if name.is_some_and(|name| name.chars().count() > 1024) {
        return Err(bad_request("Invalid API Key name, can be at most 1024 characters."));
    }
    Ok(())
}

pub(super) fn check_description(description: Option<&str>) -> Result<()> {
    if description.is_some_and(|text| text.chars().count() > 1024) {
        return Err(bad_request("Invalid API Key description specified."));
    }
    Ok(())
}

/// Makes the key; another key with its value is a conflict.
pub(super) async fn create(cx: &Cx<'_>, wanted: &NewKey) -> Result<model::ApiKey> {
    let guard = cx.usage_guard().await?;
    let keys = guard.as_ref().map_or(0, |guard| guard.keys);
    if keys >= MAX_KEYS {
        return Err(limit_exceeded("Maximum number of API Keys for this account has been reached."));
    }
    let id = cx.new_id(10);
    let value = wanted.value.clone().unwrap_or_else(|| pick(cx.service.rng(), ALNUM, 40));
    let digest = digest_text(&value);
    if !cx.store().lookup(KEYS_BY_VALUE, &digest, None, 1).await?.is_empty() {
        return Err(conflict("API Key already exists"));
    }
    let key = ApiKey {
        sealed_value: cx.seal_key_value(&id, &value),
        id,
        name: wanted.name.clone(),
        description: wanted.description.clone(),
        enabled: wanted.enabled,
        customer_id: wanted.customer_id.clone(),
        tags: wanted.tags.clone(),
        stage_keys: wanted.stage_keys.clone(),
        labels: Vec::new(),
        created: cx.now(),
        updated: cx.now(),
    };
    let mut change = cx.usage_change(guard.as_ref(), keys + 1)?;
    change.put_key(&key)?;
    let pk = change.owner.pk();
    change.tx.reserve(KEYS_BY_VALUE, &digest, pk, part_sk(API_KEY, &key.id));
    cx.store().commit(change.tx).await?;
    Ok(model::ApiKey { value: Some(value), ..key.output() })
}
