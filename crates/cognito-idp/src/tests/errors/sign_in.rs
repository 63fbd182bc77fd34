//! Sign-ins that end in a refusal: by the person's status, by factors, by codes; by both doors of the AWS API.

use serde_json::{Value, json};

use super::functions::admin_login;
use super::{Shown, expect};
use crate::auth::tests::factors::{all_factors, only_sms, only_token};
use crate::auth::tests::{Lab, OTHER, PASSWORD, flows};
use crate::testing::text;

/// Both operations that answer challenges.
const ANSWERS: [&str; 2] = ["RespondToAuthChallenge", "AdminRespondToAuthChallenge"];

/// An answer to a challenge that is refused, by one of the doors.
async fn answer(lab: &Lab, shown: &mut Shown, door: &str, (challenge, given): (&Value, Value), code: &str) {
    let mut input = lab.answer(challenge, "alice", given);
    if door.starts_with("Admin") {
        input["UserPoolId"] = json!(lab.pool);
    }
    expect(&lab.world, shown, door, input, code).await;
}

/// A beginning that is refused, by both doors.
async fn begin(lab: &Lab, shown: &mut Shown, code: &str) {
    expect(&lab.world, shown, "InitiateAuth", lab.login("alice", PASSWORD), code).await;
    expect(&lab.world, shown, "AdminInitiateAuth", admin_login(lab, "alice"), code).await;
}

/// Plays them.
pub async fn play(shown: &mut Shown) {
    by_status(shown).await;
    by_settings(shown).await;
    for door in ANSWERS {
        by_codes(shown, door).await;
        by_new_passwords(shown, door).await;
        by_lost_factors(shown, door).await;
        by_taken_alias(shown, door).await;
    }
}

async fn by_status(shown: &mut Shown) {
    let lab = Lab::new().await;
    lab.sign_up("alice").await;
    begin(&lab, shown, "UserNotConfirmedException").await;
    lab.admin("AdminConfirmSignUp", "alice", json!({})).await;
    let proven = json!([{ "Name": "email_verified", "Value": "true" }]);
    lab.admin("AdminUpdateUserAttributes", "alice", json!({ "UserAttributes": proven })).await;
    lab.admin("AdminResetUserPassword", "alice", json!({})).await;
    begin(&lab, shown, "PasswordResetRequiredException").await;
}

async fn by_settings(shown: &mut Shown) {
    let mut all = flows();
    all.as_array_mut().unwrap().push(json!("ALLOW_USER_AUTH"));
    let lab = Lab::with(json!({ "UserPoolTier": "LITE" }), json!({ "ExplicitAuthFlows": all })).await;
    lab.user("alice").await;
    let mut choice = lab.login("alice", PASSWORD);
    choice["AuthFlow"] = json!("USER_AUTH");
    choice["UserPoolId"] = json!(lab.pool);
    expect(&lab.world, shown, "AdminInitiateAuth", choice, "FeatureUnavailableInTierException").await;
    let sessions =
        json!({ "UserPoolId": lab.pool, "ClientId": lab.client, "SSOSession": { "MaxValidityMinutes": 30 } });
    let set = "SetUserPoolClientSessionConfiguration";
    expect(&lab.world, shown, set, sessions, "FeatureUnavailableInTierException").await;
    let lab = Lab::with_mfa("ON", only_token()).await;
    take_factors_away(&lab).await;
    begin(&lab, shown, "InvalidUserPoolConfigurationException").await;
    let may_write = json!({ "ExplicitAuthFlows": flows(), "WriteAttributes": ["name"] });
    let lab = Lab::with(json!({}), may_write).await;
    lab.set_mfa("ON", only_sms()).await;
    lab.user("alice").await;
    expect(&lab.world, shown, "AdminInitiateAuth", admin_login(&lab, "alice"), "MFAMethodNotFoundException").await;
    expect(&lab.world, shown, "InitiateAuth", lab.login("alice", PASSWORD), "NotAuthorizedException").await;
}

/// A pool that demands a factor and has none: no operation leaves one behind, an older document may.
async fn take_factors_away(lab: &Lab) {
    use crate::table::{POOL_SK, POOLS, pool_index, pool_pk};
    let pool = POOLS.get(&lab.world.store, &pool_pk(&lab.pool), POOL_SK).await.unwrap().unwrap();
    let mut bare = pool.value.clone();
    bare.mfa.software_token = None;
    let mut tx = store::Tx::new();
    POOLS.update(&mut tx, &pool, &bare, pool_index(&bare)).unwrap();
    lab.world.store.commit(tx).await.unwrap();
}

async fn by_codes(shown: &mut Shown, door: &str) {
    let lab = Lab::with_mfa("OPTIONAL", all_factors()).await;
    let on = json!({ "Enabled": true });
    lab.prefer("alice", json!({ "SMSMfaSettings": on, "EmailMfaSettings": on })).await;
    let choice = lab.begin("alice").await;
    let token = json!({ "ANSWER": "SOFTWARE_TOKEN_MFA" });
    answer(&lab, shown, door, (&choice, token), "MFAMethodNotFoundException").await;
    let asked = lab.meet(&choice, "alice", json!({ "ANSWER": "EMAIL_OTP" })).await;
    let wrong = json!({ "EMAIL_OTP_CODE": lab.wrong_code() });
    for _ in 0..5 {
        answer(&lab, shown, door, (&asked, wrong.clone()), "CodeMismatchException").await;
    }
    // Past the lock: what the code has no more is tries.
    lab.advance_s(2);
    answer(&lab, shown, door, (&asked, wrong), "ExpiredCodeException").await;
    lab.advance_s(3600);
    let asked = lab.begin("alice").await;
    lab.admin("AdminDeleteUser", "alice", json!({})).await;
    answer(&lab, shown, door, (&asked, json!({ "ANSWER": "EMAIL_OTP" })), "UserNotFoundException").await;
}

async fn by_new_passwords(shown: &mut Shown, door: &str) {
    let pool = json!({ "Policies": { "PasswordPolicy": { "MinimumLength": 8, "PasswordHistorySize": 3 } } });
    let lab = Lab::with(pool, json!({})).await;
    lab.admin("AdminCreateUser", "alice", json!({ "TemporaryPassword": PASSWORD })).await;
    let asked = lab.begin("alice").await;
    answer(&lab, shown, door, (&asked, json!({ "NEW_PASSWORD": "short" })), "InvalidPasswordException").await;
    let same = json!({ "NEW_PASSWORD": PASSWORD });
    answer(&lab, shown, door, (&asked, same), "PasswordHistoryPolicyViolationException").await;
    lab.set_mfa("ON", only_token()).await;
    take_factors_away(&lab).await;
    let good = json!({ "NEW_PASSWORD": OTHER });
    answer(&lab, shown, door, (&asked, good), "InvalidUserPoolConfigurationException").await;
}

async fn by_lost_factors(shown: &mut Shown, door: &str) {
    let lab = Lab::with_mfa("OPTIONAL", only_token()).await;
    let secret = lab.enrol_and_prefer("alice").await;
    let asked = lab.begin("alice").await;
    lab.admin("AdminDeleteSoftwareToken", "alice", json!({})).await;
    let code = json!({ "SOFTWARE_TOKEN_MFA_CODE": lab.code_of(&secret, 0) });
    answer(&lab, shown, door, (&asked, code), "SoftwareTokenMFANotFoundException").await;
}

/// An address that is set up on the way becomes an alias, and is somebody else's by then.
async fn by_taken_alias(shown: &mut Shown, door: &str) {
    let lab = Lab::with(json!({ "AliasAttributes": ["email"] }), json!({})).await;
    lab.admin("AdminCreateUser", "alice", json!({ "TemporaryPassword": OTHER })).await;
    lab.admin("AdminSetUserPassword", "alice", json!({ "Password": PASSWORD, "Permanent": true })).await;
    lab.set_mfa("ON", json!({ "EmailMfaConfiguration": {} })).await;
    let set_up = lab.begin("alice").await;
    let asked = lab.meet(&set_up, "alice", json!({ "EMAIL": "bob@example.com" })).await;
    let code = lab.code();
    lab.user("bob").await;
    answer(&lab, shown, door, (&asked, json!({ "EMAIL_OTP_CODE": code })), "AliasExistsException").await;
    assert_eq!(text(&asked, "/ChallengeName"), "EMAIL_OTP");
}
