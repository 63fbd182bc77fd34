//! CreateBasePathMapping.

use model::CreateBasePathMappingRequest;
use model_apigateway as model;
use store::{Versioned, retry};

use crate::Cx;
use crate::definition::api_index;
use crate::entity::{BasePathMapping, RestApi};
use crate::error::{Result, bad_request, conflict, limit_exceeded};
use crate::table::{APIS, STAGE, STAGES};

/// AWS's quota of mappings of a domain name.
const MAX_MAPPINGS: usize = 200;

/// Lets a base path of a domain name lead to an API.
pub async fn create_base_path_mapping(
    cx: &Cx<'_>,
    input: CreateBasePathMappingRequest,
) -> Result<model::BasePathMapping> {
    retry(cx.store(), || create(cx, &input)).await
}

async fn create(cx: &Cx<'_>, input: &CreateBasePathMappingRequest) -> Result<model::BasePathMapping> {
    let domain = cx.domain_name(&input.domain_name, input.domain_name_id.as_deref()).await?;
    let mapping = BasePathMapping {
        id: cx.new_id(6),
        base_path: base_path(input.base_path.as_deref())?,
        api_id: input.rest_api_id.clone(),
        stage: stage_name(input.stage.as_deref()),
    };
    let api = check(cx, &mapping, domain.is_private()).await?;
    let others = cx.mappings(&domain).await?;
    if others.iter().any(|other| other.base_path == mapping.base_path) {
        return Err(conflict("Base path already exists for this domain name"));
    }
    if others.len() >= MAX_MAPPINGS {
        return Err(limit_exceeded("Maximum number of base path mappings for this domain name has been reached."));
    }
    let mut change = cx.change_domain(&domain, &domain)?;
    change.put_mapping(&mapping)?;
    // So that the API is not deleted meanwhile.
    APIS.update(&mut change.tx, &api, &api, api_index(&api))?;
    cx.commit_domain(change).await?;
    Ok(mapping.output())
}

/// The API and stage that a mapping leads to must be there.
pub(super) async fn check(cx: &Cx<'_>, mapping: &BasePathMapping, private: bool) -> Result<Versioned<RestApi>> {
    let unknown = |error: aws_types::AwsError| {
        if error.status == 404 { bad_request("Invalid REST API identifier specified") } else { error }
    };
    let api = cx.api(&mapping.api_id).await.map_err(unknown)?;
    if private != (api.endpoint_type == "PRIVATE") {
        return Err(bad_request("Private domain names lead to private APIs, and others to others"));
    }
    if let Some(stage) = &mapping.stage
        && cx.part(&STAGES, &api, STAGE, stage).await?.is_none()
    {
        return Err(bad_request("Invalid stage identifier specified"));
    }
    Ok(api)
}

/// A base path of one part; nothing and `(none)` are the empty one.
pub(super) fn base_path(given: Option<&str>) -> Result<String> {
    let path = given.filter(|path| *path != BasePathMapping::NONE).unwrap_or_default();
    if path.contains('/') {
        return Err(bad_request(
            "API Gateway V1 doesn't support the slash character (/) in base path mappings. To create a multi-level base \
             path mapping, use API Gateway V2.",
        ));
    }
    // Reserved for health checks.
    let good = |b: u8| b.is_ascii_alphanumeric() || b"$-_.+!*'()".contains(&b);
    if path.len() > 300 || !path.bytes().all(good) || ["ping", "sping"].contains(&path) {
        return Err(bad_request("Invalid base path specified"));
    }
    Ok(path.to_owned())
}

/// `(none)` leaves the stage to the caller.
pub(super) fn stage_name(given: Option<&str>) -> Option<String> {
    given.filter(|stage| !stage.is_empty() && *stage != BasePathMapping::NONE).map(str::to_owned)
}
