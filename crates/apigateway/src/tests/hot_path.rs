//! What a call of a deployed API costs: no read of the store, whatever guards its method.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::fixture::*;

#[tokio::test]
async fn a_mock_behind_a_user_pool_reads_nothing_from_the_store() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let store = testkit::gated(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok(())
    });
    let fixture = Fixture::over(store, 1);
    let api = fixture.api().await;
    let authorizer = fixture.authorizer(&api, "demo").await;
    let method = json!({"authorizationType": "COGNITO_USER_POOLS", "authorizerId": authorizer});
    let place = json!({"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"});
    fixture.ok("PutMethod", with(&place, method)).await;
    fixture.mock_integration(&place, "$context.authorizer.claims.email").await;
    fixture.deploy(&api, "dev").await;
    let token = fixture.token();
    let before = asked.load(Ordering::Relaxed);
    assert!(before > 0, "operations are counted");
    for _ in 0..3 {
        let answer = fixture.get(&api, "dev", "/", &[("auth-token", &token)]).await;
        assert_eq!(answer, (200, "user@example.com".to_owned()));
        assert_eq!(fixture.get(&api, "dev", "/", &[]).await.0, 401);
        assert_eq!(fixture.get(&api, "dev", "/nowhere", &[]).await.0, 403);
        assert_eq!(fixture.get(&api, "other", "/", &[]).await.0, 403);
    }
    assert_eq!(asked.load(Ordering::Relaxed), before);
}
