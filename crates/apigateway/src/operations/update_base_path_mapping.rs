//! UpdateBasePathMapping.

use model::UpdateBasePathMappingRequest;
use model_apigateway as model;
use store::retry;

use super::create_base_path_mapping::{base_path, check, stage_name};
use super::get_base_path_mapping::find;
use crate::Cx;
use crate::definition::api_index;
use crate::entity::BasePathMapping;
use crate::error::{Result, conflict};
use crate::patch::{REPLACE, Refusal, Rule, patch};
use crate::table::APIS;

const RULES: &[Rule<BasePathMapping>] = &[
    Rule {
        path: "/basePath",
        ops: REPLACE,
        apply: |mapping, change| {
            mapping.base_path = base_path(change.text().as_deref())?;
            Ok(())
        },
    },
    // As the table of patch operations spells it.
    Rule {
        path: "/basepath",
        ops: REPLACE,
        apply: |mapping, change| {
            mapping.base_path = base_path(change.text().as_deref())?;
            Ok(())
        },
    },
    Rule {
        path: "/restapiId",
        ops: REPLACE,
        apply: |mapping, change| {
            change.required()?.clone_into(&mut mapping.api_id);
            Ok(())
        },
    },
    Rule {
        path: "/stage",
        ops: REPLACE,
        apply: |mapping, change| {
            mapping.stage = stage_name(change.text().as_deref());
            Ok(())
        },
    },
];

/// Changes a mapping; what is served changes before the answer.
pub async fn update_base_path_mapping(
    cx: &Cx<'_>,
    input: UpdateBasePathMappingRequest,
) -> Result<model::BasePathMapping> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateBasePathMappingRequest) -> Result<model::BasePathMapping> {
    let domain = cx.domain_name(&input.domain_name, input.domain_name_id.as_deref()).await?;
    let mapping = find(cx, &domain, &input.base_path).await?;
    let mut changed = mapping.value.clone();
    patch(&mut changed, RULES, Refusal::Listing, input.patch_operations.as_deref())?;
    let api = check(cx, &changed, domain.is_private()).await?;
    let moved = changed.base_path != mapping.base_path;
    if moved && cx.mappings(&domain).await?.iter().any(|other| other.base_path == changed.base_path) {
        return Err(conflict("Base path already exists for this domain name"));
    }
    let mut change = cx.change_domain(&domain, &domain)?;
    if moved {
        change.delete(mapping.sk.clone());
    }
    change.put_mapping(&changed)?;
    APIS.update(&mut change.tx, &api, &api, api_index(&api))?;
    cx.commit_domain(change).await?;
    Ok(changed.output())
}
