//! Documentation parts and versions.

use serde_json::{Value, json};

use super::fixture::*;

fn part(api: &Api, location: Value) -> Value {
    json!({"restApiId": api.id, "location": location, "properties": "{\"description\":\"x\"}"})
}

#[tokio::test]
async fn parts_are_made_found_changed_frozen_and_deleted() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "x").await;
    fixture.deploy(&api, "dev").await;
    let made = fixture.ok("CreateDocumentationPart", part(&api, json!({"type": "METHOD", "method": "GET"}))).await;
    assert_eq!(made["location"], json!({"type": "METHOD", "path": "/", "method": "GET"}));
    fixture.ok("CreateDocumentationPart", part(&api, json!({"type": "MODEL", "name": "Pet"}))).await;
    let error = fixture.error("CreateDocumentationPart", part(&api, json!({"type": "MODEL", "name": "Pet"}))).await;
    assert_eq!(error, "ConflictException: Documentation part already exists for the specified location");
    let named = json!({"restApiId": api.id});
    for (filter, count) in [
        (json!({}), 2),
        (json!({"type": "MODEL"}), 1),
        (json!({"nameQuery": "P"}), 1),
        (json!({"nameQuery": "x"}), 0),
        (json!({"path": "/"}), 1),
    ] {
        let listed = fixture.ok("GetDocumentationParts", with(&named, filter.clone())).await;
        assert_eq!(listed["items"].as_array().unwrap().len(), count, "{filter}");
    }
    let missing = fixture.ok("GetDocumentationParts", with(&named, json!({"locationStatus": "UNDOCUMENTED"}))).await;
    let kinds: Vec<String> =
        missing["items"].as_array().unwrap().iter().map(|i| text(&i["location"]["type"])).collect();
    assert!(kinds.contains(&"API".to_owned()) && !kinds.contains(&"METHOD".to_owned()), "{kinds:?}");
    let id = with(&named, json!({"documentationPartId": made["id"]}));
    let changed = patch("replace", "/properties", json!("{\"description\":\"y\"}"));
    fixture.ok("UpdateDocumentationPart", with(&id, changed)).await;
    assert_eq!(fixture.ok("GetDocumentationPart", id.clone()).await["properties"], "{\"description\":\"y\"}");
    let version = with(&named, json!({"documentationVersion": "1.0", "stageName": "dev"}));
    fixture.ok("CreateDocumentationVersion", version.clone()).await;
    assert!(fixture.error("CreateDocumentationVersion", version).await.starts_with("ConflictException"));
    let stage = fixture.ok("GetStage", with(&named, json!({"stageName": "dev"}))).await;
    assert_eq!(stage["documentationVersion"], "1.0");
    let version = with(&named, json!({"documentationVersion": "1.0"}));
    let described = patch("replace", "/description", json!("first"));
    fixture.ok("UpdateDocumentationVersion", with(&version, described)).await;
    assert_eq!(fixture.ok("GetDocumentationVersion", version.clone()).await["description"], "first");
    assert_eq!(fixture.ok("GetDocumentationVersions", named).await["items"].as_array().unwrap().len(), 1);
    fixture.ok("DeleteDocumentationVersion", version.clone()).await;
    fixture.ok("DeleteDocumentationPart", id.clone()).await;
    assert!(fixture.error("GetDocumentationPart", id).await.starts_with("NotFoundException"));
    assert!(fixture.error("GetDocumentationVersion", version).await.starts_with("NotFoundException"));
}

#[tokio::test]
async fn locations_have_what_their_type_has() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    for bad in [
        json!({"type": "API", "path": "/"}),
        json!({"type": "MODEL"}),
        json!({"type": "METHOD", "statusCode": "200"}),
        json!({"type": "RESOURCE", "path": "pets"}),
        json!({"type": "QUERY_PARAMETER", "path": "/"}),
    ] {
        let error = fixture.error("CreateDocumentationPart", part(&api, bad.clone())).await;
        assert!(error.starts_with("BadRequestException: "), "{bad}: {error}");
    }
    let text = with(&part(&api, json!({"type": "API"})), json!({"properties": "no JSON"}));
    assert!(fixture.error("CreateDocumentationPart", text).await.starts_with("BadRequestException: "));
}

#[tokio::test]
async fn parts_are_imported_into_those_that_are_there_or_in_their_place() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let kept = fixture.ok("CreateDocumentationPart", part(&api, json!({"type": "RESOURCE", "path": "/x"}))).await;
    let document = json!({"swagger": "2.0", "info": {"title": "x"}, "x-amazon-apigateway-documentation": {
    "documentationParts": [
        {"location": {"type": "API"}, "properties": {"info": {"description": "d"}}},
        {"location": {"type": "MODEL"}, "properties": {}},
    ]}});
    let body: Value = aws_types::wire::IntoWire::into_wire(aws_types::wire::Blob(document.to_string().into_bytes()));
    let input = json!({"restApiId": api.id, "body": body});
    let fail = with(&input, json!({"failOnWarnings": true}));
    assert!(fixture.error("ImportDocumentationParts", fail).await.contains("Warnings found during import"));
    let merged = fixture.ok("ImportDocumentationParts", input.clone()).await;
    assert_eq!(merged["ids"].as_array().unwrap().len(), 1);
    assert_eq!(merged["warnings"].as_array().unwrap().len(), 1);
    let again = fixture.ok("ImportDocumentationParts", with(&input, json!({"mode": "overwrite"}))).await;
    assert_eq!(again["ids"], merged["ids"]);
    let gone = json!({"restApiId": api.id, "documentationPartId": kept["id"]});
    assert!(fixture.error("GetDocumentationPart", gone).await.starts_with("NotFoundException"));
}
