//! Scenes of a few operations each: limits, codes that are late, addresses that are taken, messages that do not leave.

use serde_json::{Value, json};

use super::{Shown, expect};
use crate::auth::tests::messages::cut;
use crate::auth::tests::{Lab, OTHER, PASSWORD};
use crate::testing::{World, text};

const ADDRESS: &str = "bob@example.com";

/// Plays them.
pub async fn play(shown: &mut Shown) {
    messages(shown).await;
    limits(shown).await;
    codes(shown).await;
    aliases(shown).await;
    absences(shown).await;
    imports(shown).await;
    derived(shown).await;
}

fn named(name: &str, value: &str) -> Value {
    json!([{ "Name": name, "Value": value }])
}

/// Nothing leaves the house.
async fn messages(shown: &mut Shown) {
    const CODE: &str = "CodeDeliveryFailureException";
    let lab = Lab::new().await;
    lab.user("alice").await;
    lab.sign_up("carl").await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    let world = cut(&lab);
    let address = named("email", "new@example.com");
    let admin = json!({ "UserPoolId": lab.pool, "Username": "dora", "UserAttributes": address,
        "DesiredDeliveryMediums": ["EMAIL"] });
    let sign_up = json!({ "Password": PASSWORD, "UserAttributes": address });
    for (operation, input) in [
        ("SignUp", lab.about("emil", sign_up)),
        ("AdminCreateUser", admin),
        ("ResendConfirmationCode", lab.about("carl", json!({}))),
        ("ForgotPassword", lab.about("alice", json!({}))),
        ("GetUserAttributeVerificationCode", json!({ "AccessToken": access, "AttributeName": "email" })),
        ("UpdateUserAttributes", json!({ "AccessToken": access, "UserAttributes": address })),
    ] {
        expect(&world, shown, operation, input, CODE).await;
    }
}

async fn limits(shown: &mut Shown) {
    const CODE: &str = "LimitExceededException";
    let lab = Lab::new().await;
    lab.sign_up("alice").await;
    let confirm = lab.about("alice", json!({ "ConfirmationCode": "000000" }));
    until(&lab.world, shown, ("ConfirmSignUp", |_| confirm.clone()), CODE).await;
    lab.user("bob").await;
    let access = lab.sign_in("bob", PASSWORD).await.access;
    let about = json!({ "AccessToken": access, "AttributeName": "email" });
    lab.ok("GetUserAttributeVerificationCode", about.clone()).await;
    let mut verify = about;
    verify["Code"] = json!(lab.wrong_code());
    until(&lab.world, shown, ("VerifyUserAttribute", |_| verify.clone()), CODE).await;
    let address = named("email", "many@example.com");
    let sign_up = |n: usize| lab.about(&format!("user{n}"), json!({ "Password": PASSWORD, "UserAttributes": address }));
    until(&lab.world, shown, ("SignUp", sign_up), CODE).await;
    let lab = Lab::new().await;
    lab.user("alice").await;
    let reset = json!({ "UserPoolId": lab.pool, "Username": "alice" });
    until(&lab.world, shown, ("AdminResetUserPassword", |_| reset.clone()), CODE).await;
    let role = "arn:aws:iam::123456789012:role/import";
    let job = json!({ "UserPoolId": lab.pool, "JobName": "people", "CloudWatchLogsRoleArn": role });
    until(&lab.world, shown, ("CreateUserImportJob", |_| job.clone()), CODE).await;
}

/// Calls until a counter is full.
async fn until(world: &World, shown: &mut Shown, (operation, input): (&str, impl Fn(usize) -> Value), code: &str) {
    for n in 0..1100 {
        match world.call(operation, input(n)).await {
            Err(error) if error.code == code => {
                shown.insert((operation.to_owned(), code.to_owned()));
                return;
            }
            Err(error) => assert!(error.internal.is_none(), "{operation}: {error:?}"),
            Ok(_) => {}
        }
    }
    panic!("{operation} has no limit");
}

async fn codes(shown: &mut Shown) {
    let policy = json!({ "PasswordPolicy": { "MinimumLength": 8, "PasswordHistorySize": 3 } });
    let lab = Lab::with(json!({ "AutoVerifiedAttributes": ["email"], "Policies": policy }), json!({})).await;
    lab.sign_up("carl").await;
    let late = lab.about("carl", json!({ "ConfirmationCode": lab.code() }));
    lab.advance_s(25 * 3600);
    expect(&lab.world, shown, "ConfirmSignUp", late, "ExpiredCodeException").await;
    lab.user("alice").await;
    lab.ok("ForgotPassword", lab.about("alice", json!({}))).await;
    let same = lab.about("alice", json!({ "ConfirmationCode": lab.code(), "Password": PASSWORD }));
    expect(&lab.world, shown, "ConfirmForgotPassword", same, "PasswordHistoryPolicyViolationException").await;
}

/// Two people prove the same address; the second one is late.
async fn aliases(shown: &mut Shown) {
    const CODE: &str = "AliasExistsException";
    let pool = json!({ "AliasAttributes": ["email", "preferred_username"], "AutoVerifiedAttributes": ["email"] });
    let lab = Lab::with(pool, json!({})).await;
    lab.user("alice").await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    lab.ok("UpdateUserAttributes", json!({ "AccessToken": access, "UserAttributes": named("email", ADDRESS) })).await;
    let verify = json!({ "AccessToken": access, "AttributeName": "email", "Code": lab.code() });
    lab.user("bob").await;
    lab.admin("AdminUpdateUserAttributes", "bob", json!({ "UserAttributes": named("preferred_username", "bobby") }))
        .await;
    expect(&lab.world, shown, "VerifyUserAttribute", verify, CODE).await;
    let change = json!({ "AccessToken": access, "UserAttributes": named("preferred_username", "bobby") });
    expect(&lab.world, shown, "UpdateUserAttributes", change, CODE).await;
}

/// What is asked about is not there, in a pool that is.
async fn absences(shown: &mut Shown) {
    let pool = json!({ "UserPoolTier": "PLUS", "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" } });
    let lab = Lab::with(pool, json!({})).await;
    let nobody = json!({ "UserPoolId": lab.pool, "Username": "nobody", "EventId": "x", "FeedbackValue": "Valid",
        "FeedbackToken": "x" });
    for operation in ["AdminListUserAuthEvents", "AdminUpdateAuthEventFeedback"] {
        expect(&lab.world, shown, operation, nobody.clone(), "UserNotFoundException").await;
    }
    told_and_gone(&lab, shown).await;
    let user = json!({ "ProviderName": "Cognito", "ProviderAttributeValue": "alice" });
    let disable = json!({ "UserPoolId": "eu-west-1_AbsentPool", "User": user });
    expect(&lab.world, shown, "AdminDisableProviderForUser", disable, "ResourceNotFoundException").await;
    let provider = json!({ "UserPoolId": "eu-west-1_AbsentPool", "ProviderName": "Corp", "ProviderType": "SAML",
        "ProviderDetails": { "MetadataURL": "https://corp.example.com/metadata" } });
    expect(&lab.world, shown, "CreateIdentityProvider", provider, "ResourceNotFoundException").await;
    let terms = json!({ "UserPoolId": lab.pool, "ClientId": "absent", "TermsName": "terms-of-use", "TermsSource": "LINK",
        "Enforcement": "NONE", "Links": { "cognito:default": "https://example.com/terms" } });
    expect(&lab.world, shown, "CreateTerms", terms, "ResourceNotFoundException").await;
    let mixed = json!({ "UserPoolId": lab.pool, "ClientName": "mixed", "GenerateSecret": true,
        "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["client_credentials", "code"],
        "AllowedOAuthScopes": ["openid"], "CallbackURLs": ["https://example.com"] });
    expect(&lab.world, shown, "CreateUserPoolClient", mixed, "InvalidOAuthFlowException").await;
    lab.ok("DeleteUserPool", json!({ "UserPoolId": lab.pool })).await;
    let derived = json!({ "ClientId": lab.client, "SubjectToken": OTHER, "SubjectTokenType": "ACCESS_TOKEN" });
    expect(&lab.world, shown, "GetDerivedToken", derived, "ResourceNotFoundException").await;
}

/// Somebody was told of an event, and is deleted before they answer.
async fn told_and_gone(lab: &Lab, shown: &mut Shown) {
    lab.user("alice").await;
    let sub = text(&lab.admin("AdminGetUser", "alice", json!({})).await, "/UserAttributes/0/Value");
    let pool = lab.world.service.any_pool(&lab.pool).await.unwrap();
    let token = lab.world.service.feedback_token(&pool, &sub, "an-event");
    let input = json!({ "UserPoolId": lab.pool, "Username": "alice", "EventId": "an-event", "FeedbackToken": token,
        "FeedbackValue": "Valid" });
    expect(&lab.world, shown, "UpdateAuthEventFeedback", input.clone(), "ResourceNotFoundException").await;
    lab.admin("AdminDeleteUser", "alice", json!({})).await;
    expect(&lab.world, shown, "UpdateAuthEventFeedback", input, "UserNotFoundException").await;
}

/// A subject token of somebody who is deleted.
async fn derived(shown: &mut Shown) {
    let flows = json!(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_TOKEN_EXCHANGE_IMPERSONATION"]);
    let lab = Lab::with(json!({}), json!({ "ExplicitAuthFlows": flows })).await;
    lab.user("alice").await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    lab.admin("AdminDeleteUser", "alice", json!({})).await;
    let input = json!({ "ClientId": lab.client, "SubjectToken": access, "SubjectTokenType": "ACCESS_TOKEN" });
    expect(&lab.world, shown, "GetDerivedToken", input, "UserNotFoundException").await;
}

/// A pool that is being filled.
async fn imports(shown: &mut Shown) {
    use crate::table::user_import_job::{IMPORT_JOBS, job_index, job_sk};
    let lab = Lab::new().await;
    let role = "arn:aws:iam::123456789012:role/import";
    let job = json!({ "UserPoolId": lab.pool, "JobName": "people", "CloudWatchLogsRoleArn": role });
    let made = lab.ok("CreateUserImportJob", job).await;
    let sk = job_sk(made["UserImportJob"]["JobId"].as_str().unwrap());
    let waiting = IMPORT_JOBS.get(&lab.world.store, &crate::table::pool_pk(&lab.pool), &sk).await.unwrap().unwrap();
    let mut running = waiting.value.clone();
    running.status = crate::entity::user_import_job::Status::InProgress;
    let mut tx = store::Tx::new();
    IMPORT_JOBS.update(&mut tx, &waiting, &running, job_index(&running)).unwrap();
    lab.world.store.commit(tx).await.unwrap();
    let column = json!([{ "Name": "x", "AttributeDataType": "String" }]);
    for operation in ["AddCustomAttributes", "DeleteUserPool", "UpdateUserPool"] {
        let mut input = json!({ "UserPoolId": lab.pool });
        if operation == "AddCustomAttributes" {
            input["CustomAttributes"] = column.clone();
        }
        expect(&lab.world, shown, operation, input, "UserImportInProgressException").await;
    }
}
