//! A disk that is gone: every operation says that the fault is on this side, and nothing of what broke.

use serde_json::{Value, json};
use store::StoreError;

use super::faulty::faulty_lab;
use super::{Shown, built, input, takes};
use crate::auth::tests::{Lab, PASSWORD};

/// What the wire calls an error with a cause inside (`aws_protocol::fault`).
const CODE: &str = "InternalErrorException";

/// Plays it for all operations.
pub async fn play(shown: &mut Shown) {
    let (lab, fault) = faulty_lab().await;
    lab.user("alice").await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    let calls: Vec<_> = built().map(|operation| (operation.name, there(&lab, operation, &access))).collect();
    *fault.lock() = Some(StoreError::Unavailable("the disk is gone".to_owned()));
    for (operation, input) in calls {
        let Err(error) = lab.world.call(operation, input).await else { continue };
        if error.internal.is_some() {
            assert_eq!((error.status, &*error.message), (500, "Internal server error"), "{operation}");
            shown.insert((operation.to_owned(), CODE.to_owned()));
        }
    }
}

/// An input that names what is there.
fn there(lab: &Lab, operation: &'static aws_types::schema::Operation, access: &str) -> Value {
    let arn = format!("arn:aws:cognito-idp:eu-west-1:123456789012:userpool/{}", lab.pool);
    let mut given = input(operation);
    for (member, value) in [
        ("UserPoolId", json!(lab.pool)),
        ("ClientId", json!(lab.client)),
        ("AccessToken", json!(access)),
        ("Username", json!("alice")),
        ("ResourceArn", json!(arn)),
    ] {
        if takes(operation, member) {
            given[member] = value;
        }
    }
    for (member, value) in more(operation.name) {
        given[member] = value;
    }
    given
}

/// What an operation looks at before it reads anything.
fn more(operation: &str) -> Vec<(&'static str, Value)> {
    let limit = json!({ "LimitClass": "API_CATEGORY", "Attributes": { "Category": "UserAuthentication" } });
    match operation {
        "AdminDisableProviderForUser" => {
            let user = json!({ "ProviderName": "Cognito", "ProviderAttributeName": "Cognito_Subject",
                "ProviderAttributeValue": "alice" });
            vec![("User", user)]
        }
        "CreateIdentityProvider" => {
            let details = json!({ "client_id": "me", "client_secret": "s3cret-of-the-provider",
                "attributes_request_method": "GET", "oidc_issuer": "https://auth.example.com",
                "authorize_scopes": "openid email" });
            vec![("ProviderName", json!("Corp")), ("ProviderType", json!("OIDC")), ("ProviderDetails", details)]
        }
        "CreateTerms" => {
            let links = json!({ "cognito:default": "https://example.com/terms" });
            vec![("TermsName", json!("terms-of-use")), ("Links", links)]
        }
        "UpdateManagedLoginBranding" => {
            vec![("ManagedLoginBrandingId", json!("absent")), ("UseCognitoProvidedValues", json!(true))]
        }
        "GetProvisionedLimit" => vec![("LimitDefinition", limit)],
        "UpdateProvisionedLimit" => vec![("LimitDefinition", limit), ("RequestedLimitValue", json!(500))],
        _ => Vec::new(),
    }
}
