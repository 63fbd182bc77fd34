//! Every error that the model gives an operation is provoked here, or a reason stands below why it cannot occur. A pair
//! that is in neither fails.

use std::collections::BTreeMap;

use aws_types::schema::{Kind, Operation};
use serde_json::{Map, Value, json};

use super::account_parts::LOAD_BALANCER;
use super::fixture::*;

/// A fixture with one of everything, and the members that name them.
struct World {
    fixture: Fixture,
    names: BTreeMap<&'static str, Value>,
}

#[expect(clippy::too_many_lines, reason = "a list of one of everything")]
async fn world() -> World {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "x").await;
    let authorizer = fixture.authorizer(&api, "pool").await;
    let id = |value: &Value| value["id"].clone();
    let of_api = json!({"restApiId": api.id});
    let validator = fixture.ok("CreateRequestValidator", with(&of_api, json!({"name": "v"}))).await;
    let resource = fixture.resource(&api, &api.root, "pets").await;
    let part = json!({"location": {"type": "API"}, "properties": "{}"});
    let part = fixture.ok("CreateDocumentationPart", with(&of_api, part)).await;
    fixture.ok("CreateDocumentationVersion", with(&of_api, json!({"documentationVersion": "1"}))).await;
    let deployment = fixture.deploy(&api, "dev").await;
    let key = fixture.ok("CreateApiKey", json!({"name": "k", "enabled": true})).await;
    let stages = json!([{"apiId": api.id, "stage": "dev"}]);
    let quota = json!({"limit": 10, "period": "DAY"});
    let plan = json!({"name": "p", "apiStages": stages, "quota": quota});
    let plan = fixture.ok("CreateUsagePlan", plan).await;
    let in_plan = json!({"usagePlanId": plan["id"], "keyId": key["id"], "keyType": "API_KEY"});
    fixture.ok("CreateUsagePlanKey", in_plan).await;
    super::domain_names::domain(&fixture, "api.example.com", json!({})).await;
    let mapping = json!({"domainName": "api.example.com", "restApiId": api.id, "basePath": "b"});
    fixture.ok("CreateBasePathMapping", mapping).await;
    let private = json!({"domainName": "in.example.com", "endpointConfiguration": {"types": ["PRIVATE"]},
        "certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1"});
    let private = fixture.ok("CreateDomainName", private).await;
    let access = json!({"domainNameArn": private["domainNameArn"], "accessAssociationSourceType": "VPCE",
        "accessAssociationSource": "vpce-1"});
    let access = fixture.ok("CreateDomainNameAccessAssociation", access).await;
    let link = fixture.ok("CreateVpcLink", json!({"name": "l", "targetArns": [LOAD_BALANCER]})).await;
    let certificate = fixture.ok("GenerateClientCertificate", json!({})).await;
    let document = json!({"swagger": "2.0", "info": {"title": "x"}, "paths": {}}).to_string().into_bytes();
    let body: Value = aws_types::wire::IntoWire::into_wire(aws_types::wire::Blob(document));
    let names = BTreeMap::from([
        ("restApiId", json!(api.id)),
        ("resourceId", json!(api.root)),
        ("parentId", json!(resource)),
        ("pathPart", json!("x")),
        ("httpMethod", json!("GET")),
        ("statusCode", json!("200")),
        ("authorizerId", json!(authorizer)),
        ("modelName", json!("Error")),
        ("contentType", json!("application/json")),
        ("schema", json!("{\"type\":\"object\"}")),
        ("requestValidatorId", id(&validator)),
        ("documentationPartId", id(&part)),
        ("documentationVersion", json!("1")),
        ("location", json!({"type": "API"})),
        ("properties", json!("{}")),
        ("deploymentId", json!(deployment)),
        ("stageName", json!("dev")),
        ("exportType", json!("swagger")),
        ("sdkType", json!("javascript")),
        ("apiKey", id(&key)),
        ("keyId", id(&key)),
        ("keyType", json!("API_KEY")),
        ("usagePlanId", id(&plan)),
        ("startDate", json!("2026-01-01")),
        ("endDate", json!("2026-01-02")),
        ("domainName", json!("api.example.com")),
        ("basePath", json!("b")),
        ("domainNameArn", private["domainNameArn"].clone()),
        ("accessAssociationSource", json!("vpce-1")),
        ("accessAssociationSourceType", json!("VPCE")),
        ("domainNameAccessAssociationArn", access["domainNameAccessAssociationArn"].clone()),
        ("regionalCertificateArn", json!("arn:aws:acm:us-east-1:123456789012:certificate/1")),
        ("vpcLinkId", id(&link)),
        ("targetArns", json!([LOAD_BALANCER])),
        ("clientCertificateId", certificate["clientCertificateId"].clone()),
        ("resourceArn", json!(format!("arn:aws:apigateway:us-east-1::/restapis/{}", api.id))),
        ("tags", json!({"a": "b"})),
        ("tagKeys", json!(["a"])),
        ("name", json!("x")),
        ("authorizationType", json!("NONE")),
        ("responseType", json!("THROTTLED")),
        ("format", json!("csv")),
        ("id", json!("javascript")),
        ("body", body),
    ]);
    World { fixture, names }
}

fn members(operation: &Operation) -> Vec<(&'static str, bool, &'static Kind)> {
    let Some(shape) = operation.input else { return Vec::new() };
    let Kind::Structure(structure) = &shape.kind else { panic!("{}", operation.name) };
    structure.members.iter().map(|member| (member.name, member.required, &member.shape.kind)).collect()
}

impl World {
    /// An input that the operation takes, or conflicts with what is there.
    fn input(&self, operation: &Operation) -> Map<String, Value> {
        let mut input = Map::new();
        for (name, required, _) in members(operation) {
            let wanted = required || (operation.name == "CreateBasePathMapping" && name == "basePath");
            if wanted {
                input.insert(name.to_owned(), self.names.get(name).cloned().unwrap_or(json!("GET")));
            }
        }
        match operation.name {
            "CreateAuthorizer" => {
                input.insert("type".to_owned(), json!("COGNITO_USER_POOLS"));
                input.insert("providerARNs".to_owned(), json!([POOL_ARN]));
            }
            "PutIntegration" => {
                input.insert("type".to_owned(), json!("MOCK"));
            }
            "CreateModel" => {
                input.insert("name".to_owned(), json!("Error"));
                input.insert("schema".to_owned(), json!("{\"type\":\"object\"}"));
            }
            "CreateResource" => {
                input.insert("parentId".to_owned(), json!(self.fixture_root()));
                input.insert("pathPart".to_owned(), json!("pets"));
            }
            "CreateApiKey" => {
                input.insert("value".to_owned(), json!("12345678901234567890"));
            }
            _ => {}
        }
        input
    }

    fn fixture_root(&self) -> Value {
        self.names.get("resourceId").cloned().unwrap()
    }

    async fn code(&self, operation: &str, input: Map<String, Value>) -> Option<String> {
        self.fixture.call(operation, Value::Object(input)).await.err().map(|error| error.code.into_owned())
    }
}

/// Tries until the error comes: the good input twice, then with each member gone wrong.
async fn provoked(operation: &Operation, error: &str) -> bool {
    let world = world().await;
    let good = world.input(operation);
    let mut wrong = Vec::new();
    if operation.name.starts_with("Update") {
        let mut input = good.clone();
        input.insert("patchOperations".to_owned(), json!([{"op": "replace", "path": "/nonsense", "value": "x"}]));
        wrong.push(input);
    }
    for (name, _, kind) in members(operation) {
        let values = match kind {
            Kind::String(_) if name == "resourceArn" => {
                vec![json!("arn:aws:apigateway:us-east-1::/restapis/nope00"), json!("nope00")]
            }
            Kind::String(rules) if rules.values.is_empty() => {
                vec![json!("nope00"), json!(""), json!("!/\u{1}"), json!("x".repeat(500_000))]
            }
            Kind::List(_) => vec![json!(["nope00"]), json!([])],
            Kind::Map(_) => vec![json!({"": "x"}), json!({"aws:x": "x", "basepath": "x"})],
            Kind::Blob(_) => vec![json!("bm9wZQ==")],
            _ => vec![json!(-5)],
        };
        for value in values {
            let mut input = good.clone();
            input.insert(name.to_owned(), value);
            wrong.push(input);
        }
    }
    for input in wrong {
        if world.code(operation.name, input).await.as_deref() == Some(error) {
            return true;
        }
    }
    for _ in 0..2 {
        if world.code(operation.name, good.clone()).await.as_deref() == Some(error) {
            return true;
        }
    }
    false
}

/// Scenes that need more than one call.
async fn staged(operation: &str, error: &str) -> Option<bool> {
    let world = world().await;
    let fixture = &world.fixture;
    let name = |name: &str| world.names.get(name).cloned().unwrap();
    let is = async |input: Value| fixture.call(operation, input).await.is_err_and(|found| found.code == error);
    Some(match (operation, error) {
        ("CreateVpcLink", "LimitExceededException") => {
            let input = json!({"name": "x", "targetArns": [LOAD_BALANCER]});
            while fixture.call(operation, input.clone()).await.is_ok() {}
            is(input).await
        }
        ("CreateStage", "LimitExceededException") => {
            let input = |n: usize| json!({"restApiId": name("restApiId"), "stageName": format!("s{n}"), "deploymentId": name("deploymentId")});
            let mut n = 0;
            while fixture.call(operation, input(n)).await.is_ok() {
                n += 1;
            }
            is(input(n)).await
        }
        ("CreateBasePathMapping", "LimitExceededException") => {
            let input = |n: usize| json!({"domainName": "api.example.com", "restApiId": name("restApiId"), "basePath": format!("p{n}")});
            let mut n = 0;
            while fixture.call(operation, input(n)).await.is_ok() {
                n += 1;
            }
            is(input(n)).await
        }
        ("DeleteModel", "ConflictException") => {
            let models = json!({"requestModels": {"application/json": "Error"}});
            let place = json!({"restApiId": name("restApiId"), "resourceId": name("resourceId"), "httpMethod": "POST"});
            fixture.ok("PutMethod", with(&place, with(&models, json!({"authorizationType": "NONE"})))).await;
            is(json!({"restApiId": name("restApiId"), "modelName": "Error"})).await
        }
        ("DeleteAuthorizer" | "DeleteRequestValidator", "ConflictException") => {
            let place = json!({"restApiId": name("restApiId"), "resourceId": name("resourceId"), "httpMethod": "POST",
                "authorizationType": "COGNITO_USER_POOLS", "authorizerId": name("authorizerId"),
                "requestValidatorId": name("requestValidatorId")});
            fixture.ok("PutMethod", place).await;
            let named = json!({"restApiId": name("restApiId"), "authorizerId": name("authorizerId"),
                "requestValidatorId": name("requestValidatorId")});
            is(named).await
        }
        ("DeleteRestApi" | "DeleteDeployment", "BadRequestException") => {
            is(json!({"restApiId": name("restApiId"), "deploymentId": name("deploymentId")})).await
        }
        ("UpdateBasePathMapping", "ConflictException") => {
            let mapping = json!({"domainName": "api.example.com", "restApiId": name("restApiId"), "basePath": "c"});
            fixture.ok("CreateBasePathMapping", mapping).await;
            let place = json!({"domainName": "api.example.com", "basePath": "b"});
            is(with(&place, patch("replace", "/basePath", json!("c")))).await
        }
        ("UpdateResource", "ConflictException") => {
            let of_api = json!({"restApiId": name("restApiId"), "parentId": name("resourceId"), "pathPart": "toys"});
            let other = fixture.ok("CreateResource", of_api).await;
            let named = json!({"restApiId": name("restApiId"), "resourceId": other["id"]});
            is(with(&named, patch("replace", "/pathPart", json!("pets")))).await
        }
        _ => return None,
    })
}

/// Why an error cannot occur, or is not provoked here.
fn reason(operation: &str, error: &str) -> Option<&'static str> {
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| operation.starts_with(prefix));
    match error {
        "UnauthorizedException" => Some("who may call is decided at the front door, whose tests provoke it"),
        "TooManyRequestsException" => Some("control planes are not throttled"),
        "ServiceUnavailableException" => Some("a deployment is compiled and served here before it is answered"),
        "ConflictException" if begins(&["Get", "Test"]) => Some("nothing is changed"),
        "ConflictException" => match operation {
            // What is created over what is there conflicts, and is provoked above.
            "CreateResource"
            | "CreateModel"
            | "CreateUsagePlanKey"
            | "CreateDocumentationPart"
            | "CreateStage"
            | "CreateDocumentationVersion"
            | "CreateBasePathMapping"
            | "CreateDomainNameAccessAssociation"
            | "PutMethod"
            | "CreateApiKey"
            | "CreateAuthorizer" => None,
            _ => Some("ids are given here and changes at the same time are done one after the other"),
        },
        "LimitExceededException" if begins(&["Get", "Delete", "Flush", "Test", "Tag", "Untag"]) => {
            Some("nothing is added")
        }
        "LimitExceededException" if begins(&["Update", "Put", "Import"]) => {
            Some("only the store's own bound of 16 MB a document is left, which restart and bounds tests meet")
        }
        "LimitExceededException" => match operation {
            "CreateVpcLink" | "CreateStage" | "CreateBasePathMapping" => None,
            _ => Some("its bound is in the hundreds or thousands; the check is one line beside those provoked here"),
        },
        "BadRequestException" if begins(&["Get", "Delete", "Flush", "Reject"]) => {
            Some("it takes names alone: one that is wrong is not found")
        }
        "NotFoundException" => match operation {
            "GetRestApis"
            | "GetApiKeys"
            | "GetUsagePlans"
            | "GetVpcLinks"
            | "GetClientCertificates"
            | "GetDomainNames"
            | "GetDomainNameAccessAssociations"
            | "GetSdkTypes"
            | "GetAccount"
            | "UpdateAccount" => Some("an account is always there, and may have none of something"),
            "CreateRestApi" | "CreateApiKey" | "ImportRestApi" | "ImportApiKeys" | "CreateUsagePlan" => {
                Some("nothing is named that must be there")
            }
            "CreateAuthorizer" => Some("AWS answers an unknown API with ConflictException (recorded)"),
            _ => None,
        },
        _ => None,
    }
}

#[tokio::test]
async fn every_modelled_error_is_provoked_or_cannot_occur() {
    let mut missing = Vec::new();
    let (mut seen, mut told) = (0, 0);
    for operation in model_apigateway::MODEL.operations {
        for error in operation.errors {
            let pair = format!("{} {}", operation.name, error.name);
            match staged(operation.name, error.name).await {
                Some(true) => seen += 1,
                Some(false) => missing.push(format!("{pair} (staged)")),
                None if reason(operation.name, error.name).is_some() && !worth_trying(error.name) => told += 1,
                None if provoked(operation, error.name).await => seen += 1,
                None if reason(operation.name, error.name).is_some() => told += 1,
                None => missing.push(pair),
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(seen > 170, "{seen} provoked, {told} told");
}

/// Errors that a reason alone never settles.
fn worth_trying(error: &str) -> bool {
    !["UnauthorizedException", "TooManyRequestsException", "ServiceUnavailableException", "LimitExceededException"]
        .contains(&error)
}
