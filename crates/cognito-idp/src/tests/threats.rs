//! Threat protection at work, and the events it keeps.

use serde_json::{Value, json};

use crate::auth::tests::Lab;
use crate::testing::REGION;

const PASSWORD: &str = crate::auth::tests::PASSWORD;
const HOME: (&str, &str) = ("203.0.113.7", "home");

async fn lab(mode: &str, risk: Value) -> Lab {
    let pool = json!({"AutoVerifiedAttributes": ["email"], "UserPoolTier": "PLUS",
        "UserPoolAddOns": {"AdvancedSecurityMode": mode},
        "Policies": {"PasswordPolicy": {"MinimumLength": 8}}});
    let lab = Lab::with(pool, json!({})).await;
    let mut input = risk;
    input["UserPoolId"] = json!(lab.pool);
    lab.ok("SetRiskConfiguration", input).await;
    lab.user("alice").await;
    lab
}

fn takeover(low: Value, medium: Value, high: Value) -> Value {
    json!({"AccountTakeoverRiskConfiguration": {"Actions": {"LowAction": low, "MediumAction": medium, "HighAction": high}}})
}

fn act(action: &str) -> Value {
    json!({"Notify": false, "EventAction": action})
}

async fn sign_in(lab: &Lab, (address, agent): (&str, &str), password: &str) -> String {
    let mut call = lab.world.context(REGION);
    (call.source_ip, call.user_agent) = (address.to_owned(), agent.to_owned());
    match lab.world.call_as(&call, "InitiateAuth", lab.login("alice", password)).await {
        Ok(_) => "in".to_owned(),
        Err(error) => error.to_string(),
    }
}

async fn events(lab: &Lab) -> Vec<Value> {
    let listed = lab.admin("AdminListUserAuthEvents", "alice", json!({})).await;
    listed["AuthEvents"].as_array().unwrap().clone()
}

const BLOCKED: &str = "NotAuthorizedException: Unable to login because of security reasons.";

#[tokio::test]
async fn listed_addresses_are_refused_and_others_never_judged() {
    let lab = lab(
        "ENFORCED",
        json!({"RiskExceptionConfiguration": {
        "BlockedIPRangeList": ["198.51.100.0/24"], "SkippedIPRangeList": ["10.0.0.0/8"]},
        "AccountTakeoverRiskConfiguration": {"Actions": {"LowAction": act("BLOCK"), "MediumAction": act("BLOCK")}}}),
    )
    .await;
    assert_eq!(sign_in(&lab, ("198.51.100.9", "home"), PASSWORD).await, BLOCKED);
    assert_eq!(sign_in(&lab, HOME, PASSWORD).await, "in");
    assert_eq!(sign_in(&lab, ("10.1.2.3", "other"), PASSWORD).await, "in");
    let all = events(&lab).await;
    assert_eq!((&all[2]["EventResponse"], &all[2]["EventRisk"]["RiskDecision"]), (&json!("Fail"), &json!("Block")));
    // Whoever comes from there, and whether or not there is such a user.
    let mut call = lab.world.context(REGION);
    call.source_ip = "198.51.100.9".to_owned();
    let login = lab.login("alice", "wrong-Passw0rd");
    assert_eq!(lab.world.call_as(&call, "InitiateAuth", login).await.unwrap_err().to_string(), BLOCKED);
}

#[tokio::test]
async fn unusual_sign_ins_meet_the_action_of_their_level() {
    let lab = lab("ENFORCED", takeover(act("NO_ACTION"), act("BLOCK"), act("BLOCK"))).await;
    assert_eq!(sign_in(&lab, HOME, PASSWORD).await, "in");
    assert_eq!(sign_in(&lab, HOME, PASSWORD).await, "in");
    assert_eq!(sign_in(&lab, ("203.0.113.7", "new program"), PASSWORD).await, "in");
    assert_eq!(sign_in(&lab, ("192.0.2.1", "third program"), PASSWORD).await, BLOCKED);
    // A wrong password is no reason to tell more.
    let wrong = sign_in(&lab, ("192.0.2.1", "third program"), "wrong-Passw0rd").await;
    assert_eq!(wrong, "NotAuthorizedException: Incorrect username or password.");
    let all = events(&lab).await;
    let seen: Vec<_> = all
        .iter()
        .map(|event| (event["EventResponse"].as_str().unwrap(), event["EventRisk"]["RiskLevel"].as_str()))
        .collect();
    assert_eq!(
        seen,
        [("Fail", Some("Medium")), ("Fail", Some("Medium")), ("Pass", Some("Low")), ("Pass", None), ("Pass", None)]
    );
    assert_eq!(all[1]["EventRisk"]["RiskDecision"], "Block");
    assert_eq!(all[2]["EventRisk"]["RiskDecision"], "AccountTakeover");
    assert_eq!(all[4]["EventContextData"], json!({"IpAddress": "203.0.113.7", "DeviceName": "home"}));
    assert_eq!(all[0]["ChallengeResponses"], json!([{"ChallengeName": "Password", "ChallengeResponse": "Failure"}]));
}

#[tokio::test]
async fn a_blocked_sign_in_is_no_failed_guess() {
    let lab = lab("ENFORCED", takeover(act("BLOCK"), act("BLOCK"), act("BLOCK"))).await;
    assert_eq!(sign_in(&lab, HOME, PASSWORD).await, "in");
    for _ in 0..8 {
        assert_eq!(sign_in(&lab, ("192.0.2.1", "x"), PASSWORD).await, BLOCKED);
    }
    lab.advance_s(3601);
    assert_eq!(sign_in(&lab, HOME, PASSWORD).await, "in");
}

#[tokio::test]
async fn a_required_factor_that_nobody_has_blocks() {
    let lab = lab("ENFORCED", takeover(act("MFA_REQUIRED"), act("MFA_IF_CONFIGURED"), act("BLOCK"))).await;
    assert_eq!(sign_in(&lab, HOME, PASSWORD).await, "in");
    assert_eq!(sign_in(&lab, ("203.0.113.7", "new"), PASSWORD).await, BLOCKED);
    assert_eq!(sign_in(&lab, ("192.0.2.1", "third"), PASSWORD).await, "in");
}

#[tokio::test]
async fn audit_records_and_does_not_act() {
    let mut risk = takeover(act("BLOCK"), act("BLOCK"), act("BLOCK"));
    risk["RiskExceptionConfiguration"] = json!({"BlockedIPRangeList": ["192.0.2.0/24"]});
    let lab = lab("AUDIT", risk).await;
    assert_eq!(sign_in(&lab, HOME, PASSWORD).await, "in");
    assert_eq!(sign_in(&lab, ("192.0.2.1", "x"), PASSWORD).await, "in");
    assert_eq!(events(&lab).await[0]["EventRisk"]["RiskLevel"], "High");
}

#[tokio::test]
async fn feedback_changes_how_a_place_is_judged() {
    let lab = lab("ENFORCED", takeover(act("NO_ACTION"), act("NO_ACTION"), act("BLOCK"))).await;
    assert_eq!(sign_in(&lab, HOME, PASSWORD).await, "in");
    assert_eq!(sign_in(&lab, ("192.0.2.1", "x"), PASSWORD).await, "in");
    let id = events(&lab).await[0]["EventId"].clone();
    let feedback = |value: &str| json!({"EventId": id, "FeedbackValue": value});
    lab.admin("AdminUpdateAuthEventFeedback", "alice", feedback("Invalid")).await;
    assert_eq!(sign_in(&lab, ("192.0.2.1", "x"), PASSWORD).await, BLOCKED);
    lab.admin("AdminUpdateAuthEventFeedback", "alice", feedback("Valid")).await;
    assert_eq!(sign_in(&lab, ("192.0.2.1", "x"), PASSWORD).await, "in");
    let all = events(&lab).await;
    assert_eq!(all[0]["EventRisk"].get("RiskLevel"), None);
    assert_eq!(all[2]["EventFeedback"]["FeedbackValue"], "Valid");
    assert_eq!(all[2]["EventFeedback"]["Provider"], "Admin");
    let unknown = json!({"EventId": "none", "FeedbackValue": "Valid"});
    let refusal = lab.admin_refused("AdminUpdateAuthEventFeedback", "alice", unknown).await;
    assert!(refusal.starts_with("ResourceNotFoundException: "), "{refusal}");
}

#[tokio::test]
pub async fn a_user_is_told_and_answers_by_the_token_of_the_message() {
    let email =
        json!({"Subject": "Was it you, {username}?", "HtmlBody": "{ip-address} {event-id} {one-click-link-valid}"});
    let lab = lab("ENFORCED", json!({"AccountTakeoverRiskConfiguration": {
        "Actions": {"LowAction": {"Notify": true, "EventAction": "BLOCK"}},
        "NotifyConfiguration": {"SourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/a@b.c", "BlockEmail": email}}}))
    .await;
    assert_eq!(sign_in(&lab, HOME, PASSWORD).await, "in");
    assert_eq!(sign_in(&lab, ("203.0.113.7", "<b>new</b>"), PASSWORD).await, BLOCKED);
    let sent = lab.world.inbox.newest(1, |_| true).pop().unwrap();
    assert_eq!((sent.to.as_str(), sent.subject.as_str()), ("alice@example.com", "Was it you, alice?"));
    let parts: Vec<&str> = sent.body.split(' ').collect();
    let answer = |token: &str, name: &str| {
        json!({"UserPoolId": lab.pool, "Username": name, "EventId": parts[1],
        "FeedbackToken": token, "FeedbackValue": "Valid"})
    };
    for (token, name) in [("made-up", "alice"), (parts[2], "nobody")] {
        let refusal = lab.refused("UpdateAuthEventFeedback", answer(token, name)).await;
        assert_eq!(refusal, "NotAuthorizedException: Invalid feedback token.");
    }
    lab.ok("UpdateAuthEventFeedback", answer(parts[2], "alice")).await;
    assert_eq!(sign_in(&lab, ("203.0.113.7", "<b>new</b>"), PASSWORD).await, "in");
}

#[tokio::test]
async fn passwords_that_everybody_knows_are_refused() {
    let lab =
        lab("ENFORCED", json!({"CompromisedCredentialsRiskConfiguration": {"Actions": {"EventAction": "BLOCK"}}}))
            .await;
    let known = "P@ssw0rd123!";
    lab.admin("AdminSetUserPassword", "alice", json!({"Password": known, "Permanent": true})).await;
    for _ in 0..7 {
        assert_eq!(
            sign_in(&lab, HOME, known).await,
            "PasswordResetRequiredException: Password reset required for the user due to security reasons"
        );
    }
    let event = events(&lab).await[0].clone();
    assert_eq!(event["EventRisk"]["CompromisedCredentialsDetected"], true);
    let refused = "InvalidPasswordException: Provided password cannot be used for security reasons.";
    let sign_up = lab.about("bob", json!({"Password": known}));
    assert_eq!(lab.refused("SignUp", sign_up).await, refused);
    lab.user("carol").await;
    let tokens = lab.sign_in("carol", PASSWORD).await;
    let change = json!({"AccessToken": tokens.access, "PreviousPassword": PASSWORD, "ProposedPassword": known});
    assert_eq!(lab.refused("ChangePassword", change).await, refused);
}

#[tokio::test]
async fn a_filter_bounds_where_known_passwords_are_refused() {
    let lab = lab(
        "ENFORCED",
        json!({"CompromisedCredentialsRiskConfiguration": {
        "EventFilter": ["SIGN_UP"], "Actions": {"EventAction": "BLOCK"}}}),
    )
    .await;
    let known = "P@ssw0rd123!";
    lab.admin("AdminSetUserPassword", "alice", json!({"Password": known, "Permanent": true})).await;
    assert_eq!(sign_in(&lab, HOME, known).await, "in");
    let sign_up = lab.about("bob", json!({"Password": known}));
    assert!(lab.refused("SignUp", sign_up).await.starts_with("InvalidPasswordException: "));
}

#[tokio::test]
async fn events_are_listed_by_page_and_bounded() {
    let lab = lab("AUDIT", json!({})).await;
    for _ in 0..103 {
        assert_eq!(sign_in(&lab, HOME, PASSWORD).await, "in");
    }
    let mut ids = std::collections::BTreeSet::new();
    let mut token = Value::Null;
    loop {
        let page = lab.admin("AdminListUserAuthEvents", "alice", json!({"NextToken": token, "MaxResults": 30})).await;
        let page_ids = page["AuthEvents"].as_array().unwrap().iter().map(|event| event["EventId"].to_string());
        ids.extend(page_ids);
        token = page.get("NextToken").cloned().unwrap_or_default();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(ids.len(), 100);
    lab.user("bob").await;
    let foreign = lab.admin("AdminListUserAuthEvents", "alice", json!({"MaxResults": 1})).await["NextToken"].clone();
    let refusal = lab.admin_refused("AdminListUserAuthEvents", "bob", json!({"NextToken": foreign})).await;
    assert_eq!(refusal, "InvalidParameterException: Invalid pagination token given.");
}

#[tokio::test]
async fn other_events_are_kept_too_and_none_where_nothing_watches() {
    let lab = lab("AUDIT", json!({})).await;
    lab.sign_up("bob").await;
    lab.ok("ResendConfirmationCode", lab.about("bob", json!({}))).await;
    lab.ok("ForgotPassword", lab.about("alice", json!({}))).await;
    let kinds = |listed: Value| -> Vec<String> {
        listed["AuthEvents"].as_array().unwrap().iter().map(|e| e["EventType"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(lab.admin("AdminListUserAuthEvents", "bob", json!({})).await), ["ResendCode", "SignUp"]);
    assert_eq!(kinds(lab.admin("AdminListUserAuthEvents", "alice", json!({})).await), ["ForgotPassword"]);
    let off = Lab::new().await;
    off.user("alice").await;
    off.sign_in("alice", PASSWORD).await;
    for (operation, input) in [
        ("AdminListUserAuthEvents", json!({})),
        ("AdminUpdateAuthEventFeedback", json!({"EventId": "x", "FeedbackValue": "Valid"})),
        ("UpdateAuthEventFeedback", json!({"EventId": "x", "FeedbackValue": "Valid", "FeedbackToken": "x"})),
    ] {
        let refusal = off.admin_refused(operation, "alice", input).await;
        assert!(refusal.starts_with("UserPoolAddOnNotEnabledException: "), "{operation}: {refusal}");
    }
}

#[tokio::test]
async fn custom_sign_ins_are_watched_where_the_pool_says_so() {
    use crate::triggers::tests::{answers, arn, lab_of};
    for (standard, custom, expected, recorded) in
        [("ENFORCED", None, "in", 0), ("OFF", Some("AUDIT"), "in", 2), ("OFF", Some("ENFORCED"), BLOCKED, 2)]
    {
        let mut add_ons = json!({"AdvancedSecurityMode": standard});
        if let Some(mode) = custom {
            add_ons["AdvancedSecurityAdditionalFlows"] = json!({"CustomAuthMode": mode});
        }
        let pool = json!({"UserPoolTier": "PLUS", "UserPoolAddOns": add_ons,
            "LambdaConfig": {"DefineAuthChallenge": arn("DefineAuthChallenge")}});
        let lab = lab_of(pool, json!({})).await;
        answers(&lab, "DefineAuthChallenge", |response| response["issueTokens"] = json!(true));
        let mut risk = takeover(act("BLOCK"), act("BLOCK"), act("BLOCK"));
        risk["UserPoolId"] = json!(lab.pool);
        lab.ok("SetRiskConfiguration", risk).await;
        lab.user("alice").await;
        let input = json!({"ClientId": lab.client, "AuthFlow": "CUSTOM_AUTH", "AuthParameters": {"USERNAME": "alice"}});
        let mut came = Vec::new();
        for address in ["203.0.113.7", "192.0.2.1"] {
            let mut call = lab.world.context(REGION);
            call.source_ip = address.to_owned();
            let ended = lab.world.call_as(&call, "InitiateAuth", input.clone()).await;
            came.push(ended.map_or_else(|error| error.to_string(), |_| "in".to_owned()));
        }
        assert_eq!(came, ["in", expected], "{standard} {custom:?}");
        assert_eq!(events(&lab).await.len(), recorded, "{standard} {custom:?}");
    }
}

#[tokio::test]
async fn what_users_do_is_delivered_to_the_pools_log_group() {
    let lab = lab("AUDIT", json!({"RiskExceptionConfiguration": {"BlockedIPRangeList": ["198.51.100.0/24"]}})).await;
    let group = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vendedlogs/pool";
    let configurations = json!([
        {"LogLevel": "INFO", "EventSource": "userAuthEvents", "CloudWatchLogsConfiguration": {"LogGroupArn": group}},
        {"LogLevel": "ERROR", "EventSource": "userNotification", "CloudWatchLogsConfiguration": {"LogGroupArn": group}}]);
    let set = json!({"UserPoolId": lab.pool, "LogConfigurations": configurations});
    lab.ok("SetLogDeliveryConfiguration", set).await;
    assert_eq!(sign_in(&lab, HOME, PASSWORD).await, "in");
    sign_in(&lab, HOME, "wrong").await;
    let logged = std::mem::take(&mut *lab.world.logs.0.lock());
    assert_eq!(logged.len(), 2);
    let (place, stream, event) = &logged[0];
    assert_eq!((place.as_str(), stream), (group, &lab.pool));
    assert_eq!((&event["eventSource"], &event["logLevel"]), (&json!("USER_ACTIVITY"), &json!("INFO")));
    assert_eq!(event["logSourceId"], json!({"userPoolId": lab.pool}));
    let message = &event["message"];
    assert_eq!((&message["eventType"], &message["eventResponse"]), (&json!("SignIn"), &json!("Pass")));
    assert_eq!((&message["userName"], &message["ipAddress"]), (&json!("alice"), &json!(HOME.0)));
    assert_eq!(message["clientId"], lab.client);
    assert_eq!(logged[1].2["message"]["eventResponse"], "Fail");
    let broken = crate::auth::tests::messages::cut(&lab);
    assert!(broken.call("ForgotPassword", lab.about("alice", json!({}))).await.is_err());
    let errors = std::mem::take(&mut *lab.world.logs.0.lock());
    let error = errors.iter().map(|(_, _, event)| event).find(|event| event["logLevel"] == "ERROR").expect("an error");
    assert_eq!(error["eventSource"], "USER_NOTIFICATION");
    assert!(error["message"]["details"].as_str().unwrap().contains("the line is cut"), "{error}");
}
