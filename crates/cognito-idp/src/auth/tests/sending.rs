//! What goes out: who it is from, how often, and what is refused at once.

use std::sync::Arc;

use aws_types::Service as _;
use serde_json::{Value, json};
use store::{MasterKey, Store};
use world::{MessageSender, Outbox, Routes};

use super::{Lab, PASSWORD};
use crate::testing::{World, config};
use crate::{CognitoIdp, Config, Doors, MessageLimits};

const FULL: &str = "LimitExceededException: Attempt limit exceeded, please try after some time.";

async fn lab(config: Config, pool: Value, client: Value) -> Lab {
    let world = World::over(Store::in_memory(MasterKey::from_bytes([7; 32])).unwrap(), config);
    lab_in(world, pool, client).await
}

async fn lab_in(world: World, pool: Value, mut client: Value) -> Lab {
    let pool = world.pool(pool).await;
    client["ExplicitAuthFlows"] = super::flows();
    let client = world.client(&pool, client).await;
    Lab { world, pool, client }
}

fn limits(per_target_hour: i64, per_pool_hour: i64) -> Config {
    Config { message_limits: MessageLimits { per_target_hour, per_pool_hour }, ..config() }
}

fn verified() -> Value {
    json!({ "AutoVerifiedAttributes": ["email", "phone_number"] })
}

async fn sign_up(lab: &Lab, name: &str, attribute: &str, value: &str) -> Result<Value, String> {
    let attributes = json!([{ "Name": attribute, "Value": value }]);
    let input = lab.about(name, json!({ "Password": PASSWORD, "UserAttributes": attributes }));
    let context = lab.world.context(crate::testing::REGION);
    let answer = lab.world.service.call(&context, "SignUp", input, None).await;
    answer.map(|answer| answer.output).map_err(|error| format!("{}: {}", error.code, error.message))
}

#[tokio::test]
async fn attack_094_one_address_gets_so_many_messages_an_hour_from_whomever() {
    let lab = lab(limits(3, 100), verified(), json!({})).await;
    for name in ["a", "b", "c"] {
        sign_up(&lab, name, "phone_number", "+491701234567").await.unwrap();
    }
    assert_eq!(sign_up(&lab, "d", "phone_number", "+491701234567").await.unwrap_err(), FULL);
    assert_eq!(lab.messages(), 3);
    assert!(
        lab.admin_refused("AdminGetUser", "d", json!({})).await.starts_with("UserNotFound"),
        "nobody is left behind"
    );
    sign_up(&lab, "d", "phone_number", "+491701234568").await.unwrap();
    lab.advance_s(3600);
    sign_up(&lab, "e", "phone_number", "+491701234567").await.unwrap();
}

#[tokio::test]
async fn attack_094_one_pool_sends_so_many_messages_an_hour() {
    let lab = lab(limits(100, 3), verified(), json!({})).await;
    for name in ["a", "b", "c"] {
        sign_up(&lab, name, "email", &format!("{name}@example.com")).await.unwrap();
    }
    assert_eq!(sign_up(&lab, "d", "email", "d@example.com").await.unwrap_err(), FULL);
    lab.advance_s(3600);
    sign_up(&lab, "d", "email", "d@example.com").await.unwrap();
}

#[tokio::test]
async fn attack_065_limits_of_an_address_do_not_tell_whether_it_has_a_user() {
    let pool = json!({ "UsernameAttributes": ["email"], "AutoVerifiedAttributes": ["email"] });
    let lab = lab(limits(3, 1000), pool, json!({ "PreventUserExistenceErrors": "ENABLED" })).await;
    lab.user_by_address("alice@example.com").await;
    for name in ["alice@example.com", "nobody@example.com"] {
        for _ in 0..3 {
            lab.ok("ForgotPassword", lab.about(name, json!({}))).await;
        }
        assert_eq!(lab.refused("ForgotPassword", lab.about(name, json!({}))).await, FULL, "{name}");
    }
}

#[tokio::test]
async fn attack_065_a_refused_delivery_does_not_tell_whether_there_is_a_user() {
    let store = Store::in_memory(MasterKey::from_bytes([7; 32])).unwrap();
    let mut world = World::over(store.clone(), config());
    // Nothing sends here: an enforced server without a mail server.
    let messages: Arc<dyn MessageSender> = Outbox::start(Routes::default(), None, 1);
    let doors = Doors { messages, ..world.service.doors().clone() };
    world.service = CognitoIdp::new(config(), doors);
    let client = json!({ "PreventUserExistenceErrors": "ENABLED" });
    let lab = lab_in(world, json!({ "AutoVerifiedAttributes": ["email"] }), client).await;
    lab.user("alice").await;
    let refused = "CodeDeliveryFailureException: The code could not be delivered.";
    for name in ["alice", "nobody"] {
        assert_eq!(lab.refused("ForgotPassword", lab.about(name, json!({}))).await, refused, "{name}");
    }
    assert_eq!(sign_up(&lab, "bob", "email", "bob@example.com").await.unwrap_err(), refused);
    assert!(lab.admin_refused("AdminGetUser", "bob", json!({})).await.starts_with("UserNotFound"));
}

#[tokio::test]
async fn a_mail_is_from_the_pools_sender() {
    let mail = json!({
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/shop@example.com",
        "ReplyToEmailAddress": "help@example.com",
    });
    let named = json!({
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/example.com",
        "From": "The Shop <no-reply@example.com>",
    });
    let domain = json!({
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/example.com",
    });
    for (mail, from, reply_to) in [
        (mail, Some("shop@example.com"), Some("help@example.com")),
        (named, Some("The Shop <no-reply@example.com>"), None),
        (domain, None, None),
    ] {
        let lab =
            Lab::with(json!({ "AutoVerifiedAttributes": ["email"], "EmailConfiguration": mail }), json!({})).await;
        lab.sign_up("alice").await;
        let message = lab.world.inbox.newest(1, |_| true).remove(0);
        assert_eq!((message.from.as_deref(), message.reply_to.as_deref()), (from, reply_to));
    }
}

#[tokio::test]
async fn attack_089_links_are_made_from_the_configuration_alone() {
    let template = json!({ "DefaultEmailOption": "CONFIRM_WITH_LINK", "EmailMessageByLink": "Go {##here & now##}!" });
    let pool = json!({ "AutoVerifiedAttributes": ["email"], "VerificationMessageTemplate": template });
    let lab = Lab::with(pool, json!({})).await;
    lab.ok("CreateUserPoolDomain", json!({ "UserPoolId": lab.pool, "Domain": "shop" })).await;
    // A call bears no host: whatever a caller writes into Host or Forwarded, a service never sees it.
    lab.sign_up("alice").await;
    let message = lab.world.inbox.newest(1, |_| true).remove(0);
    let link = format!(
        "http://shop.auth.eu-west-1.localhost:4566/confirmUser?client_id={}&amp;user_name=alice&amp;confirmation_code={}",
        lab.client,
        lab.code()
    );
    assert_eq!(message.body, format!("Go <a href=\"{link}\">here &amp; now</a>!"));
    assert_eq!(message.subject, "Your verification link");
}

#[tokio::test]
async fn attack_094_notices_of_threat_protection_count_too() {
    let pool = json!({ "AutoVerifiedAttributes": ["email"], "UserPoolTier": "PLUS",
        "UserPoolAddOns": { "AdvancedSecurityMode": "ENFORCED" } });
    let lab = lab(limits(3, 100), pool, json!({})).await;
    let email = json!({ "Subject": "Was it you?", "TextBody": "{ip-address}" });
    let act = json!({ "Notify": true, "EventAction": "BLOCK" });
    lab.ok("SetRiskConfiguration", json!({ "UserPoolId": lab.pool, "AccountTakeoverRiskConfiguration": {
        "Actions": { "LowAction": act, "MediumAction": act, "HighAction": act },
        "NotifyConfiguration": { "SourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/a@b.c", "BlockEmail": email } } }))
    .await;
    lab.user("alice").await;
    lab.sign_in("alice", PASSWORD).await;
    for number in 0..6 {
        let mut call = lab.world.context(crate::testing::REGION);
        call.user_agent = format!("stranger {number}");
        lab.world.call_as(&call, "InitiateAuth", lab.login("alice", PASSWORD)).await.unwrap_err();
    }
    assert_eq!(lab.messages(), 3);
}
