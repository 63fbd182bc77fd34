//! `securityPolicy`, `endpointAccessMode`, `integrationTarget`, the caller's own credentials: what is taken, refused, shown and told to the gateway.

use execute_api::security_policy::{AccessMode, SecurityPolicy, TlsVersion};
use serde_json::{Value, json};

use super::fixture::{Calls as _, Fixture, text, with};

const NEWEST: &str = "SecurityPolicy_TLS13_1_3_2025_09";

fn patch(id: &str, operations: &[(&str, &str, &str)]) -> Value {
    let one = |(op, path, value): &(&str, &str, &str)| json!({"op": op, "path": path, "value": value});
    json!({"restApiId": id, "patchOperations": operations.iter().map(one).collect::<Vec<_>>()})
}

#[tokio::test]
async fn an_api_has_the_policy_of_its_endpoint_type_until_it_chooses_one() {
    let fixture = Fixture::new();
    for (kind, expected) in [("EDGE", "TLS_1_0"), ("REGIONAL", "TLS_1_0"), ("PRIVATE", "TLS_1_2")] {
        let made = fixture.ok("CreateRestApi", json!({"name": "x", "endpointConfiguration": {"types": [kind]}})).await;
        assert_eq!((text(&made["securityPolicy"]), made.get("endpointAccessMode")), (expected.to_owned(), None));
        assert_eq!(made["apiStatus"], "AVAILABLE");
    }
    let input = json!({"name": "x", "endpointConfiguration": {"types": ["REGIONAL"]}, "securityPolicy": NEWEST,
        "endpointAccessMode": "STRICT"});
    let made = fixture.ok("CreateRestApi", input).await;
    let id = text(&made["id"]);
    let shown = fixture.ok("GetRestApi", json!({"restApiId": id})).await;
    assert_eq!((&shown["securityPolicy"], &shown["endpointAccessMode"]), (&json!(NEWEST), &json!("STRICT")));
    let back = patch(&id, &[("replace", "/securityPolicy", "TLS_1_2"), ("replace", "/endpointAccessMode", "")]);
    let shown = fixture.ok("UpdateRestApi", back).await;
    assert_eq!((&shown["securityPolicy"], shown.get("endpointAccessMode")), (&json!("TLS_1_2"), None));
}

#[tokio::test]
async fn policies_that_do_not_fit_are_refused_and_change_nothing() {
    let fixture = Fixture::new();
    let regional = json!({"types": ["REGIONAL"]});
    for (more, words) in [
        (json!({"securityPolicy": NEWEST}), "endpointAccessMode must be specified"),
        (json!({"securityPolicy": "TLS_1_2", "endpointAccessMode": "BASIC"}), "endpointAccessMode is only available"),
        (json!({"endpointAccessMode": "BASIC"}), "endpointAccessMode is only available"),
        (
            json!({"securityPolicy": "SecurityPolicy_TLS13_2025_EDGE", "endpointAccessMode": "BASIC"}),
            "is only available for edge-optimized endpoints",
        ),
    ] {
        let mut input = json!({"name": "x", "endpointConfiguration": regional});
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let error = fixture.error("CreateRestApi", input).await;
        assert!(error.starts_with("BadRequestException") && error.contains(words), "{error}");
    }
    assert_eq!(fixture.ok("GetRestApis", json!({})).await["items"], json!([]));
    let id = text(&fixture.ok("CreateRestApi", json!({"name": "x"})).await["id"]);
    for (path, value) in
        [("/securityPolicy", "TLS_9"), ("/endpointAccessMode", "LOOSE"), ("/endpointAccessMode", "BASIC")]
    {
        let error = fixture.error("UpdateRestApi", patch(&id, &[("replace", path, value)])).await;
        assert!(error.starts_with("BadRequestException"), "{error}");
    }
    assert_eq!(fixture.ok("GetRestApi", json!({"restApiId": id})).await["securityPolicy"], "TLS_1_0");
}

#[tokio::test]
async fn the_gateway_is_told_at_once_and_documents_carry_the_policy() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "hello").await;
    fixture.deploy(&api, "dev").await;
    let served = |fixture: &Fixture| fixture.gateway.plans().stage(&api.id, "dev").unwrap().plan;
    assert_eq!(served(&fixture).settings.endpoint.policy, SecurityPolicy::default());
    let change = [
        ("replace", "/endpointConfiguration/types/EDGE", "REGIONAL"),
        ("replace", "/securityPolicy", NEWEST),
        ("replace", "/endpointAccessMode", "STRICT"),
    ];
    fixture.ok("UpdateRestApi", patch(&api.id, &change)).await;
    let endpoint = served(&fixture).settings.endpoint.clone();
    assert_eq!((endpoint.policy.oldest, endpoint.mode), (TlsVersion::V13, AccessMode::Strict));
    assert_eq!(fixture.gateway.plans().security_policy(&api.id), Some(endpoint.policy));
    // Without TLS nothing is told.
    assert_eq!(fixture.get(&api, "dev", "/", &[]).await.0, 403);
    let input = json!({"restApiId": api.id, "stageName": "dev", "exportType": "oas30",
        "parameters": {"extensions": "apigateway"}});
    let written = super::openapi::unpack(&fixture.ok("GetExport", input).await["body"]);
    let mut document: Value = serde_json::from_str(&written).unwrap();
    assert_eq!(document["x-amazon-apigateway-security-policy"], NEWEST);
    assert_eq!(document["x-amazon-apigateway-endpoint-access-mode"], "STRICT");
    document["x-amazon-apigateway-endpoint-configuration"] = json!({"types": ["REGIONAL"]});
    let again = super::openapi::imported(&fixture, &document.to_string()).await;
    let made = fixture.ok("GetRestApi", json!({"restApiId": again.id})).await;
    assert_eq!((&made["securityPolicy"], &made["endpointAccessMode"]), (&json!(NEWEST), &json!("STRICT")));
}

#[tokio::test]
async fn mutual_tls_and_other_apis_are_not_behind_enhanced_policies() {
    let fixture = Fixture::new();
    super::domain_names::domain(&fixture, "api.example.com", json!({})).await;
    let change = |operations: Value| json!({"domainName": "api.example.com", "patchOperations": operations});
    let enhanced = json!([
        {"op": "replace", "path": "/securityPolicy", "value": NEWEST},
        {"op": "replace", "path": "/endpointAccessMode", "value": "BASIC"},
    ]);
    let shown = fixture.ok("UpdateDomainName", change(enhanced)).await;
    assert_eq!((&shown["securityPolicy"], &shown["endpointAccessMode"]), (&json!(NEWEST), &json!("BASIC")));
    let mutual = json!([
        {"op": "add", "path": "/mutualTlsAuthentication/truststoreUri", "value": "s3://bucket/trust.pem"},
    ]);
    let error = fixture.error("UpdateDomainName", change(mutual)).await;
    assert!(error.contains("Mutual TLS is not supported"), "{error}");
    let call = fixture.context();
    let mapping = crate::entity::BasePathMapping {
        id: "m".to_owned(),
        base_path: "http".to_owned(),
        api_id: "httpapi123".to_owned(),
        stage: Some("$default".to_owned()),
    };
    let error = fixture.service.put_shared_mapping(&call, "api.example.com", &mapping).await.unwrap_err();
    assert!(error.message.contains("Only REST APIs"), "{error:?}");
}

#[tokio::test]
async fn a_load_balancer_stands_behind_a_link_and_travels_in_documents() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let place = json!({"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"});
    fixture.ok("PutMethod", with(&place, json!({"authorizationType": "NONE"}))).await;
    let balancer = "arn:aws:elasticloadbalancing:us-east-2:123456789012:loadbalancer/app/main/1234567891011";
    let linked = json!({"type": "HTTP_PROXY", "integrationHttpMethod": "GET", "uri": "http://inner.test/path",
        "connectionType": "VPC_LINK", "connectionId": "bbb111", "integrationTarget": balancer});
    for (more, words) in [
        (json!({"connectionType": "INTERNET"}), "connectionType of VPC_LINK"),
        (json!({"integrationTarget": "arn:aws:s3:::x"}), "Invalid integrationTarget"),
        (json!({"integrationTarget": "balancer"}), "Invalid integrationTarget"),
    ] {
        let error = fixture.error("PutIntegration", with(&place, with(&linked, more))).await;
        assert!(error.starts_with("BadRequestException") && error.contains(words), "{error}");
    }
    assert_eq!(fixture.ok("PutIntegration", with(&place, linked)).await["integrationTarget"], balancer);
    fixture.deploy(&api, "dev").await;
    let input = json!({"restApiId": api.id, "stageName": "dev", "exportType": "oas30",
        "parameters": {"extensions": "apigateway"}});
    let written = super::openapi::unpack(&fixture.ok("GetExport", input).await["body"]);
    let again = super::openapi::imported(&fixture, &written).await;
    let place = json!({"restApiId": again.id, "resourceId": again.root, "httpMethod": "GET"});
    assert_eq!(fixture.ok("GetIntegration", place.clone()).await["integrationTarget"], balancer);
    let listener = balancer.replace("loadbalancer/app", "listener/net");
    let change = super::fixture::patch("replace", "/integrationTarget", json!(listener));
    assert_eq!(fixture.ok("UpdateIntegration", with(&place, change)).await["integrationTarget"], listener);
}

#[tokio::test]
async fn callers_credentials_are_not_deployed_beside_a_resource_policy() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let place = json!({"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"});
    fixture.ok("PutMethod", with(&place, json!({"authorizationType": "AWS_IAM"}))).await;
    let function = "arn:aws:lambda:us-east-1:123456789012:function:f";
    let uri = format!("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations");
    let callers = json!({"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": uri,
        "credentials": "arn:aws:iam::*:user/*"});
    assert_eq!(fixture.ok("PutIntegration", with(&place, callers)).await["credentials"], "arn:aws:iam::*:user/*");
    fixture.deploy(&api, "dev").await;
    let statement =
        json!({"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"});
    let policy = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    fixture.ok("UpdateRestApi", patch(&api.id, &[("replace", "/policy", &policy)])).await;
    let error = fixture.error("CreateDeployment", json!({"restApiId": api.id})).await;
    assert_eq!(error, "BadRequestException: Caller provided credentials not allowed when resource policy is set");
}
