//! UpdateResource: renames or moves a resource with everything under it.

use model::UpdateResourceRequest;
use model_apigateway as model;
use store::retry;

use super::create_resource::{check_path_part, check_place, child_path};
use crate::Cx;
use crate::entity::{Embed, Resource};
use crate::error::{Result, bad_request};
use crate::patch::{REPLACE, Refusal, Rule, patch};
use crate::table::{RESOURCE, RESOURCES};

const RULES: &[Rule<Resource>] = &[
    Rule {
        path: "/pathPart",
        ops: REPLACE,
        apply: |resource, change| {
            if resource.parent_id.is_none() {
                return Err(bad_request("Root resource cannot update its pathPart."));
            }
            check_path_part(change.required()?)?;
            resource.path_part = change.text();
            Ok(())
        },
    },
    Rule {
        path: "/parentId",
        ops: REPLACE,
        apply: |resource, change| {
            if resource.parent_id.is_none() {
                return Err(bad_request("Root resource cannot update its parentId."));
            }
            resource.parent_id = Some(change.required()?.to_owned());
            Ok(())
        },
    },
];

/// Changes a resource.
pub async fn update_resource(cx: &Cx<'_>, input: UpdateResourceRequest) -> Result<model::Resource> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateResourceRequest) -> Result<model::Resource> {
    let api = cx.api(&input.rest_api_id).await?;
    let resource = cx.resource(&api, &input.resource_id).await?;
    let mut changed = resource.value.clone();
    patch(&mut changed, RULES, Refusal::Listing, input.patch_operations.as_deref())?;
    let Some((parent_id, part)) = changed.parent_id.clone().zip(changed.path_part.clone()) else {
        return Ok(changed.output(Embed::Nothing));
    };
    let parent = cx.resource(&api, &parent_id).await?;
    let under = format!("{}/", resource.path);
    if parent.id == changed.id || parent.path.starts_with(&under) {
        return Err(bad_request("Resources cannot be cyclical."));
    }
    check_place(cx, &api, &parent, &part, Some(&changed.id)).await?;
    changed.path = child_path(&parent.path, &part)?;
    let mut change = cx.change(&api)?;
    change.put_resource(&changed)?;
    for mut child in cx.parts(&RESOURCES, &api.id, RESOURCE).await? {
        if let Some(rest) = child.path.strip_prefix(&under) {
            child.path = child_path(&changed.path, rest)?;
            change.put_resource(&child)?;
        }
    }
    cx.commit(change).await?;
    Ok(changed.output(Embed::Nothing))
}
