use serde_json::json;
use user_pool_domain::ports::{AccessKind, FlowContext, GrantWish, SignedIn};

use super::grants::{code, lab, page_sign_in, redeem_right};
use super::{Lab, PASSWORD, flow};

async fn is_active(lab: &Lab, cx: FlowContext<'_>, token: &str) -> bool {
    lab.port().introspect(cx, token).await.unwrap().is_some()
}

/// A client of the same pool for machines.
async fn machine(lab: &Lab) -> String {
    let scopes = json!([{ "ScopeName": "read", "ScopeDescription": "r" }]);
    let server = json!({ "UserPoolId": lab.pool, "Identifier": "orders", "Name": "o", "Scopes": scopes });
    lab.ok("CreateResourceServer", server).await;
    let machine = json!({
        "GenerateSecret": true, "AllowedOAuthFlows": ["client_credentials"],
        "AllowedOAuthScopes": ["orders/read"], "AllowedOAuthFlowsUserPoolClient": true,
    });
    lab.world.client(&lab.pool, machine).await
}

#[tokio::test]
async fn attack_058_all_tokens_of_a_sign_in_are_active_for_their_client_alone() {
    let lab = lab().await;
    let other = lab.world.client(&lab.pool, json!({})).await;
    let tokens = redeem_right(&lab, &code(&lab).await).await;
    let (access, id, refresh) = (tokens.access_token, tokens.id_token.unwrap(), tokens.refresh_token.unwrap());
    for (token, kind) in [(&access, "access"), (&id, "id"), (&refresh, "refresh")] {
        let told = lab.port().introspect(lab.flow(), token).await.unwrap().unwrap();
        assert_eq!(told["token_use"], kind);
        assert!(!is_active(&lab, flow(&lab.pool, &other), token).await, "{kind}");
    }
    for text in ["", "x", "a.b.c", &access.replacen('e', "f", 1)] {
        assert!(!is_active(&lab, lab.flow(), text).await);
    }
    lab.world.clock.advance_s(3601);
    assert!(!is_active(&lab, lab.flow(), &access).await && is_active(&lab, lab.flow(), &refresh).await);
}

#[tokio::test]
async fn whatever_ends_a_sign_in_ends_its_tokens_for_introspection() {
    let lab = lab().await;
    for (operation, more) in [("AdminUserGlobalSignOut", json!({})), ("AdminDisableUser", json!({}))] {
        let tokens = redeem_right(&lab, &code(&lab).await).await;
        let mut asked = json!({ "UserPoolId": lab.pool, "Username": "alice" });
        asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        lab.ok(operation, asked).await;
        for token in [tokens.access_token, tokens.id_token.unwrap(), tokens.refresh_token.unwrap()] {
            assert!(!is_active(&lab, lab.flow(), &token).await, "{operation}");
        }
    }
}

#[tokio::test]
async fn attack_059_an_access_token_ends_its_sign_in_by_its_own_client() {
    let lab = lab().await;
    let other = lab.world.client(&lab.pool, json!({})).await;
    let tokens = redeem_right(&lab, &code(&lab).await).await;
    let (access, refresh) = (tokens.access_token, tokens.refresh_token.unwrap());
    assert!(lab.port().revoke(flow(&lab.pool, &other), &access).await.unwrap(), "no difference is told");
    assert!(is_active(&lab, lab.flow(), &access).await);
    assert!(!lab.port().revoke(lab.flow(), &tokens.id_token.unwrap()).await.unwrap());
    assert!(lab.port().revoke(lab.flow(), &access).await.unwrap());
    assert!(!is_active(&lab, lab.flow(), &access).await);
    assert!(lab.port().refresh(lab.flow(), &refresh, GrantWish::default()).await.is_err());
}

#[tokio::test]
async fn a_machines_token_is_inactive_once_it_is_revoked() {
    let lab = lab().await;
    let machine = machine(&lab).await;
    let cx = flow(&lab.pool, &machine);
    let token = lab.port().client_credentials(cx, GrantWish::default()).await.unwrap().access_token;
    let next = lab.port().client_credentials(cx, GrantWish::default()).await.unwrap().access_token;
    assert!(!lab.port().revoke(lab.flow(), &token).await.unwrap() || is_active(&lab, cx, &token).await);
    assert!(lab.port().revoke(cx, &token).await.unwrap());
    assert!(!is_active(&lab, cx, &token).await);
    assert!(is_active(&lab, cx, &next).await);
}

#[tokio::test]
async fn an_old_id_token_still_names_its_user_and_nothing_else_does() {
    let lab = lab().await;
    let tokens = redeem_right(&lab, &code(&lab).await).await;
    let id = tokens.id_token.unwrap();
    lab.world.clock.advance_s(90 * 86_400);
    let hint = lab.port().id_token_hint(&lab.pool, &id).await.unwrap().unwrap();
    assert_eq!(hint.client_id, lab.client);
    for other in [tokens.access_token.as_str(), "x", "a.b.c"] {
        assert_eq!(lab.port().id_token_hint(&lab.pool, other).await.unwrap(), None);
    }
    assert_eq!(lab.port().id_token_hint("us-east-1_Nothing00", &id).await.unwrap(), None);
}

async fn sessions(lab: &Lab, session: &str) -> Vec<(AccessKind, String, bool)> {
    let listed = lab.port().accesses(&lab.pool, session).await.unwrap().unwrap();
    listed.into_iter().map(|access| (access.kind, access.id, access.current)).collect()
}

async fn open(lab: &Lab, user: &SignedIn) -> String {
    lab.port().open_session(lab.flow(), user).await.unwrap().expose().clone()
}

#[tokio::test]
async fn a_person_sees_and_ends_what_is_open() {
    let lab = lab().await;
    lab.user("bob").await;
    let user = page_sign_in(&lab, "alice", PASSWORD).await;
    let (first, second) = (open(&lab, &user).await, open(&lab, &user).await);
    let bob = page_sign_in(&lab, "bob", PASSWORD).await;
    let bobs = open(&lab, &bob).await;
    let tokens = redeem_right(&lab, &code(&lab).await).await;
    let listed = sessions(&lab, &first).await;
    assert_eq!(listed.iter().filter(|(kind, ..)| *kind == AccessKind::Browser).count(), 2);
    assert_eq!(listed.iter().filter(|(_, _, current)| *current).count(), 1);
    assert!(listed.iter().all(|(_, id, _)| *id != first && *id != second), "an id opens nothing");
    let (kind, id, _) = listed.iter().find(|(kind, ..)| *kind == AccessKind::Application).unwrap();
    assert!(!lab.port().end_access(&lab.pool, &bob, (*kind, id)).await.unwrap(), "not bob's");
    assert!(lab.port().end_access(&lab.pool, &user, (*kind, id)).await.unwrap());
    assert!(!lab.port().end_access(&lab.pool, &user, (*kind, id)).await.unwrap());
    assert!(lab.port().refresh(lab.flow(), &tokens.refresh_token.unwrap(), GrantWish::default()).await.is_err());
    let (kind, other, _) = listed.iter().find(|(kind, _, current)| *kind == AccessKind::Browser && !current).unwrap();
    assert!(!lab.port().end_access(&lab.pool, &bob, (*kind, other)).await.unwrap(), "not bob's");
    assert!(lab.port().end_access(&lab.pool, &user, (*kind, other)).await.unwrap());
    assert!(lab.port().session(&lab.pool, &second).await.unwrap().is_none());
    lab.port().end_all(&lab.pool, &user).await.unwrap();
    assert!(lab.port().session(&lab.pool, &first).await.unwrap().is_none());
    assert!(lab.port().accesses(&lab.pool, &first).await.unwrap().is_none());
    assert!(lab.port().session(&lab.pool, &bobs).await.unwrap().is_some());
}
