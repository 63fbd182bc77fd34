//! API Gateway's operations in the words of policies (service authorization reference, "Amazon API Gateway Management" and
//! "… Management V2"): mostly the verb and the path, with permissions of their own for what guards an API.

use aws_types::schema::Operation;
use aws_types::wire::Value;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Asked, Place, api_path, text};

/// What an operation asks.
pub fn asked(service: &str, operation: &Operation, input: &Value, path: &str, place: Place<'_>) -> Vec<Asked> {
    let path = api_path(path);
    // Policies speak of `/apis/…`: the version of the API is no part of a resource.
    let path = path.strip_prefix("/v2").filter(|_| service == "apigatewayv2").unwrap_or(&path);
    let resource = resource(path, input, place);
    let mut all = vec![Asked { action: format!("apigateway:{}", action(operation)), resource: resource.clone() }];
    let more = permissions(operation.name, input);
    all.extend(
        more.into_iter().map(|action| Asked { action: format!("apigateway:{action}"), resource: resource.clone() }),
    );
    if let Some(domain) = text(input, "domainNameArn") {
        let action = match operation.name {
            "CreateDomainNameAccessAssociation" => Some("apigateway:CreateAccessAssociation"),
            "RejectDomainNameAccessAssociation" => Some("apigateway:RejectAccessAssociation"),
            _ => None,
        };
        all.extend(action.map(|action| Asked { action: action.to_owned(), resource: domain.to_owned() }));
    }
    all
}

/// Rules of domain names have actions of their own; everything else is asked for by the verb.
fn action(operation: &Operation) -> &'static str {
    match operation.name {
        "PutRoutingRule" => "UpdateRoutingRule",
        own @ ("CreateRoutingRule" | "DeleteRoutingRule" | "GetRoutingRule" | "ListRoutingRules") => own,
        _ => operation.method,
    }
}

/// Private domain names are told apart by their ids; they and what is associated with them are an account's.
fn resource(path: &str, input: &Value, place: Place<'_>) -> String {
    let id = text(input, "domainNameId").or_else(|| text(input, "DomainNameId")).filter(|id| !id.is_empty());
    let own = |path: &str| format!("arn:aws:apigateway:{}:{}:{path}", place.region, place.account);
    if let (Some(id), Some(rest)) = (id, path.strip_prefix("/domainnames/")) {
        let (name, rest) = rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
        let path = format!("/domainnames/{name}+{id}{rest}");
        // What lies below is named without an account.
        return if rest.is_empty() { own(&path) } else { format!("arn:aws:apigateway:{}::{path}", place.region) };
    }
    if path == "/domainnameaccessassociations" || path.starts_with("/domainnameaccessassociations/") {
        return own(path);
    }
    format!("arn:aws:apigateway:{}::{path}", place.region)
}

/// What takes more than the verb: policies, which decide who may call or manage.
fn permissions(operation: &str, input: &Value) -> Vec<&'static str> {
    let patches = input.get("patchOperations").and_then(Value::as_array);
    let patched = |path: &str| {
        let is = |one: &Value| text(one, "path").is_some_and(|known| known.trim_end_matches('/') == path);
        patches.into_iter().flatten().any(is)
    };
    let given = |member: &str| text(input, member).is_some_and(|policy| !policy.is_empty());
    let mut all = Vec::new();
    match operation {
        "CreateRestApi" if given("policy") => all.push("UpdateRestApiPolicy"),
        "UpdateRestApi" if patched("/policy") => all.push("UpdateRestApiPolicy"),
        "ImportRestApi" | "PutRestApi" if document_has_policy(input) => all.push("UpdateRestApiPolicy"),
        "CreateDomainName" if given("policy") => all.push("UpdateDomainNamePolicy"),
        "UpdateDomainName" => {
            all.extend(patched("/policy").then_some("UpdateDomainNamePolicy"));
            all.extend(patched("/managementPolicy").then_some("UpdateDomainNameManagementPolicy"));
        }
        _ => {}
    }
    all
}

/// What cannot be read the operation refuses.
fn document_has_policy(input: &Value) -> bool {
    let body = text(input, "body").and_then(|body| STANDARD.decode(body).ok());
    let document = body.and_then(|body| apigateway::openapi::document::read(&body).ok());
    document.is_some_and(|document| document.get("x-amazon-apigateway-policy").is_some_and(|policy| !policy.is_null()))
}

#[cfg(test)]
mod tests {
    use aws_types::{AccountId, Region};
    use serde_json::json;

    use super::*;

    const REST: &str = "arn:aws:apigateway:us-east-1::/restapis/abc";
    const PRIVATE: &str = "arn:aws:apigateway:us-east-1:123456789012:/domainnames/x.example+id1";

    fn check(service: &str, name: &str, path: &str, input: &Value, expected: &[(&str, &str)]) {
        let model = crate::wiring::models().into_iter().find(|model| model.name == service).unwrap();
        let (account, region) = (AccountId::default(), Region::default());
        let place = Place { account: &account, region: &region };
        let asked = asked(service, model.operation(name).unwrap(), input, path, place);
        let asked: Vec<_> = asked.iter().map(|one| (one.action.as_str(), one.resource.as_str())).collect();
        assert_eq!(asked, expected, "{name}");
    }

    fn patch(path: &str) -> Value {
        json!({ "patchOperations": [{ "op": "replace", "path": path, "value": "{}" }] })
    }

    #[test]
    fn whoever_changes_who_may_call_needs_a_permission_for_that() {
        let change = [("apigateway:PATCH", REST), ("apigateway:UpdateRestApiPolicy", REST)];
        check("apigateway", "UpdateRestApi", "/restapis/abc", &patch("/policy"), &change);
        check("apigateway", "UpdateRestApi", "/restapis/abc", &patch("/name"), &[("apigateway:PATCH", REST)]);
        let all = "arn:aws:apigateway:us-east-1::/restapis";
        let made = [("apigateway:POST", all), ("apigateway:UpdateRestApiPolicy", all)];
        check("apigateway", "CreateRestApi", "/restapis", &json!({ "policy": "{}" }), &made);
        check("apigateway", "CreateRestApi", "/restapis", &json!({ "name": "x" }), &[("apigateway:POST", all)]);
        let body = STANDARD.encode(r#"{"swagger": "2.0", "x-amazon-apigateway-policy": {}}"#);
        let put = [("apigateway:PUT", REST), ("apigateway:UpdateRestApiPolicy", REST)];
        check("apigateway", "PutRestApi", "/restapis/abc", &json!({ "body": body }), &put);
    }

    #[test]
    fn private_domain_names_are_asked_for_with_their_ids() {
        let named = |more: Value| {
            let mut input = json!({ "domainNameId": "id1" });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            input
        };
        let path = "/domainnames/x.example";
        check("apigateway", "GetDomainName", path, &named(json!({})), &[("apigateway:GET", PRIVATE)]);
        for (member, action) in [
            ("/managementPolicy", "apigateway:UpdateDomainNameManagementPolicy"),
            ("/policy", "apigateway:UpdateDomainNamePolicy"),
        ] {
            let asked = [("apigateway:PATCH", PRIVATE), (action, PRIVATE)];
            check("apigateway", "UpdateDomainName", path, &named(patch(member)), &asked);
        }
        let below = "arn:aws:apigateway:us-east-1::/domainnames/x.example+id1/basepathmappings";
        let mappings = format!("{path}/basepathmappings");
        check("apigateway", "GetBasePathMappings", &mappings, &named(json!({})), &[("apigateway:GET", below)]);
        let associations = "arn:aws:apigateway:us-east-1:123456789012:/domainnameaccessassociations";
        let asked = [("apigateway:POST", associations), ("apigateway:CreateAccessAssociation", PRIVATE)];
        let input = json!({ "domainNameArn": PRIVATE });
        check("apigateway", "CreateDomainNameAccessAssociation", "/domainnameaccessassociations", &input, &asked);
    }

    #[test]
    fn routing_rules_have_actions_of_their_own() {
        let rules = "arn:aws:apigateway:us-east-1::/domainnames/x/routingrules";
        let path = "/v2/domainnames/x/routingrules";
        check("apigatewayv2", "CreateRoutingRule", path, &json!({}), &[("apigateway:CreateRoutingRule", rules)]);
        let rule = format!("{rules}/r");
        let path = format!("{path}/r");
        check("apigatewayv2", "PutRoutingRule", &path, &json!({}), &[("apigateway:UpdateRoutingRule", &rule)]);
    }
}
