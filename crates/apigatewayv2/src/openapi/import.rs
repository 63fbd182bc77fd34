//! Judges what a document says, as the operations judge it, and keeps it.

use super::read::{BasePath, Definition, read};
use crate::Cx;
use crate::definition::Change;
use crate::draft;
use crate::draft::route::{Around, identity};
use crate::entity::{Api, Protocol, Route, TextMap};
use crate::error::{Result, bad_request, failed_on_warnings, limit_exceeded};
use crate::operations::create_authorizer::{MAX_AUTHORIZERS, discover};
use crate::operations::create_integration::MAX_INTEGRATIONS;
use crate::operations::create_route::MAX_ROUTES;
use crate::snapshot::Snapshot;
use crate::table::{AUTHORIZER, INTEGRATION, ROUTE, part_sk};

/// Reads a document's text as the call wants it, and judges all of it.
///
/// # Errors
/// `BadRequestException` with everything that is wrong with the document; `TooManyRequestsException` for quotas.
pub async fn judged(cx: &Cx<'_>, body: &str, base_path: Option<&str>, fail: Option<bool>) -> Result<Definition> {
    let mode = match base_path.map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "ignore") => BasePath::Ignore,
        Some("prepend") => BasePath::Prepend,
        Some("split") => BasePath::Split,
        Some(other) => {
            return Err(bad_request(format_args!(
                "Invalid basepath specified: {other:.100}. Valid values are ignore, prepend, split"
            )));
        }
    };
    let document = openapi_document::read(body.as_bytes())
        .map_err(|error| bad_request(format_args!("Invalid OpenAPI input: {error}")))?;
    let mut definition = read(&document, mode, &|len| cx.new_id(len));
    check_quotas(&definition)?;
    check(&mut definition);
    if definition.errors.is_empty() {
        check_outside(cx, &mut definition).await?;
    }
    match definition.errors.as_slice() {
        [] => {}
        [only] if only.starts_with("Invalid OpenAPI input") => return Err(bad_request(only)),
        found => {
            let shown: Vec<&str> = found.iter().take(50).map(String::as_str).collect();
            return Err(bad_request(format_args!("Errors found during import:\n\t{}", shown.join("\n\t"))));
        }
    }
    if fail == Some(true) && !definition.warnings.is_empty() {
        return Err(failed_on_warnings(&definition.warnings));
    }
    Ok(definition)
}

fn check_quotas(definition: &Definition) -> Result<()> {
    let quotas = [
        ("routes", definition.routes.len(), MAX_ROUTES),
        ("integrations", definition.integrations.len(), MAX_INTEGRATIONS),
        ("authorizers", definition.authorizers.len(), MAX_AUTHORIZERS),
    ];
    match quotas.into_iter().find(|(_, count, most)| count > most) {
        Some((what, _, most)) => Err(limit_exceeded(what, most)),
        None => Ok(()),
    }
}

/// What needs nothing but the document.
fn check(definition: &mut Definition) {
    let mut errors = Vec::new();
    for authorizer in &definition.authorizers {
        if let Err(error) = draft::authorizer::check(authorizer, Protocol::Http) {
            errors.push(format!("Unable to create authorizer {:.128}: {}", authorizer.name, error.message));
        }
    }
    for integration in &definition.integrations {
        if let Err(error) = draft::integration::check(integration, Protocol::Http) {
            let target = format!("integrations/{}", integration.id);
            let route = definition.routes.iter().find(|route| route.target.as_ref() == Some(&target));
            let key = route.map_or("", |route| route.key.as_str());
            errors.push(format!("Unable to create integration of route {key:.200}: {}", error.message));
        }
    }
    let mut seen: Vec<String> = Vec::new();
    for route in &definition.routes {
        if let Err(why) = check_route(definition, route, &mut seen) {
            errors.push(format!("Unable to create route {:.200}: {why}", route.key));
        }
    }
    definition.errors.append(&mut errors);
}

fn check_route(definition: &Definition, route: &Route, seen: &mut Vec<String>) -> Result<(), String> {
    let named = |id: &String| definition.authorizers.iter().find(|authorizer| authorizer.id == *id);
    let authorizer = route.authorizer_id.as_ref().and_then(named);
    let around = Around { authorizer, integration: true };
    draft::route::check(route, Protocol::Http, around).map_err(|error| error.message.into_owned())?;
    let own = identity(&route.key);
    if seen.contains(&own) {
        return Err("another route has the same key".to_owned());
    }
    seen.push(own);
    Ok(())
}

/// What neighbours know: VPC links and issuers.
async fn check_outside(cx: &Cx<'_>, definition: &mut Definition) -> Result<()> {
    let mut errors = Vec::new();
    for integration in &definition.integrations {
        if let Some(id) = &integration.connection_id
            && let Err(error) = cx.vpc_link(id).await
        {
            errors.push(error.message.into_owned());
        }
    }
    for authorizer in &definition.authorizers {
        if let Err(error) = discover(cx, authorizer).await {
            errors.push(format!("Unable to create authorizer {:.128}: {}", authorizer.name, error.message));
        }
    }
    definition.errors.append(&mut errors);
    Ok(())
}

impl Definition {
    /// Gives an API what the document says of it.
    pub fn describe(&self, api: &mut Api) {
        api.name.clone_from(&self.name);
        api.description.clone_from(&self.description);
        api.version.clone_from(&self.version);
        api.cors.clone_from(&self.cors);
        api.disable_execute_api_endpoint =
            self.disable_execute_api_endpoint.unwrap_or(api.disable_execute_api_endpoint);
        api.warnings.clone_from(&self.warnings);
        let tags: TextMap = self.tags.clone();
        api.tags.extend(tags);
    }

    /// Puts what the document defines.
    ///
    /// # Errors
    /// The store's.
    pub fn put(&self, change: &mut Change) -> Result<()> {
        self.authorizers.iter().try_for_each(|one| change.put_authorizer(one))?;
        self.integrations.iter().try_for_each(|one| change.put_integration(one))?;
        self.routes.iter().try_for_each(|one| change.put_route(one))
    }
}

/// Puts what the document defines in place of what was there; stages and deployments stay.
///
/// # Errors
/// The store's.
pub fn replace(definition: &Definition, change: &mut Change, before: &Snapshot) -> Result<()> {
    before.routes.iter().for_each(|one| change.delete(&part_sk(ROUTE, &one.id)));
    before.integrations.iter().for_each(|one| change.delete(&part_sk(INTEGRATION, &one.id)));
    before.authorizers.iter().for_each(|one| change.delete(&part_sk(AUTHORIZER, &one.id)));
    definition.put(change)
}
