//! SMS_MFA, EMAIL_OTP as a second factor, SELECT_MFA_TYPE, MFA_SETUP, preferences.

use serde_json::{Value, json};

use super::factors::{INVALID_SESSION, MISMATCH, RESPOND, USED_SESSION, all_factors, only_token};
use super::{Lab, OTHER, PASSWORD, ROUNDS, attributes, claims, tokens};
use crate::testing::text;

fn on() -> Value {
    json!({ "Enabled": true })
}

#[tokio::test]
async fn a_code_by_sms_is_asked_for_with_the_pools_words() {
    let mut factors = all_factors();
    factors["SmsMfaConfiguration"]["SmsAuthenticationMessage"] = json!("Here: {####}");
    let lab = Lab::with_mfa("OPTIONAL", factors).await;
    lab.prefer("alice", json!({ "SMSMfaSettings": on() })).await;
    let challenge = lab.begin("alice").await;
    assert_eq!(challenge["ChallengeName"], "SMS_MFA");
    let parameters = json!({
        "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS", "CODE_DELIVERY_DESTINATION": "+*******1234", "USER_ID_FOR_SRP": "alice",
    });
    assert_eq!(challenge["ChallengeParameters"], parameters);
    let message = lab.world.inbox.newest(1, |_| true).remove(0);
    assert_eq!(message.body, format!("Here: {}", lab.code()));
    assert_eq!(lab.code().len(), 6);
    let wrong = lab.meet_refused(&challenge, "alice", json!({ "SMS_MFA_CODE": lab.wrong_code() })).await;
    assert_eq!(wrong, MISMATCH);
    let right = json!({ "SMS_MFA_CODE": lab.code() });
    tokens(&lab.meet(&challenge, "alice", right.clone()).await);
    assert_eq!(lab.meet_refused(&challenge, "alice", right).await, USED_SESSION);
}

#[tokio::test]
async fn a_code_by_mail_is_asked_for_with_the_pools_words() {
    let lab = Lab::with_mfa("OPTIONAL", all_factors()).await;
    lab.prefer("alice", json!({ "EmailMfaSettings": { "Enabled": true, "PreferredMfa": true } })).await;
    let challenge = lab.begin("alice").await;
    assert_eq!(challenge["ChallengeName"], "EMAIL_OTP");
    let parameters = json!({
        "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL", "CODE_DELIVERY_DESTINATION": "a***@e***", "USERNAME": "alice",
    });
    assert_eq!(challenge["ChallengeParameters"], parameters);
    let message = lab.world.inbox.newest(1, |_| true).remove(0);
    assert_eq!((message.subject.as_str(), lab.code().len()), ("Sign in", 8));
    assert_eq!(message.body, format!("Use {}, alice", lab.code()));
    let code = json!({ "EMAIL_OTP_CODE": lab.code() });
    tokens(&lab.meet(&challenge, "alice", code).await);
}

#[tokio::test]
async fn two_factors_without_a_preference_are_a_choice() {
    let lab = Lab::with_mfa("OPTIONAL", all_factors()).await;
    lab.prefer("alice", json!({ "SMSMfaSettings": on(), "EmailMfaSettings": on() })).await;
    let challenge = lab.begin("alice").await;
    assert_eq!(challenge["ChallengeName"], "SELECT_MFA_TYPE");
    let parameters = json!({ "MFAS_CAN_CHOOSE": "[\"SMS_MFA\",\"EMAIL_OTP\"]", "USER_ID_FOR_SRP": "alice" });
    assert_eq!(challenge["ChallengeParameters"], parameters);
    for unknown in ["SOFTWARE_TOKEN_MFA", "NOTHING"] {
        let refused = lab.meet_refused(&challenge, "alice", json!({ "ANSWER": unknown })).await;
        assert!(refused.starts_with("MFAMethodNotFoundException"), "{refused}");
    }
    let next = lab.meet(&challenge, "alice", json!({ "ANSWER": "EMAIL_OTP" })).await;
    assert_eq!(next["ChallengeName"], "EMAIL_OTP");
    assert_eq!(lab.meet_refused(&challenge, "alice", json!({ "ANSWER": "SMS_MFA" })).await, USED_SESSION);
    tokens(&lab.meet(&next, "alice", json!({ "EMAIL_OTP_CODE": lab.code() })).await);
}

#[tokio::test]
async fn a_required_factor_is_whatever_there_is_without_a_preference() {
    let lab = Lab::with_mfa("ON", all_factors()).await;
    assert_eq!(lab.begin("alice").await["ChallengeParameters"]["MFAS_CAN_CHOOSE"], "[\"SMS_MFA\",\"EMAIL_OTP\"]");
    lab.set_mfa("ON", json!({ "EmailMfaConfiguration": {} })).await;
    assert_eq!(lab.begin("alice").await["ChallengeName"], "EMAIL_OTP");
    let unverified = json!([{ "Name": "email_verified", "Value": "false" }]);
    lab.admin("AdminUpdateUserAttributes", "alice", json!({ "UserAttributes": unverified })).await;
    let challenge = lab.begin("alice").await;
    assert_eq!(challenge["ChallengeName"], "MFA_SETUP");
    assert_eq!(challenge["ChallengeParameters"]["MFAS_CAN_SETUP"], "[\"EMAIL_OTP\"]");
}

#[tokio::test]
pub async fn a_demanded_token_is_set_up_on_the_way() {
    let lab = Lab::with_mfa("ON", only_token()).await;
    let challenge = lab.begin("alice").await;
    assert_eq!(challenge["ChallengeName"], "MFA_SETUP");
    let parameters = json!({ "MFAS_CAN_SETUP": "[\"SOFTWARE_TOKEN_MFA\"]", "USER_ID_FOR_SRP": "alice" });
    assert_eq!(challenge["ChallengeParameters"], parameters);
    let associated = lab.ok("AssociateSoftwareToken", json!({ "Session": challenge["Session"] })).await;
    let secret = text(&associated, "/SecretCode");
    let verify = |code: String| json!({ "Session": associated["Session"], "UserCode": code });
    let mismatch = lab.refused("VerifySoftwareToken", verify(lab.code_of(&secret, 9))).await;
    assert_eq!(mismatch, "EnableSoftwareTokenMFAException: Code mismatch and fail enable Software Token MFA");
    let verified = lab.ok("VerifySoftwareToken", verify(lab.code_of(&secret, 0))).await;
    assert_eq!(verified["Status"], "SUCCESS");
    let done = json!({ "ChallengeName": "MFA_SETUP", "Session": verified["Session"] });
    let code = json!({ "SOFTWARE_TOKEN_MFA_CODE": lab.code_of(&secret, 0) });
    tokens(&lab.meet(&done, "alice", code).await);
    assert_eq!(lab.meet_refused(&done, "alice", json!({})).await, USED_SESSION);
    assert_eq!(lab.begin("alice").await["ChallengeName"], "SOFTWARE_TOKEN_MFA");
}

#[tokio::test]
async fn a_temporary_password_comes_before_the_demanded_factor() {
    let lab = Lab::with_mfa("ON", only_token()).await;
    lab.admin("AdminCreateUser", "bob", json!({ "TemporaryPassword": PASSWORD })).await;
    let challenge = lab.begin("bob").await;
    assert_eq!(challenge["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let next = lab.meet(&challenge, "bob", json!({ "NEW_PASSWORD": OTHER })).await;
    assert_eq!(next["ChallengeName"], "MFA_SETUP", "attack 81");
    let associated = lab.ok("AssociateSoftwareToken", json!({ "Session": next["Session"] })).await;
    let code = lab.code_of(&text(&associated, "/SecretCode"), 0);
    let verified = lab.ok("VerifySoftwareToken", json!({ "Session": associated["Session"], "UserCode": code })).await;
    let done = json!({ "ChallengeName": "MFA_SETUP", "Session": verified["Session"] });
    tokens(&lab.meet(&done, "bob", json!({})).await);
}

#[tokio::test]
async fn attack_81_no_step_is_skipped_or_taken_for_another() {
    let lab = Lab::with_mfa("ON", all_factors()).await;
    lab.user("bob").await;
    lab.set_mfa("ON", only_token()).await;
    let set_up = lab.begin("bob").await;
    assert_eq!(set_up["ChallengeName"], "MFA_SETUP");
    assert_eq!(lab.meet_refused(&set_up, "bob", json!({})).await, INVALID_SESSION);
    for (name, responses) in [
        ("NEW_PASSWORD_REQUIRED", json!({ "NEW_PASSWORD": OTHER })),
        ("SOFTWARE_TOKEN_MFA", json!({ "SOFTWARE_TOKEN_MFA_CODE": "123456" })),
        ("SMS_MFA", json!({ "SMS_MFA_CODE": "123456" })),
        ("EMAIL_OTP", json!({ "EMAIL_OTP_CODE": "123456" })),
        ("SMS_OTP", json!({ "SMS_OTP_CODE": "123456" })),
        ("SELECT_MFA_TYPE", json!({ "ANSWER": "SMS_MFA" })),
        ("SELECT_CHALLENGE", json!({ "ANSWER": "PASSWORD", "PASSWORD": PASSWORD })),
        ("PASSWORD", json!({ "PASSWORD": PASSWORD })),
        ("CUSTOM_CHALLENGE", json!({ "ANSWER": "x" })),
    ] {
        let other = json!({ "ChallengeName": name, "Session": set_up["Session"] });
        assert_eq!(lab.meet_refused(&other, "bob", responses).await, INVALID_SESSION, "{name}");
    }
    let associated = lab.ok("AssociateSoftwareToken", json!({ "Session": set_up["Session"] })).await;
    let early = json!({ "ChallengeName": "MFA_SETUP", "Session": associated["Session"] });
    assert_eq!(lab.meet_refused(&early, "bob", json!({})).await, INVALID_SESSION, "before the first code");
    let again = lab.refused("AssociateSoftwareToken", json!({ "Session": set_up["Session"] })).await;
    assert_eq!(again, USED_SESSION);
    let tokens_at_once = json!({ "Session": set_up["Session"], "UserCode": "123456" });
    assert_eq!(lab.refused("VerifySoftwareToken", tokens_at_once).await, INVALID_SESSION);
}

#[tokio::test]
async fn attack_104_a_second_enrolment_does_not_get_round_the_first() {
    let lab = Lab::with_mfa("ON", only_token()).await;
    let (mine, thiefs) = (lab.begin("alice").await, lab.begin("alice").await);
    let stolen = lab.ok("AssociateSoftwareToken", json!({ "Session": thiefs["Session"] })).await;
    let late = lab.begin("alice").await;
    let associated = lab.ok("AssociateSoftwareToken", json!({ "Session": mine["Session"] })).await;
    let code = lab.code_of(&text(&associated, "/SecretCode"), 0);
    lab.ok("VerifySoftwareToken", json!({ "Session": associated["Session"], "UserCode": code })).await;
    let code = lab.code_of(&text(&stolen, "/SecretCode"), 0);
    let verify = json!({ "Session": stolen["Session"], "UserCode": code });
    assert_eq!(lab.refused("VerifySoftwareToken", verify).await, INVALID_SESSION);
    let associate = lab.refused("AssociateSoftwareToken", json!({ "Session": late["Session"] })).await;
    assert_eq!(associate, INVALID_SESSION);
}

#[tokio::test]
async fn an_address_is_set_up_by_the_code_that_goes_there() {
    let lab = Lab::with_mfa("ON", all_factors()).await;
    lab.admin("AdminCreateUser", "bob", json!({ "MessageAction": "SUPPRESS" })).await;
    lab.admin("AdminSetUserPassword", "bob", json!({ "Password": PASSWORD, "Permanent": true })).await;
    let challenge = lab.begin("bob").await;
    let can = "[\"SMS_MFA\",\"SOFTWARE_TOKEN_MFA\",\"EMAIL_OTP\"]";
    assert_eq!(challenge["ChallengeParameters"]["MFAS_CAN_SETUP"], can);
    let invalid = lab.meet_refused(&challenge, "bob", json!({ "EMAIL": "no address" })).await;
    assert!(invalid.starts_with("InvalidParameterException"), "{invalid}");
    let next = lab.meet(&challenge, "bob", json!({ "EMAIL": "bob@example.com" })).await;
    assert_eq!(next["ChallengeName"], "EMAIL_OTP");
    let before = lab.admin("AdminGetUser", "bob", json!({})).await;
    assert!(!attributes(&before).contains_key("email"), "nothing is written before it is proven");
    assert_eq!(lab.meet_refused(&next, "bob", json!({ "EMAIL_OTP_CODE": lab.wrong_code() })).await, MISMATCH);
    let done = lab.meet(&next, "bob", json!({ "EMAIL_OTP_CODE": lab.code() })).await;
    let claims = claims(&tokens(&done).id);
    assert_eq!((&claims["email"], &claims["email_verified"]), (&json!("bob@example.com"), &json!(true)));
    assert_eq!(lab.begin("bob").await["ChallengeName"], "EMAIL_OTP");
    let user = lab.admin("AdminGetUser", "bob", json!({})).await;
    assert_eq!(user["UserMFASettingList"], json!(["EMAIL_OTP"]));
}

#[tokio::test]
async fn an_address_is_set_up_within_the_clients_rights() {
    let lab = Lab::with(json!({}), json!({ "WriteAttributes": ["name"] })).await;
    lab.set_mfa("ON", all_factors()).await;
    lab.admin("AdminCreateUser", "bob", json!({ "MessageAction": "SUPPRESS" })).await;
    lab.admin("AdminSetUserPassword", "bob", json!({ "Password": PASSWORD, "Permanent": true })).await;
    let challenge = lab.begin("bob").await;
    assert_eq!(
        lab.meet_refused(&challenge, "bob", json!({ "PHONE_NUMBER": "+15550001111" })).await,
        "NotAuthorizedException: A client attempted to write unauthorized attribute"
    );
}

#[tokio::test]
async fn tries_at_a_code_are_bounded_and_a_new_sign_in_does_not_end_anothers() {
    let lab = Lab::with_mfa("OPTIONAL", all_factors()).await;
    lab.prefer("alice", json!({ "SMSMfaSettings": on() })).await;
    let challenge = lab.begin("alice").await;
    let (code, wrong) = (lab.code(), lab.wrong_code());
    lab.begin("alice").await;
    for _ in 0..5 {
        assert_eq!(lab.meet_refused(&challenge, "alice", json!({ "SMS_MFA_CODE": wrong })).await, MISMATCH);
    }
    assert_eq!(
        lab.meet_refused(&challenge, "alice", json!({ "SMS_MFA_CODE": code })).await,
        "NotAuthorizedException: Password attempts exceeded"
    );
    lab.advance_s(1);
    assert_eq!(
        lab.meet_refused(&challenge, "alice", json!({ "SMS_MFA_CODE": code })).await,
        "ExpiredCodeException: Invalid code provided, please request a code again."
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attack_90_of_many_guesses_at_once_few_are_judged() {
    let lab = Lab::with_mfa("OPTIONAL", all_factors()).await;
    lab.prefer("alice", json!({ "SMSMfaSettings": on() })).await;
    for round in 0..ROUNDS {
        let challenge = lab.begin("alice").await;
        let input = lab.answer(&challenge, "alice", json!({ "SMS_MFA_CODE": lab.wrong_code() }));
        let outcomes = lab.at_once(32, RESPOND, &input).await;
        let mismatch = &model_cognito_idp::errors::CODE_MISMATCH_EXCEPTION;
        let judged = outcomes.iter().filter(|outcome| outcome.as_ref().is_err_and(|error| error.is(mismatch))).count();
        assert!((1..=5).contains(&judged), "round {round}: {judged}");
        lab.advance_s(24 * 3600);
    }
}

#[tokio::test]
async fn attack_91_codes_are_good_for_their_step_alone() {
    let lab = Lab::with_mfa("OPTIONAL", all_factors()).await;
    lab.prefer("alice", json!({ "SMSMfaSettings": on() })).await;
    lab.ok("ForgotPassword", lab.about("alice", json!({}))).await;
    let reset = lab.code();
    let challenge = lab.begin("alice").await;
    let sign_in = lab.code();
    assert_eq!(lab.meet_refused(&challenge, "alice", json!({ "SMS_MFA_CODE": reset })).await, MISMATCH);
    let input = lab.about("alice", json!({ "ConfirmationCode": sign_in, "Password": OTHER }));
    assert!(lab.refused("ConfirmForgotPassword", input).await.starts_with("CodeMismatchException"));
}

#[tokio::test]
async fn attack_80_an_mfa_session_is_good_for_its_user_client_pool_and_time() {
    let lab = Lab::with_mfa("OPTIONAL", all_factors()).await;
    lab.prefer("alice", json!({ "SMSMfaSettings": on() })).await;
    lab.user("bob").await;
    let challenge = lab.begin("alice").await;
    let code = json!({ "SMS_MFA_CODE": lab.code() });
    assert_eq!(lab.meet_refused(&challenge, "bob", code.clone()).await, INVALID_SESSION);
    let mut foreign = lab.answer(&challenge, "alice", code.clone());
    foreign["ClientId"] = json!(lab.world.client(&lab.pool, json!({})).await);
    assert_eq!(lab.refused(RESPOND, foreign.clone()).await, INVALID_SESSION);
    let pool = lab.world.pool(json!({})).await;
    foreign["ClientId"] = json!(lab.world.client(&pool, json!({})).await);
    assert_eq!(lab.refused(RESPOND, foreign).await, INVALID_SESSION);
    lab.advance_s(180);
    assert_eq!(
        lab.meet_refused(&challenge, "alice", code).await,
        "NotAuthorizedException: Invalid session for the user, session is expired."
    );
}

#[tokio::test]
async fn an_mfa_session_dies_with_sign_out_everywhere_and_with_the_factor() {
    let lab = Lab::with_mfa("OPTIONAL", all_factors()).await;
    lab.prefer("alice", json!({ "SMSMfaSettings": on() })).await;
    let challenge = lab.begin("alice").await;
    let code = json!({ "SMS_MFA_CODE": lab.code() });
    lab.admin("AdminUserGlobalSignOut", "alice", json!({})).await;
    assert_eq!(lab.meet_refused(&challenge, "alice", code).await, INVALID_SESSION);
    let challenge = lab.begin("alice").await;
    let code = json!({ "SMS_MFA_CODE": lab.code() });
    lab.set_mfa("OPTIONAL", only_token()).await;
    let refused = lab.meet_refused(&challenge, "alice", code.clone()).await;
    assert!(refused.starts_with("MFAMethodNotFoundException"), "{refused}");
    lab.set_mfa("OPTIONAL", all_factors()).await;
    let moved = json!([{ "Name": "phone_number", "Value": "+15550007777" }]);
    lab.admin("AdminUpdateUserAttributes", "alice", json!({ "UserAttributes": moved })).await;
    assert_eq!(
        lab.meet_refused(&challenge, "alice", code).await,
        "ExpiredCodeException: Invalid code provided, please request a code again."
    );
}

#[tokio::test]
pub async fn preferences_are_for_what_a_user_has() {
    let lab = Lab::with_mfa("OPTIONAL", all_factors()).await;
    let set = "AdminSetUserMFAPreference";
    lab.user("bob").await;
    for (settings, expected) in [
        (json!({ "SMSMfaSettings": on() }), "User does not have delivery config set to turn on SMS_MFA"),
        (
            json!({ "SoftwareTokenMfaSettings": on() }),
            "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA",
        ),
        (json!({ "WebAuthnMfaSettings": on() }), "User does not have delivery config set to turn on WEB_AUTHN"),
        (
            json!({ "EmailMfaSettings": { "PreferredMfa": true } }),
            "EMAIL_OTP cannot be preferred while it is not enabled.",
        ),
        (
            json!({ "EmailMfaSettings": { "Enabled": false, "PreferredMfa": true } }),
            "EMAIL_OTP cannot be preferred while it is not enabled.",
        ),
    ] {
        let refused = lab.admin_refused(set, "bob", settings).await;
        assert_eq!(refused, format!("InvalidParameterException: {expected}"));
    }
    let both = json!({ "Enabled": true, "PreferredMfa": true });
    let two = json!({ "SMSMfaSettings": both, "EmailMfaSettings": both });
    let refused = lab.admin_refused(set, "alice", two).await;
    assert_eq!(refused, "InvalidParameterException: Only one MFA method can be set as preferred.");
    assert_eq!(lab.admin("AdminGetUser", "alice", json!({})).await["UserMFASettingList"], Value::Null);
    assert_eq!(lab.admin_refused(set, "nobody", json!({})).await, "UserNotFoundException: User does not exist.");
    lab.ok("SignUp", lab.about("carol", json!({ "Password": PASSWORD }))).await;
    assert_eq!(lab.admin_refused(set, "carol", json!({})).await, "UserNotConfirmedException: User is not confirmed.");
    lab.admin("AdminResetUserPassword", "bob", json!({})).await;
    assert!(lab.admin_refused(set, "bob", json!({})).await.starts_with("PasswordResetRequiredException"));
    lab.prefer("alice", json!({ "SMSMfaSettings": both })).await;
    lab.prefer("alice", json!({ "SMSMfaSettings": { "PreferredMfa": false } })).await;
    let user = lab.admin("AdminGetUser", "alice", json!({})).await;
    assert_eq!((&user["UserMFASettingList"], &user["PreferredMfaSetting"]), (&json!(["SMS_MFA"]), &Value::Null));
    lab.prefer("alice", json!({ "SMSMfaSettings": { "Enabled": false } })).await;
    lab.sign_in("alice", PASSWORD).await;
}

#[tokio::test]
async fn the_older_settings_switch_sms() {
    let lab = Lab::with_mfa("OPTIONAL", all_factors()).await;
    let sms = json!([{ "DeliveryMedium": "SMS", "AttributeName": "phone_number" }]);
    let access = lab.sign_in("alice", PASSWORD).await.access;
    lab.ok("SetUserSettings", json!({ "AccessToken": access, "MFAOptions": sms })).await;
    assert_eq!(lab.get_user(&access).await["MFAOptions"], sms);
    assert_eq!(lab.begin("alice").await["ChallengeName"], "SMS_MFA");
    lab.admin("AdminSetUserSettings", "alice", json!({ "MFAOptions": [] })).await;
    lab.sign_in("alice", PASSWORD).await;
    lab.admin("AdminSetUserSettings", "alice", json!({ "MFAOptions": sms })).await;
    let mail = json!([{ "DeliveryMedium": "EMAIL", "AttributeName": "email" }]);
    let refused = lab.admin_refused("AdminSetUserSettings", "alice", json!({ "MFAOptions": mail })).await;
    assert_eq!(refused, "InvalidParameterException: MFAOptions can only hold SMS to the phone_number.");
    let refused = lab.admin_refused("AdminSetUserSettings", "nobody", json!({ "MFAOptions": sms })).await;
    assert_eq!(refused, "UserNotFoundException: User does not exist.");
    let own = json!({ "AccessToken": access, "MFAOptions": mail });
    assert!(lab.refused("SetUserSettings", own).await.starts_with("InvalidParameterException"));
}

#[tokio::test]
async fn every_own_operation_wants_a_good_access_token() {
    let lab = Lab::with_mfa("OPTIONAL", all_factors()).await;
    for (operation, mut input) in [
        ("SetUserMFAPreference", json!({})),
        ("SetUserSettings", json!({ "MFAOptions": [] })),
        ("GetUserAuthFactors", json!({})),
        ("AssociateSoftwareToken", json!({})),
        ("VerifySoftwareToken", json!({ "UserCode": "123456" })),
    ] {
        input["AccessToken"] = json!("a.b.c");
        let refused = lab.refused(operation, input).await;
        assert_eq!(refused, "NotAuthorizedException: Invalid Access Token", "{operation}");
    }
    for operation in
        ["AdminSetUserMFAPreference", "AdminSetUserSettings", "AdminDeleteSoftwareToken", "AdminGetUserAuthFactors"]
    {
        let input = json!({ "UserPoolId": "eu-west-1_none", "Username": "alice", "MFAOptions": [] });
        let refused = lab.refused(operation, input).await;
        assert!(refused.starts_with("ResourceNotFoundException"), "{operation}: {refused}");
    }
}

#[tokio::test]
async fn factors_are_listed() {
    let policies = json!({ "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP"] } });
    let lab = Lab::with(json!({ "Policies": policies }), json!({})).await;
    lab.set_mfa("OPTIONAL", all_factors()).await;
    lab.user_with_phone("alice").await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    lab.enrol(&access).await;
    lab.prefer("alice", json!({ "EmailMfaSettings": { "Enabled": true, "PreferredMfa": true } })).await;
    let expected = json!({
        "Username": "alice", "PreferredMfaSetting": "EMAIL_OTP", "UserMFASettingList": ["EMAIL_OTP"],
        "ConfiguredUserAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "SOFTWARE_TOKEN"],
    });
    assert_eq!(lab.ok("GetUserAuthFactors", json!({ "AccessToken": access })).await, expected);
    assert_eq!(lab.admin("AdminGetUserAuthFactors", "alice", json!({})).await, expected);
    let refused = lab.admin_refused("AdminGetUserAuthFactors", "nobody", json!({})).await;
    assert_eq!(refused, "UserNotFoundException: User does not exist.");
}

#[tokio::test]
async fn the_pages_ask_for_second_factors_too() {
    let lab = Lab::with_mfa("OPTIONAL", all_factors()).await;
    lab.prefer("alice", json!({ "SMSMfaSettings": on() })).await;
    let step = lab.port().sign_in(lab.flow(), "alice", &aws_types::Secret::new(PASSWORD.to_owned())).await.unwrap();
    let user_pool_domain::ports::AuthStep::Challenge { name, session, .. } = step else { panic!("signed in") };
    assert_eq!(name, "SMS_MFA");
    let code = [("SMS_MFA_CODE".to_owned(), lab.code())].into();
    let step = lab.port().respond(lab.flow(), &name, &session, code).await.unwrap();
    assert!(matches!(step, user_pool_domain::ports::AuthStep::SignedIn(_)));
}

#[tokio::test]
async fn a_pool_that_demands_what_it_does_not_have_says_so() {
    let lab = Lab::with_mfa("ON", only_token()).await;
    let pool =
        crate::table::POOLS.get(&lab.world.store, &crate::table::pool_pk(&lab.pool), "pool").await.unwrap().unwrap();
    let mut bare = pool.value.clone();
    bare.mfa.software_token = None;
    let mut tx = store::Tx::new();
    crate::table::POOLS.update(&mut tx, &pool, &bare, crate::table::pool_index(&bare)).unwrap();
    lab.world.store.commit(tx).await.unwrap();
    let refused = lab.sign_in_refused("alice", PASSWORD).await;
    assert!(refused.starts_with("InvalidUserPoolConfigurationException"), "{refused}");
}
