//! Patch operations, path by path, as the table of the API reference has them ("Patch Operations").

use serde_json::{Value, json};

use super::account_parts::LOAD_BALANCER;
use super::fixture::*;

async fn check(fixture: &Fixture, operation: &str, named: &Value, good: &[(&str, &str, Value)], bad: &[(&str, &str)]) {
    for (op, path, value) in good {
        fixture.ok(operation, with(named, patch(op, path, value.clone()))).await;
    }
    for (op, path) in bad {
        let error = fixture.error(operation, with(named, patch(op, path, json!("x")))).await;
        assert!(error.starts_with("BadRequestException: Invalid patch path"), "{operation} {op} {path}: {error}");
    }
}

#[tokio::test]
async fn domain_names_take_theirs() {
    let fixture = Fixture::new();
    super::domain_names::domain(&fixture, "api.example.com", json!({})).await;
    let named = json!({"domainName": "api.example.com"});
    let arn = "arn:aws:acm:us-east-1:123456789012:certificate/2";
    let good = [
        ("replace", "/regionalCertificateName", json!("n")),
        ("replace", "/regionalCertificateArn", json!(arn)),
        ("replace", "/certificateName", json!("n")),
        ("replace", "/certificateArn", json!(arn)),
        ("replace", "/ownershipVerificationCertificateArn", json!(arn)),
        ("add", "/endpointConfiguration/types", json!("EDGE")),
        ("remove", "/endpointConfiguration/types/EDGE", json!(null)),
        ("replace", "/endpointConfiguration/types/REGIONAL", json!("EDGE")),
        ("replace", "/endpointConfiguration/types/EDGE", json!("REGIONAL")),
        ("replace", "/endpointConfiguration/ipAddressType", json!("dualstack")),
        ("replace", "/securityPolicy", json!("SecurityPolicy_TLS13_1_3_2025_09")),
        ("replace", "/endpointAccessMode", json!("STRICT")),
        ("replace", "/routingMode", json!("ROUTING_RULE_THEN_BASE_PATH_MAPPING")),
        ("add", "/mutualTlsAuthentication/truststoreUri", json!("s3://bucket/trust.pem")),
        ("replace", "/mutualTlsAuthentication/truststoreVersion", json!("v1")),
        ("remove", "/mutualTlsAuthentication", json!(null)),
    ];
    let bad =
        [("replace", "/domainName"), ("add", "/certificateArn"), ("copy", "/securityPolicy"), ("replace", "/tags")];
    check(&fixture, "UpdateDomainName", &named, &good, &bad).await;
    for (path, value) in [
        ("/endpointConfiguration/types/REGIONAL", "PRIVATE"),
        ("/endpointConfiguration/types/EDGE", "REGIONAL"),
        ("/securityPolicy", "TLS_9"),
        ("/routingMode", "GUESS"),
        ("/regionalCertificateArn", "x"),
        ("/policy", "{}"),
    ] {
        let error = fixture.error("UpdateDomainName", with(&named, patch("replace", path, json!(value)))).await;
        assert!(error.starts_with("BadRequestException: "), "{path}: {error}");
    }
}

#[tokio::test]
async fn what_an_account_has_takes_its_own() {
    let fixture = Fixture::new();
    let link = fixture.ok("CreateVpcLink", json!({"name": "l", "targetArns": [LOAD_BALANCER]})).await;
    let good = [("replace", "/name", json!("m")), ("replace", "/description", json!("d"))];
    let bad = [("replace", "/targetArns"), ("add", "/name"), ("remove", "/description")];
    check(&fixture, "UpdateVpcLink", &json!({"vpcLinkId": link["id"]}), &good, &bad).await;
    let certificate = fixture.ok("GenerateClientCertificate", json!({})).await;
    let named = json!({"clientCertificateId": certificate["clientCertificateId"]});
    let good = [("replace", "/description", json!("d"))];
    check(&fixture, "UpdateClientCertificate", &named, &good, &[("remove", "/description"), ("replace", "/x")]).await;
    let role = json!("arn:aws:iam::123456789012:role/logs");
    let good = [("replace", "/cloudwatchRoleArn", role), ("add", "/features", json!("UsagePlans"))];
    check(&fixture, "UpdateAccount", &json!({}), &good, &[("add", "/cloudwatchRoleArn"), ("replace", "/features")])
        .await;
}

#[tokio::test]
async fn documentation_and_mappings_take_theirs() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let of_api = json!({"restApiId": api.id});
    let part = json!({"location": {"type": "API"}, "properties": "{}"});
    let part = fixture.ok("CreateDocumentationPart", with(&of_api, part)).await;
    let named = with(&of_api, json!({"documentationPartId": part["id"]}));
    let good = [("replace", "/properties", json!("{\"a\":1}"))];
    check(&fixture, "UpdateDocumentationPart", &named, &good, &[("add", "/properties"), ("replace", "/location")])
        .await;
    fixture.ok("CreateDocumentationVersion", with(&of_api, json!({"documentationVersion": "1"}))).await;
    let named = with(&of_api, json!({"documentationVersion": "1"}));
    let good = [("replace", "/description", json!("d"))];
    check(&fixture, "UpdateDocumentationVersion", &named, &good, &[("replace", "/version")]).await;
    super::domain_names::domain(&fixture, "api.example.com", json!({})).await;
    let map = json!({"domainName": "api.example.com", "basePath": "b", "restApiId": api.id});
    fixture.ok("CreateBasePathMapping", map).await;
    let named = json!({"domainName": "api.example.com", "basePath": "b"});
    let good = [
        ("replace", "/restapiId", json!(api.id)),
        ("replace", "/stage", json!("(none)")),
        ("replace", "/basePath", json!("c")),
    ];
    let bad = [("add", "/stage"), ("remove", "/basePath"), ("replace", "/restApiId")];
    let at_c = json!({"domainName": "api.example.com", "basePath": "c"});
    check(&fixture, "UpdateBasePathMapping", &named, &good, &[]).await;
    check(&fixture, "UpdateBasePathMapping", &at_c, &[], &bad).await;
}
