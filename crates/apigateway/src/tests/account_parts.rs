//! VPC links, client certificates, SDK types, the cache's flush, model templates.

use serde_json::{Value, json};

use super::fixture::*;

pub const LOAD_BALANCER: &str =
    "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/inner/0123456789abcdef";

#[tokio::test]
async fn a_vpc_link_is_pending_when_made_and_available_after() {
    let fixture = Fixture::new();
    let made = fixture.ok("CreateVpcLink", json!({"name": "inner", "targetArns": [LOAD_BALANCER]})).await;
    assert_eq!(made["status"], "PENDING");
    let named = json!({"vpcLinkId": made["id"]});
    let shown = fixture.ok("GetVpcLink", named.clone()).await;
    assert_eq!(
        (&shown["status"], &shown["statusMessage"]),
        (&json!("AVAILABLE"), &json!("Your vpc link is ready for use"))
    );
    fixture.ok("UpdateVpcLink", with(&named, patch("replace", "/name", json!("outer")))).await;
    assert_eq!(fixture.ok("GetVpcLinks", json!({})).await["items"][0]["name"], "outer");
    fixture.ok("DeleteVpcLink", named.clone()).await;
    assert_eq!(fixture.error("GetVpcLink", named).await, "NotFoundException: Invalid Vpc Link identifier specified");
    for bad in [json!({"name": ""}), json!({"targetArns": []}), json!({"targetArns": ["arn:aws:s3:::x"]})] {
        let input = with(&json!({"name": "x", "targetArns": [LOAD_BALANCER]}), bad);
        assert!(fixture.error("CreateVpcLink", input).await.starts_with("BadRequestException: "));
    }
}

#[tokio::test]
async fn a_client_certificate_is_real_and_its_key_stays_here() {
    let fixture = Fixture::new();
    let made = fixture.ok("GenerateClientCertificate", json!({"description": "d", "tags": {"a": "b"}})).await;
    let pem = text(&made["pemEncodedCertificate"]);
    assert_eq!(crate::certificate::certificates(&pem).unwrap().len(), 1);
    assert!(!made.to_string().contains("PRIVATE"));
    let named = json!({"clientCertificateId": made["clientCertificateId"]});
    assert_eq!(fixture.ok("GetClientCertificate", named.clone()).await["pemEncodedCertificate"], pem);
    fixture.ok("UpdateClientCertificate", with(&named, patch("replace", "/description", json!("e")))).await;
    assert_eq!(fixture.ok("GetClientCertificates", json!({})).await["items"][0]["description"], "e");
    fixture.ok("DeleteClientCertificate", named.clone()).await;
    assert!(fixture.error("GetClientCertificate", named).await.starts_with("NotFoundException"));
}

#[tokio::test]
async fn lists_go_on_at_their_position_and_at_no_other() {
    let fixture = Fixture::new();
    for name in ["a", "b", "c"] {
        fixture.ok("CreateVpcLink", json!({"name": name, "targetArns": [LOAD_BALANCER]})).await;
        fixture.ok("GenerateClientCertificate", json!({})).await;
    }
    let page = fixture.ok("GetVpcLinks", json!({"limit": 2})).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    let rest = fixture.ok("GetVpcLinks", json!({"limit": 2, "position": page["position"]})).await;
    assert_eq!(rest["items"].as_array().unwrap().len(), 1);
    let error = fixture.error("GetClientCertificates", json!({"position": page["position"]})).await;
    assert_eq!(error, "BadRequestException: Invalid position parameter");
    let types = fixture.ok("GetSdkTypes", json!({"limit": 4})).await;
    let more = fixture.ok("GetSdkTypes", json!({"limit": 4, "position": types["position"]})).await;
    let count = |page: &Value| page["items"].as_array().unwrap().len();
    assert_eq!((count(&types), count(&more)), (4, 2));
    assert_eq!(fixture.ok("GetSdkType", json!({"id": "javascript"})).await["friendlyName"], "JavaScript");
    assert!(fixture.error("GetSdkType", json!({"id": "cobol"})).await.starts_with("NotFoundException"));
}

#[tokio::test]
async fn flushing_reaches_the_gateway() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "x").await;
    fixture.deploy(&api, "dev").await;
    let stage = json!({"restApiId": api.id, "stageName": "dev"});
    fixture.ok("FlushStageCache", stage.clone()).await;
    fixture.ok("FlushStageAuthorizersCache", stage).await;
    let flushes = fixture.gateway.plans().stage(&api.id, "dev").unwrap().flushes;
    assert_eq!(flushes.authorizers(), 1);
    // A deployment keeps the count: what was flushed stays flushed.
    fixture.deploy(&api, "dev").await;
    assert_eq!(fixture.gateway.plans().stage(&api.id, "dev").unwrap().flushes.authorizers(), 1);
}

#[tokio::test]
async fn a_models_template_passes_on_what_it_describes() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let schema = json!({"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"},
        "toys": {"type": "array", "items": {"$ref": format!("https://apigateway.amazonaws.com/restapis/{}/models/Pet", api.id)}}}});
    let model =
        json!({"restApiId": api.id, "name": "Pet", "contentType": "application/json", "schema": schema.to_string()});
    fixture.ok("CreateModel", model).await;
    let template = fixture.ok("GetModelTemplate", json!({"restApiId": api.id, "modelName": "Pet"})).await;
    let value = text(&template["value"]);
    assert!(value.starts_with("#set($inputRoot = $input.path('$'))\n{"), "{value}");
    assert!(value.contains("\"name\" : \"$inputRoot.name\"") && value.contains("#foreach($elem0 in $inputRoot.toys)"));
    let error = fixture.error("GetModelTemplate", json!({"restApiId": api.id, "modelName": "None"})).await;
    assert_eq!(error, "NotFoundException: Invalid model name specified: None");
}

#[tokio::test]
async fn whatever_bears_tags_is_tagged_by_its_arn() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "x").await;
    fixture.deploy(&api, "dev").await;
    let link = fixture.ok("CreateVpcLink", json!({"name": "l", "targetArns": [LOAD_BALANCER]})).await;
    let certificate = fixture.ok("GenerateClientCertificate", json!({})).await;
    let key = fixture.ok("CreateApiKey", json!({"name": "k"})).await;
    let plan = fixture.ok("CreateUsagePlan", json!({"name": "p"})).await;
    super::domain_names::domain(&fixture, "api.example.com", json!({})).await;
    for path in [
        format!("/restapis/{}", api.id),
        format!("/restapis/{}/stages/dev", api.id),
        format!("/vpclinks/{}", text(&link["id"])),
        format!("/clientcertificates/{}", text(&certificate["clientCertificateId"])),
        format!("/apikeys/{}", text(&key["id"])),
        format!("/usageplans/{}", text(&plan["id"])),
        "/domainnames/api.example.com".to_owned(),
    ] {
        let named = json!({"resourceArn": format!("arn:aws:apigateway:us-east-1::{path}")});
        fixture.ok("TagResource", with(&named, json!({"tags": {"a": "1", "b": "2"}}))).await;
        fixture.ok("UntagResource", with(&named, json!({"tagKeys": ["a"]}))).await;
        assert_eq!(fixture.ok("GetTags", named.clone()).await["tags"], json!({"b": "2"}), "{path}");
        let wrong = format!("{}x", text(&named["resourceArn"]));
        assert!(fixture.error("GetTags", json!({"resourceArn": wrong})).await.starts_with("NotFoundException"));
    }
    // They still stand where they stood.
    assert_eq!(fixture.ok("GetUsagePlans", json!({})).await["items"][0]["tags"], json!({"b": "2"}));
    assert!(fixture.gateway.plans().domains().find("api.example.com").is_some());
}
