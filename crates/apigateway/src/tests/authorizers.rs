//! Authorizers.

use serde_json::json;

use super::fixture::*;

#[tokio::test]
async fn authorizers_are_kept_as_given() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let id = fixture.authorizer(&api, "demo").await;
    let named = json!({"restApiId": api.id, "authorizerId": id});
    let shown = fixture.ok("GetAuthorizer", named.clone()).await;
    let expected = json!({
        "id": id, "name": "demo", "type": "COGNITO_USER_POOLS", "providerARNs": [POOL_ARN],
        "authType": "cognito_user_pools", "identitySource": "method.request.header.auth-token",
    });
    assert_eq!(shown, expected);
    let change = patch("replace", "/identityValidationExpression", json!("client[0-9]"));
    assert_eq!(
        fixture.ok("UpdateAuthorizer", with(&named, change)).await["identityValidationExpression"],
        "client[0-9]"
    );
    let only_pool = patch("remove", "/providerARNs", json!(POOL_ARN));
    assert!(fixture.error("UpdateAuthorizer", with(&named, only_pool)).await.starts_with("BadRequestException"));
    let all = fixture.ok("GetAuthorizers", json!({"restApiId": api.id})).await;
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
    fixture.ok("DeleteAuthorizer", named.clone()).await;
    assert_eq!(
        fixture.error("GetAuthorizer", named).await,
        "NotFoundException: Invalid Authorizer identifier specified"
    );
}

#[tokio::test]
async fn authorizers_that_could_not_work_are_refused() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let base = json!({
        "restApiId": api.id, "name": "demo", "type": "COGNITO_USER_POOLS", "providerARNs": [POOL_ARN],
        "identitySource": "method.request.header.Authorization",
    });
    for more in [
        json!({"name": ""}),
        json!({"providerARNs": []}),
        json!({"providerARNs": null}),
        json!({"providerARNs": [POOL_ARN, "arn:aws:s3:::x"]}),
        json!({"providerARNs": ["arn:aws:cognito-idp:us-east-1:1:userpool/${stageVariables.pool}"]}),
        json!({"identitySource": "method.request.querystring.token"}),
        json!({"identitySource": "Authorization"}),
        json!({"identityValidationExpression": "(?<=a)b"}),
        json!({"authorizerResultTtlInSeconds": 3601}),
        json!({"authorizerUri": "arn:x"}),
        json!({"type": "JWT"}),
    ] {
        let error = fixture.error("CreateAuthorizer", with(&base, more.clone())).await;
        assert!(error.starts_with("BadRequestException"), "{more}: {error}");
    }
    let unknown = with(&base, json!({"restApiId": "nope000000"}));
    let error = fixture.error("CreateAuthorizer", unknown).await;
    assert_eq!(
        error,
        "ConflictException: Unable to complete operation due to concurrent modification. Please try again later."
    );
    fixture.ok("CreateAuthorizer", base.clone()).await;
    let error = fixture.error("CreateAuthorizer", base).await;
    assert!(error.contains("Authorizer name must be unique."), "{error}");
}

#[tokio::test]
async fn an_authorizer_that_protects_a_method_stays() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let id = fixture.authorizer(&api, "demo").await;
    let place = json!({"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"});
    let protected = json!({"authorizationType": "COGNITO_USER_POOLS", "authorizerId": id});
    fixture.ok("PutMethod", with(&place, protected)).await;
    let named = json!({"restApiId": api.id, "authorizerId": id});
    assert!(fixture.error("DeleteAuthorizer", named.clone()).await.starts_with("ConflictException"));
    fixture.ok("DeleteMethod", place).await;
    fixture.ok("DeleteAuthorizer", named).await;
}
