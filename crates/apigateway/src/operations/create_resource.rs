//! CreateResource.

use model::CreateResourceRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::{Embed, Resource, RestApi};
use crate::error::{Result, bad_request, conflict, limit_exceeded};
use crate::table::{ANY_VARIABLE, RESOURCES, RESOURCES_BY_PARENT, child_key};
use execute_api::router::variable_name;

/// Longest path of a resource, in bytes.
const MAX_PATH_BYTES: usize = 2048;
/// Adds a part to the path tree.
pub async fn create_resource(cx: &Cx<'_>, input: CreateResourceRequest) -> Result<model::Resource> {
    check_path_part(&input.path_part)?;
    retry(cx.store(), || create(cx, &input)).await
}

async fn create(cx: &Cx<'_>, input: &CreateResourceRequest) -> Result<model::Resource> {
    let api = cx.api(&input.rest_api_id).await?;
    let parent = cx.resource(&api, &input.parent_id).await?;
    if api.resource_count >= RestApi::MAX_RESOURCES {
        return Err(limit_exceeded(
            "Maximum number of Resources for this API has been reached. Please contact AWS if you need additional resources.",
        ));
    }
    check_place(cx, &api, &parent, &input.path_part, None).await?;
    let resource = Resource {
        id: cx.new_id(6),
        parent_id: Some(parent.id.clone()),
        path_part: Some(input.path_part.clone()),
        path: child_path(&parent.path, &input.path_part)?,
        ..Resource::default()
    };
    let counted = RestApi { resource_count: api.resource_count + 1, ..api.value.clone() };
    let mut change = cx.change_api(&api, &counted)?;
    change.put_resource(&resource)?;
    cx.commit(change).await?;
    Ok(resource.output(Embed::Nothing))
}

/// The path of a child.
pub(super) fn child_path(parent: &str, part: &str) -> Result<String> {
    let path = format!("{}/{part}", parent.trim_end_matches('/'));
    if path.len() > MAX_PATH_BYTES { Err(bad_request("Resource path is too long")) } else { Ok(path) }
}

/// Letters, digits and `._-:`, or a variable in braces.
pub(super) fn check_path_part(part: &str) -> Result<()> {
    let name = variable_name(part).map_or(part, |variable| variable.name);
    let good = !name.is_empty()
        && part.len() <= 256
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-:".contains(&b))
        && part != "."
        && part != "..";
    if good {
        return Ok(());
    }
    Err(bad_request(
        "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the \
         beginning and the end.",
    ))
}

/// Whether a part may stand under a parent: its name is free there, there is one variable at most, and nothing stands
/// under a greedy one. `moving` is the resource that moves, if one does.
pub(super) async fn check_place(
    cx: &Cx<'_>,
    api: &RestApi,
    parent: &Resource,
    part: &str,
    moving: Option<&str>,
) -> Result<()> {
    let parents_part = parent.path_part.as_deref().unwrap_or_default();
    if variable_name(parents_part).is_some_and(|variable| variable.greedy) {
        let message = format!("Cannot create a child of a resource with a greedy path variable: {parents_part}");
        return Err(bad_request(message));
    }
    if sibling(cx, &child_key(&api.id, &parent.id, part), moving).await?.is_some() {
        return Err(conflict(format_args!("Another resource with the same parent already has this name: {part}")));
    }
    if variable_name(part).is_none() {
        return Ok(());
    }
    if let Some(sibling) = sibling(cx, &child_key(&api.id, &parent.id, ANY_VARIABLE), moving).await? {
        return Err(bad_request(format_args!(
            "A sibling ({}) of this resource already has a variable path part -- only one is allowed",
            sibling.path_part.unwrap_or_default()
        )));
    }
    Ok(())
}

/// The resource under a key of [`RESOURCES_BY_PARENT`] that does not move.
async fn sibling(cx: &Cx<'_>, key: &str, moving: Option<&str>) -> Result<Option<Resource>> {
    for (pk, sk) in cx.store().lookup(RESOURCES_BY_PARENT, key, None, 2).await? {
        let found = RESOURCES.get(cx.store(), &pk, &sk).await?.map(|resource| resource.value);
        if let Some(resource) = found.filter(|resource| moving != Some(resource.id.as_str())) {
            return Ok(Some(resource));
        }
    }
    Ok(None)
}
