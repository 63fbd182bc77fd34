//! GetDocumentationParts, by type, path and the beginning of a name. With `UNDOCUMENTED`, the places of the API that
//! have no part yet.

use std::collections::BTreeSet;

use model::{DocumentationPartType as Kind, DocumentationParts, GetDocumentationPartsRequest, LocationStatusType};
use model_apigateway as model;

use crate::Cx;
use crate::entity::{DocumentationPart, Location, Model, Resource, RestApi};
use crate::error::Result;
use crate::page::Page;
use crate::table::{
    AUTHORIZER, AUTHORIZERS, DOCUMENTATION_PART, DOCUMENTATION_PARTS, MODEL, MODELS, RESOURCE, RESOURCES,
};

/// Lists an API's documentation.
pub async fn get_documentation_parts(cx: &Cx<'_>, input: GetDocumentationPartsRequest) -> Result<DocumentationParts> {
    let api = cx.api(&input.rest_api_id).await?;
    let mut parts: Vec<DocumentationPart> = cx.parts(&DOCUMENTATION_PARTS, &api.id, DOCUMENTATION_PART).await?;
    if input.location_status == Some(LocationStatusType::Undocumented) {
        let documented: BTreeSet<Location> = parts.into_iter().map(|part| part.location).collect();
        parts = undocumented(cx, &api, &documented).await?;
    }
    parts.retain(|part| wanted(&input, &part.location));
    let query = format!(
        "GetDocumentationParts {} {:?} {:?} {:?} {:?}",
        api.id, input.r#type, input.path, input.name_query, input.location_status
    );
    let page = Page::read(cx.store(), query, input.position.as_deref(), input.limit)?;
    parts.sort_by(|a, b| a.id.cmp(&b.id));
    parts.retain(|part| page.after.as_deref().is_none_or(|after| part.id.as_str() > after));
    parts.truncate(page.fetch());
    let position = page.cut(cx.store(), &mut parts, |part| part.id.as_str());
    let shown = |part: &DocumentationPart| {
        let output = part.output();
        // What is not documented has no id.
        if part.properties.is_empty() {
            model::DocumentationPart { id: None, properties: None, ..output }
        } else {
            output
        }
    };
    Ok(DocumentationParts { position, items: Some(parts.iter().map(shown).collect()) })
}

fn wanted(input: &GetDocumentationPartsRequest, location: &Location) -> bool {
    let named = |prefix: &String| location.name.as_deref().is_some_and(|name| name.starts_with(prefix.as_str()));
    input.r#type.is_none_or(|kind| kind.as_str() == location.kind)
        && input.path.as_ref().is_none_or(|path| location.path.as_ref() == Some(path))
        && input.name_query.as_ref().is_none_or(named)
}

/// Places without a part, under ids that only order them.
async fn undocumented(cx: &Cx<'_>, api: &RestApi, documented: &BTreeSet<Location>) -> Result<Vec<DocumentationPart>> {
    let mut places = BTreeSet::from([Location { kind: Kind::Api.as_str().to_owned(), ..Location::default() }]);
    let named =
        |kind: Kind, name: String| Location { kind: kind.as_str().to_owned(), name: Some(name), ..Location::default() };
    let models: Vec<Model> = cx.parts(&MODELS, &api.id, MODEL).await?;
    places.extend(models.into_iter().map(|model| named(Kind::Model, model.name)));
    let authorizers = cx.parts(&AUTHORIZERS, &api.id, AUTHORIZER).await?;
    places.extend(authorizers.into_iter().map(|authorizer| named(Kind::Authorizer, authorizer.name)));
    for resource in cx.parts(&RESOURCES, &api.id, RESOURCE).await? {
        of_resource(&resource, &mut places);
    }
    let missing = places.into_iter().filter(|place| !documented.contains(place)).enumerate();
    let part =
        |(number, location)| DocumentationPart { id: format!("{number:08}"), location, properties: String::new() };
    Ok(missing.map(part).collect())
}

fn of_resource(resource: &Resource, places: &mut BTreeSet<Location>) {
    let at = |kind: Kind| Location {
        kind: kind.as_str().to_owned(),
        path: Some(resource.path.clone()),
        ..Location::default()
    };
    places.insert(at(Kind::Resource));
    for (verb, method) in &resource.methods {
        let of_method = |kind: Kind| Location { method: Some(verb.clone()), ..at(kind) };
        places.insert(of_method(Kind::Method));
        if !method.request_models.is_empty() {
            places.insert(of_method(Kind::RequestBody));
        }
        for key in method.request_parameters.keys() {
            let Some((place, name)) = key.strip_prefix("method.request.").and_then(|rest| rest.split_once('.')) else {
                continue;
            };
            let kind = match place {
                "header" => Kind::RequestHeader,
                "path" => Kind::PathParameter,
                _ => Kind::QueryParameter,
            };
            places.insert(Location { name: Some(name.to_owned()), ..of_method(kind) });
        }
        for response in method.responses.values() {
            let of_response =
                |kind: Kind| Location { status_code: Some(response.status_code.clone()), ..of_method(kind) };
            places.insert(of_response(Kind::Response));
            if !response.models.is_empty() {
                places.insert(of_response(Kind::ResponseBody));
            }
            for name in response.parameters.keys().filter_map(|key| key.strip_prefix("method.response.header.")) {
                places.insert(Location { name: Some(name.to_owned()), ..of_response(Kind::ResponseHeader) });
            }
        }
    }
}
