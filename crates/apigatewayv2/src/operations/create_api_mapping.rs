//! CreateApiMapping.

use model::CreateApiMappingRequest;
use model_apigatewayv2 as model;

use crate::Cx;
use crate::error::{Result, api_not_found, bad_request, stage_not_found};
use crate::ports::Mapping;

/// Lets a path of a domain name lead to a stage of an API: an HTTP, WebSocket or REST API.
pub async fn create_api_mapping(cx: &Cx<'_>, input: CreateApiMappingRequest) -> Result<model::ApiMapping> {
    cx.service.doors().domains.get(cx.call, &input.domain_name).await?;
    let mapping = Mapping {
        id: cx.new_id(6),
        key: key(input.api_mapping_key.as_deref())?,
        api_id: input.api_id,
        stage: Some(input.stage),
    };
    check_target(cx, &mapping.api_id, mapping.stage.as_deref().unwrap_or_default()).await?;
    cx.service.doors().domains.put_mapping(cx.call, &input.domain_name, mapping.clone()).await?;
    Ok(shown(mapping))
}

/// A stage that a mapping or rule leads to must be there.
pub(super) async fn check_target(cx: &Cx<'_>, api_id: &str, stage: &str) -> Result<()> {
    match cx.api(api_id).await {
        Ok(api) => cx.stage(&api.id, stage).await.map(drop),
        Err(error) if error.status == 404 => {
            match cx.service.doors().domains.rest_stage(cx.call, api_id, stage).await? {
                Some(true) => Ok(()),
                Some(false) => Err(stage_not_found()),
                None => Err(api_not_found(api_id)),
            }
        }
        Err(error) => Err(error),
    }
}

/// A key of several levels; nothing and `(none)` are the empty one.
pub(super) fn key(given: Option<&str>) -> Result<String> {
    let key = given.filter(|key| *key != "(none)").unwrap_or_default();
    if key.starts_with('/') || key.contains("//") {
        return Err(bad_request("API mapping key should not start with a '/' or have consecutive '/'s."));
    }
    if key.ends_with('/') {
        return Err(bad_request("API mapping key should not end with a '/'."));
    }
    let good = |b: u8| b.is_ascii_alphanumeric() || b"$-_.+!*'()/".contains(&b);
    // Reserved for health checks.
    if key.len() > 300 || !key.bytes().all(good) || ["ping", "sping"].contains(&key) {
        return Err(bad_request(format_args!("Invalid apiMappingKey specified: {key:.300}")));
    }
    Ok(key.to_owned())
}

/// As AWS shows it.
pub(super) fn shown(mapping: Mapping) -> model::ApiMapping {
    model::ApiMapping {
        api_id: Some(mapping.api_id),
        api_mapping_id: Some(mapping.id),
        api_mapping_key: Some(mapping.key),
        stage: mapping.stage,
    }
}
