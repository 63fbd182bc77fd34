use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;
use world::{Inbox, Message, MessageSender, SendError};

use super::{Lab, PASSWORD};
use crate::testing::{World, config};
use crate::{CognitoIdp, Doors};

/// Loses every message while the switch is on.
struct Broken;

#[async_trait]
impl MessageSender for Broken {
    async fn send(&self, _: Message) -> Result<(), SendError> {
        Err(SendError("the line is cut".to_owned()))
    }
}

/// The same lab, over a sender that fails.
pub fn cut(lab: &Lab) -> World {
    let world = World::over(lab.world.store.clone(), config());
    let doors = Doors { messages: Arc::new(Broken), ..lab.world.service.doors().clone() };
    World { service: CognitoIdp::new(config(), doors), inbox: Arc::new(Inbox::new(1)), ..world }
}

const FAILED: &str = "CodeDeliveryFailureException: The code could not be delivered.";

#[tokio::test]
async fn a_message_that_is_not_delivered_leaves_nothing_that_blocks_the_next_try() {
    let lab = Lab::new().await;
    let broken = cut(&lab);
    let email = json!([{ "Name": "email", "Value": "a@example.com" }]);
    let sign_up = lab.about("alice", json!({ "Password": PASSWORD, "UserAttributes": email }));
    assert_eq!(broken.refused("SignUp", sign_up.clone()).await, FAILED);
    let invite = json!({ "UserPoolId": lab.pool, "Username": "bob", "UserAttributes": email });
    assert_eq!(broken.refused("AdminCreateUser", invite.clone()).await, FAILED);
    let count = lab.ok("DescribeUserPool", json!({ "UserPoolId": lab.pool })).await;
    assert_eq!(count["UserPool"]["EstimatedNumberOfUsers"], 0);
    lab.ok("SignUp", sign_up).await;
    lab.ok("AdminCreateUser", invite).await;
    assert_eq!(broken.refused("ResendConfirmationCode", lab.about("alice", json!({}))).await, FAILED);
    lab.ok("ResendConfirmationCode", lab.about("alice", json!({}))).await;
    lab.ok("ConfirmSignUp", lab.about("alice", json!({ "ConfirmationCode": lab.code() }))).await;
    assert_eq!(broken.refused("ForgotPassword", lab.about("alice", json!({}))).await, FAILED);
    lab.ok("ForgotPassword", lab.about("alice", json!({}))).await;
    assert_eq!(
        broken.refused("AdminResetUserPassword", json!({ "UserPoolId": lab.pool, "Username": "alice" })).await,
        FAILED
    );
    lab.ok("ForgotPassword", lab.about("alice", json!({}))).await;
    let access = {
        let input = lab.about("alice", json!({ "ConfirmationCode": lab.code(), "Password": PASSWORD }));
        lab.ok("ConfirmForgotPassword", input).await;
        lab.sign_in("alice", PASSWORD).await.access
    };
    let ask = json!({ "AccessToken": access, "AttributeName": "email" });
    assert_eq!(broken.refused("GetUserAttributeVerificationCode", ask.clone()).await, FAILED);
    lab.ok("GetUserAttributeVerificationCode", ask).await;
}

#[tokio::test]
async fn a_change_whose_message_does_not_leave_is_taken_back() {
    let lab = Lab::new().await;
    let broken = cut(&lab);
    lab.user("alice").await;
    let tokens = lab.sign_in("alice", PASSWORD).await;
    let before = lab.get_user(&tokens.access).await;
    let new = json!([{ "Name": "email", "Value": "new@example.com" }]);
    let own = json!({ "AccessToken": tokens.access, "UserAttributes": new });
    assert_eq!(broken.refused("UpdateUserAttributes", own.clone()).await, FAILED);
    let who = json!({ "UserPoolId": lab.pool, "Username": "alice" });
    let mut by_admin = who.clone();
    by_admin["UserAttributes"] = new;
    assert_eq!(broken.refused("AdminUpdateUserAttributes", by_admin).await, FAILED);
    assert_eq!(broken.refused("AdminResetUserPassword", who).await, FAILED);
    assert_eq!(lab.get_user(&tokens.access).await, before, "neither address nor tokens have changed");
    lab.sign_in("alice", PASSWORD).await;
    lab.ok("UpdateUserAttributes", own).await;

    let invite = json!({ "TemporaryPassword": PASSWORD, "DesiredDeliveryMediums": ["EMAIL"],
        "UserAttributes": [{ "Name": "email", "Value": "bob@example.com" }] });
    lab.admin("AdminCreateUser", "bob", invite.clone()).await;
    let mut again = invite;
    again["UserPoolId"] = json!(lab.pool);
    again["Username"] = json!("bob");
    again["MessageAction"] = json!("RESEND");
    again["TemporaryPassword"] = json!("Another-One-5");
    assert_eq!(broken.refused("AdminCreateUser", again).await, FAILED);
    assert_eq!(lab.begin("bob").await["ChallengeName"], "NEW_PASSWORD_REQUIRED", "the first password still is theirs");
}

#[tokio::test]
async fn the_pools_own_texts_are_sent() {
    let pool = json!({
        "AutoVerifiedAttributes": ["email"],
        "VerificationMessageTemplate": { "EmailSubject": "Hello", "EmailMessage": "Code <b>{####}</b>" },
        "AdminCreateUserConfig": {
            "InviteMessageTemplate": { "EmailSubject": "Welcome", "EmailMessage": "{username}: {####}" },
        },
    });
    let lab = Lab::with(pool, json!({})).await;
    lab.sign_up("alice").await;
    let message = lab.world.inbox.newest(1, |_| true).remove(0);
    assert_eq!((message.subject.as_str(), message.body), ("Hello", format!("Code <b>{}</b>", lab.code())));
    let email = json!([{ "Name": "email", "Value": "b@example.com" }]);
    lab.admin("AdminCreateUser", "<i>bob", json!({ "UserAttributes": email })).await;
    let message = lab.world.inbox.newest(1, |_| true).remove(0);
    let expected = format!("&lt;i&gt;bob: {}", lab.code());
    assert_eq!((message.subject.as_str(), message.body), ("Welcome", expected), "attack 99");
}

#[tokio::test]
async fn attack_89_a_link_leads_to_the_pools_own_domain() {
    let pool = json!({
        "AutoVerifiedAttributes": ["email"],
        "VerificationMessageTemplate": { "DefaultEmailOption": "CONFIRM_WITH_LINK" },
    });
    let lab = Lab::with(pool, json!({})).await;
    lab.sign_up("alice").await;
    let message = lab.world.inbox.newest(1, |_| true).remove(0);
    assert!(message.body.contains(&lab.code()), "without a domain the code itself is sent: {}", message.body);
    lab.ok("CreateUserPoolDomain", json!({ "UserPoolId": lab.pool, "Domain": "demo" })).await;
    lab.sign_up("bob").await;
    let message = lab.world.inbox.newest(1, |_| true).remove(0);
    let url = format!(
        "http://demo.auth.eu-west-1.localhost:4566/confirmUser?client_id={}&amp;user_name=bob&amp;confirmation_code={}",
        lab.client,
        lab.code()
    );
    assert_eq!(
        message.body,
        format!("Please click the link below to verify your email address. <a href=\"{url}\">Verify Email</a> ")
    );
}

#[tokio::test]
async fn the_pools_own_texts_are_sent_by_sms() {
    let texts = [
        json!({ "SmsVerificationMessage": "Prove {####}" }),
        json!({ "VerificationMessageTemplate": { "SmsMessage": "Prove {####}" } }),
    ];
    for mut pool in texts {
        pool["AutoVerifiedAttributes"] = json!(["phone_number"]);
        pool["SmsConfiguration"] = json!({ "SnsCallerArn": "arn:aws:iam::123456789012:role/sns" });
        let invite = json!({ "SMSMessage": "Come, {username}, with {####}" });
        pool["AdminCreateUserConfig"] = json!({ "InviteMessageTemplate": invite });
        let lab = Lab::with(pool, json!({})).await;
        let phone = json!([{ "Name": "phone_number", "Value": "+15550001234" }]);
        lab.ok("SignUp", lab.about("alice", json!({ "Password": PASSWORD, "UserAttributes": phone }))).await;
        let message = lab.world.inbox.newest(1, |_| true).remove(0);
        assert_eq!((message.to.as_str(), message.body), ("+15550001234", format!("Prove {}", lab.code())));
        let input = json!({ "UserAttributes": phone, "DesiredDeliveryMediums": ["SMS"] });
        lab.admin("AdminCreateUser", "bob", input).await;
        let message = lab.world.inbox.newest(1, |_| true).remove(0);
        assert_eq!(message.body, format!("Come, bob, with {}", lab.code()));
    }
}

#[tokio::test]
async fn the_older_names_of_a_verification_mail_are_sent_too() {
    let pool = json!({
        "AutoVerifiedAttributes": ["email"],
        "EmailVerificationSubject": "Older", "EmailVerificationMessage": "Take {####}",
    });
    let lab = Lab::with(pool, json!({})).await;
    lab.sign_up("alice").await;
    let message = lab.world.inbox.newest(1, |_| true).remove(0);
    assert_eq!((message.subject.as_str(), message.body), ("Older", format!("Take {}", lab.code())));
}

#[tokio::test]
async fn a_link_has_texts_of_its_own() {
    let pool = json!({
        "AutoVerifiedAttributes": ["email"],
        "VerificationMessageTemplate": {
            "DefaultEmailOption": "CONFIRM_WITH_LINK",
            "EmailSubjectByLink": "Follow", "EmailMessageByLink": "Go {##here##} now",
            "EmailSubject": "Type", "EmailMessage": "Type {####}",
        },
    });
    let lab = Lab::with(pool, json!({})).await;
    lab.ok("CreateUserPoolDomain", json!({ "UserPoolId": lab.pool, "Domain": "demo" })).await;
    lab.sign_up("alice").await;
    let message = lab.world.inbox.newest(1, |_| true).remove(0);
    assert_eq!(message.subject, "Follow");
    assert!(message.body.starts_with("Go <a href=") && message.body.ends_with(">here</a> now"), "{}", message.body);
    lab.admin("AdminConfirmSignUp", "alice", json!({})).await;
    let proven = json!([{ "Name": "email_verified", "Value": "true" }]);
    lab.admin("AdminUpdateUserAttributes", "alice", json!({ "UserAttributes": proven })).await;
    lab.ok("ForgotPassword", lab.about("alice", json!({}))).await;
    let message = lab.world.inbox.newest(1, |_| true).remove(0);
    assert_eq!(
        (message.subject.as_str(), message.body),
        ("Type", format!("Type {}", lab.code())),
        "a reset has no link"
    );
}
