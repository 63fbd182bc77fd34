use serde_json::{Value, json};

use super::factors::{INVALID_SESSION, MISMATCH, PHONE, RESPOND, USED_SESSION, all_factors, only_token};
use super::{Lab, OTHER, PASSWORD, tokens};
use crate::testing::text;
use ::srp::client;

const NOT_AUTHORIZED: &str = "NotAuthorizedException: Incorrect username or password.";

async fn lab_with(pool: Value, mut client: Value) -> Lab {
    client["ExplicitAuthFlows"] = json!(["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]);
    let lab = Lab::with(pool, client).await;
    lab.user_with_phone("alice").await;
    lab
}

async fn lab(client: Value) -> Lab {
    lab_with(json!({}), client).await
}

/// A pool that lets people in by codes.
async fn passwordless(client: Value) -> Lab {
    let policies = json!({ "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP"] } });
    let sms = json!({ "SnsCallerArn": "arn:aws:iam::123456789012:role/sns" });
    lab_with(json!({ "Policies": policies, "SmsConfiguration": sms }), client).await
}

fn start(lab: &Lab, parameters: Value) -> Value {
    json!({ "ClientId": lab.client, "AuthFlow": "USER_AUTH", "AuthParameters": parameters })
}

impl Lab {
    async fn choose(&self, name: &str, preferred: Option<&str>) -> Value {
        let mut parameters = json!({ "USERNAME": name });
        if let Some(preferred) = preferred {
            parameters["PREFERRED_CHALLENGE"] = json!(preferred);
        }
        self.ok("InitiateAuth", start(self, parameters)).await
    }
}

#[tokio::test]
async fn a_preferred_password_signs_in_at_once() {
    let lab = lab(json!({})).await;
    let password = json!({ "USERNAME": "alice", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD });
    tokens(&lab.ok("InitiateAuth", start(&lab, password)).await);
    let srp = json!({ "USERNAME": "alice", "PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": client::srp_a() });
    assert_eq!(lab.ok("InitiateAuth", start(&lab, srp)).await["ChallengeName"], "PASSWORD_VERIFIER");
}

#[tokio::test]
async fn attack_83_what_is_not_there_is_not_preferred() {
    let lab = lab(json!({})).await;
    for preferred in
        [None, Some("EMAIL_OTP"), Some("SMS_OTP"), Some("WEB_AUTHN"), Some("SOFTWARE_TOKEN_MFA"), Some("X")]
    {
        let challenge = lab.choose("alice", preferred).await;
        assert_eq!(challenge["ChallengeName"], "SELECT_CHALLENGE", "{preferred:?}");
        assert_eq!(challenge["AvailableChallenges"], json!(["PASSWORD_SRP", "PASSWORD"]));
        assert_eq!(challenge["ChallengeParameters"], json!({}));
        for answer in ["EMAIL_OTP", "WEB_AUTHN", "NEW_PASSWORD_REQUIRED", "SMS_MFA"] {
            let refused = lab.meet_refused(&challenge, "alice", json!({ "ANSWER": answer })).await;
            assert_eq!(refused, format!("InvalidParameterException: Challenge {answer} is not supported."));
        }
        let srp = json!({ "ANSWER": "PASSWORD_SRP", "SRP_A": client::srp_a() });
        assert_eq!(lab.meet(&challenge, "alice", srp).await["ChallengeName"], "PASSWORD_VERIFIER");
    }
    assert_eq!(lab.messages(), 0);
}

#[tokio::test]
async fn a_choice_is_good_for_its_name_and_one_success() {
    let lab = lab(json!({})).await;
    lab.user("bob").await;
    let challenge = lab.choose("alice", None).await;
    let password = |password: &str| json!({ "ANSWER": "PASSWORD", "PASSWORD": password });
    assert_eq!(lab.meet_refused(&challenge, "bob", password(PASSWORD)).await, INVALID_SESSION);
    assert_eq!(lab.meet_refused(&challenge, "alice", password("wrong")).await, NOT_AUTHORIZED);
    tokens(&lab.meet(&challenge, "alice", password(PASSWORD)).await);
    assert_eq!(lab.meet_refused(&challenge, "alice", password(PASSWORD)).await, USED_SESSION);
}

#[tokio::test]
async fn a_proof_may_come_after_the_choice() {
    let lab = lab(json!({})).await;
    let choice = lab.choose("alice", None).await;
    let next = lab.meet(&choice, "alice", json!({ "ANSWER": "PASSWORD" })).await;
    assert_eq!(next["ChallengeName"], "PASSWORD");
    assert_eq!(lab.meet_refused(&choice, "alice", json!({ "ANSWER": "PASSWORD" })).await, USED_SESSION);
    let missing = lab.meet_refused(&next, "alice", json!({})).await;
    assert_eq!(missing, "InvalidParameterException: Missing required parameter PASSWORD");
    assert_eq!(lab.meet_refused(&next, "alice", json!({ "PASSWORD": "wrong" })).await, NOT_AUTHORIZED);
    tokens(&lab.meet(&next, "alice", json!({ "PASSWORD": PASSWORD })).await);
    assert_eq!(lab.meet_refused(&next, "alice", json!({ "PASSWORD": PASSWORD })).await, USED_SESSION);
    let next = lab.choose("alice", Some("PASSWORD_SRP")).await;
    assert_eq!(next["ChallengeName"], "PASSWORD_SRP");
    let srp = json!({ "SRP_A": client::srp_a() });
    assert_eq!(lab.meet(&next, "alice", srp.clone()).await["ChallengeName"], "PASSWORD_VERIFIER");
    assert_eq!(lab.meet_refused(&next, "alice", srp).await, USED_SESSION);
}

#[tokio::test]
async fn codes_sign_in_where_the_pool_allows_it() {
    let lab = passwordless(json!({})).await;
    let choice = lab.choose("alice", None).await;
    let available = json!(["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP"]);
    assert_eq!(choice["AvailableChallenges"], available);
    let next = lab.meet(&choice, "alice", json!({ "ANSWER": "SMS_OTP" })).await;
    assert_eq!(next["ChallengeName"], "SMS_OTP");
    let parameters = json!({
        "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS", "CODE_DELIVERY_DESTINATION": "+*******1234", "USERNAME": "alice",
    });
    assert_eq!(next["ChallengeParameters"], parameters);
    assert_eq!(lab.meet_refused(&choice, "alice", json!({ "ANSWER": "SMS_OTP" })).await, USED_SESSION, "attack 94");
    tokens(&lab.meet(&next, "alice", json!({ "SMS_OTP_CODE": lab.code() })).await);

    let next = lab.choose("alice", Some("EMAIL_OTP")).await;
    assert_eq!((&next["ChallengeName"], &next["AvailableChallenges"]), (&json!("EMAIL_OTP"), &available));
    assert_eq!(lab.code().len(), 8);
    assert_eq!(lab.meet_refused(&next, "alice", json!({ "EMAIL_OTP_CODE": lab.wrong_code() })).await, MISMATCH);
    let code = json!({ "EMAIL_OTP_CODE": lab.code() });
    tokens(&lab.meet(&next, "alice", code.clone()).await);
    assert_eq!(lab.meet_refused(&next, "alice", code).await, USED_SESSION);
}

#[tokio::test]
async fn what_is_offered_is_what_somebody_has() {
    let lab = passwordless(json!({})).await;
    lab.admin("AdminCreateUser", "new", json!({ "TemporaryPassword": PASSWORD })).await;
    lab.user("mail").await;
    let passwords = json!(["PASSWORD_SRP", "PASSWORD"]);
    assert_eq!(lab.choose("new", Some("EMAIL_OTP")).await["AvailableChallenges"], passwords);
    let mail = json!(["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"]);
    assert_eq!(lab.choose("mail", None).await["AvailableChallenges"], mail);
    let temporary = json!({ "ANSWER": "PASSWORD", "PASSWORD": PASSWORD });
    let next = lab.meet(&lab.choose("new", None).await, "new", temporary).await;
    assert_eq!(next["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    tokens(&lab.meet(&next, "new", json!({ "NEW_PASSWORD": OTHER })).await);
}

#[tokio::test]
async fn attack_106_a_code_is_not_both_factors() {
    let lab = passwordless(json!({})).await;
    lab.set_mfa("OPTIONAL", all_factors()).await;
    lab.prefer("alice", json!({ "EmailMfaSettings": { "Enabled": true } })).await;
    let choice = lab.choose("alice", None).await;
    assert_eq!(choice["AvailableChallenges"], json!(["PASSWORD_SRP", "PASSWORD", "SMS_OTP"]));
    let refused = lab.meet_refused(&choice, "alice", json!({ "ANSWER": "EMAIL_OTP" })).await;
    assert_eq!(refused, "InvalidParameterException: Challenge EMAIL_OTP is not supported.");
    let first = lab.meet(&choice, "alice", json!({ "ANSWER": "SMS_OTP" })).await;
    let second = lab.meet(&first, "alice", json!({ "SMS_OTP_CODE": lab.code() })).await;
    assert_eq!(second["ChallengeName"], "EMAIL_OTP", "attack 105");
    tokens(&lab.meet(&second, "alice", json!({ "EMAIL_OTP_CODE": lab.code() })).await);
}

#[tokio::test]
async fn attack_106_a_factor_that_is_switched_on_meanwhile_is_asked_for() {
    let lab = passwordless(json!({})).await;
    lab.set_mfa("OPTIONAL", all_factors()).await;
    let first = lab.choose("alice", Some("EMAIL_OTP")).await;
    let code = json!({ "EMAIL_OTP_CODE": lab.code() });
    lab.prefer("alice", json!({ "EmailMfaSettings": { "Enabled": true } })).await;
    assert_eq!(lab.meet_refused(&first, "alice", code).await, NOT_AUTHORIZED);
}

#[tokio::test]
async fn attack_105_a_first_code_does_not_stand_for_the_second_factor() {
    let lab = passwordless(json!({})).await;
    lab.set_mfa("ON", only_token()).await;
    let without = lab.choose("alice", Some("EMAIL_OTP")).await;
    assert_eq!(
        without["AvailableChallenges"],
        json!(["PASSWORD_SRP", "PASSWORD"]),
        "nobody sets up a factor by a code"
    );
    let set_up = lab.begin("alice").await;
    let associated = lab.ok("AssociateSoftwareToken", json!({ "Session": set_up["Session"] })).await;
    let secret = text(&associated, "/SecretCode");
    let verify = json!({ "Session": associated["Session"], "UserCode": lab.code_of(&secret, 0) });
    lab.ok("VerifySoftwareToken", verify).await;
    lab.advance_s(30);
    let first = lab.choose("alice", Some("EMAIL_OTP")).await;
    let second = lab.meet(&first, "alice", json!({ "EMAIL_OTP_CODE": lab.code() })).await;
    assert_eq!(second["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    tokens(&lab.meet(&second, "alice", json!({ "SOFTWARE_TOKEN_MFA_CODE": lab.code_of(&secret, 0) })).await);
}

#[tokio::test]
async fn attack_65_a_name_without_user_is_asked_the_same() {
    let lab = passwordless(json!({ "PreventUserExistenceErrors": "ENABLED" })).await;
    lab.user("carol").await;
    let mut lengths = Vec::new();
    for name in ["alice", "carol", "nobod"] {
        let challenge = lab.choose(name, None).await;
        let available = json!(["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP"]);
        assert_eq!(challenge["AvailableChallenges"], available, "{name}");
        lengths.push(text(&challenge, "/Session").len());
        let wrong = json!({ "ANSWER": "PASSWORD", "PASSWORD": "wrong" });
        assert_eq!(lab.meet_refused(&challenge, name, wrong).await, NOT_AUTHORIZED);
        for (factor, code) in [("EMAIL_OTP", "12345678"), ("SMS_OTP", "123456")] {
            let asked = lab.choose(name, Some(factor)).await;
            assert_eq!(asked["ChallengeName"], factor);
            lengths.push(text(&asked, "/Session").len());
            let again = lab.choose(name, Some(factor)).await;
            assert_eq!(asked["ChallengeParameters"], again["ChallengeParameters"], "the same address always");
            assert_eq!(asked["ChallengeParameters"]["USERNAME"], name);
            let responses = json!({ format!("{factor}_CODE"): code });
            assert_eq!(lab.meet_refused(&asked, name, responses).await, MISMATCH);
        }
    }
    assert!(lengths.windows(2).all(|pair| pair[0] == pair[1]), "the session's length tells nothing: {lengths:?}");
    assert_eq!(lab.world.inbox.newest(100, |message| message.user == "nobod").len(), 0);
    let sent = lab.world.inbox.newest(100, |message| message.to == PHONE && message.user == "carol").len();
    assert_eq!(sent, 0, "nothing goes to an address that is not proven");
    let telling = self::lab(json!({})).await;
    let refused = telling.refused("InitiateAuth", start(&telling, json!({ "USERNAME": "nobody" }))).await;
    assert_eq!(refused, "UserNotFoundException: User does not exist.");
}

#[tokio::test]
async fn attack_70_codes_count_towards_the_one_lock() {
    let lab = passwordless(json!({})).await;
    for _ in 0..5 {
        let asked = lab.choose("alice", Some("EMAIL_OTP")).await;
        assert_eq!(lab.meet_refused(&asked, "alice", json!({ "EMAIL_OTP_CODE": lab.wrong_code() })).await, MISMATCH);
    }
    let locked = "NotAuthorizedException: Password attempts exceeded";
    assert_eq!(lab.sign_in_refused("alice", PASSWORD).await, locked);
    let asked = lab.choose("alice", Some("EMAIL_OTP")).await;
    assert_eq!(lab.meet_refused(&asked, "alice", json!({ "EMAIL_OTP_CODE": lab.code() })).await, locked);
    lab.advance_s(1);
    tokens(&lab.meet(&asked, "alice", json!({ "EMAIL_OTP_CODE": lab.code() })).await);
}

#[tokio::test]
async fn disabled_users_are_refused_at_every_step() {
    let lab = passwordless(json!({})).await;
    let choice = lab.choose("alice", None).await;
    let asked = lab.choose("alice", Some("EMAIL_OTP")).await;
    lab.admin("AdminDisableUser", "alice", json!({})).await;
    let disabled = "NotAuthorizedException: User is disabled.";
    assert_eq!(lab.refused("InitiateAuth", start(&lab, json!({ "USERNAME": "alice" }))).await, disabled);
    assert_eq!(lab.meet_refused(&choice, "alice", json!({ "ANSWER": "SMS_OTP" })).await, disabled);
    assert_eq!(lab.meet_refused(&asked, "alice", json!({ "EMAIL_OTP_CODE": lab.code() })).await, disabled);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attack_80_of_many_answers_at_once_one_code_is_sent_and_one_signs_in() {
    let lab = passwordless(json!({})).await;
    for _ in 0..5 {
        let choice = lab.choose("alice", None).await;
        let before = lab.messages();
        let sms = lab.answer(&choice, "alice", json!({ "ANSWER": "SMS_OTP" }));
        let asked: Vec<Value> = lab.at_once(32, RESPOND, &sms).await.into_iter().filter_map(Result::ok).collect();
        assert_eq!((asked.len(), lab.messages() - before), (1, 1));
        let code = lab.answer(&asked[0], "alice", json!({ "SMS_OTP_CODE": lab.code() }));
        let done = lab.at_once(32, RESPOND, &code).await;
        assert_eq!(done.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        lab.advance_s(900);
    }
}

#[tokio::test]
pub async fn a_lite_pool_has_no_choice() {
    let lab = lab_with(json!({ "UserPoolTier": "LITE" }), json!({})).await;
    let refused = lab.refused("InitiateAuth", start(&lab, json!({ "USERNAME": "alice" }))).await;
    assert!(refused.starts_with("FeatureUnavailableInTierException"), "{refused}");
}
