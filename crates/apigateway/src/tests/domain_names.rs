//! Custom domain names, their mappings, and who may reach private ones.

use serde_json::{Value, json};

use super::fixture::*;

const ARN: &str = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555";

pub async fn domain(fixture: &Fixture, name: &str, more: Value) -> Value {
    let regional = json!({
        "domainName": name, "regionalCertificateArn": ARN, "endpointConfiguration": {"types": ["REGIONAL"]},
    });
    fixture.ok("CreateDomainName", with(&regional, more)).await
}

async fn served(fixture: &Fixture) -> Api {
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "x").await;
    fixture.deploy(&api, "dev").await;
    api
}

fn target(fixture: &Fixture, host: &str, path: &str) -> Option<(String, String, String)> {
    let plan = fixture.gateway.plans().domains().find(host)?;
    plan.target(path).map(|target| (target.api_id, target.stage, target.path))
}

#[tokio::test]
async fn a_domain_name_is_made_mapped_served_changed_and_deleted() {
    let fixture = Fixture::new();
    let api = served(&fixture).await;
    let made = domain(&fixture, "Api.Example.com", json!({"tags": {"a": "b"}})).await;
    assert_eq!(made["domainName"], "api.example.com");
    assert_eq!(made["domainNameStatus"], "AVAILABLE");
    assert_eq!(made["securityPolicy"], "TLS_1_2");
    assert_eq!(made["routingMode"], "BASE_PATH_MAPPING_ONLY");
    assert_eq!(made["regionalHostedZoneId"], "Z1UJRXOUMOOFQ8");
    assert!(text(&made["regionalDomainName"]).ends_with(".execute-api.us-east-1.amazonaws.com"));
    assert_eq!(made.get("distributionDomainName").filter(|value| !value.is_null()), None);
    let named = json!({"domainName": "api.example.com"});
    let map = |path: &str, stage: &str| with(&named, json!({"basePath": path, "restApiId": api.id, "stage": stage}));
    let shown = fixture.ok("CreateBasePathMapping", map("(none)", "dev")).await;
    assert_eq!(shown["basePath"], "(none)");
    fixture.ok("CreateBasePathMapping", map("orders", "(none)")).await;
    let to = |stage: &str, path: &str| Some((api.id.clone(), stage.to_owned(), path.to_owned()));
    assert_eq!(target(&fixture, "api.example.com", "/pets/1"), to("dev", "/pets/1"));
    assert_eq!(target(&fixture, "api.example.com", "/orders/dev/1"), to("dev", "/1"));
    let error = fixture.error("CreateBasePathMapping", map("orders", "dev")).await;
    assert_eq!(error, "ConflictException: Base path already exists for this domain name");

    let place = with(&named, json!({"basePath": "orders"}));
    let moved = patch("replace", "/basePath", json!("shop"));
    fixture.ok("UpdateBasePathMapping", with(&place, moved)).await;
    let place = with(&named, json!({"basePath": "shop"}));
    fixture.ok("UpdateBasePathMapping", with(&place, patch("replace", "/stage", json!("dev")))).await;
    assert_eq!(target(&fixture, "api.example.com", "/shop/1"), to("dev", "/1"));
    assert_eq!(target(&fixture, "api.example.com", "/orders/1"), to("dev", "/orders/1"));
    let listed = fixture.ok("GetBasePathMappings", named.clone()).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
    let error = fixture.error("DeleteRestApi", json!({"restApiId": api.id})).await;
    assert!(error.contains("remove all base path mappings"), "{error}");
    fixture.ok("DeleteBasePathMapping", place.clone()).await;
    assert!(fixture.error("GetBasePathMapping", place).await.starts_with("NotFoundException: "));
    fixture.ok("UpdateDomainName", with(&named, patch("replace", "/routingMode", json!("ROUTING_RULE_ONLY")))).await;
    assert_eq!(target(&fixture, "api.example.com", "/"), None);
    fixture.ok("DeleteDomainName", named.clone()).await;
    assert!(fixture.gateway.plans().domains().find("api.example.com").is_none());
    assert_eq!(
        fixture.error("GetDomainName", named).await,
        "NotFoundException: Invalid domain name identifier specified"
    );
    fixture.ok("DeleteRestApi", json!({"restApiId": api.id})).await;
    // The name is free again.
    domain(&fixture, "api.example.com", json!({})).await;
}

#[tokio::test]
async fn a_name_belongs_to_one_account() {
    let mut fixture = Fixture::new();
    domain(&fixture, "api.example.com", json!({})).await;
    fixture.account = "999999999999";
    let input = json!({
        "domainName": "API.example.com", "regionalCertificateArn": ARN, "endpointConfiguration": {"types": ["REGIONAL"]},
    });
    let error = fixture.error("CreateDomainName", input).await;
    assert_eq!(error, "BadRequestException: The domain name you provided already exists.");
    let named = json!({"domainName": "api.example.com"});
    assert!(fixture.error("GetDomainName", named.clone()).await.starts_with("NotFoundException"));
    assert!(fixture.error("DeleteDomainName", named).await.starts_with("NotFoundException"));
}

#[tokio::test]
async fn an_imported_certificate_is_served_and_its_key_never_shown() {
    let fixture = Fixture::new();
    let now = aws_types::Timestamp::from_secs(1_767_225_600);
    let pair = crate::certificate::client_certificate(now, now.plus_ms(86_400_000)).unwrap();
    let given = json!({
        "domainName": "edge.example.com", "certificateBody": pair.certificate, "certificatePrivateKey": pair.key,
        "certificateName": "mine",
    });
    let made = fixture.ok("CreateDomainName", given.clone()).await;
    assert_eq!(made["distributionHostedZoneId"], "Z2FDTNDATAQYW2");
    assert_eq!(made["certificateName"], "mine");
    let plan = fixture.gateway.plans().domains().find("edge.example.com").unwrap();
    assert!(plan.certificate.is_some());
    assert!(!made.to_string().contains("PRIVATE KEY"));
    let other = crate::certificate::client_certificate(now, now).unwrap();
    for more in [
        json!({"certificatePrivateKey": other.key}),
        json!({"certificatePrivateKey": ""}),
        json!({"certificateBody": "x"}),
    ] {
        let input = with(&with(&given, json!({"domainName": "other.example.com"})), more);
        assert!(fixture.error("CreateDomainName", input).await.starts_with("BadRequestException: "));
    }
}

#[tokio::test]
async fn mutual_tls_reads_its_truststore_when_it_is_set() {
    let fixture = Fixture::new();
    let mutual = |uri: &str| json!({"mutualTlsAuthentication": {"truststoreUri": uri}});
    let made = domain(&fixture, "m.example.com", mutual("s3://bucket/trust.pem")).await;
    assert_eq!(made["mutualTlsAuthentication"]["truststoreUri"], "s3://bucket/trust.pem");
    let plan = || fixture.gateway.plans().domains().find("m.example.com").unwrap();
    assert_eq!(plan().truststore.as_ref().map(Vec::len), Some(1));
    for uri in
        ["", "https://x/y", "s3://bucket", "s3://bucket/none.pem", "s3://bucket/empty.pem", "s3://bucket/large.pem"]
    {
        let input = with(
            &json!({"domainName": "n.example.com", "regionalCertificateArn": ARN,
                "endpointConfiguration": {"types": ["REGIONAL"]}}),
            mutual(uri),
        );
        assert!(fixture.error("CreateDomainName", input).await.starts_with("BadRequestException: "), "{uri}");
    }
    let named = json!({"domainName": "m.example.com"});
    let bad = patch("replace", "/mutualTlsAuthentication/truststoreUri", json!("s3://bucket/none.pem"));
    fixture.error("UpdateDomainName", with(&named, bad)).await;
    assert!(plan().truststore.is_some());
    let weak = patch("replace", "/securityPolicy", json!("TLS_1_0"));
    assert!(fixture.error("UpdateDomainName", with(&named, weak)).await.contains("minimum TLS version"));
    let removed = patch("remove", "/mutualTlsAuthentication", json!(null));
    fixture.ok("UpdateDomainName", with(&named, removed)).await;
    assert!(plan().truststore.is_none());
}

#[tokio::test]
async fn a_private_name_is_reached_through_associated_endpoints_alone() {
    let fixture = Fixture::new();
    let private = json!({
        "domainName": "inner.example.com", "certificateArn": ARN, "endpointConfiguration": {"types": ["PRIVATE"]},
    });
    let first = fixture.ok("CreateDomainName", private.clone()).await;
    let second = fixture.ok("CreateDomainName", private).await;
    assert_ne!(first["domainNameId"], second["domainNameId"]);
    let plans = fixture.gateway.plans();
    assert!(plans.domains().find("inner.example.com").is_none());
    let wanted = json!({
        "domainNameArn": first["domainNameArn"], "accessAssociationSourceType": "VPCE",
        "accessAssociationSource": "vpce-0a1b",
    });
    let made = fixture.ok("CreateDomainNameAccessAssociation", wanted.clone()).await;
    assert!(plans.domains().find_private("inner.example.com", "vpce-0a1b").is_some());
    assert!(plans.domains().find_private("inner.example.com", "vpce-ffff").is_none());
    let error = fixture.error("CreateDomainNameAccessAssociation", wanted).await;
    assert!(error.starts_with("ConflictException"), "{error}");
    let listed = fixture.ok("GetDomainNameAccessAssociations", json!({})).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    let arn = json!({"domainNameAccessAssociationArn": made["domainNameAccessAssociationArn"]});
    let wrong = with(&arn, json!({"domainNameArn": second["domainNameArn"]}));
    assert!(fixture.error("RejectDomainNameAccessAssociation", wrong).await.starts_with("NotFoundException"));
    let right = with(&arn, json!({"domainNameArn": first["domainNameArn"]}));
    fixture.ok("RejectDomainNameAccessAssociation", right).await;
    assert!(plans.domains().find_private("inner.example.com", "vpce-0a1b").is_none());
    assert!(fixture.error("DeleteDomainNameAccessAssociation", arn).await.starts_with("NotFoundException"));
    let named = json!({"domainName": "inner.example.com", "domainNameId": first["domainNameId"]});
    fixture.ok("DeleteDomainName", named.clone()).await;
    assert!(fixture.error("GetDomainName", named).await.starts_with("NotFoundException"));
}

#[tokio::test]
async fn a_private_name_keeps_the_policy_that_guards_it() {
    let fixture = Fixture::new();
    let statement =
        json!({"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": ["execute-api:/*"]});
    let policy = |statement: &Value| json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    let private = json!({
        "domainName": "inner.example.com", "certificateArn": ARN, "endpointConfiguration": {"types": ["PRIVATE"]},
        "policy": policy(&statement),
    });
    let made = fixture.ok("CreateDomainName", private.clone()).await;
    let own = format!(
        "arn:aws:execute-api:us-east-1:123456789012:/domainnames/inner.example.com+{}",
        text(&made["domainNameId"])
    );
    let kept: Value = serde_json::from_str(&text(&made["policy"])).unwrap();
    assert_eq!(kept["Statement"][0]["Resource"], json!([own]));
    let associated = json!({
        "domainNameArn": made["domainNameArn"], "accessAssociationSourceType": "VPCE",
        "accessAssociationSource": "vpce-0a1b",
    });
    fixture.ok("CreateDomainNameAccessAssociation", associated).await;
    let guard =
        || fixture.gateway.plans().domains().find_private("inner.example.com", "vpce-0a1b").unwrap().guard.clone();
    assert!(guard().is_some_and(|guard| guard.arn == own && guard.policy.is_some()));
    let named = json!({"domainName": "inner.example.com", "domainNameId": made["domainNameId"]});
    fixture.ok("UpdateDomainName", with(&named, patch("replace", "/policy", json!("")))).await;
    assert!(guard().is_some_and(|guard| guard.policy.is_none()), "without a policy it stays guarded");
    for bad in [
        "{",
        "{}",
        &policy(&json!({"Effect": "Allow"})),
        &policy(&with(&statement, json!({"Resource": "execute-api:/x"}))),
    ] {
        let error = fixture.error("UpdateDomainName", with(&named, patch("replace", "/policy", json!(bad)))).await;
        assert!(error.starts_with("BadRequestException: "), "{bad}: {error}");
        let error = fixture.error("CreateDomainName", with(&private, json!({"policy": bad}))).await;
        assert!(error.starts_with("BadRequestException: "), "{bad}: {error}");
    }
    let arn = text(&made["domainNameArn"]);
    let who =
        json!({"Effect": "Allow", "Principal": "*", "Action": "apigateway:CreateAccessAssociation", "Resource": arn});
    let managed = patch("replace", "/managementPolicy", json!(policy(&who)));
    let shown = fixture.ok("UpdateDomainName", with(&named, managed)).await;
    assert_eq!(shown["managementPolicy"], policy(&who));
    let cleared = fixture.ok("UpdateDomainName", with(&named, patch("replace", "/managementPolicy", json!("")))).await;
    assert_eq!(cleared.get("managementPolicy"), None);
    let short = policy(&with(&who, json!({"Resource": "execute-api:/*"})));
    let short = patch("replace", "/managementPolicy", json!(short));
    assert!(fixture.error("UpdateDomainName", with(&named, short)).await.starts_with("BadRequestException: "));
}

#[tokio::test]
async fn what_is_no_domain_name_is_refused() {
    let fixture = Fixture::new();
    let good = json!({
        "domainName": "api.example.com", "regionalCertificateArn": ARN, "endpointConfiguration": {"types": ["REGIONAL"]},
    });
    let elsewhere = "arn:aws:acm:eu-west-1:123456789012:certificate/1";
    for (more, message) in [
        (json!({"domainName": "localhost"}), "Invalid domain name identifier specified"),
        (json!({"domainName": "x.amazonaws.com"}), "The domain name is reserved by this server."),
        (json!({"regionalCertificateArn": null}), "A certificate must be specified"),
        (json!({"regionalCertificateArn": "arn:aws:s3:::x"}), "Invalid certificate ARN: arn:aws:s3:::x."),
        (json!({"regionalCertificateArn": elsewhere}), "Certificate must be in 'us-east-1'."),
        (json!({"endpointConfiguration": {"types": []}}), "Exactly one endpoint type"),
        (json!({"endpointAccessMode": "STRICT"}), "endpointAccessMode is only available"),
        (json!({"policy": "{}"}), "policy is only supported for private domain names"),
    ] {
        let error = fixture.error("CreateDomainName", with(&good, more)).await;
        assert!(error.starts_with("BadRequestException: ") && error.contains(message), "{error}");
    }
    fixture.ok("CreateDomainName", good).await;
    let api = served(&fixture).await;
    let map = json!({"domainName": "api.example.com", "restApiId": api.id, "stage": "dev"});
    for (more, message) in [
        (json!({"basePath": "a/b"}), "API Gateway V1 doesn't support the slash character"),
        (json!({"basePath": "ping"}), "Invalid base path specified"),
        (json!({"restApiId": "nope"}), "Invalid REST API identifier specified"),
        (json!({"stage": "nope"}), "Invalid stage identifier specified"),
    ] {
        let error = fixture.error("CreateBasePathMapping", with(&map, more)).await;
        assert!(error.starts_with("BadRequestException: ") && error.contains(message), "{error}");
    }
}

#[tokio::test]
async fn another_node_serves_what_this_one_made() {
    let fixture = Fixture::new();
    let other = Fixture::over(fixture.store.clone(), 2);
    other.service.load().await.unwrap();
    domain(&fixture, "api.example.com", json!({})).await;
    other.service.catch_up().await.unwrap();
    assert!(other.gateway.plans().domains().find("api.example.com").is_some());
    fixture.ok("DeleteDomainName", json!({"domainName": "api.example.com"})).await;
    other.service.catch_up().await.unwrap();
    assert!(other.gateway.plans().domains().find("api.example.com").is_none());
    let third = Fixture::over(fixture.store.clone(), 3);
    domain(&fixture, "late.example.com", json!({})).await;
    third.service.load().await.unwrap();
    assert!(third.gateway.plans().domains().find("late.example.com").is_some());
}
