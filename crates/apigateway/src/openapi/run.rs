//! Carries a plan out in a store of its own, in memory: every rule of every operation holds for a document as it does
//! for calls, and what is refused was never anywhere.

use std::collections::HashMap;
use std::sync::Arc;

use execute_api::Plans;
use serde_json::{Map, Value, json};
use store::{MasterKey, Store};

use super::method::MethodPlan;
use super::read::Plan;
use crate::entity::VpcLink;
use crate::error::{Result, bad_request, failed_on_warnings};
use crate::table::{VPC_LINK, VPC_LINKS, part_sk};
use crate::usage::all;
use crate::{ApiGateway, Cx, Doors};

/// What became of a plan: an API in a store that nobody else sees.
pub struct Target {
    /// The service over that store.
    pub service: Arc<ApiGateway>,
    /// The API there.
    pub api_id: String,
    /// What was left out.
    pub warnings: Vec<String>,
}

/// Whether warnings end an import.
pub type FailOnWarnings = bool;

/// Builds a plan's API. `api` replaces or adds members of its CreateRestApi.
///
/// # Errors
/// `BadRequestException` with everything that is wrong with the document.
pub async fn import(cx: &Cx<'_>, plan: Plan, api: Map<String, Value>, fail: Option<FailOnWarnings>) -> Result<Target> {
    if !plan.errors.is_empty() {
        return Err(errors(&plan.errors));
    }
    let service = scratch(cx).await?;
    let inner = Cx { call: cx.call, service: &service };
    let mut input = plan.api.clone();
    for (member, value) in api {
        match (input.get_mut(&member), value) {
            // What the call says of the endpoint stands beside what the document says.
            (Some(Value::Object(known)), Value::Object(more)) => known.extend(more),
            (_, value) => {
                input.insert(member, value);
            }
        }
    }
    let made = call(&inner, "CreateRestApi", Value::Object(input)).await?;
    let id = |value: &Value, member: &str| value.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut runner = Runner {
        cx: inner,
        api_id: id(&made, "id"),
        resources: HashMap::from([("/".to_owned(), id(&made, "rootResourceId"))]),
        named: HashMap::new(),
        errors: Vec::new(),
        warnings: plan.warnings.clone(),
    };
    runner.run(&plan).await?;
    let Runner { api_id, errors: found, warnings, .. } = runner;
    if !found.is_empty() {
        return Err(errors(&found));
    }
    if fail == Some(true) && !warnings.is_empty() {
        return Err(failed_on_warnings(&warnings));
    }
    Ok(Target { service, api_id, warnings })
}

/// A service like the call's, over an empty store, with what definitions may refer to.
async fn scratch(cx: &Cx<'_>) -> Result<Arc<ApiGateway>> {
    let store = Store::in_memory(MasterKey::from_bytes(world::rng::bytes::<32>(cx.service.rng())))?;
    let links: Vec<VpcLink> = all(cx.store(), &VPC_LINKS, &cx.owner(), VPC_LINK).await?;
    let mut tx = store::Tx::new();
    for link in &links {
        VPC_LINKS.put(&mut tx, &cx.owner().pk(), &part_sk(VPC_LINK, &link.id), link, Vec::new())?;
    }
    store.commit(tx).await?;
    let doors = Doors { store, plans: Arc::new(Plans::new()), ..cx.service.doors().clone() };
    Ok(ApiGateway::new(cx.service.config().clone(), doors))
}

fn errors(found: &[String]) -> aws_types::AwsError {
    match found {
        [only] if only.starts_with("Invalid OpenAPI input") => bad_request(only),
        _ => {
            let shown: Vec<&str> = found.iter().take(50).map(String::as_str).collect();
            bad_request(format_args!("Errors found during import:\n\t{}", shown.join("\n\t")))
        }
    }
}

async fn call(cx: &Cx<'_>, operation: &str, input: Value) -> Result<Value> {
    crate::dispatch(cx, operation, input).await.map(|answer| answer.output)
}

struct Runner<'a> {
    cx: Cx<'a>,
    api_id: String,
    /// Ids by path.
    resources: HashMap<String, String>,
    /// Ids of authorizers and validators by name.
    named: HashMap<(&'static str, String), String>,
    errors: Vec<String>,
    warnings: Vec<String>,
}

impl Runner<'_> {
    async fn run(&mut self, plan: &Plan) -> Result<()> {
        for model in &plan.models {
            let mut model = model.clone();
            let schema = model.get_mut("schema");
            if let Some(Value::String(schema)) = schema {
                *schema = schema.replace("restapis/{api}/models/", &format!("restapis/{}/models/", self.api_id));
            }
            let name = model.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
            if ["Empty", "Error"].contains(&name.as_str()) {
                // Every API has them; the document's take their place.
                self.act("DeleteModel", json!({"modelName": name}), String::new).await?;
            }
            self.act("CreateModel", model, || format!("Unable to create model '{name}'")).await?;
        }
        self.create_named("CreateAuthorizer", &plan.authorizers, "authorizer").await?;
        self.create_named("CreateRequestValidator", &plan.validators, "validator").await?;
        for response in &plan.gateway_responses {
            let what = || "Unable to put gateway response".to_owned();
            self.act("PutGatewayResponse", response.clone(), what).await?;
        }
        for path in &plan.paths {
            self.create_path(path).await?;
        }
        for method in &plan.methods {
            self.put_method(method).await?;
        }
        for part in &plan.parts {
            let made = self.call("CreateDocumentationPart", part.clone()).await;
            if let Err(error) = refused(made)? {
                self.warnings.push(format!("Unable to create documentation part: {error}"));
            }
        }
        Ok(())
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value> {
        let mut input = input;
        if let Some(members) = input.as_object_mut() {
            members.insert("restApiId".to_owned(), self.api_id.as_str().into());
        }
        call(&self.cx, operation, input).await
    }

    /// Calls; a refusal is kept with what was tried.
    async fn act(&mut self, operation: &str, input: Value, what: impl Fn() -> String) -> Result<Option<Value>> {
        match refused(self.call(operation, input).await)? {
            Ok(output) => Ok(Some(output)),
            Err(error) => {
                self.errors.push(format!("{}: {error}", what()));
                Ok(None)
            }
        }
    }

    async fn create_named(&mut self, operation: &str, inputs: &[Value], kind: &'static str) -> Result<()> {
        for input in inputs {
            let name = input.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
            let made = self.act(operation, input.clone(), || format!("Unable to create {kind} '{name}'")).await?;
            if let Some(id) = made.as_ref().and_then(|made| made.get("id")).and_then(Value::as_str) {
                self.named.insert((kind, name), id.to_owned());
            }
        }
        Ok(())
    }

    /// Makes what of a path is not there yet.
    async fn create_path(&mut self, path: &str) -> Result<()> {
        let mut parent = "/".to_owned();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let child = format!("{}/{part}", parent.trim_end_matches('/'));
            if !self.resources.contains_key(&child) {
                let parent_id = self.resources.get(&parent).cloned().unwrap_or_default();
                let what = || format!("Unable to create resource at path '{child}'");
                let made = self.act("CreateResource", json!({"parentId": parent_id, "pathPart": part}), what).await?;
                let id = made.as_ref().and_then(|made| made.get("id")).and_then(Value::as_str);
                let Some(id) = id else { return Ok(()) };
                self.resources.insert(child.clone(), id.to_owned());
            }
            parent = child;
        }
        Ok(())
    }

    async fn put_method(&mut self, plan: &MethodPlan) -> Result<()> {
        let Some(resource) = self.resources.get(&plan.path).cloned() else { return Ok(()) };
        let place = Map::from_iter([
            ("resourceId".to_owned(), Value::from(resource)),
            ("httpMethod".to_owned(), plan.verb.as_str().into()),
        ]);
        let at = format!("on '{}' for resource at path '{}'", plan.verb, plan.path);
        let input = |more: &Map<String, Value>| {
            let mut all = place.clone();
            all.extend(more.clone());
            Value::Object(all)
        };
        let mut method = plan.method.clone();
        for (kind, member, name) in
            [("authorizer", "authorizerId", &plan.authorizer), ("validator", "requestValidatorId", &plan.validator)]
        {
            let Some(name) = name else { continue };
            match self.named.get(&(kind, name.clone())) {
                Some(id) => {
                    method.insert(member.to_owned(), id.as_str().into());
                }
                None => self.errors.push(format!("Unable to put method {at}: no {kind} '{name}' is defined")),
            }
        }
        let made = self.act("PutMethod", input(&method), || format!("Unable to put method {at}")).await?;
        if made.is_none() {
            return Ok(());
        }
        for response in plan.responses.iter().filter_map(Value::as_object) {
            self.act("PutMethodResponse", input(response), || format!("Unable to put method response {at}")).await?;
        }
        let Some(integration) = &plan.integration else { return Ok(()) };
        let put = self.act("PutIntegration", input(integration), || format!("Unable to put integration {at}")).await?;
        if put.is_none() {
            return Ok(());
        }
        for response in plan.integration_responses.iter().filter_map(Value::as_object) {
            let what = || format!("Unable to put integration response {at}");
            self.act("PutIntegrationResponse", input(response), what).await?;
        }
        Ok(())
    }
}

/// A refusal's sentence apart from faults, which end everything.
fn refused(outcome: Result<Value>) -> Result<std::result::Result<Value, String>> {
    match outcome {
        Ok(output) => Ok(Ok(output)),
        Err(error) if error.internal.is_some() => Err(error),
        Err(error) => Ok(Err(error.message.into_owned())),
    }
}
