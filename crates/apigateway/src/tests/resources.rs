//! The path tree.

use serde_json::json;

use super::fixture::*;

#[tokio::test]
async fn resources_form_a_tree() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let pets = fixture.resource(&api, &api.root, "pets").await;
    let pet = fixture.resource(&api, &pets, "{petId}").await;
    assert_eq!(pet.len(), 6);
    fixture.mock(&api, &pet, "GET", "x").await;
    let shown = fixture.ok("GetResource", json!({"restApiId": api.id, "resourceId": pet})).await;
    let expected = json!({
        "id": pet, "parentId": pets, "pathPart": "{petId}", "path": "/pets/{petId}", "resourceMethods": {"GET": {}},
    });
    assert_eq!(shown, expected);
    let all = fixture.ok("GetResources", json!({"restApiId": api.id, "embed": ["methods"]})).await;
    let all = all["items"].as_array().unwrap();
    assert_eq!(all.len(), 3);
    let full = all.iter().find(|resource| resource["id"] == pet).unwrap();
    assert_eq!(full["resourceMethods"]["GET"]["methodIntegration"]["type"], "MOCK");
    let page = fixture.ok("GetResources", json!({"restApiId": api.id, "limit": 2})).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    let rest = json!({"restApiId": api.id, "limit": 2, "position": page["position"]});
    let rest = fixture.ok("GetResources", rest).await;
    assert_eq!(rest["items"].as_array().unwrap().len(), 1);
    assert_eq!(rest.get("position"), None);
}

#[tokio::test]
async fn places_that_cannot_be_are_refused() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.resource(&api, &api.root, "pets").await;
    let greedy = fixture.resource(&api, &api.root, "{proxy+}").await;
    let cases = [
        (&api.root, "pets", "ConflictException: Another resource with the same parent already has this name: pets"),
        (
            &api.root,
            "{id}",
            "BadRequestException: A sibling ({proxy+}) of this resource already has a variable path part -- only one \
             is allowed",
        ),
        (
            &greedy,
            "x",
            "BadRequestException: Cannot create a child of a resource with a greedy path variable: {proxy+}",
        ),
        (
            &api.root,
            "a b",
            "BadRequestException: Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and \
             curly braces at the beginning and the end.",
        ),
    ];
    for (parent, part, message) in cases {
        let input = json!({"restApiId": api.id, "parentId": parent, "pathPart": part});
        assert_eq!(fixture.error("CreateResource", input).await, message);
    }
    let input = json!({"restApiId": api.id, "parentId": "nope00", "pathPart": "x"});
    assert_eq!(
        fixture.error("CreateResource", input).await,
        "NotFoundException: Invalid Resource identifier specified"
    );
}

#[tokio::test]
async fn a_resource_moves_with_everything_under_it() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let a = fixture.resource(&api, &api.root, "a").await;
    let b = fixture.resource(&api, &a, "b").await;
    let c = fixture.resource(&api, &b, "c").await;
    let named = |id: &str| json!({"restApiId": api.id, "resourceId": id});
    let error = fixture.error("UpdateResource", with(&named(&a), patch("replace", "/parentId", json!(c)))).await;
    assert_eq!(error, "BadRequestException: Resources cannot be cyclical.");
    for (path, what) in [("/pathPart", "pathPart"), ("/parentId", "parentId")] {
        let error = fixture.error("UpdateResource", with(&named(&api.root), patch("replace", path, json!("x")))).await;
        assert_eq!(error, format!("BadRequestException: Root resource cannot update its {what}."));
    }
    fixture.ok("UpdateResource", with(&named(&b), patch("replace", "/parentId", json!(api.root)))).await;
    fixture.ok("UpdateResource", with(&named(&b), patch("replace", "/pathPart", json!("bee")))).await;
    assert_eq!(fixture.ok("GetResource", named(&c)).await["path"], "/bee/c");
    fixture.ok("DeleteResource", named(&b)).await;
    assert_eq!(
        fixture.error("GetResource", named(&c)).await,
        "NotFoundException: Invalid Resource identifier specified"
    );
    assert_eq!(fixture.ok("GetResources", json!({"restApiId": api.id})).await["items"].as_array().unwrap().len(), 2);
    assert!(fixture.error("DeleteResource", named(&api.root)).await.starts_with("BadRequestException"));
}

#[tokio::test]
async fn of_two_equal_resources_at_once_one_is_made() {
    let fixture = std::sync::Arc::new(Fixture::new());
    let api = fixture.api().await;
    let input = json!({"restApiId": api.id, "parentId": api.root, "pathPart": "same"});
    let calls = (0..8).map(|_| {
        let (fixture, input) = (std::sync::Arc::clone(&fixture), input.clone());
        async move { fixture.call("CreateResource", input).await.is_ok() }
    });
    let mut made = 0;
    let mut tasks = tokio::task::JoinSet::new();
    calls.for_each(|call| {
        tasks.spawn(call);
    });
    while let Some(result) = tasks.join_next().await {
        made += usize::from(result.unwrap());
    }
    assert_eq!(made, 1);
}

#[tokio::test]
async fn a_renamed_resource_leaves_its_name_free() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let pet = fixture.resource(&api, &api.root, "{pet}").await;
    let named = json!({"restApiId": api.id, "resourceId": pet});
    fixture.ok("UpdateResource", with(&named, patch("replace", "/pathPart", json!("{animal}")))).await;
    fixture.ok("UpdateResource", with(&named, patch("replace", "/pathPart", json!("pets")))).await;
    fixture.resource(&api, &api.root, "{pet}").await;
    let error = fixture.error("UpdateResource", with(&named, patch("replace", "/pathPart", json!("{pet}")))).await;
    assert!(error.starts_with("ConflictException"), "{error}");
    fixture.ok("DeleteResource", named).await;
    fixture.resource(&api, &api.root, "pets").await;
}
