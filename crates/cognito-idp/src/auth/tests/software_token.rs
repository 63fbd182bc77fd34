use serde_json::{Value, json};

use super::factors::{INVALID_SESSION, MISMATCH, RESPOND, USED_SESSION, all_factors, only_token};
use super::{Lab, PASSWORD, ROUNDS, tokens};
use crate::auth::throttle::SECOND_FACTOR_FAILURES;
use crate::testing::text;

const REPLAYED: &str = "ExpiredCodeException: Your software token has already been used once.";
const LOCKED: &str = "NotAuthorizedException: Password attempts exceeded";
const MISSING: &str = "SoftwareTokenMFANotFoundException: Software Token MFA has not been enabled by the userPool";

#[tokio::test]
async fn a_software_token_is_set_up_preferred_and_asked_for() {
    let lab = Lab::with_mfa("OPTIONAL", only_token()).await;
    let signed_in = lab.sign_in("alice", PASSWORD).await;
    let secret = lab.enrol(&signed_in.access).await;
    assert_eq!(secret.len(), 52);
    lab.sign_in("alice", PASSWORD).await;
    let settings = json!({ "Enabled": true, "PreferredMfa": true });
    let input = json!({ "AccessToken": signed_in.access, "SoftwareTokenMfaSettings": settings });
    assert_eq!(lab.ok("SetUserMFAPreference", input).await, json!({}));
    for user in [lab.get_user(&signed_in.access).await, lab.admin("AdminGetUser", "alice", json!({})).await] {
        assert_eq!(user["UserMFASettingList"], json!(["SOFTWARE_TOKEN_MFA"]));
        assert_eq!(user["PreferredMfaSetting"], "SOFTWARE_TOKEN_MFA");
        assert_eq!(user["MFAOptions"], Value::Null);
    }
    let challenge = lab.begin("alice").await;
    assert_eq!(challenge["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let parameters = json!({ "USER_ID_FOR_SRP": "alice", "FRIENDLY_DEVICE_NAME": "my phone" });
    assert_eq!(challenge["ChallengeParameters"], parameters);
    assert_eq!(challenge["AuthenticationResult"], Value::Null);
    let wrong = json!({ "SOFTWARE_TOKEN_MFA_CODE": lab.code_of(&secret, 9) });
    assert_eq!(lab.meet_refused(&challenge, "alice", wrong).await, MISMATCH);
    let missing = lab.meet_refused(&challenge, "alice", json!({})).await;
    assert_eq!(missing, "InvalidParameterException: Missing required parameter SOFTWARE_TOKEN_MFA_CODE");
    let right = json!({ "SOFTWARE_TOKEN_MFA_CODE": lab.code_of(&secret, 0) });
    tokens(&lab.meet(&challenge, "alice", right.clone()).await);
    assert_eq!(lab.meet_refused(&challenge, "alice", right).await, USED_SESSION);
}

#[tokio::test]
async fn attack_102_a_code_is_taken_once_and_none_before_it() {
    let lab = Lab::with_mfa("OPTIONAL", only_token()).await;
    let secret = lab.enrol_and_prefer("alice").await;
    let (earlier, code) = (lab.code_of(&secret, -1), lab.code_of(&secret, 0));
    let challenge = lab.begin("alice").await;
    tokens(&lab.meet(&challenge, "alice", json!({ "SOFTWARE_TOKEN_MFA_CODE": code })).await);
    for replayed in [&code, &earlier] {
        let challenge = lab.begin("alice").await;
        let refused = lab.meet_refused(&challenge, "alice", json!({ "SOFTWARE_TOKEN_MFA_CODE": replayed })).await;
        assert_eq!(refused, REPLAYED);
    }
    lab.advance_s(30);
    lab.sign_in_with("alice", &secret).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attack_102_of_many_sign_ins_at_once_one_takes_the_code() {
    let lab = Lab::with_mfa("OPTIONAL", only_token()).await;
    let secret = lab.enrol_and_prefer("alice").await;
    for _ in 0..ROUNDS {
        let code = json!({ "SOFTWARE_TOKEN_MFA_CODE": lab.code_of(&secret, 0) });
        let mut challenges = Vec::new();
        for _ in 0..32 {
            challenges.push(lab.begin("alice").await);
        }
        let mut tasks = tokio::task::JoinSet::new();
        for challenge in challenges {
            let (service, input) = (lab.world.service.clone(), lab.answer(&challenge, "alice", code.clone()));
            let context = lab.world.context(crate::testing::REGION);
            tasks.spawn(async move { aws_types::Service::call(&*service, &context, RESPOND, input, None).await });
        }
        let passed = tasks.join_all().await.into_iter().filter(Result::is_ok).count();
        assert_eq!(passed, 1);
        lab.advance_s(24 * 3600);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attack_80_of_many_answers_to_one_session_one_leads_on() {
    let lab = Lab::with_mfa("OPTIONAL", only_token()).await;
    let secret = lab.enrol_and_prefer("alice").await;
    for _ in 0..ROUNDS {
        let challenge = lab.begin("alice").await;
        let code = json!({ "SOFTWARE_TOKEN_MFA_CODE": lab.code_of(&secret, 0) });
        let outcomes = lab.at_once(32, RESPOND, &lab.answer(&challenge, "alice", code)).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        lab.advance_s(24 * 3600);
    }
}

#[tokio::test]
async fn attack_067_a_wrong_password_costs_the_same_whatever_waits_behind_it() {
    let lab = Lab::with_mfa("OPTIONAL", only_token()).await;
    lab.enrol_and_prefer("alice").await;
    lab.user("bob").await;
    for name in ["alice", "bob"] {
        let before = lab.evaluations();
        lab.sign_in_refused(name, "wrong").await;
        assert_eq!(lab.evaluations() - before, 1, "{name}");
    }
}

#[tokio::test]
async fn attack_103_guesses_lock_the_name_over_all_sessions_and_the_right_password_gives_none_back() {
    let lab = Lab::with_mfa("OPTIONAL", only_token()).await;
    let secret = lab.enrol_and_prefer("alice").await;
    for _ in 0..5 {
        let challenge = lab.begin("alice").await;
        let wrong = json!({ "SOFTWARE_TOKEN_MFA_CODE": lab.code_of(&secret, 9) });
        assert_eq!(lab.meet_refused(&challenge, "alice", wrong).await, MISMATCH);
    }
    assert_eq!(lab.sign_in_refused("alice", PASSWORD).await, LOCKED, "attack 70");
    lab.advance_s(2);
    let challenge = lab.begin("alice").await;
    let wrong = json!({ "SOFTWARE_TOKEN_MFA_CODE": lab.code_of(&secret, 9) });
    assert_eq!(lab.meet_refused(&challenge, "alice", wrong).await, MISMATCH);
    let right = json!({ "SOFTWARE_TOKEN_MFA_CODE": lab.code_of(&secret, 0) });
    assert_eq!(lab.meet_refused(&challenge, "alice", right.clone()).await, LOCKED);
    let restarted = Lab {
        world: crate::testing::World::over(lab.world.store.clone(), crate::testing::config()),
        pool: lab.pool.clone(),
        client: lab.client.clone(),
    };
    restarted.world.clock.advance_s(lab.world.service.now().secs() - restarted.world.service.now().secs());
    assert_eq!(restarted.meet_refused(&challenge, "alice", right.clone()).await, LOCKED, "after a restart");
    lab.advance_s(2);
    tokens(&lab.meet(&challenge, "alice", right).await);
    lab.advance_s(30);
    lab.sign_in_with("alice", &secret).await;
}

#[tokio::test]
async fn attack_103_a_day_holds_so_many_wrong_codes_whatever_the_lock_allows() {
    let lab = Lab::with_mfa("OPTIONAL", only_token()).await;
    let secret = lab.enrol_and_prefer("alice").await;
    let mut wrong = 0;
    let refused = loop {
        let challenge = lab.begin("alice").await;
        let code = json!({ "SOFTWARE_TOKEN_MFA_CODE": lab.code_of(&secret, 9) });
        match lab.meet_refused(&challenge, "alice", code).await {
            refusal if refusal == MISMATCH => wrong += 1,
            refusal => break refusal,
        }
        lab.advance_s(901);
    };
    assert_eq!(refused, "TooManyRequestsException: Too many requests");
    assert_eq!(wrong, SECOND_FACTOR_FAILURES);
    lab.advance_s(86_400);
    lab.sign_in_with("alice", &secret).await;
}

#[tokio::test]
async fn wrong_first_codes_set_nothing_up() {
    let lab = Lab::with_mfa("OPTIONAL", only_token()).await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    let verify = |code: &str| json!({ "AccessToken": access, "UserCode": code });
    assert_eq!(
        lab.refused("VerifySoftwareToken", verify("123456")).await,
        "SoftwareTokenMFANotFoundException: Software Token MFA has not been set up for the user"
    );
    let secret = text(&lab.ok("AssociateSoftwareToken", json!({ "AccessToken": access })).await, "/SecretCode");
    assert_eq!(
        lab.refused("VerifySoftwareToken", verify(&lab.code_of(&secret, 9))).await,
        "EnableSoftwareTokenMFAException: Code mismatch and fail enable Software Token MFA"
    );
    let long =
        json!({ "AccessToken": access, "UserCode": lab.code_of(&secret, 0), "FriendlyDeviceName": "x".repeat(257) });
    assert!(lab.refused("VerifySoftwareToken", long).await.starts_with("InvalidParameterException"));
    lab.advance_s(3600);
    let expired = lab.sign_in("alice", PASSWORD).await.access;
    let late = json!({ "AccessToken": expired, "UserCode": lab.code_of(&secret, 0) });
    assert!(lab.refused("VerifySoftwareToken", late).await.starts_with("SoftwareTokenMFANotFoundException"));
    let prefer = json!({ "AccessToken": expired, "SoftwareTokenMfaSettings": { "Enabled": true } });
    assert_eq!(
        lab.refused("SetUserMFAPreference", prefer).await,
        "InvalidParameterException: User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA"
    );
    assert_eq!(lab.get_user(&expired).await["UserMFASettingList"], Value::Null);
}

#[tokio::test]
async fn tries_at_the_first_code_are_bounded() {
    let lab = Lab::with_mfa("OPTIONAL", only_token()).await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    let secret = text(&lab.ok("AssociateSoftwareToken", json!({ "AccessToken": access })).await, "/SecretCode");
    let wrong = json!({ "AccessToken": access, "UserCode": lab.code_of(&secret, 9) });
    for _ in 0..30 {
        assert!(lab.refused("VerifySoftwareToken", wrong.clone()).await.starts_with("EnableSoftwareTokenMFAException"));
    }
    assert_eq!(lab.refused("VerifySoftwareToken", wrong).await, "TooManyRequestsException: Too many requests");
}

#[tokio::test]
pub async fn tokens_are_only_where_the_pool_has_them_and_by_one_authority() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    assert_eq!(lab.refused("AssociateSoftwareToken", json!({ "AccessToken": access })).await, MISSING);
    let verify = json!({ "AccessToken": access, "UserCode": "123456" });
    assert_eq!(lab.refused("VerifySoftwareToken", verify).await, MISSING);
    let session = "x".repeat(40);
    for (operation, mut input) in
        [("AssociateSoftwareToken", json!({})), ("VerifySoftwareToken", json!({ "UserCode": "123456" }))]
    {
        let one = "InvalidParameterException: Exactly one of AccessToken and Session must be given.";
        assert_eq!(lab.refused(operation, input.clone()).await, one);
        input["Session"] = json!(session);
        assert_eq!(lab.refused(operation, input.clone()).await, INVALID_SESSION);
        input["AccessToken"] = json!(access);
        assert_eq!(lab.refused(operation, input).await, one);
    }
}

#[tokio::test]
pub async fn a_removed_token_is_asked_for_no_more() {
    let lab = Lab::with_mfa("OPTIONAL", only_token()).await;
    let secret = lab.enrol_and_prefer("alice").await;
    let challenge = lab.begin("alice").await;
    assert_eq!(lab.admin("AdminDeleteSoftwareToken", "alice", json!({})).await, json!({}));
    let code = json!({ "SOFTWARE_TOKEN_MFA_CODE": lab.code_of(&secret, 0) });
    assert_eq!(
        lab.meet_refused(&challenge, "alice", code).await,
        "SoftwareTokenMFANotFoundException: Software Token MFA has not been set up for the user"
    );
    lab.sign_in("alice", PASSWORD).await;
    assert_eq!(lab.admin("AdminGetUser", "alice", json!({})).await["UserMFASettingList"], Value::Null);
    assert_eq!(
        lab.admin_refused("AdminDeleteSoftwareToken", "alice", json!({})).await,
        "ResourceNotFoundException: Software token does not exist."
    );
    assert_eq!(
        lab.admin_refused("AdminDeleteSoftwareToken", "nobody", json!({})).await,
        "UserNotFoundException: User does not exist."
    );
    lab.ok("SignUp", lab.about("carol", json!({ "Password": PASSWORD }))).await;
    assert_eq!(
        lab.admin_refused("AdminDeleteSoftwareToken", "carol", json!({})).await,
        "UserNotConfirmedException: User is not confirmed."
    );
    lab.enrol_and_prefer("alice").await;
}

#[tokio::test]
async fn a_user_of_the_same_name_does_not_inherit_a_token() {
    let lab = Lab::with_mfa("OPTIONAL", only_token()).await;
    lab.enrol_and_prefer("alice").await;
    lab.admin("AdminDeleteUser", "alice", json!({})).await;
    lab.user("alice").await;
    lab.sign_in("alice", PASSWORD).await;
}

#[tokio::test]
async fn secrets_lie_sealed() {
    let lab = Lab::with_mfa("OPTIONAL", only_token()).await;
    let secret = lab.enrol_and_prefer("alice").await;
    let items = lab.world.store.query(&crate::table::pool_pk(&lab.pool), "", None, 1000).await.unwrap();
    assert!(items.iter().any(|item| item.sk.starts_with("software-token#")));
    for item in items {
        let body = String::from_utf8_lossy(&item.body).into_owned();
        assert!(!body.contains(&secret), "{}", item.sk);
    }
}

#[tokio::test]
async fn attack_104_a_factor_is_shed_or_replaced_only_by_who_proved_one() {
    let lab = Lab::with_mfa("OPTIONAL", all_factors()).await;
    let stolen = lab.sign_in("alice", PASSWORD).await.access;
    let secret = lab.enrol_and_prefer("alice").await;
    lab.prefer("alice", json!({ "SMSMfaSettings": { "Enabled": true } })).await;
    let fresh = "NotAuthorizedException: Sign in again with a second factor to change how the user signs in.";
    let off = |access: &str| json!({ "AccessToken": access, "SoftwareTokenMfaSettings": { "Enabled": false } });
    let attempts = [
        ("SetUserMFAPreference", off(&stolen)),
        ("SetUserSettings", json!({ "AccessToken": stolen, "MFAOptions": [] })),
        ("AssociateSoftwareToken", json!({ "AccessToken": stolen })),
        ("VerifySoftwareToken", json!({ "AccessToken": stolen, "UserCode": "123456" })),
        ("DeleteUserAttributes", json!({ "AccessToken": stolen, "UserAttributeNames": ["phone_number"] })),
        (
            "UpdateUserAttributes",
            json!({ "AccessToken": stolen, "UserAttributes": [{ "Name": "phone_number", "Value": "+15550009999" }] }),
        ),
    ];
    for (operation, input) in attempts {
        assert_eq!(lab.refused(operation, input).await, fresh, "{operation}");
    }
    let name = json!([{ "Name": "name", "Value": "Alice" }]);
    lab.ok("UpdateUserAttributes", json!({ "AccessToken": stolen, "UserAttributes": name })).await;
    let proven = lab.sign_in_with("alice", &secret).await.access;
    lab.ok("SetUserMFAPreference", off(&proven)).await;
    lab.ok("SetUserSettings", json!({ "AccessToken": proven, "MFAOptions": [] })).await;
    lab.ok("AssociateSoftwareToken", json!({ "AccessToken": stolen })).await;
}

#[tokio::test]
async fn attack_104_a_proof_is_fresh_for_an_hour() {
    let client = json!({ "AccessTokenValidity": 1, "TokenValidityUnits": { "AccessToken": "days" } });
    let lab = Lab::with(json!({}), client).await;
    lab.set_mfa("OPTIONAL", only_token()).await;
    lab.user_with_phone("alice").await;
    let secret = lab.enrol_and_prefer("alice").await;
    let access = lab.sign_in_with("alice", &secret).await.access;
    let associate = json!({ "AccessToken": access });
    lab.ok("AssociateSoftwareToken", associate.clone()).await;
    lab.advance_s(3600);
    assert!(
        lab.refused("AssociateSoftwareToken", associate).await.starts_with("NotAuthorizedException: Sign in again")
    );
}

#[tokio::test]
async fn attack_104_another_users_token_opens_nothing_of_theirs() {
    let lab = Lab::with_mfa("OPTIONAL", only_token()).await;
    lab.user("bob").await;
    let secret = lab.enrol_and_prefer("alice").await;
    let bob = lab.sign_in("bob", PASSWORD).await.access;
    lab.ok("AssociateSoftwareToken", json!({ "AccessToken": bob })).await;
    let input = json!({ "AccessToken": bob, "UserCode": lab.code_of(&secret, 0) });
    assert!(lab.refused("VerifySoftwareToken", input).await.starts_with("EnableSoftwareTokenMFAException"));
    lab.sign_in_with("alice", &secret).await;
}
